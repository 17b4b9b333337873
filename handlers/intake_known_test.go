package handlers

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"mayday/alerts"
	"mayday/incident"
	"mayday/store"
)

// TestWhatIsKnownOfSourcesLastsWhileTheDatabaseIsAway: for minutes, and without anything known each post is to be sent again, asking the
// database at most once a second.
func TestWhatIsKnownOfSourcesLastsWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	list, err := g.known(t.Context(), sourcesAge)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.NoError(t, g.store.AddSource(t.Context(), store.Source{Name: "cron", Way: incident.ToLog}, "3123456789abcdef0123456789abcdef", ""))
	list, err = g.known(t.Context(), sourcesAge)
	require.NoError(t, err)
	assert.Len(t, list, 2, "it was asked a moment ago")
	g.readAt = time.Now().Add(-sourcesAge)
	list, err = g.known(t.Context(), sourcesAge)
	require.NoError(t, err)
	assert.Len(t, list, 3)
	assert.True(t, g.Logged("cron"))
	assert.False(t, g.Logged("sentry"))
	assert.False(t, g.Logged("nothing"))

	g.store.Close()
	for age, there := range map[time.Duration]bool{sourcesAge: true, sourcesStale - time.Second: true, sourcesStale: false} {
		g.readAt, g.failedAt = time.Now().Add(-age), time.Time{}
		list, err = g.known(t.Context(), sourcesAge)
		assert.Equal(t, there, err == nil && len(list) == 3, age)
		assert.Less(t, time.Since(g.failedAt), time.Minute, "%s: that it failed is remembered", age)
		list, err = g.known(t.Context(), sourcesAge)
		assert.Equal(t, there, err == nil && len(list) == 3, age)
		if !there {
			require.ErrorIs(t, err, errSourcesAway, "and the database is not asked again at once")
			assert.Equal(t, http.StatusServiceUnavailable, g.post("/in/sentry", `{"title": "x"}`, bearer(sentryKey)).Code)
			assert.False(t, g.Logged("cron"))
			g.failedAt = time.Now().Add(-time.Second)
			_, err = g.known(t.Context(), sourcesAge)
			require.Error(t, err)
			require.NotErrorIs(t, err, errSourcesAway)
		}
	}
}

// TestWithoutSourcesNothingIsTaken.
func TestWithoutSourcesNothingIsTaken(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	g.readAt = time.Now()
	w := g.post("/in/sentry", `{"title": "x"}`, bearer(sentryKey))
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.Contains(t, w.Body.String(), "mayday source add")
}

// TestASignOfLifeIsTakenOrToBeSentAgain.
func TestASignOfLifeIsTakenOrToBeSentAgain(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	beat := func(method string) int {
		r := httptest.NewRequest(method, "/in/sentry/heartbeat", nil)
		r.Header.Set("Authorization", "Bearer "+sentryKey)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		return w.Code
	}
	for method, code := range map[string]int{http.MethodGet: 202, http.MethodPost: 202, http.MethodHead: 202, http.MethodPut: 405, http.MethodDelete: 405} {
		assert.Equal(t, code, beat(method), method)
	}
	now := time.Now()
	g.now = func() time.Time { return now } // nothing is allowed anew meanwhile
	for range burst {
		g.may("sentry", perSource, burst)
	}
	assert.Equal(t, http.StatusServiceUnavailable, beat(http.MethodPost), "too many")
	g.now = time.Now
	g.limits = map[string]*rate.Limiter{}
	g.store.Close()
	assert.Equal(t, http.StatusServiceUnavailable, beat(http.MethodPost), "it was not written down")
}

// TestABodyThatBreaksOffIsRefused.
func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	r := httptest.NewRequest(http.MethodPost, "/in/sentry", failing{})
	r.Header.Set("Authorization", "Bearer "+sentryKey)
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Contains(t, w.Body.String(), "did not arrive")
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken off") }

// TestTheCounterOfPostsIsMadeOnce.
func TestTheCounterOfPostsIsMadeOnce(t *testing.T) {
	r := prometheus.NewRegistry()
	assert.Same(t, PostsCounter(r), PostsCounter(r))
	families, err := r.Gather()
	require.NoError(t, err)
	require.Len(t, families, 1)
	assert.Len(t, families[0].Metric, 2, "of the unknown source, from zero")
}

// TestWhereAKeyStands in a post.
func TestWhereAKeyStands(t *testing.T) {
	for name, c := range map[string]struct {
		path    alerts.Path
		url     string
		headers map[string]string
		body    string
		key     string
	}{
		"a token":                {alerts.In, "/in/x", map[string]string{"Authorization": "bearer  k "}, "", "k"},
		"Opsgenie's":             {alerts.In, "/in/x", map[string]string{"Authorization": "GenieKey k"}, "", "k"},
		"a password":             {alerts.In, "/in/x", map[string]string{"Authorization": "Basic dTpr"}, "", "k"},
		"the address":            {alerts.In, "/in/x?key=k", nil, `{"routing_key": "other"}`, "k"},
		"another scheme":         {alerts.In, "/in/x?key=k", map[string]string{"Authorization": "Digest x"}, "", "k"},
		"no scheme, the address": {alerts.In, "/in/x?key=k", map[string]string{"Authorization": "Bearer"}, "", "k"},
		"no scheme":              {alerts.In, "/in/x", map[string]string{"Authorization": "Bearer"}, "", ""},
		"PagerDuty's body":       {alerts.Events, "/v2/enqueue", map[string]string{"Authorization": "Bearer other"}, `{"routing_key": "k"}`, "k"},
		"PagerDuty's, in change": {alerts.Changes, "/v2/change/enqueue", nil, `{"routing_key": "k"}`, "k"},
		"PagerDuty without":      {alerts.Events, "/v2/enqueue", map[string]string{"Authorization": "Bearer k"}, `{}`, "k"},
		"no JSON":                {alerts.Events, "/v2/enqueue", nil, `{`, ""},
	} {
		r := httptest.NewRequest(http.MethodPost, c.url, nil)
		for h, v := range c.headers {
			r.Header.Set(h, v)
		}
		assert.Equal(t, c.key, keyOf(r, c.path, []byte(c.body)), name)
	}
	assert.Equal(t, "a redacted b redacted", string(redact([]byte("a key b key"), "key")))
	assert.Equal(t, "a key", string(redact([]byte("a key"), "")))
}
