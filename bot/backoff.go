package bot

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	backoffBase = 250 * time.Millisecond
	backoffMost = 15 * time.Second
)

// backoff gives the pause before attempt n in a row that came too soon after the last: none for the first,
// then 250 ms doubling up to 15 s, each drawn at random from its upper half so that replicas spread out.
func backoff(n int) time.Duration {
	if n <= 0 {
		return 0
	}
	most := backoffMost
	if n < 8 {
		most = min(backoffMost, backoffBase<<(n-1))
	}
	return most/2 + rand.N(most/2+1)
}

// sleep waits for d or until ctx ends, and says whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
