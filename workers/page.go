package workers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// find gives the Slack accounts of a contact: by id, by e-mail address, or the
// members of a user group, which is named by its id or its handle.
func (w *Workers) find(ctx context.Context, c incident.Contact) ([]incident.Person, error) {
	id := c.SlackID()
	switch {
	case incident.IsGroup(id):
		return w.Slack.GroupMembers(ctx, id)
	case id != "":
		u, err := w.people.find(ctx, id, w.Slack.User)
		return w.one(u, err, "no account in this workspace has the id "+id)
	case c.Email == "" && strings.HasPrefix(c.Slack, "@"):
		return w.groupMembers(ctx, c.Slack)
	case c.Email == "":
		return nil, &unreachableError{"the runbook gives no e-mail address and no Slack user id"}
	}
	u, err := w.people.find(ctx, c.Email, w.Slack.UserByEmail)
	return w.one(u, err, "no account in this workspace has the address "+c.Email)
}

// one is a single account that can be written to, or why there is none.
func (w *Workers) one(u bot.User, err error, unknown string) ([]incident.Person, error) {
	switch code := bot.CodeOf(err); {
	case code == "users_not_found" || code == "user_not_found":
		return nil, &unreachableError{unknown}
	case err != nil:
		return nil, err
	case u.Deleted:
		return nil, &unreachableError{"this account is deactivated"}
	}
	w.met(u)
	if u.Guest || u.Foreign {
		w.guests.Store(u.ID, true)
	} else {
		w.guests.Delete(u.ID)
	}
	return []incident.Person{u.ID}, nil
}

// paging is an attempt at a page: the incident and what stands of the page, as they were read first.
type paging struct {
	inc   incident.Incident
	page  int
	calls []store.Call
	// left is told when the first call leaves for Slack: until then others wait.
	left func()
}

// sendPage writes to whoever is paged, with a button that works from there.
func (w *Workers) sendPage(ctx context.Context, fx incident.SendPage, _ try) error {
	left := w.goFirst()
	defer left()
	inc, calls, err := w.Store.Page(ctx, fx.Ref, fx.Page)
	if err != nil || fx.Page >= len(inc.Pages) || inc.Pages[fx.Page].Failed != "" {
		return err
	}
	if answered(inc, fx.Page) {
		return w.afterwards(ctx, inc, inc, fx.Page)
	}
	ctx = bot.Urgent(ctx)
	began := w.Store.Now()
	people, err := w.called(ctx, inc, fx.Page)
	if err == nil {
		err = w.pageAll(ctx, paging{inc, fx.Page, calls, left}, people)
	}
	return w.tried(ctx, fx, began, err)
}

// tried records that an attempt at a page failed. One that was turned away by a rate,
// overtaken or cut off was none: it says nothing of whether the page arrives.
func (w *Workers) tried(ctx context.Context, fx incident.SendPage, began time.Time, err error) error {
	var later *laterError
	switch {
	case err == nil, bot.ClassOf(err) == bot.RateLimited, errors.As(err, &later), errors.Is(err, store.ErrOvertaken), errors.Is(err, store.ErrCutOff):
		return err
	case errors.Is(context.Cause(ctx), store.ErrCutOff), errors.Is(context.Cause(ctx), store.ErrTakenOver):
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobTimeout)
	defer cancel()
	return errors.Join(err, w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageTried(inc, fx.Page, began, now)
	}))
}

// answered reports whether somebody answered, so that nobody else is to be woken by a page.
func answered(inc incident.Incident, page int) bool {
	return !inc.Status.Live() || (inc.Acknowledged() && inc.Pages[page].Why != incident.Requested)
}

// pageAll writes to the people of one page. The first who is reached makes it
// delivered; those of a group who are not reached yet get theirs all the same.
func (w *Workers) pageAll(ctx context.Context, p paging, people []incident.Person) error {
	inc, delivered, read := p.inc, !p.inc.Pages[p.page].DeliveredAt.IsZero(), false
	var failed, waits error
	for _, who := range people {
		if read && answered(inc, p.page) {
			break
		}
		if err := w.admitted(ctx, inc, p.page, who); err != nil {
			return err
		}
		arrived, err := w.ring(ctx, p, who)
		if bot.ClassOf(err) == bot.RateLimited {
			return err
		}
		var later *laterError
		if errors.As(err, &later) {
			waits = err
			continue
		}
		if err != nil {
			if failed == nil || !final(err) {
				failed = err
			}
			continue
		}
		if !arrived {
			break // somebody answered
		}
		p.left()
		// What is left to do can wait until others are called.
		w.calling.Yield(ctx, pageFirst)
		if !delivered || !slices.Contains(inc.Responders, who) { // each of a user group takes part
			inc, err = w.delivered(ctx, inc.Ref(), p.page, []incident.Person{who})
			delivered = true
		} else {
			inc, err = w.Store.Incident(ctx, inc.Ref())
		}
		if err != nil {
			return err
		}
		read = true
	}
	if failed != nil && (!delivered || !final(failed)) {
		return failed
	}
	if waits != nil {
		return waits
	}
	if !read {
		var err error
		if inc, err = w.Store.Incident(ctx, inc.Ref()); err != nil {
			return err
		}
	}
	return w.afterwards(ctx, p.inc, inc, p.page)
}

// admitted makes sure that somebody who is about to be called may answer and follow the link where not everybody may.
func (w *Workers) admitted(ctx context.Context, inc incident.Incident, page int, who incident.Person) error {
	if _, guest := w.guests.Load(who); (inc.Private || guest) && !slices.Contains(inc.Responders, who) {
		if err := w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PageLeaves(inc, page, who, now)
		}); err != nil {
			return err
		}
	}
	if inc.Private {
		w.letIn(ctx, inc, inc.Pages[page], who)
	}
	return nil
}

// afterwards draws a page's messages again that were sent while somebody answered, or
// while the incident got its channel. as is the incident that they may show, and inc how it stands since.
func (w *Workers) afterwards(ctx context.Context, as, inc incident.Incident, page int) error {
	if !answered(inc, page) && inc.ChannelID == as.ChannelID && inc.ChannelFailed == as.ChannelFailed {
		return nil
	}
	w.letIn(ctx, inc, inc.Pages[page], inc.Pages[page].Person)
	return w.showPages(ctx, inc.Ref(), time.Time{})
}

// delivered records that people were reached, and what those are called of whom that is known, and gives the incident as
// it stands then.
func (w *Workers) delivered(ctx context.Context, ref incident.Ref, page int, people []incident.Person) (incident.Incident, error) {
	names := map[incident.Person]string{}
	for _, p := range people {
		names[p] = w.recall(p)
	}
	c, err := w.Store.Update(ctx, ref, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := incident.PageDelivered(inc, page, people, now)
		return incident.Named(c, names), err
	})
	return c.Incident, err
}

// called finds whom a page is for.
func (w *Workers) called(ctx context.Context, inc incident.Incident, page int) ([]incident.Person, error) {
	p := inc.Pages[page]
	if p.Contact < 0 {
		return []incident.Person{p.Person}, nil
	}
	people, unsure, err := w.turn(ctx, inc.Policy.Contacts[p.Contact])
	if err == nil && len(people) == 0 {
		err = &unreachableError{"the user group is empty"}
	}
	if err == nil && unsure != "" && !p.TurnSaid {
		err = w.record(ctx, inc.Ref(), func(now incident.Incident, at time.Time) (incident.Change, error) {
			return incident.TurnUnsure(now, page, unsure, at)
		})
	}
	return people, err
}

// calledBy completes an incident that is to be shown, and is not stored, with the accounts
// of contacts whom some events call, as far as Slack tells within a second. Those who are
// found later are mentioned when the page arrived.
func (w *Workers) calledBy(ctx context.Context, inc incident.Incident, evs []incident.Event) incident.Incident {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	for _, ev := range evs {
		i := slices.IndexFunc(inc.Pages, func(p incident.Page) bool {
			unknown := p.Contact >= 0 && p.Person == "" && p.Failed == "" && inc.Policy.Contacts[p.Contact].SlackID() == ""
			return unknown && p.At.Equal(ev.At) && inc.ContactTitle(p) == ev.Contact
		})
		if ev.Kind != incident.EventPaged || i < 0 {
			continue
		}
		people, _, err := w.turn(ctx, inc.Policy.Contacts[inc.Pages[i].Contact])
		if err == nil && len(people) == 1 {
			inc.Pages = slices.Clone(inc.Pages)
			inc.Pages[i].Person = people[0]
		}
	}
	return inc
}

// pageFailed says aloud that a page did not arrive; the next contact is called at
// once. Of a user group it is enough that one of its members was reached.
func pageFailed(w *Workers, ctx context.Context, fx incident.SendPage, why string) error {
	shown, err := w.Store.ShownPages(ctx, fx.Incident)
	if err != nil {
		return err
	}
	var reached []incident.Person
	for _, c := range shown {
		if c.Page == fx.Page && c.TS != "" {
			reached = append(reached, c.Person)
		}
	}
	if len(reached) > 0 {
		_, err := w.delivered(ctx, fx.Ref, fx.Page, reached)
		return err
	}
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageFailed(inc, fx.Page, why, now)
	})
}
