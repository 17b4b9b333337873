package workers

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/diagnostics"
	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
	"mayday/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// asker is a database that answers as a test wants.
type asker struct {
	mu    sync.Mutex
	asked []string
	do    func(ctx context.Context, req diagnostics.Request) (diagnostics.Result, error)
}

func (a *asker) Run(ctx context.Context, req diagnostics.Request) (diagnostics.Result, error) {
	a.mu.Lock()
	a.asked = append(a.asked, req.SQL)
	a.mu.Unlock()
	return a.do(ctx, req)
}

func (a *asker) times() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.asked)
}

func numbers(rows ...string) diagnostics.Result {
	res := diagnostics.Result{Columns: []diagnostics.Column{{Name: "n", Kind: "int8", Numeric: true}}, Duration: 4 * time.Millisecond, Fingerprint: "f00"}
	for _, r := range rows {
		res.Rows = append(res.Rows, []diagnostics.Value{{Text: r}})
	}
	return res
}

// room is an incident with a channel, and workers over a simulated Slack.
type room struct {
	t   *testing.T
	sim *slacksim.Sim
	st  *store.Store
	cfg Config
	inc incident.Incident
	w   *Workers // once they work
}

func newRoom(t *testing.T, d Diagnostics) *room {
	t.Helper()
	sim, err := slacksim.New(slacksim.Options{
		Scopes: append(slacksim.DefaultScopes(), "usergroups:write"),
		Users:  []slacksim.User{{Name: "ana", Email: "ana@example.com"}, {Name: "ben"}, {Name: "chidi"}, {Name: "mia"}},
		Groups: []slacksim.Group{{ID: "S0GROUP001", Handle: "engineers", Name: "Engineers", Users: []string{"ben", "chidi", "mia"}}},
	})
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	t.Cleanup(func() { require.NoError(t, sim.Close(context.Background())) })
	st, err := store.Open(t.Context(), store.Config{URL: storetest.Clone(t, "workers", func(ctx context.Context, url string) error {
		st, err := store.Open(ctx, store.Config{URL: url})
		if err == nil {
			st.Close()
		}
		return err
	})})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	client := bot.NewClient(bot.ClientConfig{BotToken: bot.Secret(sim.BotToken()), APIURL: sim.APIURL()})
	t.Cleanup(client.Close)
	ch, err := client.CreateChannel(t.Context(), "inc-1-room", false)
	require.NoError(t, err)
	ana, _ := sim.UserByName("ana")
	_, err = client.Invite(t.Context(), ch.ID, ana.ID)
	require.NoError(t, err)
	r := &room{t: t, sim: sim, st: st, cfg: Config{Store: st, Slack: client, ID: "one", AnnounceChannel: "incidents", Diagnostics: d}}
	// Without queries of its own, so that nothing runs but what a test asks for.
	r.inc, err = st.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		c, err := incident.Declare(ref, incident.Declaration{Title: "x", Severity: "P1", By: ana.ID, Policy: incident.Policy{Severities: []incident.Severity{{Label: "P1"}}}}, now)
		c.Effects = nil
		return c, err
	})
	require.NoError(t, err)
	_, err = st.Pool().Exec(t.Context(), `delete from river.river_job`)
	require.NoError(t, err)
	c, err := st.Update(t.Context(), r.inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := incident.ChannelOpened(inc, ch.ID, ch.Name, now)
		c.Effects = nil
		return c, err
	})
	require.NoError(t, err)
	r.inc = c.Incident
	return r
}

// work runs the workers until stop is called.
func (r *room) work() (stop func()) {
	w, err := New(r.cfg)
	require.NoError(r.t, err)
	r.w = w
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); require.NoError(r.t, <-done) }) }
	r.t.Cleanup(stop)
	return stop
}

func (r *room) ask(why incident.QueryReason, queries ...incident.QueryRun) {
	_, err := r.st.Update(r.t.Context(), r.inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AskQueries(inc, r.inc.DeclaredBy, why, queries, now)
	})
	require.NoError(r.t, err)
}

// messages of the bot about queries: those that hold a text, which no time may hold as well (1796093306 holds 96).
func (r *room) messages(text string) (found []slacksim.Message) {
	for _, m := range r.sim.Messages(r.inc.ChannelID) {
		if m.Bot && m.Subtype == "" && strings.Contains(m.Text+string(m.Blocks), text) {
			found = append(found, m)
		}
	}
	return found
}

func (r *room) wait(what string, ok func() bool) {
	r.t.Helper()
	require.Eventually(r.t, ok, 20*time.Second, 10*time.Millisecond, what)
}

func (r *room) one(table string) (n int) {
	require.NoError(r.t, r.st.Pool().QueryRow(context.Background(), "select count(*) from mayday."+table).Scan(&n))
	return n
}

var roomLeft = incident.QueryRun{Name: "db/room-left", Title: "Room left", SQL: "select 'secret literal'"}

func TestAnAnswerIsShownOnceHoweverSlackFails(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{
		"nothing was posted":     {HTTP: 500},
		"it was posted unheard":  {HTTP: 500, ApplyFirst: true},
		"the answer was cut off": {Truncate: true, ApplyFirst: true},
	} {
		t.Run(name, func(t *testing.T) {
			db := &asker{do: func(context.Context, diagnostics.Request) (diagnostics.Result, error) { return numbers("96"), nil }}
			r := newRoom(t, db)
			r.sim.Mischief().FailNext("chat.postMessage", 1, f)
			r.work()
			r.ask(incident.Asked, roomLeft)
			r.wait("the job ends", func() bool {
				var open int
				err := r.st.Pool().QueryRow(context.Background(), `select count(*) from river.river_job where kind = 'run_queries' and finalized_at is null`).Scan(&open)
				return err == nil && open == 0
			})
			assert.Len(t, r.messages("Room left"), 1)
			assert.Equal(t, 1, db.times(), "the second attempt shows what the first one heard")
			assert.Equal(t, 1, r.one("evidence"))
			assert.Equal(t, 1, r.one("event where kind = 'queried'"))
		})
	}
}

func TestStopEndsAQueryThatRuns(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	db := &asker{do: func(ctx context.Context, req diagnostics.Request) (diagnostics.Result, error) {
		req.Queued(2)
		close(started)
		<-ctx.Done()
		assert.ErrorIs(t, context.Cause(ctx), context.Canceled)
		return diagnostics.Result{}, &diagnostics.Failure{Class: diagnostics.ClassStopped, What: "Stopped. The statement is gone from the server."}
	}}
	r := newRoom(t, db)
	r.work()
	r.ask(incident.Asked, roomLeft)
	<-started
	r.wait("its place and a button are shown", func() bool { return len(r.messages("place 2")) == 1 && len(r.messages("stop_query")) == 1 })
	var job int64
	require.NoError(t, r.st.Pool().QueryRow(t.Context(), `select id from river.river_job where kind = 'run_queries'`).Scan(&job))
	other, err := r.st.CancelRun(t.Context(), incident.Ref{Incident: r.inc.ID + 1}, job)
	require.NoError(t, err)
	assert.False(t, other, "only from its own incident")
	stopped, err := r.st.CancelRun(t.Context(), r.inc.Ref(), job)
	require.NoError(t, err)
	assert.True(t, stopped)
	r.wait("the same message says so", func() bool { return len(r.messages("gone from the server")) == 1 })
	assert.Len(t, r.messages("Room left"), 1)
	r.wait("nothing is left to stop", func() bool {
		again, err := r.st.CancelRun(context.Background(), r.inc.Ref(), job)
		return err == nil && !again
	})
	assert.Equal(t, 1, db.times())
}

func TestARunThatMaydayLeftIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	var first sync.Once
	started := make(chan struct{})
	db := &asker{}
	db.do = func(ctx context.Context, _ diagnostics.Request) (diagnostics.Result, error) {
		leave := false
		first.Do(func() { leave = true; close(started) })
		if leave {
			<-ctx.Done()
			return diagnostics.Result{}, &diagnostics.Failure{Class: diagnostics.ClassStopped, What: "Stopped."}
		}
		return numbers("4711.31"), nil
	}
	r := newRoom(t, db)
	stop := r.work()
	r.ask(incident.AdHoc, incident.QueryRun{Title: "select ?", SQL: "select 'secret literal'"})
	<-started
	stop()
	assert.Zero(t, r.one("evidence"), "a restart is no answer")
	r.work()
	r.wait("answered after the restart", func() bool { return len(r.messages("4711.31")) == 1 })
	assert.Equal(t, 2, db.times())
}

func TestADatabaseThatIsDownIsAskedOnceAndToldOnce(t *testing.T) {
	t.Parallel()
	db := &asker{do: func(context.Context, diagnostics.Request) (diagnostics.Result, error) {
		return diagnostics.Result{}, &diagnostics.Failure{Class: diagnostics.ClassDown, What: "It cannot be reached.", Next: "Look."}
	}}
	r := newRoom(t, db)
	r.work()
	var queries []incident.QueryRun
	for range 12 {
		queries = append(queries, roomLeft)
	}
	r.ask(incident.AskedAll, queries...)
	r.wait("it is said", func() bool { return len(r.messages("cannot be reached")) == 1 })
	assert.LessOrEqual(t, db.times(), 2, "those that ran beside the first, and no more")
	assert.Len(t, r.messages("None of 12 queries"), 1)
	assert.Equal(t, 12, r.one("evidence"))
}

// TestAPanicInAQueryIsAFailureLikeOthers, and not the end of the process.
func TestAPanicInAQueryIsAFailureLikeOthers(t *testing.T) {
	t.Parallel()
	var first sync.Once
	db := &asker{do: func(context.Context, diagnostics.Request) (diagnostics.Result, error) {
		broken := false
		first.Do(func() { broken = true })
		if broken {
			panic("a driver's fault")
		}
		return numbers("4711.96"), nil
	}}
	r := newRoom(t, db)
	r.work()
	r.ask(incident.Asked, roomLeft)
	r.wait("it is asked again", func() bool { return len(r.messages("4711.96")) == 1 })
}

func TestWhatIsSaidWithoutAnAnswer(t *testing.T) {
	assert.Equal(t, "The query has no answer", unanswered(1))
	assert.Equal(t, "None of 2 queries has an answer", unanswered(2))
}
