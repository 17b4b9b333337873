package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

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
