package program

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"mayday/handlers"
)

// served serves "ok" with limits of time, to so many connections at a time.
func served(t *testing.T, within time.Duration, room int) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := server(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	srv.ReadHeaderTimeout, srv.IdleTimeout = within, within
	go func() { _ = serve(srv, &limited{Listener: l, room: make(chan struct{}, room)}) }()
	t.Cleanup(func() { _ = srv.Close() })
	return l.Addr().String()
}

// says begins a request on a connection of its own.
func says(t *testing.T, address, words string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, err = io.WriteString(c, words)
	require.NoError(t, err)
	return c
}

const unfinished = "GET /healthz HTTP/1.1\r\nX-Slow: " // and never the rest

// TestNobodyHoldsTheHealthPages: connections beyond the limit are hung up on, and there is room again afterwards.
func TestNobodyHoldsTheHealthPages(t *testing.T) {
	t.Parallel()
	const room = 8
	address := served(t, time.Hour, room) // however slow this machine is
	ask := func() error {
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
		r, err := client.Get("http://" + address + "/healthz")
		if err == nil {
			_ = r.Body.Close()
		}
		return err
	}
	require.NoError(t, ask())
	var silent []net.Conn
	for range room {
		silent = append(silent, says(t, address, unfinished))
	}
	require.Eventually(t, func() bool { return ask() != nil }, patience, 5*time.Millisecond, "there is no room")
	for _, c := range silent {
		require.NoError(t, c.Close())
	}
	require.Eventually(t, func() bool { return ask() == nil }, patience, 20*time.Millisecond, "and has room again")
}

// TestWhoSaysNothingIsHungUpOn: in the middle of a request, and after one.
func TestWhoSaysNothingIsHungUpOn(t *testing.T) {
	t.Parallel()
	address := served(t, 300*time.Millisecond, 8)
	for _, words := range []string{unfinished, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"} {
		c := says(t, address, words)
		require.NoError(t, c.SetReadDeadline(time.Now().Add(patience)))
		_, err := io.Copy(io.Discard, bufio.NewReader(c))
		assert.NoError(t, err, "the server ends it: %q", words)
	}
	full := server(nil)
	for _, d := range []time.Duration{full.ReadHeaderTimeout, full.ReadTimeout, full.WriteTimeout, full.IdleTimeout} {
		assert.Positive(t, d)
	}
	assert.Positive(t, full.MaxHeaderBytes)
}

// TestAStopWaitsForNobodyWhoAsksForNothing: browsers and load balancers open connections ahead of need, and the standard server
// takes one that has asked for nothing for a request that is about to come, for five seconds.
func TestAStopWaitsForNobodyWhoAsksForNothing(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	taken := &limited{Listener: l, room: make(chan struct{}, 8)}
	srv := server(http.NotFoundHandler())
	ended := make(chan error, 1)
	go func() { ended <- serve(srv, taken) }()
	silent := says(t, l.Addr().String(), "")
	require.Eventually(t, func() bool { return len(taken.room) == 1 }, patience, time.Millisecond)
	answered := says(t, l.Addr().String(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	_, err = bufio.NewReader(answered).ReadString('\n')
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	require.NoError(t, srv.Shutdown(ctx))
	assert.ErrorIs(t, <-ended, http.ErrServerClosed)
	require.NoError(t, silent.SetReadDeadline(time.Now().Add(patience)))
	_, err = silent.Read(make([]byte, 1))
	assert.ErrorIs(t, err, io.EOF, "it was hung up on")
}

// patience is how long a test waits for what has to come. Only one that goes wrong waits so long.
const patience = time.Minute

// TestHealthAnswersWhileSendersHoldAllConnections: beyond the room for all there are connections for pages; a sender is told there to
// come again. Connections that only wait for their next request give way.
func TestHealthAnswersWhileSendersHoldAllConnections(t *testing.T) {
	t.Parallel()
	p := &Program{log: zap.NewNop(), metrics: prometheus.NewRegistry()}
	pages := p.pages()
	pages.ReadHeaderTimeout, pages.ReadTimeout, pages.WriteTimeout, pages.IdleTimeout = time.Hour, time.Hour, time.Hour, time.Hour // however slow this machine is
	var undo teardown
	require.NoError(t, p.serveHTTP("127.0.0.1:0", pages, &undo))
	t.Cleanup(func() { undo.run(p) })
	p.intake.Store(handlers.NewIntake(nil, zap.NewNop(), p.metrics))
	ask := func(method, path string) (int, string) {
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
		r, err := http.NewRequest(method, "http://"+p.HTTPAddr+path, strings.NewReader("{}"))
		require.NoError(t, err)
		resp, err := client.Do(r)
		if err != nil {
			return 0, ""
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body)
	}
	hold := func(n int, first string) (all []net.Conn) {
		for range n {
			c, err := net.Dial("tcp", p.HTTPAddr)
			require.NoError(t, err)
			t.Cleanup(func() { _ = c.Close() })
			fmt.Fprint(c, first)
			all = append(all, c)
		}
		return all
	}
	idle := hold(mostConnections, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
	for _, c := range idle {
		_, err := http.ReadResponse(bufio.NewReader(c), nil)
		require.NoError(t, err)
	}
	for range 3 * mostSpare {
		code, _ := ask(http.MethodGet, "/nothing")
		require.Equal(t, http.StatusNotFound, code)
	}
	gaveWay := 0
	for _, c := range idle {
		require.NoError(t, c.SetReadDeadline(time.Now().Add(5*time.Millisecond)))
		if _, err := c.Read(make([]byte, 1)); err == io.EOF {
			gaveWay++
		}
		_ = c.Close()
	}
	require.Positive(t, gaveWay, "idle connections give way")
	// Bodies that do not come. Those that find only a spare connection lose it soon.
	_ = hold(mostConnections+mostSpare, "POST /in/sentry HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
	require.Eventually(t, func() bool {
		code, body := ask(http.MethodPost, "/in/sentry")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "too many connections")
	}, patience, 5*time.Millisecond)
	for page, want := range map[string]string{"/healthz": "ok", "/metrics": "mayday_alert_posts_total", "/readyz": "waiting for the database"} {
		require.Eventually(t, func() bool {
			_, body := ask(http.MethodGet, page)
			return strings.Contains(body, want)
		}, patience, 5*time.Millisecond, page)
	}
	assert.Positive(t, testutil.ToFloat64(p.posts.WithLabelValues(handlers.UnknownSource, "503")), "who is sent away counts")
}

// TestASpareConnectionHasLittleTime: who says nothing there leaves it to others soon.
func TestASpareConnectionHasLittleTime(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	t.Cleanup(func() { _, _ = near.Close(), far.Close() })
	l := &limited{room: make(chan struct{}), spare: make(chan struct{}, 1)}
	h := l.take(near)
	require.NotNil(t, h)
	require.NoError(t, h.SetReadDeadline(time.Now().Add(time.Hour)))
	_, err := h.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	assert.Nil(t, l.take(far), "there is no other")
	require.NoError(t, h.Close())
	assert.NotNil(t, l.take(far))
}

// TestManyGlancesAreOneLook: however many ask, the database is asked once in a second.
func TestManyGlancesAreOneLook(t *testing.T) {
	t.Parallel()
	var looks atomic.Int32
	var g glance[int32]
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			got := g.see(func() int32 { time.Sleep(20 * time.Millisecond); return looks.Add(1) })
			assert.EqualValues(t, 1, got)
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, looks.Load())
	g.at = time.Now().Add(-glanceAge)
	assert.EqualValues(t, 2, g.see(func() int32 { return looks.Add(1) }), "and then again")
}

// TestScrapesAskTheDatabaseOnce: a hundred scrapes at once cost the pool of the
// commands one statement, not a hundred, also while the database takes its time.
func TestScrapesAskTheDatabaseOnce(t *testing.T) {
	t.Parallel()
	p := &Program{log: zap.NewNop(), metrics: prometheus.NewRegistry()}
	var looks atomic.Int32
	p.metrics.MustRegister(p.openGauge(func() float64 { looks.Add(1); time.Sleep(50 * time.Millisecond); return 3 }))
	var undo teardown
	require.NoError(t, p.serveHTTP("127.0.0.1:0", p.pages(), &undo))
	t.Cleanup(func() { undo.run(p) })
	var wg sync.WaitGroup
	var answered, busy atomic.Int32
	for range 30 {
		wg.Go(func() {
			resp, err := http.Get("http://" + p.HTTPAddr + "/metrics")
			if err != nil {
				return
			}
			defer resp.Body.Close()
			body, _ := io.ReadAll(resp.Body)
			switch {
			case resp.StatusCode == http.StatusOK:
				answered.Add(1)
				assert.Contains(t, string(body), "mayday_open_incidents 3")
			case resp.StatusCode == http.StatusServiceUnavailable:
				busy.Add(1)
			}
		})
	}
	wg.Wait()
	assert.Positive(t, answered.Load())
	assert.EqualValues(t, 1, looks.Load(), "the database was asked for each of %d scrapes", answered.Load()+busy.Load())
}

// TestWhoAsksWithoutAPauseWaits: pages that are asked for all the time leave the processor to commands.
func TestWhoAsksWithoutAPauseWaits(t *testing.T) {
	t.Parallel()
	p := &Program{log: zap.NewNop(), metrics: prometheus.NewRegistry()}
	var undo teardown
	require.NoError(t, p.serveHTTP("127.0.0.1:0", p.pages(), &undo))
	t.Cleanup(func() { undo.run(p) })
	for _, page := range []string{"/healthz", "/readyz", "/metrics"} {
		var answered atomic.Int32
		begun := time.Now()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range pagesASecond / 2 {
					resp, err := http.Get("http://" + p.HTTPAddr + page)
					if !assert.NoError(t, err) {
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
					answered.Add(1)
				}
			})
		}
		wg.Wait()
		took := time.Since(begun).Seconds()
		assert.EqualValues(t, 2*pagesASecond, answered.Load(), "each is answered in its turn: %s", page)
		assert.LessOrEqual(t, float64(answered.Load()), pagesASecond*(1+took)+1, "no more than the pace: %s in %.1f s", page, took)
	}
}
