package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/tally"
)

// TestCallsAreMessages: several pages in one message wake somebody once, and drills nobody.
func TestCallsAreMessages(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	at := s.Now().Truncate(time.Second).UTC()
	paged := func(change func(*incident.Incident), pages ...time.Time) int64 {
		t.Helper()
		inc := declare(t, s)
		_, err := s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
			inc.Pages = nil
			for _, p := range pages {
				inc.Pages = append(inc.Pages, incident.Page{Contact: -1, At: p})
			}
			change(&inc)
			inc.Revision++
			return incident.Change{Incident: inc, Silent: true}, nil
		})
		require.NoError(t, err)
		return inc.ID
	}
	stands := func(id int64, page int, who, ts string) {
		t.Helper()
		run(t, s, `insert into mayday.surface (incident_id, surface, channel, ts) values ($1, $2, $3, $4)`, id, Call{Page: page, Person: who}.Surface(), "D"+who, ts)
	}
	same := func(*incident.Incident) {}
	one, two := paged(same, at, at.Add(time.Hour)), paged(func(i *incident.Incident) { i.Private = true }, at.Add(time.Minute))
	drill, old := paged(func(i *incident.Incident) { i.Drill = true }, at), paged(same, at.Add(-time.Hour))
	stands(one, 0, "UANA", "1.1")
	stands(two, 0, "UANA", "1.1") // the same message
	stands(one, 1, "UANA", "1.2")
	stands(one, 0, "UBEN", "1.1") // in another conversation
	stands(two, 0, "UCHI", "1.3")
	stands(one, 1, "UCHI", "") // it stands nowhere
	stands(drill, 0, "UANA", "1.4")
	stands(old, 0, "UANA", "1.5")
	run(t, s, `insert into mayday.surface (incident_id, surface, channel, ts) values ($1, 'card', 'C1', '1.6'), ($1, 'page/lost', 'C1', '1.7')`, one)

	calls, err := s.Calls(t.Context(), at)
	require.NoError(t, err)
	for i := range calls {
		calls[i].At = calls[i].At.UTC()
	}
	assert.ElementsMatch(t, []tally.Call{{Person: "UANA", At: at}, {Person: "UANA", At: at.Add(time.Hour)}, {Person: "UBEN", At: at}, {Person: "UCHI", At: at.Add(time.Minute), Private: true}}, calls)
}

// TestTheNameOfACall: a surface of another kind is none.
func TestTheNameOfACall(t *testing.T) {
	sh := Shown{Channel: "D1", TS: "1.1"}
	for surface, want := range map[string]Call{"page/0/UANA": {7, 0, "UANA", sh}, "page/12/UANA": {7, 12, "UANA", sh}, "page/1/a/b": {7, 1, "a/b", sh}} {
		c, ok := callOf(7, surface, sh)
		assert.True(t, ok, surface)
		assert.Equal(t, want, c, surface)
		assert.Equal(t, surface, c.Surface())
	}
	for _, surface := range []string{"card", "page", "page/1", "page/x/UANA", "step/1/UANA", ""} {
		_, ok := callOf(7, surface, sh)
		assert.False(t, ok, surface)
	}
	one := Call{Incident: 1, Page: 2, Person: "UANA"}
	for _, other := range []Call{{Incident: 2, Page: 2, Person: "UANA"}, {Incident: 1, Page: 1, Person: "UANA"}, {Incident: 1, Page: 2, Person: "UBEN"}} {
		assert.False(t, one.Same(other))
	}
	assert.True(t, one.Same(Call{1, 2, "UANA", sh}), "whatever stands")
}

// TestAPlaceInALineIsKeptOnceAndLeft, but not while a message may stand.
func TestAPlaceInALineIsKeptOnceAndLeft(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	c := Call{Incident: inc.ID, Page: 0, Person: "UANA"}
	standing := func() []Call {
		list, err := s.ShownPages(t.Context(), inc.ID)
		require.NoError(t, err)
		return list
	}
	enqueue(t, s, "D1", c)
	enqueue(t, s, "D2", c)
	require.Len(t, standing(), 1)
	assert.Equal(t, "D1", standing()[0].Channel, "it is in a line already")
	require.NoError(t, s.Calling(t.Context(), "D3", []Call{standing()[0]}))
	require.ErrorIs(t, s.Calling(t.Context(), "D3", []Call{c}), ErrOvertaken, "somebody tries it")
	assert.Equal(t, "D3", standing()[0].Channel)
	require.NoError(t, s.LeaveLine(t.Context(), []Call{c}))
	require.Len(t, standing(), 1, "it may stand")
	c.Shown = Shown{Channel: "D3", TS: "1.1", Revision: 2, Digest: "d"}
	require.NoError(t, s.SaveCalls(t.Context(), []Call{c}))
	assert.Equal(t, []Call{c}, standing())
	require.NoError(t, s.LeaveLine(t.Context(), []Call{c}))
	require.Len(t, standing(), 1, "it stands")
	stale := c
	stale.Digest = "e"
	require.ErrorIs(t, s.Calling(t.Context(), "D3", []Call{stale}), ErrOvertaken)
	shared, err := s.Sharing(t.Context(), "D3", "1.1")
	require.NoError(t, err)
	assert.Equal(t, []Call{c}, shared)
	c.TS = ""
	require.NoError(t, s.SaveCalls(t.Context(), []Call{c}))
	require.NoError(t, s.LeaveLine(t.Context(), []Call{c}))
	assert.Empty(t, standing())
}
