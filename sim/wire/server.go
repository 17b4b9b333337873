package wire

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server serves at an address of its own. The zero value is not started, and may be closed.
type Server struct {
	server *http.Server
	tasks  sync.WaitGroup
	silent sync.Map // connections that have not asked for anything yet
}

// Start listens on addr ("127.0.0.1:0" picks a free port) and serves until Close. handler is asked once, with the address by which a client
// on this machine reaches it, without a slash at the end; trouble hears when it stops serving before it is closed.
func (s *Server) Start(addr string, handler func(base string) http.Handler, trouble func(error)) error {
	l, base, err := Listen(addr)
	if err != nil {
		return err
	}
	s.server = &http.Server{Handler: handler(base), ReadHeaderTimeout: 10 * time.Second, ConnState: s.hear}
	// Else a connection that a client opened ahead of need is waited for as a request.
	s.server.RegisterOnShutdown(func() {
		s.silent.Range(func(c, _ any) bool {
			_ = c.(net.Conn).Close()
			return true
		})
	})
	s.tasks.Go(func() {
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			trouble(err)
		}
	})
	return nil
}

func (s *Server) hear(c net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.silent.Store(c, nil)
	} else {
		s.silent.Delete(c)
	}
}

// Close waits for the requests that are under way until ctx is done, and breaks off the others.
func (s *Server) Close(ctx context.Context) (err error) {
	if s.server == nil {
		return nil
	}
	if err = s.server.Shutdown(ctx); err != nil {
		err = errors.Join(err, s.server.Close())
	}
	s.tasks.Wait()
	return err
}
