package bot

import (
	"context"
	"sync"
	"time"
)

// precedence is of people who wait for an acknowledgement over everything that mayday does by itself. The zero value
// is ready.
type precedence struct {
	mu     sync.Mutex
	people int
	free   chan struct{} // closed when nobody waits any more; nil while nobody does
}

// begin says that somebody waits from now on, and end that one of them has been answered.
func (p *precedence) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.people == 0 {
		p.free = make(chan struct{})
	}
	p.people++
}

func (p *precedence) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.people--; p.people == 0 {
		close(p.free)
		p.free = nil
	}
}

// yield waits until nobody waits for an acknowledgement, until ctx ends, or for most at the longest.
func (p *precedence) yield(ctx context.Context, most time.Duration) {
	p.mu.Lock()
	free := p.free
	p.mu.Unlock()
	if free == nil {
		return
	}
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-free:
	case <-ctx.Done():
	case <-timer.C:
	}
}
