package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"mayday/sim/wire"
)

// pongWithin is how late a pong may be. The official clients use the same patience the other way round.
const pongWithin = 5 * time.Second

// hub is the server side of Socket Mode: tickets, sockets, envelopes and their acknowledgements.
type hub struct {
	s *Sim

	mu      sync.Mutex
	tickets map[string]bool
	sockets []*socket
	turn    int
	pending map[string]*envelope
	closed  bool
	ever    bool // an app was connected once
}

func newHub(s *Sim) *hub {
	return &hub{s: s, tickets: map[string]bool{}, pending: map[string]*envelope{}}
}

// socket is one connection of the app.
type socket struct {
	conn *websocket.Conn
	tcp  net.Conn
	seen *frames
	out  chan frame
	gone chan struct{}
	once sync.Once

	ghost  atomic.Bool  // half open: nothing is read or written, but Slack still counts it
	pinged atomic.Int64 // Unix nanoseconds of the ping that waits for its pong; 0 means none
}

type frame struct {
	kind int
	data []byte
}

func (k *socket) send(kind int, data []byte) {
	if k.ghost.Load() {
		return
	}
	select {
	case k.out <- frame{kind, data}:
	default: // the app does not read: the envelope is lost, and its deadline will tell
	}
}

// cut closes the connection, once.
func (k *socket) cut() {
	k.once.Do(func() {
		close(k.gone)
		_ = k.conn.Close() // the connection is given up: no error matters any more
	})
}

// ticket is good for one connection.
func (h *hub) ticket() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := uuid()
	h.tickets[t] = true
	return t
}

func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	if fault := h.s.mischief.Take("socket"); fault != nil && fault.Spoil(w, r, nil, front) {
		return
	}
	t := r.URL.Query().Get("ticket")
	h.mu.Lock()
	good := h.tickets[t] && !h.closed
	delete(h.tickets, t)
	h.mu.Unlock()
	if !good {
		http.Error(w, "ticket unknown or used", http.StatusForbidden)
		return
	}
	watch := &frames{}
	up := websocket.Upgrader{
		ReadBufferSize: 32 << 10, WriteBufferSize: 32 << 10,
		CheckOrigin: func(*http.Request) bool { return true }, // slack-go sends an Origin of slack.com; the ticket is the key
	}
	conn, err := up.Upgrade(watch.around(w), r, nil)
	if err != nil {
		return // Upgrade has answered already
	}
	k := &socket{conn: conn, tcp: conn.NetConn(), seen: watch, out: make(chan frame, 4096), gone: make(chan struct{})}
	h.mu.Lock()
	n := len(h.sockets) + 1
	full := n > maxSockets
	if !full {
		h.sockets = append(h.sockets, k)
		h.ever = true
	}
	h.mu.Unlock()
	if full {
		k.send(websocket.TextMessage, disconnectFrame("too_many_websockets"))
		k.send(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
	} else if !h.s.mischief.mute() {
		k.send(websocket.TextMessage, helloFrame(n))
	}
	done := make(chan struct{})
	go func() { defer close(done); h.write(k) }()
	how := h.read(k)
	h.drop(k)
	if how != "" {
		h.s.end(how) // after it was dropped: what has ended is counted and chosen no more
	}
	<-done
}

func helloFrame(n int) []byte {
	return []byte(wire.Encode(object{
		"type": "hello", "num_connections": n, "connection_info": object{"app_id": appID},
		"debug_info": object{"host": "applink-simulated", "started": "2026-01-01 00:00:00.000", "build_number": 1, "approximate_connection_time": 3600},
	}))
}

func disconnectFrame(reason string) []byte {
	return []byte(wire.Encode(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "wss-simulated"}}))
}

func (h *hub) write(k *socket) {
	var tick <-chan time.Time
	if h.s.o.PingEvery > 0 {
		t := time.NewTicker(h.s.o.PingEvery)
		defer t.Stop()
		tick = t.C
	}
	for {
		select {
		case <-k.gone:
			return
		case <-tick:
			h.ping(k)
		case f := <-k.out:
			if k.ghost.Load() {
				continue
			}
			if err := k.conn.WriteMessage(f.kind, f.data); err != nil || f.kind == websocket.CloseMessage {
				k.cut()
				return
			}
		}
	}
}

func (h *hub) ping(k *socket) {
	if k.ghost.Load() {
		return
	}
	if at := k.pinged.Load(); at != 0 && time.Since(time.Unix(0, at)) > pongWithin {
		h.s.Violate("a socket left a ping without a pong for %s", time.Since(time.Unix(0, at)).Round(time.Second))
	}
	k.pinged.CompareAndSwap(0, time.Now().UnixNano())
	if err := k.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-simulated"), time.Now().Add(time.Second)); err != nil {
		k.cut()
	}
}

// read takes what the app sends until the socket ends, and tells how it ended; nothing of a half-open one, whose end nobody sees.
func (h *hub) read(k *socket) string {
	k.conn.SetPongHandler(func(string) error {
		if at := k.pinged.Swap(0); at != 0 && time.Since(time.Unix(0, at)) > pongWithin {
			h.s.Violate("a pong came %s late", (time.Since(time.Unix(0, at)) - pongWithin).Round(time.Millisecond))
		}
		return nil
	})
	// Nothing comes back from a half-open connection: no pong, and no answer to a close.
	k.conn.SetPingHandler(func(said string) error {
		if k.ghost.Load() {
			return nil
		}
		err := k.conn.WriteControl(websocket.PongMessage, []byte(said), time.Now().Add(time.Second))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	answer := k.conn.CloseHandler()
	k.conn.SetCloseHandler(func(code int, text string) error {
		if k.ghost.Load() {
			return nil
		}
		return answer(code, text)
	})
	for {
		_, data, err := k.conn.ReadMessage()
		if k.ghost.Load() {
			<-k.gone
			return ""
		}
		if err != nil {
			return k.ending(err)
		}
		h.ack(k, data, k.seen.fragmented())
	}
}

// ending puts into words why reading a socket failed.
func (k *socket) ending(err error) string {
	var closed *websocket.CloseError
	switch {
	case k.over():
		return "cut"
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		return fmt.Sprintf("close frame %d", closed.Code)
	}
	return "dropped"
}

func (k *socket) over() bool {
	select {
	case <-k.gone:
		return true
	default:
		return false
	}
}

// drop forgets a socket.
func (h *hub) drop(k *socket) {
	k.cut()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets = slices.DeleteFunc(h.sockets, func(other *socket) bool { return other == k })
}

// live lists the sockets as Slack counts them, the oldest first.
func (h *hub) live() []*socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.sockets)
}

func (h *hub) close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	for _, k := range h.live() {
		k.send(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""))
		time.AfterFunc(200*time.Millisecond, k.cut)
	}
}

// Sockets is the number of connections that Slack believes open, half-open ones included.
func (s *Sim) Sockets() int { return len(s.hub.live()) }

// Unanswered is how many envelopes the app was sent and has still time to acknowledge.
func (s *Sim) Unanswered() (n int) {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	for _, e := range s.hub.pending {
		if d := e.open(); d != nil && !e.over && !d.dropped && !d.on.over() {
			n++
		}
	}
	return n
}

// WaitSockets waits until at least n connections are open; it reports whether they came in time.
func (s *Sim) WaitSockets(n int, patience time.Duration) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if s.Sockets() >= n {
			return true
		}
		if !wire.Sleep(s.done, 2*time.Millisecond) {
			return false
		}
	}
	return s.Sockets() >= n
}

// hadSockets reports whether an app was ever connected; before that, events are not kept for it.
func (h *hub) hadSockets() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ever && !h.closed
}

// acknowledgement is what the app sends back.
type acknowledgement struct {
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
}
