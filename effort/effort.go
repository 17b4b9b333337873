// Package effort says how much a test tries: all that belongs to a change, less of it under the race detector, or
// more than anybody waits for.
//
// The rule of this room: a test of one goroutine costs six to eight times as much under the race detector, which can
// see nothing in it. So it tries a sample there, and make test runs every package that imports this one a second time
// without the detector, in full. Tests in which goroutines meet try the same in both and do not ask here.
package effort

import (
	"flag"
	"os"
	"strconv"
)

// Choose gives what fits: raced under the race detector, full without it, and soak when MAYDAY_SOAK is set, with the detector or without it.
func Choose[T any](raced, full, soak T) T {
	switch {
	case os.Getenv("MAYDAY_SOAK") != "":
		return soak
	case Raced:
		return raced
	}
	return full
}

// Properties has rapid try each property of the package so many times, unless the command line says how often. Call it
// in an init of the tests.
func Properties(raced, full, soak int) {
	if err := flag.Set("rapid.checks", strconv.Itoa(Choose(raced, full, soak))); err != nil {
		panic("effort: the package's tests do not import rapid: " + err.Error())
	}
}
