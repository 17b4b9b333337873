package phones

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"mayday/lazyregexp"
	"mayday/sim/wire"
)

var topicName = lazyregexp.New(`^[-_A-Za-z0-9]{1,64}$`)

// ntfy serves topics. Those that begin with "private" want the token.
// Source: https://docs.ntfy.sh/publish/, https://docs.ntfy.sh/subscribe/api/
func (s *Sim) ntfy(mux *http.ServeMux) {
	mux.HandleFunc("POST /{$}", s.publish)
	mux.HandleFunc("GET /v1/health", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, "GET ntfy health", nil, func() answer {
			if !s.admitted(r, "") { // the server authenticates every request: https://github.com/binwiederhier/ntfy, server/server.go, handle
				return wrongly(401, 40101, "unauthorized")
			}
			return answer{200, wire.Object{"healthy": true}}
		})
	})
	mux.HandleFunc("GET /{topic}/json", s.cached)
}

func wrongly(status, code int, why string) answer {
	return answer{status, wire.Object{"code": code, "http": status, "error": why, "link": "https://ntfy.sh/docs"}}
}

// admitted reports whether a topic may be used.
func (s *Sim) admitted(r *http.Request, topic string) bool {
	token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return !strings.HasPrefix(topic, "private") && !given || token == NtfyToken
}

type publication struct {
	Topic    string
	Title    string
	Message  string
	Priority int
	Tags     []string
	Click    string
	Actions  []struct {
		Action, Label, URL, Method string
		Clear                      bool
	}
}

func (s *Sim) publish(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	var p publication
	if err == nil {
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.DisallowUnknownFields()
		err = d.Decode(&p)
	}
	s.serve(w, r, "POST ntfy", map[string]string{"topic": p.Topic, "title": p.Title}, func() answer {
		wrong := func(code int, why string) answer {
			s.Violate("ntfy: %s", why)
			return wrongly(400, code, why)
		}
		switch {
		case err != nil:
			return wrong(40024, "invalid request: request body must be valid JSON")
		case !topicName.MatchString(p.Topic):
			return wrong(40009, "invalid request: topic invalid")
		case !s.admitted(r, p.Topic):
			return wrongly(403, 40301, "forbidden")
		case len(p.Message) > 4096:
			return wrong(41303, "message too long")
		case p.Priority < 0 || p.Priority > 5:
			return wrong(40007, "invalid request: priority parameter is invalid")
		case len(p.Actions) > 3:
			return wrong(40018, "invalid request: actions invalid; only 3 actions allowed")
		}
		t := &Taken{Service: "ntfy", To: p.Topic, Text: strings.TrimSpace(p.Title + "\n" + p.Message), fields: map[string]string{"title": p.Title, "message": p.Message, "click": p.Click}}
		for _, a := range p.Actions {
			if a.Action != "view" && a.Action != "http" && a.Action != "broadcast" && a.Action != "copy" || a.Label == "" || a.URL == "" {
				return wrong(40018, "invalid request: actions invalid")
			}
			if a.Action == "http" && (a.Method == "" || a.Method == http.MethodPost) {
				t.Link = a.URL
			}
		}
		s.add(t)
		return answer{200, published(t)}
	})
}

func published(t *Taken) wire.Object {
	return wire.Object{"id": t.ID, "time": t.At.Unix(), "event": "message", "topic": t.To, "title": t.fields["title"], "message": t.fields["message"], "click": t.fields["click"], "priority": 5}
}

// cached gives what was published since a time, one JSON object a line.
func (s *Sim) cached(w http.ResponseWriter, r *http.Request) {
	topic := r.PathValue("topic")
	since, err := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	if err != nil || r.URL.Query().Get("poll") != "1" {
		s.Violate("ntfy: a subscription that never ends, or since no time")
		wire.Answer(w, 400, wrongly(400, 40008, "invalid since parameter").body)
		return
	}
	if !s.admitted(r, topic) {
		wire.Answer(w, 403, wrongly(403, 40301, "forbidden").body)
		return
	}
	s.Note(wire.Call{At: s.o.Clock(), Method: "GET ntfy", Args: map[string]string{"topic": topic}, OK: true})
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.taken {
		if t.Service == "ntfy" && t.To == topic && t.At.Unix() >= since {
			fmt.Fprintln(w, wire.Encode(published(t)))
		}
	}
}
