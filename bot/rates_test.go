package bot

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestShort429IsWaitedOut(t *testing.T) {
	client, f := newTestClient(t)
	reg := prometheus.NewRegistry()
	client.cfg.Metrics = NewMetrics(reg)
	var n atomic.Int32
	f.on("chat.postMessage", func(url.Values) (int, string) {
		if n.Add(1) == 1 {
			return -429, "1"
		}
		return 200, `{"ok":true,"channel":"C1","ts":"1.1"}`
	})
	_, err := client.Post(t.Context(), "C1", Message{Text: "x"})
	require.NoError(t, err)
	calls := f.called("chat.postMessage")
	require.Len(t, calls, 2)
	assert.GreaterOrEqual(t, calls[1].At.Sub(calls[0].At), time.Second)
	assert.Equal(t, 1.0, testutil.ToFloat64(client.cfg.Metrics.waits.WithLabelValues("chat.postMessage", "told")))
	n.Store(0)
	f.on("chat.postMessage", func(url.Values) (int, string) { n.Add(1); return -429, "30" })
	_, err = client.Post(t.Context(), "C2", Message{Text: "x"})
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 30*time.Second, e.RetryAfter)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = client.Post(ctx, "C2", Message{Text: "x"})
	require.ErrorAs(t, err, &e)
	assert.Equal(t, RateLimited, e.Class)
	assert.Greater(t, e.RetryAfter, 25*time.Second, "the plan knows now")
	assert.EqualValues(t, 1, n.Load(), "and does not ask again")
}

func TestPlanKeepsOrderWithinAChannel(t *testing.T) {
	client, f := newTestClient(t)
	var mu sync.Mutex
	var got []string
	f.on("chat.postMessage", func(v url.Values) (int, string) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, v.Get("text"))
		return 200, `{"ok":true,"channel":"C1","ts":"1.1"}`
	})
	var wg sync.WaitGroup
	post := func(ctx context.Context, text string) {
		wg.Go(func() {
			_, err := client.Post(ctx, "C1", Message{Text: text})
			assert.NoError(t, err)
		})
		time.Sleep(20 * time.Millisecond)
	}
	for _, text := range []string{"1", "2", "3", "4"} {
		post(t.Context(), text)
	}
	post(Urgent(t.Context()), "page")
	wg.Wait()
	assert.Equal(t, []string{"1", "2", "page", "3", "4"}, got, "two at once, then the page overtakes what waits")
	calls := f.called("chat.postMessage")
	assert.GreaterOrEqual(t, calls[4].At.Sub(calls[0].At), 2900*time.Millisecond)
}

func TestPlanGivesUpEarlyWhenTheTurnComesTooLate(t *testing.T) {
	client, f := newTestClient(t)
	f.on("conversations.create", ok(`"channel":{"id":"C1","name":"x"}`))
	for range 20 {
		_, err := client.CreateChannel(t.Context(), "x", false)
		require.NoError(t, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	began := time.Now()
	_, err := client.CreateChannel(ctx, "x", false)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, RateLimited, e.Class)
	assert.Greater(t, e.RetryAfter, 2*time.Second)
	assert.Less(t, time.Since(began), 500*time.Millisecond)
	assert.Len(t, f.called("conversations.create"), 20, "20 a minute")
	_, err = client.User(t.Context(), "U1")
	assert.Equal(t, "unknown_method", CodeOf(err), "other methods have buckets of their own")
}

func TestWaitingCallsLeaveTheQueueWhenTheirContextEnds(t *testing.T) {
	p := newPlan()
	b := p.bucket("x", 60, 1)
	require.NoError(t, b.take(t.Context(), 1))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.take(ctx, 1) }()
	eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.lanes[1].Len() == 1 })
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	assert.Zero(t, b.lanes[1].Len())
	require.NoError(t, b.take(t.Context(), 0), "the token is still there for the next")
}

func TestFullBucketsAreThrownAway(t *testing.T) {
	p := newPlan()
	for i := range 3 * manyBuckets {
		p.bucket(fmt.Sprint(i), 60, 1)
	}
	assert.LessOrEqual(t, len(p.buckets), manyBuckets)
}

func TestNextMessageWaitsForTheAnswerToTheLast(t *testing.T) {
	client, f := newTestClient(t)
	var flying, most atomic.Int32
	f.on("chat.postMessage", func(url.Values) (int, string) {
		n := flying.Add(1)
		defer flying.Add(-1)
		most.Store(max(most.Load(), n))
		time.Sleep(50 * time.Millisecond)
		return 200, `{"ok":true,"channel":"C1","ts":"1.1"}`
	})
	var wg sync.WaitGroup
	for range channelBurst {
		wg.Go(func() {
			_, err := client.Post(t.Context(), "C1", Message{Text: "x"})
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, most.Load(), "two at once could arrive in the wrong order")
}
