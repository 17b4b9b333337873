package workers

import (
	"runtime/debug"
	"sync"

	"go.uber.org/zap"
)

// crew runs functions side by side for one effect. A panic in one of them is raised
// again where they are waited for: there the effect fails like others, while in a
// goroutine of its own it would end the process, and so would the next attempt.
type crew struct {
	log   *zap.Logger
	limit chan struct{}
	all   sync.WaitGroup
	mu    sync.Mutex
	crash any
}

// newCrew makes a crew of which so many work at once.
func (w *Workers) newCrew(atOnce int) *crew {
	return &crew{log: w.Log, limit: make(chan struct{}, atOnce)}
}

// run begins f as soon as there is room.
func (c *crew) run(f func()) {
	c.limit <- struct{}{}
	c.all.Go(func() {
		defer func() {
			<-c.limit
			if p := recover(); p != nil {
				c.log.Error("a part of an effect panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
				c.mu.Lock()
				defer c.mu.Unlock()
				c.crash = p
			}
		}()
		f()
	})
}

// wait ends when all are done, and panics when one of them did.
func (c *crew) wait() {
	c.all.Wait()
	if c.crash != nil {
		panic(c.crash)
	}
}
