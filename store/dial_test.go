package store

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// TestClocksGoOnAfterACutThatNobodyHears, on new connections.
func TestClocksGoOnAfterACutThatNobodyHears(t *testing.T) {
	t.Parallel()
	direct := newURL(t)
	w := storetest.NewWire(t, direct)
	s := open(t, w.URL, nil)
	fired := make(chan incident.Clock, 10)
	s.Fired = func(c incident.Clock, _, _ time.Time) { fired <- c }
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.RunClock(ctx) })
	r := s.Replica("a")
	wg.Go(func() { r.Run(ctx) })
	defer func() { cancel(); wg.Wait() }()
	held, done := r.Hold(ctx, running(t, s, "a"), 1)
	defer done()
	require.NoError(t, held.Err())

	w.Cut()
	_, err := open(t, direct, nil).Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Declare(ref, incident.Declaration{Title: "late", Policy: policy(), By: ana}, now.Add(-2*time.Hour))
	})
	require.NoError(t, err)
	select {
	case <-held.Done():
		assert.ErrorIs(t, context.Cause(held), ErrCutOff)
	case <-time.After(patience):
		t.Fatal("the replica does not notice that it is cut off")
	}
	select {
	case <-fired:
	case <-time.After(patience):
		t.Fatal("no clock fires")
	}
	again, done := r.Hold(ctx, running(t, s, "a"), 1)
	defer done()
	require.NoError(t, again.Err(), "it lives again")
}

// TestWhatTheAddressSaysOfConnectionsWins: how long one may take to begin, and what of its statements stays prepared.
func TestWhatTheAddressSaysOfConnectionsWins(t *testing.T) {
	t.Parallel()
	for options, want := range map[string][]any{
		"":                                       {connectWithin, 256, 0},
		"connect_timeout=7":                      {7 * time.Second, 256, 0},
		"statement_cache_capacity=10":            {connectWithin, 10, 0},
		"statement_cache_capacity=300":           {connectWithin, 256, 0},
		"default_query_exec_mode=cache_describe": {connectWithin, 512, 512},
	} {
		cfg, err := pgxpool.ParseConfig("postgres://mayday@127.0.0.1:1/mayday?" + options)
		require.NoError(t, err)
		pool, err := newPool(t.Context(), cfg, 3, &lines{})
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		is := pool.Config()
		assert.Equal(t, want, []any{is.ConnConfig.ConnectTimeout, is.ConnConfig.StatementCacheCapacity, is.ConnConfig.DescriptionCacheCapacity}, options)
		assert.Equal(t, []any{int32(3), time.Minute}, []any{is.MaxConns, is.MaxConnIdleTime})
		assert.NotEqual(t, is.MaxConns, cfg.MaxConns, "it is a pool's own")
	}
}

// TestASessionThatIsNotProvedInTimeMakesAllOthersDoubted, but for those that were closed; one that answers, whatever it
// answers, and one of which nobody wants to know any more, do not.
func TestASessionThatIsNotProvedInTimeMakesAllOthersDoubted(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for name, c := range map[string]struct {
		do      func(context.Context) error
		wanted  time.Duration // for how long somebody wants to know
		err     error
		took    time.Duration
		doubted bool
	}{
		"no answer":                 {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, time.Hour, context.DeadlineExceeded, time.Second, true},
		"an answer":                 {func(context.Context) error { return nil }, time.Hour, nil, 0, false},
		"a late one":                {func(context.Context) error { time.Sleep(time.Second - 1); return nil }, time.Hour, nil, time.Second - 1, false},
		"a refusal":                 {func(context.Context) error { return refused }, time.Hour, refused, 0, false},
		"nobody wants to know more": {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, time.Millisecond, context.DeadlineExceeded, time.Millisecond, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &lines{}
				var all []*listener
				for range 3 {
					near, far := net.Pipe()
					t.Cleanup(func() { _ = far.Close() })
					one := listening(near, silence)
					l.add(one)
					t.Cleanup(func() { _ = one.Close() })
					all = append(all, one)
				}
				require.NoError(t, all[2].Close())
				assert.Len(t, l.open, 2)
				ctx, cancel := context.WithTimeout(t.Context(), c.wanted)
				defer cancel()
				began := time.Now()
				require.ErrorIs(t, l.within(ctx, time.Second, c.do), c.err)
				assert.Equal(t, c.took, time.Since(began))
				assert.Equal(t, []bool{c.doubted, c.doubted, false}, []bool{all[0].doubted, all[1].doubted, all[2].doubted})
			})
		})
	}
}
