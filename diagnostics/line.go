package diagnostics

import (
	"context"
	"sync"
)

// line lets at most room callers in at once and keeps the others in order.
// Statements that somebody typed never take the last place: while they hold all
// of room, one more place is there for the runbook's queries, so that nobody's
// statement, ended or not, can hold up what the playbook asks.
type line struct {
	mu      sync.Mutex
	room    int
	typed   int // typed statements inside
	others  int // queries of the runbook inside
	waiting []*waiter
}

type waiter struct {
	typed bool
	turn  chan struct{}
	told  func(place int)
}

// lineLength is how many may wait; whoever types then is sent away at once.
const lineLength = 50

// enter waits for a turn. told, which may be nil, hears the place in line, 1 for
// the next to be let in, at once and whenever it changes, and 0 when it is let in
// after having waited; it must not block.
// When enter returns nil the caller must leave.
func (l *line) enter(ctx context.Context, typed bool, told func(place int)) error {
	l.mu.Lock()
	if typed && len(l.waiting) >= lineLength {
		l.mu.Unlock()
		return &Failure{Class: ClassLimits, What: "Too many statements are waiting already.", Next: "Try again in a minute."}
	}
	w := &waiter{typed: typed, turn: make(chan struct{}), told: told}
	l.waiting = append(l.waiting, w)
	if l.admit() == w {
		l.mu.Unlock()
		return nil
	}
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
	l.count(w.typed, -1)
	l.admit()
}

// leave ends a turn.
func (l *line) leave(typed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count(typed, -1)
	l.admit()
}

func (l *line) count(typed bool, change int) {
	if typed {
		l.typed += change
	} else {
		l.others += change
	}
}

// free says whether there is a place. The lock is held.
func (l *line) free(typed bool) bool {
	return l.typed+l.others < l.room || !typed && l.others == 0
}

// admit lets those in for whom there is a place, in their order, and gives the
// last of them. The lock is held.
func (l *line) admit() (last *waiter) {
	for i := 0; i < len(l.waiting); {
		w := l.waiting[i]
		if !l.free(w.typed) {
			i++
			continue
		}
		l.waiting = append(l.waiting[:i:i], l.waiting[i+1:]...)
		l.count(w.typed, 1)
		close(w.turn)
		l.tell(i)
		last = w
	}
	return last
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
