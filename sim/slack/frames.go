package slack

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// frames watches the bytes of a connection and notes which messages came in several WebSocket frames: the WebSocket library hides
// it, and Slack drops an acknowledgement that is split. It is handed to the upgrader in place of the response writer.
type frames struct {
	http.ResponseWriter

	mu      sync.Mutex
	header  []byte
	skip    uint64
	split   bool
	results []bool // one a finished message: was it split?
}

func (f *frames) around(w http.ResponseWriter) *frames {
	f.ResponseWriter = w
	return f
}

// Hijack gives the upgrader a connection whose reads are watched.
func (f *frames) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(f.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, fmt.Errorf("sim/slack: %w", err)
	}
	return &watched{Conn: conn, seen: f}, rw, nil
}

type watched struct {
	net.Conn
	seen *frames
}

func (c *watched) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.seen.feed(p[:n])
	return n, err
}

// fragmented answers for the oldest message not asked about.
func (f *frames) fragmented() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.results) == 0 {
		return false
	}
	r := f.results[0]
	f.results = f.results[1:]
	return r
}

// feed follows the frame headers (RFC 6455, 5.2) and skips the payloads.
func (f *frames) feed(p []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(p) > 0 {
		if f.skip > 0 {
			n := min(f.skip, uint64(len(p)))
			f.skip -= n
			p = p[n:]
			continue
		}
		f.header = append(f.header, p[0])
		p = p[1:]
		f.finish()
	}
}

// finish acts on a header that is complete.
func (f *frames) finish() {
	h := f.header
	if len(h) < 2 {
		return
	}
	need, length := 2, uint64(h[1]&0x7f)
	switch length {
	case 126:
		need += 2
	case 127:
		need += 8
	}
	if h[1]&0x80 != 0 {
		need += 4
	}
	if len(h) < need {
		return
	}
	if n := int(length); n >= 126 {
		length = 0
		for _, b := range h[2 : 2+map[int]int{126: 2, 127: 8}[n]] {
			length = length<<8 | uint64(b)
		}
	}
	f.skip, f.header = length, h[:0]
	final, opcode := h[0]&0x80 != 0, h[0]&0x0f
	if opcode >= 8 {
		return
	}
	f.split = f.split || !final
	if final {
		f.results = append(f.results, f.split)
		f.split = false
	}
}
