package slack

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"mayday/sim/wire"
)

// Fault says how one call goes wrong.
type Fault = wire.Fault

// Mischief is the queue of faults. All methods are safe for concurrent use. Methods are named as in Calls ("chat.postMessage"), besides
// "files.upload", "response_url" and "socket" (the WebSocket handshake).
type Mischief struct {
	wire.Faults
	s *Sim

	mu      sync.Mutex
	doubles map[string]int
	drops   map[string]int
	silent  int
	revoked atomic.Bool
}

func newMischief(s *Sim) *Mischief {
	return &Mischief{s: s, doubles: map[string]int{}, drops: map[string]int{}}
}

// Clear forgets every fault that has not happened yet.
func (m *Mischief) Clear() {
	m.Faults.Clear()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.doubles, m.drops, m.silent = map[string]int{}, map[string]int{}, 0
}

// front refuses a call as Slack's front does: with a page of HTML, or with ok:false.
func front(w http.ResponseWriter, f *Fault) {
	switch {
	case f.HTTP == http.StatusTooManyRequests:
		wire.Answer(w, f.HTTP, object{"ok": false, "error": "ratelimited"})
	case f.HTTP != 0:
		w.Header().Set("Content-Type", "text/html")
		http.Error(w, "<html><body>"+http.StatusText(f.HTTP)+"</body></html>", f.HTTP)
	default:
		wire.Answer(w, http.StatusOK, object{"ok": false, "error": f.Error})
	}
}

// rst breaks a connection with a TCP reset.
func rst(conn net.Conn) {
	if t, ok := conn.(*watched); ok {
		conn = t.Conn
	}
	wire.Reset(conn)
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

// RevokeBotToken makes Slack refuse the bot token from now on, as when somebody removes the app or presses "Revoke". The socket stays
// open: it hangs on the other token. Prevents: an app that goes on for days and can say nothing.
func (m *Mischief) RevokeBotToken() { m.revoked.Store(true) }
