package store

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/routine"
	"mayday/store/storetest"
)

// TestTheRunbookIsLookedAtOnceAMonth: by three replicas at once, never for the month in which mayday began.
func TestTheRunbookIsLookedAtOnceAMonth(t *testing.T) {
	t.Parallel()
	url, clock := newURL(t), storetest.NewClock(t0)
	stores := []*Store{open(t, url, clock), open(t, url, clock), open(t, url, clock)}
	for _, tt := range []struct {
		month routine.Day
		jobs  int
	}{{"2026-02-01", 0}, {"2026-03-01", 1}, {"2026-02-01", 1}, {"2026-06-01", 2}, {"2026-06-01", 2}} {
		var all sync.WaitGroup
		for _, s := range stores {
			all.Go(func() { assert.NoError(t, s.AgeRunbook(t.Context(), tt.month)) })
		}
		all.Wait()
		assert.Equal(t, tt.jobs, jobsOf(t, stores[0], "check_runbook"), tt.month)
	}
	asked := routine.CheckRunbook{By: "U0ANA", Channel: "C0GENERAL"}
	require.NoError(t, stores[0].Ask(t.Context(), []string{"command:1"}, asked))
	assert.ErrorIs(t, stores[1].Ask(t.Context(), []string{"command:1"}, asked), ErrDuplicate)
	assert.Equal(t, 3, jobsOf(t, stores[0], "check_runbook"))
}

// TestWhichScenariosWereOfUse: those of incidents and of alerts that were offered, within a time.
func TestWhichScenariosWereOfUse(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	_, err := s.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Declare(ref, incident.Declaration{Title: "x", Severity: "P1", By: "U0ANA", Policy: incident.Policy{Severities: []incident.Severity{{Label: "P1"}}}, Playbook: incident.Playbook{Slug: "site-down"}}, now)
	})
	require.NoError(t, err)
	receive(t, s, "db", "firing a")
	hear(t, s)
	used, err := s.ScenariosUsed(t.Context(), t0)
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"site-down": true, "db": true}, used)
	used, err = s.ScenariosUsed(t.Context(), t0.Add(time.Hour))
	require.NoError(t, err)
	assert.Empty(t, used)
	began, err := s.Since(t.Context())
	require.NoError(t, err)
	assert.False(t, began.IsZero())
	_, err = s.pool.Exec(t.Context(), `delete from mayday.migration`)
	require.NoError(t, err)
	began, err = s.Since(t.Context())
	require.NoError(t, err, "what is not known is no fault")
	assert.Zero(t, began)
}
