package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkAcknowledge measures from an envelope being written by Slack to its acknowledgement being read by
// it, with a handler that does nothing, 1 and 20 in flight, over one loopback WebSocket.
func BenchmarkAcknowledge(b *testing.B) {
	for _, width := range []int{1, 20} {
		b.Run(fmt.Sprintf("%d at a time", width), func(b *testing.B) {
			r := start(b, say("recorded"), nil)
			s := r.nth(0)
			var took []time.Duration
			sent := make(map[string]time.Time, width)
			b.ResetTimer()
			for n := 0; n < b.N; n += width {
				clear(sent)
				for i := range width {
					id := fmt.Sprintf("%d-%d", n, i)
					frame := fmt.Sprintf(`{"envelope_id":%q,"type":"slash_commands","payload":{"command":"/incident","text":"p0","user_id":"U1",
						"channel_id":"C%d","trigger_id":"t%s"}}`, id, i, id)
					sent[id] = time.Now()
					s.send(frame)
				}
				for id, at := range sent {
					took = append(took, s.wait(b, id).Sub(at))
				}
			}
			b.StopTimer()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
		})
	}
}

// wait gives the moment at which the acknowledgement was read, and forgets it.
func (s *fakeSocket) wait(b *testing.B, id string) time.Time {
	for range 1_000_000 {
		s.mu.Lock()
		i := slices.IndexFunc(s.acks, func(a fakeAck) bool { return a.ID == id })
		if i >= 0 {
			at := s.acks[i].At
			s.acks = slices.Delete(s.acks, i, i+1)
			s.mu.Unlock()
			return at
		}
		s.mu.Unlock()
		time.Sleep(5 * time.Microsecond)
	}
	require.Fail(b, "no acknowledgement of "+id)
	return time.Time{}
}

// BenchmarkDecode measures an envelope becoming a Request.
func BenchmarkDecode(b *testing.B) {
	frames := map[string]string{
		"command": command("e1", "p0 site-down checkout answers 500"),
		"event":   event("e1", "Ev1", 0),
		"action": envelopeOf("e1", "interactive", `{"type":"block_actions","user":{"id":"U1"},"channel":{"id":"C1"},"trigger_id":"t",
			"container":{"message_ts":"1.5","channel_id":"C1"},"message":{"ts":"1.5","text":"card","blocks":[{"type":"divider"}]},
			"actions":[{"type":"button","action_id":"ack","block_id":"b","value":"42"}]}`),
	}
	for name, frame := range frames {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				env, err := parse(json.RawMessage(frame))
				require.NoError(b, err)
				_, err = decode(env, time.Time{})
				require.NoError(b, err)
			}
		})
	}
}
