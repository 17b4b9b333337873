package slack

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// postBurst is how many messages a channel takes at once before one a second. Slack: "bursts allowed", no number.
const postBurst = 4

// rates keeps one bucket a method and one a channel that is posted to.
type rates struct {
	mu      *sync.Mutex
	buckets map[string]*rate.Limiter
}

func newRates() rates { return rates{mu: &sync.Mutex{}, buckets: map[string]*rate.Limiter{}} }

// wait takes a token and returns 0, or returns how long the caller must stay away.
func (r *rates) wait(name string, tier int, channel string) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if tier > 0 {
		if d := r.take(name, rate.Limit(float64(tier)/60), tier); d > 0 {
			return d
		}
	}
	if channel != "" {
		return r.take("post to "+channel, 1, postBurst)
	}
	return 0
}

func (r *rates) take(key string, limit rate.Limit, burst int) time.Duration {
	b, ok := r.buckets[key]
	if !ok {
		b = rate.NewLimiter(limit, burst)
		r.buckets[key] = b
	}
	now := time.Now()
	reservation := b.ReserveN(now, 1)
	d := reservation.DelayFrom(now)
	if d > 0 {
		reservation.CancelAt(now)
	}
	return d
}

// postTarget is the channel whose one-a-second limit a call counts against; "" for calls that do not post.
func (s *Sim) postTarget(name string, a args) string {
	if name != "chat.postMessage" {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.at(a["channel"]); c != nil {
		return c.ID
	}
	return ""
}
