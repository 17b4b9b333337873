package chaos

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// TestAlertmanager has the real Alertmanager of Prometheus page mayday, in both ways that docs/alerts.md gives: what
// fires arrives once, also when mayday or its database is away meanwhile, and its end arrives too.
func TestAlertmanager(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]struct {
		// receiver is what stands in Alertmanager's configuration, with the address and the key.
		receiver string
		// each alert is one of mayday's, or else each group of them.
		each bool
	}{
		"webhook":   {"webhook_configs: [{url: 'http://%s/in/prometheus', http_config: {authorization: {credentials: %s}}}]", true},
		"pagerduty": {"pagerduty_configs: [{url: 'http://%s/v2/enqueue', routing_key: %s}]", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
			defer h.lastWords()
			key := h.source("prometheus")
			r := h.replica()
			r.ready()
			am := h.alertmanager(fmt.Sprintf(way.receiver, h.door(), key), name)
			pages(h, am, way.each)
		})
	}
}

// patience is how long a test of alerts waits for what has to come. Only one that goes wrong waits so long.
const patience = 3 * time.Minute

// pages goes through what happens to alerts.
func pages(h *house, am *alertmanager, each bool) {
	t, r := h.t, h.replicas[0]
	// known are the alerts: how often each was heard of, below zero when it is over.
	known := func() map[string]int {
		m := map[string]int{}
		for _, s := range query[incident.Signal](h, `select doc from mayday.signal`) {
			what := s.Title
			if group := groupInTitle.FindStringSubmatch(what); !each && group != nil {
				what = group[1]
			}
			if _, twice := m[what]; twice {
				t.Fatalf("%q is two alerts", what)
			}
			if m[what] = s.Count; !s.Open {
				m[what] = -s.Count
			}
		}
		return m
	}
	title := func(alert, service string) string {
		if each {
			return alert + " of " + service
		}
		return alert
	}
	arrive := func(want map[string]int) {
		t.Helper()
		for end := time.Now().Add(patience); !assert.ObjectsAreEqual(want, known()); time.Sleep(50 * time.Millisecond) {
			require.True(t, time.Now().Before(end), "%v", want) // known ends the test, which only its own goroutine may
		}
	}

	am.fire("DiskFull", "db-1", "db-2")
	want := map[string]int{title("DiskFull", "db-1"): 1, title("DiskFull", "db-2"): 1}
	arrive(want)
	am.fire("Watchdog", "prometheus")
	if !each {
		want[title("Watchdog", "prometheus")] = 1 // of a page PagerDuty would make one, too
		arrive(want)
	}

	r.kill()
	am.fire("QueueStuck", "mail")
	am.fails()
	r.start()
	r.ready()
	want[title("QueueStuck", "mail")] = 1
	arrive(want)
	h.rest(patience) // people are asked before it is over

	h.stopDatabase()
	am.fire("SlowPages", "shop")
	am.end("QueueStuck", "mail")
	am.fails()
	h.startDatabase()
	want[title("SlowPages", "shop")] = 1
	want[title("QueueStuck", "mail")] *= -1
	arrive(want)
	h.rest(patience)

	am.end("DiskFull", "db-1", "db-2")
	am.end("SlowPages", "shop")
	want[title("DiskFull", "db-1")], want[title("DiskFull", "db-2")] = -1, -1
	want[title("SlowPages", "shop")] = -1
	arrive(want)
	h.rest(patience)

	// What Alertmanager counts as sent is what was taken, no more and no less.
	taken := query[int](h, `select count(*)::int from mayday.received`)[0]
	require.Equal(t, am.sent(), taken)
	require.Empty(t, query[string](h, `select problem from mayday.received where problem <> ''`))
	h.judgeOffers()
	require.Empty(t, commands(h.sim.Violations()))
}

// groupInTitle finds the name of the alert in how Alertmanager names a group for PagerDuty: "[FIRING:2] DiskFull (db)".
var groupInTitle = regexp.MustCompile(`^\[FIRING:\d+\] (\w+)`)

// judgeOffers holds that each kind of alert has one offer with one message, that says how it stands.
func (h *house) judgeOffers() {
	h.t.Helper()
	keyed := h.messages()
	groups := map[string]int64{}
	for _, o := range query[incident.Offer](h, `select doc from mayday.offer order by id`) {
		require.Zero(h.t, groups[o.Group], "%s was offered twice", o.Group)
		groups[o.Group] = o.ID
		said := keyed[fmt.Sprintf("offer/%d", o.ID)]
		require.Len(h.t, said, 1, "offer %d, %s", o.ID, o.Group)
		require.Equal(h.t, o.Open == 0, strings.Contains(string(said[0].Blocks), "Alert, quiet"), "%s: %s", o.Group, said[0].Blocks)
	}
	require.NotEmpty(h.t, groups)
}

// door is an address that leads to the first replica wherever it serves: nobody is there while it does not.
func (h *house) door() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(h.t, err)
	var all sync.WaitGroup
	h.t.Cleanup(func() { _ = l.Close(); all.Wait() })
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			address := h.replicas[0].serves.Load()
			if address == nil {
				_ = near.Close()
				continue
			}
			far, err := net.Dial("tcp", strings.TrimPrefix(*address, "http://"))
			if err != nil {
				_ = near.Close()
				continue
			}
			for _, ends := range [][2]net.Conn{{near, far}, {far, near}} {
				all.Go(func() {
					_, _ = io.Copy(ends[0], ends[1]) // an end that is gone ends the other
					_ = ends[0].Close()
					_ = ends[1].Close()
				})
			}
		}
	})
	return l.Addr().String()
}

// alertmanager is a process of it.
type alertmanager struct {
	h           *house
	address     string
	integration string
}

// alertmanagerPrograms are the names under which systems install it: Debian's, and its own.
var alertmanagerPrograms = []string{"prometheus-alertmanager", "alertmanager"}

// alertmanager starts one that has a receiver and knows nothing. It groups by the name of the alert.
func (h *house) alertmanager(receiver, integration string) *alertmanager {
	h.t.Helper()
	var path string
	for _, name := range alertmanagerPrograms {
		if at, err := exec.LookPath(name); err == nil {
			path = at
		}
	}
	require.NotEmpty(h.t, path, "no Alertmanager is installed; scripts/setup test installs it")
	dir := h.t.TempDir()
	cfg := filepath.Join(dir, "alertmanager.yml")
	require.NoError(h.t, os.WriteFile(cfg, []byte(`global: {resolve_timeout: 1h}
route: {receiver: mayday, group_by: [alertname], group_wait: 100ms, group_interval: 1s, repeat_interval: 4h}
receivers: [{name: mayday, `+receiver+`}]
`), 0o600))
	c := exec.Command(path, "--config.file="+cfg, "--storage.path="+dir, "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=")
	said := &lines{}
	c.Stderr = said
	require.NoError(h.t, c.Start())
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	h.t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGKILL)
		<-ended
		if h.t.Failed() {
			h.t.Logf("Alertmanager:\n%s", said)
		}
	})
	am := &alertmanager{h: h, integration: integration}
	require.Eventually(h.t, func() bool {
		found := listensOn.FindStringSubmatch(said.String())
		if found != nil {
			am.address = "http://" + found[1]
		}
		return found != nil
	}, patience, 20*time.Millisecond, "Alertmanager does not serve: %s", said)
	return am
}

var listensOn = regexp.MustCompile(`Listening on"? address=(127\.0\.0\.1:\d+)`)

// lines is what a process writes, to be read while it does.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// fire has an alert begin at some services, all in one moment, as Prometheus does.
func (a *alertmanager) fire(alert string, services ...string) {
	a.h.t.Helper()
	a.say(alert, services, time.Time{})
}

// end says that it is over there.
func (a *alertmanager) end(alert string, services ...string) {
	a.h.t.Helper()
	a.say(alert, services, time.Now())
}

func (a *alertmanager) say(alert string, services []string, ends time.Time) {
	a.h.t.Helper()
	type one struct {
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
		EndsAt      time.Time         `json:"endsAt,omitzero"`
	}
	var list []one
	for _, s := range services {
		list = append(list, one{map[string]string{"alertname": alert, "service": s}, map[string]string{"summary": alert + " of " + s}, ends})
	}
	raw, err := json.Marshal(list)
	require.NoError(a.h.t, err)
	resp, err := http.Post(a.address+"/api/v2/alerts", "application/json", bytes.NewReader(raw))
	require.NoError(a.h.t, err)
	_ = resp.Body.Close()
	require.Equal(a.h.t, http.StatusOK, resp.StatusCode)
}

// fails waits until Alertmanager was refused once more, or reached nobody.
func (a *alertmanager) fails() {
	a.h.t.Helper()
	before := a.metric("requests_failed_total")
	require.Eventually(a.h.t, func() bool { return a.metric("requests_failed_total") > before }, patience, 50*time.Millisecond, "Alertmanager reached mayday all the same")
}

// sent is how many of its posts were taken, as far as it was told.
func (a *alertmanager) sent() int {
	return a.metric("requests_total") - a.metric("requests_failed_total")
}

// metric is a counter of the receiver.
func (a *alertmanager) metric(name string) int {
	a.h.t.Helper()
	_, page := get(a.h.t, a.address+"/metrics")
	prefix := fmt.Sprintf(`alertmanager_notification_%s{integration="%s"`, name, a.integration)
	sum := 0
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, prefix) {
			n, err := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndexByte(strings.TrimSpace(line), ' '):]), 64)
			require.NoError(a.h.t, err, line)
			sum += int(n)
		}
	}
	return sum
}
