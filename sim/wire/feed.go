package wire

import "sync"

// Feed tells its readers what changes. The zero value has none; all methods are safe for concurrent use.
type Feed[E any] struct {
	mu      sync.Mutex
	readers map[int]chan E
	last    int
}

// Tell passes an event on. A reader whose channel is full loses it.
func (f *Feed[E]) Tell(e E) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.readers {
		select {
		case c <- e:
		default:
		}
	}
}

// Subscribe returns every event from now on, of which the channel holds so many. Call cancel when done.
func (f *Feed[E]) Subscribe(holds int) (events <-chan E, cancel func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.readers == nil {
		f.readers = map[int]chan E{}
	}
	c := make(chan E, holds)
	f.last++
	n := f.last
	f.readers[n] = c
	return c, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.readers, n)
	}
}
