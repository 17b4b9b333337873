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
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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

// TestACallThatIsNotMadeLeavesItsTurnToOthers: neither one for which another limit has no turn, nor one that turns out
// not to be wanted.
func TestACallThatIsNotMadeLeavesItsTurnToOthers(t *testing.T) {
	t.Parallel()
	client, f := newTestClient(t)
	f.on("chat.postMessage", ok(`"channel":"C1","ts":"1.1"`))
	whole := func(b *bucket) bool { return b.limit.Tokens() > float64(b.burst)-0.1 }
	limits := client.plan.limits(t.Context(), "chat.postMessage", "C1")
	channel, workspace := limits[0], limits[1]

	workspace.shut(10 * time.Second)
	_, err := client.Post(Patience(t.Context(), time.Millisecond), "C1", Message{Text: "x"})
	require.Equal(t, RateLimited, ClassOf(err))
	assert.True(t, whole(channel), "the channel's turn was used up by a message that the workspace had none for")

	workspace.mu.Lock()
	workspace.shutTo = time.Time{}
	workspace.mu.Unlock()
	before := workspace.limit.Tokens()
	_, err = client.Post(OnTurn(t.Context(), func(context.Context) error { return errors.New("nobody waits") }), "C2", Message{Text: "x"})
	require.Error(t, err)
	assert.GreaterOrEqual(t, workspace.limit.Tokens(), before)
	assert.True(t, whole(client.plan.limits(t.Context(), "chat.postMessage", "C2")[0]))
	assert.Empty(t, f.called("chat.postMessage"))
}

// TestSomeMessagesOfTheWorkspaceAreKeptForWhatIsUrgent: twenty pages at once, divided among the replicas.
func TestSomeMessagesOfTheWorkspaceAreKeptForWhatIsUrgent(t *testing.T) {
	for replicas, kept := range map[int]int{1: 20, 3: 6} {
		p := newPlan()
		p.share(replicas)
		b := p.bucket(workspaceKey, workspacePerMinute, workspaceBurst, true)
		hasty := Patience(t.Context(), 0)
		var err error
		for err == nil {
			err = b.take(hasty, laneNews, 0)
		}
		var long *tooLong
		require.ErrorAs(t, err, &long)
		for range kept {
			require.NoError(t, b.take(hasty, laneUrgent, 0), "a page waits behind chores")
		}
	}
	b := newPlan().bucket("x", 60, 1, false)
	require.NoError(t, b.take(Patience(t.Context(), 0), laneChores, 0), "elsewhere nothing is kept")
}

// TestAllThatIsForTheSameStandsInLineOnce: it is told one time, those who are new come after it, and who comes at that
// time is served before them.
func TestAllThatIsForTheSameStandsInLineOnce(t *testing.T) {
	t.Parallel()
	full := newPlan().bucket("x", 20, 20, false)
	for i := range 20 {
		require.NoError(t, full.take(InLine(Patience(t.Context(), 0), fmt.Sprint(i)), laneChores, 0), "nobody was promised anything")
	}
	b := newPlan().bucket("x", 120, 1, false)
	take := func(name string) time.Duration {
		var long *tooLong
		if err := b.take(InLine(Patience(t.Context(), 0), name), laneChores, 0); errors.As(err, &long) {
			return long.wait
		}
		return 0
	}
	holder := InLine(t.Context(), "holder")
	require.NoError(t, b.take(holder, laneChores, 0))
	first := make(chan error)
	go func() { first <- b.take(holder, laneChores, 0) }()
	eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.lanes[laneChores].Len() == 1 })
	a := take("a")
	assert.InDelta(t, a.Seconds(), take("a").Seconds(), 0.05, "not a turn more for the second job of the same surface")
	c := take("c")
	assert.InDelta(t, a.Seconds()+b.every().Seconds(), c.Seconds(), 0.1)
	require.NoError(t, <-first)

	assert.Greater(t, take("new"), c-b.every()/2, "the turns that come next were promised")
	time.Sleep(b.every())
	assert.Zero(t, take("a"), "its time has come")
}

// TestTheFirstInLineWaitsForAChannelsNextMessage, so that no turn passes unused while it is on the way; those behind it
// are sent away at once, also while it posts.
func TestTheFirstInLineWaitsForAChannelsNextMessage(t *testing.T) {
	t.Parallel()
	client, f := newTestClient(t)
	f.on("chat.postMessage", ok(`"channel":"C1","ts":"1.1"`))
	post := func(name string) error {
		_, err := client.Post(InLine(Patience(t.Context(), 50*time.Millisecond), name), "C1", Message{Text: "x"})
		return err
	}
	for range channelBurst {
		require.NoError(t, post("a"))
	}
	first := make(chan error)
	go func() { first <- post("b") }()
	time.Sleep(20 * time.Millisecond)
	begun := time.Now()
	err := post("c")
	require.Equal(t, RateLimited, ClassOf(err))
	assert.Less(t, time.Since(begun), 500*time.Millisecond, "a worker is held up")
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Greater(t, e.RetryAfter, time.Second)
	require.NoError(t, <-first)
}

func TestReplicasShareTheRateOfAChannelInWhichAllPost(t *testing.T) {
	p := newPlan()
	p.share(2)
	ofAll := p.limits(CommonChannel(t.Context()), "chat.postMessage", "CALL")[0]
	own := p.limits(t.Context(), "chat.postMessage", "COWN")[0]
	assert.InDelta(t, float64(own.limit.Limit())/2, float64(ofAll.limit.Limit()), 1e-9)
	assert.Same(t, own, p.limits(CommonChannel(t.Context()), "chat.postMessage", "COWN")[0])
	assert.Equal(t, ofAll.limit.Limit(), own.limit.Limit(), "from then on")
}

func TestWaitingCallsLeaveTheQueueWhenTheirContextEnds(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
	p := newPlan()
	for i := range 3 * manyBuckets {
		p.bucket(fmt.Sprint(i), 60, 1, false)
	}
	assert.LessOrEqual(t, len(p.buckets), manyBuckets)
}

func TestNextMessageWaitsForTheAnswerToTheLast(t *testing.T) {
	t.Parallel()
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
