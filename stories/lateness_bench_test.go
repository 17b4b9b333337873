package stories

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// load is what falls due while others wait.
type load struct {
	pending, due int
	// over is the time between the first and the last that is due.
	over     time.Duration
	replicas int
	// bound says that Slack's rates decide when the messages can be posted.
	bound bool
	// clock gives the clock of number i.
	clock func(i int) incident.Clock
}

// BenchmarkLateness measures the whole program, as processes: from the time a clock
// was due until Slack saw the call that tells people begin. Spread, it stays
// below what Slack takes in a minute. Together it cannot, so that there it is
// measured when an effect was taken in hand first, and how long all took
// against the least that the plan of Slack's rates allows. It takes about five minutes.
func BenchmarkLateness(b *testing.B) {
	binary := build(b)
	for _, replicas := range []int{1, 3} {
		// 3.4 a second, of which every fourth pages: 4.3 of 5 messages a second.
		spread := load{10_000, 102, 30 * time.Second, replicas, false, func(i int) incident.Clock {
			return []incident.Clock{incident.ClockUpdate, incident.ClockResolve, incident.ClockUpdate, incident.ClockEscalate}[i%4]
		}}
		b.Run(fmt.Sprintf("10000 spread/replicas=%d", replicas), func(b *testing.B) { lateness(b, binary, spread) })
	}
	for _, replicas := range []int{1, 3} {
		// Slack opens 50 direct messages a minute.
		together := load{0, 200, time.Second, replicas, true, func(i int) incident.Clock {
			switch {
			case i%20 == 19:
				return incident.ClockEscalate
			case i%2 == 1:
				return incident.ClockResolve
			}
			return incident.ClockUpdate
		}}
		b.Run(fmt.Sprintf("200 together/replicas=%d", replicas), func(b *testing.B) { lateness(b, binary, together) })
	}
}

// lateness lets a load fall due and reports how late people heard of it.
func lateness(b *testing.B, binary string, l load) {
	for range b.N {
		f := newFleet(b, binary, l.due)
		f.pending(l.pending - l.due)
		f.watchJobs()
		channels, surfaces := f.furnish(l.due)
		f.run(l.replicas)
		f.sim.ResetCalls()

		due := map[int64]time.Time{}
		start, messages := time.Now().Add(3*time.Second), 0
		var incs []incident.Incident
		for i, channel := range channels {
			at := start.Add(l.over / time.Duration(l.due) * time.Duration(i)).UTC().Truncate(time.Microsecond)
			clock := l.clock(i)
			inc := ticking(b, int64(i+1), channel, clock, at)
			if messages++; clock == incident.ClockEscalate {
				messages++                              // the page, and in the channel that it was sent
				inc.Plan.Rung = (messages - i) % onCall // somebody else than before
			}
			incs, due[inc.ID] = append(incs, inc), at
		}
		f.insert(incs)
		f.show(surfaces)
		require.True(b, time.Now().Before(start), "filling took too long")

		told := f.await(due, messages, 2*time.Minute+time.Duration(messages)*time.Second/2)
		f.report(l, told, due, start)
		f.close()
	}
	b.ReportMetric(0, "ns/op")
}

// watchJobs has the database write down when each job was taken in hand first: the
// queue itself remembers only the last time.
func (f *fleet) watchJobs() {
	_, err := f.db.Exec(f.b.Context(), `create table public.taken (incident bigint, at timestamptz);
		create function public.taken() returns trigger language plpgsql as $$ begin
			insert into public.taken values ((new.args ->> 'incident')::bigint, clock_timestamp()); return null; end $$;
		create trigger taken after update on river.river_job for each row
			when (old.attempted_at is null and new.attempted_at is not null and (new.kind in ('speak', 'send_page') or new.args ->> 'surface' = 'reminder'))
			execute function public.taken()`)
	require.NoError(f.b, err)
}

// await waits until people were told so many things, and gives them.
func (f *fleet) await(due map[int64]time.Time, things int, patience time.Duration) map[string]telling {
	for end := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		told := f.tellings(due)
		if len(told) >= things {
			require.Len(f.b, told, things)
			return told
		}
		if time.Now().After(end) {
			f.b.Fatalf("%d of %d things were told within %s", len(told), things, patience)
		}
	}
}

// report gives the metrics of a load whose messages all stand.
func (f *fleet) report(l load, told map[string]telling, due map[int64]time.Time, start time.Time) {
	var calls, pages, taken []time.Duration
	for _, t := range told {
		calls = append(calls, t.late)
		if t.page {
			pages = append(pages, t.late)
		}
	}
	rows, err := f.db.Query(f.b.Context(), `select incident, at from public.taken`)
	require.NoError(f.b, err)
	var id int64
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&id, &at}, func() error {
		taken = append(taken, at.Sub(due[id]))
		return nil
	})
	require.NoError(f.b, err)
	slices.Sort(calls)
	slices.Sort(pages)
	slices.Sort(taken)
	unit := map[float64]string{0.5: "p50", 0.99: "p99", 1: "max"}
	for of, name := range unit {
		f.b.ReportMetric(share(taken, of), "taken-"+name+"-ms")
		f.b.ReportMetric(share(pages, of), "page-"+name+"-ms")
		if !l.bound {
			f.b.ReportMetric(share(calls, of), name+"-ms")
		}
	}
	f.b.ReportMetric(float64(f.posts()), "messages")
	if l.bound {
		var all time.Duration
		for _, c := range f.sim.CallsOf("chat.postMessage") {
			all = max(all, c.At.Sub(start))
		}
		least := l.over.Seconds()
		if n := float64(f.posts() - planBurst); n > 0 {
			least = max(least, n/planRate)
		}
		f.b.ReportMetric(all.Seconds(), "s-to-tell")
		f.b.ReportMetric(least, "s-least")
		f.b.ReportMetric(all.Seconds()/least, "of-least")
	}
}

// posts is how many messages were posted.
func (f *fleet) posts() (n int) {
	for _, c := range f.sim.CallsOf("chat.postMessage") {
		if c.OK {
			n++
		}
	}
	return n
}

// What the plan of Slack's rates, which replicas share, lets through in all channels together: 97 % of 300 messages a
// minute, after a burst.
const (
	planRate  = 0.97 * 300 / 60
	planBurst = 20
)

// telling is one thing of which a clock tells people, by its key.
type telling struct {
	late time.Duration // from due to the start of the call that worked
	page bool
}

// tellings are the things that were told, each once: a message may stand for several pages of one person.
func (f *fleet) tellings(due map[int64]time.Time) map[string]telling {
	told := map[string]telling{}
	for _, c := range f.sim.CallsOf("chat.postMessage") {
		var meta struct {
			Payload struct {
				Key  string
				Also []string
			} `json:"event_payload"`
		}
		if !c.OK || json.Unmarshal([]byte(c.Args["metadata"]), &meta) != nil {
			continue
		}
		for _, key := range append(meta.Payload.Also, meta.Payload.Key) {
			id := incidentOf(f.b, key)
			require.NotContains(f.b, told, key, "told twice")
			require.Contains(f.b, due, id, key)
			told[key] = telling{c.At.Sub(due[id]), strings.Contains(key, "/page/")}
		}
	}
	return told
}

// incidentOf is the number with which a key begins.
func incidentOf(b *testing.B, key string) (id int64) {
	_, err := fmt.Sscanf(key, "%d", &id)
	require.NoError(b, err, key)
	return id
}

// share gives the value below which a share of a sorted list lies, in ms.
func share(sorted []time.Duration, of float64) float64 {
	return float64(sorted[int(of*float64(len(sorted)-1))].Microseconds()) / 1000
}
