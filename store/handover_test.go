package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/oncall"
	"mayday/routine"
)

func TestAShiftThatWasHandedOverWinsUntilItEnds(t *testing.T) {
	t.Parallel()
	st := open(t, newURL(t), nil)
	now := st.Now()
	contact := incident.Contact{Roster: "primary"}
	h, err := st.AskShiftHandover(t.Context(), []string{"d1"}, oncall.Handover{By: "UANA", To: "UBEN", Turns: []oncall.Turn{{Roster: "primary", Role: "On-call", Until: now.Add(time.Hour)}}})
	require.NoError(t, err)
	assert.NotEmpty(t, h.ID)
	_, err = st.AskShiftHandover(t.Context(), []string{"d1"}, h)
	require.ErrorIs(t, err, ErrDuplicate)
	kept, err := st.OnCall(t.Context(), contact)
	require.NoError(t, err)
	assert.Empty(t, kept.First(now), "it is not accepted")

	accept := func(id, by, key string) error {
		_, err := st.UpdateShiftHandover(t.Context(), id, []string{key}, func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
			return oncall.AnswerHandover(h, by, oncall.Accepted, now)
		})
		return err
	}
	require.ErrorIs(t, accept(h.ID, "UANA", "d2"), oncall.ErrNotAsked)
	require.ErrorIs(t, accept("nobody", "UBEN", "d3"), ErrNotFound)
	require.NoError(t, accept(h.ID, "UBEN", "d4"))
	require.ErrorIs(t, accept(h.ID, "UBEN", "d4"), ErrDuplicate)
	kept, err = st.OnCall(t.Context(), contact)
	require.NoError(t, err)
	require.Len(t, kept.First(st.Now()), 1)
	assert.Equal(t, "UBEN", kept.First(st.Now())[0].Person.Handle)
	assert.Empty(t, kept.First(now.Add(time.Hour)), "it ends with the shift")
	other, err := st.OnCall(t.Context(), incident.Contact{Roster: "db"})
	require.NoError(t, err)
	assert.Empty(t, other.Handed)

	_, err = st.Pool().Exec(t.Context(), `update mayday.handover set until_at = now() - interval '1 second'`)
	require.NoError(t, err)
	kept, err = st.OnCall(t.Context(), contact)
	require.NoError(t, err)
	assert.Empty(t, kept.Handed)
}

func TestWhoAsksAnotherWithdrawsWhatWasNotAnswered(t *testing.T) {
	t.Parallel()
	st := open(t, newURL(t), nil)
	ask := func(to string) oncall.Handover {
		t.Helper()
		h, err := st.AskShiftHandover(t.Context(), nil, oncall.Handover{By: "UANA", To: to, Turns: []oncall.Turn{{Roster: "primary", Role: "On-call", Until: st.Now().Add(time.Hour)}}})
		require.NoError(t, err)
		return h
	}
	first, second := ask("UBEN"), ask("UCHI")
	h, err := st.ShiftHandover(t.Context(), first.ID)
	require.NoError(t, err)
	assert.Equal(t, oncall.Withdrawn, h.Answer)
	due, err := st.DueShiftHandovers(t.Context())
	require.NoError(t, err)
	assert.Empty(t, due)
	_, err = st.Pool().Exec(t.Context(), `update mayday.handover set due_at = due_at - interval '1 hour', doc = jsonb_set(doc, '{due}', to_jsonb(now() - interval '1 minute'))`)
	require.NoError(t, err)
	due, err = st.DueShiftHandovers(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{second.ID}, due)
	_, err = st.UpdateShiftHandover(t.Context(), second.ID, nil, func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
		return oncall.Expire(h, now), nil
	})
	require.NoError(t, err)
	due, err = st.DueShiftHandovers(t.Context())
	require.NoError(t, err)
	assert.Empty(t, due)
}

func TestTestPagesAreKept(t *testing.T) {
	t.Parallel()
	st := open(t, newURL(t), nil)
	tester, err := st.Tester(t.Context(), "U1")
	require.NoError(t, err)
	assert.Equal(t, routine.Tester{Person: "U1"}, tester)
	for range 2 {
		_, err = st.UpdateTester(t.Context(), "U1", nil, routine.AskTestPage)
		require.NoError(t, err)
	}
	tester, err = st.Tester(t.Context(), "U1")
	require.NoError(t, err)
	assert.Len(t, tester.Tests, 1, "one a minute")
	var jobs int
	require.NoError(t, st.Pool().QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'send_test_page'`).Scan(&jobs))
	assert.Equal(t, 1, jobs)
}
