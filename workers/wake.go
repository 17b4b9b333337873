package workers

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"
)

// wakeGrain is how close together jobs of one queue are woken.
const wakeGrain = 20 * time.Millisecond

// writtenWithin is how long the queue may take to write down that a job is to come back.
const writtenWithin = 300 * time.Millisecond

// waker has the queue look for jobs at the moments at which some were told to come back.
// The queue itself looks once a second, and what waits for longer than five seconds is
// found by a round of the replica. It works from start to stop.
type waker struct {
	wake func(ctx context.Context, queue string)

	mu   sync.Mutex
	ctx  context.Context // nil while it does not work
	set  map[moment]*time.Timer
	busy sync.WaitGroup
}

type moment struct {
	queue string
	at    int64 // in grains
}

func (k *waker) start(ctx context.Context) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ctx, k.set = ctx, map[moment]*time.Timer{}
}

// stop forgets all moments and waits for what is under way.
func (k *waker) stop() {
	k.mu.Lock()
	for _, t := range k.set {
		t.Stop()
	}
	k.ctx = nil
	k.mu.Unlock()
	k.busy.Wait()
}

// in has the queue look after d, once a moment.
func (k *waker) in(queue string, d time.Duration) {
	m := moment{queue, time.Now().Add(max(d, writtenWithin)).UnixNano()/int64(wakeGrain) + 1}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ctx == nil || k.set[m] != nil {
		return
	}
	k.set[m] = time.AfterFunc(time.Until(time.Unix(0, m.at*int64(wakeGrain))), func() {
		k.mu.Lock()
		ctx := k.ctx
		delete(k.set, m)
		if ctx != nil {
			k.busy.Add(1)
		}
		k.mu.Unlock()
		if ctx != nil {
			defer k.busy.Done()
			k.wake(ctx, queue)
		}
	})
}

// wake has everybody look for jobs of a queue now.
func (w *Workers) wake(ctx context.Context, queue string) {
	ctx, cancel := context.WithTimeout(ctx, jobTimeout)
	defer cancel()
	if err := w.Store.Wake(ctx, queue); err != nil && ctx.Err() == nil {
		w.Log.Debug("the queue was not woken; it looks by itself within a second or two", zap.String("queue", queue), zap.Error(err))
	}
}
