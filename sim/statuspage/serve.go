package statuspage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mayday/sim/wire"
)

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

// Serve gives what a server of somebody else's has to serve at base, its address without a slash at the end and with the path below which
// it does. Use it or Start, once.
func (s *Sim) Serve(base string) http.Handler {
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
	manner := wire.Manner{Front: func(w http.ResponseWriter, f *wire.Fault) { wire.Answer(w, f.HTTP, d.refuse("simulated")) }}
	s.Carry(w, r, call, s.mischief.Take(to.name), manner, func() (status int, answer any) {
		status = http.StatusOK
		if err == nil {
			status, answer, err = s.run(q, d, to)
		}
		var bad *refusal
		if errors.As(err, &bad) {
			status, answer = bad.status, d.refuse(bad.said)
		}
		if status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "1")
		}
		return status, answer
	})
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
	for _, i := range slices.Backward(s.Told) {
		if want(i) {
			all = append(all, i)
		}
	}
	return all
}
