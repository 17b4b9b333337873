package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"mayday/alerts"
	"mayday/figures"
	"mayday/incident"
	"mayday/store"
	"mayday/store/localpg"
)

// database is one of a server of its own. Without settings it waits for its disk, as in earnest: the tests' own server does not.
func database(b *testing.B, settings map[string]string) string {
	dir := b.TempDir()
	for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		require.NoError(b, os.Chmod(d, 0o755)) // PostgreSQL's user has to get in
	}
	pg, err := localpg.Start(context.Background(), localpg.Options{Dir: dir + "/pg", Settings: settings})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, pg.Stop(context.Background())) })
	return pg.URL()
}

// benchIntake is an intake on a database, with sources sender-0, sender-1…
func benchIntake(b *testing.B, url string, clock store.Clock, sources int) *Intake {
	st, err := store.Open(b.Context(), store.Config{URL: url, Clock: clock})
	require.NoError(b, err)
	b.Cleanup(st.Close)
	for i := range sources {
		require.NoError(b, st.AddSource(b.Context(), store.Source{Name: senderName(i), Way: incident.ToOffer}, senderKey(i), ""))
	}
	return NewIntake(st, zap.NewNop(), prometheus.NewRegistry())
}

func senderName(i int) string { return fmt.Sprintf("sender-%d", i) }
func senderKey(i int) string  { return fmt.Sprintf("%032d", i) }

// posted has a sender post, and gives how long the answer took.
func posted(b *testing.B, in *Intake, sender int, body string) time.Duration {
	r := httptest.NewRequest(http.MethodPost, "/in/"+senderName(sender), strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+senderKey(sender))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Alertmanager/0.28.0")
	w := httptest.NewRecorder()
	begun := time.Now()
	in.ServeHTTP(w, r)
	took := time.Since(begun)
	if w.Code != http.StatusAccepted {
		b.Errorf("answered %d: %s", w.Code, w.Body)
	}
	return took
}

// BenchmarkPostToCommit measures from a post to its answer, which comes after the commit to a database that waits for
// its disk: at a hundred a second for twenty seconds, and a thousand at once. The first has an aim.
func BenchmarkPostToCommit(b *testing.B) {
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	for _, c := range []struct {
		name   string
		posts  int
		every  time.Duration
		atOnce int
		aim    float64
	}{{"100 a second", 2000, 10 * time.Millisecond, 1, 50}, {"1000 at once", 1000, 0, 1000, 0}} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for n := range b.N {
				in := benchIntake(b, database(b, nil), nil, 10)
				posted(b, in, 0, alertBody(0, "firing", time.Now())) // opens a connection
				round := make([]time.Duration, c.posts)
				var all sync.WaitGroup
				next := time.Now()
				for i := range c.posts {
					time.Sleep(time.Until(next))
					next = next.Add(c.every)
					all.Go(func() { round[i] = posted(b, in, i%10, alertBody(n*c.posts+i, "firing", time.Now())) })
				}
				all.Wait()
				took = append(took, round...)
			}
			slices.Sort(took)
			b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
			if p99 := milliseconds(took[len(took)*99/100]); c.aim > 0 {
				figures.AtMost(b, p99, c.aim, "p99-ms")
			} else {
				b.ReportMetric(p99, "p99-ms")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// alertBody is what Alertmanager posts of one alert: 1.2 kB.
func alertBody(alert int, status string, at time.Time) string {
	ends := "0001-01-01T00:00:00Z"
	if status == "resolved" {
		ends = at.UTC().Format(time.RFC3339Nano)
	}
	labels := fmt.Sprintf(`{"alertname":"KubePodCrashLooping","container":"checkout","env":"prod","namespace":"shop-%d","pod":"checkout-%08x-x7k2p","region":"eu-west-1","severity":"warning","team":"payments"}`, alert%40, alert*2654435761)
	notes := `{"description":"Pod is in waiting state (reason: CrashLoopBackOff) for more than fifteen minutes; its container was restarted many times, and the service has fewer replicas than it should have.","runbook_url":"https://runbooks.example.com/runbooks/kubernetes/kubepodcrashlooping","summary":"Pod is crash looping."}`
	return fmt.Sprintf(`{"receiver":"mayday","status":%q,"alerts":[{"status":%q,"labels":%s,"annotations":%s,"startsAt":%q,"endsAt":%q,"generatorURL":"http://prometheus.example.com:9090/graph?g0.expr=max_over_time%%28kube_pod_container_status_waiting_reason%%29&g0.tab=1","fingerprint":"%016x"}],`+
		`"groupLabels":{"alertname":"KubePodCrashLooping"},"commonLabels":%s,"commonAnnotations":{},"externalURL":"http://alertmanager.example.com:9093","version":"4","groupKey":"{}:{alertname=\"KubePodCrashLooping\"}","truncatedAlerts":0}`,
		status, status, labels, notes, at.UTC().Add(-time.Minute).Format(time.RFC3339Nano), ends, alert, labels)
}

// handClock is a clock that a benchmark moves.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (d *handClock) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *handClock) to(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = at
}

// Wait is not asked for: nothing of a store alone waits for a time.
func (d *handClock) Wait(ctx context.Context, _ time.Time, wake <-chan struct{}) {
	select {
	case <-wake:
	case <-ctx.Done():
	}
}

// BenchmarkADayOfAlerts lets a day pass in which 100,000 posts come from ten senders, of 5,000 different alerts that begin and
// end, and measures how large the database is at its end and once retention has done its work. Each post is committed and
// interpreted as in earnest; between them what the server does in its own time is done by hand, because a day takes
// minutes here, and nothing waits for the disk: tables with a fifth of dead rows are vacuumed (autovacuum's standard), and each offer that changed is drawn,
// with its finished job kept. MAYDAY_DAY is how many posts there are, of which a day's are reckoned; 10,000 when unset.
func BenchmarkADayOfAlerts(b *testing.B) {
	posts, together := 10_000, 8
	if s := os.Getenv("MAYDAY_DAY"); s != "" {
		var err error
		posts, err = strconv.Atoi(s)
		require.NoError(b, err)
	}
	different := posts / 20
	begin := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	var before, after, kept, heard float64
	for range b.N {
		clock := &handClock{now: begin}
		in := benchIntake(b, database(b, hasty), clock, 10)
		in.now = clock.Now
		d := drudge{b, in.store}
		before = d.size()
		begun := time.Now()
		for i := 0; i < posts; i += together {
			clock.to(begin.Add(24 * time.Hour / time.Duration(posts) * time.Duration(i)))
			var all sync.WaitGroup
			for j := i; j < i+together; j++ {
				all.Go(func() {
					state := []string{"firing", "resolved"}[j/different%2]
					posted(b, in, j%10, alertBody(j%different, state, clock.Now()))
				})
			}
			all.Wait()
			d.hear()
			d.draw()
			if i%1000 == 0 {
				d.vacuum()
			}
		}
		heard = float64(posts) / time.Since(begun).Seconds()
		d.vacuum()
		after = d.size()
		clock.to(begin.Add(8*24*time.Hour + time.Minute)) // longer than posts are kept by default, shorter than what is known of alerts
		_, err := in.store.Forget(b.Context(), store.Retention{Posts: 7 * 24 * time.Hour, Alerts: 90 * 24 * time.Hour})
		require.NoError(b, err)
		d.exec(`delete from river.river_job where state = 'completed'`) // the queue removes them after a day
		d.exec(`vacuum`)
		kept = d.size()
	}
	figures.AtMost(b, before+(after-before)*100_000/float64(posts), 200, "day-MB")
	b.ReportMetric(kept, "kept-MB")
	b.ReportMetric(heard, "posts-a-second")
	b.ReportMetric(0, "ns/op")
}

// hasty is a server of which only the size of what it writes counts. Its dead rows are removed by hand.
var hasty = map[string]string{"fsync": "off", "synchronous_commit": "off", "autovacuum": "off"}

// drudge does in a benchmark what workers and the server do.
type drudge struct {
	b  *testing.B
	st *store.Store
}

func (d drudge) exec(sql string, args ...any) {
	_, err := d.st.Pool().Exec(d.b.Context(), sql, args...)
	require.NoError(d.b, err, sql)
}

func (d drudge) hear() {
	_, err := d.st.Hear(d.b.Context(), store.Hearing{
		Read: func(p store.Received) (store.Understood, error) {
			r, err := alerts.Read(alerts.Post{Source: p.Source, Path: alerts.Path(p.Path), Header: p.Header, Body: p.Body, FreshKey: p.Header[store.FreshKey]})
			return store.Understood{Reports: r.Reports, Changes: r.Changes}, err
		},
		Judge: func(incident.Report) (incident.Found, incident.Way) { return incident.Found{}, incident.ToOffer },
	})
	require.NoError(d.b, err)
}

// draw does the drawing of offers that changed, but for the call to Slack.
func (d drudge) draw() {
	var ids []int64
	err := d.st.Pool().QueryRow(d.b.Context(), `with done as (update river.river_job set state = 'completed', attempt = 1, attempted_at = now(), finalized_at = now(), attempted_by = array['replica']
		where state = 'available' returning (args ->> 'offer')::bigint id) select coalesce(array_agg(distinct id), '{}') from done`).Scan(&ids)
	require.NoError(d.b, err)
	for _, id := range ids {
		o, sh, err := d.st.OfferShown(d.b.Context(), id)
		require.NoError(d.b, err)
		require.NoError(d.b, d.st.ShowingOffer(d.b.Context(), id, sh))
		sh.Channel, sh.TS, sh.Revision, sh.Digest = "C0INCIDENTS", fmt.Sprintf("1772532000.%06d", id), o.Revision, fmt.Sprintf("%064x", o.Revision)
		require.NoError(d.b, d.st.SaveOfferShown(d.b.Context(), id, sh))
	}
}

// vacuum does what autovacuum does once a minute. Source: postgresql.org, autovacuum_vacuum_threshold and _scale_factor.
func (d drudge) vacuum() {
	var due []string
	err := d.st.Pool().QueryRow(d.b.Context(), `select coalesce(array_agg(quote_ident(schemaname) || '.' || quote_ident(relname)), '{}') from pg_stat_user_tables
		where n_dead_tup > 50 + 0.2 * n_live_tup`).Scan(&due)
	require.NoError(d.b, err)
	for _, table := range due {
		d.exec(`vacuum analyze ` + table)
	}
}

// size of the whole database in MB.
func (d drudge) size() float64 {
	var bytes int64
	require.NoError(d.b, d.st.Pool().QueryRow(d.b.Context(), `select pg_database_size(current_database())`).Scan(&bytes))
	return float64(bytes) / (1 << 20)
}
