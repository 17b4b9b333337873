package slack

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"mayday/sim/wire"
)

// forgetAfter is how long an envelope is remembered after its deadline, to tell a late acknowledgement from an invented one.
const forgetAfter = time.Minute

// envelope is one payload on its way to the app.
type envelope struct {
	id         string
	kind       string // slash_commands, interactive, events_api
	what       string // for people: "/incident", "block_actions" …
	accepts    bool
	payload    any
	attempt    int
	reason     string
	deliveries []*delivery
	outcome    chan outcome
	expired    func() // called once when nobody acknowledged in time
	over       bool
}

// outcome is the payload of an acknowledgement and when it arrived.
type outcome struct {
	payload json.RawMessage
	at      time.Time
}

// delivery is one sending of an envelope over one socket.
type delivery struct {
	on      *socket
	sent    time.Time
	acked   bool
	dropped bool // mischief swallowed the acknowledgement
}

func newEnvelope(kind, what string, payload any) *envelope {
	return &envelope{id: uuid(), kind: kind, what: what, accepts: kind != "events_api", payload: payload, outcome: make(chan outcome, 1)}
}

func uuid() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand, since Go 1.24)
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// dispatch sends an envelope over any one socket. It reports false when there is none.
func (h *hub) dispatch(e *envelope) bool {
	o := object{"envelope_id": e.id, "type": e.kind, "accepts_response_payload": e.accepts, "payload": e.payload}
	if e.attempt > 0 {
		o["retry_attempt"], o["retry_reason"] = e.attempt, e.reason
	}
	data := []byte(wire.Encode(o))
	times := 1 + h.s.mischief.duplicates(e.kind)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.sockets) == 0 || h.closed {
		return false
	}
	h.pending[e.id] = e
	for range times {
		h.turn++
		k := h.sockets[h.turn%len(h.sockets)]
		d := &delivery{on: k, sent: time.Now()}
		e.deliveries = append(e.deliveries, d)
		k.send(websocket.TextMessage, data)
		time.AfterFunc(h.s.o.AckWithin, func() { h.deadline(e, d) })
	}
	time.AfterFunc(h.s.o.AckWithin+forgetAfter, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.pending, e.id)
	})
	return true
}

// deadline judges one delivery when its time is up.
func (h *hub) deadline(e *envelope, d *delivery) {
	h.mu.Lock()
	var expired func()
	if !d.acked && !h.closed {
		if !d.on.over() && !d.dropped && !d.on.ghost.Load() { // an envelope that is lost with its connection cannot be acknowledged
			h.s.Violate("no acknowledgement of %s (%s) within %s", e.what, e.id, h.s.o.AckWithin)
		}
		if !e.over {
			e.over = true
			expired = e.expired
		}
	}
	h.mu.Unlock()
	if expired != nil {
		expired()
	}
}

// ack judges what the app sent over a socket.
func (h *hub) ack(k *socket, data []byte, fragmented bool) {
	arrived := time.Now()
	var a acknowledgement
	if err := json.Unmarshal(data, &a); err != nil || a.ID == "" {
		h.s.Violate("a frame that is no acknowledgement: %.80q", data)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.pending[a.ID]
	switch {
	case e == nil:
		h.s.Violate("acknowledgement of an unknown envelope %s", a.ID)
		return
	case len(data) >= maxAckBytes:
		h.s.Violate("acknowledgement of %s has %d bytes: Slack drops %d and more", e.what, len(data), maxAckBytes)
		return
	case fragmented:
		h.s.Violate("acknowledgement of %s in several WebSocket frames: Slack drops it", e.what)
		return
	}
	d := e.delivery(k, h.s.o.AcceptForeignAcks)
	switch {
	case d == nil && e.open() != nil:
		h.s.Violate("acknowledgement of %s on another socket than its envelope", e.what)
		return
	case d == nil:
		h.s.Violate("acknowledgement of %s repeated", e.what)
		return
	case h.s.mischief.swallow(e.kind):
		d.dropped = true
		return
	}
	d.acked = true
	if late := arrived.Sub(d.sent) - h.s.o.AckWithin; late > 0 {
		h.s.Violate("acknowledgement of %s came %s late", e.what, late.Round(time.Millisecond))
		return
	}
	if carries(a.Payload) && !e.accepts {
		h.s.Violate("acknowledgement of %s carries a payload, which it does not accept", e.what)
	}
	if !e.over {
		e.over = true
		e.outcome <- outcome{a.Payload, arrived}
	}
}

func carries(payload json.RawMessage) bool {
	return len(payload) > 0 && string(payload) != "null" && string(payload) != "{}"
}

// delivery finds the unanswered delivery of an envelope on a socket, or with any on every socket.
func (e *envelope) delivery(k *socket, any bool) *delivery {
	for _, d := range e.deliveries {
		if !d.acked && d.on == k {
			return d
		}
	}
	if any {
		return e.open()
	}
	return nil
}

// open is a delivery that waits for its acknowledgement; nil when there is none.
func (e *envelope) open() *delivery {
	for _, d := range e.deliveries {
		if !d.acked {
			return d
		}
	}
	return nil
}

// event sends an event to the app when it subscribed to it.
func (s *Sim) event(kind string, e object) {
	if s.subscribed(kind) {
		s.deliverEvent(e)
	}
}

// deliverEvent wraps an event and sends it, again after the waits of Options.EventRetries while it is not acknowledged.
func (s *Sim) deliverEvent(e object) {
	if e["event_ts"] == nil {
		e["event_ts"] = s.stamp()
	}
	s.sendEvent(object{
		"token": "simulated", "team_id": teamID, "api_app_id": appID, "type": "event_callback", "event_id": s.newID("Ev"), "event_time": s.o.Clock().Unix(),
		"is_ext_shared_channel": false, "event_context": "simulated", "event": json.RawMessage(wire.Encode(e)),
		"authorizations": []object{{"enterprise_id": nil, "team_id": teamID, "user_id": botUser, "is_bot": true, "is_enterprise_install": false}},
	}, 0)
}

func (s *Sim) sendEvent(payload object, attempt int) {
	e := newEnvelope("events_api", fmt.Sprintf("event %s, attempt %d", payload["event_id"], attempt), payload)
	e.attempt = attempt
	if attempt > 0 {
		e.reason = "timeout"
	}
	again := func() {
		if attempt >= len(s.o.EventRetries) {
			return
		}
		s.tasks.Go(func() {
			if wire.Sleep(s.done, s.o.EventRetries[attempt]) {
				s.sendEvent(payload, attempt+1)
			}
		})
	}
	e.expired = again
	if !s.hub.dispatch(e) && s.hub.hadSockets() {
		again()
	}
}
