package bot

import (
	"container/list"
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// Slack: 1 message a second in each channel, short bursts tolerated.
	channelPerMinute, channelBurst = 60, 2
	ownWorth                       = 2 * time.Second
	// Slack: "several hundred" messages a minute in the workspace. Together they are some three hundred in any minute.
	workspacePerMinute, workspaceBurst = 280, 40
	// reserved is the part of a burst of the workspace that only urgent calls may use: half of it, so that twenty people
	// are called in the same moment whatever else is said in it.
	reserved = 2
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
		b.share(replicas, false)
	}
}

// posts says which methods count as a message in a channel.
func posts(name string) bool { return name == "chat.postMessage" }

// entry is the right to make one call now.
type entry struct {
	// leave must be called when the call is over.
	leave func()
	// drawn are the buckets from which a token was taken for it.
	drawn []*bucket
}

// giveBack returns the tokens of a call that was not made: a channel would have no turn in the second in which the
// workspace has none.
func (e *entry) giveBack() {
	for _, b := range e.drawn {
		b.giveBack()
	}
}

// enter waits until the call may be made. Messages to one channel go out one at a time in the order of asking, urgent
// ones in an order of their own.
func (p *plan) enter(ctx context.Context, name, channel string) (entry, error) {
	e := entry{leave: func() {}}
	lane := laneOf(ctx)
	limits := p.limits(ctx, name, channel)
	if posts(name) {
		var err error
		if e.leave, err = p.turn(ctx, channel, lane); errors.Is(err, errBusy) {
			err = turnAway(ctx, name, limits, true)
		}
		if err != nil {
			return entry{}, err
		}
	}
	if err := turnAway(ctx, name, limits, false); err != nil {
		e.leave()
		return entry{}, err
	}
	for i, b := range limits {
		if err := b.take(ctx, lane, least(ctx, name, i)); err != nil {
			e.giveBack()
			e.leave()
			return entry{}, err
		}
		e.drawn = append(e.drawn, b)
	}
	return e, nil
}

// turnAway fails with *tooLong when a call has to wait for longer than it wants to in one of its limits: it is to come
// back when its turn has come in all of them. busy says that others post in the channel.
func turnAway(ctx context.Context, name string, limits []*bucket, busy bool) error {
	lane, away := laneOf(ctx), busy
	var wait time.Duration
	for i, b := range limits {
		b.mu.Lock()
		d, no := b.away(ctx, lane, least(ctx, name, i), busy && i == 0)
		b.mu.Unlock()
		away, wait = away || no, max(wait, d)
	}
	if !away {
		return nil
	}
	if line := lineOf(ctx); line != "" {
		for _, b := range limits {
			b.mu.Lock()
			b.told[line] = time.Now().Add(wait)
			b.mu.Unlock()
		}
	}
	return &tooLong{wait}
}

// least is how long a call waits in the i-th of its limits whatever its Patience.
func least(ctx context.Context, name string, i int) time.Duration {
	if posts(name) && i == 0 {
		return worth(ctx)
	}
	return 0
}

// limits gives the buckets that a call draws from. A channel is divided among the replicas only where all of them post:
// in that of an incident one at a time works.
func (p *plan) limits(ctx context.Context, name, channel string) []*bucket {
	if posts(name) {
		return []*bucket{
			p.bucket("channel "+channel, channelPerMinute, channelBurst, common(ctx)),
			p.bucket(workspaceKey, workspacePerMinute, workspaceBurst, true),
		}
	}
	n := methods[name].perMinute
	if n == 0 {
		return nil
	}
	return []*bucket{p.bucket(name, n, n, true)}
}

const workspaceKey = "workspace"

// close keeps everybody from making this call for as long as Slack said.
func (p *plan) close(ctx context.Context, name, channel string, d time.Duration) {
	if limits := p.limits(ctx, name, channel); len(limits) > 0 {
		limits[0].shut(d)
	}
}

// bucket gives the one with this key. A shared one is divided among the replicas.
func (p *plan) bucket(key string, perMinute, burst int, shared bool) *bucket {
	p.mu.Lock()
	defer p.mu.Unlock()
	b, ok := p.buckets[key]
	if !ok {
		if len(p.buckets) >= manyBuckets {
			maps.DeleteFunc(p.buckets, func(_ string, b *bucket) bool { return b.unused() })
		}
		b = &bucket{whole: rate.Limit(margin * float64(perMinute) / 60), burst: burst, told: map[string]time.Time{}}
		for i := range b.lanes {
			b.lanes[i] = list.New()
		}
		b.limit = rate.NewLimiter(b.whole, burst)
		b.reserves = key == workspaceKey
		p.buckets[key] = b
	}
	if shared || !ok {
		b.share(p.replicas, shared)
	}
	return b
}

// manyBuckets is when full ones are thrown away: there is one for every channel ever posted in.
const manyBuckets = 1000

// turn is the right to post in one channel: held by one call of each lane at a time.
type turn struct {
	lanes [lanes]chan struct{}
	users int
}

func (p *plan) turn(ctx context.Context, channel string, lane int) (leave func(), err error) {
	p.mu.Lock()
	t, ok := p.turns[channel]
	if !ok {
		t = &turn{}
		for i := range t.lanes {
			t.lanes[i] = make(chan struct{}, 1)
		}
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
	busy, stop := patienceEnds(ctx)
	defer stop()
	select {
	case t.lanes[lane] <- struct{}{}: // the runtime serves waiting senders in order
		return func() { <-t.lanes[lane]; done() }, nil
	case <-busy:
		done()
		return nil, errBusy
	case <-ctx.Done():
		done()
		return nil, ctx.Err()
	}
}

// errBusy: others are posting in the channel, or wait for its next turn, for longer than the Patience of a call.
var errBusy = errors.New("others post there")

// patienceEnds fires when a call has waited as long as it wants to for others to post; never without a Patience.
func patienceEnds(ctx context.Context) (<-chan time.Time, func()) {
	most, ok := ctx.Value(patienceKey{}).(time.Duration)
	if !ok {
		return nil, func() {}
	}
	t := time.NewTimer(max(most, worth(ctx)))
	return t.C, func() { t.Stop() }
}
