package program

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// limited is a listener that hangs up on connections beyond the room that there is. Where the room is taken, one that
// waits for its next request gives way to a new one; without such a one the new one is spare.
type limited struct {
	net.Listener
	// room is for connections of all kinds; spare for those beyond, which may be nil for none.
	room, spare chan struct{}

	mu sync.Mutex
	// idle are the connections that wait for their next request, the longest first.
	idle []*held
	// silent are those that have not asked for anything yet.
	silent []*held
}

// serve serves until srv is shut down, and then hangs up on connections that have not asked for anything: Shutdown takes
// them for requests that are about to come, for five seconds.
// Source: net/http, Server.closeIdleConns.
func serve(srv *http.Server, l *limited) error {
	srv.RegisterOnShutdown(l.endSilent)
	return srv.Serve(l)
}

// Accept waits for a connection that there is room for.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if h := l.take(c); h != nil {
			return h, nil
		}
		_ = c.Close()
	}
}

// take finds room for a connection; nil when there is none.
func (l *limited) take(c net.Conn) *held {
	for {
		select {
		case l.room <- struct{}{}:
			return &held{Conn: c, of: l, leave: sync.OnceFunc(func() { <-l.room })}
		default:
		}
		if !l.endIdle() {
			break
		}
	}
	select {
	case l.spare <- struct{}{}:
		return &held{Conn: c, of: l, until: time.Now().Add(spareTime), leave: sync.OnceFunc(func() { <-l.spare })}
	default:
		return nil
	}
}

// endIdle ends the connection that has waited longest for its next request; false when none waits.
func (l *limited) endIdle() bool {
	l.mu.Lock()
	if len(l.idle) == 0 {
		l.mu.Unlock()
		return false
	}
	h := l.idle[0]
	l.idle = l.idle[1:]
	l.mu.Unlock()
	_ = h.Close()
	return true
}

// endSilent ends the connections that have not asked for anything.
func (l *limited) endSilent() {
	l.mu.Lock()
	silent := slices.Clone(l.silent)
	l.mu.Unlock()
	for _, h := range silent {
		_ = h.Close()
	}
}

// held is a connection that gives its room back when it is closed.
type held struct {
	net.Conn
	of    *limited
	leave func()
	// until is by when the request of a spare one has to have come; zero for all others.
	until time.Time
}

// Close hangs up and makes room.
func (h *held) Close() error {
	h.leave()
	return h.Conn.Close()
}

// SetReadDeadline leaves a spare connection no more time than it has.
func (h *held) SetReadDeadline(t time.Time) error {
	if !h.until.IsZero() && (t.IsZero() || t.After(h.until)) {
		t = h.until
	}
	return h.Conn.SetReadDeadline(t)
}

// states is told by the server how each connection stands.
func states(c net.Conn, s http.ConnState) {
	h, ok := c.(*held)
	if !ok {
		return
	}
	l := h.of
	l.mu.Lock()
	defer l.mu.Unlock()
	same := func(o *held) bool { return o == h }
	l.idle, l.silent = slices.DeleteFunc(l.idle, same), slices.DeleteFunc(l.silent, same)
	switch {
	case s == http.StateNew:
		l.silent = append(l.silent, h)
	case s == http.StateIdle && h.until.IsZero():
		l.idle = append(l.idle, h)
	}
}

type connectionKey struct{}

func onConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// spare reports whether a request came over a connection that is for health pages and metrics only.
func spare(r *http.Request) bool {
	h, ok := r.Context().Value(connectionKey{}).(*held)
	return ok && !h.until.IsZero()
}

// once has a spare connection end with its answer.
func once(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if spare(r) {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
