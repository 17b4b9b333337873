package program

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"mayday/bot"
)

const deadmanPath = "/very-secret-path"

// TestASignOfLifeOnlyWhileAllIsWell: it is given while mayday is well, withheld while it is not, and what goes wrong names no address.
func TestASignOfLifeOnlyWhileAllIsWell(t *testing.T) {
	var asked, answer atomic.Int32
	answer.Store(http.StatusOK)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == deadmanPath {
			asked.Add(1)
		}
		if answer.Load() == http.StatusFound {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
			return
		}
		w.WriteHeader(int(answer.Load()))
	}))
	t.Cleanup(srv.Close)
	var ill error
	d := newDeadman(bot.Secret(srv.URL+deadmanPath), func(context.Context) error { return ill }, zap.NewNop(), prometheus.NewRegistry())
	sign := func() string { outcome, _ := d.sign(t.Context()); return outcome }
	assert.Equal(t, "sent", sign())
	ill = errors.New("not connected to Slack")
	assert.Equal(t, "withheld", sign())
	assert.EqualValues(t, 1, asked.Load())
	ill = nil
	for _, code := range []int32{500, 404, http.StatusFound} {
		answer.Store(code)
		outcome, why := d.sign(t.Context())
		assert.Equal(t, "failed", outcome)
		assert.NotContains(t, why.Error(), "secret")
	}
	srv.Close()
	outcome, why := d.sign(t.Context())
	assert.Equal(t, "failed", outcome)
	assert.NotContains(t, why.Error(), "secret")
	assert.EqualValues(t, 4, asked.Load())
}

// TestWhatIsLoggedOfSignsOfLife: a change is logged once, and never the address.
func TestWhatIsLoggedOfSignsOfLife(t *testing.T) {
	core, logs := observer.New(zapcore.DebugLevel)
	var answer atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(answer.Load())) }))
	t.Cleanup(srv.Close)
	d := newDeadman(bot.Secret(srv.URL+deadmanPath), func(context.Context) error { return nil }, zap.New(core), prometheus.NewRegistry())
	last := sent
	for _, code := range []int32{200, 418, 418, 200, 200} {
		answer.Store(code)
		last = d.minute(t.Context(), last)
	}
	srv.Close()
	assert.Equal(t, failed, d.minute(t.Context(), last))
	var lines []string
	for _, e := range logs.All() {
		lines = append(lines, e.Message)
		assert.NotContains(t, fmt.Sprint(e.Message, e.ContextMap()), "secret")
	}
	assert.Equal(t, []string{"mayday gives no sign of life", "mayday gives signs of life again", "mayday gives no sign of life"}, lines)
	assert.InDelta(t, 3, testutil.ToFloat64(d.asked.WithLabelValues(sent)), 0)
	assert.InDelta(t, 3, testutil.ToFloat64(d.asked.WithLabelValues(failed)), 0)
}

func TestTheAddressOfSignsOfLife(t *testing.T) {
	read := func(v string) (Config, []Problem) {
		env := good()
		env["MAYDAY_DEADMAN_URL"] = v
		return FromEnv(environment(env), true)
	}
	for _, v := range []string{"", "https://hc-ping.com/secret-1", "http://127.0.0.1:9/secret-1", "http://localhost/secret-1", "http://[::1]/secret-1"} {
		c, problems := read(v)
		assert.Empty(t, problems, v)
		assert.Equal(t, v, c.Deadman.Reveal())
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", c, c, c.Deadman), "secret-1")
	}
	for _, v := range []string{"hc-ping.com/secret-1", "ftp://hc-ping.com/secret-1", "http://hc-ping.com/secret-1", "https:///secret-1", "http://10.0.0.7/secret-1"} {
		_, problems := read(v)
		require.Len(t, problems, 1, v)
		assert.False(t, strings.Contains(problems[0].String(), "secret-1"), "a problem does not repeat the address")
	}
}
