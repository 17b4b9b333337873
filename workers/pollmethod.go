package workers

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/methods"
	"mayday/store"
)

// pollMethod asks what became of a call, and for its answer, until the page is over.
func (w *Workers) pollMethod(ctx context.Context, fx incident.PollMethod, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil {
		return err
	}
	_, m, a, ok := inc.Attempted(fx.Page, fx.Method)
	if !ok {
		return nil
	}
	to, service, missing := w.serviceOf(m)
	known, err := w.Store.MethodTry(ctx, inc.ID, fx.Page, fx.Method)
	if err != nil || missing != "" || known.SentAt.IsZero() {
		return err
	}
	receipt := methods.Receipt{ID: known.Receipt, Sender: known.Sender}
	msg, _ := w.callOf(inc, fx.Page, fx.Method)
	if inc.PageAnswered(fx.Page) || a.Failed != "" {
		if c, can := service.(methods.Canceller); can && a.Failed == "" {
			return later(c.Cancel(ctx, receipt, msg))
		}
		return nil
	}
	poller, can := service.(methods.Poller)
	age := w.Store.Now().Sub(known.SentAt)
	if !can || age > pollFor {
		return nil
	}
	answer, err := poller.Poll(ctx, to, receipt, msg, known.SentAt)
	if err == nil {
		err = w.heardOf(ctx, inc, fx, m, known, answer)
	} else {
		w.Log.Info("a service does not say what became of a call", zap.Int64("incident", inc.ID), zap.String("method", m.Label()), zap.Error(err))
		err = nil
	}
	if err != nil {
		return err
	}
	return notYet(w.pollAfter(age))
}

// later tries something again that did not work, unless it never will.
func later(err error) error {
	if err == nil || methods.ClassOf(err) == methods.Refused {
		return nil
	}
	return err
}

// pollAfter is the pause before a service is asked again: most answers come in the first minutes.
func (w *Workers) pollAfter(age time.Duration) time.Duration {
	switch {
	case age < 5*time.Minute:
		return w.PollEvery
	case age < 30*time.Minute:
		return 4 * w.PollEvery
	}
	return 20 * w.PollEvery
}

// heardOf records what a service says of a call.
func (w *Workers) heardOf(ctx context.Context, inc incident.Incident, fx incident.PollMethod, m incident.Method, known store.MethodTry, answer methods.Answer) error {
	if answer.State == methods.Delivered {
		if err := w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.MethodDelivered(inc, fx.Page, fx.Method, now)
		}); err != nil {
			return err
		}
	}
	if answer.Stopped {
		return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.MethodFailed(inc, fx.Page, fx.Method, "they answered STOP, so no text reaches them any more; only they can undo that, by texting START", now)
		})
	}
	if answer.Plain {
		after, err := w.Store.SentLater(ctx, m.Key, known.SentAt, answer.At)
		if err != nil || after {
			return err // it answers another message
		}
	}
	if answer.Acknowledged || answer.Declined {
		return w.answered(ctx, inc, fx, m, answer)
	}
	if answer.Unclear {
		return w.unclear(ctx, inc, fx, m, known, answer)
	}
	if answer.State == methods.Failed {
		w.Metrics.undelivered(m)
		return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.MethodFailed(inc, fx.Page, fx.Method, answer.Why, now)
		})
	}
	return nil
}

// answered carries out what somebody answered. That somebody else was quicker is no failure.
func (w *Workers) answered(ctx context.Context, inc incident.Incident, fx incident.PollMethod, m incident.Method, answer methods.Answer) error {
	by := w.whoAnswers(ctx, inc, fx.Page, m)
	c, err := w.Store.Update(ctx, fx.Ref, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AnsweredBy(inc, fx.Page, fx.Method, incident.MethodAnswer{By: by, Decline: answer.Declined}, now)
	})
	var refused *incident.Refusal
	if errors.As(err, &refused) {
		return nil
	}
	if err == nil && answer.Acknowledged && !c.Empty() {
		w.Metrics.AnsweredBy(m, inc.Reaches[fx.Page].Attempts[fx.Method].SentAt, w.Store.Now())
	}
	return err
}

// whoAnswers is the account of whoever has a method; empty where Slack does not say.
func (w *Workers) whoAnswers(ctx context.Context, inc incident.Incident, page int, m incident.Method) incident.Person {
	if m.Person != "" {
		return m.Person
	}
	if p := inc.Pages[page]; p.Person != "" || p.Contact < 0 {
		return p.Person
	}
	ctx, cancel := context.WithTimeout(ctx, findWithin)
	defer cancel()
	people, _, err := w.turn(ctx, inc.Policy.Contacts[inc.Pages[page].Contact])
	if err != nil || len(people) != 1 {
		return ""
	}
	return people[0]
}

// tellAnswered tells whoever answered by a method what happened so far.
func (w *Workers) tellAnswered(ctx context.Context, fx incident.TellAnswered, t try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil || t.again() { // it is no loss; twice would be
		return err
	}
	_, m, _, ok := inc.Attempted(fx.Page, fx.Method)
	to, service, missing := w.serviceOf(m)
	teller, can := service.(methods.Teller)
	if !ok || missing != "" || !can || !inc.Status.Live() {
		return nil
	}
	lines := blocks.SoFar(w.remembered(inc), w.whoAnswers(ctx, inc, fx.Page, m), w.Store.Now())
	text := strings.Join(append([]string{blocks.Head(inc)}, lines...), "\n")
	if m.Kind == incident.SMS {
		text = methods.OneText(blocks.Head(inc) + ". " + strings.Join(lines, " "))
	}
	return later(teller.Tell(ctx, to, text))
}
