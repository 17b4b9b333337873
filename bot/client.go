package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"
)

// ClientConfig says how to call Slack. BotToken is required; everything else has a default.
type ClientConfig struct {
	BotToken Secret // xoxb-…
	APIURL   string // with trailing slash; default Slack's
	// TeamID is the workspace (T…) to work in when the app is installed for a whole organisation; "" otherwise.
	TeamID      string
	HTTPTimeout time.Duration // of one call, answer included; 10 s by default
	Log         *zap.Logger
	Metrics     *Metrics
}

// Client makes Web API calls. Every method returns an *Error when it fails; ClassOf says what that allows.
// It waits for its turn in the rate plan as long as ctx lasts (returning RateLimited at once when that cannot
// be long enough), waits out a 429 of at most 2 s itself, and never repeats a call whose outcome is unknown.
type Client struct {
	cfg     ClientConfig
	api     *slack.Client
	http    *http.Client
	plan    *plan
	names   sync.Map // channel name → id, a hint that is verified before use
	listing *listing
	self    atomic.Pointer[Identity]
	refused chan struct{} // holds one when a call was refused because of our token; see WatchToken
	reach   reach
}

// shortWait is the longest 429 that a call waits out itself, shortTries how often.
const (
	shortWait  = 2 * time.Second
	shortTries = 3
)

// NewClient prepares a Client; nothing is sent before the first call.
func NewClient(cfg ClientConfig) *Client {
	if cfg.APIURL == "" {
		cfg.APIURL = slack.APIURL
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(nil)
	}
	setDefault(&cfg.HTTPTimeout, 10*time.Second)
	client := newHTTP(cfg.HTTPTimeout)
	return &Client{
		cfg: cfg, http: client, plan: newPlan(), listing: newListing(), refused: make(chan struct{}, 1),
		api: slack.New(cfg.BotToken.Reveal(), slack.OptionAPIURL(cfg.APIURL), slack.OptionHTTPClient(client)),
	}
}

// newHTTP makes an HTTP client of our own: with a timeout, and connections that Close can drop.
func newHTTP(timeout time.Duration) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 32
	// Shorter than any server's: a POST that meets a connection just closed has an unknown outcome.
	transport.IdleConnTimeout = 20 * time.Second
	return &http.Client{Timeout: timeout, Transport: transport}
}

// Close drops the connections that no call is using. The Client stays usable.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Share says how many replicas call Slack with the same token: each plans with an even part of the rates that count for
// the whole app. 1 until it is called.
func (c *Client) Share(replicas int) { c.plan.share(replicas) }

// call makes one call in its turn. f must pass its context on to the request.
func (c *Client) call(ctx context.Context, name, channel string, f func(context.Context) error) error {
	for try := 1; ; try++ {
		err := c.once(ctx, name, channel, f)
		if err == nil {
			return nil
		}
		var ours *tooLong // who has no patience for a turn does not wait for it here either
		if err.Class != RateLimited || errors.As(err.cause, &ours) || err.RetryAfter > shortWait || try == shortTries {
			return err
		}
		c.cfg.Metrics.wait(name, "told", err.RetryAfter)
		if !sleep(ctx, err.RetryAfter) {
			return err
		}
	}
}

func (c *Client) once(ctx context.Context, name, channel string, f func(context.Context) error) *Error {
	began := time.Now()
	turn, err := c.plan.enter(ctx, name, channel)
	if waited := time.Since(began); waited > time.Millisecond {
		c.cfg.Metrics.wait(name, "planned", waited)
	}
	if err != nil {
		return turned(name, err)
	}
	defer turn.leave()
	if err := onTurn(ctx)(ctx); err != nil {
		turn.giveBack()
		return &Error{Method: name, Class: Retry, cause: err, unsent: true}
	}
	var written atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	began = time.Now()
	err = f(traced)
	took := time.Since(began)
	if err == nil {
		c.reach.heard(ctx, began, nil)
		c.cfg.Metrics.called(name, nil, took)
		return nil
	}
	failure := classify(name, err, written.Load(), methods[name].repeats)
	c.reach.heard(ctx, began, failure)
	c.cfg.Metrics.called(name, failure, took)
	switch failure.Class {
	case RateLimited:
		c.plan.close(ctx, name, channel, failure.RetryAfter)
	case Token:
		c.suspect()
	}
	return failure
}

// turned is the error of a call that was never made because its turn did not come.
func turned(name string, err error) *Error {
	var long *tooLong
	if errors.As(err, &long) {
		return &Error{Method: name, Class: RateLimited, RetryAfter: long.wait, cause: err, unsent: true}
	}
	return &Error{Method: name, Class: Retry, cause: err, unsent: true}
}

// succeededAs drops an error whose code says that the wanted state holds already.
func succeededAs(err error, codes ...string) error {
	code := CodeOf(err)
	for _, c := range codes {
		if code == c {
			return nil
		}
	}
	return err
}

// Identity is who our bot token is.
type Identity struct {
	UserID, BotID string // U…, B…
	TeamID, Team  string // T…, the workspace's name; for the token of an organisation E… and its name
	EnterpriseID  string // E…; "" outside Enterprise Grid
	URL           string // of the workspace, with trailing slash
	Scopes        []string
}

// OrgWide reports whether the token is of a whole organisation (Enterprise Grid): Slack then wants to know in which
// workspace a channel is to be made or looked for (conversations.create, conversations.list).
func (me Identity) OrgWide() bool { return strings.HasPrefix(me.TeamID, "E") }

// Self asks Slack who we are and which scopes were granted (auth.test, X-OAuth-Scopes).
func (c *Client) Self(ctx context.Context) (Identity, error) {
	var r *slack.AuthTestResponse
	err := c.call(ctx, "auth.test", "", func(ctx context.Context) (err error) {
		r, err = c.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	me := Identity{
		UserID: r.UserID, BotID: r.BotID, TeamID: r.TeamID, Team: r.Team, URL: r.URL, EnterpriseID: r.EnterpriseID,
		Scopes: splitScopes(r.Header.Get("X-OAuth-Scopes")),
	}
	c.self.Store(&me)
	return me, nil
}

// Workspace is the address of the workspace with a slash at its end, once Slack was asked who we are; empty before.
func (c *Client) Workspace() string {
	if me := c.self.Load(); me != nil {
		return me.URL
	}
	return ""
}

// me is Self, asked once.
func (c *Client) me(ctx context.Context) (Identity, error) {
	if me := c.self.Load(); me != nil {
		return *me, nil
	}
	return c.Self(ctx)
}

// CheckSocket asks Slack for a socket address with the app token and throws it away: nil means that Socket Mode
// is on and the token works. Slack: apps.connections.open.
func CheckSocket(ctx context.Context, appToken Secret, apiURL string) error {
	if apiURL == "" {
		apiURL = slack.APIURL
	}
	client := newHTTP(dialTimeout)
	defer client.CloseIdleConnections()
	api := slack.New("", slack.OptionAppLevelToken(appToken.Reveal()), slack.OptionAPIURL(apiURL), slack.OptionHTTPClient(client))
	_, url, err := api.StartSocketModeContext(ctx)
	if err != nil {
		return classify(methodConnect, err, true, true)
	}
	if !strings.HasPrefix(url, "ws") {
		return fmt.Errorf("slack %s: no socket address in the answer", methodConnect)
	}
	return nil
}
