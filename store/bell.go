package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"
)

// clockChannel is where clocks hear that a timer was set or taken away, and jobsChannel where the job queue's clients
// hear of jobs: Schema and what River calls the topic of insertions.
const (
	clockChannel = "mayday_clock"
	jobsChannel  = Schema + ".river_insert"
)

const (
	// ringWithin is how long one notification may take, and ringAgain the pause after one that could not be sent.
	ringWithin = 5 * time.Second
	ringAgain  = 250 * time.Millisecond
	// headStart is how much earlier those hear who call people: once they have begun, who has other effects of the same
	// moment to carry out waits for them (workers: goFirst), and what asks the database for those does not slow them down.
	headStart = 15 * time.Millisecond
)

// unhurried are the queues whose effects can wait for headStart.
var unhurried = map[ring]bool{jobRing(QueueSlack): true, jobRing(QueueGitHub): true, jobRing(QueueSQL): true, jobRing(QueueProbe): true, jobRing(QueueAlerts): true}

// bell tells all replicas, this one included, that there is something to do. It rings after a commit and not with it:
// Postgres lets transactions that notify commit one after the other, each with its own wait for the disk, and those of
// people who declare at the same time would stand in line (PreCommit_Notify in PostgreSQL's async.c takes a lock of
// the whole server). What rings together is sent together. A ring that is lost with its process is made good by
// Replica.Run, within a second for jobs, and for clocks when it is noticed that the process died.
type bell struct {
	s    *Store
	wake chan struct{}

	mu    sync.Mutex
	rings map[ring]struct{}
}

// ring is a notification: a channel and what is said there.
type ring struct{ channel, payload string }

// clockRing wakes the clocks.
var clockRing = ring{channel: clockChannel}

// jobRing wakes those who work on a queue.
func jobRing(queue string) ring {
	return ring{jobsChannel, fmt.Sprintf(`{"queue": %q}`, queue)}
}

// ring sends soon, and does not wait for it.
func (b *bell) ring(rings ...ring) {
	if len(rings) == 0 {
		return
	}
	b.mu.Lock()
	for _, r := range rings {
		b.rings[r] = struct{}{}
	}
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// ringAt is ring for later, by the database's clock.
func (b *bell) ringAt(at time.Time, r ring) {
	time.AfterFunc(at.Sub(b.s.DatabaseTime()), func() { b.ring(r) })
}

// take takes out what is to be sent now. Where those who call people are among them, or wait says that they have just
// been told, the unhurried are left for later.
func (b *bell) take(wait, all bool) (channels, payloads []string, left bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, urgent := b.rings[jobRing(QueueUrgent)]
	for r := range b.rings {
		if (wait || urgent) && !all && unhurried[r] {
			continue
		}
		channels, payloads = append(channels, r.channel), append(payloads, r.payload)
		delete(b.rings, r)
	}
	return channels, payloads, len(b.rings) > 0
}

// run sends until ctx is done, and then what is left, once.
func (b *bell) run(ctx context.Context) {
	var begun <-chan time.Time // when those who call people have begun; nil while nobody waits for that
	for {
		all := false
		select {
		case <-b.wake:
		case <-begun:
			begun, all = nil, true
		case <-ctx.Done():
			_, _ = b.send(context.WithoutCancel(ctx), false, true) // nobody is left to try again; the others look for themselves
			return
		}
		left, err := b.send(ctx, begun != nil, all)
		if left && begun == nil {
			begun = time.After(headStart)
		}
		if err != nil && ctx.Err() == nil {
			b.s.log.Warn("the others cannot be told that there is something to do; trying again", zap.Error(err))
			SystemClock{}.Wait(ctx, time.Now().Add(ringAgain), nil)
		}
	}
}

// send notifies, without waiting for the disk. What could not be sent is kept for the next time; left says that
// something is.
func (b *bell) send(ctx context.Context, wait, all bool) (left bool, err error) {
	channels, payloads, left := b.take(wait, all)
	if len(channels) == 0 {
		return left, nil
	}
	ctx, cancel := context.WithTimeout(ctx, ringWithin)
	defer cancel()
	_, err = b.s.pool.Exec(ctx, `select set_config('synchronous_commit', 'off', true), pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as t (channel, payload)`, channels, payloads)
	if err != nil {
		rings := make([]ring, len(channels))
		for i := range channels {
			rings[i] = ring{channels[i], payloads[i]}
		}
		b.ring(rings...)
	}
	return left, err
}
