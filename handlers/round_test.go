package handlers

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
	"mayday/store"
)

// rounded is a lodge in which the round of a checklist goes on, whose message stands in C0OPS at 7.1.
func rounded(l *lodge, items ...routine.Item) routine.Ref {
	l.t.Helper()
	list := &routine.Checklist{Slug: "morning", Name: "Morning", Cadence: routine.Cadence{Every: routine.Daily}, Items: items}
	var ref routine.Ref
	require.NoError(l.t, l.h.Store.PlanRoutine(l.t.Context(), "morning", func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		c, err := routine.Plan(r, round, routine.Planning{Checklist: list, Calendar: routine.Calendar{Hour: 9 * time.Hour}}, now)
		if err == nil {
			c, err = routine.Begin(c.Routine, c.Round, c.Routine.Next)
		}
		ref = c.Round.Ref
		return c, err
	}))
	require.NoError(l.t, l.h.Store.SaveRoundShown(l.t.Context(), ref, store.Shown{Channel: "C0OPS", TS: "7.1"}))
	return ref
}

func (l *lodge) round(ref routine.Ref) routine.Round {
	l.t.Helper()
	r, err := l.h.Store.Round(l.t.Context(), ref)
	require.NoError(l.t, err)
	return r
}

func item(ref routine.Ref, number int) blocks.Target {
	return blocks.Target{Playbook: ref.Routine, Step: number, Name: string(ref.Period)}
}

var items = []routine.Item{{Text: "Look at the queue"}, {Text: "Payments fail nowhere"}, {Text: "Read the news"}}

func TestARoundIsGoneThrough(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	l.h.People = crowd{"U0ANA01": {ID: "U0ANA01", Name: "ana", RealName: "Ana Ruiz"}, "U0BEN01": {ID: "U0BEN01", Name: "ben"}}
	ref := rounded(l, items...)
	assert.Empty(t, l.press(blocks.ActionRoundTake, item(ref, 0), "C0OPS").Text, "it shows in the message")
	assert.Equal(t, "U0ANA01", l.round(ref).On)
	assert.Contains(t, l.press(blocks.ActionRoundTake, item(ref, 0), "C0OPS").Text, "on it already")
	assert.Empty(t, l.press(blocks.ActionRoundDone, item(ref, 1), "C0OPS").Text)
	assert.Equal(t, routine.Done, l.round(ref).Lines[0].State)
	assert.Contains(t, l.press(blocks.ActionRoundDone, item(ref, 1), "C0OPS").Text, "Done already by Ana Ruiz")

	l.press(blocks.ActionRoundSkip, item(ref, 3), "C0OPS")
	require.Equal(t, blocks.CallbackRoundSkip, l.form().CallbackID)
	assert.Contains(t, inJSON(t, l.form()), "Read the news")
	assert.Contains(t, l.sends(l.form(), nil).ViewErrors[blocks.FieldReason], "in a few words")
	assert.Empty(t, l.sends(l.form(), map[string][]string{blocks.FieldReason: {"a holiday"}}).ViewErrors)
	assert.Equal(t, []any{routine.Skipped, "a holiday", "U0ANA01"}, []any{l.round(ref).Lines[2].State, l.round(ref).Lines[2].Why, l.round(ref).Lines[2].By})

	l.press(blocks.ActionRoundNote, item(ref, 0), "C0OPS")
	require.Equal(t, blocks.CallbackRoundNote, l.form().CallbackID)
	assert.Empty(t, l.sends(l.form(), map[string][]string{blocks.FieldText: {"all calm"}}).ViewErrors)
	require.Len(t, l.round(ref).Notes, 1)
	assert.Equal(t, "all calm", l.round(ref).Notes[0].Text)

	by := bot.Request{Kind: bot.Action, User: "U0BEN01", ActionID: blocks.ActionRoundDone, Value: item(ref, 2).String(), Channel: "C0OPS", Keys: []string{"ben's"}}
	l.does(by)
	assert.Empty(t, l.does(by).Text, "a delivery that comes again is answered by nothing")
	assert.Equal(t, "U0BEN01", l.round(ref).Lines[1].By)
	assert.Contains(t, l.press(blocks.ActionRoundDone, item(ref, 2), "C0OPS").Text, "Done already by ben,", "without a real name by the other")
	l.h.People = crowd{}
	assert.Contains(t, l.press(blocks.ActionRoundDone, item(ref, 2), "C0OPS").Text, "by U0BEN01")
	l.h.People = nil
	assert.Contains(t, l.press(blocks.ActionRoundDone, item(ref, 2), "C0OPS").Text, "by U0BEN01")
}

func TestAProblemOfARoundMayBeAnIncident(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	ref := rounded(l, items...)
	l.press(blocks.ActionRoundProblem, item(ref, 2), "C0OPS")
	form := l.form()
	require.Equal(t, blocks.CallbackRoundProblem, form.CallbackID)
	assert.Contains(t, inJSON(t, form), `"initial_option":{"text":{"type":"plain_text","text":"Payment Failures"`, "the scenario that fits the words")
	assert.NotContains(t, inJSON(t, form), "GitHub")
	l.h.Issues = true
	l.press(blocks.ActionRoundProblem, item(ref, 1), "C0OPS")
	assert.Contains(t, inJSON(t, l.form()), "GitHub", "where issues can be filed")

	declares := map[string][]string{blocks.FieldText: {"ten failed"}, blocks.FieldThen: {string(routine.ThenDeclare)}, blocks.FieldSeverity: {"P2"}, blocks.FieldScenario: {"payment-failures"}}
	same := l.sends(form, declares)
	require.NotNil(t, same.View, "incident 1 has this scenario and is open")
	assert.Equal(t, blocks.CallbackRoundProblemAnother, same.View.CallbackID)
	assert.Contains(t, inJSON(t, same.View), "ten failed", "nothing that was typed is lost")
	assert.Equal(t, routine.Open, l.round(ref).Lines[1].State)
	assert.Empty(t, l.sends(*same.View, declares))
	line := l.round(ref).Lines[1]
	assert.Equal(t, []any{routine.Problem, "ten failed", routine.ThenDeclare, "U0ANA01"}, []any{line.State, line.Why, line.Then, line.By})
	assert.Contains(t, l.sends(*same.View, declares).ViewErrors[blocks.FieldText], "Followed up already")

	noted := map[string][]string{blocks.FieldText: {"slow"}, blocks.FieldThen: {string(routine.ThenNote)}, blocks.FieldScenario: {"payment-failures"}}
	l.press(blocks.ActionRoundProblem, item(ref, 1), "C0OPS")
	assert.Empty(t, l.sends(l.form(), noted), "what is only noted is compared with nothing")
	assert.Equal(t, routine.ThenNote, l.round(ref).Lines[0].Then)

	l.h.Access.Declare = "S0OTHER1"
	l.press(blocks.ActionRoundProblem, item(ref, 3), "C0OPS")
	assert.Contains(t, l.sends(l.form(), declares).ViewErrors[blocks.FieldText], "declare")
	assert.Equal(t, routine.Open, l.round(ref).Lines[2].State, "who may not declare does it by no other way")
}

// TestTheIncidentThatAnItemWouldBe: what its scenario is at its mildest; without one the third of the severities, or the last.
func TestTheIncidentThatAnItemWouldBe(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	rb := *l.h.Runbook()
	pb, _ := rb.Scenario("payment-failures")
	severity, scenario := l.h.incidentOf(routine.Line{Item: routine.Item{Text: "Look"}, Why: "payments fail"})
	assert.Equal(t, []string{pb.Severities[len(pb.Severities)-1], "payment-failures"}, []string{severity, scenario}, "also by what was said of it")
	severity, scenario = l.h.incidentOf(routine.Line{Item: routine.Item{Text: "xyzzy"}})
	assert.Equal(t, []string{rb.Policy.Labels()[2], ""}, []string{severity, scenario})
	rb.Scenarios = slices.Clone(rb.Scenarios)
	for i := range rb.Scenarios {
		rb.Scenarios[i].Severities = nil
	}
	l.h.Runbook = func() *playbooks.Runbook { return &rb }
	severity, scenario = l.h.incidentOf(routine.Line{Item: routine.Item{Text: "payments fail"}})
	assert.Equal(t, []string{rb.Policy.Labels()[2], "payment-failures"}, []string{severity, scenario}, "of one that says none")
	rb.Policy.Severities = rb.Policy.Severities[:2]
	severity, _ = l.h.incidentOf(routine.Line{Item: routine.Item{Text: "xyzzy"}})
	assert.Equal(t, rb.Policy.Labels()[1], severity)
}

func TestWhatOfARoundIsNoMoreIsSaid(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	ref := rounded(l, items...)
	gone := routine.Ref{Routine: "morning", Period: "2020-01-01"}
	for _, action := range []string{blocks.ActionRoundTake, blocks.ActionRoundDone, blocks.ActionRoundSkip, blocks.ActionRoundProblem, blocks.ActionRoundNote} {
		assert.Contains(t, l.press(action, item(gone, 1), "C0OPS").Text, "There is no such round any more", action)
		assert.Contains(t, l.press(action, blocks.Target{Playbook: "morning", Name: "noday"}, "C0OPS").Text, "another version", action)
		if action == blocks.ActionRoundTake || action == blocks.ActionRoundNote {
			continue
		}
		for _, number := range []int{0, 4} {
			assert.NotEmpty(t, l.press(action, item(ref, number), "C0OPS").Text, "%s of item %d", action, number)
		}
	}
	assert.Empty(t, l.forms)
	l.press(blocks.ActionRoundSkip, item(ref, 3), "C0OPS")
	skip := l.form()
	l.press(blocks.ActionRoundNote, item(ref, 0), "C0OPS")
	note := l.form()
	_, err := l.h.Store.UpdateRoutine(t.Context(), ref, nil, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		return routine.Plan(r, round, routine.Planning{}, now)
	})
	require.NoError(t, err)
	require.True(t, l.round(ref).Over())
	l.forms = nil
	for _, action := range []string{blocks.ActionRoundTake, blocks.ActionRoundDone, blocks.ActionRoundSkip, blocks.ActionRoundProblem} {
		assert.Contains(t, l.press(action, item(ref, 1), "C0OPS").Text, "This round was closed", action)
	}
	assert.Empty(t, l.forms)
	reason := map[string][]string{blocks.FieldReason: {"late"}}
	assert.Contains(t, l.sends(skip, reason).ViewErrors[blocks.FieldReason], "This round was closed")
	assert.Empty(t, l.sends(note, map[string][]string{blocks.FieldText: {"late"}}).ViewErrors, "a note may be made later too")
	skip.PrivateMetadata = openedIn("C0OPS", item(gone, 3).String())
	assert.Contains(t, l.sends(skip, reason).ViewErrors[blocks.FieldReason], "no such round any more")
	for _, metadata := range []string{"nothing", "5", "0/morning/3"} {
		skip.PrivateMetadata = openedIn("C0OPS", metadata)
		assert.Contains(t, l.sends(skip, reason).ViewErrors[blocks.FieldReason], "another version", metadata)
	}
}

// TestAReplyInTheThreadOfARoundIsANote, of people and to everybody, and nothing else is.
func TestAReplyInTheThreadOfARoundIsANote(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	ref := rounded(l, items...)
	reply := func(e bot.Event) bot.Reply {
		e.Channel = "C0OPS"
		if e.Type == "" {
			e.Type = "message"
		}
		if e.ThreadTS == "" {
			e.ThreadTS = "7.1"
		}
		return l.does(bot.Request{Kind: bot.EventKind, User: e.User, Channel: e.Channel, Event: &e})
	}
	for _, e := range []bot.Event{{User: "U0ANA01", Text: "no thread", ThreadTS: "7.2"}, {User: "U0ANA01", BotID: "B1", Text: "an app"}, {Text: "nobody"},
		{User: "U0ANA01", Subtype: "message_changed", Text: "an edit"}, {User: "U0GUS01", Text: "a guest"}, {User: "U0ANA01", Text: " "},
		{Type: "reaction_added", User: "U0ANA01", Text: "no message"}} {
		assert.Zero(t, reply(e), e.Text)
	}
	require.Empty(t, l.round(ref).Notes)
	reply(bot.Event{User: "U0ANA01", Text: "all &lt;calm&gt;"})
	reply(bot.Event{User: "U0ANA01", Subtype: "thread_broadcast", Text: "to all"})
	var texts []string
	for _, n := range l.round(ref).Notes {
		assert.Equal(t, "U0ANA01", n.By)
		texts = append(texts, n.Text)
	}
	assert.Equal(t, []string{"all <calm>", "to all"}, texts)
}

// TestARoundSaysThatTheDatabaseIsAway, by button, form and reply.
func TestARoundSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	ref := rounded(b.lodge, append(items, make([]routine.Item, 200)...)...)
	number := 0
	next := func() int { number++; return number }
	forms := map[string]map[string][]string{blocks.CallbackRoundSkip: {blocks.FieldReason: {"why"}}, blocks.CallbackRoundNote: {blocks.FieldText: {"note"}},
		blocks.CallbackRoundProblem: {blocks.FieldText: {"broken"}, blocks.FieldThen: {string(routine.ThenDeclare)}}}
	for callback, fields := range forms {
		b.judge(callback, always, func() bot.Request {
			return bot.Request{Kind: bot.Submission, User: "U0ANA01", View: &bot.View{CallbackID: callback, PrivateMetadata: openedIn("C0OPS", item(ref, next()).String()), Values: inputs(fields)}}
		})
	}
	for _, action := range []string{blocks.ActionRoundTake, blocks.ActionRoundDone, blocks.ActionRoundSkip} {
		b.judge(action, always, func() bot.Request {
			return bot.Request{Kind: bot.Action, User: "U0ANA01", ActionID: action, Value: item(ref, next()).String()}
		})
	}
	b.judge("a reply", always, func() bot.Request {
		return bot.Request{Kind: bot.EventKind, User: "U0ANA01", Event: &bot.Event{Type: "message", Channel: "C0OPS", ThreadTS: "7.1", User: "U0ANA01", Text: "calm"}}
	})
}
