// Package slack is a Slack workspace in one process, for the demo and for tests: Web API, Socket Mode, and people who type and press.
// Rule of the room: be as strict as Slack, or stricter where Slack is silent. Every request is checked
// against Slack's scopes, limits and errors; every acknowledgement against its deadline; what Slack would refuse or punish is kept in
// Violations. It can misbehave on demand (Mischief). It imports nothing of the program that it tests, and knows nothing of incidents.
package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"mayday/sim/wire"
)

// Sim is one workspace. Make it with New; all methods are safe for concurrent use.
type Sim struct {
	wire.Ledger // what the app did: its calls, and what Slack would refuse or punish

	o        Options
	mischief *Mischief
	hub      *hub
	rates    rates
	keep     *wire.Keep
	feed     wire.Feed[Event]
	typing   typing

	mu           sync.Mutex
	w            workspace
	triggers     map[string]*trigger
	replies      map[string]*replyURL
	views        map[string][]*View // open modals by person, the lowest first
	states       map[string]map[string]map[string]any
	uploads      map[string]*upload
	scheduled    map[string]string // channel by id of a scheduled message
	endings      []string
	restrictions Restrictions
	unwelcome    map[string]string // error code by the id of who cannot be invited
	closed       bool

	server wire.Server
	base   string
	done   chan struct{}
	tasks  sync.WaitGroup
}

// Call is one request to the Web API.
type Call = wire.Call

// end notes how a socket ended.
func (s *Sim) end(how string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endings = append(s.endings, how)
}

// New makes a workspace, or reads it back from Options.Dir. It does not listen yet.
func New(o Options) (*Sim, error) {
	o = o.filled()
	s := &Sim{
		o: o, triggers: map[string]*trigger{}, replies: map[string]*replyURL{}, views: map[string][]*View{},
		states: map[string]map[string]map[string]any{}, uploads: map[string]*upload{}, scheduled: map[string]string{}, done: make(chan struct{}),
	}
	s.mischief = newMischief(s)
	s.hub = newHub(s)
	s.rates = newRates()
	s.keep = wire.NewKeep(o.Dir, "workspace.json", s.snapshot, func(err error) { s.Violate("the workspace could not be saved: %v", err) })
	found, err := s.keep.Load(&s.w)
	if err != nil {
		return nil, fmt.Errorf("sim/slack: %w", err)
	}
	s.w.prepare()
	if !found {
		if err := s.furnish(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// furnish makes the people, groups and channels of a new workspace.
func (s *Sim) furnish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w.Users = append(s.w.Users, User{ID: botUser, Name: s.o.BotName, RealName: s.o.BotName, Bot: true})
	for _, u := range s.o.Users {
		if s.who(u.Name) != nil {
			return fmt.Errorf("sim/slack: two users are called %q", u.Name)
		}
		s.addUser(u)
	}
	groups := s.o.Groups
	if groups == nil && len(s.w.Users) > 2 {
		groups = []Group{{Handle: "oncall", Name: "On call", Users: []string{s.w.Users[1].ID, s.w.Users[2].ID}}}
	}
	for _, g := range groups {
		if g.ID == "" {
			g.ID = s.newID("S")
		}
		g.Users = slices.Clone(g.Users)
		for i, name := range g.Users {
			u := s.who(name)
			if u == nil {
				return fmt.Errorf("sim/slack: group %s has no user %q", g.Handle, name)
			}
			g.Users[i] = u.ID
		}
		s.w.Groups = append(s.w.Groups, g)
	}
	for _, name := range s.o.Channels {
		if code := typedNameError(name); code != "" {
			return fmt.Errorf("sim/slack: channel %q: %s", name, code)
		}
		c := s.newChannel(name, false, s.w.Users[min(1, len(s.w.Users)-1)].ID)
		c.General = name == "general"
		c.Members = nil
		for _, u := range s.w.Users {
			if !u.Bot && !u.Deleted && !u.outsider() {
				c.Members = append(c.Members, u.ID)
			}
		}
	}
	return nil
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
		return fmt.Errorf("sim/slack: %w", err)
	}
	return nil
}

// Paths are the beginnings of the paths that Serve answers for.
var Paths = []string{"/api/", "/socket", "/response/", "/files/"}

// Serve gives what a server of somebody else's has to serve at base, its address without a slash at the end, below Paths. Use it or Start, once.
func (s *Sim) Serve(base string) http.Handler {
	s.base = base
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveAPI)
	mux.HandleFunc("/socket", s.hub.serve)
	mux.HandleFunc("/response/", s.serveResponse)
	mux.HandleFunc("/files/", s.serveFile)
	return mux
}

// URL is the address of the workspace, without a slash at the end. Empty before Start.
func (s *Sim) URL() string { return s.base }

// APIURL is what a Slack client needs as its API address, with the slash at the end.
func (s *Sim) APIURL() string { return s.base + "/api/" }

// BotToken is the app's bot token. It is worth nothing outside the simulator.
func (s *Sim) BotToken() string { return "xoxb-simulated-bot" }

// AppToken is the app-level token, for Socket Mode.
func (s *Sim) AppToken() string { return "xapp-simulated-app" }

// Team is the workspace's name.
func (s *Sim) Team() string { return s.o.Team }

// Commands are the app's slash commands.
func (s *Sim) Commands() []string { return slices.Clone(s.o.Commands) }

// Shortcuts are the entries of the app's shortcut menus, as Options gave them.
func (s *Sim) Shortcuts() []AppShortcut { return slices.Clone(s.o.Shortcuts) }

// Now is the workspace's clock.
func (s *Sim) Now() time.Time { return s.o.Clock() }

// Mischief is the queue of faults.
func (s *Sim) Mischief() *Mischief { return s.mischief }

// Close saves the workspace, closes every socket and stops serving. It is safe to call twice.
func (s *Sim) Close(ctx context.Context) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.done)
	s.mu.Unlock()
	s.hub.close()
	err := s.server.Close(ctx)
	s.tasks.Wait()
	return errors.Join(err, s.keep.Close())
}

// Endings tells how each socket ended, oldest first: "close frame 1001" (by the app), "dropped" (by the app, without a close frame: Slack keeps
// such a socket for a while and sends envelopes into it), "cut" (by Slack).
func (s *Sim) Endings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.endings)
}

func (s *Sim) granted(scope string) bool { return slices.Contains(s.o.Scopes, scope) }

func (s *Sim) subscribed(event string) bool { return slices.Contains(s.o.Events, event) }

func (s *Sim) scopesHeader() string { return strings.Join(s.o.Scopes, ",") }
