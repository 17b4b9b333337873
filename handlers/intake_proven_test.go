package handlers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"mayday/alerts"
	"mayday/incident"
	"mayday/store"
)

// signature is the headers with which Grafana signs a body at a time.
func signature(secret, body string, at time.Time) http.Header {
	seconds := strconv.FormatInt(at.Unix(), 10)
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(seconds + ":" + body))
	h := http.Header{}
	h.Set("X-Grafana-Alerting-Timestamp", seconds)
	h.Set("X-Grafana-Alerting-Signature", hex.EncodeToString(m.Sum(nil)))
	return h
}

// TestWhoProvesThemselves, and by what. A source may have several secrets of both kinds while it is rotated.
func TestWhoProvesThemselves(t *testing.T) {
	now := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	keyed := func(key string) store.Secret { return store.Secret{Hash: store.KeyHash(key)} }
	list := []store.Source{
		{Name: "keyed", Secrets: []store.Secret{keyed("old"), keyed("new")}},
		{Name: "signed", Secrets: []store.Secret{{Signing: "before"}, {Signing: "secret"}}},
		{Name: "turned", Secrets: []store.Secret{{Signing: "secret"}, keyed("turned-key")}},
		{Name: "empty", Secrets: []store.Secret{keyed("")}},
		{Name: "bare", Secrets: []store.Secret{{}}},
	}
	fresh, old, none := signature("secret", "x", now), signature("secret", "x", now.Add(-time.Hour)), http.Header{}
	for why, c := range map[string]struct {
		path      alerts.Path
		name, key string
		header    http.Header
		found     string
		says      string
	}{
		"the first key":                           {alerts.In, "keyed", "old", none, "keyed", ""},
		"the second key":                          {alerts.In, "keyed", "new", none, "keyed", ""},
		"a key is enough for PagerDuty's":         {alerts.Events, "", "new", none, "keyed", ""},
		"a key of another source":                 {alerts.In, "signed", "new", none, "", "is none that is valid"},
		"no key":                                  {alerts.In, "keyed", "", none, "", "is none that is valid"},
		"no key, where one is kept for none":      {alerts.In, "empty", "", none, "", "is none that is valid"},
		"no key, PagerDuty's":                     {alerts.Events, "", "", none, "", "is none that is valid"},
		"nothing is kept":                         {alerts.In, "bare", "", none, "", "is none that is valid"},
		"nothing is kept, and a key":              {alerts.In, "bare", "x", none, "", "is none that is valid"},
		"signed with nothing":                     {alerts.In, "bare", "", signature("", "x", now), "", "is none that is valid"},
		"signed with nothing, beside a key":       {alerts.In, "keyed", "", signature("", "x", now), "", "is none that is valid"},
		"the second signing secret":               {alerts.In, "signed", "", fresh, "signed", ""},
		"signed, with a key for somebody between": {alerts.In, "signed", "a-proxy", fresh, "signed", ""},
		"signed, beside a key":                    {alerts.In, "turned", "", fresh, "turned", ""},
		"a key, beside a signing secret":          {alerts.In, "turned", "turned-key", none, "turned", ""},
		"PagerDuty's are not signed":              {alerts.Events, "", "", fresh, "", "is none that is valid"},
		"an old signature":                        {alerts.In, "signed", "", old, "", "older than five minutes"},
		"an old signature, and a key that is":     {alerts.In, "turned", "turned-key", old, "turned", ""},
		"nobody of that name":                     {alerts.In, "nobody", "new", fresh, "", "is none that is valid"},
	} {
		found, a := proven(list, c.path, c.name, c.key, c.header, []byte("x"), now)
		assert.Equal(t, c.found, found.Name, why)
		assert.Equal(t, c.found == "", a.code == http.StatusUnauthorized, why)
		assert.Contains(t, a.says, c.says, why)
	}
	turned := []store.Source{{Name: "turned", Secrets: []store.Secret{keyed("turned-key"), {Signing: "secret"}}}}
	found, a := proven(turned, alerts.In, "turned", "turned-key", old, []byte("x"), now)
	assert.Equal(t, []any{"turned", 0}, []any{found.Name, a.code}, "whichever stands first")
}

// TestASourceThatWasMadeThisMomentIsTaken: what is known is younger than it, and is read again for whoever it does not prove.
func TestASourceThatWasMadeThisMomentIsTaken(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	require.Equal(t, http.StatusAccepted, g.post("/in/sentry", `{"title": "x"}`, bearer(sentryKey)).Code)
	g.readAt = time.Now().Add(-sourcesAge / 2)
	require.NoError(t, g.store.AddSource(t.Context(), store.Source{Name: "cron", Way: incident.ToOffer}, "cron-key", ""))
	assert.Equal(t, http.StatusAccepted, g.post("/in/cron", `{"title": "x"}`, bearer("cron-key")).Code)
	for _, code := range []string{"202", "503"} {
		_, err := g.posts.GetMetricWithLabelValues("cron", code)
		require.NoError(t, err)
	}
	assert.Equal(t, 8, testutil.CollectAndCount(g.posts), "each source from zero, and who is unknown")
	read := g.readAt
	assert.Equal(t, http.StatusAccepted, g.post("/in/cron", `{"title": "x"}`, bearer("cron-key")).Code)
	assert.Equal(t, read, g.readAt, "who proves themselves costs no question")

	g.readAt = time.Now().Add(-sourcesAge / 2)
	g.store.Close()
	w := g.post("/in/cron", `{"title": "x"}`, bearer("wrong"))
	assert.Equal(t, http.StatusUnauthorized, w.Code, "what is known counts while the database is away: %s", w.Body)
	g.readAt, g.failedAt = time.Now().Add(-2*time.Second), time.Time{}
	assert.Equal(t, http.StatusServiceUnavailable, g.post("/in/cron", `{"title": "x"}`, bearer("cron-key")).Code, "and what cannot be written down is to be sent again")
	assert.Equal(t, 1, g.logs.FilterMessageSnippet("could not be written down").Len())
}

// TestWhatASenderIsAnswered: in JSON, with when to try again, and the operators read why a post was refused.
func TestWhatASenderIsAnswered(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	metrics := prometheus.NewRegistry()
	g.Intake = NewIntake(g.store, g.log, metrics)
	w := g.post("/in/sentry", `{"title": "x", "dedup_key": "k"}`, bearer(sentryKey))
	assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
	assert.JSONEq(t, `{"status": "success", "message": "Event processed"}`, w.Body.String(), "a key is PagerDuty's")
	families, err := metrics.Gather()
	require.NoError(t, err)
	require.Equal(t, "mayday_alert_post_seconds", families[0].GetName())
	assert.EqualValues(t, 1, families[0].Metric[0].GetHistogram().GetSampleCount())
	assert.Empty(t, g.logs.FilterMessageSnippet("was refused").All())
	w = g.post("/in/sentry", `{"title": "x"}`, bearer("guess"))
	assert.JSONEq(t, `{"status": "invalid event", "message": "`+unproven.says+`", "errors": ["`+unproven.says+`"]}`, w.Body.String())
	assert.Empty(t, w.Header().Get("Retry-After"))
	require.Len(t, g.logs.FilterMessageSnippet("was refused").All(), 1)
	assert.Equal(t, map[string]any{"source": UnknownSource, "path": "in", "code": int64(401), "why": unproven.says}, g.logs.FilterMessageSnippet("was refused").All()[0].ContextMap())

	g.limits["sentry"] = rate.NewLimiter(0, 0)
	for _, path := range []string{"/in/sentry", "/in/sentry/heartbeat"} {
		w = g.post(path, `{"title": "x"}`, bearer(sentryKey))
		assert.Equal(t, []any{http.StatusServiceUnavailable, "2"}, []any{w.Code, w.Header().Get("Retry-After")}, path)
		assert.Contains(t, w.Body.String(), tooMany.says, path)
	}
	g.limits = map[string]*rate.Limiter{}
	w = g.post("/v2/change/enqueue", `{"routing_key": "`+pagerKey+`", "payload": {"summary": "deployed"}}`)
	assert.JSONEq(t, `{"status": "success", "message": "Event processed"}`, w.Body.String(), "a change has no alert that is named")
}

// TestAWatchdogIsASignOfLife while it fires; any other alert is none.
func TestAWatchdogIsASignOfLife(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	require.NoError(t, g.store.AddSource(t.Context(), store.Source{Name: "prometheus", Way: incident.ToOffer, BeatEvery: time.Hour}, "prometheus-key", ""))
	long := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	for body, alive := range map[string]bool{
		`{"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "Watchdog"}}]}`:   true,
		`{"version": "4", "alerts": [{"status": "resolved", "labels": {"alertname": "Watchdog"}}]}`: false,
		`{"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "DiskFull"}}]}`:   false,
	} {
		_, err := g.store.Pool().Exec(t.Context(), `update mayday.source set beat_at = $1 where name = 'prometheus'`, long)
		require.NoError(t, err)
		require.Equal(t, http.StatusAccepted, g.post("/in/prometheus", body, bearer("prometheus-key")).Code, body)
		var at time.Time
		require.NoError(t, g.store.Pool().QueryRow(t.Context(), `select beat_at from mayday.source where name = 'prometheus'`).Scan(&at))
		assert.Equal(t, alive, at.After(long), body)
	}
}
