package workers

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
	"mayday/store"
)

// TestARoundAsksWhatMaydayKnows: alerts that came since the round before, with what the runbook calls the most severe
// first and the number kept; a heartbeat that is late is a problem and one in time ticks its item; a sender that nobody set
// up ticks nothing.
func TestARoundAsksWhatMaydayKnows(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	rb := &playbooks.Runbook{Policy: incident.Policy{Severities: []incident.Severity{{Label: "P0"}, {Label: "P1"}}}}
	h.w.Runbook = func() *playbooks.Runbook { return rb }
	for _, src := range []store.Source{{Name: "snag"}, {Name: "backups", BeatEvery: time.Hour}, {Name: "sync", BeatEvery: time.Hour}} {
		src.Way = incident.ToOffer
		require.NoError(t, h.st.AddSource(t.Context(), src, store.NewKey(), ""))
	}
	require.NoError(t, h.st.Beat(t.Context(), "backups"))
	_, err := h.st.Pool().Exec(t.Context(), `update mayday.source set beat_at = now() - interval '2 hours' where name = 'sync'`)
	require.NoError(t, err)
	for _, r := range []incident.Report{
		{Source: "snag", Key: "1", State: incident.Firing, Title: "Slow <!channel> cart", Severity: "P1"}, {Source: "snag", Key: "1", State: incident.Firing, Title: "Slow <!channel> cart", Severity: "P1"},
		{Source: "snag", Key: "2", State: incident.Firing, Title: "Pool exhausted", Severity: "P0", Link: "https://snag.test/2"}, {Source: "snag", Key: "2", State: incident.Quiet},
	} {
		body, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, h.st.Receive(t.Context(), store.Received{Source: r.Source, Path: "in", Header: map[string]string{}, Body: body}))
	}
	_, err = h.st.Hear(t.Context(), store.Hearing{
		Read: func(p store.Received) (store.Understood, error) {
			var r incident.Report
			err := json.Unmarshal(p.Body, &r)
			return store.Understood{Reports: []incident.Report{r}, Changes: []incident.ChangeEvent{{Source: "berth", Key: "1", Title: "web 4f3c2a1", By: "ben", At: p.At}}}, err
		},
		Judge: func(incident.Report) (incident.Found, incident.Way) { return incident.Found{}, incident.ToLog },
	})
	require.NoError(t, err)
	none, _ := routine.ReadExpectation("0")
	list := &routine.Checklist{Slug: "morning", Name: "Morning", Cadence: routine.Cadence{Every: routine.Daily}, Items: []routine.Item{
		{Text: "errors", Asks: []routine.Ask{{Kind: routine.AskAlerts, Name: "alerts/snag", Sender: "snag", Expect: none, Decides: true}}},
		{Text: "backup", Asks: []routine.Ask{{Kind: routine.AskHeartbeat, About: []string{"backup"}, Decides: true}}},
		{Text: "sync", Asks: []routine.Ask{{Kind: routine.AskHeartbeat, Sender: "sync", Decides: true}}},
		{Text: "deployments", Asks: []routine.Ask{{Kind: routine.AskChanges, Name: "changes/all"}}},
		{Text: "else", Asks: []routine.Ask{{Kind: routine.AskAlerts, Name: "alerts/rollbar", Sender: "rollbar", Expect: none, Decides: true}}},
	}}
	var ref routine.Ref
	require.NoError(t, h.st.PlanRoutine(t.Context(), "morning", func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		c, err := routine.Plan(r, round, routine.Planning{Checklist: list, Calendar: routine.Calendar{Hour: 9 * time.Hour}}, now)
		if err == nil {
			c, err = routine.Begin(c.Routine, round, c.Routine.Next)
		}
		c.Round.Since = now.Add(-time.Minute) // it begins tomorrow, and looks back to now
		ref = c.Round.Ref
		return c, err
	}))
	require.NoError(t, h.w.askItems(t.Context(), routine.AskItems{Ref: ref}, try{}))
	round, err := h.st.Round(t.Context(), ref)
	require.NoError(t, err)
	var states []routine.LineState
	for _, l := range round.Lines {
		states = append(states, l.State)
	}
	assert.Equal(t, []routine.LineState{routine.Problem, routine.Done, routine.Problem, routine.Open, routine.Open}, states)
	assert.Contains(t, round.Lines[0].Answers[0].Text, "still firing: Pool exhausted (P0); Slow <!channel> cart ×2 (P1)")
	assert.Equal(t, "https://snag.test/2", round.Lines[0].Answers[0].Link)
	assert.Contains(t, round.Lines[3].Answers[0].Text, ": web 4f3c2a1 by ben")
	assert.Contains(t, round.Lines[4].Answers[0].Text, "`mayday source add rollbar`")
	kept, err := h.st.Readings(t.Context(), "alerts/snag", round.Day.Add(-2), round.Day)
	require.NoError(t, err)
	assert.Equal(t, []float64{2}, slices.Collect(maps.Values(kept)))
}
