package bot

import "sync"

// dispatcher runs work on a fixed number of goroutines. Work of one key runs in the order in which it was
// added and never twice at once; keys take turns. Work that may run beside other such work of its key does, but
// overtakes nothing and is overtaken by nothing that may not. Adding never blocks: the queue has no bound, because
// what waits in it is not acknowledged yet and expires by itself.
type dispatcher struct {
	mu     sync.Mutex
	wake   *sync.Cond
	lanes  map[string]*lane
	ready  []*lane
	closed bool
}

type lane struct {
	key     string
	work    []work
	running int
	alone   bool // what runs must be the only one
	ready   bool // it stands in the dispatcher's line
}

type work struct {
	beside bool
	do     func()
}

// free reports whether the next work of a lane may begin.
func (l *lane) free() bool {
	return len(l.work) > 0 && (l.running == 0 || !l.alone && l.work[0].beside)
}

func newDispatcher(workers int) *dispatcher {
	d := &dispatcher{lanes: make(map[string]*lane)}
	d.wake = sync.NewCond(&d.mu)
	for range workers {
		go d.loop()
	}
	return d
}

// add queues f behind everything of the same key; beside says that it may run together with other work of which that
// was said.
func (d *dispatcher) add(key string, beside bool, f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l, busy := d.lanes[key]
	if !busy {
		l = &lane{key: key}
		d.lanes[key] = l
	}
	l.work = append(l.work, work{beside, f})
	d.line(l)
}

// line puts a lane whose next work may begin at the end of the line. Locked.
func (d *dispatcher) line(l *lane) {
	if l.ready || !l.free() {
		return
	}
	l.ready = true
	d.ready = append(d.ready, l)
	d.wake.Signal()
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
		w := l.work[0]
		l.work = l.work[1:]
		l.ready, l.alone = false, !w.beside
		l.running++
		d.line(l)
		d.mu.Unlock()
		w.do()
		d.mu.Lock()
		l.running--
		if l.running == 0 && len(l.work) == 0 {
			delete(d.lanes, l.key)
			continue
		}
		d.line(l)
	}
}

// close lets the workers end once the queue is empty. It does not wait: a stalled handler would hold it.
func (d *dispatcher) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	d.wake.Broadcast()
}
