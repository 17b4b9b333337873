package workers

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store"
)

// inOps are the messages in the operators' channel, here the announce channel, that
// tell of something set aside.
func (h *hand) inOps() (texts []string) {
	for _, m := range h.sim.Messages(h.cfg.AnnounceChannel) {
		if strings.Contains(m.Text, "is not tried any more") {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// TestWhatIsSetAsideIsTold in the operators' channel, once whatever comes of the first
// attempt, and in the incident's own where that can be.
func TestWhatIsSetAsideIsTold(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	fx := incident.TellOperators{Ref: h.inc.Ref(), Clock: incident.ClockEscalate}
	begun := time.Now().Add(-time.Second)
	h.lost("chat.postMessage", unheard, func(ctx context.Context) error { return h.w.tellOperators(ctx, fx, try{Number: 1, Since: begun}) })
	require.NoError(t, h.w.tellOperators(t.Context(), fx, try{Number: 2, Since: begun}))
	require.Len(t, h.inOps(), 1)
	assert.Contains(t, h.inOps()[0], "could not call the next contact (incident #1)")
	untold, err := h.st.Untold(t.Context(), h.inc.ID)
	require.NoError(t, err)
	require.NotEmpty(t, untold)
	last := untold[len(untold)-1].Event
	assert.Equal(t, incident.EventGaveUp, last.Kind)
	assert.Equal(t, "call the next contact", last.To)

	_, err = h.st.Pool().Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{revision}', '"many"')`)
	require.NoError(t, err)
	require.NoError(t, h.w.tellOperators(t.Context(), incident.TellOperators{Ref: h.inc.Ref(), Clock: incident.ClockRespond}, try{Number: 1, Since: begun}))
	assert.Len(t, h.inOps(), 2, "an incident that cannot be read is told of all the same")
}

// TestThatNoClockFiresIsSaid in the operators' channel, once whatever comes of the first attempt.
func TestThatNoClockFiresIsSaid(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	fx := incident.TellNoClockFires{Since: time.Now()}
	require.NoError(t, h.st.SaveFact(t.Context(), "no clock fires", fx.Since.Format(time.RFC3339Nano)))
	begun := time.Now().Add(-time.Second)
	h.lost("chat.postMessage", unheard, func(ctx context.Context) error { return h.w.tellNoClockFires(ctx, fx, try{Number: 1, Since: begun}) })
	require.NoError(t, h.w.tellNoClockFires(t.Context(), fx, try{Number: 2, Since: begun}))
	var said []string
	for _, m := range h.sim.Messages(h.cfg.AnnounceChannel) {
		if strings.Contains(m.Text, "No clock of any incident fires") {
			said = append(said, m.Text)
		}
	}
	assert.Len(t, said, 1)
}

// TestThatClocksFireAgainIsSaidInTheSamePlace, and nobody hears of a standstill that is over by then.
func TestThatClocksFireAgainIsSaidInTheSamePlace(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	fx := incident.TellNoClockFires{Since: h.st.Now()}
	require.NoError(t, h.st.SaveFact(t.Context(), "no clock fires", fx.Since.Format(time.RFC3339Nano)))
	require.NoError(t, h.w.tellNoClockFires(t.Context(), fx, try{Number: 1}))
	require.NoError(t, h.w.takeBackNoClock(t.Context(), incident.TakeBackNoClock{Since: fx.Since, At: h.st.Now()}, try{}))
	require.NoError(t, h.st.SaveFact(t.Context(), "no clock fires", ""))
	require.NoError(t, h.w.tellNoClockFires(t.Context(), incident.TellNoClockFires{Since: fx.Since.Add(time.Second)}, try{Number: 1}))
	var said []string
	for _, m := range h.sim.Messages(h.cfg.AnnounceChannel) {
		if m.Bot && strings.Contains(m.Text, "lock") {
			said = append(said, m.Text)
		}
	}
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "Clocks fire again")
}

// TestAClockThatIsTriedAgainIsSaidInTheSamePlace, and told anew when it is set aside anew.
func TestAClockThatIsTriedAgainIsSaidInTheSamePlace(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	fx := incident.TellOperators{Ref: h.inc.Ref(), Clock: incident.ClockEscalate}
	require.NoError(t, h.w.tellOperators(t.Context(), fx, try{Number: 1}))
	require.NoError(t, h.speak(t.Context()))
	require.Len(t, h.messages("could not call the next contact"), 1)
	require.NoError(t, h.w.takeBackAside(t.Context(), incident.TakeBackAside{Ref: fx.Ref, Clock: fx.Clock, At: h.st.Now()}, try{}))
	assert.Empty(t, h.inOps())
	h.takesBack()
	assert.Contains(t, looks(h.messages("could not call the next contact")[0]), "It works again")
	require.NoError(t, h.w.tellOperators(t.Context(), fx, try{Number: 1}))
	assert.Len(t, h.inOps(), 1)
}

// TestAJobThatCannotBeReadIsSetAside: its arguments are of no known form, and it has
// failed nearly often enough.
func TestAJobThatCannotBeReadIsSetAside(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	_, err := h.st.Pool().Exec(t.Context(), `insert into river.river_job (kind, args, metadata, queue, max_attempts, attempt, priority, state, scheduled_at)
		values ('speak', '{"incident": "one"}', '{"incident_id": 1}', 'slack', 10000, $1, 1, 'available', now())`, store.MostFailures-1)
	require.NoError(t, err)
	go func() { done <- h.w.Run(ctx) }()
	defer func() { cancel(); require.NoError(t, <-done) }()
	h.wait("the operators hear of it", func() bool { return len(h.inOps()) == 1 })
	assert.Contains(t, h.inOps()[0], `could not carry out a job of the kind "speak" (incident #1)`)
	var state string
	var attempt int
	h.wait("the job ends", func() bool {
		err := h.st.Pool().QueryRow(t.Context(), `select state, attempt from river.river_job where args ->> 'incident' = 'one' and finalized_at is not null`).Scan(&state, &attempt)
		return err == nil
	})
	assert.Equal(t, "cancelled", state)
	assert.Equal(t, store.MostFailures, attempt)
	list, err := store.Aside(t.Context(), h.st.Pool().Config().ConnString())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Contains(t, list[0], "speak of incident 1")
}

// TestWhatCannotBeGivenUpIsSetAside, long after it was to be given up.
func TestWhatCannotBeGivenUpIsSetAside(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	row := func(attempt int) *rivertype.JobRow {
		return &rivertype.JobRow{ID: 77, Kind: incident.SendPage{}.Kind(), Attempt: attempt, Metadata: []byte(`{"incident_id": 1}`)}
	}
	limit := policies[incident.SendPage{}.Kind()].attempts + store.MostFailures
	p := poison{h.w}
	fails := errors.New("the incident cannot be read")
	assert.Nil(t, p.HandleError(t.Context(), row(limit-1), fails))
	over, cancel := context.WithCancel(t.Context())
	cancel() // its time is used up
	require.NotNil(t, p.HandleError(over, row(limit), fails))
	assert.True(t, p.HandleError(t.Context(), row(limit), fails).SetCancelled)
	list, err := store.Aside(t.Context(), h.st.Pool().Config().ConnString())
	require.NoError(t, err)
	assert.Equal(t, []string{"job 77, send_page of incident 1: the incident cannot be read"}, list)
	h.st.Close()
	assert.Nil(t, p.HandleError(t.Context(), row(limit), fails), "what cannot be told is not ended")
}
