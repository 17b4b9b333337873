package handlers

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
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

// commandsOfGuests has a row for each command, and for each of its forms that comes to something else.
var commandsOfGuests = map[string][]way{
	"ack": {{claim: acts, text: "ack %s"}}, "decline": {{claim: acts, text: "decline %s"}}, "sev": {{claim: acts, text: "sev %s p2"}},
	"status":        {{claim: sees, text: "status %s"}, {claim: acts, text: "status %s monitoring"}},
	"investigating": {{claim: acts, text: "investigating %s"}}, "identified": {{claim: acts, text: "identified %s"}}, "monitoring": {{claim: acts, text: "monitoring %s"}},
	"take": {{claim: acts, text: "take %s scribe"}}, "role": {{claim: acts, text: "role %s scribe <@U0ANA01>"}},
	"lead": {{claim: acts, text: "lead %s"}}, "comms": {{claim: acts, text: "comms %s"}}, "scribe": {{claim: acts, text: "scribe %s"}}, "expert": {{claim: acts, text: "expert %s"}},
	"steps": {{claim: sees, text: "steps %s"}}, "step": {{claim: sees, text: "step %s"}, {claim: acts, text: "step %s 1 done"}},
	"done": {{claim: acts, text: "done %s"}}, "skip": {{claim: acts, text: "skip %s 1 why"}}, "blocked": {{claim: acts, text: "blocked %s 1 why"}},
	"undo": {{claim: acts, text: "undo %s", before: []string{"done"}}}, "assign": {{claim: acts, text: "assign %s 1 <@U0ANA01>"}},
	"playbook": {{claim: sees, text: "playbook %s"}, {claim: acts, text: "playbook %s site-down"}},
	"probe":    {{claim: acts, text: "probe %s 2"}},
	"run":      {{claim: sees, text: "run %s"}, {claim: never, text: "run %s all"}, {claim: never, text: "run %s diff"}, {claim: never, text: "run %s payments"}},
	"sql":      {{claim: never, text: "sql %s select 1"}, {claim: never, text: "sql %s"}},
	"update":   {{claim: acts, text: "update %s rolled back"}}, "note": {{claim: acts, text: "note %s seen"}}, "action": {{claim: acts, text: "action %s write a test"}},
	"sent": {{claim: acts, text: "sent %s", idle: true}}, "page": {{claim: acts, text: "page %s <@U0ANA01> look"}}, "snooze": {{claim: acts, text: "snooze %s 15m why"}},
	"resolve": {{claim: acts, text: "resolve %s over"}}, "cancel": {{claim: acts, text: "cancel %s no fault"}}, "private": {{claim: acts, text: "private %s"}},
	"reopen": {{claim: acts, text: "reopen %s again", before: []string{"resolve over"}}}, "close": {{claim: acts, text: "close %s", before: []string{"resolve over"}}},
	"timeline": {{claim: sees, text: "timeline %s"}}, "export": {{claim: acts, text: "export %s"}}, "learn": {{claim: acts, text: "learn %s name the switch", before: []string{"resolve over"}}},
	"postmortem": {{claim: acts, text: "postmortem %s", before: []string{"resolve over"}}},
	"declare":    {{claim: never, text: "declare p1 site-down gone"}, {claim: never, text: "declare"}, {claim: never, text: "p1 gone"}, {claim: never, text: "open p1 database"}, {claim: never, text: "p0 site-dwn"}},
	"drill":      {{claim: never, text: "drill site-down"}},
	"list":       {{claim: anyone, text: "list"}}, "find": {{claim: anyone, text: "find payroll"}}, "help": {{claim: anyone, text: "help"}},
	"runbook": {{claim: asks, text: "runbook"}, {claim: asks, text: "runbook site-down"}}, "contacts": {{claim: asks, text: "contacts"}}, "matrix": {{claim: asks, text: "matrix"}},
	"dashboards": {{claim: asks, text: "dashboards"}}, "statuspages": {{claim: asks, text: "statuspages"}}, "checklist": {{claim: asks, text: "checklist"}},
}

// buttonsOfGuests has a row for each constant Action…, formsOfGuests for each Callback….
var (
	buttonsOfGuests = map[string]way{
		blocks.ActionAcknowledge: {claim: acts}, blocks.ActionDecline: {claim: acts}, blocks.ActionTakeLead: {claim: acts}, blocks.ActionUpdate: {claim: acts}, blocks.ActionResolve: {claim: acts},
		blocks.ActionStatus: {claim: acts, target: blocks.Target{Name: "monitoring"}}, blocks.ActionSeverity: {claim: acts, target: blocks.Target{Name: "P2"}},
		blocks.ActionStepDone: {claim: acts}, blocks.ActionStepSkip: {claim: acts}, blocks.ActionStepBlock: {claim: acts}, blocks.ActionStepAssign: {claim: acts},
		blocks.ActionStepUndo: {claim: acts, before: []string{"done"}}, blocks.ActionPageNext: {claim: acts, target: blocks.Target{Page: 1}},
		blocks.ActionSnooze: {claim: acts, target: blocks.Target{Name: "15m"}}, blocks.ActionCommunicated: {claim: acts, idle: true},
		blocks.ActionReopen: {claim: acts, before: []string{"resolve over"}}, blocks.ActionClose: {claim: acts, before: []string{"resolve over"}}, blocks.ActionCancel: {claim: acts},
		blocks.ActionPostmortem: {claim: acts, before: []string{"resolve over"}}, blocks.ActionLearn: {claim: acts, before: []string{"resolve over"}}, blocks.ActionFollowUp: {claim: acts},
		blocks.ActionProbe: {claim: acts, target: blocks.Target{Step: 2}}, blocks.ActionJoin: {claim: acts}, blocks.ActionTimeline: {claim: sees, target: blocks.Target{Page: 1}},
		blocks.ActionChoose:   {claim: acts, target: blocks.Target{Playbook: "site-down"}},
		blocks.ActionRunQuery: {claim: never, target: blocks.Target{Name: "payment-failures/payments-in-the-last-hour"}}, blocks.ActionRunAll: {claim: never},
		blocks.ActionStopQuery: {claim: never, target: blocks.Target{Page: 1}}, blocks.ActionDeclare: {claim: never}, blocks.ActionDeclareOffer: {claim: never}, blocks.ActionAttach: {claim: never}, blocks.ActionMute: {claim: never}, blocks.ActionRunbook: {claim: asks}, blocks.ActionLink: {claim: anyone},
		blocks.ActionRoundTake: {claim: never}, blocks.ActionRoundDone: {claim: never}, blocks.ActionRoundSkip: {claim: never}, blocks.ActionRoundProblem: {claim: never}, blocks.ActionRoundNote: {claim: never},
	}
	formsOfGuests = map[string]way{
		blocks.CallbackDeclare: {claim: never}, blocks.CallbackDeclareFromMessage: {claim: never}, blocks.CallbackUpdate: {claim: acts}, blocks.CallbackResolve: {claim: acts},
		blocks.CallbackCancel: {claim: acts}, blocks.CallbackStepSkip: {claim: acts}, blocks.CallbackStepBlock: {claim: acts}, blocks.CallbackAction: {claim: acts},
		blocks.CallbackLearn: {claim: acts, before: []string{"resolve over"}}, blocks.CallbackAddToTimeline: {claim: acts},
		blocks.CallbackRoundSkip: {claim: never}, blocks.CallbackRoundProblem: {claim: never}, blocks.CallbackRoundNote: {claim: never},
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

// refusedAsGuest are the words for somebody who may not because of what they are.
var refusedAsGuest = regexp.MustCompile(`You are a guest in this workspace|You belong to another workspace`)

// lodge is a mayday with a secret incident, number 1, and one more for each way that is tried.
type lodge struct {
	t     *testing.T
	h     *Handlers
	homes map[string]string // what stands in the Home of each person
	n     int
}

func (l *lodge) OpenView(context.Context, string, slack.ModalViewRequest) (bot.View, error) {
	return bot.View{}, nil
}

func (l *lodge) PublishHome(_ context.Context, user string, v slack.HomeTabViewRequest) (bot.View, error) {
	for _, b := range v.Blocks.BlockSet {
		if s, ok := b.(*slack.SectionBlock); ok && s.Text != nil {
			l.homes[user] += s.Text.Text + "\n"
		}
	}
	return bot.View{}, nil
}

func (l *lodge) Respond(context.Context, string, bot.Message) error { return nil }

func (l *lodge) PostEphemeral(context.Context, string, string, bot.Message) error { return nil }

func (l *lodge) Post(context.Context, string, bot.Message) (bot.Posted, error) {
	return bot.Posted{}, nil
}

func (l *lodge) Invite(context.Context, string, ...string) (map[string]string, error) {
	return nil, nil
}

func newLodge(t *testing.T, access incident.Access) *lodge {
	h, _ := guarded(t, false, crowd{"U0GUS01": {ID: "U0GUS01", Guest: true}, "U0FAY01": {ID: "U0FAY01", Foreign: true}, "U0ANA01": {ID: "U0ANA01"}})
	l := &lodge{t: t, h: h, homes: map[string]string{}}
	h.Slack, h.Diagnostics, h.SQLUsers, h.Access = l, open{}, incident.SQLMembers, access
	return l
}

// declare opens another incident, by ana, in a channel of its own.
func (l *lodge) declare(before []string) incident.Incident {
	l.t.Helper()
	rb := l.h.Runbook()
	pb, ok := rb.Scenario("payment-failures")
	require.True(l.t, ok)
	l.n++
	channel := fmt.Sprintf("C0LODGE%04d", l.n)
	inc, err := l.h.Store.Declare(l.t.Context(), []string{channel}, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Declare(ref, incident.Declaration{Title: "checkout is slow", Severity: "P1", Playbook: pb, Policy: rb.Policy, By: "U0ANA01"}, now)
	})
	require.NoError(l.t, err)
	_, err = l.h.Store.Update(l.t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, channel, inc.NameForChannel(), now)
	})
	require.NoError(l.t, err)
	for _, text := range before {
		answer(l.t, l.h, bot.Request{Kind: bot.Command, Text: text}, "U0ANA01", channel)
	}
	return l.state(inc.ID)
}

func (l *lodge) state(id int64) incident.Incident {
	l.t.Helper()
	inc, err := l.h.Store.Incident(l.t.Context(), incident.Ref{Incident: id})
	require.NoError(l.t, err)
	return inc
}

// jobs counts what is to be done for an incident; of one kind unless that is empty.
func (l *lodge) jobs(id int64, kind string) (n int) {
	l.t.Helper()
	require.NoError(l.t, l.h.Store.Pool().QueryRow(l.t.Context(), `select count(*) from river.river_job where (args->>'incident')::bigint = $1 and ($2 = '' or kind = $2)`, id, kind).Scan(&n))
	return n
}

// request makes a request of a way, about an incident; named: its number is typed.
func (w way) request(kind, name string, about incident.Incident, named bool) bot.Request {
	target := w.target
	target.Incident = about.ID
	if target.Playbook == "" {
		target.Playbook = "payment-failures"
	}
	if target.Step == 0 {
		target.Step = 1
	}
	switch kind {
	case "command":
		number := ""
		if named {
			number = fmt.Sprintf("#%d", about.ID)
		}
		if !strings.Contains(w.text, "%s") {
			return bot.Request{Kind: bot.Command, Text: w.text}
		}
		return bot.Request{Kind: bot.Command, Text: strings.TrimSpace(strings.ReplaceAll(fmt.Sprintf(w.text, number), "  ", " "))}
	case "button":
		r := bot.Request{Kind: bot.Action, ActionID: name + "::" + about.UID, Value: target.String()}
		if name == blocks.ActionStepAssign {
			r.BlockID, r.Value = "assign:"+target.String(), "U0ANA01"
		}
		return r
	case "shortcut":
		return bot.Request{Kind: bot.MessageShortcut, CallbackID: name, MessageTS: "1700000000.000100", Message: &bot.Received{Text: "seen"}}
	}
	in := bot.Inputs{}
	for _, field := range []string{blocks.FieldText, blocks.FieldSummary, blocks.FieldReason, blocks.FieldTitle} {
		in[field] = map[string][]string{field: {"words"}}
	}
	in[blocks.FieldSeverity] = map[string][]string{blocks.FieldSeverity: {"P1"}}
	metadata := fmt.Sprintf("%d/%s/%d//%s", about.ID, target.Playbook, target.Step, about.UID)
	return bot.Request{Kind: bot.Submission, View: &bot.View{CallbackID: name, PrivateMetadata: openedIn("C0ELSE1", metadata), Values: in}}
}

// ways are all rows of the tables, by the kind of thing and its name.
func ways() map[string]map[string][]way {
	all := map[string]map[string][]way{"command": commandsOfGuests, "button": {}, "form": {}, "shortcut": {
		blocks.CallbackDeclare: {formsOfGuests[blocks.CallbackDeclare]}, blocks.CallbackDeclareFromMessage: {formsOfGuests[blocks.CallbackDeclareFromMessage]},
		blocks.CallbackAddToTimeline: {formsOfGuests[blocks.CallbackAddToTimeline]},
	}}
	for name, w := range buttonsOfGuests {
		all["button"][name] = []way{w}
	}
	for name, w := range formsOfGuests {
		if name != blocks.CallbackAddToTimeline { // which is a menu's entry only
			all["form"][name] = []way{w}
		}
	}
	return all
}

// eachWay tries every way in turn.
func eachWay(try func(what, kind, name string, w way)) {
	for kind, names := range ways() {
		for name, list := range names {
			for _, w := range list {
				try(strings.TrimSpace(kind+" "+name+" "+w.text), kind, name, w)
			}
		}
	}
}

// each tries every way in turn with an incident of its own.
func (l *lodge) each(try func(what, kind, name string, w way, inc incident.Incident)) {
	eachWay(func(what, kind, name string, w way) { try(what, kind, name, w, l.declare(w.before)) })
}

// TestWhatGuestsDoInTheirChannel: in the channel of an incident they work as everybody does, and run no SQL.
func TestWhatGuestsDoInTheirChannel(t *testing.T) {
	l := newLodge(t, incident.Access{})
	for _, who := range []string{"U0GUS01", "U0FAY01"} {
		l.each(func(what, kind, name string, w way, inc incident.Incident) {
			jobs, queries := l.jobs(inc.ID, ""), l.jobs(inc.ID, "run_queries")
			got := answer(t, l.h, w.request(kind, name, inc, false), who, inc.ChannelID)
			after := l.state(inc.ID)
			came := after.Revision > inc.Revision || l.jobs(inc.ID, "") > jobs || strings.Contains(got, "is done")
			switch w.claim {
			case never:
				assert.Regexp(t, refusedAsGuest, got, "%s: %s", who, what)
				assert.False(t, came, "%s: %s comes to nothing", who, what)
			case acts:
				assert.NotRegexp(t, refusedAsGuest, got, "%s: %s", who, what)
				assert.Equal(t, !w.idle, came, "%s: %s comes to something: %s", who, what, got)
			default:
				assert.NotRegexp(t, refusedAsGuest, got, "%s: %s", who, what)
				assert.NotContains(t, got, "payroll", "%s: %s shows no other incident", who, what)
				assert.False(t, came, "%s: %s changes nothing", who, what)
			}
			assert.Equal(t, queries, l.jobs(inc.ID, "run_queries"), "%s: %s runs no query, not by a detour either", who, what)
		})
	}
	assert.Equal(t, 1, l.others(), "and nothing was declared")
}

// others counts the incidents that no way was tried with.
func (l *lodge) others() (n int) {
	l.t.Helper()
	require.NoError(l.t, l.h.Store.Pool().QueryRow(l.t.Context(), `select count(*) - $1 from mayday.incident`, l.n).Scan(&n))
	return n
}

// TestWhatGuestsDoElsewhere: from another channel, from another incident's, from their conversation with mayday and
// from nowhere, nothing is done and nothing is shown.
func TestWhatGuestsDoElsewhere(t *testing.T) {
	l := newLodge(t, incident.Access{})
	other := l.declare(nil)
	// Nothing changes these two, so they do for all ways.
	going, over := l.declare([]string{"done"}), l.declare([]string{"resolve over"})
	state := func() (all []int) {
		for _, inc := range []incident.Incident{other, going, over} {
			all = append(all, l.state(inc.ID).Revision, l.jobs(inc.ID, ""))
		}
		return all
	}
	before := state()
	for _, who := range []string{"U0GUS01", "U0FAY01"} {
		for _, where := range []string{"C0ELSE1", other.ChannelID, "D0THEIRS1"} {
			eachWay(func(what, kind, name string, w way) {
				inc := going
				if slices.Contains(w.before, "resolve over") {
					inc = over
				}
				got := answer(t, l.h, w.request(kind, name, inc, true), who, where)
				assert.NotContains(t, got, "payroll", "%s: %s in %s", who, what, where)
				switch {
				case name == blocks.CallbackAddToTimeline && where == other.ChannelID:
					before = state() // it is about the channel in which the message stands
				case name == blocks.CallbackAddToTimeline:
					assert.Contains(t, got, "not an incident's channel", "%s in %s", who, where)
				case w.claim != anyone && (w.claim != asks || where != other.ChannelID):
					assert.Regexp(t, refusedAsGuest, got, "%s: %s in %s", who, what, where)
				}
				assert.NotContains(t, got, "is done", "%s: %s in %s", who, what, where)
				if !assert.Equal(t, before, state(), "%s: %s in %s", who, what, where) {
					before = state()
				}
			})
		}
	}
	assert.Equal(t, 1, l.others(), "and nothing was declared")
}

// TestWhatIsListedForGuests: their Home and every list have those incidents that they take part in, however many others there are since.
func TestWhatIsListedForGuests(t *testing.T) {
	l := newLodge(t, incident.Access{})
	theirs := l.declare(nil)
	for _, who := range []string{"U0GUS01", "U0FAY01"} {
		assert.NotContains(t, l.home(who), "checkout", "%s takes part in none", who)
		answer(t, l.h, bot.Request{Kind: bot.Command, Text: "take scribe"}, who, theirs.ChannelID)
	}
	for range 25 { // more than a list holds
		l.declare(nil)
	}
	for _, who := range []string{"U0GUS01", "U0FAY01"} {
		shown := l.home(who)
		assert.Equal(t, 1, strings.Count(shown, "checkout"), "%s takes part in one", who)
		assert.Contains(t, shown, theirs.ChannelID, who)
		assert.NotContains(t, shown, "payroll", who)
		for _, text := range []string{"list", "find checkout"} {
			assert.Contains(t, answer(t, l.h, bot.Request{Kind: bot.Command, Text: text}, who, "C0ELSE1"), "1 incident,", "%s: %s", who, text)
		}
		assert.Contains(t, answer(t, l.h, bot.Request{Kind: bot.Command, Text: "ack"}, who, "C0ELSE1"), fmt.Sprintf("P1 incident %d", theirs.ID), "which of theirs is meant")
		assert.Contains(t, answer(t, l.h, bot.Request{Kind: bot.Command, Text: "find payroll"}, who, "C0ELSE1"), "No incidents", who)
	}
	assert.Contains(t, answer(t, l.h, bot.Request{Kind: bot.Command, Text: "find payroll"}, "U0ANA01", "C0ELSE1"), "1 incident,", "a member finds all")
	strict := newLodge(t, incident.Access{Guests: incident.GuestsOff})
	assert.NotContains(t, strict.home("U0GUS01"), "payroll")
}

// home draws somebody's Home and gives what it says.
func (l *lodge) home(who string) string {
	l.t.Helper()
	l.homes[who] = ""
	reply := l.h.Handle(l.t.Context(), bot.Request{Kind: bot.EventKind, User: who, Event: &bot.Event{Type: "app_home_opened", Tab: "home", User: who}})
	require.NotNil(l.t, reply.After)
	reply.After(l.t.Context())
	require.NotEmpty(l.t, l.homes[who])
	return l.homes[who]
}

// TestGuestsWhereTheyMayOnlyReadOrNothing: the two stricter settings, in the channel itself.
func TestGuestsWhereTheyMayOnlyReadOrNothing(t *testing.T) {
	for setting, allowed := range map[string][]claim{incident.GuestsRead: {sees, asks, anyone}, incident.GuestsOff: {anyone}} {
		l := newLodge(t, incident.Access{Guests: setting})
		l.each(func(what, kind, name string, w way, inc incident.Incident) {
			jobs := l.jobs(inc.ID, "")
			got := answer(t, l.h, w.request(kind, name, inc, false), "U0GUS01", inc.ChannelID)
			if name == "list" || name == "find" {
				assert.Equal(t, setting == incident.GuestsOff, refusedAsGuest.MatchString(got), "%s: %s", setting, what)
			} else {
				assert.Equal(t, !slices.Contains(allowed, w.claim), refusedAsGuest.MatchString(got), "%s: %s: %s", setting, what, got)
			}
			assert.Equal(t, inc.Revision, l.state(inc.ID).Revision, "%s: %s", setting, what)
			assert.Equal(t, jobs, l.jobs(inc.ID, ""), "%s: %s", setting, what)
		})
	}
}

// TestAPushpinOfAGuest: an emoji in the channel of an incident counts where they may act.
func TestAPushpinOfAGuest(t *testing.T) {
	for setting, want := range map[string]int{incident.GuestsAct: 1, incident.GuestsRead: 0, incident.GuestsOff: 0} {
		l := newLodge(t, incident.Access{Guests: setting})
		inc := l.declare(nil)
		l.h.Handle(t.Context(), bot.Request{Kind: bot.EventKind, Keys: []string{"event:1"}, User: "U0GUS01", Channel: inc.ChannelID,
			Event: &bot.Event{Type: "reaction_added", Reaction: "pushpin", User: "U0GUS01", Channel: inc.ChannelID, TS: "1700000000.000100"}})
		assert.Equal(t, want, l.jobs(inc.ID, "follow_message"), setting)
	}
}
