package bot

import "sync"

// dispatcher runs work on a fixed number of goroutines. Work of one key runs in the order in which it was
// added and never twice at once; keys take turns. Adding never blocks: the queue has no bound, because
// what waits in it is not acknowledged yet and expires by itself.
type dispatcher struct {
	mu     sync.Mutex
	wake   *sync.Cond
	lanes  map[string]*lane
	ready  []*lane
	closed bool
}

type lane struct {
	key  string
	work []func()
}

func newDispatcher(workers int) *dispatcher {
	d := &dispatcher{lanes: make(map[string]*lane)}
	d.wake = sync.NewCond(&d.mu)
	for range workers {
		go d.loop()
	}
	return d
}

// add queues f behind everything of the same key.
func (d *dispatcher) add(key string, f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l, busy := d.lanes[key]
	if !busy {
		l = &lane{key: key}
		d.lanes[key] = l
		d.ready = append(d.ready, l)
		d.wake.Signal()
	}
	l.work = append(l.work, f)
}

func (d *dispatcher) loop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		for len(d.ready) == 0 && !d.closed {
			d.wake.Wait()
		}
		if len(d.ready) == 0 {
			return
		}
		l := d.ready[0]
		d.ready = d.ready[1:]
		f := l.work[0]
		l.work = l.work[1:]
		d.mu.Unlock()
		f()
		d.mu.Lock()
		if len(l.work) == 0 {
			delete(d.lanes, l.key)
			continue
		}
		d.ready = append(d.ready, l)
		d.wake.Signal()
	}
}

// close lets the workers end once the queue is empty. It does not wait: a stalled handler would hold it.
func (d *dispatcher) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	d.wake.Broadcast()
}
