package workers

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/sim/phones"
	"mayday/store"
)

// A service that hangs takes all places of its own queues, and nobody waits for it who is called by another or is still to be found.
func TestAServiceThatHangsHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once", "Phone: "+anasNumber+" at once", "Pushover: "+anasKey+" at once")
	way := p.contact.Methods[0].Way()
	asked, called := queues[store.AnswersQueue(way)].MaxWorkers, queues[store.ReachQueue(way)].MaxWorkers
	var hung []incident.Effect
	for range 2 * max(asked, called) {
		hung = append(hung, incident.PollMethod{Ref: p.inc.Ref(), Method: 0, Way: way}, incident.ReachBy{Ref: p.inc.Ref(), Method: 1, Way: way})
	}
	for _, call := range []string{"GET sms", "GET calls", "POST Calls"} {
		p.phones.Mischief().FailNext(call, len(hung), phones.Fault{Hang: time.Minute})
	}
	p.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := incident.PageContact(inc, p.inc.DeclaredBy, 0, "", now)
		c.Effects = nil
		return c, err
	})
	require.NoError(t, p.st.BeginMethodTry(t.Context(), p.inc.ID, 0, 0, p.contact.Methods[0].Key, nil))
	require.NoError(t, p.st.MethodTook(t.Context(), p.inc.ID, 0, 0, "SM1", phones.Number))
	p.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := incident.MethodsFound(inc, 0, p.contact.Methods[:2], incident.Rest{}, now)
		c.Effects = hung
		return c, err
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.w.Run(ctx) }()
	defer func() { cancel(); require.NoError(t, <-done) }()
	running := func(kind string) (n int) {
		require.NoError(t, p.st.Pool().QueryRow(context.Background(), `select count(*) from river.river_job where kind = $1 and state = 'running'`, kind).Scan(&n))
		return n
	}
	p.wait("the service holds all places", func() bool {
		return running(incident.PollMethod{}.Kind()) == asked && running(incident.ReachBy{}.Kind()) == called
	})
	begun := time.Now()
	p.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		inc.Policy.Contacts[0].Methods = p.contact.Methods[2:]
		return incident.PageContact(inc, p.inc.DeclaredBy, 0, "again", now)
	})
	p.wait("they are found and called by the other way", func() bool { return len(p.phones.CallsOf("POST messages")) > 0 })
	assert.Less(t, time.Since(begun), pollTime, "they waited for a place")
}

// What is to be looked for first leaves the call all of its time.
func TestACallThatIsLookedForHasItsWholeTime(t *testing.T) {
	t.Parallel()
	assert.Greater(t, (&worker[incident.ReachBy]{}).Timeout(nil), seekTime+sendTime)
	assert.Greater(t, (&worker[incident.PollMethod]{}).Timeout(nil), 2*pollTime)
}

// Each way has a queue that is worked.
func TestEachWayIsWorked(t *testing.T) {
	t.Parallel()
	for _, m := range []incident.Method{{Kind: incident.SMS}, {Kind: incident.Call}, {Kind: incident.Push, Service: incident.Pushover}, {Kind: incident.Push, Service: incident.Ntfy},
		{Kind: incident.Email}, {Kind: incident.Webhook}} {
		assert.Contains(t, incident.MethodWays, m.Way())
		assert.Contains(t, queues, store.ReachQueue(m.Way()))
		assert.Equal(t, incident.Answers(m.Way()), queues[store.AnswersQueue(m.Way())].MaxWorkers > 0, m.Way())
	}
}
