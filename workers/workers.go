// Package workers is where a decision meets the world: one file per effect.
// A worker acts and then records what came of it through the store's one door.
//
// Rule of the room: every worker may run twice. On a second attempt it looks
// first whether the first one succeeded without our knowing (message metadata,
// the channel's creator, a marker in the issue) and only then acts. What is given
// up is said in the channel, never silently.
package workers

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"go.uber.org/zap"
	"golang.org/x/sync/singleflight"

	"mayday/bot"
	"mayday/incident"
	"mayday/methods"
	"mayday/oncall"
	"mayday/playbooks"
	"mayday/routine"
	"mayday/schedulers"
	"mayday/store"
)

// Config is what the workers need. Store, Slack and ID are required.
type Config struct {
	Store *store.Store
	Slack *bot.Client
	// ID of this replica, unique among those that run.
	ID string
	// AnnounceChannel is an id or a name.
	AnnounceChannel string
	// OpsChannel is where mayday speaks of itself, an id or a name. Default AnnounceChannel.
	OpsChannel string
	// AlertChannel is where alerts are offered, an id or a name. Default AnnounceChannel.
	AlertChannel string
	// AlertChannels are those in which what other apps post are alerts: mayday has to be in each.
	AlertChannels []string
	// Runbook is the one for new incidents, which may change while mayday runs. Required where alerts come in, and with Rounds.
	Runbook func() *playbooks.Runbook
	// Ways says what is done with which alert; the zero value offers all.
	Ways incident.Ways
	// Library keeps issues; nil posts post-mortems as files in the channel.
	Library Library
	// PrivateShelf takes the post-mortems of private incidents; nil keeps them in
	// the incident's channel.
	PrivateShelf PrivateShelf
	// StatusPage is what customers read; nil: they are told elsewhere.
	StatusPage StatusPage
	// GitHubUsers gives the login of a Slack id or e-mail address, both in lower case.
	GitHubUsers map[string]string
	// RunbookPath is where the runbook is in the library's repository; empty when it is not there.
	RunbookPath string
	// Diagnostics runs the runbook's queries; nil shows them and runs none.
	Diagnostics Diagnostics
	// Prober asks the runbook's addresses; nil asks none.
	Prober Prober
	// Bookmarks are the links for a channel that opens now; nil for none.
	Bookmarks func() []incident.Link
	// Rounds says which rounds there are to be; the same pointer while nothing changed. nil leaves them as they are.
	Rounds func() *Rounds
	// Planned, when set, is called once, when the clocks of the first Rounds stand.
	Planned func()
	// AskAgain is the pause before an address of the runbook that did not answer is asked again. Default 20 seconds.
	AskAgain time.Duration
	// Reader asks the calendars of who is on call; nil: nobody does.
	Reader Reader
	// Schedulers ask other tools who is on call. A kind without one is not asked.
	Schedulers map[oncall.Kind]schedulers.Scheduler
	// GroupSyncs are the user groups that are kept in step with who is on call.
	GroupSyncs []GroupSync
	// Methods are the services that reach people besides Slack; nil has none. Directory says where to.
	Methods   *methods.Book
	Directory func() Directory
	// PublicURL is where people reach the page that acknowledges, and LinkKey the secret that its addresses are made with;
	// empty makes none.
	PublicURL string
	LinkKey   []byte
	// PollEvery is the pause before a service is asked for the answer to a call. Default 15 seconds.
	PollEvery time.Duration
	// Keep says how long what is over is kept. Deliveries default to 48 hours, posts to 7 days, alerts to 90.
	Keep store.Retention
	// KeepJobs is how long finished jobs are kept; default a day. Those that the queue
	// itself gave up are kept for 30 days, or as long if that is longer.
	KeepJobs time.Duration
	// ReachesSlack says whether this process is connected to Slack; nil: it always is. One that is not leaves the work to
	// another.
	ReachesSlack func() bool
	// AwayAfter is how long Slack must have answered no call to count as away. Default 30 seconds.
	AwayAfter time.Duration
	// Yield waits while people wait for an answer, at most for the given time. nil: nobody does.
	Yield func(ctx context.Context, most time.Duration)
	// Clock that says when alerts are looked at again. Default the system's.
	Clock store.Clock
	// Zone for times in documents. Default UTC.
	Zone    *time.Location
	Log     *zap.Logger
	Metrics *Metrics
}

// Workers carry out effects.
type Workers struct {
	Config
	jobs    *river.Client[pgx.Tx]
	replica *store.Replica
	names   sync.Map // Slack user id → display name

	calling    bot.Precedence // of pages that are on their way over effects that begin
	away       atomic.Bool    // Slack does not answer; see vigil
	drawn      drawn
	people     people   // accounts of the runbook's contacts
	guests     sync.Map // Slack user ids of those who are no members of the workspace
	found      sync.Map // oncall.Person → when their account was found ahead of their shift
	handles    handles  // of user groups
	lateOnPage time.Duration
	directs    sync.Map           // Slack user id → the conversation with them
	opening    singleflight.Group // of those conversations, by the user id
	inviting   singleflight.Group // into channels, by the channel and the people
	resting    sync.Map           // Slack user id → resting
	asking     singleflight.Group // of that, by the user id
	// slackSilent is when Slack last did not say in time who somebody is, in nanoseconds since 1970.
	slackSilent atomic.Int64
	// wasConnected is when this process was connected to Slack last, in nanoseconds since 1970; 0 when it never was.
	wasConnected atomic.Int64
}

// New sets the workers up; Run starts them.
func New(c Config) (*Workers, error) {
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Clock == nil {
		c.Clock = store.SystemClock{}
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	c.Keep.Deliveries = cmp.Or(c.Keep.Deliveries, 48*time.Hour)
	c.Keep.Posts, c.Keep.Alerts = cmp.Or(c.Keep.Posts, 7*24*time.Hour), cmp.Or(c.Keep.Alerts, 90*24*time.Hour)
	c.KeepJobs, c.AwayAfter = cmp.Or(c.KeepJobs, 24*time.Hour), cmp.Or(c.AwayAfter, awayAfter)
	c.PollEvery = cmp.Or(c.PollEvery, 15*time.Second)
	w := &Workers{Config: c, replica: c.Store.Replica(c.ID), lateOnPage: lateOnPage}
	all := river.NewWorkers()
	register(w, all, w.createChannel, channelFailed)
	register(w, all, w.show, troubleIn(func(fx incident.Show) string { return troubleDraw(fx.Surface) }))
	register(w, all, w.speak, troubleIn(func(incident.Speak) string { return troubleSpeak }))
	register(w, all, w.invite, troubleIn(func(incident.Invite) string { return troubleInvite }))
	register(w, all, w.sendPage, pageFailed)
	register(w, all, w.showHandover, troubleIn(func(incident.ShowHandover) string { return "ask somebody to take the lead" }))
	register(w, all, w.showShiftHandover, func(*Workers, context.Context, oncall.ShowShiftHandover, string) error { return nil }) // whoever asked hears that nobody answered
	register(w, all, w.findMethods, func(*Workers, context.Context, incident.FindMethods, string) error { return nil })           // Slack calls them all the same
	register(w, all, w.reachBy, methodFailed)
	register(w, all, w.pollMethod, func(*Workers, context.Context, incident.PollMethod, string) error { return nil })     // people answer in Slack, too
	register(w, all, w.tellAnswered, func(*Workers, context.Context, incident.TellAnswered, string) error { return nil }) // the channel has it
	register(w, all, w.explainReply, func(*Workers, context.Context, incident.ExplainReply, string) error { return nil }) // they have the first message
	register(w, all, w.alarm, troubleIn(func(incident.Alarm) string { return troubleAlarm }))
	register(w, all, w.passOnUpdate, func(*Workers, context.Context, incident.PassOnUpdate, string) error { return nil })   // the announcement shows it
	register(w, all, w.takeBack, func(*Workers, context.Context, incident.TakeBack, string) error { return nil })           // the log has it
	register(w, all, w.supersede, func(*Workers, context.Context, incident.Supersede, string) error { return nil })         // the log has it
	register(w, all, w.tellOperators, func(*Workers, context.Context, incident.TellOperators, string) error { return nil }) // the log has it
	register(w, all, w.takeBackAside, func(*Workers, context.Context, incident.TakeBackAside, string) error { return nil })
	register(w, all, w.takeBackNoClock, func(*Workers, context.Context, incident.TakeBackNoClock, string) error { return nil })
	register(w, all, w.tellNoClockFires, func(*Workers, context.Context, incident.TellNoClockFires, string) error { return nil })
	register(w, all, w.filePostmortem, postmortemFailed)
	register(w, all, w.track, trackingFailed)
	register(w, all, w.publishStatus, publishFailed)
	register(w, all, w.concealIssue, troubleIn(func(incident.ConcealIssue) string { return troubleConceal }))
	register(w, all, w.fileFollowUp, troubleIn(func(incident.FileFollowUp) string { return incident.TroubleFollowUp }))
	register(w, all, w.teachRunbook, troubleIn(func(incident.TeachRunbook) string { return "pass on what the runbook should say" }))
	register(w, all, w.reviewPostmortem, reviewFailed)
	register(w, all, w.followMessage, troubleIn(func(incident.FollowMessage) string { return "read a message for the timeline" }))
	register(w, all, w.exportTimeline, troubleIn(func(incident.ExportTimeline) string { return "export the timeline" }))
	register(w, all, w.addBookmarks, troubleIn(func(incident.AddBookmarks) string { return troubleMarks }))
	register(w, all, w.runQueries, troubleIn(func(incident.RunQueries) string { return "run queries" }))
	register(w, all, w.runProbes, troubleIn(func(incident.RunProbes) string { return "check addresses" }))
	register(w, all, w.lookAtChannel, troubleIn(func(incident.LookAtChannel) string { return troubleLook }))
	register(w, all, w.unarchiveChannel, troubleIn(func(incident.UnarchiveChannel) string { return troubleLook }))
	register(w, all, w.showOffer, func(*Workers, context.Context, incident.ShowOffer, string) error { return nil })       // the log has it
	register(w, all, w.showOffers, func(*Workers, context.Context, incident.ShowOffers, string) error { return nil })     // the log has it
	register(w, all, w.tellMute, func(*Workers, context.Context, incident.TellMute, string) error { return nil })         // the answer to whoever muted had it
	register(w, all, w.declareOffer, func(*Workers, context.Context, incident.DeclareOffer, string) error { return nil }) // the log has it
	register(w, all, w.tellAlert, troubleIn(func(incident.TellAlert) string { return "tell of an alert" }))
	register(w, all, w.tellChange, func(*Workers, context.Context, incident.TellChange, string) error { return nil })   // the log has it
	register(w, all, w.seekChanges, func(*Workers, context.Context, incident.SeekChanges, string) error { return nil }) // the log has it
	register(w, all, w.archiveChannel, troubleIn(func(incident.ArchiveChannel) string { return "archive the channel" }))
	register(w, all, w.showRound, func(*Workers, context.Context, routine.Show, string) error { return nil }) // the log has it
	register(w, all, w.askItems, nothingAnswered)
	register(w, all, w.remindOfRound, func(*Workers, context.Context, routine.SendReminder, string) error { return nil }) // the log has it
	register(w, all, w.fileRoundIssue, issueFailed)
	register(w, all, w.declareProblem, declareFailed)
	register(w, all, w.checkRunbook, runbookUnchecked)
	register(w, all, w.answerQuery, queryFailed)
	register(w, all, w.takeReadings, func(*Workers, context.Context, routine.TakeReadings, string) error { return nil })   // a gap in the line
	register(w, all, w.sendDigest, func(*Workers, context.Context, routine.SendDigest, string) error { return nil })       // the log has it
	register(w, all, w.greetContacts, func(*Workers, context.Context, routine.GreetContacts, string) error { return nil }) // the next morning looks again
	register(w, all, w.sendAccess, func(*Workers, context.Context, routine.SendAccess, string) error { return nil })       // the log has it
	register(w, all, w.showAccess, func(*Workers, context.Context, routine.ShowAccess, string) error { return nil })       // it shows what was ticked anyway
	register(w, all, w.tellAccess, func(*Workers, context.Context, routine.TellAccess, string) error { return nil })       // the log has it
	register(w, all, w.sendTestPage, testPageFailed)
	register(w, all, w.showTestPage, func(*Workers, context.Context, routine.ShowTestPage, string) error { return nil })         // what arrived is written down
	register(w, all, w.remindOfTestPage, func(*Workers, context.Context, routine.RemindOfTestPage, string) error { return nil }) // next month comes
	river.AddWorker(all, &forgetWorker{w: w})
	river.AddWorker(all, &historyWorker{w: w})
	river.AddWorker(all, &surveyWorker{w: w})
	jobs, err := river.NewClient(c.Store.QueueDriver(), &river.Config{
		ID:                          c.ID,
		Schema:                      store.Schema,
		FetchCooldown:               store.NotifyCooldown,
		FetchPollInterval:           pollInterval,
		Workers:                     all,
		Queues:                      queues,
		JobTimeout:                  jobTimeout,
		RescueStuckJobsAfter:        2 * jobTimeout,
		SoftStopTimeout:             8 * time.Second,
		RetryPolicy:                 backoff{c.Store.DatabaseTime},
		ErrorHandler:                poison{w},
		Test:                        river.TestConfig{Time: databaseTime{c.Store}}, // the queue takes another clock only here
		ReindexerTimeout:            reindexTimeout,
		CompletedJobRetentionPeriod: c.KeepJobs,
		CancelledJobRetentionPeriod: c.KeepJobs,
		DiscardedJobRetentionPeriod: max(c.KeepJobs, keepFailed),
		FetchOnlyKnownKinds:         true,
		Logger:                      store.QueueLogger(c.Log),
		PeriodicJobs: []*river.PeriodicJob{
			river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
				func() (river.JobArgs, *river.InsertOpts) { return forget{}, &river.InsertOpts{Queue: store.QueueSlack} }, nil),
			river.NewPeriodicJob(river.PeriodicInterval(surveyEvery),
				func() (river.JobArgs, *river.InsertOpts) {
					return store.Survey{}, &river.InsertOpts{Queue: store.QueueSlack}
				}, &river.PeriodicJobOpts{RunOnStart: true}),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("set up the workers: %w", err)
	}
	w.jobs = jobs
	w.replica.Counted, w.replica.ReachesSlack = c.Slack.Share, c.ReachesSlack
	return w, nil
}

// pollInterval is how often the queue looks for jobs of which nobody told it. There are none:
// the store rings for what is committed and for what is to be tried again, and Replica.Run
// looks once a second for what waits all the same, in all queues at once. A look of each
// queue at itself costs a process that waits more than all else that it asks.
const pollInterval = time.Minute

// queues: how many of each at once in this process.
var queues = withWays(map[string]river.QueueConfig{
	store.QueueUrgent: {MaxWorkers: 30, FetchCooldown: 2 * time.Millisecond}, // twenty people are called in one moment, and channels made beside that
	store.QueueSlack:  {MaxWorkers: 10, FetchCooldown: 20 * time.Millisecond},
	store.QueueFind:   {MaxWorkers: 10, FetchCooldown: 5 * time.Millisecond},
	store.QueueGitHub: {MaxWorkers: 4, FetchCooldown: 50 * time.Millisecond},
	store.QueueSQL:    {MaxWorkers: 8, FetchCooldown: 20 * time.Millisecond},
	store.QueueAlerts: {MaxWorkers: 3, FetchCooldown: 50 * time.Millisecond},
	store.QueueProbe:  {MaxWorkers: 4, FetchCooldown: 20 * time.Millisecond},
})

// withWays adds those of each way besides Slack.
func withWays(queues map[string]river.QueueConfig) map[string]river.QueueConfig {
	for _, way := range incident.MethodWays {
		queues[store.ReachQueue(way)] = river.QueueConfig{MaxWorkers: 20, FetchCooldown: 2 * time.Millisecond} // most of them wait for a service
		if incident.Answers(way) {
			queues[store.AnswersQueue(way)] = river.QueueConfig{MaxWorkers: 10, FetchCooldown: 5 * time.Millisecond}
		}
	}
	return queues
}

// Run works until ctx is done, whenever this replica is the one that carries jobs out, then finishes what is in hand;
// until then the replica lives, or others would take it over. A database that is away when it starts is waited for.
func (w *Workers) Run(ctx context.Context) error {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	var living sync.WaitGroup
	living.Go(func() { w.replica.Run(life) })
	living.Go(func() { w.heedConnection(life) })
	defer func() { end(); living.Wait() }()
	for {
		lead, ok := w.replica.Lead(ctx)
		if !ok {
			return nil
		}
		v, ok := w.vigil(lead)
		if !ok {
			continue
		}
		w.Metrics.carries.Set(1)
		living.Go(func() { v.keep(lead) })
		for lead.Err() == nil {
			if err := w.jobs.Start(lead); err != nil {
				// The database went away between its opening and this.
				w.Log.Warn("the workers cannot start yet", zap.Error(err))
				store.SystemClock{}.Wait(lead, time.Now().Add(startAgain), nil)
				continue
			}
			<-w.jobs.Stopped()
		}
		w.Metrics.carries.Set(0)
		w.Metrics.away.Set(0)
	}
}

// reindexTimeout ends the queue's nightly reindexing before a connection that says
// nothing for so long counts as broken.
const reindexTimeout = 8 * time.Second

// keepFailed is how long a job that the queue gave up can be looked at: there should be none.
const keepFailed = 30 * 24 * time.Hour

// startAgain is the pause between two attempts to start the workers.
const startAgain = 250 * time.Millisecond

// record passes the result of an effect through the one door.
func (w *Workers) record(ctx context.Context, ref incident.Ref, decide store.Decision) error {
	_, err := w.Store.Update(ctx, ref, nil, decide)
	return err
}
