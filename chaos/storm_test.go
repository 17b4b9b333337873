package chaos

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// TestPagesDoNotWaitForChannels: Slack makes no channel for the time being, and keeps to
// its rates. Everybody is called all the same, and it is said of nobody that they were not.
func TestPagesDoNotWaitForChannels(t *testing.T) {
	t.Parallel()
	const n = 8
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people(), Rates: true})
	defer h.lastWords()
	h.sim.Mischief().FailNext("conversations.create", 10_000, slacksim.Fault{HTTP: http.StatusTooManyRequests, RetryAfter: 30})
	h.replica().ready()
	for i := range n {
		require.True(t, h.types("ana", "general", fmt.Sprintf("/incident p2 slow-pages chaos %03d", i)))
	}
	// A page that waits for its channel is sent when two minutes are over and it was said that it did not arrive.
	require.Eventually(t, func() bool { return len(h.firstPages()) >= n }, 5*time.Minute, 50*time.Millisecond)
	require.Zero(t, h.alarms(), "somebody was said to be out of reach who was called")
	require.Zero(t, query[int](h, `select count(*)::int from mayday.incident where channel_id is not null`)[0])
}

// firstPages is when Slack was asked to deliver the first page of each incident, by the
// number of the incident.
func (h *house) firstPages() map[int64]time.Time {
	at := map[int64]time.Time{}
	for _, c := range h.sim.CallsOf("chat.postMessage") {
		if !c.OK {
			continue
		}
		for _, key := range keysOf([]byte(c.Args["metadata"])) {
			var id int64
			if _, err := fmt.Sscanf(key, "%d/page/0/", &id); err == nil && at[id].IsZero() {
				at[id] = c.At
			}
		}
	}
	return at
}

// keysOf reads the keys of a message of the program, without the identities in them.
func keysOf(metadata []byte) []string {
	var meta struct {
		Payload struct {
			Key  string   `json:"key"`
			Also []string `json:"also"` // a message may stand for pages of several incidents
		} `json:"event_payload"`
	}
	if metadata == nil || json.Unmarshal(metadata, &meta) != nil || meta.Payload.Key == "" {
		return nil
	}
	keys := append(meta.Payload.Also, meta.Payload.Key)
	for i, key := range keys {
		keys[i] = identity.ReplaceAllString(key, "$1/")
	}
	return keys
}

// alarms is how often it was said that a page did not arrive, or has to wait.
func (h *house) alarms() int {
	return query[int](h, `select count(*)::int from mayday.event where kind in ('page_overdue', 'page_waits', 'page_failed')`)[0]
}

// lateness is how long after its declaration each incident had its first page, sorted.
func (h *house) lateness() (late []time.Duration) {
	at := h.firstPages()
	for _, inc := range query[incident.Incident](h, `select doc from mayday.incident`) {
		if page, ok := at[inc.ID]; ok {
			late = append(late, page.Sub(inc.DeclaredAt))
		}
	}
	slices.Sort(late)
	return late
}

// orders are what the program says in each incident's channel, in order: surfaces by
// their name, events by their kind.
func (h *house) orders() map[int64]string {
	kinds := map[string]string{}
	for _, row := range query[string](h, `select format('%s/event/%s %s', incident_id, seq, kind) from mayday.event`) {
		key, kind, _ := strings.Cut(row, " ")
		kinds[key] = kind
	}
	out := map[int64]string{}
	for _, inc := range query[incident.Incident](h, `select doc from mayday.incident where channel_id is not null`) {
		var said []string
		for _, m := range h.sim.Messages(inc.ChannelID) {
			for _, key := range keysOf(m.Metadata) {
				what, ok := kinds[key]
				if !ok {
					_, what, _ = strings.Cut(key, "/")
				}
				said = append(said, what)
			}
		}
		out[inc.ID] = strings.Join(said, ", ")
	}
	return out
}

// BenchmarkAnnouncements declares 18 incidents at once and measures how long it takes
// until all are announced: Slack takes one message a second in the announce channel.
func BenchmarkAnnouncements(b *testing.B) {
	const n = 18
	for range b.N {
		h := newHouse(b, "testdata/runbook.md", slacksim.Options{Users: people(), Rates: true})
		r := h.replica()
		r.ready()
		begun := time.Now()
		h.declareMany(n, 100*time.Millisecond)
		announced := func() (last time.Time, all int) {
			for _, c := range h.sim.CallsOf("chat.postMessage") {
				for _, key := range keysOf([]byte(c.Args["metadata"])) {
					if c.OK && strings.HasSuffix(key, "/announcement") {
						last, all = c.At, all+1
					}
				}
			}
			return last, all
		}
		require.Eventually(b, func() bool { _, all := announced(); return all == n }, 2*time.Minute, 100*time.Millisecond)
		last, _ := announced()
		b.ReportMetric(last.Sub(begun).Seconds(), "s-to-announce")
		r.kill()
	}
	b.ReportMetric(0, "ns/op")
}
