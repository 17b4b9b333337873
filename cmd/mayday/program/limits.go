package program

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// pageTime is how long a health page or the metrics may take, and a client to ask for them.
	pageTime = 5 * time.Second
	// idleTime is how long a connection is kept for the next question: longer than most scrape intervals are short.
	idleTime = 30 * time.Second
	// mostConnections at once to MAYDAY_HTTP_ADDR. mostSpare more, each for one request that has spareTime to come, are for
	// health pages and metrics: they answer while senders hold all others.
	mostConnections, mostSpare = 64, 16
	spareTime                  = time.Second
	// mostScrapes of the metrics at once.
	mostScrapes = 4
	// pagesASecond is how often each page is answered: many times what probes and scrapers ask. Who asks without a
	// pause takes the processor from nobody.
	pagesASecond = 20
	// glanceAge is how old an answer of the database may be that pages show again: however often they are asked
	// for, the database is asked once in that time.
	glanceAge = time.Second
)

// server is an HTTP server that nobody can hold on to: every part of a request has its time.
func server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ConnState: states, ConnContext: onConnection, ReadHeaderTimeout: pageTime, ReadTimeout: pageTime, WriteTimeout: 2 * pageTime, IdleTimeout: idleTime, MaxHeaderBytes: 16 << 10}
}

// paced answers a page no more than pagesASecond; who asks more often waits for a turn, in the order of asking.
func paced(page http.HandlerFunc) http.Handler {
	turns := rate.NewLimiter(pagesASecond, pagesASecond)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if turns.Wait(r.Context()) == nil { // else nobody waits for the answer any more
			page(w, r)
		}
	})
}

// glance shares one look among all who ask within glanceAge. Who asks while another looks waits for that look.
type glance[T any] struct {
	mu   sync.Mutex
	at   time.Time
	seen T
}

func (g *glance[T]) see(look func() T) T {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.at) >= glanceAge {
		g.seen = look()
		g.at = time.Now()
	}
	return g.seen
}
