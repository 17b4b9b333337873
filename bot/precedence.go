package bot

import (
	"context"
	"sync"
	"time"
)

// Precedence is of what somebody waits for over everything else that mayday does: of a command that is not acknowledged
// yet, of a page that is on its way. The zero value is ready. It is safe for concurrent use.
type Precedence struct {
	mu      sync.Mutex
	waiting int
	free    chan struct{} // closed when nobody waits any more; nil while nobody does
}

// Begin says that somebody waits from now on.
func (p *Precedence) Begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == 0 {
		p.free = make(chan struct{})
	}
	p.waiting++
}

// End says that one of those who wait has what they waited for. It is called once for each Begin.
func (p *Precedence) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting--; p.waiting == 0 {
		close(p.free)
		p.free = nil
	}
}

// Yield waits until nobody waits, until ctx ends, or for most at the longest.
func (p *Precedence) Yield(ctx context.Context, most time.Duration) {
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
