package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

func TestWhatIsAloudIsToldInOrderAndOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	_, err := s.Update(t.Context(), inc.Ref(), nil, note("a"))
	require.NoError(t, err)
	untold, err := s.Untold(t.Context(), inc.ID)
	require.NoError(t, err)
	require.Len(t, untold, 2, "the declaration is not aloud: the card tells it")
	assert.Equal(t, []incident.EventKind{incident.EventPaged, incident.EventNoted}, []incident.EventKind{untold[0].Event.Kind, untold[1].Event.Kind})
	assert.True(t, untold[0].TriedAt.IsZero())

	first := untold[0].Event.Seq
	require.NoError(t, s.Telling(t.Context(), inc.ID, []int{first}, time.Time{}))
	require.ErrorIs(t, s.Telling(t.Context(), inc.ID, []int{first}, time.Time{}), ErrOvertaken, "by one who got the lock meanwhile")
	tried, err := s.Untold(t.Context(), inc.ID)
	require.NoError(t, err)
	assert.False(t, tried[0].TriedAt.IsZero())
	assert.True(t, tried[1].TriedAt.IsZero())
	require.NoError(t, s.Telling(t.Context(), inc.ID, []int{first}, tried[0].TriedAt))
	again, err := s.Untold(t.Context(), inc.ID)
	require.NoError(t, err)
	assert.Equal(t, tried[0].TriedAt, again[0].TriedAt, "the first attempt counts: nothing of it can be older")

	require.NoError(t, s.NotTelling(t.Context(), inc.ID, []int{first}))
	refused, err := s.Untold(t.Context(), inc.ID)
	require.NoError(t, err)
	assert.True(t, refused[0].TriedAt.IsZero(), "nothing of it is unknown")

	require.NoError(t, s.Told(t.Context(), inc.ID, []int{first}, "1.1"))
	require.ErrorIs(t, s.Telling(t.Context(), inc.ID, []int{first}, time.Time{}), ErrOvertaken)
	left, err := s.Untold(t.Context(), inc.ID)
	require.NoError(t, err)
	require.Len(t, left, 1)
	assert.Equal(t, "a", left[0].Event.Text)
	s.Close()
	require.NotErrorIs(t, s.Telling(t.Context(), inc.ID, []int{first}, time.Time{}), ErrOvertaken, "nobody knows")
}

func TestShown(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	sh, err := s.Shown(t.Context(), inc.ID, "card")
	require.NoError(t, err)
	assert.Zero(t, sh)
	require.NoError(t, s.Showing(t.Context(), inc.ID, "card", sh))
	require.ErrorIs(t, s.Showing(t.Context(), inc.ID, "card", sh), ErrOvertaken)
	sh, err = s.Shown(t.Context(), inc.ID, "card")
	require.NoError(t, err)
	assert.False(t, sh.TriedAt.IsZero())
	assert.Empty(t, sh.TS)
	require.NoError(t, s.SaveShown(t.Context(), inc.ID, "card", Shown{Channel: "C1", TS: "1.1", Revision: 3, Digest: "d"}))
	sh, err = s.Shown(t.Context(), inc.ID, "card")
	require.NoError(t, err)
	assert.True(t, sh.TriedAt.IsZero(), "the attempt is over")
	sh.TriedAt = time.Time{}
	assert.Equal(t, Shown{Channel: "C1", TS: "1.1", Revision: 3, Digest: "d"}, sh)

	require.NoError(t, s.SaveShown(t.Context(), inc.ID, "page/0/U1", Shown{Channel: "D1", TS: "2.1"}))
	pages, err := s.ShownPages(t.Context(), inc.ID)
	require.NoError(t, err)
	require.Len(t, pages, 1, "the card is no page")
	assert.Equal(t, Call{inc.ID, 0, "U1", Shown{Channel: "D1", TS: "2.1"}}, pages[0])
}

// TestTheLineOfAConversation: what waits there, what a message stands for, and who may take it.
func TestTheLineOfAConversation(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	a, b, over := declare(t, s), declare(t, s), declare(t, s)
	var all []Call
	for _, inc := range []incident.Incident{a, b, over} {
		c := Call{Incident: inc.ID, Person: "U1"}
		for range 2 {
			enqueue(t, s, "D1", c) // it may be there already
		}
		all = append(all, c)
	}
	_, err := s.Update(t.Context(), over.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, ana, "no", now)
	})
	require.NoError(t, err)
	line := func(channel string) []Call {
		l, err := s.Line(t.Context(), channel, all[2])
		require.NoError(t, err)
		require.True(t, l.Share)
		require.True(t, l.Calls[len(l.Calls)-1].Same(all[2]), "who asks is in it, wanted or not")
		for _, c := range l.Calls {
			require.Equal(t, c.Incident, l.Incidents[c.Incident].ID)
		}
		return l.Calls[:len(l.Calls)-1]
	}
	require.Len(t, line("D1"), 2, "nobody is called for what is over")
	require.Empty(t, line("D2"))

	require.NoError(t, s.Calling(t.Context(), "D1", all[:1]))
	require.ErrorIs(t, s.Calling(t.Context(), "D1", all[:2]), ErrOvertaken, "one of them is under way")
	assert.True(t, line("D1")[1].TriedAt.IsZero(), "and none of them is taken")
	for i := range all {
		all[i].Channel, all[i].TS, all[i].Digest, all[i].Revision = "D1", "2.1", "d", 3
	}
	require.NoError(t, s.SaveCalls(t.Context(), all[:2]))
	require.Empty(t, line("D1"))
	shared, err := s.Sharing(t.Context(), "D1", "2.1")
	require.NoError(t, err)
	assert.Equal(t, all[:2], shared)
	stale := all[0]
	stale.Digest = "before"
	require.ErrorIs(t, s.Calling(t.Context(), "D1", []Call{stale}), ErrOvertaken, "somebody else drew it since")
	require.NoError(t, s.LeaveLine(t.Context(), all))
	shared, err = s.Sharing(t.Context(), "D1", "2.1")
	require.NoError(t, err)
	assert.Len(t, shared, 2, "what stands stays")
	assert.Zero(t, count(t, s, `select count(*) from mayday.surface where ts = ''`))
}

func TestFacts(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s := open(t, url, nil)
	v, err := s.Fact(t.Context(), "channel/incidents")
	require.NoError(t, err)
	assert.Empty(t, v)
	require.NoError(t, s.SaveFact(t.Context(), "channel/incidents", "C1"))
	require.NoError(t, s.SaveFact(t.Context(), "channel/incidents", "C2"))
	v, err = s.Fact(t.Context(), "channel/incidents")
	require.NoError(t, err)
	assert.Equal(t, "C2", v)

	name, err := s.Installation(t.Context())
	require.NoError(t, err)
	assert.Len(t, name, 12)
	again, err := open(t, url, nil).Installation(t.Context())
	require.NoError(t, err)
	assert.Equal(t, name, again)
}
