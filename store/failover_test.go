package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/localpg"
	"mayday/store/storetest"
)

// answerWithin is how long a command may take: Slack waits for three seconds.
const answerWithin = 2600 * time.Millisecond

// pace is the pause of each who asks: together they ask some 300 times a second, and fill the pool when no answer comes.
const pace = 100 * time.Millisecond

// busy is a process with much to do: commands without a pause, each a look and then
// a change, the clock, the sign of life and the job queue's questions.
type busy struct {
	s    *Store
	refs []incident.Ref // one for each who gives commands
	mu   sync.Mutex
	said []command
	end  func()
}

// command is a note of an incident, when it was given, and what became of it.
type command struct {
	ref   incident.Ref
	text  string
	given time.Time
	err   error
}

func work(t *testing.T, s *Store) *busy {
	b := &busy{s: s}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { s.RunClock(ctx) })
	r := s.Replica("busy")
	all.Go(func() { r.Run(ctx) })
	var n atomic.Int64
	for range mostConns / 2 {
		ref := declare(t, s).Ref()
		b.refs = append(b.refs, ref)
		all.Go(func() {
			for ctx.Err() == nil {
				b.command(ref, fmt.Sprintf("note %d", n.Add(1)))
				time.Sleep(pace)
			}
		})
		all.Go(func() { // what the queue asks has no time limit of its own: together they can fill the pool
			for ctx.Err() == nil {
				_, _ = s.pool.Exec(context.Background(), `select count(*) from river.river_job where state = 'available'`)
				time.Sleep(pace)
			}
		})
	}
	b.end = sync.OnceFunc(func() { cancel(); all.Wait() })
	t.Cleanup(b.end)
	return b
}

func (b *busy) command(ref incident.Ref, text string) {
	c := command{ref: ref, text: text, given: time.Now()}
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	if _, c.err = b.s.Incident(ctx, ref); c.err == nil {
		_, c.err = b.s.Update(ctx, ref, []string{text}, note(text))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, c)
}

// since are the commands that were given after a moment.
func (b *busy) since(at time.Time) []command {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.said), func(c command) bool { return c.given.Before(at) })
}

// eachOf waits until everybody gave so many commands after a moment that were recorded.
func (b *busy) eachOf(t *testing.T, n int, since time.Time) {
	t.Helper()
	require.Eventually(t, func() bool {
		recorded := map[incident.Ref]int{}
		for _, c := range b.since(since) {
			if c.err == nil {
				recorded[c.ref]++
			}
		}
		for _, ref := range b.refs {
			if recorded[ref] < n {
				return false
			}
		}
		return true
	}, patience, pace, "commands are refused although the database writes again")
}

// recovers checks that after the database writes again everybody's commands are
// recorded, and that from then on none is refused.
func (b *busy) recovers(t *testing.T) {
	t.Helper()
	again := time.Now()
	b.eachOf(t, 1, again)
	well := time.Now()
	t.Logf("everybody's commands are recorded %s after the database wrote again", well.Sub(again).Round(time.Millisecond))
	b.eachOf(t, 5, well)
	b.end()
	for _, c := range b.since(well) {
		assert.NoError(t, c.err)
	}
}

// judge compares what was answered with what is there.
func (b *busy) judge(t *testing.T, truth *Store) {
	t.Helper()
	answers := map[string]int{}
	for _, c := range b.said {
		answers[judge(t, c.text, c.err, count(t, truth, `select count(*) from mayday.event where kind = 'noted' and doc ->> 'text' = $1`, c.text))]++
	}
	assert.Positive(t, answers["recorded"])
	t.Log(answers)
}

// TestAfterAFailoverCommandsGoOn: the primary is lost in several ways while a process
// is busy, the standby becomes the primary, and the address leads to it.
func TestAfterAFailoverCommandsGoOn(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(t *testing.T, w *storetest.Wire, primary *localpg.Server){
		"fenced, with every session open": func(t *testing.T, _ *storetest.Wire, primary *localpg.Server) {
			storetest.Fence(t, primary)
		},
		"stopped by an administrator": func(t *testing.T, _ *storetest.Wire, primary *localpg.Server) {
			require.NoError(t, primary.Stop(context.WithoutCancel(t.Context())))
		},
		"gone without a word": func(_ *testing.T, w *storetest.Wire, _ *localpg.Server) {
			w.CutOff()
		},
		"gone amid its answers": func(_ *testing.T, w *storetest.Wire, _ *localpg.Server) {
			w.Tap(func(m storetest.Message) storetest.Fate {
				if m.FromServer && m.Kind == 'D' && m.Body[1] == 1 { // a row of one column: a proof has two, and a time limit
					return storetest.Stuck
				}
				return storetest.Delivered
			})
			time.Sleep(time.Second)
			w.CutOff()
			w.Tap(nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := storetest.NewCluster(t)
			w := storetest.NewWire(t, c.Primary.URL())
			s, err := Open(t.Context(), Config{URL: w.URL})
			require.NoError(t, err)
			t.Cleanup(s.Close)
			b := work(t, s)
			time.Sleep(time.Second)
			lose(t, w, c.Primary)
			time.Sleep(4 * time.Second) // until somebody promotes the other
			c.Promote(t)
			w.Lead(t, c.Standby.URL())
			b.recovers(t)
			b.judge(t, open(t, c.Standby.URL(), nil))
		})
	}
}

// TestOfTwoHostsTheOneThatWritesIsTaken, at the start and after the other became the primary.
func TestOfTwoHostsTheOneThatWritesIsTaken(t *testing.T) {
	t.Parallel()
	c := storetest.NewCluster(t)
	_, err := Open(t.Context(), Config{URL: c.Standby.URL()})
	require.ErrorIs(t, err, ErrReadOnly)
	assert.True(t, Away(err), "it may be promoted in a moment")
	require.ErrorIs(t, CheckWrites(t.Context(), c.Standby.URL()), ErrReadOnly)
	require.NoError(t, CheckWrites(t.Context(), c.Primary.URL()))

	s, err := Open(t.Context(), Config{URL: storetest.Both(t, c.Standby, c.Primary)})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	inc := declare(t, s)
	require.NoError(t, s.CheckWrites(t.Context()))
	hears := s.QueueDriver().GetListener(&riverdriver.GetListenenerParams{Schema: Schema})
	require.NoError(t, hears.Connect(t.Context()))
	defer func() { _ = hears.Close(context.Background()) }()
	require.NoError(t, hears.Listen(t.Context(), "river_insert"))
	require.NoError(t, hears.Ping(t.Context()))
	storetest.Fence(t, c.Primary)
	require.Eventually(t, func() bool { return errors.Is(hears.Ping(t.Context()), ErrReadOnly) }, patience, time.Millisecond, "what listens there hears nothing any more")
	require.ErrorIs(t, s.CheckWrites(t.Context()), ErrReadOnly)
	_, err = s.Incident(t.Context(), inc.Ref())
	require.ErrorIs(t, err, ErrReadOnly, "what it shows may be old")
	_, err = s.Update(t.Context(), inc.Ref(), nil, note("refused"))
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrUnconfirmed)
	c.Promote(t)
	_, err = s.Update(t.Context(), inc.Ref(), nil, note("after"))
	require.NoError(t, err)
	require.NoError(t, s.CheckWrites(t.Context()))
	assert.Zero(t, count(t, s, `select count(*) from mayday.delivery`), "readiness leaves nothing behind")
}

// TestALockOnAServerThatIsThePrimaryNoMoreIsLost.
func TestALockOnAServerThatIsThePrimaryNoMoreIsLost(t *testing.T) {
	t.Parallel()
	c := storetest.NewCluster(t)
	s, err := Open(t.Context(), Config{URL: c.Primary.URL()})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	got, err := s.Alone(t.Context(), "something", func(ctx context.Context) error {
		storetest.Fence(t, c.Primary)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(patience):
			return errors.New("it went on")
		}
	})
	assert.True(t, got)
	require.ErrorIs(t, err, ErrReadOnly)
}

// TestAChangeWhoseSessionIsLostIsTriedAgain, as long as nobody was asked to commit it.
func TestAChangeWhoseSessionIsLostIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	admin := open(t, s.pool.Config().ConnString(), nil)
	for name, lose := range map[string]func(tx *transaction) error{
		"cut by an administrator": func(tx *transaction) error {
			_, err := admin.pool.Exec(t.Context(), `select pg_terminate_backend($1)`, tx.Conn().PgConn().PID())
			require.NoError(t, err)
			_, err = tx.Exec(t.Context(), `select 1`)
			return err
		},
		"read-only": func(tx *transaction) error {
			_, err := tx.Exec(t.Context(), `do $$ begin raise sqlstate '25006'; end $$`)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			pids := map[uint32]bool{}
			do := func(tx *transaction) error {
				pids[tx.Conn().PgConn().PID()] = true
				if len(pids) == 1 {
					return lose(tx)
				}
				return nil
			}
			require.NoError(t, s.commit(t.Context(), do))
			assert.Len(t, pids, 2, "in a new session")
			n := 0
			err := s.commit(t.Context(), func(tx *transaction) error { n++; return lose(tx) })
			require.Error(t, err, "but not for ever")
			assert.Equal(t, tries, n)
		})
	}
	n := 0
	require.ErrorIs(t, s.commit(t.Context(), func(*transaction) error { n++; return ErrNotFound }), ErrNotFound)
	assert.Equal(t, 1, n, "what is wrong otherwise would be wrong again")
}

// TestAPrimaryThatWritesAgainIsWrittenTo: it was set read-only and back, as an
// operator does who switches over and thinks better of it.
func TestAPrimaryThatWritesAgainIsWrittenTo(t *testing.T) {
	t.Parallel()
	c := storetest.NewCluster(t)
	s, err := Open(t.Context(), Config{URL: c.Primary.URL()})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	b := work(t, s)
	time.Sleep(500 * time.Millisecond)
	storetest.Fence(t, c.Primary)
	time.Sleep(2 * time.Second)
	storetest.Unfence(t, c.Primary)
	b.recovers(t)
	b.judge(t, s)
}
