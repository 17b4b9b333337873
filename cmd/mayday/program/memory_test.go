package program

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestMemoryIsGivenBackOnceABurstIsOver: not in the middle of one, not for a trickle, and once for each.
func TestMemoryIsGivenBackOnceABurstIsOver(t *testing.T) {
	const mb = 1 << 20
	var r rest
	var at uint64
	for i, step := range []struct {
		allocated uint64
		over      bool
	}{
		{4 * mb, false}, {mb / 2, true}, // the start
		{mb / 10, false}, {mb / 10, false}, // waiting
		{30 * mb, false}, {30 * mb, false}, {mb / 2, true}, {mb / 2, false},
		{2 * mb, false}, {mb / 2, false}, // a few commands
		{6 * mb, false}, {mb / 2, true}, // and some more
	} {
		at += step.allocated
		assert.Equal(t, step.over, r.over(at), "look %d", i)
	}
}
