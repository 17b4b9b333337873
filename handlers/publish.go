package handlers

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/statuspage"
)

// StatusPage is what a form shows of the page on which customers read how the service is. The workers write there.
type StatusPage interface {
	About(ctx context.Context) (statuspage.About, error)
	Components(ctx context.Context) ([]incident.Component, error)
	Unresolved(ctx context.Context) ([]statuspage.Incident, error)
}

const (
	// pageFresh is how long what the page said of itself is shown again, and pageTime how long a form waits for it: the
	// person's click opens one for 3 s (Slack: trigger_id).
	pageFresh, pageTime = 5 * time.Minute, 1500 * time.Millisecond
	// pageTimeAck is the same where the form rides on an acknowledgement.
	pageTimeAck = 500 * time.Millisecond
)

// remembered is what the status page said last. The zero value is ready.
type remembered struct {
	mu         sync.Mutex
	about      statuspage.About
	components []incident.Component
	at         time.Time
}

// publish answers "/incident publish" with the form to tell customers.
func (h *Handlers) publish(_ context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	if err := incident.MayPublish(inc); err != nil {
		return h.failed(inc, err)
	}
	n := inc.NoticeDraft()
	if text := blocks.Unescape(l.rest); text != "" {
		n.Text = text
	}
	if h.StatusPage == nil {
		return h.openModal(r, blocks.SentModal(inc, n))
	}
	n.Notify = true
	return bot.Reply{After: func(ctx context.Context) {
		h.openModal(r, blocks.PublishModal(inc, h.publishView(ctx, n, pageTime))).After(ctx)
	}}
}

// publishView is what the form shows, with what the page says of itself within a time, or said a while ago.
func (h *Handlers) publishView(ctx context.Context, n incident.Notice, within time.Duration) blocks.PublishView {
	about, components := h.ownPage(ctx, within)
	if n.Status == incident.PublicResolved {
		n.Components = slices.Clone(n.Components)
		for i := range n.Components {
			n.Components[i].State = incident.Operational
		}
	}
	return blocks.PublishView{Page: about.Name, Link: about.URL, Components: components, Notice: n}
}

// ownPage is what the status page is called, and its components. A page that does not answer in time is shown as it was, or
// as nothing is known of it: a form without components is better than none.
func (h *Handlers) ownPage(ctx context.Context, within time.Duration) (statuspage.About, []incident.Component) {
	about, components, at := h.own.get()
	if time.Since(at) < pageFresh {
		return about, components
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	now, err := h.StatusPage.Components(ctx)
	if err == nil && about.Name == "" {
		about, err = h.StatusPage.About(ctx)
	}
	if err != nil {
		h.Log.Warn("the status page did not say how it is", zap.Error(err))
	}
	if now == nil {
		now = components
	}
	h.own.put(about, now, err == nil)
	return about, now
}

func (p *remembered) get() (statuspage.About, []incident.Component, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.about, p.components, p.at
}

// put keeps what was said; whole says that nothing of it is missing.
func (p *remembered) put(about statuspage.About, components []incident.Component, whole bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.about, p.components = about, components
	if whole {
		p.at = time.Now()
	}
}

// submitPublish takes in the form. Who publishes what is private is asked once more, in the same form.
func (h *Handlers) submitPublish(ctx context.Context, r bot.Request) bot.Reply {
	in := r.View.Values
	n := h.noticeOf(in)
	confirmed := slices.Contains(in.All(blocks.FieldConfirm, blocks.FieldConfirm), blocks.OptionConfirm)
	t, _ := blocks.ParseMetadata(r.View.PrivateMetadata) // submitAs says what is wrong with it
	var private incident.Incident
	reply := h.submitAs(ctx, r, incident.Publishing, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := incident.Publish(inc, r.User, n, t.Page, confirmed, now)
		var refused *incident.Refusal
		if errors.As(err, &refused) && refused.Reason == incident.NotConfirmed {
			private = inc
		}
		return c, err
	})
	if private.ID == 0 {
		return reply
	}
	v := h.publishView(ctx, n, pageTimeAck)
	v.Confirm = true
	return h.nextForm(r, blocks.PublishModal(private, v))
}

// noticeOf reads what stands in the form.
func (h *Handlers) noticeOf(in bot.Inputs) incident.Notice {
	n := incident.Notice{Title: in.Get(blocks.FieldTitle, blocks.FieldTitle), Text: in.Get(blocks.FieldText, blocks.FieldText),
		Status: incident.PublicStatus(in.Get(blocks.FieldStatus, blocks.FieldStatus)),
		Notify: slices.Contains(in.All(blocks.FieldNotify, blocks.FieldNotify), blocks.OptionNotify)}
	state := incident.ComponentState(in.Get(blocks.FieldState, blocks.FieldState))
	if !slices.Contains(incident.ComponentStates, state) {
		state = incident.PartialOutage
		if n.Status == incident.PublicResolved {
			state = incident.Operational
		}
	}
	_, known, _ := h.own.get()
	for _, id := range in.All(blocks.FieldComponents, blocks.FieldComponents) {
		c := incident.Component{ID: id, Name: id, State: state}
		if i := slices.IndexFunc(known, func(k incident.Component) bool { return k.ID == id }); i >= 0 {
			c.Name = known[i].Name
		}
		n.Components = append(n.Components, c)
	}
	return n
}

// submitSent takes in the form of whoever told customers themselves.
func (h *Handlers) submitSent(ctx context.Context, r bot.Request) bot.Reply {
	return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MarkCommunicated(inc, r.User, now)
	})
}

// tellsCustomers reports whether a form may offer to tell customers of an incident too.
func (h *Handlers) tellsCustomers(inc incident.Incident) bool {
	return h.StatusPage != nil && incident.MayPublish(inc) == nil
}

// alsoForCustomers goes on from a form that was recorded to the one that tells customers, where its box was ticked and
// whoever ticked it may.
func (h *Handlers) alsoForCustomers(ctx context.Context, r bot.Request, reply bot.Reply) bot.Reply {
	in := r.View.Values
	if len(reply.ViewErrors) > 0 || h.StatusPage == nil || !slices.Contains(in.All(blocks.FieldCustomers, blocks.FieldCustomers), blocks.OptionCustomers) {
		return reply
	}
	t, err := blocks.ParseMetadata(r.View.PrivateMetadata)
	if err != nil {
		return reply
	}
	inc, err := h.aboutIncident(ctx, r, t, incident.Publishing)
	if err == nil {
		err = incident.MayPublish(inc)
	}
	var refused *incident.Refusal
	switch {
	case errors.As(err, &refused):
		return h.failed(inc, err)
	case err != nil: // what came before is recorded
		h.Log.Warn("the form to tell customers did not follow", zap.Int64("incident", t.Incident), zap.Error(err))
		return problem("That is recorded, but the form to tell customers did not open.", "Type `/incident publish`.")
	}
	n := inc.NoticeDraft()
	n.Notify = true
	return h.nextForm(r, blocks.PublishModal(inc, h.publishView(ctx, n, pageTimeAck)))
}

// nextForm puts a form in the place of one that was submitted.
func (h *Handlers) nextForm(r bot.Request, v slack.ModalViewRequest) bot.Reply {
	v.PrivateMetadata = openedIn(r.Channel, v.PrivateMetadata)
	return bot.Reply{View: &v}
}
