package stories

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// keyOf is the key of a source of a story.
func keyOf(source string) string { return "key-of-" + source }

// source lets a sender in: "source sentry".
func (w *world) source(name string) bool {
	err := w.prog.Store.AddSource(context.Background(), store.Source{Name: name, Way: incident.ToOffer}, keyOf(name), "")
	return err == nil || w.fail("source %s: %v", name, err)
}

// post has a sender post a body: "post sentry {…}".
func (w *world) post(rest string) bool {
	name, body, _ := strings.Cut(rest, " ")
	return w.send(name, "/in/"+name, body)
}

// send posts to an endpoint as a sender, who has to be answered that it is taken.
func (w *world) send(name, path, body string) bool {
	r, err := http.NewRequest(http.MethodPost, "http://"+w.prog.HTTPAddr+path, strings.NewReader(body))
	require.NoError(w.t, err)
	r.Header.Set("Authorization", "Bearer "+keyOf(name))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return w.fail("post to %s: %v", name, err)
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusAccepted || w.fail("%s was answered %s", name, resp.Status)
}

// TestAThousandAlertsAreOneMessage: posted as fast as they can be, none is refused, they become one message, and a
// command is answered meanwhile.
func TestAThousandAlertsAreOneMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	require.True(t, w.source("snag"))
	incidents, ok := w.place("#incidents")
	require.True(t, ok)
	const posts, atOnce = 1000, 20
	var all sync.WaitGroup
	var refused atomic.Int64
	slowest := make([]time.Duration, atOnce)
	for worker := range atOnce {
		all.Go(func() {
			for i := worker; i < posts; i += atOnce {
				begun := time.Now()
				r, err := http.NewRequest(http.MethodPost, "http://"+w.prog.HTTPAddr+"/in/snag", strings.NewReader(fmt.Sprintf(`{"title": "Error %d", "dedup": "%d"}`, i, i)))
				if err != nil {
					refused.Add(1)
					continue
				}
				r.Header.Set("Authorization", "Bearer "+keyOf("snag"))
				resp, err := http.DefaultClient.Do(r)
				if err != nil || resp.StatusCode != http.StatusAccepted {
					refused.Add(1)
				}
				if err == nil {
					_ = resp.Body.Close()
				}
				slowest[worker] = max(slowest[worker], time.Since(begun))
			}
		})
	}
	begun := time.Now()
	require.Empty(t, w.sim.Command("ana", incidents, "/incident list").Err)
	t.Logf("a command took %s meanwhile", time.Since(begun))
	all.Wait()
	t.Logf("the slowest post took %s", slices.Max(slowest))
	require.Zero(t, refused.Load())
	require.True(t, w.eventually(func() bool {
		o, err := w.prog.Store.Offer(context.Background(), 1)
		return err == nil && o.Signals == posts
	}))
	require.True(t, w.eventually(func() bool {
		return slices.ContainsFunc(w.sim.Messages(incidents), func(m slacksim.Message) bool { return strings.Contains(w.text(m), "1000 alerts") })
	}))
	said := 0
	for _, m := range w.sim.Messages(incidents) {
		if m.Bot && strings.Contains(w.text(m), "Declare P1 high-error-rate") {
			said++
		}
	}
	require.Equal(t, 1, said)
	w.settle()
	require.Empty(t, w.sim.Violations())
}
