// Package schedulers answers as PagerDuty and Grafana OnCall do, for tests and for the demo. It refuses what they refuse, and lists as
// violations what their published descriptions do not admit.
//
// Rule of the room: it knows nothing of the program.
package schedulers

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"time"

	"mayday/sim/wire"
)

// Fault says how one call goes wrong.
type Fault = wire.Fault

// OnCall is one entry of a schedule.
type OnCall struct {
	Name, Email string
	// Start and End; zero where PagerDuty says null, for whoever is always on call.
	Start, End time.Time
	// Level of an escalation policy, from 1; 0 counts as 1.
	Level int
}

// Sim is one of both, at an address of its own. The token is Token. All methods are safe for concurrent use.
type Sim struct {
	wire.Ledger
	wire.Faults
	server *httptest.Server

	mu sync.Mutex
	// schedules and policies by their ids. An id without entries is known, too.
	schedules, policies map[string][]OnCall
	page                int
}

// Token is what both take.
const Token = "simulated-hunter2"

func start(page int, handler func(*Sim) http.Handler) *Sim {
	s := &Sim{schedules: map[string][]OnCall{}, policies: map[string][]OnCall{}, page: page}
	s.server = httptest.NewServer(handler(s))
	return s
}

// URL is the address of the API, without a slash at its end.
func (s *Sim) URL() string { return s.server.URL }

// Close ends it.
func (s *Sim) Close() { s.server.Close() }

// Set says who is on call by a schedule.
func (s *Sim) Set(id string, list ...OnCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.schedules[id] = list
}

// SetPolicy says who is on call by an escalation policy of PagerDuty.
func (s *Sim) SetPolicy(id string, list ...OnCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.policies[id] = list
}

// PageSize is how many entries one answer holds at most.
func (s *Sim) PageSize(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = n
}

// within are the entries of a list that lie in a span of time, also in part.
func (s *Sim) within(list []OnCall, from, until time.Time) (in []OnCall) {
	for _, c := range list {
		if (c.End.IsZero() || c.End.After(from)) && (c.Start.IsZero() || c.Start.Before(until)) {
			in = append(in, c)
		}
	}
	return in
}

// noted lists a call, and spoils it when a fault is queued for it; false when it was answered by that.
func (s *Sim) noted(w http.ResponseWriter, r *http.Request, method string) bool {
	args := map[string]string{}
	for name, values := range r.URL.Query() {
		args[name] = values[0]
	}
	s.Note(wire.Call{At: time.Now(), Method: method, Args: args, OK: true})
	f := s.Take(method)
	return f == nil || !f.Spoil(w, r, wire.Object{}, func(w http.ResponseWriter, f *Fault) {
		wire.Answer(w, f.HTTP, wire.Object{"error": wire.Object{"code": 2000, "message": http.StatusText(f.HTTP)}})
	})
}

// only notes each parameter that an interface does not have.
func (s *Sim) only(r *http.Request, names ...string) {
	for name, values := range r.URL.Query() {
		if !slices.Contains(names, name) {
			s.Violate("%s %s has the parameter %s, which is not described", r.Method, r.URL.Path, name)
		}
		if len(values) > 1 && name != "schedule_ids[]" && name != "escalation_policy_ids[]" && name != "include[]" {
			s.Violate("%s %s has the parameter %s twice", r.Method, r.URL.Path, name)
		}
	}
}

// number reads a parameter; standard when it is missing, and false when it is none.
func number(r *http.Request, name string, standard int) (int, bool) {
	v := r.URL.Query().Get(name)
	if v == "" {
		return standard, true
	}
	n, err := strconv.Atoi(v)
	return n, err == nil && n >= 0
}
