package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestALineIsWhatWaitsInIt, with the incidents that it is about: and whoever asks has what they asked about as it stands, last.
func TestALineIsWhatWaitsInIt(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	one, two, over := declare(t, s), declare(t, s), declare(t, s)
	_, err := s.Update(t.Context(), over.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, ana, "no", now)
	})
	require.NoError(t, err)
	call := func(inc incident.Incident, page int, who string) Call {
		return Call{Incident: inc.ID, Page: page, Person: who}
	}
	first, second, mine := call(one, 0, "UANA"), call(two, 0, "UANA"), call(two, 1, "UANA")
	for _, c := range []Call{second, first, mine, call(over, 0, "UANA")} {
		enqueue(t, s, "D1", c)
	}
	enqueue(t, s, "D2", call(one, 0, "UBEN"))
	stands := call(one, 1, "UANA")
	stands.Shown = Shown{Channel: "D1", TS: "1.1", Revision: 2, Digest: "d"}
	require.NoError(t, s.SaveCalls(t.Context(), []Call{stands}))

	named := func(list []Call) (names []Call) {
		for _, c := range list {
			assert.Equal(t, "D1", c.Channel)
			c.Shown = Shown{}
			names = append(names, c)
		}
		return names
	}
	l, err := s.Line(t.Context(), "D1", mine)
	require.NoError(t, err)
	assert.Equal(t, []Call{first, second, mine}, named(l.Calls), "the oldest incident first")
	assert.Len(t, l.Incidents, 2)
	assert.Equal(t, []string{one.UID, two.UID}, []string{l.Incidents[one.ID].UID, l.Incidents[two.ID].UID})
	assert.True(t, l.Share)
	l, err = s.Line(t.Context(), "D1", stands)
	require.NoError(t, err)
	require.Len(t, l.Calls, 4)
	assert.Equal(t, stands, l.Calls[3])
	gone := Call{Incident: 99, Page: 0, Person: "UANA"}
	l, err = s.Line(t.Context(), "D9", gone)
	require.NoError(t, err)
	assert.Equal(t, []Call{gone}, l.Calls, "nothing is known of it")
	assert.Empty(t, l.Incidents)
	_, err = s.pool.Exec(t.Context(), `insert into mayday.replica (id, shares_messages) values ('older', false)`)
	require.NoError(t, err)
	l, err = s.Line(t.Context(), "D1", mine)
	require.NoError(t, err)
	assert.False(t, l.Share, "a replica of the release before draws over messages of several")

	_, err = s.pool.Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{declared_at}', '"none"') where id = $1`, two.ID)
	require.NoError(t, err)
	_, err = s.Line(t.Context(), "D1", mine)
	require.Error(t, err)
	_, _, err = s.Page(t.Context(), two.Ref(), 0)
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrAnother)
}

func enqueue(t *testing.T, s *Store, channel string, c Call) (waiting int) {
	t.Helper()
	waiting, err := s.Enqueue(t.Context(), channel, c)
	require.NoError(t, err)
	return waiting
}

// TestTheGravestOfALongLineAreTaken, however many older ones wait.
func TestTheGravestOfALongLineAreTaken(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	_, err := s.pool.Exec(t.Context(), `with old as (insert into mayday.incident (id, doc, declared_at) select n, jsonb_build_object('status', 'open', 'severity', 'P2', 'title', 'storm'), now() from generate_series(1001, 1205) n returning id)
		insert into mayday.surface (incident_id, surface, channel) select id, 'page/0/UANA', 'D1' from old`)
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), `insert into mayday.incident (id, doc, declared_at) values (1300, '{"status": "open", "severity": "P0", "title": "grave"}', now())`)
	require.NoError(t, err)
	grave := Call{Incident: 1300, Person: "UANA"}
	assert.Equal(t, 205, enqueue(t, s, "D1", grave), "besides itself")
	assert.Equal(t, 206, enqueue(t, s, "D1", grave))
	got, err := s.readLines(t.Context(), []lineOf{{"D1", Call{Incident: 1205, Person: "UANA"}}})
	require.NoError(t, err)
	assert.True(t, grave.Same(got[0].calls[0]))
	assert.Len(t, got[0].calls, 201, "and whoever asks")
}
