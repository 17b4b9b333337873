package page_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"mayday/browser"
	slacksim "mayday/sim/slack"
)

// TestInABrowserWhatHappensBeforeTheStreamOpensIsShown: the page is drawn and listens only then.
func TestInABrowserWhatHappensBeforeTheStreamOpensIsShown(t *testing.T) {
	s := start(t, slacksim.Options{})
	to, err := url.Parse(s.URL())
	require.NoError(t, err)
	through, opens := httputil.NewSingleHostReverseProxy(to), make(chan struct{})
	through.FlushInterval = -1
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sim/events" {
			select {
			case <-opens:
			case <-r.Context().Done():
				return
			}
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	general, _ := s.Channel("general")
	ctx := browser.Open(t, 1280, 800, slow.URL+"/?as="+id(t, s, "ana")+"#/"+general.ID)
	until(t, ctx, "document.body.dataset.ready === 'true'")
	s.Say("eva", "general", "said meanwhile", "")
	close(opens)
	until(t, ctx, shows("said meanwhile"))
}

// TestInABrowserAStreamThatComesBackAsksForNoChannelThatIsNotShown: Home, and what is no channel, has no messages.
func TestInABrowserAStreamThatComesBackAsksForNoChannelThatIsNotShown(t *testing.T) {
	s := start(t, slacksim.Options{})
	to, err := url.Parse(s.URL())
	require.NoError(t, err)
	var mu sync.Mutex
	var streams []context.CancelFunc
	var asked []string
	through := httputil.NewSingleHostReverseProxy(to)
	through.FlushInterval = -1
	cuts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sim/events" {
			ctx, cut := context.WithCancel(r.Context())
			defer cut()
			mu.Lock()
			streams = append(streams, cut)
			mu.Unlock()
			r = r.WithContext(ctx)
		}
		if r.URL.Path == "/sim/messages" {
			mu.Lock()
			asked = append(asked, r.URL.Query().Get("channel"))
			mu.Unlock()
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(cuts.Close)
	ctx := browser.Open(t, 1280, 800, cuts.URL+"/?as="+id(t, s, "ana")+"#/home")
	until(t, ctx, "document.body.dataset.ready === 'true' && document.getElementById('offline').hidden")
	require.Eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(streams) > 0
	}, time.Minute, 10*time.Millisecond)
	mu.Lock()
	streams[len(streams)-1]()
	mu.Unlock()
	until(t, ctx, "!document.getElementById('offline').hidden")
	until(t, ctx, "document.getElementById('offline').hidden")
	general, _ := s.Channel("general")
	_, err = chromedp.Run(ctx, chromedp.Evaluate[any]("location.hash = '#/"+general.ID+"'")) // it comes after what the stream brought
	require.NoError(t, err)
	until(t, ctx, "document.title.includes('general')")
	mu.Lock()
	defer mu.Unlock()
	require.NotEmpty(t, asked)
	for _, channel := range asked {
		require.Equal(t, general.ID, channel)
	}
}
