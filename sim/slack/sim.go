// Package slack is a Slack workspace in one process, for the demo and for tests: Web API, Socket Mode, people who type and press,
// and a small GitHub beside it. Rule of the room: be as strict as Slack, or stricter where Slack is silent. Every request is checked
// against Slack's scopes, limits and errors; every acknowledgement against its deadline; what Slack would refuse or punish is kept in
// Violations. It can misbehave on demand (Mischief). It imports nothing of the program that it tests, and knows nothing of incidents.
package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Sim is one workspace. Make it with New; all methods are safe for concurrent use.
type Sim struct {
	o        Options
	mischief *Mischief
	hub      *hub
	ledger   ledger
	rates    rates

	disk sync.Mutex // held while the workspace is written

	mu             sync.Mutex
	w              workspace
	triggers       map[string]*trigger
	replies        map[string]*replyURL
	views          map[string][]*View // open modals by person, the lowest first
	states         map[string]map[string]map[string]any
	uploads        map[string]*upload
	scheduled      map[string]string // channel by id of a scheduled message
	subscribers    map[int]chan Event
	nextSubscriber int
	dirty          bool
	saving         *time.Timer
	closed         bool
	githubCalls    int64     // within the hour that
	githubReset    time.Time // ends the hour
	issuesOff      bool

	server *http.Server
	base   string
	done   chan struct{}
	tasks  sync.WaitGroup
}

// Call is one request to the Web API or to GitHub ("github:POST issues").
type Call struct {
	At     time.Time
	Method string
	Args   map[string]string // without the token
	OK     bool
	Error  string
}

// ledger keeps what the app did: its calls, its sins, and how its sockets ended.
type ledger struct {
	mu         sync.Mutex
	calls      []Call
	violations []string
	endings    []string
}

func (l *ledger) end(how string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.endings = append(l.endings, how)
}

// maxCalls is how many calls are remembered, so that a demo may run for days; beyond it the older half is forgotten.
const maxCalls = 200_000

func (l *ledger) violate(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.violations = append(l.violations, fmt.Sprintf(format, args...))
}

func (l *ledger) call(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) == maxCalls {
		l.calls = append([]Call(nil), l.calls[maxCalls/2:]...)
	}
	l.calls = append(l.calls, c)
}

// New makes a workspace, or reads it back from Options.Dir. It does not listen yet.
func New(o Options) (*Sim, error) {
	o = o.filled()
	s := &Sim{
		o: o, triggers: map[string]*trigger{}, replies: map[string]*replyURL{}, views: map[string][]*View{},
		states: map[string]map[string]map[string]any{}, uploads: map[string]*upload{}, scheduled: map[string]string{}, subscribers: map[int]chan Event{}, done: make(chan struct{}),
	}
	s.mischief = newMischief(s)
	s.hub = newHub(s)
	s.rates = newRates()
	found, err := s.load()
	if err != nil {
		return nil, err
	}
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
	s.w.prepare()
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
		if code := channelNameError(name); code != "" {
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

// Start listens on addr ("127.0.0.1:0" picks a free port) and serves until Close.
func (s *Sim) Start(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("sim/slack: %w", err)
	}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return fmt.Errorf("sim/slack: %w", err)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveAPI)
	mux.HandleFunc("/socket", s.hub.serve)
	mux.HandleFunc("/response/", s.serveResponse)
	mux.HandleFunc("/files/", s.serveFile)
	mux.Handle("/github/", s.githubHandler())
	mux.HandleFunc("/sites/{site}/{path...}", s.serveSitePath)
	s.pages(mux)
	mux.Handle("/", s.pageHandler())
	s.base = "http://" + net.JoinHostPort(host, port)
	s.server = &http.Server{Handler: s.byHost(mux), ReadHeaderTimeout: 10 * time.Second}
	s.tasks.Go(func() {
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.ledger.violate("the simulator stopped serving: %v", err)
		}
	})
	return nil
}

// URL is the address of the page, without a slash at the end. Empty before Start.
func (s *Sim) URL() string { return s.base }

// Addr is the host and port where all of it is served. Empty before Start.
func (s *Sim) Addr() string { return strings.TrimPrefix(s.base, "http://") }

// APIURL is what a Slack client needs as its API address, with the slash at the end.
func (s *Sim) APIURL() string { return s.base + "/api/" }

// GitHubURL is the base of the small GitHub's REST API, with the slash at the end.
func (s *Sim) GitHubURL() string { return s.base + "/github/" }

// BotToken is the app's bot token. It is worth nothing outside the simulator.
func (s *Sim) BotToken() string { return "xoxb-simulated-bot" }

// AppToken is the app-level token, for Socket Mode.
func (s *Sim) AppToken() string { return "xapp-simulated-app" }

// Title is the heading of the page.
func (s *Sim) Title() string { return s.o.PageTitle }

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
	var err error
	if s.server != nil {
		if err = s.server.Shutdown(ctx); err != nil {
			err = errors.Join(err, s.server.Close())
		}
	}
	s.tasks.Wait()
	return errors.Join(err, s.save())
}

// Calls returns every call so far, oldest first.
func (s *Sim) Calls() []Call {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	return slices.Clone(s.ledger.calls)
}

// CallsOf returns the calls of one method, for instance "chat.postMessage" or "github:POST issues".
func (s *Sim) CallsOf(method string) []Call {
	return slices.DeleteFunc(s.Calls(), func(c Call) bool { return c.Method != method })
}

// ResetCalls forgets the calls so far.
func (s *Sim) ResetCalls() {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	s.ledger.calls = nil
}

// Violations lists what the app did that Slack would refuse or punish: missing, late, repeated or oversized acknowledgements,
// acknowledgements on another socket, replies where none is accepted, invalid blocks, malformed calls. Empty is the only good answer.
func (s *Sim) Violations() []string {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	return slices.Clone(s.ledger.violations)
}

// ForgetViolations empties the list, for tests that sin on purpose.
func (s *Sim) ForgetViolations() {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	s.ledger.violations = nil
}

// Endings tells how each socket ended, oldest first: "close frame 1001" (by the app), "dropped" (by the app, without a close frame: Slack keeps
// such a socket for a while and sends envelopes into it), "cut" (by Slack).
func (s *Sim) Endings() []string {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	return slices.Clone(s.ledger.endings)
}

func (s *Sim) granted(scope string) bool { return slices.Contains(s.o.Scopes, scope) }

func (s *Sim) subscribed(event string) bool { return slices.Contains(s.o.Events, event) }

func (s *Sim) scopesHeader() string { return strings.Join(s.o.Scopes, ",") }
