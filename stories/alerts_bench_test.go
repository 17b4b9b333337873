package stories

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/figures"
	"mayday/incident"
	"mayday/store"
)

// sender posts to a replica of a fleet.
type sender struct {
	f       *fleet
	address string
}

// senders lets sources sender-0, sender-1… in, and starts a replica that serves them.
func (f *fleet) senders(n int) sender {
	st, err := store.Open(f.b.Context(), store.Config{URL: f.pg.URL()})
	require.NoError(f.b, err)
	for i := range n {
		name := fmt.Sprintf("sender-%d", i)
		require.NoError(f.b, st.AddSource(f.b.Context(), store.Source{Name: name, Way: incident.ToOffer}, keyOf(name), ""))
	}
	st.Close()
	f.env["MAYDAY_HTTP_ADDR"] = freeAddress(f.b)
	f.run(1)
	return sender{f, f.env["MAYDAY_HTTP_ADDR"]}
}

// freeAddress is one at which nobody listens now.
func freeAddress(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	require.NoError(b, l.Close())
	return l.Addr().String()
}

// post gives how long the answer took, which comes after the commit.
func (s sender) post(i int, title string) time.Duration {
	name := fmt.Sprintf("sender-%d", i)
	begun := time.Now()
	r, err := http.NewRequest(http.MethodPost, "http://"+s.address+"/in/"+name, strings.NewReader(fmt.Sprintf(`{"title": %q, "dedup": %q}`, title, title)))
	require.NoError(s.f.b, err)
	r.Header.Set("Authorization", "Bearer "+keyOf(name))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.f.b.Error(err)
		return 0
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		s.f.b.Errorf("%s was answered %s", title, resp.Status)
	}
	return time.Since(begun)
}

// BenchmarkAlertToSlack measures the whole program, as a process on a database that waits for its disk: from the moment in which a
// sender begins to post until Slack sees the call begin that offers the alert. Each alert is a new one of another sender, and
// they come a little slower than one a second, which is what Slack takes in a channel. The aim is a second.
func BenchmarkAlertToSlack(b *testing.B) {
	const alerts, apart = 60, 1100 * time.Millisecond
	binary := build(b)
	var late []time.Duration
	for range b.N {
		f := newFleet(b, binary, 0)
		s := f.senders(alerts)
		f.sim.ResetCalls()
		begun := map[string]time.Time{}
		for i := range alerts {
			title := fmt.Sprintf("alert number %03d", i)
			begun[title] = time.Now()
			s.post(i, title)
			time.Sleep(time.Until(begun[title].Add(apart)))
		}
		offered := func() map[string]time.Time {
			at := map[string]time.Time{}
			for _, c := range f.sim.CallsOf("chat.postMessage") {
				for title := range begun {
					if strings.Contains(c.Args["text"], title) && at[title].IsZero() {
						at[title] = c.At
					}
				}
			}
			return at
		}
		require.True(b, f.eventually(func() bool { return len(offered()) == alerts }))
		for title, at := range offered() {
			late = append(late, at.Sub(begun[title]))
		}
		f.close()
	}
	b.ReportMetric(percentile(late, 0.5), "p50-ms")
	figures.AtMost(b, percentile(late, 0.99), 1000, "p99-ms")
	b.ReportMetric(percentile(late, 1), "max-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkThousandAlerts posts a thousand different alerts within ten seconds and has people type commands meanwhile. It
// measures the answers of both, and how long after the last post the one message says all.
func BenchmarkThousandAlerts(b *testing.B) {
	const alerts, over = 1000, 10 * time.Second
	binary := build(b)
	var answered, typed, told []time.Duration
	for range b.N {
		f := newFleet(b, binary, 0)
		s := f.senders(5)
		f.sim.Command("ana", "general", "/incident list") // opens connections
		took := make([]time.Duration, alerts)
		var all sync.WaitGroup
		ended := make(chan struct{})
		all.Go(func() {
			for {
				select {
				case <-ended:
					return
				case <-time.After(100 * time.Millisecond):
					typed = append(typed, f.sim.Command("ana", "general", "/incident list").Took)
				}
			}
		})
		var posts sync.WaitGroup
		next := time.Now()
		for i := range alerts {
			time.Sleep(time.Until(next))
			next = next.Add(over / alerts)
			posts.Go(func() { took[i] = s.post(i%5, fmt.Sprintf("error %04d", i)) })
		}
		posts.Wait()
		last := time.Now()
		close(ended)
		all.Wait()
		answered = append(answered, took...)
		require.True(b, f.eventually(func() bool { return len(f.find("#incidents", []string{"200 alerts"})) == 5 }))
		told = append(told, time.Since(last))
		f.close()
	}
	b.ReportMetric(percentile(answered, 0.5), "p50-ms")
	figures.AtMost(b, percentile(answered, 0.99), 50, "p99-ms")
	figures.AtMost(b, percentile(typed, 0.99), 100, "command-p99-ms")
	b.ReportMetric(percentile(told, 0.5)/1000, "s-to-tell")
	b.ReportMetric(0, "ns/op")
}
