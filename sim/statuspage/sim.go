// Package statuspage is a small status page in one process, for the demo and for tests, behind the interfaces of three products: Atlassian
// Statuspage, Instatus and Cachet 3. Rule of the room: be as strict as what each of them publishes of its interface, or stricter where that is
// silent; what they would refuse is kept in Violations. It can misbehave on demand (Mischief). It imports nothing of the program that it tests.
package statuspage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"mayday/sim/wire"
)

// Options says how the page behaves. The zero value is quiet and fast.
type Options struct {
	// Name of the page. Empty means "Larkfield".
	Name string
	// Components by their names. Nil means Shop, Payments and Deliveries.
	Components []string
	// Minute is how many requests are answered within a minute. Zero means 60 (Statuspage: "1 request / second as measured on a 60 second
	// rolling window", https://developer.statuspage.io).
	Minute int
	// NoMetadata has Cachet know no metadata, as before July 2026.
	NoMetadata bool
	// Dir keeps everything as statuspage.json and reads it back at the next start. Empty means nothing is kept.
	Dir string
}

// Component is a part of the service.
type Component struct{ ID, Name, State string }

// Incident is one on the page.
type Incident struct {
	ID, Name string
	// Status in Statuspage's words.
	Status string
	// Mark is the metadata that the program left, as JSON; empty for none.
	Mark    string
	Started string
	Created time.Time
	// Updates, the oldest first.
	Updates []Update
}

// Update is one text. Notified: it was sent to the subscribers.
type Update struct {
	ID, Status, Body, Started string
	Notified                  bool
	States                    map[string]string
}

// Sim is one status page. Make it with New; all methods are safe for concurrent use.
type Sim struct {
	wire.Ledger // what the program did: its calls, named as "POST incidents", and what the products would refuse

	o        Options
	mischief wire.Faults
	keep     *wire.Keep
	server   wire.Server
	base     string

	mu sync.Mutex
	state
	asked []time.Time // within the last minute
}

// state is everything that is kept between two starts.
type state struct {
	Parts []Component
	Told  []*Incident
	Last  int
}

type object = wire.Object

// New makes a page, or reads it back from Options.Dir. It does not listen yet.
func New(o Options) (*Sim, error) {
	o.Name, o.Minute = cmp.Or(o.Name, "Larkfield"), cmp.Or(o.Minute, 60)
	if o.Components == nil {
		o.Components = []string{"Shop", "Payments", "Deliveries"}
	}
	s := &Sim{o: o}
	s.keep = wire.NewKeep(o.Dir, "statuspage.json", s.snapshot, func(err error) { s.Violate("the page could not be saved: %v", err) })
	if found, err := s.keep.Load(&s.state); found || err != nil {
		return s, err
	}
	for i, name := range o.Components {
		s.Parts = append(s.Parts, Component{ID: strconv.Itoa(i + 1), Name: name, State: "operational"})
	}
	return s, nil
}

// snapshot encodes everything that is kept.
func (s *Sim) snapshot() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(s.state)
}

// Start listens on addr ("127.0.0.1:0" picks a free port) and serves until Close.
func (s *Sim) Start(addr string) error {
	if err := s.server.Start(addr, s.Serve, func(err error) { s.Violate("the simulator stopped serving: %v", err) }); err != nil {
		return fmt.Errorf("sim/statuspage: %w", err)
	}
	return nil
}

// Close saves everything and stops serving.
func (s *Sim) Close(ctx context.Context) error {
	return errors.Join(s.server.Close(ctx), s.keep.Close())
}

// URL is where people read the page, and the address of Cachet's interface.
func (s *Sim) URL() string { return s.base }

// API is the address of the interface of a kind: "statuspage", "instatus" or "cachet".
func (s *Sim) API(kind string) string {
	if kind == "cachet" {
		return s.base
	}
	return s.base + "/" + kind
}

// Token is the only key that is known. It is worth nothing outside the simulator.
func (s *Sim) Token() string { return "statuspage-simulated-key" }

// Page is the page's id.
func (s *Sim) Page() string { return "kctbh9vrtdwd" }

// Fault says how one call goes wrong.
type Fault = wire.Fault

// Mischief is the queue of faults. Methods are named as in Calls ("POST incidents").
func (s *Sim) Mischief() *wire.Faults { return &s.mischief }

// Incidents lists what stands on the page, oldest first.
func (s *Sim) Incidents() []Incident {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Incident
	for _, i := range s.Told {
		c := *i
		c.Updates = slices.Clone(i.Updates)
		all = append(all, c)
	}
	return all
}

// Components lists how they are.
func (s *Sim) Components() []Component {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.Parts)
}

// Delete has somebody delete the incident with this name on the page; false when there is none.
func (s *Sim) Delete(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.Told)
	s.Told = slices.DeleteFunc(s.Told, func(i *Incident) bool { return i.Name == name })
	s.keep.Changed()
	return len(s.Told) < n
}

// Write has somebody write below an incident on the page by hand; false when there is none of that name.
func (s *Sim) Write(name, status, body string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.Told {
		if i.Name == name {
			s.add(i, Update{Status: status, Body: body})
			return true
		}
	}
	return false
}

// add puts a text below an incident, with what it says of components.
func (s *Sim) add(i *Incident, u Update) Update {
	s.Last++
	u.ID = "u" + strconv.Itoa(s.Last)
	s.keep.Changed()
	i.Updates, i.Status = append(i.Updates, u), u.Status
	for id, state := range u.States {
		for n := range s.Parts {
			if s.Parts[n].ID == id {
				s.Parts[n].State = state
			}
		}
	}
	return u
}

// make puts an incident on the page.
func (s *Sim) make(name, mark, started string, u Update) *Incident {
	s.Last++
	i := &Incident{ID: strconv.Itoa(1000 + s.Last), Name: name, Mark: mark, Started: started, Created: time.Now()}
	s.add(i, u)
	s.Told = append(s.Told, i)
	return i
}

func (s *Sim) find(id string) *Incident {
	for _, i := range s.Told {
		if i.ID == id {
			return i
		}
	}
	return nil
}
