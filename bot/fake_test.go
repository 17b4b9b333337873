package bot

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// fakeSlack is the least Slack that the transport can be tried against: it opens sockets, says hello, keeps
// what it is sent, and answers Web API methods as the test says.
type fakeSlack struct {
	t      testing.TB
	server *httptest.Server

	mu      sync.Mutex
	sockets []*fakeSocket
	methods map[string]func(url.Values) (int, string)
	calls   []fakeCall
	onOpen  func(*fakeSocket) // instead of a hello
	mute    bool              // answer no pings
	onPing  func(*fakeSocket) // before a ping is answered
	count   int               // num_connections to report; 0 counts
}

type fakeCall struct {
	Method string
	Form   url.Values
	At     time.Time
}

type fakeSocket struct {
	slack  *fakeSlack
	ws     *websocket.Conn
	write  sync.Mutex
	mu     sync.Mutex
	acks   []fakeAck
	pongs  int
	closed bool // by a close frame from the client
	gone   chan struct{}
}

type fakeAck struct {
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
	At      time.Time       `json:"-"`
}

func newFakeSlack(t testing.TB) *fakeSlack {
	f := &fakeSlack{t: t, methods: make(map[string]func(url.Values) (int, string))}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", f.api)
	mux.HandleFunc("/socket", f.socket)
	mux.HandleFunc("/upload", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "OK") })
	f.server = httptest.NewServer(mux)
	t.Cleanup(f.server.Close)
	f.on("apps.connections.open", func(url.Values) (int, string) {
		return 200, fmt.Sprintf(`{"ok":true,"url":"ws%s/socket"}`, strings.TrimPrefix(f.server.URL, "http"))
	})
	f.on("auth.test", ok(`"url":"https://acme.slack.com/","team":"Acme","team_id":"T1","user_id":"UBOT","bot_id":"B1"`))
	return f
}

func (f *fakeSlack) url() string { return f.server.URL + "/api/" }

// ok answers {"ok":true, …}.
func ok(fields string) func(url.Values) (int, string) {
	if fields != "" {
		fields = "," + fields
	}
	return func(url.Values) (int, string) { return 200, `{"ok":true` + fields + `}` }
}

// no answers {"ok":false,"error":code}.
func no(code string) func(url.Values) (int, string) {
	return func(url.Values) (int, string) { return 200, `{"ok":false,"error":"` + code + `"}` }
}

// on sets the answer of a method. Status -1 breaks the connection instead; -429 answers 429 with the body as Retry-After.
func (f *fakeSlack) on(method string, answer func(url.Values) (int, string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.methods[method] = answer
}

func (f *fakeSlack) api(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	name := strings.TrimPrefix(r.URL.Path, "/api/")
	f.mu.Lock()
	answer := f.methods[name]
	f.calls = append(f.calls, fakeCall{name, r.Form, time.Now()})
	f.mu.Unlock()
	if answer == nil {
		fmt.Fprint(w, `{"ok":false,"error":"unknown_method"}`)
		return
	}
	status, body := answer(r.Form)
	switch status {
	case -1:
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	case -429:
		w.Header().Set("Retry-After", body)
		w.WriteHeader(429)
	default:
		w.Header().Set("X-OAuth-Scopes", "chat:write, commands")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func (f *fakeSlack) called(method string) []fakeCall {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []fakeCall
	for _, c := range f.calls {
		if c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

func (f *fakeSlack) socket(w http.ResponseWriter, r *http.Request) {
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s := &fakeSocket{slack: f, ws: ws, gone: make(chan struct{})}
	ws.SetPongHandler(func(string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.pongs++
		return nil
	})
	ws.SetCloseHandler(func(code int, _ string) error {
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		return ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	})
	f.mu.Lock()
	if f.mute {
		ws.SetPingHandler(func(string) error { return nil })
	} else if before := f.onPing; before != nil {
		ws.SetPingHandler(func(data string) error {
			before(s)
			return ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
		})
	}
	f.sockets = append(f.sockets, s)
	n, greet := len(f.sockets), f.onOpen
	if f.count > 0 {
		n = f.count
	}
	f.mu.Unlock()
	if greet == nil {
		s.send(fmt.Sprintf(`{"type":"hello","num_connections":%d,"connection_info":{"app_id":"A1"}}`, n))
	} else {
		greet(s)
	}
	s.read()
}

func (s *fakeSocket) read() {
	defer close(s.gone)
	defer s.ws.Close()
	for {
		_, frame, err := s.ws.ReadMessage()
		if err != nil {
			return
		}
		a := fakeAck{At: time.Now()}
		if json.Unmarshal(frame, &a) != nil {
			continue
		}
		s.mu.Lock()
		s.acks = append(s.acks, a)
		s.mu.Unlock()
	}
}

func (s *fakeSocket) send(frame string) {
	s.write.Lock()
	defer s.write.Unlock()
	_ = s.ws.WriteMessage(websocket.TextMessage, []byte(frame))
}

func (s *fakeSocket) ping() {
	_ = s.ws.WriteControl(websocket.PingMessage, []byte("x"), time.Now().Add(time.Second))
}

// reset breaks the connection with a TCP RST.
func (s *fakeSocket) reset() {
	_ = s.ws.UnderlyingConn().(*net.TCPConn).SetLinger(0)
	_ = s.ws.UnderlyingConn().Close()
}

func (s *fakeSocket) acked(id string) []fakeAck {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []fakeAck
	for _, a := range s.acks {
		if a.ID == id {
			out = append(out, a)
		}
	}
	return out
}

func (s *fakeSocket) saidGoodbye() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *fakeSocket) ponged() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pongs
}

// nth waits for the n-th socket ever opened (from 0).
func (f *fakeSlack) nth(n int) *fakeSocket {
	f.t.Helper()
	var s *fakeSocket
	eventually(f.t, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.sockets) > n {
			s = f.sockets[n]
		}
		return s != nil
	})
	return s
}

func (f *fakeSlack) opened() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sockets)
}

func eventually(t testing.TB, f func() bool) {
	t.Helper()
	require.Eventually(t, f, 10*time.Second, 2*time.Millisecond)
}

func command(id, text string) string {
	return envelopeOf(id, "slash_commands", fmt.Sprintf(`{"command":"/incident","text":%q,"user_id":"U1","user_name":"ana",
		"channel_id":"C1","channel_name":"general","team_id":"T1","trigger_id":"trigger-%s","response_url":"","is_enterprise_install":"false"}`, text, id))
}

func event(envelopeID, eventID string, attempt int) string {
	return fmt.Sprintf(`{"envelope_id":%q,"type":"events_api","retry_attempt":%d,"retry_reason":"timeout","accepts_response_payload":false,
		"payload":{"type":"event_callback","team_id":"T1","event_id":%q,"event_time":1700000000,
		"event":{"type":"reaction_added","user":"U1","reaction":"pushpin","item_user":"U2","item":{"type":"message","channel":"C1","ts":"1.000002"}}}}`,
		envelopeID, attempt, eventID)
}

func envelopeOf(id, kind, payload string) string {
	return fmt.Sprintf(`{"envelope_id":%q,"type":%q,"accepts_response_payload":true,"payload":%s}`, id, kind, payload)
}
