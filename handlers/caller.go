package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// People says who somebody is. Slack answers for the program, nobody in some tests.
type People interface {
	User(ctx context.Context, id string) (bot.User, error)
	GroupMembers(ctx context.Context, group string) ([]string, error)
}

const (
	// whoTime is how long a request waits to hear who somebody is: the acknowledgement has 3 s in all.
	whoTime = 600 * time.Millisecond
	// databaseTime is the end of a request's time in which Slack is asked nothing more, however much it is to be asked: a
	// database that has no time left would be called silent.
	databaseTime = 1500 * time.Millisecond
	// knownFor is how long somebody is taken for what they were, and surelyFor where
	// the diagnosed database is at stake.
	knownFor  = time.Hour
	surelyFor = 5 * time.Minute
	// mostKnown bounds how many people are remembered.
	mostKnown = 5000
)

// acquaintances remembers people. The zero value is ready.
type acquaintances struct {
	mu    sync.Mutex
	known map[string]acquaintance
}

type acquaintance struct {
	user bot.User
	at   time.Time
}

func (a *acquaintances) get(id string) (acquaintance, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, ok := a.known[id]
	return k, ok
}

func (a *acquaintances) put(id string, u bot.User) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= mostKnown {
		a.known = map[string]acquaintance{}
	}
	a.known[id] = acquaintance{u, time.Now()}
}

// asking gives a question to Slack its time within a request.
func asking(ctx context.Context) (context.Context, context.CancelFunc) {
	until := time.Now().Add(whoTime)
	if end, bounded := ctx.Deadline(); bounded && end.Add(-databaseTime).Before(until) {
		until = end.Add(-databaseTime)
	}
	return context.WithDeadline(ctx, until)
}

// caller is who made a request. When Slack does not say in time, what it said last
// counts, except where the database is at stake (sure).
func (h *Handlers) caller(ctx context.Context, r bot.Request, sure bool) incident.Caller {
	c := incident.Caller{ID: r.User, Channel: r.Channel, Name: r.UserName}
	if h.People == nil {
		return c
	}
	k, ok := h.met.get(r.User)
	most := knownFor
	if sure {
		most = surelyFor
	}
	if !ok || time.Since(k.at) > most {
		within, cancel := asking(ctx)
		defer cancel()
		u, err := h.People.User(within, r.User)
		switch {
		case err == nil:
			h.met.put(r.User, u)
			k, ok = acquaintance{user: u}, true
		case bot.CodeOf(err) == "user_not_found" || bot.CodeOf(err) == "user_not_visible":
			k, ok = acquaintance{user: bot.User{ID: r.User, Foreign: true}}, true
		default:
			h.Log.Warn("Slack did not say who made a request", zap.String("user", r.User), zap.Error(err))
			ok = ok && !sure
		}
	}
	if ok {
		c.Standing, c.Email, c.Name = standing(k.user), k.user.Email, cmp.Or(k.user.Called(), c.Name)
	}
	return c
}

// idle answers whoever gives work to an app, or to an account that is not used any more; nil when it can be given.
func (h *Handlers) idle(ctx context.Context, whom incident.Person) *bot.Reply {
	if whom == "" {
		return nil
	}
	c := h.caller(ctx, bot.Request{User: whom}, false)
	if c.Standing != incident.Machine {
		return nil
	}
	bad := problem(fmt.Sprintf("Nothing changed: %s cannot be given work, because it is an app or an account that is not used any more.", cmp.Or(c.Name, whom)), "Name a person.")
	return &bad
}

func standing(u bot.User) incident.Standing {
	switch {
	case u.Bot || u.Deleted:
		return incident.Machine
	case u.Foreign:
		return incident.Foreign
	case u.Guest:
		return incident.Guest
	}
	return incident.Member
}

// admit refuses what somebody may not do with an incident; nil admits it.
func (h *Handlers) admit(ctx context.Context, r bot.Request, inc incident.Incident, d incident.Deed) error {
	return h.Access.Admit(inc, h.caller(ctx, r, false), d)
}

// mayDeclare refuses a declaration to who may not make one; nil admits it.
func (h *Handlers) mayDeclare(ctx context.Context, r bot.Request) error {
	c := h.caller(ctx, r, false)
	c.Groups = h.groupsOf(ctx, r.User, groupIDs(h.Access.Declare))
	return h.Access.AdmitAtLarge(c, incident.Declaring, false)
}

// mayInspect refuses to look at how mayday and its runbook are set up; nil admits it.
func (h *Handlers) mayInspect(ctx context.Context, r bot.Request) error {
	return h.Access.AdmitAtLarge(h.caller(ctx, r, false), incident.Inspecting, false)
}

// mayAsk refuses the runbook to who may not read it here; nil admits it.
func (h *Handlers) mayAsk(ctx context.Context, r bot.Request) error {
	c := h.caller(ctx, r, false)
	inside := false
	if outsider(c) {
		_, err := h.Store.InChannel(ctx, r.Channel)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		inside = err == nil
	}
	return h.Access.AdmitAtLarge(c, incident.Asking, inside)
}

// seen lists the incidents that somebody may see: guests and people of other
// workspaces see those that they take part in, and the one of the channel they are in.
func (h *Handlers) seen(ctx context.Context, r bot.Request, f store.Filter) ([]incident.Incident, error) {
	c := h.caller(ctx, r, false)
	if err := h.Access.AdmitAtLarge(c, incident.Seeing, true); err != nil {
		return nil, err
	}
	f.Visible = r.User
	if outsider(c) {
		f.Part, f.PartOr = r.User, r.Channel
	}
	return h.Store.List(ctx, f)
}

func outsider(c incident.Caller) bool {
	return c.Standing == incident.Guest || c.Standing == incident.Foreign
}

// groupIDs are the ids of user groups in a setting.
func groupIDs(setting string) []string {
	var ids []string
	for _, id := range strings.Split(setting, ",") {
		if id = strings.TrimSpace(id); strings.HasPrefix(id, "S") {
			ids = append(ids, id)
		}
	}
	return ids
}

// groupsOf are those of some user groups to which a person belongs. One that cannot
// be looked up counts as not theirs.
func (h *Handlers) groupsOf(ctx context.Context, person incident.Person, ids []string) []string {
	ctx, cancel := asking(ctx)
	defer cancel()
	var groups []string
	for _, id := range ids {
		if h.People == nil {
			break
		}
		members, err := h.People.GroupMembers(ctx, id)
		if err != nil {
			h.Log.Warn("the members of a user group cannot be read", zap.String("group", id), zap.Error(err))
			continue
		}
		if slices.Contains(members, person) {
			groups = append(groups, id)
		}
	}
	return groups
}
