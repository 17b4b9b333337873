package workers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// redrawEvery is the least time between two edits of an offer's message once redrawAtOnce were made in a
// short time: a count that grows is no news, and Slack takes some fifty edits a minute.
const (
	redrawEvery  = 3 * time.Second
	redrawAtOnce = 4
)

// showOffer draws the message of an offer as it is now.
func (w *Workers) showOffer(ctx context.Context, fx incident.ShowOffer, _ try) error {
	if wait := w.drawn.wait(fx.Offer, time.Now()); wait > 0 && !fx.Anew {
		return notYet(wait) // the drawing shows all that happened by then
	}
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("offer/%d", fx.Offer), func(ctx context.Context) error {
		o, sh, err := w.Store.OfferShown(ctx, fx.Offer)
		if err != nil {
			return err
		}
		anew := fx.Anew && sh.Revision < fx.Revision
		err = w.drawOffer(ctx, o, sh, anew)
		if o.Message.Channel != "" && (deaf[bot.CodeOf(err)] || threadGone(err)) {
			// The message that the alert was is gone, or its channel.
			o.Message = incident.MessageRef{}
			err = w.drawOffer(ctx, o, sh, anew)
		}
		if deaf[bot.CodeOf(err)] {
			return w.followAlertChannel(ctx, err)
		}
		return err
	})
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}

// showOffers has the offers drawn that list the open incidents.
func (w *Workers) showOffers(ctx context.Context, _ incident.ShowOffers, _ try) error {
	return w.Store.RedrawOffers(ctx)
}

// drawn remembers how often offers were drawn of late by this replica. The zero value is ready.
type drawn struct {
	mu   sync.Mutex
	turn map[int64]*rate.Limiter
}

// wait is how long an offer has to wait for its next drawing; without a wait it counts as drawn.
func (d *drawn) wait(offer int64, now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.turn[offer]
	if l == nil {
		for id, l := range d.turn {
			if l.TokensAt(now) >= redrawAtOnce {
				delete(d.turn, id)
			}
		}
		if d.turn == nil {
			d.turn = map[int64]*rate.Limiter{}
		}
		l = rate.NewLimiter(rate.Every(redrawEvery), redrawAtOnce)
		d.turn[offer] = l
	}
	r := l.ReserveN(now, 1)
	delay := r.DelayFrom(now)
	if delay > 0 {
		r.CancelAt(now)
	}
	return delay
}

// followAlertChannel looks where the alert channel is by now, and has the offer drawn there.
func (w *Workers) followAlertChannel(ctx context.Context, err error) error {
	name := cmp.Or(w.AlertChannel, w.AnnounceChannel)
	known, failed := w.alertChannel(ctx)
	if failed != nil {
		return errors.Join(err, failed)
	}
	if _, found := w.findAgain(ctx, name, known); found != nil {
		return errors.Join(err, found)
	}
	return notYet(time.Second)
}

// drawOffer edits the message of an offer, or posts it while somebody may still take it.
func (w *Workers) drawOffer(ctx context.Context, o incident.Offer, sh store.Shown, anew bool) error {
	channel, thread, err := w.offerPlace(ctx, o)
	if err != nil {
		return err
	}
	if sh.TS == "" && sh.TriedAt.IsZero() && o.State != incident.Offered {
		return nil // nobody was asked, and nobody is
	}
	m, err := w.offerMessage(ctx, o)
	if err != nil {
		return err
	}
	out := w.hushed(ctx, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: fmt.Sprintf("offer/%d", o.ID), Thread: thread})
	look := digest(out)
	if !sh.TriedAt.IsZero() {
		if sh, err = w.soughtOffer(ctx, o, sh, channel, out); err != nil {
			return err
		}
	}
	old := sh
	switch {
	case sh.TS != "" && !anew:
		if sh.Digest == look {
			return nil
		}
		err = w.markingOffer(ctx, o.ID, sh, func(ctx context.Context) error { return w.Slack.Edit(ctx, sh.Channel, sh.TS, out) })
		if bot.CodeOf(err) != "message_not_found" && !uneditable[bot.CodeOf(err)] {
			break
		}
		fallthrough
	default:
		err = w.markingOffer(ctx, o.ID, old, func(ctx context.Context) error {
			posted, err := w.Slack.Post(bot.Urgent(ctx), channel, out)
			if err == nil {
				sh = store.Shown{Channel: posted.Channel, TS: posted.TS}
			}
			return err
		})
	}
	if err != nil {
		return err
	}
	sh.Digest, sh.Revision, sh.TriedAt = look, o.Revision, time.Time{}
	if err := w.Store.SaveOfferShown(ctx, o.ID, sh); err != nil {
		return err
	}
	if old.TS != "" && old.TS != sh.TS {
		if err := w.Slack.Delete(ctx, old.Channel, old.TS); err != nil {
			w.Log.Info("the message that an offer had before stays, out of date: Slack does not let it go")
		}
	}
	return nil
}

func (w *Workers) offerMessage(ctx context.Context, o incident.Offer) (blocks.Message, error) {
	var taken incident.Incident
	var open []incident.Incident
	var err error
	if o.Incident.Incident != 0 {
		if taken, err = w.Store.Incident(ctx, o.Incident); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrAnother) {
			return blocks.Message{}, err
		}
	} else if o.State == incident.Offered {
		if open, err = w.Store.List(ctx, store.Filter{Live: true}); err != nil {
			return blocks.Message{}, err
		}
	}
	return blocks.Offer(o, w.named(ctx, taken, incident.Event{By: o.By}), open), nil
}

// soughtOffer finds out what became of an attempt of unknown outcome.
func (w *Workers) soughtOffer(ctx context.Context, o incident.Offer, sh store.Shown, channel string, m bot.Message) (store.Shown, error) {
	if err := settle(ctx, sh.TriedAt); err != nil {
		return sh, err
	}
	ts, found, err := w.sent(ctx, channel, m, sh.TriedAt)
	if err != nil {
		return sh, err
	}
	if found {
		sh.Channel, sh.TS = channel, ts
	}
	sh.Digest, sh.TriedAt = "", time.Time{}
	return sh, w.Store.SaveOfferShown(ctx, o.ID, sh)
}

// markingOffer is marking for the message of an offer.
func (w *Workers) markingOffer(ctx context.Context, id int64, from store.Shown, call func(context.Context) error) error {
	marked := false
	err := call(bot.OnTurn(ctx, func(ctx context.Context) error {
		if marked {
			return nil
		}
		err := w.Store.ShowingOffer(ctx, id, from)
		marked = err == nil
		return err
	}))
	if !undone(err) {
		return err
	}
	return errors.Join(err, w.Store.SaveOfferShown(ctx, id, from))
}

// offerPlace is where an alert is offered: in the thread of the message that it was, else in the alert channel.
func (w *Workers) offerPlace(ctx context.Context, o incident.Offer) (channel, thread string, err error) {
	if o.Message.Channel != "" {
		return o.Message.Channel, o.Message.TS, nil
	}
	channel, err = w.alertChannel(ctx)
	return channel, "", err
}

// alertChannel is where alerts are offered that no message in Slack was: the first of the alert channels, else where incidents are announced.
func (w *Workers) alertChannel(ctx context.Context) (string, error) {
	if w.AlertChannel == "" {
		return w.channelNamed(ctx, w.AnnounceChannel)
	}
	id, err := w.channelNamed(ctx, w.AlertChannel)
	if bot.ClassOf(err) == bot.Gone {
		return w.channelNamed(ctx, w.AnnounceChannel)
	}
	return id, err
}

// tellAlert puts what became of an alert on the timeline of its incident, once.
func (w *Workers) tellAlert(ctx context.Context, fx incident.TellAlert, _ try) error {
	_, err := w.Store.Update(ctx, fx.Ref, []string{fmt.Sprintf("offer/%d/%d", fx.Offer, fx.Revision)}, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Tell(inc, fx, now)
	})
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}

// declareOffer declares an incident that a rule of the team asks for. Whoever pressed a button before is left the word.
func (w *Workers) declareOffer(ctx context.Context, fx incident.DeclareOffer, _ try) error {
	rb := w.Runbook()
	_, _, err := w.Store.DeclareOffer(ctx, nil, fx.Offer, func(o incident.Offer, ref incident.Ref, now time.Time) (incident.Offer, incident.Change, error) {
		return incident.DeclareFrom(o, ref, rb.DeclarationFor(o), now)
	})
	var refused *incident.Refusal
	if errors.As(err, &refused) {
		return nil
	}
	return err
}
