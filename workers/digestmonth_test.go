package workers

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
)

// TestTheFirstDigestOfAMonthTellsWhenPeopleWerePaged: the night's interruption in its message, and the month's in its thread by the hours of
// people's days, with the month before in brackets. It names nobody, and knows of nothing that is private or a drill.
func TestTheFirstDigestOfAMonthTellsWhenPeopleWerePaged(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	office := incident.Hours{Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}, From: 9 * time.Hour, To: 17 * time.Hour}
	h.w.Runbook = func() *playbooks.Runbook { return &playbooks.Runbook{Policy: incident.Policy{Hours: office}} }
	d, err := h.st.Digest(t.Context())
	require.NoError(t, err)
	first := routine.Day(h.st.Now().Format("2006-01") + "-01")
	fx := routine.SendDigest{Day: first, At: d.Starts(first).Add(9 * time.Hour), Since: d.Starts(first).Add(-15 * time.Hour), Month: first.NextMonth(-1)}
	paged := []struct {
		who string
		at  time.Time
	}{
		{"ana", d.Starts(first).Add(-30 * time.Minute)}, // the night before, at half past eleven
		{"ben", d.Starts(first.NextMonth(-1)).Add(14 * time.Hour)},
		{"chidi", d.Starts(first.NextMonth(-2)).Add(20 * time.Hour)}, // the month before
	}
	var ids []string
	for i, p := range paged {
		u, ok := h.sim.UserByName(p.who)
		require.True(t, ok)
		ids = append(ids, u.ID)
		h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PagePerson(inc, h.inc.DeclaredBy, u.ID, "", now)
		})
		require.NoError(t, h.w.sendPage(t.Context(), incident.SendPage{Ref: h.inc.Ref(), Page: i}, try{}))
	}
	h.set(func(inc *incident.Incident) {
		for i, p := range paged {
			require.False(t, inc.Pages[i].DeliveredAt.IsZero(), p.who)
			inc.Pages[i].At, inc.Pages[i].DeliveredAt = p.at, p.at.Add(time.Second)
		}
	})
	told := func(fx routine.SendDigest) (all []string) {
		t.Helper()
		before := len(h.sim.Messages("incidents"))
		require.NoError(t, h.w.sendDigest(t.Context(), fx, try{Number: 1, Since: h.st.Now()}))
		for _, m := range h.sim.Messages("incidents")[before:] {
			if m.Bot && m.Subtype == "" {
				all = append(all, looks(m))
			}
		}
		return all
	}
	all := told(fx)
	require.Len(t, all, 2, "a message, and the month in its thread: %q", all)
	assert.Contains(t, all[0], "1 interruption out of hours")
	text := strings.Join(all, "\n")
	assert.Contains(t, text, "• P1 x, ")
	assert.Contains(t, text, paged[0].at.Format("2006-01-02 15:04 UTC"))
	assert.Contains(t, text, "1 call · nobody answered")
	assert.Contains(t, text, "People were paged 2 times (1): 1 in working hours (9–18), 0 in the evening (18–23), 1 at night, by the hours of their own days")
	assert.Contains(t, text, "They were 2 people: at most 1 time for one of them, and 1 at night.")
	for i, id := range ids {
		assert.NotContains(t, text, id, "who was paged is for each alone: %s", paged[i].who)
	}

	for name, hide := range map[string]func(*incident.Incident){
		"private": func(inc *incident.Incident) { inc.Private, inc.Drill = true, false },
		"drill":   func(inc *incident.Incident) { inc.Private, inc.Drill = false, true },
	} {
		h.set(hide)
		fx.Day = fx.Day.Add(-1) // a digest of its own
		for _, text := range told(fx) {
			assert.NotContains(t, text, "People were paged", name)
			assert.NotContains(t, text, "interruption", name)
		}
	}
}
