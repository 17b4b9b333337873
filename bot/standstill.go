package bot

import (
	"context"
	"sync"
	"time"
)

const (
	// standstill is how long nothing must have run here for what is read then to be of unknown age: a frozen
	// container, a suspended machine. Slack has told people meanwhile that it got no answer, and they try again.
	standstill = time.Second
	// aftermath is how long what waited in the sockets meanwhile takes to be read.
	aftermath = 500 * time.Millisecond
	glance    = 250 * time.Millisecond
)

// wakefulness knows since when the process has been running without a break.
type wakefulness struct {
	mu    sync.Mutex
	last  time.Time // when it was seen running
	stood time.Time // when its latest standstill began
	woke  time.Time // and ended
}

// watch looks at the clock until ctx ends.
func (w *wakefulness) watch(ctx context.Context) {
	for sleep(ctx, glance) {
		w.look(time.Now())
	}
}

func (w *wakefulness) look(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.last.IsZero() && now.Sub(w.last) > standstill {
		w.stood, w.woke = w.last, now
	}
	w.last = now
}

// arrived is the earliest time at which what is read now may have arrived.
func (w *wakefulness) arrived(now time.Time) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.last.IsZero() && now.Sub(w.last) > standstill {
		return w.last
	}
	if now.Sub(w.woke) < aftermath {
		return w.stood
	}
	return now
}
