package bot

import (
	"context"
	"errors"
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

func TestThoseWhoHaveNoPatienceAreToldToComeOneAfterTheOther(t *testing.T) {
	b := newPlan().bucket("x", 20, 1, false)
	require.NoError(t, b.take(t.Context(), 1, 0))
	ctx := Patience(t.Context(), 100*time.Millisecond)
	var last time.Duration
	for range 5 {
		var long *tooLong
		require.ErrorAs(t, b.take(ctx, 1, 0), &long)
		assert.Greater(t, long.wait, last+2*time.Second, "three seconds apart")
		last = long.wait
	}
	for range 20 {
		var long *tooLong
		require.ErrorAs(t, b.take(ctx, 1, 0), &long)
		assert.LessOrEqual(t, long.wait, longestPromise)
	}
	var long *tooLong
	require.ErrorAs(t, b.take(ctx, 0, 0), &long)
	assert.Less(t, long.wait, 4*time.Second, "what is urgent does not wait behind promises to others")

	b.limit.SetBurst(20)
	b.limit.SetLimit(1e6) // as if they had all stayed away
	time.Sleep(time.Millisecond)
	require.NoError(t, b.take(ctx, 1, 0))
	b.limit.SetLimit(0.3)
	b.shut(0)
	require.ErrorAs(t, b.take(ctx, 1, 0), &long)
	assert.Less(t, long.wait, 8*time.Second, "promises that nobody kept are forgotten")
}

func TestWhatIsToBeWrittenDownBeforeACallIsWrittenWhenItsTurnHasCome(t *testing.T) {
	client, f := newTestClient(t)
	f.on("chat.postMessage", ok(`"channel":"C1","ts":"1.1"`))
	noted := 0
	ctx := OnTurn(t.Context(), func(context.Context) error { noted++; return nil })
	for range channelBurst {
		_, err := client.Post(ctx, "C1", Message{Text: "x"})
		require.NoError(t, err)
	}
	hasty := Patience(ctx, time.Millisecond)
	_, err := client.Post(hasty, "C1", Message{Text: "x"})
	require.Equal(t, RateLimited, ClassOf(err))
	assert.Equal(t, channelBurst, noted, "what was turned away was never under way")
	_, err = client.Post(OwnChannel(hasty), "C1", Message{Text: "x"})
	require.NoError(t, err, "nobody else can have that turn")

	unwritten := errors.New("no database")
	refusing := OnTurn(t.Context(), func(context.Context) error { return unwritten })
	_, err = client.Post(OnTurn(refusing, func(context.Context) error { noted++; return nil }), "C2", Message{Text: "x"})
	require.ErrorIs(t, err, unwritten)
	assert.Equal(t, channelBurst+1, noted, "the outer one comes first")
	assert.Equal(t, Retry, ClassOf(err))
	assert.Len(t, f.called("chat.postMessage"), channelBurst+1, "nothing is sent that could not be written down")
}

func TestWaitingCallsLeaveTheQueueWhenTheirContextEnds(t *testing.T) {
	p := newPlan()
	b := p.bucket("x", 60, 1, false)
	require.NoError(t, b.take(t.Context(), 1, 0))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.take(ctx, 1, 0) }()
	eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.lanes[1].Len() == 1 })
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	assert.Zero(t, b.lanes[1].Len())
	require.NoError(t, b.take(t.Context(), 0, 0), "the token is still there for the next")
}

func TestFullBucketsAreThrownAway(t *testing.T) {
	p := newPlan()
	for i := range 3 * manyBuckets {
		p.bucket(fmt.Sprint(i), 60, 1, false)
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
