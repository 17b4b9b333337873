package alerts

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func TestMoments(t *testing.T) {
	want := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	for _, s := range []string{"2026-03-03T10:00:00Z", "2026-03-03T11:00:00+01:00", "2026-03-03T11:00:00.000+0100", "2026-03-03 10:00:00", "1772532000", "1772532000000", "1772532000.0", "Tue, 03 Mar 2026 10:00:00 GMT"} {
		assert.Equal(t, want, moment(s), s)
	}
	for _, s := range []string{"", "soon", "0", "0001-01-01T00:00:00Z", "12345", "NaN", "1e300"} {
		assert.True(t, moment(s).IsZero(), s)
	}
}

func TestWhatHasNoKeyGetsOne(t *testing.T) {
	assert.Equal(t, digestOf(map[string]string{"a": "1", "b": "2"}), digestOf(map[string]string{"b": "2", "a": "1"}))
	assert.NotEqual(t, digest("ab", "c"), digest("a", "bc"))
}

// TestWhatHasNoTitleIsCalledByItsKey, and a text may begin with the mark that Windows puts there.
func TestWhatHasNoTitleIsCalledByItsKey(t *testing.T) {
	r, err := Read(Post{Path: In, Body: []byte("\ufeff" + `{"key": "disk-db-1", "severity": "critical"}`)})
	require.NoError(t, err)
	require.Len(t, r.Reports, 1)
	assert.Equal(t, "disk-db-1", r.Reports[0].Title)
	_, err = Read(Post{Path: In, Body: []byte(`{"severity": "critical"}`)})
	require.ErrorContains(t, err, "there is no title")
}

func TestMoreThanIsReadIsSaid(t *testing.T) {
	body := []byte(`{"version": "4", "groupKey": "g", "alerts": [`)
	for i := range mostReports + 5 {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, `{"status": "firing", "labels": {"alertname": "x"}, "fingerprint": "f"}`...)
	}
	r, err := Read(Post{Source: "p", Path: In, Body: append(body, "]}"...)})
	require.NoError(t, err)
	assert.Len(t, r.Reports, mostReports)
	assert.Equal(t, 5, r.Left)
	assert.Equal(t, "p", r.Reports[0].Source)
}

func TestTheSeverityOfPagerDuty(t *testing.T) {
	r, err := Read(Post{Path: Events, FreshKey: "fresh", Body: []byte(`{"routing_key": "k", "event_action": "trigger", "payload": {"summary": "s", "source": "db-1", "severity": "critical", "timestamp": "2026-03-03T10:00:00Z", "component": "postgres",
		"custom_details": {"mayday_scenario": "site-down", "runbook_url": "https://x/#a", "free": 3, "deep": {"a": 1}}}, "links": [{"href": "https://x/1"}], "client": "Grafana", "client_url": "https://x/2"}`)})
	require.NoError(t, err)
	require.Len(t, r.Reports, 1)
	assert.Equal(t, "pagerduty", r.Dialect)
	got := r.Reports[0]
	assert.Equal(t, incident.Report{Key: "fresh", State: incident.Firing, Title: "s", Severity: "critical", At: time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC), Link: "https://x/1", Scenario: "site-down", Runbooks: []string{"https://x/#a"},
		Labels: map[string]string{"source": "db-1", "component": "postgres", "client": "Grafana", "mayday_scenario": "site-down", "runbook_url": "https://x/#a", "free": "3"}}, got)
}
