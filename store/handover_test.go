package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/oncall"
	"mayday/routine"
	"mayday/store/storetest"
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

// TestWhatANewerReleaseWroteOfAHandoverStays, and a decision that changes nothing leaves everything as it was.
func TestWhatANewerReleaseWroteOfAHandoverStays(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	h, err := s.AskShiftHandover(t.Context(), nil, oncall.Handover{By: "UANA", To: "UBEN", Turns: []oncall.Turn{{Roster: "primary", Until: t0.Add(8 * time.Hour)}}})
	require.NoError(t, err)
	set(t, s, `update mayday.handover set doc = doc || '{"mood": "calm"}'`)
	row := func() (all string) {
		require.NoError(t, s.pool.QueryRow(t.Context(), `select h::text from mayday.handover h`).Scan(&all))
		return all
	}
	expire := func() oncall.Handover {
		h, err := s.UpdateShiftHandover(t.Context(), h.ID, nil, func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
			return oncall.Expire(h, now), nil
		})
		require.NoError(t, err)
		return h
	}
	before := row()
	assert.Equal(t, oncall.Waits, expire().Answer, "there is time yet")
	assert.Equal(t, before, row())
	assert.Equal(t, 1, jobsOf(t, s, "show_shift_handover"))
	clock.Set(h.Due)
	assert.Equal(t, oncall.Unanswered, expire().Answer)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.handover where doc ->> 'mood' = 'calm' and due_at is null`))
	assert.Equal(t, 2, jobsOf(t, s, "show_shift_handover"))
	_, err = s.ShiftHandover(t.Context(), "nobody")
	require.ErrorIs(t, err, ErrNotFound)
}

// TestWhoTookShiftsOverIsKnownWithWhoseTheyWere: of each source its own, and what was declined is nobody's.
func TestWhoTookShiftsOverIsKnownWithWhoseTheyWere(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	for _, c := range []struct {
		by, to, roster string
		answer         oncall.Answer
	}{
		{"UANA", "UBEN", "primary", oncall.Accepted}, {"UCHI", "UDAN", "primary", oncall.Accepted},
		{"UEVE", "UFAY", "primary", oncall.Declined}, {"UGUS", "UHAL", "db", oncall.Accepted},
	} {
		h, err := s.AskShiftHandover(t.Context(), nil, oncall.Handover{By: c.by, To: c.to, Turns: []oncall.Turn{{Roster: c.roster, Until: t0.Add(time.Hour)}},
			Gave: map[string]oncall.Person{c.roster: {Handle: c.by}}})
		require.NoError(t, err)
		_, err = s.UpdateShiftHandover(t.Context(), h.ID, nil, func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
			return oncall.AnswerHandover(h, c.to, c.answer, now)
		})
		require.NoError(t, err)
	}
	for roster, want := range map[string]map[string]string{"primary": {"UBEN": "UANA", "UDAN": "UCHI"}, "db": {"UHAL": "UGUS"}, "else": {}} {
		shifts, gave, err := s.handed(t.Context(), roster)
		require.NoError(t, err)
		require.Len(t, gave, len(shifts))
		got := map[string]string{}
		for i, shift := range shifts {
			assert.Equal(t, t0.Add(time.Hour), shift.Until)
			got[shift.Person.Handle] = gave[i].Handle
		}
		assert.Equal(t, want, got, roster)
	}
}
