package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"
)

// SocketConfig says how to listen. AppToken and Handler are required; everything else has a default.
type SocketConfig struct {
	AppToken Secret // xapp-…, scope connections:write
	APIURL   string // with trailing slash; default Slack's
	Handler  Handler
	// Excuse answers a request that was not handled in time, started or never looked at. It must not wait. nil, and a
	// Reply without Text, leave it to words of our own that know nothing of the cause. Events are not excused.
	Excuse func(r Request, started bool) Reply
	// Beside reports whether a request may be handled beside others from the same place of which it reports the
	// same: because it only asks, say. One of which it does not waits for those before it, and those after it wait for
	// that one. It must not wait. nil: each request is handled alone.
	Beside func(r Request) bool
	// Client sends what cannot ride on an acknowledgement (answers to buttons, late answers). Without it
	// those are logged and lost.
	Client  *Client
	Log     *zap.Logger
	Metrics *Metrics

	// Connections open at once in this process: 2 by default, so that a refresh of one loses nothing.
	// Slack allows 10 over all replicas.
	Connections int
	// Replicas counts the processes that listen for this app, each with as many connections. When Slack reports
	// more than they hold, and does so for longer than Settling (15 s by default), that is logged. nil means that
	// this process is the only one.
	Replicas func(context.Context) (int, error)
	Settling time.Duration
	// Workers is how many requests are handled at once: 64 by default.
	Workers int
	// Deadline is what a handler gets, counted from receipt: 2.5 s by default (Slack waits 3 s).
	Deadline time.Duration
	// Ping is how often we ping Slack; silence of twice as long ends the connection. 5 s by default.
	Ping time.Duration
	// Drain is how long a shutdown waits for what is in hand: 8 s by default.
	Drain time.Duration
}

func (c *SocketConfig) defaults() {
	if c.APIURL == "" {
		c.APIURL = slack.APIURL
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	setDefault(&c.Connections, 2)
	if c.Replicas == nil {
		c.Replicas = func(context.Context) (int, error) { return 1, nil }
	}
	setDefault(&c.Settling, 15*time.Second)
	setDefault(&c.Workers, 64)
	setDefault(&c.Deadline, 2500*time.Millisecond)
	setDefault(&c.Ping, 5*time.Second)
	setDefault(&c.Drain, 8*time.Second)
}

func setDefault[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}
