package handlers

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	"golang.org/x/time/rate"

	"mayday/alerts"
	"mayday/incident"
	"mayday/store"
	"mayday/store/storetest"
)

// gate is an intake with two sources, behind a wire that can be cut.
type gate struct {
	*Intake
	t    *testing.T
	wire *storetest.Wire
	logs *observer.ObservedLogs
}

const (
	pagerKey  = "0123456789abcdef0123456789abcdef"
	sentryKey = "fedcba9876543210fedcba9876543210"
)

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{t: t, wire: storetest.NewWire(t, newURL(t))}
	st, err := store.Open(t.Context(), store.Config{URL: g.wire.URL})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	core, logs := observer.New(zapcore.DebugLevel)
	g.logs = logs
	g.Intake = NewIntake(st, zap.New(core), prometheus.NewRegistry())
	require.NoError(t, st.AddSource(t.Context(), store.Source{Name: "pager", Way: incident.ToOffer}, pagerKey, ""))
	require.NoError(t, st.AddSource(t.Context(), store.Source{Name: "sentry", Way: incident.ToOffer}, sentryKey, ""))
	return g
}

// post posts a body, with headers as "Name: value".
func (g *gate) post(path, body string, headers ...string) *httptest.ResponseRecorder {
	g.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

func (g *gate) stored() (list []store.Received) {
	g.t.Helper()
	_, err := g.store.Hear(g.t.Context(), store.Hearing{
		Read: func(p store.Received) (store.Understood, error) {
			list = append(list, p)
			return store.Understood{}, nil
		}, Judge: nil,
	})
	require.NoError(g.t, err)
	return list
}

const pagerEvent = `{"routing_key": "` + pagerKey + `", "event_action": "trigger", "dedup_key": "k1", "payload": {"summary": "disk full", "source": "db-1", "severity": "critical"}}`

func bearer(key string) string { return "Authorization: Bearer " + key }

func TestPagerDutysClientsAreAnsweredAsTheyExpect(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	w := g.post("/v2/enqueue", pagerEvent)
	require.Equal(t, http.StatusAccepted, w.Code, w.Body)
	assert.JSONEq(t, `{"status": "success", "message": "Event processed", "dedup_key": "k1"}`, w.Body.String())
	w = g.post("/v2/enqueue", strings.Replace(pagerEvent, `"dedup_key": "k1", `, "", 1))
	require.Equal(t, http.StatusAccepted, w.Code)
	var said struct {
		Key string `json:"dedup_key"`
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &said))
	assert.Len(t, said.Key, 32, "a key of our own")
	require.Equal(t, http.StatusAccepted, g.post("/v2/change/enqueue", `{"routing_key": "`+pagerKey+`", "payload": {"summary": "deployed"}}`).Code)
	list := g.stored()
	require.Len(t, list, 3)
	assert.Equal(t, "pager", list[0].Source)
	for _, p := range list {
		assert.NotContains(t, string(p.Body), pagerKey, "the key is not kept")
	}
	r, err := alerts.Read(alerts.Post{Path: alerts.Path(list[1].Path), Header: list[1].Header, Body: list[1].Body, FreshKey: list[1].Header[store.FreshKey]})
	require.NoError(t, err)
	assert.Equal(t, said.Key, r.Reports[0].Key, "the key that was answered is the alert's")
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	fine := `{"title": "x"}`
	for name, c := range map[string]struct {
		path, body string
		headers    []string
		code       int
		says       string
	}{
		"no key":                     {"/in/sentry", fine, nil, 401, "mayday source rotate"},
		"a wrong key":                {"/in/sentry", fine, []string{bearer("guess")}, 401, ""},
		"the key of another source":  {"/in/sentry", fine, []string{bearer(pagerKey)}, 401, ""},
		"an unknown source":          {"/in/nobody", fine, []string{bearer(sentryKey)}, 401, ""},
		"PagerDuty without a key":    {"/v2/enqueue", `{"event_action": "trigger"}`, nil, 401, ""},
		"PagerDuty, an unknown word": {"/v2/enqueue", strings.Replace(pagerEvent, "trigger", "explode", 1), nil, 400, "event_action"},
		"PagerDuty, a field missing": {"/v2/enqueue", strings.Replace(pagerEvent, `"source": "db-1", `, "", 1), nil, 400, "payload.source is missing"},
		"no JSON":                    {"/in/sentry", `{"title": secret-word`, []string{bearer(sentryKey)}, 400, "not JSON, from byte"},
		"a list":                     {"/in/sentry", `[1]`, []string{bearer(sentryKey)}, 400, "no JSON object"},
		"nothing to say":             {"/in/sentry", `{"a": 1}`, []string{bearer(sentryKey)}, 400, "there is no title"},
		"too large":                  {"/in/sentry", `{"title": "` + strings.Repeat("x", alerts.MaxBody) + `"}`, []string{bearer(sentryKey)}, 413, "512 kB"},
	} {
		t.Run(name, func(t *testing.T) {
			w := g.post(c.path, c.body, c.headers...)
			assert.Equal(t, c.code, w.Code, w.Body)
			assert.Contains(t, w.Body.String(), c.says)
			assert.NotContains(t, w.Body.String(), "secret-word")
		})
	}
	assert.Empty(t, g.stored())
	for _, e := range g.logs.All() {
		line := fmt.Sprint(e.Message, e.ContextMap())
		for _, secret := range []string{"secret-word", sentryKey, pagerKey, "guess"} {
			assert.NotContains(t, line, secret)
		}
	}
	assert.Equal(t, 5.0, testutil.ToFloat64(g.posts.WithLabelValues("unknown", "401")))
	r := httptest.NewRequest(http.MethodGet, "/in/sentry", nil)
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	assert.Equal(t, http.StatusMethodNotAllowed, w.Code)
}

func TestEveryWayToCarryAKey(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	for name, post := range map[string]func(string) *httptest.ResponseRecorder{
		"bearer": func(b string) *httptest.ResponseRecorder { return g.post("/in/sentry", b, bearer(sentryKey)) },
		"basic": func(b string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodPost, "/in/sentry", strings.NewReader(b))
			r.SetBasicAuth("mayday", sentryKey)
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			return w
		},
		"address": func(b string) *httptest.ResponseRecorder { return g.post("/in/sentry?key="+sentryKey, b) },
	} {
		assert.Equal(t, http.StatusAccepted, post(`{"title": "x"}`).Code, name)
	}
}

func TestASecretIsRotated(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	try := func(key string) int {
		g.readAt = time.Time{} // five seconds later
		return g.post("/in/sentry", `{"title": "x"}`, bearer(key)).Code
	}
	require.NoError(t, g.store.RotateSource(t.Context(), "sentry", "second", ""))
	assert.Equal(t, []int{202, 202}, []int{try(sentryKey), try("second")}, "both are good")
	require.NoError(t, g.store.RotateSource(t.Context(), "sentry", "third", ""))
	assert.Equal(t, []int{401, 202, 202}, []int{try(sentryKey), try("second"), try("third")}, "two at a time")
	lent, err := g.store.LendKey(t.Context(), "sentry", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, []int{202, 202, 202}, []int{try(lent), try("second"), try("third")})
	require.NoError(t, g.store.RotateSource(t.Context(), "sentry", "fourth", ""))
	assert.Equal(t, []int{202, 202, 401}, []int{try("third"), try("fourth"), try("second")}, "a key for a trial takes nobody's place")
	require.NoError(t, g.store.RemoveSource(t.Context(), "sentry"))
	assert.Equal(t, 401, try("third"))
	require.NoError(t, g.store.RemoveSource(t.Context(), "pager"))
	assert.Equal(t, 404, try("third"), "off without a source")
	require.ErrorIs(t, g.store.RotateSource(t.Context(), "sentry", "x", ""), store.ErrNotFound)
	require.ErrorIs(t, g.store.RemoveSource(t.Context(), "sentry"), store.ErrNotFound)
	for _, name := range []string{"", "Sentry", "a b", "all", "1a", strings.Repeat("a", 41)} {
		require.ErrorIs(t, g.store.AddSource(t.Context(), store.Source{Name: name}, "k", ""), store.ErrSourceName, name)
	}
}

func TestWithoutADatabaseItIsToBeSentAgain(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	require.Equal(t, http.StatusAccepted, g.post("/v2/enqueue", pagerEvent).Code)
	g.wire.Tap(func(storetest.Message) storetest.Fate { return storetest.LostWhole })
	w := g.post("/v2/enqueue", pagerEvent)
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Equal(t, "5", w.Header().Get("Retry-After"))
	g.wire.Tap(nil)
	require.Equal(t, http.StatusAccepted, g.post("/v2/enqueue", pagerEvent).Code)
	assert.Len(t, g.stored(), 2)
}

func TestTheSameDeliveryIsTakenOnce(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	for range 2 {
		require.Equal(t, http.StatusAccepted, g.post("/in/sentry", `{"title": "x"}`, bearer(sentryKey), "webhook-id: msg_1").Code)
	}
	assert.Len(t, g.stored(), 1)
}

// TestABusyDatabaseIsWaitedFor: as long as nothing is known of the sources, nobody can be taken in without them.
func TestABusyDatabaseIsWaitedFor(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	var slow sync.Once
	g.wire.Tap(func(m storetest.Message) storetest.Fate {
		if !m.FromServer && bytes.Contains(m.Body, []byte("mayday.source")) {
			slow.Do(func() { time.Sleep(sourcesWithin + sourcesWithin/2) })
		}
		return storetest.Delivered
	})
	assert.Equal(t, http.StatusAccepted, g.post("/v2/enqueue", pagerEvent).Code)
}

func TestAFloodOfOneSourceStopsNoOther(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	at := time.Now()
	g.now = func() time.Time { return at } // however long the flood takes here
	refused := 0
	for range burst + 1000 {
		if !g.may("a-flood", perSource, burst) {
			refused++
		}
	}
	assert.Positive(t, refused)
	g.limits["sentry"] = rate.NewLimiter(0, 0) // it used up all that it may
	assert.Equal(t, http.StatusServiceUnavailable, g.post("/in/sentry", `{"title": "x"}`, bearer(sentryKey)).Code, "which Alertmanager repeats")
	assert.Equal(t, http.StatusAccepted, g.post("/v2/enqueue", pagerEvent).Code)
	g.limits[""] = rate.NewLimiter(0, 0)
	assert.Equal(t, http.StatusTooManyRequests, g.post("/v2/enqueue", `{"routing_key": "x"}`).Code)
	assert.Equal(t, http.StatusAccepted, g.post("/v2/enqueue", pagerEvent).Code)
}

func TestASignedSource(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	require.NoError(t, g.store.AddSource(t.Context(), store.Source{Name: "grafana", Way: incident.ToOffer}, "", "client-secret"))
	g.readAt = time.Time{}
	sign := func(body string) string {
		m := hmac.New(sha256.New, []byte("client-secret"))
		m.Write([]byte(body))
		return hex.EncodeToString(m.Sum(nil))
	}
	body := `{"action": "triggered", "data": {"event": {"issue_id": "1", "title": "x"}}}`
	signed := []string{"Sentry-Hook-Resource: event_alert", "Sentry-Hook-Signature: " + sign(body)}
	assert.Equal(t, 202, g.post("/in/grafana", body, signed...).Code)
	assert.Equal(t, 401, g.post("/in/grafana", body+" ", signed...).Code)
	assert.Equal(t, 401, g.post("/in/grafana", body).Code)
	assert.Equal(t, 401, g.post("/in/grafana", body, bearer("client-secret")).Code, "the secret itself is no key")
	at := fmt.Sprint(time.Now().Add(-10 * time.Minute).Unix())
	old := g.post("/in/grafana", body, "X-Grafana-Alerting-Timestamp: "+at, "X-Grafana-Alerting-Signature: "+sign(at+":"+body))
	assert.Equal(t, 401, old.Code)
	assert.Contains(t, old.Body.String(), "older than five minutes")
}

func TestASourceThatStaysAwayIsMissed(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	require.NoError(t, g.store.AddSource(t.Context(), store.Source{Name: "cron", Way: incident.ToOffer, BeatEvery: time.Second}, "cron-key", ""))
	g.readAt = time.Time{}
	hear := func() (titles []string) {
		_, err := g.store.Hear(t.Context(), store.Hearing{Read: func(store.Received) (store.Understood, error) { return store.Understood{}, nil },
			Judge: func(r incident.Report) (incident.Found, incident.Way) { return incident.Found{}, incident.ToOffer }})
		require.NoError(t, err)
		rows, err := g.store.Pool().Query(t.Context(), `select doc ->> 'state' || ': ' || (doc ->> 'title') from mayday.offer order by id`)
		require.NoError(t, err)
		titles, err = pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return titles
	}
	beat := func(method string) int {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(method, "/in/cron/heartbeat?key=cron-key", nil))
		return w.Code
	}
	before := time.Now()
	assert.Equal(t, 202, beat(http.MethodGet))
	assert.Empty(t, hear())
	after := time.Now()
	at, err := g.store.NextAlert(t.Context())
	require.NoError(t, err)
	assert.WithinRange(t, at, before, after.Add(2*time.Second))
	time.Sleep(1100 * time.Millisecond)
	at, err = g.store.NextAlert(t.Context())
	require.NoError(t, err)
	assert.False(t, at.After(g.store.Now()))
	assert.Equal(t, []string{"offered: No sign of life from cron for 1 s"}, hear())
	assert.Len(t, hear(), 1)
	assert.Equal(t, 202, beat(http.MethodPost))
	assert.Equal(t, []string{"ended: No sign of life from cron for 1 s"}, hear())
	assert.Equal(t, 405, beat(http.MethodDelete))
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/in/cron/heartbeat", nil))
	assert.Equal(t, 401, w.Code)
}
