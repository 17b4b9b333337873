// Package page is the simulated workspace in a browser, for the demo and for the stories that a browser tells: Slack's channels and modals,
// GitHub's issues, and the sites of the example, all at one address. Rule of the room: it shows and does what a person can see and do through
// the two simulators' public methods, keeps no state of its own, and sends no request to anywhere else.
package page

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	githubsim "mayday/sim/github"
	slacksim "mayday/sim/slack"
	"mayday/sim/wire"
)

// The static files need no build step; JSON is under /sim/, and changes come as server-sent events.
//
//go:embed static
var files embed.FS

const (
	maxRequest = 1 << 20
	heartbeat  = 15 * time.Second // keeps proxies from closing an idle stream
)

// policy lets the page load itself (two people side by side are two frames of it) and pictures over https, nothing else: even markup that
// slipped through could run no script.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// Options says what the page shows besides the workspace.
type Options struct {
	// Title heads the page. Empty means the team's name.
	Title string
	// Sites answers for every name below "test", by the Host of a request. Links of the page to such names lead there. Nil means that nobody answers.
	Sites http.Handler
	// ReadOnlyDirect leaves the field out of the conversation with the app, as Slack does for an app whose manifest has messages_tab_read_only_enabled.
	ReadOnlyDirect bool
	// Besides is what else is served, by the path below which it is ("/status"); each is asked once, with its address without a slash at the end.
	Besides map[string]func(base string) http.Handler
	Controls
}

// Page is one server for a workspace, its GitHub and its sites. Make it with New.
type Page struct {
	slack   *slacksim.Sim
	github  *githubsim.Sim
	o       Options
	server  wire.Server
	base    string
	done    chan struct{}
	closing sync.Once
}

type object = wire.Object

// New makes the page of a workspace and its GitHub, neither of which is started: the page serves both.
func New(slack *slacksim.Sim, github *githubsim.Sim, o Options) *Page {
	if o.Title == "" {
		o.Title = slack.Team()
	}
	return &Page{slack: slack, github: github, o: o, done: make(chan struct{})}
}

// Start listens on addr ("127.0.0.1:0" picks a free port) and serves until Close.
func (p *Page) Start(addr string) error {
	if err := p.server.Start(addr, p.serve, func(err error) { p.slack.Violate("the page stopped serving: %v", err) }); err != nil {
		return fmt.Errorf("sim/page: %w", err)
	}
	return nil
}

// serve gives all that is served at base.
func (p *Page) serve(base string) http.Handler {
	p.base = base
	mux := http.NewServeMux()
	app := p.slack.Serve(base)
	for _, path := range slacksim.Paths {
		mux.Handle(path, app)
	}
	mux.Handle(githubsim.Path, p.github.Serve(base))
	mux.HandleFunc("/sites/{site}/{path...}", p.serveSitePath)
	for path, besides := range p.o.Besides {
		mux.Handle(path+"/", http.StripPrefix(path, besides(base+path)))
	}
	p.links(mux)
	mux.Handle("/", p.handler())
	return p.byHost(mux)
}

// URL is the address of the page, without a slash at the end. Empty before Start.
func (p *Page) URL() string { return p.base }

// Addr is the host and port where all of it is served. Empty before Start.
func (p *Page) Addr() string { return strings.TrimPrefix(p.base, "http://") }

// Close closes the workspace and its GitHub, which saves them, and stops serving. It is safe to call twice.
func (p *Page) Close(ctx context.Context) (err error) {
	p.closing.Do(func() {
		close(p.done)
		err = errors.Join(p.slack.Close(ctx), p.github.Close(ctx), p.server.Close(ctx))
	})
	return err
}

// handler serves the page and what it asks for.
func (p *Page) handler() http.Handler {
	static, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(static))
	mux.HandleFunc("GET /sim/events", p.serveEvents)
	mux.HandleFunc("GET /sim/state", func(w http.ResponseWriter, r *http.Request) { answer(w, p.workspace(r.Context(), r.FormValue("user"))) })
	mux.HandleFunc("GET /sim/messages", p.serveMessages)
	mux.HandleFunc("GET /sim/views", func(w http.ResponseWriter, r *http.Request) {
		answer(w, object{"views": p.views(r.FormValue("user"))})
	})
	mux.HandleFunc("GET /sim/home", func(w http.ResponseWriter, r *http.Request) {
		answer(w, object{"view": p.home(r.FormValue("user"))})
	})
	mux.HandleFunc("GET /sim/issues", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, object{"repository": p.github.Repository(), "issues": p.issues()})
	})
	for path, act := range p.acts() {
		mux.HandleFunc("POST /sim/"+path, func(w http.ResponseWriter, r *http.Request) { perform(w, r, act) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownPage(r) {
			http.Error(w, "this page answers only to itself", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
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

// request is what a person did, as the page sends it.
type request struct {
	User       string                      `json:"user"`
	Channel    string                      `json:"channel"`
	Thread     string                      `json:"thread"`
	TS         string                      `json:"ts"`
	Text       string                      `json:"text"`
	Name       string                      `json:"name"`
	CallbackID string                      `json:"callback_id"`
	View       string                      `json:"view"`
	All        bool                        `json:"all"` // close the whole stack of views
	Block      string                      `json:"block"`
	Action     string                      `json:"action"`
	Type       string                      `json:"type"`
	Values     []string                    `json:"values"`
	State      map[string]map[string]input `json:"state"`
	Speed      float64                     `json:"speed"`
}

// input is the content of one control: none, one or (checkboxes) several values.
type input struct {
	Type   string   `json:"type"`
	Values []string `json:"values"`
}

// perform decodes a request, acts, and answers {} or {"error": …} or what the act returns.
func perform(w http.ResponseWriter, r *http.Request, act func(request) (object, error)) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		http.Error(w, "only application/json is understood", http.StatusUnsupportedMediaType)
		return
	}
	var q request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&q); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, object{"error": "The request cannot be read: " + err.Error()})
		return
	}
	result, err := act(q)
	switch {
	case err != nil:
		w.WriteHeader(http.StatusUnprocessableEntity)
		answer(w, object{"error": err.Error()})
	case result == nil:
		answer(w, object{})
	default:
		answer(w, result)
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	// A failed write means that the browser has gone; there is nobody to tell.
	_ = json.NewEncoder(w).Encode(v)
}

func (p *Page) serveMessages(w http.ResponseWriter, r *http.Request) {
	messages, ok := p.messages(r.FormValue("user"), r.FormValue("channel"))
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		answer(w, object{"error": "channel_not_found"})
		return
	}
	answer(w, object{"messages": messages})
}

// pageEvents streams every change until the browser or the simulator goes.
func (p *Page) serveEvents(w http.ResponseWriter, r *http.Request) {
	events, cancel := p.slack.Subscribe()
	defer cancel()
	issues, end := p.github.Subscribe()
	defer end()
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
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-p.done:
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
		case <-issues:
			if !send("data: {\"kind\":\"issue\"}\n\n") {
				return
			}
		}
	}
}
