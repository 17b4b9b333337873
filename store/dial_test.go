package store

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

func TestAConnectionThatLeavesAQuestionUnansweredIsClosed(t *testing.T) {
	t.Parallel()
	const startup, query, ready = "\x00\x00\x00\x08\x00\x03\x00\x00", "Q\x00\x00\x00\x05\x00", "Z\x00\x00\x00\x05I"
	for name, test := range map[string]struct {
		asks  string
		after string // what comes of the answer
	}{
		"nothing of an answer":               {asks: query},
		"a part of the first message":        {asks: query, after: "C\x00\x00"},
		"a message that is not the last one": {asks: query, after: "C\x00\x00\x00\x05\x00"},
		"the first answer of two":            {asks: query + query, after: ready},
		"a notification amid the answer":     {asks: query, after: "A\x00\x00\x00\x04"},
		"the greeting's beginning":           {asks: "", after: "R\x00\x00\x00\x08\x00\x00\x00\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ours, theirs := net.Pipe()
			c := listening(ours, 50*time.Millisecond)
			say := func(from, to net.Conn, text string) {
				t.Helper()
				for i := range len(text) { // in the smallest pieces
					go func() { _, _ = from.Write([]byte{text[i]}) }()
					_, err := to.Read(make([]byte, 1))
					require.NoError(t, err)
				}
			}
			say(c, theirs, startup)
			if test.asks != "" {
				say(theirs, c, ready)
				time.Sleep(100 * time.Millisecond)
				say(theirs, c, "A\x00\x00\x00\x04") // nothing was asked: it may be silent for as long as it likes
				say(c, theirs, test.asks)
			}
			say(theirs, c, test.after)
			if test.after != "" {
				time.Sleep(100 * time.Millisecond) // nobody reads
				say(theirs, c, "N\x00\x00\x00\x04")
			}
			_, err := c.Read(make([]byte, 1))
			require.ErrorIs(t, err, io.ErrClosedPipe)
		})
	}
}

// TestAnAnswerThatStopsInItsMiddleIsWaitedForNoLongerThanNone: what the queue asks has no time limit of its own.
func TestAnAnswerThatStopsInItsMiddleIsWaitedForNoLongerThanNone(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]byte{"after the columns": 'D', "before the end": 'Z', "at the beginning": '1'} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.NewWire(t, newURL(t))
			s := open(t, w.URL, nil)
			c, err := s.pool.Acquire(t.Context())
			require.NoError(t, err)
			defer c.Release()
			var stuck atomic.Bool
			w.Tap(func(m storetest.Message) storetest.Fate {
				if m.FromServer && m.Kind == kind && stuck.CompareAndSwap(false, true) {
					return storetest.Stuck
				}
				return storetest.Delivered
			})
			ended := make(chan error, 1)
			go func() {
				_, err := c.Exec(context.Background(), `select repeat('x', 100000) from generate_series(1, $1)`, 10)
				ended <- err
			}()
			require.Eventually(t, stuck.Load, patience, time.Millisecond)
			s.lines.suspect() // as somebody does whose proof stays out; else it is all of the patience
			select {
			case err := <-ended:
				require.Error(t, err)
			case <-time.After(patience):
				t.Fatal("who asked waits for ever")
			}
			require.NoError(t, s.CheckWrites(t.Context()), "others go on")
		})
	}
}

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
