package handlers

import (
	"context"
	"errors"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

const (
	// inquiry is the end of a request's time that is kept for finding out what
	// became of a change whose recording was cut off.
	inquiry = 400 * time.Millisecond
	// silence is how long a database that did not answer is taken to be silent.
	silence = 5 * time.Second
)

// record changes an incident. What was cut off while it was being recorded is
// looked up once; store.ErrUnconfirmed means that nobody knows.
func (h *Handlers) record(ctx context.Context, r bot.Request, ref incident.Ref, decide store.Decision) (incident.Change, error) {
	in, cancel := inTime(ctx)
	defer cancel()
	c, err := h.Store.Update(in, ref, r.Keys, h.fromWhere(ctx, r, decide))
	return c, h.inquire(ctx, r, err)
}

// fromWhere completes a decision that a person asked for: what is private is looked
// at again under the row's lock, who acts from elsewhere is brought in, and nothing that
// guests do runs SQL. What whoever acts is called is kept with it.
func (h *Handlers) fromWhere(ctx context.Context, r bot.Request, decide store.Decision) store.Decision {
	if r.Kind == bot.EventKind {
		return decide
	}
	who := h.caller(ctx, r, false) // before the row is locked: Slack may have to be asked
	return func(inc incident.Incident, now time.Time) (incident.Change, error) {
		if !inc.VisibleTo(r.User, r.Channel) {
			return incident.Change{}, store.ErrNotFound
		}
		c, err := decide(inc, now)
		if err != nil {
			return c, err
		}
		if outsider(who) {
			c = incident.WithoutQueries(c)
		}
		return incident.Named(incident.FromOutside(inc, c, r.User, r.Channel, now), map[incident.Person]string{who.ID: who.Name}), nil
	}
}

// naming keeps with a change what somebody is called whom it is about.
func naming(who incident.Person, name string, decide store.Decision) store.Decision {
	return func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := decide(inc, now)
		return incident.Named(c, map[incident.Person]string{who: name}), err
	}
}

// recordNew is record for a declaration.
func (h *Handlers) recordNew(ctx context.Context, r bot.Request, decide func(ref incident.Ref, now time.Time) (incident.Change, error)) (incident.Incident, error) {
	who := h.caller(ctx, r, false)
	in, cancel := inTime(ctx)
	defer cancel()
	inc, err := h.Store.Declare(in, r.Keys, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		c, err := decide(ref, now)
		return incident.Named(c, map[incident.Person]string{who.ID: who.Name}), err
	})
	if inc.ID == 0 {
		return inc, err // there would be nothing to answer with
	}
	return inc, h.inquire(ctx, r, err)
}

func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	end, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-inquiry))
}

// inquire asks after a change whose recording was cut off: nil when it is there.
func (h *Handlers) inquire(ctx context.Context, r bot.Request, err error) error {
	if !errors.Is(err, store.ErrUnconfirmed) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), inquiry-inquiry/4)
	defer cancel()
	if there, failed := h.Store.Delivered(ctx, r.Keys); failed != nil || !there {
		return err // it may still be on its way
	}
	return nil
}

// noteSilence remembers that the database did not answer.
func (h *Handlers) noteSilence(err error) {
	if store.Away(err) {
		h.silentAt.Store(time.Now().UnixNano())
	}
}

// Excuse answers a request that was not handled in time, while the database does
// not answer: whether it is recorded, and whom to call. Otherwise the zero Reply.
// A form stays open for what was typed in it.
func (h *Handlers) Excuse(r bot.Request, started bool) bot.Reply {
	if time.Since(time.Unix(0, h.silentAt.Load())) > silence {
		return bot.Reply{}
	}
	contacts := h.Runbook().Policy.Contacts
	reply, inForm := say(blocks.NotRecorded(contacts)), blocks.FormNotRecorded
	if started {
		reply, inForm = say(blocks.NotConfirmed(contacts)), blocks.FormNotConfirmed
	}
	if r.Kind == bot.Submission && r.View != nil && formField[r.View.CallbackID] != "" {
		reply.ViewErrors = map[string]string{formField[r.View.CallbackID]: inForm}
	}
	return reply
}
