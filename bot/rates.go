package bot

import (
	"container/list"
	"context"
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

type urgentKey struct{}

// Urgent marks calls that must not wait behind chores: pages, acknowledgements, answers to people. They
// overtake everything that waits for the same rate limit and is not urgent itself.
func Urgent(ctx context.Context) context.Context { return context.WithValue(ctx, urgentKey{}, true) }

type patienceKey struct{}

// Patience bounds how long calls wait for their turn in the rate plan. One whose turn comes later fails at once
// as RateLimited, with the time to come back: for callers who have something better to do than to wait. For the next
// message of a channel they wait two seconds all the same: nobody else can have that turn.
func Patience(ctx context.Context, most time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, most)
}

// patiently takes the bound of Patience away; the deadline of ctx stays.
func patiently(ctx context.Context) context.Context {
	return context.WithValue(ctx, patienceKey{}, nil)
}

// patience is the longest that a call may wait; ok is false when nothing bounds it.
func patience(ctx context.Context, now time.Time, least time.Duration) (most time.Duration, ok bool) {
	most, ok = ctx.Value(patienceKey{}).(time.Duration)
	most = max(most, least)
	if end, bounded := ctx.Deadline(); bounded && (!ok || end.Sub(now) < most) {
		most, ok = end.Sub(now), true
	}
	return most, ok
}

type turnKey struct{}

// OnTurn has f called each time that a call's turn has come, just before it is sent, after those of the contexts
// around it. Its error keeps the call from being made. It is for making sure that the call may still be made, and
// for writing down that something is about to happen whose outcome may stay unknown.
func OnTurn(ctx context.Context, f func(context.Context) error) context.Context {
	before := onTurn(ctx)
	return context.WithValue(ctx, turnKey{}, func(ctx context.Context) error {
		if err := before(ctx); err != nil {
			return err
		}
		return f(ctx)
	})
}

func onTurn(ctx context.Context) func(context.Context) error {
	if f, ok := ctx.Value(turnKey{}).(func(context.Context) error); ok {
		return f
	}
	return func(context.Context) error { return nil }
}

func laneOf(ctx context.Context) int {
	if urgent, _ := ctx.Value(urgentKey{}).(bool); urgent {
		return 0
	}
	return 1
}

const (
	// Slack: 1 message a second in each channel, short bursts tolerated.
	channelPerMinute, channelBurst = 60, 2
	channelWorth                   = 2 * time.Second
	// Slack: "several hundred" messages a minute in the workspace.
	workspacePerMinute, workspaceBurst = 300, 20
	// margin is the share of a rate that we use: two calls may reach Slack closer together than they left us.
	margin = 0.97
)

// plan keeps our calls inside Slack's rate limits before Slack has to say so: one bucket a method by its
// tier, one a channel and one for the workspace for messages. Tiers count per app and workspace, so replicas
// share them without knowing of each other: a 429 then closes the bucket for as long as Slack says.
type plan struct {
	mu      sync.Mutex
	buckets map[string]*bucket
	turns   map[string]*turn
}

func newPlan() *plan {
	return &plan{buckets: make(map[string]*bucket), turns: make(map[string]*turn)}
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
		var worth time.Duration
		if posts(name) && i == 0 {
			worth = channelWorth
		}
		if err := b.take(ctx, lane, worth); err != nil {
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
			p.bucket("channel "+channel, channelPerMinute, channelBurst),
			p.bucket("workspace", workspacePerMinute, workspaceBurst),
		}
	}
	n := methods[name].perMinute
	if n == 0 {
		return nil
	}
	return []*bucket{p.bucket(name, n, n)}
}

// close keeps everybody from making this call for as long as Slack said.
func (p *plan) close(name, channel string, d time.Duration) {
	if limits := p.limits(name, channel); len(limits) > 0 {
		limits[0].shut(d)
	}
}

func (p *plan) bucket(key string, perMinute, burst int) *bucket {
	p.mu.Lock()
	defer p.mu.Unlock()
	b, ok := p.buckets[key]
	if !ok {
		if len(p.buckets) >= manyBuckets {
			maps.DeleteFunc(p.buckets, func(_ string, b *bucket) bool { return b.unused() })
		}
		b = &bucket{limit: rate.NewLimiter(rate.Limit(margin*float64(perMinute)/60), burst), lanes: [2]*list.List{list.New(), list.New()}}
		p.buckets[key] = b
	}
	return b
}

// manyBuckets is when full ones are thrown away: there is one for every channel ever posted in.
const manyBuckets = 1000

// bucket is a token bucket with two queues: urgent calls are served first, each queue in order.
type bucket struct {
	mu     sync.Mutex
	limit  *rate.Limiter
	shutTo time.Time // closed by Slack until then
	lanes  [2]*list.List
	timer  *time.Timer
	// promised is when the last of each lane who were turned away was told to come back.
	promised [2]time.Time
}

// unused says that a new bucket would be the same.
func (b *bucket) unused() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	return b.lanes[0].Len()+b.lanes[1].Len() == 0 && now.After(b.shutTo) && b.limit.TokensAt(now) >= float64(b.limit.Burst())
}

// take waits for a token. When our turn comes after ctx has ended, or its Patience, it fails at once with *tooLong.
// A wait of worth is worth it to everybody.
func (b *bucket) take(ctx context.Context, lane int, worth time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	now := time.Now()
	if b.limit.TokensAt(now) >= 2 {
		b.promised[lane] = now // those who were told to come back have not, or need it no more
	}
	if most, ok := patience(ctx, now, worth); ok {
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
