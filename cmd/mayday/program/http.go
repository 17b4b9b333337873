package program

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"mayday/handlers"
	"mayday/store"
)

// pages are health, metrics and what senders of alerts post. /readyz is 200 once mayday is connected to Slack and its
// database answers.
func (p *Program) pages() *http.Server {
	p.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", paced(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }))
	mux.Handle("GET /readyz", paced(p.readyz))
	mux.Handle("GET /metrics", paced(promhttp.HandlerFor(p.metrics, promhttp.HandlerOpts{MaxRequestsInFlight: mostScrapes, Timeout: pageTime}).ServeHTTP))
	mux.HandleFunc("/v2/", p.takeAlert)
	mux.HandleFunc("/in/", p.takeAlert)
	mux.HandleFunc("/ack/", p.takeAnswer)
	p.posts = handlers.PostsCounter(p.metrics)
	return server(once(mux))
}

// serveHTTP serves pages at an address until undo.
func (p *Program) serveHTTP(addr string, pages *http.Server, undo *teardown) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return errors.New("MAYDAY_HTTP_ADDR: cannot listen on " + addr + ": " + reason(err) + "; choose another, such as 127.0.0.1:8081")
	}
	p.HTTPAddr = l.Addr().String()
	p.log.Info("health and metrics are served", zap.String("at", p.HTTPAddr))
	go func() {
		if err := serve(pages, &limited{Listener: l, room: make(chan struct{}, mostConnections), spare: make(chan struct{}, mostSpare)}); !errors.Is(err, http.ErrServerClosed) {
			p.log.Error("health and metrics are not served any more", zap.Error(err))
		}
	}()
	undo.add("stop serving health and metrics", func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return pages.Shutdown(ctx)
	})
	return nil
}

// takeAlert passes on what a sender posts. Until there is a database, and while senders hold all connections, it is to be sent again.
func (p *Program) takeAlert(w http.ResponseWriter, r *http.Request) {
	in, why := p.intake.Load(), "waiting for the database"
	switch {
	case spare(r):
		why = "too many connections"
	case in != nil:
		in.ServeHTTP(w, r)
		return
	}
	p.posts.WithLabelValues(handlers.UnknownSource, strconv.Itoa(http.StatusServiceUnavailable)).Inc()
	w.Header().Set("Retry-After", "5")
	http.Error(w, why, http.StatusServiceUnavailable)
}

// takeAnswer shows the page that acknowledges. Until there is a database it is to be opened again.
func (p *Program) takeAnswer(w http.ResponseWriter, r *http.Request) {
	if a := p.answers.Load(); a != nil && !spare(r) {
		a.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Retry-After", "5")
	http.Error(w, "mayday is starting; open this again in a moment, or acknowledge in Slack", http.StatusServiceUnavailable)
}

func (p *Program) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	switch {
	case !p.built.Load():
		http.Error(w, "waiting for the database", http.StatusServiceUnavailable)
	case !p.socket.Connected():
		http.Error(w, "not connected to Slack", http.StatusServiceUnavailable)
	default:
		p.readyDatabase(ctx, w)
	}
}

// readyDatabase asks for a transaction that writes: a standby answers questions too.
func (p *Program) readyDatabase(ctx context.Context, w http.ResponseWriter) {
	err := p.writes.see(func() error {
		// Others wait for this look, so a client that hangs up does not end it.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		return p.Store.CheckWrites(ctx)
	})
	switch {
	case err == nil && p.Store.Stopped():
		http.Error(w, "no clock fires here: this machine is "+store.SayAhead(p.Store.Skew()), http.StatusServiceUnavailable)
	case err == nil:
		_, _ = w.Write([]byte("ok\n"))
	case errors.Is(err, store.ErrReadOnly):
		http.Error(w, store.ErrReadOnly.Error(), http.StatusServiceUnavailable)
	default:
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
	}
}
