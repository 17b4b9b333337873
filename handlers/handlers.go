// Package handlers is where a person's intent meets a decision: it reads what
// somebody typed or clicked, calls a verb of package incident through the
// store's one door, and returns the answer that rides on Slack's
// acknowledgement. So the answer means "recorded".
//
// Rule of the room: a handler decides nothing about an incident and posts
// nothing into a channel; that is left to package incident and to the workers.
// Every request is answered, also when it makes no sense.
package handlers

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"
	"golang.org/x/sync/singleflight"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// Views is what a handler shows people besides its answer.
type Views interface {
	OpenView(ctx context.Context, triggerID string, v slack.ModalViewRequest) (bot.View, error)
	PublishHome(ctx context.Context, user string, v slack.HomeTabViewRequest) (bot.View, error)
	Respond(ctx context.Context, responseURL string, m bot.Message) error
	PostEphemeral(ctx context.Context, channel, user string, m bot.Message) error
	Post(ctx context.Context, channel string, m bot.Message) (bot.Posted, error)
	Invite(ctx context.Context, channel string, users ...string) (failed map[string]string, err error)
}

// Diagnostics says what may be run. The workers run it.
type Diagnostics interface {
	// Judge is nil for a statement that may be run.
	Judge(sql string) *diagnostics.Refusal
	// Shut says why nothing is run; nil when statements are run.
	Shut() *diagnostics.Failure
}

// Handlers answer requests. Store, Slack, Runbook and Log are required; Runbook
// returns the runbook for new incidents, which may change while mayday runs.
type Handlers struct {
	Store   *store.Store
	Slack   Views
	Runbook func() *playbooks.Runbook
	// Probes says whether the runbook's addresses may be asked.
	Probes bool
	// Issues says whether there is somewhere to file follow-ups of a checklist.
	Issues bool
	Log    *zap.Logger
	// StatusPage is what customers read; nil where they are told elsewhere.
	StatusPage StatusPage
	// Diagnostics is nil when no database to diagnose is set up.
	Diagnostics Diagnostics
	// People says who made a request; nil knows nobody.
	People People
	// AlertChannels are the channels, by name or id, in which what other apps post are alerts.
	AlertChannels []string
	// Workspace is the workspace's address with a slash at its end, as far as it is known; nil knows none.
	Workspace func() string
	// Access says who may do what; the zero value is the default.
	Access incident.Access
	// SQLUsers says who may run statements of their own; see incident.MaySQL.
	SQLUsers string
	// OpsChannel is where operators read, an id or a name: there all members may run the runbook's queries.
	OpsChannel string
	// Zone for times of day that people type. Default UTC.
	Zone *time.Location
	// Checkup looks at how mayday is set up, as mayday check does; nil cannot.
	Checkup func(context.Context) []blocks.Checked

	// silentAt is when the database last did not answer, in nanoseconds since 1970.
	silentAt atomic.Int64
	met      acquaintances
	own      remembered         // status page
	looking  singleflight.Group // of Checkup
}

// Handle answers one request.
func (h *Handlers) Handle(ctx context.Context, r bot.Request) bot.Reply {
	ctx = bot.Urgent(ctx)
	switch r.Kind {
	case bot.Command:
		return h.command(ctx, r)
	case bot.Action:
		return h.clicked(ctx, r)
	case bot.Submission:
		return h.submission(ctx, r)
	case bot.Shortcut, bot.MessageShortcut:
		return h.shortcut(ctx, r)
	case bot.EventKind:
		return h.event(ctx, r)
	}
	return bot.Reply{}
}

// Beside reports whether a request only shows something, or declares an incident of its own,
// so that it need not wait for others from the same channel that do no more.
func (h *Handlers) Beside(r bot.Request) bool {
	if r.Kind != bot.Command {
		return false
	}
	l := parse(r.Text)
	if l.verb == "" || l.verb == unknownVerb || aboutNone[l.verb] != nil || atHand[l.verb] != nil {
		return true
	}
	_, l.rest, _ = takeIncident(l.rest, numberOf(l) != numberCounts)
	l.rest = strings.TrimSpace(l.rest)
	return deedOf(l) == incident.Seeing
}

// say turns a message into an answer.
func say(m blocks.Message) bot.Reply { return bot.Reply{Text: m.Text, Blocks: m.Blocks} }

// problem is an answer that says what did not work and what to type instead.
func problem(what, next string) bot.Reply { return say(blocks.Problem(what, next)) }

// inCode is what somebody typed, made to stand in a span of code: a backtick would end it.
func inCode(typed string, limit int) string {
	return incident.Line(strings.ReplaceAll(typed, "`", ""), limit)
}

// failed turns an error of the store into an answer. A refusal is told with its
// reason; anything else means that nothing was recorded, or that nobody knows, and
// whom to call. A delivery that came again was answered before, and is answered by nothing.
func (h *Handlers) failed(inc incident.Incident, err error) bot.Reply {
	var refused *incident.Refusal
	switch {
	case errors.As(err, &refused):
		return bot.Reply{Text: blocks.Refused(inc, refused)}
	case errors.Is(err, store.ErrDuplicate):
		return bot.Reply{}
	case errors.Is(err, store.ErrAnother):
		return say(blocks.Another())
	case errors.Is(err, store.ErrNotFound):
		return problem("There is no such incident.", "`/incident list` shows those that are open.")
	}
	h.noteSilence(err)
	h.Log.Error("a request could not be recorded", zap.Int64("incident", inc.ID), zap.Error(err))
	if errors.Is(err, store.ErrUnconfirmed) {
		return say(blocks.NotConfirmed(h.Runbook().Policy.Contacts))
	}
	return say(blocks.NotRecorded(h.Runbook().Policy.Contacts))
}

// change applies a verb and answers in a line what was recorded. What everybody
// has to know is told in the channel by the workers.
func (h *Handlers) change(ctx context.Context, r bot.Request, inc incident.Incident, decide store.Decision) bot.Reply {
	c, err := h.record(ctx, r, inc.Ref(), decide)
	if err != nil {
		return h.failed(c.Incident, err)
	}
	return say(blocks.Recorded(c, r.Channel))
}

// click is change for a button: what happened shows in the channel, so only a
// refusal needs words. From elsewhere, a direct message say, it is answered.
func (h *Handlers) click(ctx context.Context, r bot.Request, inc incident.Incident, decide store.Decision) bot.Reply {
	c, err := h.record(ctx, r, inc.Ref(), decide)
	switch {
	case err != nil:
		return h.failed(c.Incident, err)
	case r.Channel != c.Incident.ChannelID:
		return say(blocks.Recorded(c, r.Channel))
	}
	return bot.Reply{}
}

// elsewhere answers a command that needs an incident and names none.
func (h *Handlers) elsewhere(ctx context.Context, r bot.Request) bot.Reply {
	open, err := h.seen(ctx, r, store.Filter{Live: true, Limit: 5})
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.WhichIncident(r.Text, open))
}

// now is the time for rendering answers.
func (h *Handlers) now() time.Time { return h.Store.Now() }
