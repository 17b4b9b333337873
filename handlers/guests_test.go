package handlers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot/blocks"
)

// claim is what guests and people of other workspaces may do with a command, button, form or menu.
type claim string

const (
	acts   claim = "changes the incident whose channel they are in"
	sees   claim = "shows the incident whose channel they are in"
	asks   claim = "reads the runbook in the channel of an incident"
	never  claim = "is refused everywhere"
	anyone claim = "is for everybody"
)

// way is how somebody may ask for something. Its text and target are about the incident of the channel in hand.
type way struct {
	claim claim
	// text of a command, "%s" where the incident may be named.
	text string
	// before are commands of the member who declared, so that there is something to do.
	before []string
	// target completes the target of a button.
	target blocks.Target
	// idle: it is admitted and finds nothing to do.
	idle bool
}

// pagesThem calls the two whose ways are tried: only who is paged can say that they cannot come.
const pagesThem = "page <@U0GUS01> <@U0FAY01>"

// commandsOfGuests has a row for each command, and for each of its forms that comes to something else.
var commandsOfGuests = map[string][]way{
	"ack": {{claim: acts, text: "ack %s"}}, "decline": {{claim: acts, text: "decline %s", before: []string{pagesThem}}}, "onmyway": {{claim: acts, text: "onmyway %s", before: []string{"ack"}}}, "sev": {{claim: acts, text: "sev %s p2"}},
	"status":        {{claim: sees, text: "status %s"}, {claim: acts, text: "status %s monitoring"}},
	"investigating": {{claim: acts, text: "investigating %s"}}, "identified": {{claim: acts, text: "identified %s"}}, "monitoring": {{claim: acts, text: "monitoring %s"}},
	"take": {{claim: acts, text: "take %s scribe"}}, "role": {{claim: acts, text: "role %s scribe <@U0ANA01>"}},
	"lead": {{claim: acts, text: "lead %s"}}, "comms": {{claim: acts, text: "comms %s"}}, "scribe": {{claim: acts, text: "scribe %s"}}, "expert": {{claim: acts, text: "expert %s"}},
	"steps": {{claim: sees, text: "steps %s"}}, "step": {{claim: sees, text: "step %s"}, {claim: acts, text: "step %s 1 done"}},
	"done": {{claim: acts, text: "done %s"}}, "skip": {{claim: acts, text: "skip %s 1 why"}}, "blocked": {{claim: acts, text: "blocked %s 1 why"}},
	"undo": {{claim: acts, text: "undo %s 1", before: []string{"done"}}}, "assign": {{claim: acts, text: "assign %s 1 <@U0ANA01>"}},
	"playbook": {{claim: sees, text: "playbook %s"}, {claim: acts, text: "playbook %s site-down"}, {claim: acts, text: "playbook %s add site-down"}},
	"probe":    {{claim: acts, text: "probe %s 2"}},
	"run":      {{claim: sees, text: "run %s"}, {claim: never, text: "run %s all"}, {claim: never, text: "run %s diff"}, {claim: never, text: "run %s payments"}},
	"sql":      {{claim: never, text: "sql %s select 1"}, {claim: never, text: "sql %s"}},
	"update":   {{claim: acts, text: "update %s rolled back"}}, "note": {{claim: acts, text: "note %s seen"}}, "action": {{claim: acts, text: "action %s write a test"}},
	"publish": {{claim: never, text: "publish %s"}},
	"sent":    {{claim: acts, text: "sent %s", idle: true}}, "page": {{claim: acts, text: "page %s <@U0ANA01> look"}}, "snooze": {{claim: acts, text: "snooze %s 15m why"}},
	"resolve": {{claim: acts, text: "resolve %s over"}}, "cancel": {{claim: acts, text: "cancel %s no fault"}}, "private": {{claim: acts, text: "private %s"}},
	"reopen": {{claim: acts, text: "reopen %s again", before: []string{"resolve over"}}}, "close": {{claim: acts, text: "close %s", before: []string{"resolve over"}}},
	"timeline": {{claim: sees, text: "timeline %s"}}, "export": {{claim: acts, text: "export %s"}}, "learn": {{claim: acts, text: "learn %s name the switch", before: []string{"resolve over"}}},
	"postmortem": {{claim: acts, text: "postmortem %s", before: []string{"resolve over"}}},
	"declare":    {{claim: never, text: "declare p1 site-down gone"}, {claim: never, text: "declare"}, {claim: never, text: "p1 gone"}, {claim: never, text: "open p1 database"}, {claim: never, text: "p0 site-dwn"}},
	"drill":      {{claim: never, text: "drill site-down"}},
	"oncall":     {{claim: asks, text: "oncall"}, {claim: asks, text: "oncall me"}}, "testpage": {{claim: asks, text: "test-page"}},
	"handover": {{claim: acts, text: "handover %s <@U0ANA01> look", idle: true}},
	"query":    {{claim: asks, text: "query"}, {claim: never, text: "query payments"}}, "trend": {{claim: never, text: "trend"}, {claim: never, text: "trend payments"}},
	"digest": {{claim: never, text: "digest"}, {claim: never, text: "digest mute"}}, "access": {{claim: asks, text: "access"}},
	"mute": {{claim: never, text: "mute"}, {claim: never, text: "mute all 1h"}}, "unmute": {{claim: never, text: "unmute all"}},
	"doctor": {{claim: never, text: "doctor"}},
	"list":   {{claim: anyone, text: "list"}}, "find": {{claim: anyone, text: "find payroll"}}, "help": {{claim: anyone, text: "help"}},
	"runbook": {{claim: asks, text: "runbook"}, {claim: asks, text: "runbook site-down"}, {claim: never, text: "runbook age"}}, "contacts": {{claim: asks, text: "contacts"}}, "matrix": {{claim: asks, text: "matrix"}},
	"dashboards": {{claim: asks, text: "dashboards"}}, "statuspages": {{claim: asks, text: "statuspages"}}, "checklist": {{claim: asks, text: "checklist"}},
}

// buttonsOfGuests has a row for each constant Action…, formsOfGuests for each Callback….
var (
	buttonsOfGuests = map[string]way{
		blocks.ActionAcknowledge: {claim: acts}, blocks.ActionDecline: {claim: acts, before: []string{pagesThem}}, blocks.ActionOnMyWay: {claim: acts, before: []string{"ack"}}, blocks.ActionTakeLead: {claim: acts}, blocks.ActionUpdate: {claim: acts}, blocks.ActionResolve: {claim: acts},
		blocks.ActionStatus: {claim: acts, target: blocks.Target{Name: "monitoring"}}, blocks.ActionSeverity: {claim: acts, target: blocks.Target{Name: "P2"}},
		blocks.ActionStepDone: {claim: acts}, blocks.ActionStepSkip: {claim: acts}, blocks.ActionStepBlock: {claim: acts}, blocks.ActionStepAssign: {claim: acts},
		blocks.ActionStepUndo: {claim: acts, before: []string{"done"}}, blocks.ActionPageNext: {claim: acts, target: blocks.Target{Page: 1}},
		blocks.ActionSnooze: {claim: acts, target: blocks.Target{Name: "15m"}}, blocks.ActionCommunicated: {claim: acts, idle: true}, blocks.ActionPublish: {claim: never},
		blocks.ActionReopen: {claim: acts, before: []string{"resolve over"}}, blocks.ActionClose: {claim: acts, before: []string{"resolve over"}}, blocks.ActionCancel: {claim: acts},
		blocks.ActionPostmortem: {claim: acts, before: []string{"resolve over"}}, blocks.ActionLearn: {claim: acts, before: []string{"resolve over"}}, blocks.ActionFollowUp: {claim: acts},
		blocks.ActionProbe: {claim: acts, target: blocks.Target{Step: 2}}, blocks.ActionJoin: {claim: acts}, blocks.ActionTimeline: {claim: sees, target: blocks.Target{Page: 1}},
		blocks.ActionOn:       {claim: acts, target: blocks.Target{Name: "note seen"}},
		blocks.ActionChoose:   {claim: acts, target: blocks.Target{Playbook: "site-down"}},
		blocks.ActionRunQuery: {claim: never, target: blocks.Target{Name: "payment-failures/payments-in-the-last-hour"}}, blocks.ActionRunAll: {claim: never},
		blocks.ActionStopQuery: {claim: never, target: blocks.Target{Page: 1}}, blocks.ActionDeclare: {claim: never}, blocks.ActionDeclareOffer: {claim: never}, blocks.ActionAttach: {claim: never}, blocks.ActionMute: {claim: never}, blocks.ActionRunbook: {claim: asks}, blocks.ActionLink: {claim: anyone},
		blocks.ActionRoundTake: {claim: never}, blocks.ActionRoundDone: {claim: never}, blocks.ActionRoundSkip: {claim: never}, blocks.ActionRoundProblem: {claim: never}, blocks.ActionRoundNote: {claim: never},
		blocks.ActionAccess:         {claim: anyone},
		blocks.ActionAcceptHandover: {claim: acts, idle: true}, blocks.ActionDeclineHandover: {claim: acts, idle: true}, blocks.ActionAcceptShift: {claim: anyone}, blocks.ActionDeclineShift: {claim: anyone}, blocks.ActionArrived: {claim: anyone},
	}
	formsOfGuests = map[string]way{
		blocks.CallbackDeclare: {claim: never}, blocks.CallbackDeclareFromMessage: {claim: never}, blocks.CallbackDeclareAnother: {claim: never}, blocks.CallbackUpdate: {claim: acts}, blocks.CallbackResolve: {claim: acts},
		blocks.CallbackPublish: {claim: never}, blocks.CallbackSent: {claim: acts, idle: true},
		blocks.CallbackCancel: {claim: acts}, blocks.CallbackStepSkip: {claim: acts}, blocks.CallbackStepBlock: {claim: acts}, blocks.CallbackAction: {claim: acts},
		blocks.CallbackLearn: {claim: acts, before: []string{"resolve over"}}, blocks.CallbackAddToTimeline: {claim: acts},
		blocks.CallbackRoundSkip: {claim: never}, blocks.CallbackRoundProblem: {claim: never}, blocks.CallbackRoundProblemAnother: {claim: never}, blocks.CallbackRoundNote: {claim: never},
	}
)

// TestNoWayIsForgotten: what is added to mayday is added to the tables above, with what it is for guests.
func TestNoWayIsForgotten(t *testing.T) {
	known := slices.Concat(slices.Collect(maps.Keys(onIncident)), slices.Collect(maps.Keys(aboutNone)), slices.Collect(maps.Keys(atHand)))
	require.NotEmpty(t, known)
	assert.ElementsMatch(t, known, slices.Collect(maps.Keys(commandsOfGuests)))
	actions, callbacks := constants(t)
	require.NotEmpty(t, actions)
	require.NotEmpty(t, callbacks)
	assert.ElementsMatch(t, actions, slices.Collect(maps.Keys(buttonsOfGuests)))
	assert.ElementsMatch(t, callbacks, slices.Collect(maps.Keys(formsOfGuests)))
}

// constants are the values of the constants Action… and Callback… of bot/blocks.
func constants(t *testing.T) (actions, callbacks []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../bot/blocks/ids.go", nil, 0)
	require.NoError(t, err)
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != len(spec.Names) {
			return true
		}
		for i, name := range spec.Names {
			value, ok := spec.Values[i].(*ast.BasicLit)
			if !ok || value.Kind != token.STRING {
				continue
			}
			s, err := strconv.Unquote(value.Value)
			require.NoError(t, err)
			switch {
			case strings.HasPrefix(name.Name, "Action"):
				actions = append(actions, s)
			case strings.HasPrefix(name.Name, "Callback"):
				callbacks = append(callbacks, s)
			}
		}
		return true
	})
	return actions, callbacks
}
