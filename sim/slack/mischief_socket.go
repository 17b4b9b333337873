package slack

import (
	"time"

	"github.com/gorilla/websocket"
)

// Disconnect tells every socket that it will be cut, as Slack does: "warning" (cut after Options.CutAfter; envelopes go on meanwhile),
// "refresh_requested" (cut a moment later), "link_disabled", "too_many_websockets". Prevents: a gap at each refresh, and hot reconnect loops.
func (m *Mischief) Disconnect(reason string) {
	wait := 50 * time.Millisecond
	if reason == "warning" {
		wait = m.s.o.CutAfter
	}
	for _, k := range m.s.hub.live() {
		k.send(websocket.TextMessage, disconnectFrame(reason))
		time.AfterFunc(wait, k.cut)
	}
}

// DisconnectOldest does the same to the oldest socket only, which is how Slack refreshes: one connection at a time.
func (m *Mischief) DisconnectOldest(reason string) {
	if all := m.s.hub.live(); len(all) > 0 {
		all[0].send(websocket.TextMessage, disconnectFrame(reason))
		time.AfterFunc(50*time.Millisecond, all[0].cut)
	}
}

// CutOldest cuts the n oldest sockets at once, without a word: what follows a "warning" that was heeded in time.
func (m *Mischief) CutOldest(n int) {
	all := m.s.hub.live()
	for _, k := range all[:min(n, len(all))] {
		k.cut()
	}
}

// ResetSockets breaks every socket with a TCP reset. Prevents: reconnecting only after a polite close.
func (m *Mischief) ResetSockets() {
	for _, k := range m.s.hub.live() {
		k.once.Do(func() { close(k.gone) })
		rst(k.tcp)
	}
}

// HalfOpen silences every open socket: nothing is read, written or pinged, but Slack still counts it and sends it envelopes, until Heal.
// Prevents: trusting a connection that is dead behind a NAT.
func (m *Mischief) HalfOpen() {
	for _, k := range m.s.hub.live() {
		k.ghost.Store(true)
	}
}

// Heal makes Slack notice its half-open sockets and forget them.
func (m *Mischief) Heal() {
	for _, k := range m.s.hub.live() {
		if k.ghost.Load() {
			m.s.hub.drop(k)
		}
	}
}

// MalformedFrame sends every socket a text frame that is not JSON. Prevents: a reader that dies of one bad frame.
func (m *Mischief) MalformedFrame() {
	for _, k := range m.s.hub.live() {
		k.send(websocket.TextMessage, []byte(`{"envelope_id": "broken`))
	}
}

// UnknownEvent sends an event of a type that no library knows. It must still be acknowledged. Prevents: retries without end of what cannot be decoded.
func (m *Mischief) UnknownEvent() {
	m.Event(object{"type": "event_from_the_future", "surprise": true})
}

// UndecodableEvent sends a message event with a field of the wrong type, which typed decoders refuse. It must still be acknowledged.
func (m *Mischief) UndecodableEvent() {
	m.Event(object{"type": "message", "display_as_bot": "x", "channel": "C0", "user": botUser, "text": "x", "ts": "1.000001", "channel_type": "channel"})
}

// Event sends any event, subscribed or not.
func (m *Mischief) Event(e map[string]any) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	m.s.deliverEvent(e)
}

// HoldHello lets the next n sockets open without a hello. Prevents: waiting for it for ever, and counting such a socket as connected.
func (m *Mischief) HoldHello(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.silent += n
}

func (m *Mischief) mute() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.silent == 0 {
		return false
	}
	m.silent--
	return true
}
