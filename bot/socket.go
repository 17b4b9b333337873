package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"
)

const methodConnect = "apps.connections.open"

// settled is how long a connection must live before its end counts as ordinary and is followed by an
// immediate replacement. Shorter lives back off; one that lived as long as served did serve, so that the pause
// after it stays below a second however often that happens.
const (
	settled = 10 * time.Second
	served  = time.Second
	// quickServed is the number of short lives from which the pause after one that served grows no more: 250 to 500 ms.
	quickServed = 3
)

// Slack: apps.connections.open is Tier 3, 50 a minute. We use up to 20 at once and 30 a minute after that.
const (
	opensAtOnce = 20
	opensEvery  = 2 * time.Second
)

// linger is how long a connection that Slack asked to go is still read before we close it ourselves.
// Slack closes about 10 s after its warning.
const linger = 30 * time.Second

// Socket receives from Slack over Socket Mode. Make it with NewSocket, run it once with Run.
type Socket struct {
	cfg   SocketConfig
	api   *slack.Client
	http  *http.Client
	opens *rate.Limiter
	desk  *desk

	mu     sync.Mutex
	open   map[*connection]bool // true once Slack said hello
	number atomic.Int64
	reads  sync.WaitGroup
	awake  wakefulness
}

// NewSocket prepares a Socket; nothing is sent before Run.
func NewSocket(cfg SocketConfig) *Socket {
	cfg.defaults()
	client := newHTTP(dialTimeout)
	return &Socket{
		cfg: cfg, http: client,
		api: slack.New("", slack.OptionAppLevelToken(cfg.AppToken.Reveal()), slack.OptionAPIURL(cfg.APIURL),
			slack.OptionHTTPClient(client)),
		opens: rate.NewLimiter(rate.Every(opensEvery), opensAtOnce),
		desk:  newDesk(cfg),
		open:  make(map[*connection]bool),
	}
}

// Run listens until ctx ends (nil) or the app token turns out not to work (an *Error of class Token that
// names the token and what to do). Before it returns it finishes what is in hand, for at most
// SocketConfig.Drain, and closes every connection with a close frame.
func (s *Socket) Run(ctx context.Context) error {
	if s.cfg.AppToken == "" {
		return &Error{Method: methodConnect, Code: "not_authed", Class: Token}
	}
	g, running := errgroup.WithContext(ctx)
	watched, rest := context.WithCancel(context.WithoutCancel(ctx)) // also while the connections are drained
	defer rest()
	go s.awake.watch(watched)
	for place := range s.cfg.Connections {
		g.Go(func() error { return s.keep(running, place) })
	}
	err := g.Wait()
	s.drain()
	s.http.CloseIdleConnections()
	return err
}

// Connected says whether at least one connection that Slack has not asked to leave is open.
func (s *Socket) Connected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c, greeted := range s.open {
		select {
		case <-c.leaving:
		default:
			if greeted {
				return true
			}
		}
	}
	return false
}

// Yield waits while requests of people are in hand that were not acknowledged yet, at most for the given time. What
// nobody waits for calls it before it takes processor time or the database, and so do calls to Slack.
func (s *Socket) Yield(ctx context.Context, most time.Duration) { s.desk.people.Yield(ctx, most) }

// keep holds one connection open until ctx ends, replacing it before it goes when Slack warns us.
func (s *Socket) keep(ctx context.Context, place int) error {
	quick := 0 // how many connections in a row did not last; the first is replaced at once
	for sleep(ctx, backoff(quick-1)) && s.hold(ctx, place) {
		c, err := s.connect(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			if err := s.failed(ctx, err); err != nil {
				return err
			}
			quick = max(quick+1, 2)
			continue
		}
		s.reads.Go(func() { s.spare(ctx, place, c) })
		select {
		case <-ctx.Done():
			return nil
		case <-c.leaving:
		}
		quick = shortLives(quick, time.Since(c.began), c.greeted())
		switch c.why() {
		case reasonLinkDisabled, reasonTooMany:
			quick = max(quick, 6) // coming back at once cannot help
		case reasonWarning, reasonRefresh:
			quick = min(quick, 6) // the old one lives for about 10 s more: be back before
		}
	}
	return nil
}

// shortLives counts how many connections in a row did not last, after one more that lived so long.
func shortLives(before int, lived time.Duration, greeted bool) int {
	switch {
	case lived >= settled:
		return 0
	case lived >= served && greeted:
		return min(before+1, quickServed)
	}
	return before + 1
}

// failed says whether a failure to connect is fatal, and waits when Slack says for how long.
func (s *Socket) failed(ctx context.Context, err error) error {
	s.cfg.Metrics.opened.WithLabelValues("failed").Inc()
	if ClassOf(err) == Token {
		return err
	}
	s.cfg.Log.Warn("cannot open a connection to Slack; trying again", zap.Error(err))
	var e *Error
	if errors.As(err, &e) {
		sleep(ctx, e.RetryAfter)
	}
	return nil
}

// connect opens one connection and waits for Slack's hello.
func (s *Socket) connect(ctx context.Context) (*connection, error) {
	if err := s.opens.Wait(ctx); err != nil {
		return nil, fmt.Errorf("wait to open socket: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout+helloTimeout)
	defer cancel()
	_, url, err := s.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, classify(methodConnect, err, true, true)
	}
	c, err := dial(ctx, url, s.number.Add(1))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.open[c] = false
	s.mu.Unlock()
	s.reads.Go(func() { s.serve(c) })
	hello := time.NewTimer(helloTimeout)
	defer hello.Stop()
	select {
	case <-c.hello:
		return c, nil
	case <-c.leaving:
		return c, nil // counted as one that did not last
	case <-ctx.Done():
		c.farewell()
		return nil, ctx.Err()
	case <-hello.C:
		c.farewell()
		return nil, errors.New("open socket: no hello from Slack")
	}
}

// serve reads one connection to its end.
func (s *Socket) serve(c *connection) {
	log := s.cfg.Log.With(zap.Int64("socket", c.number))
	err := c.read(s.cfg.Ping, s.receive)
	for _, again := range c.broken() {
		again()
	}
	s.mu.Lock()
	delete(s.open, c)
	s.mu.Unlock()
	s.gauge()
	why := c.why()
	if why == "" {
		why = "ended"
	}
	s.cfg.Metrics.opened.WithLabelValues(why).Inc()
	log.Info("connection to Slack ended", zap.String("reason", why), zap.Duration("lived", time.Since(c.began)), zap.NamedError("cause", err))
}

// receive handles one frame. It runs on the reading goroutine and must not wait.
func (s *Socket) receive(c *connection, frame []byte) {
	at := s.awake.arrived(time.Now())
	env, err := parse(frame)
	switch {
	case err != nil:
		s.desk.unreadable(c, env, err, len(frame))
	case env.Type == typeHello:
		s.hello(c, env)
	case env.Type == typeDisconnect:
		s.disconnect(c, env.Reason)
	default:
		s.desk.take(c, env, at)
	}
}

func (s *Socket) hello(c *connection, env envelope) {
	c.greet.Do(func() {
		s.mu.Lock()
		if _, open := s.open[c]; open {
			s.open[c] = true
		}
		held := len(s.open)
		s.mu.Unlock()
		close(c.hello)
		s.gauge()
		s.cfg.Metrics.opened.WithLabelValues("opened").Inc()
		s.cfg.Metrics.reported.Set(float64(env.NumConnections))
		s.cfg.Log.Info("connected to Slack", zap.Int64("socket", c.number), zap.Int("num_connections", env.NumConnections))
		s.reads.Go(func() { s.countGhosts(c, env.NumConnections, max(0, held-s.cfg.Connections)) })
	})
}

func (s *Socket) disconnect(c *connection, reason string) {
	c.goAway(reason)
	if reason == reasonLinkDisabled {
		s.cfg.Log.Error("Socket Mode is switched off for this app; switch it on under Socket Mode in the app's settings. Trying again meanwhile")
	}
	// The replacement opens now; this one is read, and answered, until Slack closes it.
	time.AfterFunc(linger, func() {
		select {
		case <-c.closed:
		default:
			c.farewell()
		}
	})
}

func (s *Socket) gauge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, greeted := range s.open {
		if greeted {
			n++
		}
	}
	s.cfg.Metrics.sockets.Set(float64(n))
}

// drain finishes what is in hand while the connections are still read, then says goodbye on each.
func (s *Socket) drain() {
	until := time.Now().Add(s.cfg.Drain)
	left := s.desk.settle(s.cfg.Drain)
	if left == 0 {
		s.each((*connection).catchUp) // after a close frame nothing can be acknowledged
		left = s.desk.settle(time.Until(until))
	}
	if left > 0 {
		s.cfg.Log.Warn("shutting down with requests in hand", zap.Int("requests", left))
	}
	s.each((*connection).farewell)
	s.reads.Wait()
	s.desk.settle(closeTimeout) // what came in between answers through its response URL
	s.desk.close()
}

// each does something with every open connection at once.
func (s *Socket) each(do func(*connection)) {
	s.mu.Lock()
	open := slices.Collect(maps.Keys(s.open))
	s.mu.Unlock()
	var all sync.WaitGroup
	for _, c := range open {
		all.Go(func() { do(c) })
	}
	all.Wait()
}
