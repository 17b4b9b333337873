package store

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestWhoAsksAtTheSameTimeSharesTheNextAnswer, and not one that was begun before.
func TestWhoAsksAtTheSameTimeSharesTheNextAnswer(t *testing.T) {
	t.Parallel()
	var calls [][]int
	begun, goOn := make(chan struct{}, 10), make(chan struct{})
	shared := &together[int, string]{do: func(_ context.Context, asked []int) (list []string, err error) {
		calls = append(calls, slices.Clone(asked))
		begun <- struct{}{}
		<-goOn
		for _, n := range asked {
			list = append(list, strconv.Itoa(n))
		}
		return list, nil
	}}
	var all sync.WaitGroup
	ask := func(n int) {
		all.Go(func() {
			is, err := shared.ask(t.Context(), n)
			assert.NoError(t, err)
			assert.Equal(t, strconv.Itoa(n), is)
		})
	}
	ask(0)
	<-begun
	for n := range 20 {
		ask(n + 1)
	}
	require.Eventually(t, func() bool {
		shared.mu.Lock()
		defer shared.mu.Unlock()
		return len(shared.waiting) == 20
	}, patience, time.Millisecond)
	ended, end := context.WithCancel(t.Context())
	end()
	_, err := shared.ask(ended, 21)
	require.ErrorIs(t, err, context.Canceled, "nobody waits longer than they want to")
	close(goOn)
	all.Wait()
	require.Len(t, calls, 2)
	assert.Len(t, calls[1], 21)
}

// TestOneThatFailsSpoilsNothingForTheOthers, but where the database is away nobody is asked again.
func TestOneThatFailsSpoilsNothingForTheOthers(t *testing.T) {
	t.Parallel()
	bad, away := errors.New("this one cannot be read"), errors.New("no database")
	calls := 0
	fails := func(err error) (results []error) {
		shared := &together[int, int]{}
		started, goOn := make(chan struct{}), make(chan struct{})
		shared.do = func(_ context.Context, asked []int) ([]int, error) {
			if calls++; calls == 1 {
				close(started)
				<-goOn
			}
			if slices.Contains(asked, 3) {
				return nil, err
			}
			return asked, nil
		}
		results = make([]error, 6)
		var all sync.WaitGroup
		for n := range results {
			all.Go(func() {
				var is int
				if is, results[n] = shared.ask(t.Context(), n); results[n] == nil {
					assert.Equal(t, n, is)
				}
			})
			if n == 0 {
				<-started
			}
		}
		require.Eventually(t, func() bool {
			shared.mu.Lock()
			defer shared.mu.Unlock()
			return len(shared.waiting) == 5
		}, patience, time.Millisecond)
		close(goOn)
		all.Wait()
		return results
	}
	assert.Equal(t, []error{nil, nil, nil, unfit{bad}, nil, nil}, fails(unfit{bad}))
	calls = 0
	assert.Equal(t, []error{nil, away, away, away, away, away}, fails(away))
	assert.Equal(t, 2, calls)
}

// TestCallsThatAreMarkedTogether: who was overtaken hears it, and the others are marked.
func TestCallsThatAreMarkedTogether(t *testing.T) {
	t.Parallel()
	const n = 12
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	call := func(i int) Call { return Call{Incident: inc.ID, Page: i, Person: "U1"} }
	require.NoError(t, s.Calling(t.Context(), "D5", []Call{call(5)}))
	for range 3 { // how they come together is chance
		var all sync.WaitGroup
		errs := make([]error, n)
		for i := range n {
			all.Go(func() { errs[i] = s.Calling(t.Context(), "D"+strconv.Itoa(i), []Call{call(i)}) })
		}
		all.Wait()
		for i, err := range errs {
			if i == 5 {
				require.ErrorIs(t, err, ErrOvertaken)
				continue
			}
			require.NoError(t, err)
			l, err := s.Line(t.Context(), "D"+strconv.Itoa(i), call(i))
			require.NoError(t, err)
			require.False(t, l.Calls[0].TriedAt.IsZero())
			l.Calls[0].TriedAt = time.Time{}
			require.NoError(t, s.SaveCalls(t.Context(), l.Calls))
		}
	}
}

// TestAPageIsReadWithItsCalls, and not with those of others that are read at the same time.
func TestAPageIsReadWithItsCalls(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	var incs []incident.Incident
	for i := range 6 {
		inc := declare(t, s)
		require.NoError(t, s.SaveCalls(t.Context(), []Call{
			{Incident: inc.ID, Page: 1, Person: "U" + strconv.Itoa(i), Shown: Shown{Channel: "D1", TS: "1." + strconv.Itoa(i)}},
			{Incident: inc.ID, Page: 2, Person: "U1", Shown: Shown{Channel: "D1", TS: "2.1"}},
		}))
		incs = append(incs, inc)
	}
	var all sync.WaitGroup
	for i, inc := range incs {
		all.Go(func() {
			got, calls, err := s.Page(t.Context(), inc.Ref(), 1)
			assert.NoError(t, err)
			assert.Equal(t, inc.ID, got.ID)
			if assert.Len(t, calls, 1) {
				assert.Equal(t, "1."+strconv.Itoa(i), calls[0].TS)
			}
		})
	}
	all.Wait()
	_, _, err := s.Page(t.Context(), incident.Ref{Incident: 999}, 0)
	require.ErrorIs(t, err, ErrNotFound)
	_, _, err = s.Page(t.Context(), incident.Ref{Incident: incs[0].ID, UID: "another"}, 0)
	require.ErrorIs(t, err, ErrAnother)
}

// TestAPageTakesFewRoundTrips from its first look to the moment at which it may be sent: the page, the lock, the line;
// begin, mark, commit.
func TestAPageTakesFewRoundTrips(t *testing.T) {
	s, w, _ := wireOf(t)
	inc := declare(t, s)
	page := 0
	send := func() error {
		page++
		mine := Call{Incident: inc.ID, Page: page, Person: "U1"}
		if _, _, err := s.Page(t.Context(), inc.Ref(), page); err != nil {
			return err
		}
		_, err := s.Alone(t.Context(), "ring/D1", func(ctx context.Context) error {
			if _, err := s.Line(ctx, "D1", mine); err != nil {
				return err
			}
			return s.Calling(ctx, "D1", []Call{mine})
		})
		return err
	}
	require.NoError(t, send()) // which opens the session of the locks
	s.quiet()                  // the bell asks too, and nobody waits for it
	least := int64(math.MaxInt64)
	for range mostConns { // nothing is prepared yet on some connections
		least = min(least, roundTrips(t, w, &atomic.Bool{}, send))
	}
	assert.LessOrEqual(t, least, int64(6))
}
