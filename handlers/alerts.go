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

// errNoOffer: the offer that a button is about is not there, or another one has its number.
var errNoOffer = errors.New("there is no such offer")

// offered answers a button of an offer: its target's number is that of the offer.
func (h *Handlers) offered(ctx context.Context, r bot.Request, verb string, t blocks.Target) bot.Reply {
	var o incident.Offer
	var inc incident.Incident
	var err error
	switch verb {
	case blocks.ActionDeclareOffer:
		inc, o, err = h.declareOffered(ctx, r, t)
	case blocks.ActionAttach:
		inc, o, err = h.attachOffered(ctx, r, t)
	default:
		o, err = h.muteOffered(ctx, r, t)
	}
	switch {
	case errors.Is(err, errNoOffer), errors.Is(err, store.ErrNotFound) && verb != blocks.ActionAttach:
		return problem("This alert is no longer kept.", "`/incident p1 <what is wrong>` declares an incident.")
	case err != nil:
		return h.failed(inc, err)
	}
	return say(blocks.OfferTaken(o, inc))
}

func (h *Handlers) declareOffered(ctx context.Context, r bot.Request, t blocks.Target) (incident.Incident, incident.Offer, error) {
	if err := h.mayDeclare(ctx, r); err != nil {
		return incident.Incident{}, incident.Offer{}, err
	}
	rb, who := h.Runbook(), h.caller(ctx, r, false)
	in, cancel := inTime(ctx)
	defer cancel()
	inc, o, err := h.Store.DeclareOffer(in, r.Keys, t.Incident, func(o incident.Offer, ref incident.Ref, now time.Time) (incident.Offer, incident.Change, error) {
		if o.Mark() != t.Step {
			return o, incident.Change{}, errNoOffer
		}
		d := rb.DeclarationFor(o)
		d.By = r.User
		o, c, err := incident.DeclareFrom(o, ref, d, now)
		return o, incident.Named(c, map[incident.Person]string{who.ID: who.Name}), err
	})
	return inc, o, h.inquire(ctx, r, err)
}

func (h *Handlers) attachOffered(ctx context.Context, r bot.Request, t blocks.Target) (incident.Incident, incident.Offer, error) {
	if err := h.mayTend(ctx, r); err != nil {
		return incident.Incident{}, incident.Offer{}, err
	}
	ref := incident.Ref{Incident: int64(t.Page), UID: t.Name}
	inc, err := h.Store.Incident(ctx, ref)
	if err == nil && !inc.VisibleTo(r.User, r.Channel) {
		err = store.ErrNotFound
	}
	if err == nil {
		err = h.admit(ctx, r, inc, incident.Acting)
	}
	if err != nil {
		return inc, incident.Offer{ID: t.Incident}, err
	}
	who := h.caller(ctx, r, false)
	in, cancel := inTime(ctx)
	defer cancel()
	c, o, err := h.Store.AttachOffer(in, r.Keys, t.Incident, ref, func(inc incident.Incident, o incident.Offer, now time.Time) (incident.Change, incident.Offer, error) {
		if o.Mark() != t.Step {
			return incident.Change{}, incident.Offer{}, errNoOffer
		}
		c, err := incident.Attach(inc, o, r.User, now)
		if err != nil {
			return c, o, err
		}
		c = incident.Named(incident.FromOutside(inc, c, r.User, r.Channel, now), map[incident.Person]string{who.ID: who.Name})
		return c, o.AttachedTo(inc.Ref(), r.User, now), nil
	})
	return c.Incident, o, h.inquire(ctx, r, err)
}

func (h *Handlers) muteOffered(ctx context.Context, r bot.Request, t blocks.Target) (incident.Offer, error) {
	if err := h.mayTend(ctx, r); err != nil {
		return incident.Offer{}, err
	}
	in, cancel := inTime(ctx)
	defer cancel()
	o, err := h.Store.UpdateOffer(in, r.Keys, t.Incident, func(o incident.Offer, now time.Time) (incident.Offer, error) {
		if o.Mark() != t.Step {
			return o, errNoOffer
		}
		return incident.MuteOffer(o, r.User, incident.MuteOnce, now)
	})
	return o, h.inquire(ctx, r, err)
}

// mayTend refuses to mute and attach alerts to who may not; nil admits it.
func (h *Handlers) mayTend(ctx context.Context, r bot.Request) error {
	return h.Access.AdmitAtLarge(h.caller(ctx, r, false), incident.Tending, false)
}
