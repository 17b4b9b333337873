package slack

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The page of the workspace: static files without a build step, JSON under /sim/, and changes as server-sent events.
//
//go:embed page
var pageFiles embed.FS

const (
	maxPageRequest = 1 << 20
	pageHeartbeat  = 15 * time.Second // keeps proxies from closing an idle stream
)

// pagePolicy lets the page load itself and pictures over https, nothing else: even markup that slipped through could run no script.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pageHandler serves the page and what it asks for.
func (s *Sim) pageHandler() http.Handler {
	static, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(static))
	mux.HandleFunc("GET /sim/events", s.pageEvents)
	mux.HandleFunc("GET /sim/state", func(w http.ResponseWriter, r *http.Request) { answerPage(w, s.pageState(r.FormValue("user"))) })
	mux.HandleFunc("GET /sim/messages", s.getMessages)
	mux.HandleFunc("GET /sim/views", func(w http.ResponseWriter, r *http.Request) {
		answerPage(w, object{"views": s.pageViews(r.FormValue("user"))})
	})
	mux.HandleFunc("GET /sim/home", func(w http.ResponseWriter, r *http.Request) {
		answerPage(w, object{"view": s.pageHome(r.FormValue("user"))})
	})
	mux.HandleFunc("GET /sim/issues", func(w http.ResponseWriter, _ *http.Request) {
		answerPage(w, object{"repository": s.Repository(), "issues": s.pageIssues()})
	})
	for path, act := range s.pageActs() {
		mux.HandleFunc("POST /sim/"+path, func(w http.ResponseWriter, r *http.Request) { perform(w, r, act) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownPage(r) {
			http.Error(w, "this page answers only to itself", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		mux.ServeHTTP(w, r)
	})
}

// ownPage refuses requests that another site's page sends: the browser names that site in Origin.
func ownPage(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

// pageRequest is what a person did, as the page sends it.
type pageRequest struct {
	User       string                          `json:"user"`
	Channel    string                          `json:"channel"`
	Thread     string                          `json:"thread"`
	TS         string                          `json:"ts"`
	Text       string                          `json:"text"`
	Name       string                          `json:"name"`
	CallbackID string                          `json:"callback_id"`
	View       string                          `json:"view"`
	All        bool                            `json:"all"` // close the whole stack of views
	Block      string                          `json:"block"`
	Action     string                          `json:"action"`
	Type       string                          `json:"type"`
	Values     []string                        `json:"values"`
	State      map[string]map[string]pageInput `json:"state"`
}

// pageInput is the content of one control: none, one or (checkboxes) several values.
type pageInput struct {
	Type   string   `json:"type"`
	Values []string `json:"values"`
}

// perform decodes a request, acts, and answers {} or {"error": …} or what the act returns.
func perform(w http.ResponseWriter, r *http.Request, act func(pageRequest) (object, error)) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		http.Error(w, "only application/json is understood", http.StatusUnsupportedMediaType)
		return
	}
	var q pageRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPageRequest)).Decode(&q); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		answerPage(w, object{"error": "The request cannot be read: " + err.Error()})
		return
	}
	answer, err := act(q)
	switch {
	case err != nil:
		w.WriteHeader(http.StatusUnprocessableEntity)
		answerPage(w, object{"error": err.Error()})
	case answer == nil:
		answerPage(w, object{})
	default:
		answerPage(w, answer)
	}
}

func answerPage(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	// A failed write means that the browser has gone; there is nobody to tell.
	_ = json.NewEncoder(w).Encode(v)
}

func (s *Sim) getMessages(w http.ResponseWriter, r *http.Request) {
	messages, ok := s.pageMessages(r.FormValue("user"), r.FormValue("channel"))
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		answerPage(w, object{"error": "channel_not_found"})
		return
	}
	answerPage(w, object{"messages": messages})
}

// pageEvents streams every change until the browser or the simulator goes.
func (s *Sim) pageEvents(w http.ResponseWriter, r *http.Request) {
	events, cancel := s.Subscribe()
	defer cancel()
	w.Header().Set("Content-Type", "text/event-stream")
	stream := http.NewResponseController(w)
	send := func(format string, args ...any) bool {
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			return false
		}
		return stream.Flush() == nil
	}
	if !send("retry: 1000\n: connected\n\n") {
		return
	}
	beat := time.NewTicker(pageHeartbeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		case <-beat.C:
			if !send(": still here\n\n") {
				return
			}
		case e := <-events:
			body, err := json.Marshal(object{"kind": e.Kind, "channel": e.Channel, "user": e.User, "ts": e.TS})
			if err != nil || !send("data: %s\n\n", body) {
				return
			}
		}
	}
}
