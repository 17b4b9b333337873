// Package wire is what every simulated server does with the calls that reach it, whatever it simulates: it lists them (Ledger), spoils them
// on demand (Faults), and keeps its state in a file (Keep). Rule of the room: it knows neither Slack nor GitHub, and nothing of the program.
package wire

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Object is a JSON object.
type Object = map[string]any

// Encode writes a value as JSON; what cannot be written is "".
func Encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// Answer writes a status and a JSON body.
func Answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, Encode(v)); err != nil {
		return // the caller is gone, and nobody else can be told
	}
}

// Sleep waits and reports true, or false as soon as done is closed.
func Sleep(done <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-done:
		return false
	}
}

// Listen opens addr ("127.0.0.1:0" picks a free port) and tells the address that a client on this machine reaches it by, without a slash at the end.
func Listen(addr string) (l net.Listener, base string, err error) {
	if l, err = net.Listen("tcp", addr); err != nil {
		return nil, "", err
	}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		_ = l.Close() // the first error says more
		return nil, "", fmt.Errorf("address %s: %w", l.Addr(), err)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return l, "http://" + net.JoinHostPort(host, port), nil
}
