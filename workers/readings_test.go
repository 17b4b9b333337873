package workers

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
)

// counting is a runbook with queries of one number.
func counting(names ...string) func() *playbooks.Runbook {
	rb := &playbooks.Runbook{}
	for _, name := range names {
		rb.Queries = append(rb.Queries, incident.Query{Name: name, SQL: "select count(*) from " + name})
	}
	return func() *playbooks.Runbook { return rb }
}

// TestNumbersThatWereAnsweredAreKept although the time was over before all were.
func TestNumbersThatWereAnsweredAreKept(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	db := &asker{do: func(ctx context.Context, req diagnostics.Request) (diagnostics.Result, error) {
		if req.Name == "slow" {
			<-ctx.Done()
			return diagnostics.Result{}, ctx.Err()
		}
		return numbers("7"), nil
	}}
	h.w.Diagnostics, h.w.Runbook = db, counting("quick", "slow")
	fx := routine.TakeReadings{Day: "2026-03-02"}
	require.ErrorIs(t, h.w.takeReadings(ctx, fx, try{}), context.DeadlineExceeded)
	kept, err := h.st.AllReadings(t.Context(), fx.Day, fx.Day)
	require.NoError(t, err)
	assert.Equal(t, map[string]map[routine.Day]float64{"quick": {fx.Day: 7}}, kept)
}

// TestOnlyWhatMayPassIsAskedAgain: a fault that lies in the query is there at the next attempt too.
func TestOnlyWhatMayPassIsAskedAgain(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	for class, again := range map[diagnostics.Class]bool{
		diagnostics.ClassDown: true, diagnostics.ClassTimeout: true, diagnostics.ClassStopped: true, diagnostics.ClassAuth: true, diagnostics.ClassPooler: true,
		diagnostics.ClassLimits: true, diagnostics.ClassRate: true, diagnostics.ClassConflict: true,
		diagnostics.ClassDenied: false, diagnostics.ClassSyntax: false, diagnostics.ClassData: false, diagnostics.ClassServer: false,
	} {
		h.w.Runbook = counting("fine", "bad")
		h.w.Diagnostics = &asker{do: func(_ context.Context, req diagnostics.Request) (diagnostics.Result, error) {
			if req.Name == "bad" {
				return diagnostics.Result{}, &diagnostics.Failure{Class: class, What: "It failed."}
			}
			return numbers("7"), nil
		}}
		err := h.w.takeReadings(t.Context(), routine.TakeReadings{Day: "2026-03-02"}, try{})
		assert.Equal(t, again, err != nil, class)
	}
}
