package storetest

import (
	"context"
	"sync"
	"time"
)

// Clock is a clock that stands still until a test moves it. It is safe for
// concurrent use. Make one with NewClock.
type Clock struct {
	mu    sync.Mutex
	now   time.Time
	moved chan struct{} // closed and replaced whenever now changes
}

// NewClock makes a clock that shows at.
func NewClock(at time.Time) *Clock {
	return &Clock{now: at, moved: make(chan struct{})}
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward by d, or back when d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.now.Add(d))
}

// Set moves the clock to a moment, also to an earlier one.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(at)
}

// set moves the clock and lets all who wait look again. The caller holds mu.
func (c *Clock) set(at time.Time) {
	c.now = at
	close(c.moved)
	c.moved = make(chan struct{})
}

// Wait returns when the clock shows until or later, when wake delivers, or when
// ctx ends, whichever is first; at once when until has come already.
func (c *Clock) Wait(ctx context.Context, until time.Time, wake <-chan struct{}) {
	for {
		c.mu.Lock()
		due, moved := !c.now.Before(until), c.moved
		c.mu.Unlock()
		if due {
			return
		}
		select {
		case <-moved:
		case <-wake:
			return
		case <-ctx.Done():
			return
		}
	}
}
