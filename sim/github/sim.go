// Package github is a small GitHub in one process, for the demo and for tests: repositories with issues, labels, files and pull requests,
// behind GitHub's REST API. Rule of the room: be as strict as GitHub, or stricter where GitHub is silent; what GitHub would refuse is kept in
// Violations. It can misbehave on demand (Mischief). It imports nothing of the program that it tests, and knows nothing of incidents.
package github

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"mayday/sim/wire"
)

// Options says how the small GitHub behaves. The zero value is quiet and fast.
type Options struct {
	// Clock stamps issues and comments. Nil means time.Now.
	Clock func() time.Time
	// Repository is the app's repository, as owner/name. Empty means "demo/operations".
	Repository string
	// Others are further repositories that the token may read and write, as owner/name: issues can be transferred there.
	Others []string
	// People are the logins of those to whom issues may be assigned. Nil means ana, ben, chidi, chloe, dev, eva, mia and raj.
	People []string
	// Hourly is how many calls are answered within an hour. Zero means 5,000 (GitHub: primary rate limit of a token).
	Hourly int64
	// ContentAMinute is how many requests that create or change something are answered within a minute, the others by a secondary limit
	// (GitHub: "no more than 80 content-generating requests per minute"). Zero means any number.
	ContentAMinute int
	// Dir keeps everything as github.json and reads it back at the next start. Empty means nothing is kept.
	Dir string
}

func (o Options) filled() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.People == nil {
		o.People = []string{"ana", "ben", "chidi", "chloe", "dev", "eva", "mia", "raj"}
	}
	o.Repository = cmp.Or(o.Repository, "demo/operations")
	o.Hourly = cmp.Or(o.Hourly, 5000)
	return o
}

// Sim is one GitHub. Make it with New; all methods are safe for concurrent use.
type Sim struct {
	wire.Ledger // what the app did: its calls, named as "POST issues", and what GitHub would refuse

	o        Options
	mischief *Mischief
	keep     *wire.Keep

	feed wire.Feed[Event]

	mu      sync.Mutex
	w       state
	spent   int64       // calls within the hour that
	renewed time.Time   // ends the hour
	made    []time.Time // when content was created, within the last minute
	sso     bool

	server    wire.Server
	base, api string
	closing   sync.Once
}

// state is everything that is kept between two starts.
type state struct {
	Repositories []*repository // the app's first
	LastID       int64
}

// Call is one request to the REST API.
type Call = wire.Call

// Event tells a subscriber that something changed. Number is that of an issue or pull request; 0 when it does not apply.
type Event struct{ Number int }

type object = wire.Object

// New makes a GitHub, or reads it back from Options.Dir. It does not listen yet.
func New(o Options) (*Sim, error) {
	o = o.filled()
	s := &Sim{o: o, mischief: &Mischief{}}
	s.keep = wire.NewKeep(o.Dir, "github.json", s.snapshot, func(err error) { s.Violate("GitHub could not be saved: %v", err) })
	if _, err := s.keep.Load(&s.w); err != nil {
		return nil, fmt.Errorf("sim/github: %w", err)
	}
	for _, name := range append([]string{o.Repository}, o.Others...) {
		if s.named(name) == nil && s.redirected(name) == nil {
			s.w.Repositories = append(s.w.Repositories, newRepository(name, int64(len(s.w.Repositories)+1)))
		}
	}
	return s, nil
}

// snapshot encodes everything that is kept.
func (s *Sim) snapshot() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(s.w)
}

// Start listens on addr ("127.0.0.1:0" picks a free port) and serves until Close.
func (s *Sim) Start(addr string) error {
	if err := s.server.Start(addr, s.Serve, func(err error) { s.Violate("the simulator stopped serving: %v", err) }); err != nil {
		return fmt.Errorf("sim/github: %w", err)
	}
	return nil
}

// Path is the beginning of the paths that Serve answers for.
const Path = "/github/"

// Serve gives what a server of somebody else's has to serve at base, its address without a slash at the end, below Path. Use it or Start, once.
func (s *Sim) Serve(base string) http.Handler {
	s.base, s.api = base, base+Path
	return s.handler()
}

// URL is the base of the REST API, with the slash at the end.
func (s *Sim) URL() string { return s.api }

// Token is the only token that is known. It is worth nothing outside the simulator.
func (s *Sim) Token() string { return "ghp_simulated" }

// Repository is the app's repository, as owner/name, under its present name.
func (s *Sim) Repository() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.main().Name
}

// Mischief is the queue of faults.
func (s *Sim) Mischief() *Mischief { return s.mischief }

// Close saves everything and stops serving. It is safe to call twice.
func (s *Sim) Close(ctx context.Context) (err error) {
	s.closing.Do(func() { err = errors.Join(s.server.Close(ctx), s.keep.Close()) })
	return err
}

// changed tells subscribers and asks for a save.
func (s *Sim) changed(e Event) {
	s.feed.Tell(e)
	s.keep.Changed()
}

// Subscribe returns every change from now on. The channel holds 1,024 events; a reader that falls further behind loses the newest.
// Call cancel when done.
func (s *Sim) Subscribe() (events <-chan Event, cancel func()) { return s.feed.Subscribe(1024) }
