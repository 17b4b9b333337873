package slack

import "sync"

// typing counts the commands that wait for their acknowledgement. The zero value is of none.
type typing struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when the last was answered; nil until the first is typed
}

// begin counts one more; what it gives ends that, and is to be called once.
func (t *typing) begin() (end func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == 0 {
		t.none = make(chan struct{})
	}
	t.n++
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.n--; t.n == 0 {
			close(t.none)
		}
	}
}

// wait lasts until none waits, or the simulator is done.
func (t *typing) wait(done <-chan struct{}) {
	t.mu.Lock()
	none := t.none
	t.mu.Unlock()
	select {
	case <-none:
	case <-done:
	}
}
