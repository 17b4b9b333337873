package bot

import (
	"container/list"
	"context"
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// Slack: 1 message a second in each channel, short bursts tolerated.
	channelPerMinute, channelBurst = 60, 2
	ownWorth                       = 2 * time.Second
	// Slack: "several hundred" messages a minute in the workspace.
	workspacePerMinute, workspaceBurst = 300, 20
	// margin is the share of a rate that we use: two calls may reach Slack closer together than they left us.
	margin = 0.97
)

// plan keeps our calls inside Slack's rate limits before Slack has to say so: one bucket a method by its
// tier, one a channel and one for the workspace for messages. Tiers count per app and workspace, so all replicas
// have them together: each plans with an even share, so that the chores of one leave room for the pages of
// another. What Slack counts beyond that is a 429, which closes the bucket for as long as Slack says.
type plan struct {
	mu       sync.Mutex
	replicas int // at least 1
	buckets  map[string]*bucket
	turns    map[string]*turn
}

func newPlan() *plan {
	return &plan{replicas: 1, buckets: make(map[string]*bucket), turns: make(map[string]*turn)}
}

// share says how many replicas plan with the same rates.
func (p *plan) share(replicas int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if replicas = max(1, replicas); replicas == p.replicas {
		return
	}
	p.replicas = replicas
	for _, b := range p.buckets {
		b.share(replicas)
	}
}

// posts says which methods count as a message in a channel.
func posts(name string) bool { return name == "chat.postMessage" }

// enter waits until the call may be made. leave must be called when it is over: messages to one channel go
// out one at a time in the order of asking, urgent ones in an order of their own.
func (p *plan) enter(ctx context.Context, name, channel string) (leave func(), err error) {
	leave = func() {}
	lane := laneOf(ctx)
	if posts(name) {
		if leave, err = p.turn(ctx, channel, lane); err != nil {
			return nil, err
		}
	}
	for i, b := range p.limits(name, channel) {
		var least time.Duration
		if posts(name) && i == 0 {
			least = worth(ctx)
		}
		if err := b.take(ctx, lane, least); err != nil {
			leave()
			return nil, err
		}
	}
	return leave, nil
}

// limits gives the buckets that a call draws from.
func (p *plan) limits(name, channel string) []*bucket {
	if posts(name) {
		return []*bucket{
			p.bucket("channel "+channel, channelPerMinute, channelBurst, false),
			p.bucket("workspace", workspacePerMinute, workspaceBurst, true),
		}
	}
	n := methods[name].perMinute
	if n == 0 {
		return nil
	}
	return []*bucket{p.bucket(name, n, n, true)}
}

// close keeps everybody from making this call for as long as Slack said.
func (p *plan) close(name, channel string, d time.Duration) {
	if limits := p.limits(name, channel); len(limits) > 0 {
		limits[0].shut(d)
	}
}

// bucket gives the one with this key. A shared one is divided among the replicas; a channel is not, because one
// replica at a time works in a channel.
func (p *plan) bucket(key string, perMinute, burst int, shared bool) *bucket {
	p.mu.Lock()
	defer p.mu.Unlock()
	b, ok := p.buckets[key]
	if !ok {
		if len(p.buckets) >= manyBuckets {
			maps.DeleteFunc(p.buckets, func(_ string, b *bucket) bool { return b.unused() })
		}
		b = &bucket{
			whole: rate.Limit(margin * float64(perMinute) / 60), burst: burst, shared: shared,
			lanes: [2]*list.List{list.New(), list.New()},
		}
		b.limit = rate.NewLimiter(b.whole, burst)
		b.share(p.replicas)
		p.buckets[key] = b
	}
	return b
}

// manyBuckets is when full ones are thrown away: there is one for every channel ever posted in.
const manyBuckets = 1000

// bucket is a token bucket with two queues: urgent calls are served first, each queue in order.
type bucket struct {
	mu    sync.Mutex
	limit *rate.Limiter
	// whole and burst are what Slack allows to all replicas together; when shared, limit is our part of it.
	whole  rate.Limit
	burst  int
	shared bool
	shutTo time.Time // closed by Slack until then
	lanes  [2]*list.List
	timer  *time.Timer
	// promised is when the last of each lane who were turned away was told to come back.
	promised [2]time.Time
}

// share divides what all replicas have together, where it is shared.
func (b *bucket) share(replicas int) {
	if !b.shared {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit.SetLimit(b.whole / rate.Limit(replicas))
	b.limit.SetBurst(max(1, b.burst/replicas))
	b.serve() // who waits may wait for less by now
}

// unused says that a new bucket would be the same.
func (b *bucket) unused() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	return b.lanes[0].Len()+b.lanes[1].Len() == 0 && now.After(b.shutTo) && b.limit.TokensAt(now) >= float64(b.limit.Burst())
}

// take waits for a token. When our turn comes after ctx has ended, or its Patience, it fails at once with *tooLong.
// Whatever the Patience, least is waited.
func (b *bucket) take(ctx context.Context, lane int, least time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	now := time.Now()
	if b.limit.TokensAt(now) >= 2 {
		b.promised[lane] = now // those who were told to come back have not, or need it no more
	}
	if most, ok := patience(ctx, now, least); ok {
		if wait := b.estimate(lane, now); most < wait {
			defer b.mu.Unlock()
			return &tooLong{b.promise(lane, now, wait)}
		}
	}
	turn := make(chan struct{})
	place := b.lanes[lane].PushBack(turn)
	b.serve()
	b.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-turn:
		return nil // it came at the same moment: use it
	default:
	}
	b.lanes[lane].Remove(place)
	return ctx.Err()
}

// promise says when to come back to one who would have to wait now: after all who were told so before, because
// those who all come at once are all turned away again. Locked.
func (b *bucket) promise(lane int, now time.Time, wait time.Duration) time.Duration {
	every := time.Duration(float64(time.Second) / float64(b.limit.Limit()))
	at := now.Add(wait)
	if next := b.promised[lane].Add(every); next.After(at) {
		at = next
	}
	if latest := now.Add(max(wait, longestPromise)); at.After(latest) {
		at = latest
	}
	b.promised[lane] = at
	return at.Sub(now)
}

// longestPromise bounds the harm when those before have gone away meanwhile.
const longestPromise = 30 * time.Second

// estimate says how long a newcomer to this lane would wait. Locked.
func (b *bucket) estimate(lane int, now time.Time) time.Duration {
	ahead := b.lanes[0].Len()
	if lane == 1 {
		ahead += b.lanes[1].Len()
	}
	wait := max(0, b.shutTo.Sub(now))
	short := float64(ahead) + 1 - b.limit.TokensAt(now)
	if short > 0 {
		wait = max(wait, time.Duration(short/float64(b.limit.Limit())*float64(time.Second)))
	}
	return wait
}

// serve hands out what tokens there are and sets an alarm for the next. Locked.
func (b *bucket) serve() {
	now := time.Now()
	for {
		lane := b.lanes[0]
		if lane.Len() == 0 {
			lane = b.lanes[1]
		}
		if lane.Len() == 0 {
			return
		}
		if now.Before(b.shutTo) || !b.limit.AllowN(now, 1) {
			break
		}
		close(lane.Remove(lane.Front()).(chan struct{}))
	}
	next := max(b.shutTo.Sub(now), time.Duration((1-b.limit.TokensAt(now))/float64(b.limit.Limit())*float64(time.Second)))
	if b.timer != nil {
		b.timer.Stop()
	}
	b.timer = time.AfterFunc(max(next, time.Millisecond), func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.serve()
	})
}

// shut closes the bucket for d and empties it: Slack counted more than we did.
func (b *bucket) shut(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until := time.Now().Add(d); until.After(b.shutTo) {
		b.shutTo = until
	}
	now := time.Now()
	b.limit.AllowN(now, max(0, int(b.limit.TokensAt(now))))
}

// tooLong says that a call's turn comes only after its context has ended.
type tooLong struct{ wait time.Duration }

func (e *tooLong) Error() string {
	return "our turn comes in " + e.wait.Round(time.Millisecond).String()
}

// turn is the right to post in one channel: held by one call of each lane at a time.
type turn struct {
	lanes [2]chan struct{}
	users int
}

func (p *plan) turn(ctx context.Context, channel string, lane int) (leave func(), err error) {
	p.mu.Lock()
	t, ok := p.turns[channel]
	if !ok {
		t = &turn{lanes: [2]chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}}
		p.turns[channel] = t
	}
	t.users++
	p.mu.Unlock()
	done := func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if t.users--; t.users == 0 {
			delete(p.turns, channel)
		}
	}
	select {
	case t.lanes[lane] <- struct{}{}: // the runtime serves waiting senders in order
		return func() { <-t.lanes[lane]; done() }, nil
	case <-ctx.Done():
		done()
		return nil, ctx.Err()
	}
}
