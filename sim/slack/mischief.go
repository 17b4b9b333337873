package slack

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Fault says how one call goes wrong. The zero value refuses nothing: set at least one field.
type Fault struct {
	// HTTP answers with this status and a page of HTML, as Slack's front does (GitHub: its JSON). With RetryAfter it is usually 429.
	HTTP int
	// RetryAfter is the header in seconds; on GitHub with 403 or 429 it is a secondary rate limit. Prevents: clients that hammer on, or that sleep for a guess.
	RetryAfter int
	// Error answers ok:false with this code, for instance "fatal_error", after which the call may or may not have worked. On GitHub
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

// Mischief is the queue of faults. All methods are safe for concurrent use.
type Mischief struct {
	s *Sim

	mu      sync.Mutex
	queue   map[string][]Fault
	odds    []odds
	doubles map[string]int
	drops   map[string]int
	silent  int
	lag     time.Duration
	revoked atomic.Bool
}

type odds struct {
	method string
	chance float64
	fault  Fault
	random *rand.Rand
}

func newMischief(s *Sim) *Mischief {
	return &Mischief{s: s, queue: map[string][]Fault{}, doubles: map[string]int{}, drops: map[string]int{}}
}

// FailNext makes the next n calls of a method fail. Methods are named as in Calls ("chat.postMessage", "github:POST issues"), besides
// "files.upload", "response_url" and "socket" (the WebSocket handshake); "*" is any.
func (m *Mischief) FailNext(method string, n int, f Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queue[method] = append(m.queue[method], slices.Repeat([]Fault{f}, n)...)
}

// FailRate makes a share (0 to 1) of the calls of a method fail, the same ones for the same seed and order of calls. "*" is any method.
func (m *Mischief) FailRate(method string, share float64, f Fault, seed uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.odds = append(m.odds, odds{method, share, f, rand.New(rand.NewPCG(seed, seed))})
}

// Clear forgets every fault that has not happened yet.
func (m *Mischief) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queue, m.odds, m.doubles, m.drops = map[string][]Fault{}, nil, map[string]int{}, map[string]int{}
	m.silent = 0
}

// take returns the fault of this call; nil for a call that goes well.
func (m *Mischief) take(method string) *Fault {
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

// admits reports whether the work is done before the fault shows.
func (f *Fault) admits() bool { return f == nil || f.ApplyFirst || f.Truncate }

// spoil answers wrongly. It returns false when the call, after a hang, is to be answered rightly.
func (f *Fault) spoil(w http.ResponseWriter, r *http.Request, name string, answer object) bool {
	if f.Hang > 0 && !sleep(r.Context().Done(), f.Hang) {
		return true
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	switch {
	case f.Reset:
		reset(w)
	case f.HTTP == http.StatusTooManyRequests && !strings.HasPrefix(name, "github:"):
		writeJSON(w, f.HTTP, object{"ok": false, "error": "ratelimited"})
	case f.HTTP != 0 && strings.HasPrefix(name, "github:"):
		f.spoilGitHub(w)
	case f.HTTP != 0:
		w.Header().Set("Content-Type", "text/html")
		http.Error(w, "<html><body>"+http.StatusText(f.HTTP)+"</body></html>", f.HTTP)
	case f.Error != "":
		writeJSON(w, http.StatusOK, object{"ok": false, "error": f.Error})
	case f.Truncate:
		body := encode(answer)
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

func (f *Fault) spoilGitHub(w http.ResponseWriter) {
	page := "https://docs.github.com/rest"
	o := object{"message": "simulated " + http.StatusText(f.HTTP)}
	switch {
	case f.Error == "rate limit":
		w.Header().Set("X-RateLimit-Limit", "5000")
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Minute).Unix(), 10))
		o["message"] = "API rate limit exceeded"
	case f.RetryAfter > 0:
		o["message"], page = "You have exceeded a secondary rate limit", page+"/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"
	}
	o["documentation_url"] = page
	writeJSON(w, f.HTTP, o)
}

// reset breaks the connection under a request with a TCP reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	rst(conn)
}

func rst(conn net.Conn) {
	if t, ok := conn.(*watched); ok {
		conn = t.Conn
	}
	if t, ok := conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // closing without linger sends the reset
	}
	_ = conn.Close() // broken on purpose
}

// DuplicateNext delivers the next n envelopes of a kind ("slash_commands", "interactive", "events_api") twice, with the same envelope id.
// Prevents: two incidents from one command.
func (m *Mischief) DuplicateNext(kind string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.doubles[kind] += n
}

func (m *Mischief) duplicates(kind string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.doubles[kind] == 0 {
		return 0
	}
	m.doubles[kind]--
	return 1
}

// DropAcks loses the next n acknowledgements of a kind: the person sees a timeout although the app did its work, and events come again.
// Prevents: work done twice when the person repeats the command.
func (m *Mischief) DropAcks(kind string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drops[kind] += n
}

func (m *Mischief) swallow(kind string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.drops[kind] == 0 {
		return false
	}
	m.drops[kind]--
	return true
}

// SearchLag hides issues younger than d from GitHub's search, as its index does. Prevents: looking for one's own issue by search right after making it.
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

// RevokeBotToken makes Slack refuse the bot token from now on, as when somebody removes the app or presses "Revoke". The socket stays
// open: it hangs on the other token. Prevents: an app that goes on for days and can say nothing.
func (m *Mischief) RevokeBotToken() { m.revoked.Store(true) }
