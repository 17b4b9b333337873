package bot

import (
	"container/list"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// bucket is a token bucket with a queue for each lane: lower ones are served first, each in order.
type bucket struct {
	mu    sync.Mutex
	limit *rate.Limiter
	// whole and burst are what Slack allows to all replicas together; when shared, limit is the part of so many of them.
	whole    rate.Limit
	burst    int
	shared   bool
	replicas int
	// reserves keeps a part of the burst for what is urgent.
	reserves bool
	shutTo   time.Time // closed by Slack until then
	lanes    [lanes]*list.List
	timer    *time.Timer
	// promised is when the last of each lane who were turned away was told to come back, again the same of those who had
	// come when they were told, and told what each of those was told who stand in line by a name.
	promised, again [lanes]time.Time
	told            map[string]time.Time
}

// share divides what all replicas have together, from the first time on that it is shared.
func (b *bucket) share(replicas int, shared bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shared = b.shared || shared
	if !b.shared || b.replicas == replicas {
		return
	}
	b.replicas = replicas
	b.limit.SetLimit(b.whole / rate.Limit(replicas))
	b.limit.SetBurst(max(1, b.burst/replicas))
	b.serve() // who waits may wait for less by now
}

// need is how many tokens there have to be for one to be given to a lane. Locked.
func (b *bucket) need(lane int) float64 {
	if b.reserves && lane != laneUrgent {
		return 1 + float64(b.limit.Burst()/reserved)
	}
	return 1
}

// waiting is how many stand before a newcomer to this lane. Locked.
func (b *bucket) waiting(lane int) (n int) {
	for _, l := range b.lanes[:lane+1] {
		n += l.Len()
	}
	return n
}

// unused says that a new bucket would be the same.
func (b *bucket) unused() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	return b.waiting(lanes-1) == 0 && now.After(b.shutTo) && b.limit.TokensAt(now) >= float64(b.limit.Burst())
}

// take waits for a token. When our turn comes after ctx has ended, or its Patience, it fails at once with *tooLong.
// Whatever the Patience, least is waited.
func (b *bucket) take(ctx context.Context, lane int, least time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	if wait, no := b.away(ctx, lane, least, false); no {
		b.mu.Unlock()
		return &tooLong{wait}
	}
	delete(b.told, lineOf(ctx))
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

// giveBack returns a token with which no call was made.
func (b *bucket) giveBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit.AllowN(time.Now(), -1)
	b.serve()
}

// away reports whether a call has to wait for longer than it wants to, or for who is posting, and when it is to come
// back. Locked.
func (b *bucket) away(ctx context.Context, lane int, least time.Duration, busy bool) (time.Duration, bool) {
	now, line := time.Now(), lineOf(ctx)
	if b.limit.TokensAt(now) >= 1+b.need(lane) {
		b.promised[lane] = now // those who were told to come back have not, or need it no more
	}
	if line != "" && b.waiting(lane) == 0 {
		least = max(least, firstWaits)
	}
	wait := max(b.estimate(lane, now), b.before(line, lane, now))
	if most, ok := patience(ctx, now, least); busy || ok && most < wait {
		return b.promise(line, lane, now, wait), true
	}
	return 0, false
}

// before is how long those go before who were told to come back, and were there earlier: none for who comes at the
// time that was told, and for who stands in no line. Locked.
func (b *bucket) before(line string, lane int, now time.Time) time.Duration {
	if line == "" || b.comes(line, now) || !b.promised[lane].After(now) {
		return 0
	}
	return b.promised[lane].Add(b.every()).Sub(now)
}

// comes reports whether this is the time that was told. Locked.
func (b *bucket) comes(line string, now time.Time) bool {
	at, told := b.told[line]
	return told && at.Before(now.Add(early))
}

// early is how much earlier than told a job may come: two clocks are read on the way.
const early = 20 * time.Millisecond

func (b *bucket) every() time.Duration {
	return time.Duration(float64(time.Second) / float64(b.limit.Limit()))
}

// promise says when to come back to one who would have to wait now: after all who were told so before, because
// those who all come at once are all turned away again. Who came at the time that was told, and was overtaken by what
// is urgent, comes before those who are new. Locked.
func (b *bucket) promise(line string, lane int, now time.Time, wait time.Duration) time.Duration {
	last := &b.promised[lane]
	if line != "" {
		switch at := b.told[line]; {
		case b.comes(line, now):
			last = &b.again[lane]
		case at.After(now):
			return at.Sub(now)
		}
	}
	at := now.Add(wait)
	if next := last.Add(b.every()); next.After(at) {
		at = next
	}
	if latest := now.Add(max(wait, longestPromise)); at.After(latest) {
		at = latest
	}
	*last = at
	if line != "" {
		if len(b.told) >= manyTold {
			maps.DeleteFunc(b.told, func(_ string, at time.Time) bool { return at.Before(now.Add(-longestPromise)) })
		}
		b.told[line] = at
	}
	return at.Sub(now)
}

// manyTold is when promises that are past are thrown away: those who had them may never have come.
const manyTold = 1000

// longestPromise bounds the harm when those before have gone away meanwhile.
const longestPromise = 30 * time.Second

// estimate says how long a newcomer to this lane would wait. Locked.
func (b *bucket) estimate(lane int, now time.Time) time.Duration {
	wait := max(0, b.shutTo.Sub(now))
	short := float64(b.waiting(lane)) + b.need(lane) - b.limit.TokensAt(now)
	if short > 0 {
		wait = max(wait, time.Duration(short/float64(b.limit.Limit())*float64(time.Second)))
	}
	return wait
}

// serve hands out what tokens there are and sets an alarm for the next. Locked.
func (b *bucket) serve() {
	for {
		lane := slices.IndexFunc(b.lanes[:], func(l *list.List) bool { return l.Len() > 0 })
		if lane < 0 {
			return
		}
		now, need := time.Now(), b.need(lane)
		tokens := b.limit.TokensAt(now)
		if !now.Before(b.shutTo) && tokens >= need && b.limit.AllowN(now, 1) {
			close(b.lanes[lane].Remove(b.lanes[lane].Front()).(chan struct{}))
			continue
		}
		next := max(b.shutTo.Sub(now), time.Duration((need-tokens)/float64(b.limit.Limit())*float64(time.Second)))
		if b.timer != nil {
			b.timer.Stop()
		}
		b.timer = time.AfterFunc(max(next, time.Millisecond), func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.serve()
		})
		return
	}
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
