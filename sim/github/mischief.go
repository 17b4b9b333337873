package github

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"mayday/sim/wire"
)

// Fault says how one call goes wrong.
type Fault = wire.Fault

// Mischief is the queue of faults. All methods are safe for concurrent use. Methods are named as in Calls ("POST issues").
type Mischief struct {
	wire.Faults

	mu  sync.Mutex
	lag time.Duration
}

// SearchLag hides issues younger than d from search, as GitHub's index does. Prevents: looking for one's own issue by search right after making it.
func (m *Mischief) SearchLag(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lag = d
}

func (m *Mischief) searchLag() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lag
}

// secondaryLimits is the page by which clients know a secondary limit.
const secondaryLimits = "/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"

// front refuses a call as GitHub's front does.
func front(w http.ResponseWriter, f *Fault) {
	page := documentation
	o := object{"message": "simulated " + http.StatusText(f.HTTP)}
	switch {
	case f.Error == "rate limit":
		w.Header().Set("X-RateLimit-Limit", "5000")
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Minute).Unix(), 10))
		o["message"] = "API rate limit exceeded"
	case f.RetryAfter > 0:
		o["message"], page = "You have exceeded a secondary rate limit", page+secondaryLimits
	}
	o["documentation_url"] = page
	wire.Answer(w, f.HTTP, o)
}
