package wire

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault says how one call goes wrong. The zero value refuses nothing: set at least one field.
type Fault struct {
	// HTTP answers with this status, as the front of the original does (Slack: a page of HTML, GitHub: JSON). With RetryAfter it is usually 429.
	HTTP int
	// RetryAfter is the header in seconds; on GitHub with 403 or 429 it is a secondary rate limit. Prevents: clients that hammer on, or that sleep for a guess.
	RetryAfter int
	// Error answers with this code. Slack: ok:false, for instance "fatal_error", after which the call may or may not have worked. GitHub:
	// "rate limit" with HTTP 403 is the primary limit, over in a minute.
	Error string
	// ApplyFirst does the work and then fails. Prevents: a message, channel or issue made twice by a blind retry.
	ApplyFirst bool
	// Hang waits before it answers (rightly, when nothing else is set). Prevents: clients without a deadline.
	Hang time.Duration
	// Truncate cuts the answer in the middle. Prevents: a half-read answer taken for a failure, and a second post.
	Truncate bool
	// Reset breaks the connection instead of answering. Prevents: libraries that replay a post on "connection reset".
	Reset bool
}

// String names the fault in the list of calls.
func (f *Fault) String() string { return strings.TrimPrefix(fmt.Sprintf("%+v", *f), "&") }

// Admits reports whether the work is done before the fault shows; a nil fault admits.
func (f *Fault) Admits() bool { return f == nil || f.ApplyFirst || f.Truncate }

// Spoil answers wrongly; answer is the right one, and front writes a refusal (HTTP or Error) as the original words it. It returns false when
// the call, after a hang, is to be answered rightly.
func (f *Fault) Spoil(w http.ResponseWriter, r *http.Request, answer any, front func(http.ResponseWriter, *Fault)) bool {
	if f.Hang > 0 && !Sleep(r.Context().Done(), f.Hang) {
		return true
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	switch {
	case f.Reset:
		reset(w)
	case f.HTTP != 0 || f.Error != "":
		front(w, f)
	case f.Truncate:
		body := Encode(answer)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write([]byte(body[:len(body)/2])) // the cut is the purpose
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case f.ApplyFirst:
		reset(w)
	default:
		return false
	}
	return true
}

// reset breaks the connection under a request with a TCP reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	Reset(conn)
}

// Reset breaks a connection with a TCP reset.
func Reset(conn net.Conn) {
	if t, ok := conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // closing without linger sends the reset
	}
	_ = conn.Close() // broken on purpose
}

// Faults is a queue of faults. The zero value has none; all methods are safe for concurrent use.
type Faults struct {
	mu    sync.Mutex
	queue map[string][]Fault
	odds  []odds
}

type odds struct {
	method string
	chance float64
	fault  Fault
	random *rand.Rand
}

// FailNext makes the next n calls of a method fail. Methods are named as in Calls; "*" is any.
func (m *Faults) FailNext(method string, n int, f Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.queue == nil {
		m.queue = map[string][]Fault{}
	}
	m.queue[method] = append(m.queue[method], slices.Repeat([]Fault{f}, n)...)
}

// FailRate makes a share (0 to 1) of the calls of a method fail, the same ones for the same seed and order of calls. "*" is any method.
func (m *Faults) FailRate(method string, share float64, f Fault, seed uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.odds = append(m.odds, odds{method, share, f, rand.New(rand.NewPCG(seed, seed))})
}

// Clear forgets every fault that has not happened yet.
func (m *Faults) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queue, m.odds = nil, nil
}

// Take returns the fault of this call; nil for a call that goes well.
func (m *Faults) Take(method string) *Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range []string{method, "*"} {
		if list := m.queue[name]; len(list) > 0 {
			m.queue[name] = list[1:]
			return &list[0]
		}
	}
	for i := range m.odds {
		if o := &m.odds[i]; (o.method == method || o.method == "*") && o.random.Float64() < o.chance {
			f := o.fault
			return &f
		}
	}
	return nil
}
