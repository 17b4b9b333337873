package program

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"mayday/playbooks"
)

const (
	// restLooks is the pause between two looks whether a burst of work is over.
	restLooks = 2 * time.Second
	// calm is how much is allocated between two looks while there is little to do, and a burst is worth its
	// tidying when it allocated so much: waiting for the next one takes some kilobytes a second.
	calm, burst = 1 << 20, 8 << 20
	// gcPercent lets the heap grow by half of what lives on it before it is collected, in place of by as much again:
	// a few megabytes live there, and a collection of them takes less than a millisecond.
	// Source: Go, runtime/debug, SetGCPercent.
	gcPercent = 50
	// startGCPercent holds until the first look: a start allocates some megabytes, most of which live, and half of its
	// time went into looking through them.
	startGCPercent = 400
)

// GiveBack returns to the machine what a burst of work needed, once it is over, until ctx is done. Go's own runtime
// keeps it for minutes. So is what only reading a runbook needed. Whoever sets GOGC decides about the heap's size themselves. It is for a process that is mayday and
// nothing else.
// Source: Go, runtime/debug, FreeOSMemory; runtime/metrics, "/gc/heap/allocs:bytes".
func GiveBack(ctx context.Context) {
	percent := func(of int) {
		if os.Getenv("GOGC") == "" {
			debug.SetGCPercent(of)
		}
	}
	percent(startGCPercent)
	tick := time.NewTicker(restLooks)
	defer tick.Stop()
	var r rest
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			percent(gcPercent)
			if r.over(allocated()) {
				playbooks.Forget()
				debug.FreeOSMemory()
			}
		}
	}
}

// allocated is how many bytes were ever allocated on the heap.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// rest finds out when a burst of work is over, from how much was ever allocated. The zero value is that of a program
// that starts, which is a burst whatever it allocated.
type rest struct {
	last, tidied uint64
	began        bool
}

// over says that a burst was, and ended since the last look.
func (r *rest) over(allocated uint64) bool {
	quiet := allocated-r.last < calm
	r.last = allocated
	if !quiet || r.began && allocated-r.tidied < burst {
		return false
	}
	r.tidied, r.began = allocated, true
	return true
}
