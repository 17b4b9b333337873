package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"mayday/bot"
	"mayday/handlers"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/postmortem"
	"mayday/probes"
	"mayday/store"
	"mayday/store/localpg"
	"mayday/workers"
)

// Options are what a caller may replace: the demo and the tests do.
type Options struct {
	Log *zap.Logger
	// Clock of the incidents. Default the system's.
	Clock store.Clock
	// Wall is this machine's own clock. Default time.Now.
	Wall func() time.Time
	// Speed makes every clock of the runbook run so many times faster. Default 1.
	Speed float64
	// Prober, when set, asks the runbook's addresses in place of the one that the settings describe.
	Prober workers.Prober
	// PollEvery is the pause before a service is asked what people answered who were called by it. Default 15 seconds.
	PollEvery time.Duration
	// Morning has the first round of every daily checklist begin at once, with the team's clock at that hour.
	Morning bool
	// SlackAwayAfter is how long Slack must have answered no call to count as away; default of package workers.
	SlackAwayAfter time.Duration
	// Ready, when set, is called once mayday is connected.
	Ready func(*Program)
	// Planned, when set, is called once the clocks of the checklists stand.
	Planned func()
}

// Program is a running mayday.
type Program struct {
	// Store is open while the program runs.
	Store *store.Store
	// HTTPAddr is where health and metrics are served.
	HTTPAddr string
	// intake takes alerts in, once there is a store.
	intake atomic.Pointer[handlers.Intake]
	// answers takes the answers of people who were called by another method than Slack, once there is a store.
	answers atomic.Pointer[handlers.Answers]
	// database is the address of the database, the private one's too.
	database bot.Secret
	// built is set once Store and socket are: the health pages are served before.
	built  atomic.Bool
	socket *bot.Socket
	slack  *bot.Client
	// met says once what came of asking Slack who mayday is.
	met     chan error
	runbook *runbook
	metrics *prometheus.Registry
	// slackMetrics are those of package bot.
	slackMetrics *bot.Metrics
	// posts counts how senders of alerts were answered.
	posts *prometheus.CounterVec
	log   *zap.Logger
	// open and writes are what the database said last of how many incidents go on, and of whether it takes writes.
	open   glance[float64]
	writes glance[error]
	// fatal holds the error that ends the program while it is being shut down.
	fatal chan error
	// busy holds the names of what runs.
	busy sync.Map
}

// Run starts mayday and blocks until ctx is done or something fatal happens. It
// finishes what is in hand before it returns, but does not wait longer than
// stopWithin for it.
func Run(ctx context.Context, c Config, o Options) error {
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	p := &Program{log: o.Log, metrics: prometheus.NewRegistry(), fatal: make(chan error, 1), met: make(chan error, 1)}
	return p.bounded(ctx, stopWithin, func() error { return p.run(ctx, c, o) })
}

func (p *Program) run(ctx context.Context, c Config, o Options) error {
	var undo teardown
	defer func() { undo.run(p) }()
	if err := p.serveHTTP(c.HTTPAddr, p.pages(), &undo); err != nil {
		return err
	}
	p.meetSlack(ctx, c)
	// Side by side, because reading takes about as long as connecting.
	opening, begun := errgroup.WithContext(ctx)
	opening.Go(func() (err error) {
		p.runbook, err = openRunbook(c, o)
		return err
	})
	opening.Go(func() error { return p.openStore(begun, c, o, &undo) })
	if err := opening.Wait(); err != nil {
		if ctx.Err() != nil {
			return nil // asked to end while it waited
		}
		return err
	}
	return p.work(ctx, c, o, &undo)
}

// meetSlack asks Slack who mayday is, which shows whether the token is good, while the database is connected to.
func (p *Program) meetSlack(ctx context.Context, c Config) {
	p.slackMetrics = bot.NewMetrics(p.metrics)
	p.slack = bot.NewClient(bot.ClientConfig{BotToken: c.SlackBotToken, APIURL: c.SlackAPIURL, TeamID: c.SlackTeamID, Log: p.log, Metrics: p.slackMetrics})
	go func() {
		_, err := p.slack.Self(ctx)
		p.met <- err
	}()
}

// openStore connects to the database, or starts a private one.
func (p *Program) openStore(ctx context.Context, c Config, o Options, undo *teardown) error {
	address := c.DatabaseURL.Reveal()
	if address == "" {
		pg, err := localpg.Start(ctx, localpg.Options{Log: func(s string) { o.Log.Info(s) }})
		if err != nil {
			return fmt.Errorf("start a private Postgres, because DATABASE_URL is not set: %w", err)
		}
		undo.add("stop the private Postgres", func() error { return pg.Stop(context.WithoutCancel(ctx)) })
		address = pg.URL()
	}
	p.database = bot.Secret(address)
	st, err := connect(ctx, store.Config{URL: address, Clock: o.Clock, Wall: o.Wall, Log: o.Log}, o.Log)
	if err != nil {
		return err
	}
	undo.add("close the database", func() error { st.Close(); return nil })
	p.Store = st
	lateness := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mayday_clock_lateness_seconds",
		Help: "From the time a clock was due to the time it fired.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 10)}, []string{"clock"})
	p.metrics.MustRegister(lateness, p.openGauge(p.openIncidents),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mayday_clock_skew_seconds", Help: "How far this machine's clock is ahead of the database's."}, func() float64 { return st.Skew().Seconds() }))
	st.Fired = func(c incident.Clock, due, at time.Time) {
		lateness.WithLabelValues(string(c)).Observe(at.Sub(due).Seconds())
	}
	return nil
}

// openGauge is the metric of open incidents: however often it is scraped, the database is asked once in a while.
func (p *Program) openGauge(look func() float64) prometheus.GaugeFunc {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mayday_open_incidents", Help: "Incidents that go on."}, func() float64 { return p.open.see(look) })
}

func (p *Program) openIncidents() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	n, err := p.Store.CountLive(ctx)
	if err != nil {
		return -1
	}
	return float64(n)
}

// work builds the rooms above the store and runs them until ctx is done.
func (p *Program) work(ctx context.Context, c Config, o Options, undo *teardown) error {
	client := p.slack
	gate, err := p.openDiagnostics(ctx, c, o)
	if err != nil {
		return err
	}
	h := &handlers.Handlers{Access: c.Access, SQLUsers: c.SQLUsers, OpsChannel: c.OpsChannel, Store: p.Store, Slack: client, People: client, Runbook: p.runbook.current, Probes: c.Probes, Zone: c.Zone, Issues: c.GitHub.Repository != "", AlertChannels: c.AlertChannels, Workspace: client.Workspace, Log: o.Log}
	if gate != nil {
		h.Diagnostics = gate
	}
	h.Checkup = p.checkup(c)
	p.socket = bot.NewSocket(bot.SocketConfig{AppToken: c.SlackAppToken, APIURL: c.SlackAPIURL, Handler: h, Excuse: h.Excuse, Beside: h.Beside, Client: client, Log: o.Log, Metrics: p.slackMetrics, Replicas: p.Store.CountReplicas})
	var library workers.Library
	if c.GitHub.Repository != "" {
		gh, err := postmortem.NewGitHub(c.GitHub)
		if err != nil {
			return err
		}
		library = gh
	}
	page, err := openStatusPage(c.StatusPage)
	if err != nil {
		return err
	}
	if page != nil {
		h.StatusPage = page
	}
	id := replicaID()
	var private workers.PrivateShelf
	if c.PrivateRepository.Repository != "" {
		gh, err := postmortem.NewGitHub(c.PrivateRepository)
		if err != nil {
			return err
		}
		private = gh
	}
	intake := handlers.NewIntake(p.Store, o.Log, p.metrics)
	p.intake.Store(intake)
	rounds := newRounds(p.runbook, c, o)
	wc := workers.Config{
		Runbook: p.runbook.current, AlertChannel: c.AlertChannel, AlertChannels: c.AlertChannels, Ways: incident.Ways{Declare: c.AlertDeclare, Logged: intake.Logged},
		PrivateShelf: private,
		Store:        p.Store, Slack: client, ID: id, AnnounceChannel: c.AnnounceChannel, OpsChannel: c.OpsChannel, Library: library, GitHubUsers: c.GitHubUsers, RunbookPath: c.RunbookGitHubPath, Clock: o.Clock,
		Methods: p.runbook.reach.book, Directory: func() workers.Directory { return p.runbook.reach.directory(p.runbook.current()) }, PublicURL: c.PublicURL, LinkKey: linkKey(c), PollEvery: o.PollEvery,
		Rounds: rounds.current, Planned: o.Planned,
		Keep: c.Keep, KeepJobs: c.KeepJobs, Yield: p.socket.Yield, ReachesSlack: p.socket.Connected, AwayAfter: o.SlackAwayAfter, Prober: prober(c, o), Reader: calendars(c), Schedulers: c.OnCall.schedulers(), GroupSyncs: c.OnCall.Groups, Bookmarks: func() []incident.Link { return bookmarks(p.runbook.current()) }, Zone: c.Zone, Log: o.Log, Metrics: workers.NewMetrics(p.metrics),
	}
	if gate != nil {
		wc.Diagnostics = gate
	}
	if page != nil {
		wc.StatusPage = page
	}
	p.answers.Store(handlers.NewAnswers(p.Store, o.Log, wc.Metrics.AnsweredBy))
	w, err := workers.New(wc)
	if err != nil {
		return err
	}
	p.built.Store(true)
	if err := <-p.met; bot.ClassOf(err) == bot.Token {
		return err
	}
	g, running := errgroup.WithContext(ctx)
	context.AfterFunc(running, func() { p.failed(context.Cause(running)) })
	start := func(what string, f func(context.Context) error) {
		g.Go(func() error { return p.doing(what, func() error { return f(running) }) })
	}
	start("side effects", w.Run)
	start("clocks", func(ctx context.Context) error { p.Store.RunClock(ctx); return nil })
	start("connections to Slack", p.socket.Run)
	start("alerts", func(ctx context.Context) error { w.RunAlerts(ctx); return nil })
	start("holidays", func(ctx context.Context) error { rounds.watchHolidays(ctx, o.Log, p.Store.Now); return nil })
	start("runbook's age", func(ctx context.Context) error { w.RunAge(ctx); return nil })
	start("rounds of checklists", func(ctx context.Context) error { w.RunRoutines(ctx); return nil })
	start("who is on call", func(ctx context.Context) error { w.RunRosters(ctx); return nil })
	start("runbook", func(ctx context.Context) error { p.runbook.watch(ctx, w, o.Log); return nil })
	start("bot token", client.WatchToken)
	if c.Deadman != "" {
		d := newDeadman(c.Deadman, p.well, o.Log, p.metrics)
		start("sign of life", func(ctx context.Context) error { d.run(ctx); return nil })
	}
	start("sizes", func(ctx context.Context) error { p.measure(ctx); return nil })
	if o.Ready != nil {
		start("announcement", func(ctx context.Context) error { p.announceReady(ctx, o.Ready); return nil })
	}
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func (p *Program) announceReady(ctx context.Context, ready func(*Program)) {
	for ctx.Err() == nil {
		if p.socket.Connected() {
			ready(p)
			return
		}
		store.SystemClock{}.Wait(ctx, time.Now().Add(5*time.Millisecond), nil)
	}
}

// SetSpeed makes the clocks of incidents that are declared from now on run so many times faster than the runbook says; open ones keep theirs.
// It may be called once Options.Ready was.
func (p *Program) SetSpeed(speed float64) { p.runbook.setSpeed(speed) }

// replicaID is unique among all replicas that ever ran, and tells an operator
// which host it was.
func replicaID() string {
	host, err := os.Hostname()
	if err != nil {
		host = "mayday"
	}
	return fmt.Sprintf("%.40s-%d-%d", host, os.Getpid(), time.Now().UnixNano())
}

// prober asks the runbook's addresses; nil when the settings switch that off.
func prober(c Config, o Options) workers.Prober {
	switch {
	case !c.Probes:
		return nil
	case o.Prober != nil:
		return o.Prober
	}
	return probes.New(c.ProbePrivate)
}

// calendars fetches the runbook's calendars; nil when the settings switch off that its addresses are asked.
func calendars(c Config) workers.Reader {
	if !c.Probes {
		return nil
	}
	return probes.New(c.ProbePrivate)
}

// bookmarks are the links that every incident channel gets from the runbook.
func bookmarks(rb *playbooks.Runbook) []incident.Link {
	var ls []incident.Link
	for _, d := range rb.Dashboards {
		if d.URL != "" && len(ls) < mostBookmarks {
			ls = append(ls, incident.Link{Name: d.Name, URL: d.URL})
		}
	}
	for _, s := range rb.StatusPages {
		if len(ls) < mostBookmarks {
			ls = append(ls, incident.Link{Name: s.Name + " status", URL: s.URL})
		}
	}
	return ls
}

// mostBookmarks keeps the bar on one line, and the calls under Slack's 20 a
// minute for bookmarks.add when several incidents open at once.
const mostBookmarks = 6

// runbook holds the last good reading.
type runbook struct {
	path  string
	reach *reach
	judge playbooks.Judge
	hours incident.Hours
	// onCall is what the settings say of who is on call.
	onCall OnCall
	// tracked gives the severities that get a tracking issue.
	tracked func(incident.Policy) (labels, unknown []string)
	mu      sync.RWMutex
	rb      *playbooks.Runbook
	// speed is that of rb's clocks, and written its policy as the document has it.
	speed   float64
	written incident.Policy
}

func (r *runbook) current() *playbooks.Runbook {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.rb
}
