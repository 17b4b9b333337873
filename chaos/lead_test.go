package chaos

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// TestWhoHearsNothingOfSlackCarriesNothingOut: the replica that was there first gets no connection, and the one that
// came later does the work.
func TestWhoHearsNothingOfSlackCarriesNothingOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	to, err := url.Parse(h.sim.APIURL())
	require.NoError(t, err)
	to.Path = ""
	through := httputil.NewSingleHostReverseProxy(to)
	var said atomic.Int64
	deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/apps.connections.open"):
			w.WriteHeader(http.StatusBadGateway)
			return
		case strings.Contains(r.URL.Path, "/chat."), strings.HasSuffix(r.URL.Path, "/conversations.create"):
			said.Add(1)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(deaf.Close)
	first := h.replica("SLACK_API_URL=" + deaf.URL + "/api/").health()
	second := h.replica().ready()
	carries := func(address, is string) bool {
		_, page := get(t, address+"/metrics")
		return strings.Contains(page, "mayday_carries_jobs "+is)
	}
	require.Eventually(t, func() bool { return carries(second, "1") && carries(first, "0") }, time.Minute, 50*time.Millisecond)
	h.rest(time.Minute)
	said.Store(0) // while it was alone it did what there was to do, and ended what it had in hand
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 000"))
	h.rest(time.Minute)
	h.judge(1)
	assert.Zero(t, said.Load())
}
