package handlers

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// clickedAt is when the incidents of these tests are clicked on, an hour after they were declared.
var clickedAt = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

// going is an incident that ana declared, after some decisions.
func going(t *testing.T, before ...store.Decision) incident.Incident {
	t.Helper()
	rb := standard()
	pb, _ := rb.Scenario("payment-failures")
	declared := clickedAt.Add(-time.Hour)
	c, err := incident.Declare(incident.Ref{Incident: 1, UID: "aaaaaaaaaaaa"}, incident.Declaration{Title: "cards fail", Severity: "P1", Playbook: pb, Policy: rb.Policy, By: "U0ANA01"}, declared)
	require.NoError(t, err)
	for i, decide := range before {
		c, err = decide(c.Incident, declared.Add(time.Duration(i+1)*time.Second))
		require.NoError(t, err)
	}
	return c.Incident
}

func acked(inc incident.Incident, now time.Time) (incident.Change, error) {
	return incident.Acknowledge(inc, "U0ANA01", now)
}

func led(inc incident.Incident, now time.Time) (incident.Change, error) {
	return incident.TakeRole(inc, "U0ANA01", "U0ANA01", string(incident.Lead), now)
}

func askedBen(inc incident.Incident, now time.Time) (incident.Change, error) {
	return incident.AskHandover(inc, "U0ANA01", "U0BEN01", "", now)
}

func pagedBen(inc incident.Incident, now time.Time) (incident.Change, error) {
	return incident.PagePerson(inc, "U0ANA01", "U0BEN01", "look", now)
}

func firstDone(inc incident.Incident, now time.Time) (incident.Change, error) {
	return incident.MarkStep(inc, "U0ANA01", incident.StepRef{Number: 1}, incident.StepDone, "", now)
}

func fixed(inc incident.Incident, now time.Time) (incident.Change, error) {
	return incident.Resolve(inc, "U0ANA01", "rolled back", now)
}

func step(n int) blocks.Target { return blocks.Target{Playbook: "payment-failures", Step: n} }

// TestWhatAButtonComesTo, pressed by ben: what happened, and to what.
func TestWhatAButtonComesTo(t *testing.T) {
	for _, c := range []struct {
		button  string
		about   blocks.Target
		before  []store.Decision
		happens incident.Event
	}{
		{blocks.ActionAcknowledge, blocks.Target{}, nil, incident.Event{Kind: incident.EventAcknowledged}},
		{blocks.ActionDecline, blocks.Target{}, []store.Decision{pagedBen}, incident.Event{Kind: incident.EventDeclined}},
		{blocks.ActionOnMyWay, blocks.Target{}, []store.Decision{acked}, incident.Event{Kind: incident.EventOnMyWay}},
		{blocks.ActionAcceptHandover, blocks.Target{Page: 1}, []store.Decision{led, askedBen}, incident.Event{Kind: incident.EventHandedOver, Whom: "U0ANA01", To: "lead"}},
		{blocks.ActionDeclineHandover, blocks.Target{Page: 1}, []store.Decision{led, askedBen}, incident.Event{Kind: incident.EventHandoverDeclined, Whom: "U0ANA01"}},
		{blocks.ActionTakeLead, blocks.Target{}, []store.Decision{led}, incident.Event{Kind: incident.EventRoleTaken, Whom: "U0BEN01", From: "U0ANA01", To: "lead"}},
		{blocks.ActionStatus, blocks.Target{Name: "monitoring"}, nil, incident.Event{Kind: incident.EventStatusChanged, To: "monitoring"}},
		{blocks.ActionSeverity, blocks.Target{Name: "P2"}, nil, incident.Event{Kind: incident.EventSeverityChanged, From: "P1", To: "P2"}},
		{blocks.ActionStepDone, step(2), nil, incident.Event{Kind: incident.EventStepDone, Step: 2}},
		{blocks.ActionStepSkip, step(3), nil, incident.Event{Kind: incident.EventStepSkipped, Step: 3}},
		{blocks.ActionStepUndo, step(1), []store.Decision{firstDone}, incident.Event{Kind: incident.EventStepUndone, Step: 1}},
		{blocks.ActionStepAssign, step(2), nil, incident.Event{Kind: incident.EventStepAssigned, Step: 2, Whom: "U0CHI01"}},
		{blocks.ActionPageNext, blocks.Target{Page: 9}, nil, incident.Event{Kind: incident.EventPaged}},
		{blocks.ActionSnooze, blocks.Target{Name: "15m"}, nil, incident.Event{Kind: incident.EventSnoozed, Due: clickedAt.Add(15 * time.Minute)}},
		{blocks.ActionCommunicated, blocks.Target{}, nil, incident.Event{Kind: incident.EventCommunicated}},
		{blocks.ActionReopen, blocks.Target{}, []store.Decision{fixed}, incident.Event{Kind: incident.EventReopened, From: "resolved"}},
		{blocks.ActionClose, blocks.Target{}, []store.Decision{fixed}, incident.Event{Kind: incident.EventClosed}},
		{blocks.ActionPostmortem, blocks.Target{}, []store.Decision{fixed}, incident.Event{Kind: incident.EventPostmortemRequested}},
	} {
		inc := going(t, c.before...)
		if c.button == blocks.ActionCommunicated {
			inc = going(t, func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.ChangeSeverity(inc, "U0ANA01", "P0", "", now)
			})
		}
		done, err := meaning(bot.Request{User: "U0BEN01", Value: "U0CHI01"}, c.button, c.about)(inc, clickedAt)
		if !assert.NoError(t, err, c.button) || !assert.NotEmpty(t, done.Events, c.button) {
			continue
		}
		got := done.Events[0]
		assert.Equal(t, []any{c.happens.Kind, c.happens.Step, incident.Person("U0BEN01")}, []any{got.Kind, got.Step, got.By}, c.button)
		for what, pair := range map[string][2]any{"whom": {c.happens.Whom, got.Whom}, "to": {c.happens.To, got.To}, "due": {c.happens.Due, got.Due}} {
			if pair[0] != "" && pair[0] != (time.Time{}) {
				assert.Equal(t, pair[0], pair[1], "%s: %s", c.button, what)
			}
		}
	}
}

// TestAButtonThatCameTooLateSaysWhatItWasFor: its form does not open any more, or asks for words that a click has not.
func TestAButtonThatCameTooLateSaysWhatItWasFor(t *testing.T) {
	for _, c := range []struct {
		button string
		before []store.Decision
		reason incident.Reason
		verb   string
	}{
		{blocks.ActionUpdate, []store.Decision{fixed}, incident.Over, "update"},
		{blocks.ActionResolve, []store.Decision{fixed}, incident.Already, "resolve"},
		{blocks.ActionCancel, []store.Decision{fixed}, incident.Over, "cancel"},
		{blocks.ActionLearn, nil, incident.NotOver, "learn"},
		{blocks.ActionStepBlock, []store.Decision{firstDone}, incident.Already, "block the step"},
		{blocks.ActionStepSkip, []store.Decision{firstDone}, incident.Already, "skip the step"},
		{blocks.ActionPageNext, []store.Decision{pagedBen}, incident.Already, "page"},
		{blocks.ActionAcceptHandover, []store.Decision{led, askedBen}, incident.NotAsked, "accept the handover"},
	} {
		about := step(1)
		_, err := meaning(bot.Request{User: "U0CHI01"}, c.button, about)(going(t, c.before...), clickedAt)
		var refused *incident.Refusal
		if assert.ErrorAs(t, err, &refused, c.button) {
			assert.Equal(t, []any{c.reason, c.verb}, []any{refused.Reason, refused.Verb}, c.button)
		}
	}
}

// TestAStepThatWasMarkedAMomentAgoIsNotSkippedOver: the message shows the next step by then, and the list shows each by its number.
func TestAStepThatWasMarkedAMomentAgoIsNotSkippedOver(t *testing.T) {
	inc := going(t, firstDone)
	soon := inc.Walk().Marks[0].At.Add(time.Second)
	about := step(2)
	ben := bot.Request{User: "U0BEN01"}
	_, err := meaning(ben, blocks.ActionStepDone, about)(inc, soon)
	var refused *incident.Refusal
	require.True(t, errors.As(err, &refused), err)
	assert.Equal(t, incident.Overtaken, refused.Reason)
	about.Page = 1
	require.True(t, blocks.InList(about))
	_, err = meaning(ben, blocks.ActionStepDone, about)(inc, soon)
	assert.NoError(t, err)
}

// TestWhatAClickIsFor: what only shows is not held for acting, and what runs SQL or tells customers is not either.
func TestWhatAClickIsFor(t *testing.T) {
	for verb, deed := range map[string]incident.Deed{blocks.ActionTimeline: incident.Seeing, blocks.ActionRunQuery: incident.Querying, blocks.ActionRunAll: incident.Querying,
		blocks.ActionStopQuery: incident.Querying, blocks.ActionPublish: incident.Publishing, blocks.ActionStepDone: incident.Acting} {
		assert.Equal(t, deed, deedOfClick(verb), verb)
	}
}

// TestWhatACommandIsFor: alone some only show.
func TestWhatACommandIsFor(t *testing.T) {
	for text, deed := range map[string]incident.Deed{"timeline": incident.Seeing, "steps": incident.Seeing, "status": incident.Seeing, "status monitoring": incident.Acting, "step": incident.Seeing, "step 1 done": incident.Acting,
		"playbook": incident.Seeing, "playbook site-down": incident.Acting, "run": incident.Seeing, "run all": incident.Querying, "sql select 1": incident.TypingSQL, "sql": incident.TypingSQL,
		"publish": incident.Publishing, "publish over": incident.Publishing, "ack": incident.Acting, "export": incident.Acting} {
		assert.Equal(t, deed, deedOf(parse(text)), text)
	}
}
