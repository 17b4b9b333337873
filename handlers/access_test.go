package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// crowd answers for Slack: who somebody is, or an error.
type crowd map[string]bot.User

func (c crowd) User(_ context.Context, id string) (bot.User, error) {
	u, ok := c[id]
	if !ok {
		return u, errors.New("Slack does not answer")
	}
	return u, nil
}

func (crowd) GroupMembers(context.Context, string) ([]string, error) { return nil, nil }

const secret = "payroll of the board leaked"

// guarded is a mayday with one incident in channel C0INC01, which ana declared.
func guarded(t *testing.T, private bool, people crowd) (*Handlers, *observer.ObservedLogs) {
	t.Helper()
	return guardedAt(t, newURL(t), private, people)
}

// standard is the runbook that mayday brings. Who changes something takes a copy.
var standard = sync.OnceValue(func() *playbooks.Runbook { return playbooks.Default() })

// guardedAt is guarded with the database of an address.
func guardedAt(t *testing.T, url string, private bool, people crowd) (*Handlers, *observer.ObservedLogs) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	core, logs := observer.New(zapcore.DebugLevel)
	own := *standard()
	own.Scenarios = slices.Clone(own.Scenarios)
	rb := &own
	h := &Handlers{Store: st, Runbook: func() *playbooks.Runbook { return rb }, People: people, Log: zap.New(core), Probes: true}
	pb, _ := rb.Scenario("payment-failures")
	inc, err := st.Declare(t.Context(), []string{"k"}, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Declare(ref, incident.Declaration{Title: secret, Severity: "P1", Playbook: pb, Policy: rb.Policy, By: "U0ANA01", Private: private}, now)
	})
	require.NoError(t, err)
	_, err = st.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C0INC01", inc.NameForChannel(), now)
	})
	require.NoError(t, err)
	return h, logs
}

// everyWay is each way to ask something of incident 1: its commands, buttons, menus, choices and forms.
func everyWay(t *testing.T, h *Handlers) map[string]bot.Request {
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	ways := map[string]bot.Request{}
	for v := range verbs {
		if onIncident[parse(v).verb] != nil {
			ways["command "+v] = bot.Request{Kind: bot.Command, Text: v + " #1 done"}
			ways["command "+v+" alone"] = bot.Request{Kind: bot.Command, Text: v + " #1"}
		}
	}
	for _, a := range []string{blocks.ActionAcknowledge, blocks.ActionTakeLead, blocks.ActionUpdate, blocks.ActionResolve, blocks.ActionStatus, blocks.ActionSeverity,
		blocks.ActionStepDone, blocks.ActionStepSkip, blocks.ActionStepBlock, blocks.ActionStepUndo, blocks.ActionPageNext, blocks.ActionSnooze, blocks.ActionCommunicated, blocks.ActionPublish,
		blocks.ActionReopen, blocks.ActionClose, blocks.ActionCancel, blocks.ActionPostmortem, blocks.ActionRunQuery, blocks.ActionRunAll, blocks.ActionStopQuery, blocks.ActionProbe,
		blocks.ActionLearn, blocks.ActionFollowUp, blocks.ActionJoin, blocks.ActionChoose, blocks.ActionTimeline} {
		ways["button "+a] = bot.Request{Kind: bot.Action, ActionID: a + "::" + inc.UID, Value: "1/payment-failures/1"}
	}
	ways["menu assign"] = bot.Request{Kind: bot.Action, ActionID: blocks.ActionStepAssign + "::" + inc.UID, BlockID: "assign:1/payment-failures/1", Value: "U0EVE01"}
	for _, f := range []string{blocks.CallbackUpdate, blocks.CallbackResolve, blocks.CallbackPublish, blocks.CallbackSent, blocks.CallbackCancel, blocks.CallbackStepSkip, blocks.CallbackStepBlock, blocks.CallbackAction, blocks.CallbackLearn} {
		text := map[string][]string{blocks.FieldText: {"x"}, blocks.FieldSummary: {"x"}, blocks.FieldReason: {"x"}}
		in := bot.Inputs{}
		for field, v := range text {
			in[field] = map[string][]string{field: v}
		}
		ways["form "+f] = bot.Request{Kind: bot.Submission, View: &bot.View{CallbackID: f, PrivateMetadata: openedIn("C0ELSE1", "1/payment-failures/1//"+inc.UID), Values: in}}
	}
	return ways
}

// answer is all that a person would read of a reply.
func answer(t *testing.T, h *Handlers, r bot.Request, by, channel string) string {
	t.Helper()
	r.User, r.Keys = by, []string{"envelope:" + rand.Text()}
	if r.Kind != bot.Submission {
		r.Channel = channel
	} else {
		view := *r.View
		view.PrivateMetadata = strings.Replace(view.PrivateMetadata, "C0ELSE1", channel, 1)
		r.View = &view
	}
	reply := h.Handle(t.Context(), r)
	s := reply.Text + fmt.Sprint(reply.ViewErrors)
	if reply.After != nil || reply.View != nil {
		s += " and something is done"
	}
	return s
}

func revision(t *testing.T, h *Handlers) int {
	t.Helper()
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	return inc.Revision
}

// TestWhatIsPrivateIsNotThereForOthers: no command, button, choice or form of
// somebody who takes no part changes it, says that it is there, or what it is about.
func TestWhatIsPrivateIsNotThereForOthers(t *testing.T) {
	t.Parallel()
	h, logs := guarded(t, true, crowd{"U0EVE01": {ID: "U0EVE01"}})
	before := revision(t, h)
	for name, r := range everyWay(t, h) {
		got := answer(t, h, r, "U0EVE01", "C0ELSE1")
		assert.Regexp(t, "no such incident|no longer knows the incident 1", got, name)
		assert.NotContains(t, got, "payroll", name)
		assert.NotContains(t, got, "is done", name)
	}
	assert.Equal(t, before, revision(t, h), "nothing changed")
	for _, text := range []string{"list", "find payroll", "ack", "", "update x"} {
		assert.NotContains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: text}, "U0EVE01", "C0ELSE1"), "payroll", text)
	}
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	assert.NotContains(t, inc.NameForChannel(), "payroll")
	assert.NotContains(t, inc.NameForChannel(), "payment")
	for _, e := range logs.All() {
		assert.NotContains(t, fmt.Sprint(e.Message, e.ContextMap()), "payroll")
	}
	// In its channel, and for who takes part, it is there.
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "status"}, "U0EVE01", "C0INC01"), "payroll")
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "ack 1"}, "U0ANA01", "C0ELSE1"), "cknowledged")
}

// TestGuestsAndOthersElsewhere: outside the channels that they are in, guests,
// people of other workspaces and bots change nothing in any way, and nothing is shown to them.
func TestGuestsAndOthersElsewhere(t *testing.T) {
	t.Parallel()
	people := crowd{"U0GUS01": {ID: "U0GUS01", Guest: true}, "U0FAY01": {ID: "U0FAY01", Foreign: true}, "U0BOT01": {ID: "U0BOT01", Bot: true}, "U0OLD01": {ID: "U0OLD01", Deleted: true}}
	h, _ := guarded(t, false, people)
	before := revision(t, h)
	for who := range people {
		for name, r := range everyWay(t, h) {
			got := answer(t, h, r, who, "C0ELSE1")
			assert.NotContains(t, got, "payroll", "%s: %s", who, name)
			assert.NotContains(t, got, "is done", "%s: %s", who, name)
			assert.Regexp(t, "guest|another workspace|bots|no such incident|cannot be|whole|Which|no number", got, "%s: %s is answered with why", who, name)
		}
		for _, text := range []string{"p0 site-down gone", "drill site-down", "declare", "", "list", "find payroll", "contacts", "runbook"} {
			got := answer(t, h, bot.Request{Kind: bot.Command, Text: text}, who, "C0ELSE1")
			assert.NotContains(t, got, "payroll", "%s: %s", who, text)
			assert.NotContains(t, got, "Okafor", "%s: %s", who, text)
			assert.NotContains(t, got, "is done", "%s: %s", who, text)
		}
		form := bot.Request{Kind: bot.Submission, View: &bot.View{CallbackID: blocks.CallbackDeclare, PrivateMetadata: openedIn("C0ELSE1", "")}}
		assert.Regexp(t, "cannot let you declare|no orders from bots", answer(t, h, form, who, "C0ELSE1"), who)
	}
	assert.Equal(t, before, revision(t, h), "nothing changed")
	_, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 2})
	assert.ErrorIs(t, err, store.ErrNotFound, "and nothing was declared")
}

// TestSlackDoesNotSayWho: nobody waits for it at night, but the database stays shut.
func TestSlackDoesNotSayWho(t *testing.T) {
	t.Parallel()
	h, logs := guarded(t, false, crowd{})
	h.Diagnostics, h.SQLUsers = open{}, incident.SQLMembers
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "ack 1"}, "U0WHO01", "C0ELSE1"), "cknowledged")
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "p1 site-down gone --another"}, "U0WHO01", "C0ELSE1"), "is opening")
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "sql select 1"}, "U0WHO01", "C0INC01"), "did not say just now who you are")
	assert.NotZero(t, logs.FilterMessageSnippet("who made a request").Len(), "and the operators hear of it")
}

// TestWhatWasSaidLastCounts: a guest stays one while Slack does not answer.
func TestWhatWasSaidLastCounts(t *testing.T) {
	t.Parallel()
	people := crowd{"U0GUS01": {ID: "U0GUS01", Guest: true}}
	h, _ := guarded(t, false, people)
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "ack 1"}, "U0GUS01", "C0ELSE1"), "guest")
	delete(people, "U0GUS01")
	h.met.known["U0GUS01"] = acquaintance{h.met.known["U0GUS01"].user, time.Now().Add(-2 * knownFor)}
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "ack 1"}, "U0GUS01", "C0ELSE1"), "guest")
}

// open is a database that would run anything.
type open struct{}

func (open) Judge(string) *diagnostics.Refusal { return nil }
func (open) Shut() *diagnostics.Failure        { return nil }
