package workers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// find gives the Slack accounts of a contact: by id, by handle's e-mail, or the
// members of a user group.
func (w *Workers) find(ctx context.Context, c incident.Contact) ([]incident.Person, error) {
	id := strings.Trim(c.Slack, "<@> ")
	switch {
	case strings.HasPrefix(id, "S") && isID(id):
		return w.Slack.GroupMembers(ctx, id)
	case (strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W")) && isID(id):
		u, err := w.people.find(ctx, id, w.Slack.User)
		return one(u, err, "no account in this workspace has the id "+id)
	case c.Email == "":
		return nil, &unreachableError{"the runbook gives no e-mail address and no Slack user id"}
	}
	u, err := w.people.find(ctx, c.Email, w.Slack.UserByEmail)
	return one(u, err, "no account in this workspace has the address "+c.Email)
}

// one is a single account that can be written to, or why there is none.
func one(u bot.User, err error, unknown string) ([]incident.Person, error) {
	switch code := bot.CodeOf(err); {
	case code == "users_not_found" || code == "user_not_found":
		return nil, &unreachableError{unknown}
	case err != nil:
		return nil, err
	case u.Deleted:
		return nil, &unreachableError{"this account is deactivated"}
	}
	return []incident.Person{u.ID}, nil
}

// isID tells an id of Slack's ("U012ABC") from a name somebody wrote.
func isID(s string) bool {
	return len(s) >= 6 && strings.ToUpper(s) == s && !strings.ContainsAny(s, " -_.@")
}

// sendPage writes to whoever is paged, with a button that works from there.
func (w *Workers) sendPage(ctx context.Context, fx incident.SendPage, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Incident)
	if err != nil {
		return err
	}
	if fx.Page >= len(inc.Pages) {
		return nil
	}
	p := inc.Pages[fx.Page]
	if !p.DeliveredAt.IsZero() || p.Failed != "" {
		return nil
	}
	if !inc.Status.Live() || (inc.Acknowledged() && p.Why != incident.Requested) {
		return nil // somebody answered while this waited: nobody else is to be woken
	}
	ctx = bot.Urgent(ctx)
	people, err := w.called(ctx, inc, p)
	if err != nil {
		return err
	}
	var delivered []incident.Person
	var failed error
	for _, who := range people {
		if err := w.pagePerson(ctx, inc, fx.Page, who); err == nil {
			delivered = append(delivered, who)
		} else if failed == nil || !final(err) {
			failed = err
		}
	}
	if failed != nil && (len(delivered) == 0 || !final(failed)) {
		return failed
	}
	return w.delivered(ctx, inc.ID, fx.Page, delivered)
}

func (w *Workers) delivered(ctx context.Context, id int64, page int, people []incident.Person) error {
	return w.record(ctx, id, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageDelivered(inc, page, people, now)
	})
}

// called finds whom a page is for.
func (w *Workers) called(ctx context.Context, inc incident.Incident, p incident.Page) ([]incident.Person, error) {
	if p.Contact < 0 {
		return []incident.Person{p.Person}, nil
	}
	people, err := w.find(ctx, inc.Policy.Contacts[p.Contact])
	if err == nil && len(people) == 0 {
		err = &unreachableError{"the user group is empty"}
	}
	return people, err
}

// pagePerson posts one direct message, once.
func (w *Workers) pagePerson(ctx context.Context, inc incident.Incident, page int, who incident.Person) error {
	surface := incident.Surface(fmt.Sprintf("page/%d/%s", page, who))
	sh, err := w.Store.Shown(ctx, inc.ID, string(surface))
	if err != nil || (sh.TS != "" && sh.TriedAt.IsZero()) {
		return err
	}
	channel, err := w.Slack.Direct(ctx, who)
	if err != nil {
		return err
	}
	return w.drawMessage(ctx, surface, inc, sh, channel, blocks.Page(inc, inc.Pages[page], w.Store.Now()), false)
}

// pageFailed says aloud that a page did not arrive; the next contact is called at
// once. Of a user group it is enough that one of its members was reached.
func pageFailed(w *Workers, ctx context.Context, fx incident.SendPage, why string) error {
	shown, err := w.Store.ShownPages(ctx, fx.Incident)
	if err != nil {
		return err
	}
	var reached []incident.Person
	for surface, sh := range shown {
		if who, ok := strings.CutPrefix(surface, fmt.Sprintf("page/%d/", fx.Page)); ok && sh.TS != "" {
			reached = append(reached, who)
		}
	}
	if len(reached) > 0 {
		return w.delivered(ctx, fx.Incident, fx.Page, reached)
	}
	return w.record(ctx, fx.Incident, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageFailed(inc, fx.Page, why, now)
	})
}
