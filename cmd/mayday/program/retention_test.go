package program

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
	"mayday/store"
	"mayday/store/storetest"
)

func TestNothingOfIncidentsIsRemovedByDefault(t *testing.T) {
	c, problems := FromEnv(environment(nil), false)
	require.Empty(t, problems)
	assert.Equal(t, store.Retention{Deliveries: 48 * time.Hour, Posts: 7 * day, Alerts: 90 * day}, c.Keep)
	assert.Equal(t, 24*time.Hour, c.KeepJobs)
}

func TestHowLongThingsAreKept(t *testing.T) {
	c, problems := FromEnv(environment(map[string]string{"MAYDAY_KEEP_INCIDENTS": "2y", "MAYDAY_KEEP_EVIDENCE": "12W", "MAYDAY_KEEP_AUDIT": "400d",
		"MAYDAY_KEEP_DELIVERIES": "3d", "MAYDAY_KEEP_JOBS": "7d"}), false)
	require.Empty(t, problems)
	assert.Equal(t, store.Retention{Incidents: 730 * day, Evidence: 84 * day, Audit: 400 * day, Deliveries: 3 * day, Posts: 7 * day, Alerts: 90 * day}, c.Keep)
	assert.Equal(t, 7*day, c.KeepJobs)
	for variable, words := range map[string][]string{
		"MAYDAY_KEEP_INCIDENTS":  {"29d", "0d", "-1d", "1h", "400", "soon", "99999y", "101y"},
		"MAYDAY_KEEP_EVIDENCE":   {"0d", "12h"},
		"MAYDAY_KEEP_AUDIT":      {"29d", "4w"},
		"MAYDAY_KEEP_DELIVERIES": {"1d", "forever"},
		"MAYDAY_KEEP_JOBS":       {"0d", "forever"},
	} {
		for _, word := range words {
			_, problems := FromEnv(environment(map[string]string{variable: word}), false)
			require.Len(t, problems, 1, "%s=%s", variable, word)
			assert.Equal(t, variable, problems[0].Variable)
			assert.NotEmpty(t, problems[0].Example)
		}
	}
}

func TestCheckSaysWhatGrows(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	s, err := store.Open(context.Background(), store.Config{URL: url})
	require.NoError(t, err)
	s.Close()
	found := checked(t, slacksim.Options{}, map[string]string{"DATABASE_URL": url, "MAYDAY_KEEP_AUDIT": "400d"})
	for _, of := range []string{"incidents", "timeline", "messages", "evidence", "audit", "deliveries", "jobs"} {
		require.Len(t, found["size of "+of], 1, of)
		assert.Equal(t, OK, found["size of "+of][0].State)
	}
	assert.Contains(t, found["size of timeline"][0].Says, "kept for ever (MAYDAY_KEEP_INCIDENTS)")
	assert.Contains(t, found["size of audit"][0].Says, "kept for 400 days (MAYDAY_KEEP_AUDIT)")
	f := Config{}.sized(store.Size{Of: "evidence", Rows: 5, Bytes: 3 << 30})
	assert.Equal(t, Warned, f.State, "nothing large grows for ever in silence")
	assert.Contains(t, f.Says, "3.0 GB")
	assert.Contains(t, f.Next, "MAYDAY_KEEP_EVIDENCE=400d")
}
