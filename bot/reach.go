package bot

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// reach is what the calls of a process tell of whether Slack answers at all. A refusal is an answer. The zero value knows
// of no call.
type reach struct {
	mu     sync.Mutex
	silent time.Time
}

// Silent is since when no call to Slack has been answered, by this machine's clock: when the first of those began. It is zero
// while calls are answered, and before the first one.
func (c *Client) Silent() time.Time {
	c.reach.mu.Lock()
	defer c.reach.mu.Unlock()
	return c.reach.silent
}

// heard takes in what came of a call that was made.
func (r *reach) heard(ctx context.Context, began time.Time, err *Error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return // we gave it up
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !Unanswered(err):
		r.silent = time.Time{}
	case r.silent.IsZero():
		r.silent = began
	}
}

// atFault are Slack's codes for a fault of its own (docs.slack.dev, common errors of the methods).
var atFault = map[string]bool{"internal_error": true, "fatal_error": true, "service_unavailable": true, "request_timeout": true}

// Unanswered reports whether an error of a Client says that Slack did not answer a call, or only that it is at fault itself.
// false for nil, and for an error of another origin.
func Unanswered(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e == nil || e.Class != Ambiguous && e.Class != Retry {
		return false
	}
	return e.Code == "" || atFault[e.Code] || strings.HasPrefix(e.Code, "http_5")
}
