package diagnostics

import (
	"context"
	"sync"
)

// line lets at most room callers in at once and keeps the others in order.
type line struct {
	mu      sync.Mutex
	room    int
	inside  int
	waiting []*waiter
}

type waiter struct {
	turn chan struct{}
	told func(place int)
}

// lineLength is how many may wait; whoever comes then is sent away at once.
const lineLength = 50

// enter waits for a turn. told, which may be nil, hears the place in line, 1 for
// the next to be let in, at once and whenever it changes, and 0 when it is let in
// after having waited; it must not block.
// When enter returns nil the caller must leave.
func (l *line) enter(ctx context.Context, told func(place int)) error {
	l.mu.Lock()
	if l.inside < l.room && len(l.waiting) == 0 {
		l.inside++
		l.mu.Unlock()
		return nil
	}
	if len(l.waiting) >= lineLength {
		l.mu.Unlock()
		return &Failure{Class: ClassLimits, What: "Too many statements are waiting already.", Next: "Try again in a minute."}
	}
	w := &waiter{turn: make(chan struct{}), told: told}
	l.waiting = append(l.waiting, w)
	if told != nil {
		told(len(l.waiting))
	}
	l.mu.Unlock()
	select {
	case <-w.turn:
		if told != nil {
			told(0)
		}
		return nil
	case <-ctx.Done():
		l.quit(w)
		return ctx.Err()
	}
}

// quit takes a waiter out of the line, or gives its turn back when it had just got it.
func (l *line) quit(w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, other := range l.waiting {
		if other == w {
			l.waiting = append(l.waiting[:i:i], l.waiting[i+1:]...)
			l.tell(i)
			return
		}
	}
	l.inside--
	l.admit()
}

// leave ends a turn.
func (l *line) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inside--
	l.admit()
}

// admit lets the first in while there is room. The lock is held.
func (l *line) admit() {
	if l.inside >= l.room || len(l.waiting) == 0 {
		return
	}
	w := l.waiting[0]
	l.waiting = l.waiting[1:]
	l.inside++
	close(w.turn)
	l.tell(0)
}

// tell says their place to those from index on. The lock is held.
func (l *line) tell(from int) {
	for i := from; i < len(l.waiting); i++ {
		if l.waiting[i].told != nil {
			l.waiting[i].told(i + 1)
		}
	}
}

// length is how many wait.
func (l *line) length() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting)
}
