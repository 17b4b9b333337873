package stories

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/figures"
	"mayday/incident"
)

// BenchmarkPageAfterDue measures how long after it was due a page leaves for Slack: twenty escalations run out in the
// same moment, each for somebody else, and it counts when Slack saw the call begin. Between two such moments Slack's
// rates recover. Conversations were opened before, as mayday opens each once in a process.
func BenchmarkPageAfterDue(b *testing.B) {
	const moments, apart = 6, 15 * time.Second
	binary := build(b)
	var late []time.Duration
	for range b.N {
		f := newFleet(b, binary, moments*onCall)
		channels, surfaces := f.furnish(moments * onCall)
		f.run(1)
		due := map[int64]time.Time{}
		for moment := range moments {
			at := time.Now().Add(2 * time.Second).UTC().Truncate(time.Microsecond)
			var incs []incident.Incident
			for i := range onCall {
				n := moment*onCall + i
				inc := ticking(b, int64(n+1), channels[n], incident.ClockEscalate, at)
				inc.Plan.Rung = i
				incs, due[inc.ID] = append(incs, inc), at
			}
			f.insert(incs)
			f.show(surfaces[2*moment*onCall : 2*(moment+1)*onCall])
			require.True(b, time.Now().Before(at), "filling took too long")
			time.Sleep(apart)
		}
		// The page, and in the channel that it was sent.
		for key, t := range f.await(due, 2*moments*onCall, time.Minute) {
			if t.page && incidentOf(b, key) > onCall { // at first mayday opens the conversations
				late = append(late, t.late)
			}
		}
		f.close()
	}
	require.NotEmpty(b, late)
	figures.AtMost(b, percentile(late, 0.5), 25, "page-p50-ms")
	figures.AtMost(b, percentile(late, 1), 50, "page-max-ms")
	b.ReportMetric(0, "ns/op")
}
