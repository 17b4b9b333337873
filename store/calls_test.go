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
