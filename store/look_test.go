package store

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestThoseWhoAskTogetherShareOneLookThatBeganAfterThem: twenty people cost two readings, and nobody is shown what was
// read before he asked.
func TestThoseWhoAskTogetherShareOneLookThatBeganAfterThem(t *testing.T) {
	var l looks
	var reads, written atomic.Int64
	begun, finish := make(chan struct{}, 100), make(chan struct{})
	read := func(_ context.Context, send func()) (Seen, error) {
		send()
		reads.Add(1)
		inc := incident.Incident{ID: written.Load()}
		begun <- struct{}{}
		<-finish
		return Seen{Incident: inc}, nil
	}
	var wg sync.WaitGroup
	ask := func(want int64) {
		wg.Go(func() {
			inc, err := l.at(t.Context(), "C1", read)
			assert.NoError(t, err)
			assert.Equal(t, want, inc.ID)
		})
	}
	ask(0)
	<-begun
	written.Store(1) // after the first look began, before the others ask
	for range 20 {
		ask(1)
	}
	require.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.under["C1"].next != nil
	}, patience, time.Millisecond)
	time.Sleep(20 * time.Millisecond) // until the last of them has asked
	close(finish)
	wg.Wait()
	assert.EqualValues(t, 2, reads.Load())
	require.Eventually(t, func() bool { l.mu.Lock(); defer l.mu.Unlock(); return len(l.under) == 0 }, patience, time.Millisecond, "nothing is kept")
}

// TestWhoGoesAwayDoesNotEndTheLookOfOthers, and is not held up by it.
func TestWhoGoesAwayDoesNotEndTheLookOfOthers(t *testing.T) {
	var l looks
	begun, finish := make(chan struct{}), make(chan struct{})
	read := func(ctx context.Context, send func()) (Seen, error) {
		send()
		close(begun)
		<-finish
		return Seen{Incident: incident.Incident{ID: 7}}, ctx.Err()
	}
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := l.at(impatient, "C1", read)
		left <- err
	}()
	<-begun
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	l.mu.Lock()
	under := l.under["C1"]
	l.mu.Unlock()
	close(finish)
	<-under.done
	require.NoError(t, under.err)
	assert.EqualValues(t, 7, under.seen.ID)
}

// TestWhoAsksBeforeTheQuestionIsSentSharesIt: while a connection is waited for, say.
func TestWhoAsksBeforeTheQuestionIsSentSharesIt(t *testing.T) {
	var l looks
	var reads atomic.Int64
	connected := make(chan struct{})
	read := func(_ context.Context, send func()) (Seen, error) {
		<-connected
		send()
		return Seen{Incident: incident.Incident{ID: reads.Add(1)}}, nil
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			inc, err := l.at(t.Context(), "C1", read)
			assert.NoError(t, err)
			assert.EqualValues(t, 1, inc.ID)
		})
	}
	time.Sleep(20 * time.Millisecond) // until the last of them has asked
	close(connected)
	wg.Wait()
}
