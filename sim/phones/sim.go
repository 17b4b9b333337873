// Package phones is the services by which people are reached besides Slack, in one process, for the demo and for tests: Twilio, Pushover and
// ntfy. Rule of the room: be as strict as each service says that it is; what it would refuse is refused and kept in Violations. It can
// misbehave on demand (Mischief). It imports nothing of the program that it tests.
package phones

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"mayday/sim/wire"
)

// Options says how the services behave. The zero value is quiet and fast.
type Options struct {
	// Clock stamps what is taken. Nil means time.Now.
	Clock func() time.Time
	// Delivered has texts and calls arrive at once; otherwise Deliver says so.
	Delivered bool
}

// What the services know. They belong to nobody.
const (
	Account       = "AC00000000000000000000000000000001"
	AuthToken     = "0123456789abcdef0123456789abcdef"
	Number        = "+447700900000"
	PushoverToken = "azGDORePK8gMaC0QOYAMyEEuzJnyUi"
	NtfyToken     = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
)

// Taken is a message or a call that a service took.
type Taken struct {
	// Service is "sms", "call", "pushover" or "ntfy".
	Service string
	// ID is the service's name of it.
	ID string
	// To is a number, a user key or a topic.
	To string
	// Text is all that is read or heard of it, Link where its button or its key leads.
	Text, Link string
	At         time.Time

	status  string
	code    int
	acked   time.Time
	ended   bool
	inbound bool
	from    string
	fields  map[string]string
}

// Fault says how one call goes wrong.
type Fault = wire.Fault

// Sim is the services. Make it with New; all methods are safe for concurrent use.
type Sim struct {
	wire.Ledger // what the program did: its calls, named as "POST Messages", and what the services would refuse

	o        Options
	mischief wire.Faults

	mu    sync.Mutex
	taken []*Taken
	polls map[string]time.Time // of receipts, when they were asked for last

	server wire.Server
	base   string
}

// New makes the services. They do not listen yet.
func New(o Options) *Sim {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Sim{o: o, polls: map[string]time.Time{}}
}

// Start listens on addr ("127.0.0.1:0" picks a free port) and serves until Close.
func (s *Sim) Start(addr string) error {
	return s.server.Start(addr, func(base string) http.Handler { s.base = base; return s.handler() }, func(err error) { s.Violate("the simulator stopped serving: %v", err) })
}

// Close stops serving.
func (s *Sim) Close(ctx context.Context) error { return s.server.Close(ctx) }

// TwilioURL is the address of Twilio, without a slash at the end.
func (s *Sim) TwilioURL() string { return s.base + "/twilio" }

// PushoverURL is that of Pushover.
func (s *Sim) PushoverURL() string { return s.base + "/pushover" }

// NtfyURL is that of ntfy; a topic is one part of a path below it.
func (s *Sim) NtfyURL() string { return s.base }

// Mischief is the queue of faults, by the names of calls: "POST Messages", "POST Calls", "POST messages" (Pushover), "POST ntfy".
func (s *Sim) Mischief() *wire.Faults { return &s.mischief }

// Taken are what the services took, the oldest first; what people texted back is left out.
func (s *Sim) Taken() (list []Taken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.taken {
		if !t.inbound {
			list = append(list, *t)
		}
	}
	return list
}

// Text has somebody text back.
func (s *Sim) Text(from, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(&Taken{Service: "sms", To: Number, from: from, Text: body, status: "received", inbound: true})
}

// Press acknowledges the newest message to a user of Pushover, as the button in its app does.
func (s *Sim) Press(user string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.taken) - 1; i >= 0; i-- {
		if t := s.taken[i]; t.Service == "pushover" && t.To == user && t.acked.IsZero() && t.fields["priority"] == "2" {
			t.acked = s.o.Clock()
			return true
		}
	}
	return false
}

// Deliver says what became of a text or a call: "delivered", "undelivered", "completed", "no-answer", with Twilio's code of the error.
func (s *Sim) Deliver(id, status string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.taken {
		if t.ID == id {
			t.status, t.code = status, code
		}
	}
}

// Ended reports whether the program ended the sounding of a message of Pushover.
func (s *Sim) Ended(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.taken {
		if t.ID == id {
			return t.ended
		}
	}
	return false
}

// add keeps what was taken. Under the lock.
func (s *Sim) add(t *Taken) *Taken {
	t.At = s.o.Clock().UTC()
	if t.ID == "" {
		prefix := map[string]string{"sms": "SM", "call": "CA", "pushover": "r", "ntfy": "n"}[t.Service]
		t.ID = fmt.Sprintf("%s%032x", prefix, len(s.taken)+1)
		if t.Service == "pushover" {
			t.ID = fmt.Sprintf("r%029d", len(s.taken)+1) // 30 letters and digits
		}
	}
	s.taken = append(s.taken, t)
	return t
}

// answer is what a service answers; apply does the work.
type answer struct {
	status int
	body   any
}

// serve passes a call through the faults and lists it.
func (s *Sim) serve(w http.ResponseWriter, r *http.Request, name string, args map[string]string, work func() answer) {
	fault := s.mischief.Take(name)
	var a answer
	if fault.Admits() || fault.Hang > 0 && fault.HTTP == 0 && !fault.Reset {
		s.mu.Lock()
		a = work()
		s.mu.Unlock()
	}
	call := wire.Call{At: s.o.Clock(), Method: name, Args: args, OK: fault == nil && a.status < 300}
	if fault != nil {
		call.Error = fault.String()
	}
	s.Note(call)
	if fault != nil && fault.Spoil(w, r, a.body, func(w http.ResponseWriter, f *wire.Fault) {
		wire.Answer(w, f.HTTP, wire.Object{"code": 20429, "message": "simulated " + http.StatusText(f.HTTP), "status": f.HTTP})
	}) {
		return
	}
	wire.Answer(w, a.status, a.body)
}

// values are a form's fields, each once.
func (s *Sim) values(r *http.Request, service string, known string) map[string]string {
	if err := r.ParseForm(); err != nil {
		s.Violate("%s: the form cannot be read: %v", service, err)
	}
	m := map[string]string{}
	for name, list := range r.Form {
		if !strings.Contains(" "+known+" ", " "+name+" ") {
			s.Violate("%s knows no parameter %q", service, name)
		}
		if len(list) != 1 {
			s.Violate("%s: %q stands %d times", service, name, len(list))
		}
		m[name] = list[0]
	}
	return m
}

func (s *Sim) handler() http.Handler {
	mux := http.NewServeMux()
	s.twilio(mux)
	s.pushover(mux)
	s.ntfy(mux)
	return mux
}
