package store

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// absentFor is how long a replica's lock must be gone until another carries the jobs out in its place: one that only
	// reconnects is back sooner. What it has in hand stays its own for longer, see missingFor.
	absentFor = 500 * time.Millisecond
	// muteFor is how long a replica may be without a connection to Slack until another carries the jobs out: Slack renews
	// connections every few hours.
	muteFor = 10 * time.Second
)

// well is the condition that the replica r can carry jobs out.
var well = fmt.Sprintf(`(coalesce(r.reaches_slack, true) and coalesce(r.missing_since > now() - make_interval(secs => %g), true) and r.seen_at > now() - make_interval(secs => %g))`,
	absentFor.Seconds(), (silentFor / 2).Seconds())

// sight is what a replica sees of the others.
type sight struct {
	others int
	// dies is how long it is until the first of them counts as dead; rounds when none is missing.
	dies time.Duration
	// overdue says that there are jobs on which nobody works although somebody should.
	overdue bool
	// first says that of all that are well this one is it for longest, and mixed that one of the release before is there,
	// which asks nobody who carries the jobs out.
	first, mixed bool
}

// leads says whether this one carries jobs out, and share among how many it has to share what Slack allows.
func (v sight) leads() bool { return v.first || v.mixed }

func (v sight) share() int {
	if v.first && !v.mixed {
		return 1
	}
	return 1 + v.others
}

// Lead waits until this replica is the one that carries jobs out, and gives a context that ends when it is no more or
// when ctx ends. False: ctx has ended.
//
// Slack's rates hold for an app, not for a process: a job that waits for its turn has to come back to where its place
// in the line is known. So one replica carries jobs out, and the others hear people and take its place.
func (r *Replica) Lead(ctx context.Context) (lead context.Context, ok bool) {
	lead, end := context.WithCancel(ctx)
	on, _ := r.leads.both()
	select {
	case <-on:
	case <-ctx.Done():
	}
	_, off := r.leads.both()
	go func() {
		defer end()
		select {
		case <-off:
		case <-ctx.Done():
		}
	}()
	return lead, ctx.Err() == nil
}

// flag is up or down, and can be waited for.
type flag struct {
	mu       sync.Mutex
	up, down chan struct{} // closed while it is so
}

func newFlag() *flag {
	f := &flag{up: make(chan struct{}), down: make(chan struct{})}
	close(f.down)
	return f
}

// both gives what is closed while it is up, and what is closed when it is down next.
func (f *flag) both() (up, down <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.up, f.down
}

// set reports whether that was a change.
func (f *flag) set(up bool) (changed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	is := false
	select {
	case <-f.up:
		is = true
	default:
	}
	switch {
	case is == up:
		return false
	case up:
		f.down = make(chan struct{})
		close(f.up)
	default:
		f.up = make(chan struct{})
		close(f.down)
	}
	return true
}
