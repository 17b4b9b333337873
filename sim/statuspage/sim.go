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
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
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
	server   wire.Server
	base     string

	mu         sync.Mutex
	components []Component
	incidents  []*Incident
	last       int
	asked      []time.Time // within the last minute
}

type object = wire.Object

// New makes a page. It does not listen yet.
func New(o Options) *Sim {
	o.Name, o.Minute = cmp.Or(o.Name, "Larkfield"), cmp.Or(o.Minute, 60)
	if o.Components == nil {
		o.Components = []string{"Shop", "Payments", "Deliveries"}
	}
	s := &Sim{o: o}
	for i, name := range o.Components {
		s.components = append(s.components, Component{ID: strconv.Itoa(i + 1), Name: name, State: "operational"})
	}
	return s
}

// Start listens on addr ("127.0.0.1:0" picks a free port) and serves until Close.
func (s *Sim) Start(addr string) error {
	if err := s.server.Start(addr, s.serve, func(err error) { s.Violate("the simulator stopped serving: %v", err) }); err != nil {
		return fmt.Errorf("sim/statuspage: %w", err)
	}
	return nil
}

// Close stops serving.
func (s *Sim) Close(ctx context.Context) error { return s.server.Close(ctx) }

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
	for _, i := range s.incidents {
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
	return slices.Clone(s.components)
}

// Delete has somebody delete the incident with this name on the page; false when there is none.
func (s *Sim) Delete(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.incidents)
	s.incidents = slices.DeleteFunc(s.incidents, func(i *Incident) bool { return i.Name == name })
	return len(s.incidents) < n
}

// Write has somebody write below an incident on the page by hand; false when there is none of that name.
func (s *Sim) Write(name, status, body string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.incidents {
		if i.Name == name {
			s.add(i, Update{Status: status, Body: body})
			return true
		}
	}
	return false
}

// add puts a text below an incident, with what it says of components.
func (s *Sim) add(i *Incident, u Update) Update {
	s.last++
	u.ID = "u" + strconv.Itoa(s.last)
	i.Updates, i.Status = append(i.Updates, u), u.Status
	for id, state := range u.States {
		for n := range s.components {
			if s.components[n].ID == id {
				s.components[n].State = state
			}
		}
	}
	return u
}

// make puts an incident on the page.
func (s *Sim) make(name, mark, started string, u Update) *Incident {
	s.last++
	i := &Incident{ID: strconv.Itoa(1000 + s.last), Name: name, Mark: mark, Started: started, Created: time.Now()}
	s.add(i, u)
	s.incidents = append(s.incidents, i)
	return i
}

func (s *Sim) find(id string) *Incident {
	for _, i := range s.incidents {
		if i.ID == id {
			return i
		}
	}
	return nil
}

// refusal is an answer that says no.
type refusal struct {
	status int
	said   string
}

func (r *refusal) Error() string { return r.said }

func no(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// request is one request to an interface.
type request struct {
	*http.Request
	body map[string]json.RawMessage
}

// route is one of an interface's. run is called with the lock held.
type route struct {
	pattern, name string
	// open: no key is needed.
	open bool
	run  func(s *Sim, q *request) (int, any, error)
}

// dialect is one product's interface.
type dialect struct {
	scheme string // before the key
	routes []route
	// refuse words a refusal.
	refuse func(said string) any
}

func (s *Sim) serve(base string) http.Handler {
	s.base = base
	mux := http.NewServeMux()
	for _, d := range []dialect{atlassian(), instatus(), cachet()} {
		for _, r := range d.routes {
			mux.HandleFunc(r.pattern, func(w http.ResponseWriter, q *http.Request) { s.answer(w, q, d, r) })
		}
	}
	mux.HandleFunc("GET /{$}", s.show)
	mux.HandleFunc("GET /incidents/{id}", s.show)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.Violate("%s %s is not known to the simulator", r.Method, r.URL.Path)
		wire.Answer(w, http.StatusNotFound, object{"error": "Not found"})
	})
	return mux
}

func (s *Sim) answer(w http.ResponseWriter, r *http.Request, d dialect, to route) {
	call := wire.Call{At: time.Now(), Method: to.name, Args: map[string]string{"path": r.URL.Path}}
	q := &request{Request: r}
	err := q.read(&call)
	fault := s.mischief.Take(to.name)
	status, answer := http.StatusOK, any(nil)
	run := func() {
		if err == nil {
			status, answer, err = s.run(q, d, to)
		}
		var bad *refusal
		if errors.As(err, &bad) {
			status, answer = bad.status, d.refuse(bad.said)
		}
	}
	if fault.Admits() {
		run()
	}
	if fault != nil {
		call.Error = "fault: " + fault.String()
		s.Note(call)
		front := func(w http.ResponseWriter, f *wire.Fault) { wire.Answer(w, f.HTTP, d.refuse("simulated")) }
		if fault.Spoil(w, r, answer, front) {
			return
		}
		if !fault.Admits() {
			run()
		}
		wire.Answer(w, status, answer)
		return
	}
	call.OK = status < 300
	if !call.OK {
		call.Error = strconv.Itoa(status) + " " + wire.Encode(answer)
	}
	if status == http.StatusUnprocessableEntity || status == http.StatusBadRequest {
		s.Violate("%s was refused: %s", to.name, call.Error)
	}
	s.Note(call)
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	wire.Answer(w, status, answer)
}

// read takes the body, which must be a JSON object and be said to be one.
func (q *request) read(call *wire.Call) error {
	data, err := io.ReadAll(io.LimitReader(q.Body, 1<<20))
	if err != nil || len(data) == 0 {
		return nil
	}
	call.Args["body"] = string(data)
	if !strings.HasPrefix(q.Header.Get("Content-Type"), "application/json") {
		return no(http.StatusUnprocessableEntity, "the Content-Type does not match the body")
	}
	if err := json.Unmarshal(data, &q.body); err != nil {
		return no(http.StatusBadRequest, "the body is no JSON object")
	}
	return nil
}

func (s *Sim) run(q *request, d dialect, to route) (int, any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.asked = slices.DeleteFunc(s.asked, func(t time.Time) bool { return now.Sub(t) > time.Minute })
	if s.asked = append(s.asked, now); len(s.asked) > s.o.Minute {
		s.Violate("%d requests within a minute", len(s.asked))
		return 0, nil, no(http.StatusTooManyRequests, "rate limit exceeded")
	}
	if q.Header.Get("Authorization") != d.scheme+s.Token() && !to.open {
		return 0, nil, no(http.StatusUnauthorized, "Could not authenticate")
	}
	if q.URL.Query().Has("api_key") {
		return 0, nil, no(http.StatusBadRequest, "a key does not belong into an address")
	}
	return to.run(s, q)
}

// page reports whether the path names the page.
func (s *Sim) page(q *request) error {
	if q.PathValue("page") != s.Page() {
		return no(http.StatusNotFound, "Record not found")
	}
	return nil
}

// part cuts a list by the query: the keys of the size and of the number of a part, from 1.
func part[T any](q *request, list []T, size, number string, most int) []T {
	read := func(key string, fallback int) int {
		if n, err := strconv.Atoi(q.URL.Query().Get(key)); err == nil && n > 0 {
			return n
		}
		return fallback
	}
	each, n := min(read(size, most), most), read(number, 1)
	return list[min((n-1)*each, len(list)):min(n*each, len(list))]
}

// newest lists incidents, the newest first.
func (s *Sim) newest(want func(*Incident) bool) (all []*Incident) {
	for _, i := range slices.Backward(s.incidents) {
		if want(i) {
			all = append(all, i)
		}
	}
	return all
}
