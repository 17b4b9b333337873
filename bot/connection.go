package bot

import (
	"context"
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
)

const (
	dialTimeout  = 10 * time.Second
	helloTimeout = 10 * time.Second
	writeTimeout = 2 * time.Second
	closeTimeout = time.Second
	maxFrame     = 4 << 20
	// writeBuffer holds the largest acknowledgement in one frame: Slack ignores fragmented ones.
	writeBuffer = 32 << 10
)

var dialer = websocket.Dialer{
	Proxy:            http.ProxyFromEnvironment,
	HandshakeTimeout: dialTimeout,
	WriteBufferSize:  writeBuffer,
	NetDialContext: (&net.Dialer{
		Timeout:         dialTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3},
	}).DialContext,
}

// connection is one WebSocket to Slack. One goroutine reads and answers pings; writes are serialised.
type connection struct {
	ws      *websocket.Conn
	number  int64
	write   sync.Mutex
	began   time.Time
	hello   chan struct{} // closed when Slack said hello
	leaving chan struct{} // closed when Slack asked us to go, or the socket ended
	closed  chan struct{} // closed when the reader ended
	caught  chan struct{} // closed when Slack answered catchUp
	greet   sync.Once
	leave   sync.Once
	catch   sync.Once
	reason  atomic.Pointer[string] // why Slack asked us to go
	ours    atomic.Bool            // we end it, politely

	mu     sync.Mutex
	unsure []unsure
}

// unsure is an answer that was written to the socket but may still be on its way. Should the connection break
// now, again gives the answer another way.
type unsure struct {
	at    time.Time
	again func()
}

// onItsWay is how long a written answer counts as not arrived yet.
const onItsWay = 500 * time.Millisecond

// doubt remembers an answer for onItsWay.
func (c *connection) doubt(again func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.unsure = slices.DeleteFunc(c.unsure, func(u unsure) bool { return now.Sub(u.at) > onItsWay })
	c.unsure = append(c.unsure, unsure{now, again})
}

// broken gives the answers that may have been lost with the connection.
func (c *connection) broken() []func() {
	if c.ours.Load() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []func()
	for _, u := range c.unsure {
		if time.Since(u.at) <= onItsWay {
			out = append(out, u.again)
		}
	}
	return out
}

func dial(ctx context.Context, url string, number int64) (*connection, error) {
	ws, resp, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("open socket: %w (HTTP %d)", withoutURL(err), resp.StatusCode)
		}
		return nil, fmt.Errorf("open socket: %w", withoutURL(err))
	}
	ws.SetReadLimit(maxFrame)
	return &connection{
		ws: ws, number: number, began: time.Now(),
		hello: make(chan struct{}), leaving: make(chan struct{}), closed: make(chan struct{}), caught: make(chan struct{}),
	}, nil
}

// read hands every frame to receive until the socket ends, and says why it ended. It must never wait for a
// handler: pongs come from here. Silence of twice the ping interval, our own pings unanswered, ends it.
func (c *connection) read(ping time.Duration, receive func(*connection, []byte)) error {
	defer func() {
		c.goAway("")
		close(c.closed)
		_ = c.ws.Close() // already broken or closed; nothing left to lose
	}()
	alive := func() error { return c.ws.SetReadDeadline(time.Now().Add(2 * ping)) }
	c.ws.SetPongHandler(func(said string) error {
		if said == lastPing {
			c.catch.Do(func() { close(c.caught) })
		}
		return alive()
	})
	c.ws.SetPingHandler(func(data string) error {
		if err := alive(); err != nil {
			return err
		}
		err := c.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeTimeout))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil // we are saying goodbye and only read what is still on its way
		}
		return err
	})
	if err := alive(); err != nil {
		return err
	}
	go c.pings(ping)
	for {
		_, frame, err := c.ws.ReadMessage()
		if err != nil {
			return err
		}
		if err := alive(); err != nil {
			return err
		}
		receive(c, frame)
	}
}

func (c *connection) pings(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-c.closed:
			return
		case <-tick.C:
			if err := c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)); err != nil {
				_ = c.ws.Close() // the reader sees it and reports
				return
			}
		}
	}
}

// ack writes one acknowledgement as one frame. payload may be nil.
func (c *connection) ack(id string, payload json.RawMessage) error {
	quoted, err := json.Marshal(id)
	if err != nil {
		return fmt.Errorf("acknowledge: %w", err)
	}
	// By hand, because the payload was marshalled before and would be read and written once more.
	frame := make([]byte, 0, len(quoted)+len(payload)+32)
	frame = append(append(frame, `{"envelope_id":`...), quoted...)
	if payload != nil {
		frame = append(append(frame, `,"payload":`...), payload...)
	}
	frame = append(frame, '}')
	c.write.Lock()
	defer c.write.Unlock()
	if err := c.ws.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("acknowledge: %w", err)
	}
	if err := c.ws.WriteMessage(websocket.TextMessage, frame); err != nil {
		_ = c.ws.Close() // a half-written frame makes the rest of the stream useless
		return fmt.Errorf("acknowledge: %w", err)
	}
	return nil
}

// goAway marks the connection as one to be replaced.
func (c *connection) goAway(reason string) {
	c.leave.Do(func() {
		c.reason.Store(&reason)
		close(c.leaving)
	})
}

// greeted says whether Slack said hello.
func (c *connection) greeted() bool {
	select {
	case <-c.hello:
		return true
	default:
		return false
	}
}

// why gives the reason Slack gave, or "" when the socket just ended.
func (c *connection) why() string {
	if r := c.reason.Load(); r != nil {
		return *r
	}
	return ""
}

// lastPing tells the answer to catchUp from those to our other pings. RFC 6455, 5.5.3: a pong carries what its ping said.
const lastPing = "last"

// catchUp waits until what Slack sent so far has been read, at most closeTimeout: it has once Slack answered a ping.
func (c *connection) catchUp() {
	if c.ws.WriteControl(websocket.PingMessage, []byte(lastPing), time.Now().Add(closeTimeout)) != nil {
		return // the reader sees it and reports
	}
	select {
	case <-c.caught:
	case <-c.closed:
	case <-time.After(closeTimeout):
	}
}

// farewell sends a close frame, so that Slack does not go on routing to a ghost, waits a moment for the
// answer, and closes.
func (c *connection) farewell() {
	c.ours.Store(true)
	_ = c.ws.WriteControl(websocket.CloseMessage,
		websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(closeTimeout))
	select {
	case <-c.closed:
	case <-time.After(closeTimeout):
	}
	_ = c.ws.Close()
}
