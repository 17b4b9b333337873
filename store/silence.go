package store

import (
	"encoding/binary"
	"net"
	"sync"
	"time"
)

// silence is how long the database may say nothing while it owes an answer, before the
// connection counts as broken: a cut cable and a hung pooler say nothing, and the
// job queue sets no limit of its own. All that is asked here takes milliseconds.
const silence = 10 * time.Second

// listener is a connection that closes itself when an answer does not begin in time, or
// stops in its middle. It stands above TLS, because only the messages show where an answer
// ends. It sets no deadlines: those belong to the driver.
type listener struct {
	net.Conn
	alarm  *time.Timer
	closed func()

	mu         sync.Mutex
	patience   time.Duration
	sent, came messages
	owed       int       // answers that have not ended
	waiting    time.Time // since when for what comes next; zero when nobody waits
	doubted    bool
}

func listening(c net.Conn, patience time.Duration) *listener {
	l := &listener{Conn: c, patience: patience, sent: messages{opens: true}, closed: func() {}}
	l.alarm = time.AfterFunc(time.Hour, func() { _ = l.Close() })
	l.alarm.Stop()
	return l
}

// waits returns how long the silence may be.
func (l *listener) waits() time.Duration {
	if l.doubted {
		return min(proveWithin, l.patience)
	}
	return l.patience
}

func (l *listener) suspect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doubted = true
	if !l.waiting.IsZero() {
		l.alarm.Reset(max(0, l.waits()-time.Since(l.waiting)))
	}
}

// Write sends, and waits for an answer from now on.
func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	l.sent.pass(b, func(kind byte) {
		if asks[kind] {
			l.owed++
		}
	})
	if l.waiting.IsZero() {
		l.waiting = time.Now()
	}
	l.alarm.Reset(l.waits())
	l.mu.Unlock()
	return l.Conn.Write(b)
}

// Read hears what comes. Within an answer only who reads waits: rows may be looked at for as long as that takes.
func (l *listener) Read(b []byte) (int, error) {
	l.mu.Lock()
	if l.owed > 0 && l.waiting.IsZero() {
		l.waiting = time.Now()
		l.alarm.Reset(l.waits())
	}
	l.mu.Unlock()
	n, err := l.Conn.Read(b)
	if n > 0 {
		l.mu.Lock()
		l.alarm.Stop()
		l.waiting, l.doubted = time.Time{}, false
		l.came.pass(b[:n], func(kind byte) {
			if kind == readyForQuery {
				l.owed = max(0, l.owed-1)
			}
		})
		l.mu.Unlock()
	}
	return n, err
}

// Close ends the connection, and what waits on it.
func (l *listener) Close() error {
	l.alarm.Stop()
	l.closed()
	return l.Conn.Close()
}

// asks are the messages that are answered until the server is ready for the next: the first of all, a query, and the end
// of what was asked in parts.
// Source: PostgreSQL, "Message Flow".
var asks = [256]bool{opening: true, 'Q': true, 'S': true}

const (
	opening       = 0 // the first message of a connection, which has no kind
	readyForQuery = 'Z'
)

// messages follows the messages of one direction through the pieces in which they pass.
// Source: PostgreSQL, "Message Formats".
type messages struct {
	opens bool // the next one has no kind
	head  [5]byte
	have  int // of head
	left  int // of the body
}

// pass tells of each message that is whole with these bytes.
func (m *messages) pass(b []byte, whole func(kind byte)) {
	for len(b) > 0 {
		if m.have < len(m.head) {
			if m.opens && m.have == 0 {
				m.have, m.head[0] = 1, opening
			}
			n := copy(m.head[m.have:], b)
			m.have, b = m.have+n, b[n:]
			if m.have < len(m.head) {
				return
			}
			m.left = max(0, int(binary.BigEndian.Uint32(m.head[1:]))-4) // the length counts itself
		}
		n := min(m.left, len(b))
		m.left, b = m.left-n, b[n:]
		if m.left == 0 {
			m.have, m.opens = 0, false
			whole(m.head[0])
		}
	}
}
