package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// offer has a sender report something, and gives what is offered because of it.
func (l *lodge) offer(key string) incident.Offer {
	l.t.Helper()
	st := l.h.Store
	require.NoError(l.t, st.Receive(l.t.Context(), store.Received{Source: key, Path: "in", Header: map[string]string{}, Body: []byte("disk full")}))
	_, err := st.Hear(l.t.Context(), store.Hearing{
		Read: func(p store.Received) (store.Understood, error) {
			return store.Understood{Reports: []incident.Report{{Source: p.Source, Key: key, State: incident.Firing, Title: "disk full on " + key}}}, nil
		},
		Judge: func(incident.Report) (incident.Found, incident.Way) {
			return incident.Found{Severity: "P1"}, incident.ToOffer
		},
	})
	require.NoError(l.t, err)
	var id int64
	require.NoError(l.t, st.Pool().QueryRow(l.t.Context(), `select max(id) from mayday.offer`).Scan(&id))
	return l.offerNow(id)
}

func (l *lodge) offerNow(id int64) incident.Offer {
	l.t.Helper()
	o, err := l.h.Store.Offer(l.t.Context(), id)
	require.NoError(l.t, err)
	return o
}

// to is what a button of an offer is about; inc is the incident to which it is attached.
func to(o incident.Offer, inc incident.Incident) blocks.Target {
	return blocks.Target{Incident: o.ID, Step: o.Mark(), Page: int(inc.ID), Name: inc.UID}
}

func TestAnOfferIsTaken(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)

	o := l.offer("a")
	assert.Contains(t, l.press(blocks.ActionDeclareOffer, to(o, incident.Incident{}), elsewhere).Text, "is opening")
	o = l.offerNow(o.ID)
	require.Equal(t, incident.Declared, o.State)
	assert.Equal(t, "U0ANA01", o.By)
	declared := l.state(o.Incident.Incident)
	assert.Equal(t, []string{"disk full on a", "P1", "U0ANA01"}, []string{declared.Title, declared.Severity, declared.DeclaredBy})
	assert.Contains(t, l.press(blocks.ActionDeclareOffer, to(o, incident.Incident{}), elsewhere).Text, "already", "once")

	o = l.offer("b")
	assert.Contains(t, l.press(blocks.ActionAttach, to(o, inc), elsewhere).Text, "Attached to")
	assert.Equal(t, []any{incident.Attached, inc.Ref()}, []any{l.offerNow(o.ID).State, l.offerNow(o.ID).Incident})
	assert.Greater(t, l.state(inc.ID).Revision, inc.Revision, "its timeline says so")
	assert.Contains(t, l.state(inc.ID).Responders, "U0ANA01")

	o = l.offer("c")
	assert.Contains(t, l.press(blocks.ActionMute, to(o, incident.Incident{}), elsewhere).Text, "Muted until")
	assert.Equal(t, []any{incident.Muted, "U0ANA01"}, []any{l.offerNow(o.ID).State, l.offerNow(o.ID).By})
	assert.Contains(t, l.press(blocks.ActionMute, to(o, incident.Incident{}), elsewhere).Text, "already")
}

// TestAnOfferThatIsNoneIsNotTaken: its number was given to another one, it is gone, or what it is attached to is not there, is over or
// is not for whoever presses.
func TestAnOfferThatIsNoneIsNotTaken(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	over := l.declare([]string{"resolve rolled back"})
	o := l.offer("a")
	another := o
	another.HeardAt = o.HeardAt.Add(time.Minute)
	none := o
	none.ID = 99
	for _, action := range []string{blocks.ActionDeclareOffer, blocks.ActionAttach, blocks.ActionMute} {
		assert.Contains(t, l.press(action, to(another, inc), elsewhere).Text, "no longer kept", action)
		if action != blocks.ActionAttach {
			assert.Contains(t, l.press(action, to(none, inc), elsewhere).Text, "no longer kept", action)
		}
	}
	for why, about := range map[string]struct {
		inc  incident.Incident
		says string
	}{
		"one that is not there":     {incident.Incident{ID: 99}, "no such incident"},
		"another one by its number": {incident.Incident{ID: inc.ID, UID: "aaaaaaaaaaaa"}, "no longer knows"},
		"one that is over":          {over, "resolved"},
	} {
		assert.Contains(t, l.press(blocks.ActionAttach, to(o, about.inc), elsewhere).Text, about.says, why)
	}
	l.h.Access.Guests = incident.GuestsAct
	guest := bot.Request{Kind: bot.Action, User: "U0GUS01", ActionID: blocks.ActionAttach, Value: to(o, inc).String(), Channel: elsewhere}
	assert.Regexp(t, refusedAsGuest, l.does(guest).Text)
	_, err := l.h.Store.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		c := incident.Change{Incident: inc, Silent: true}
		c.Incident.Private = true
		return c, nil
	})
	require.NoError(t, err)
	ben := bot.Request{Kind: bot.Action, User: "U0BEN01", ActionID: blocks.ActionAttach, Value: to(o, inc).String(), Channel: elsewhere}
	assert.Contains(t, l.does(ben).Text, "no such incident", "what is private is not there for him")
	assert.Equal(t, incident.Offered, l.offerNow(o.ID).State)
}

func TestAnOfferSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	inc := b.declare(nil)
	n := 'a'
	for _, action := range []string{blocks.ActionDeclareOffer, blocks.ActionAttach, blocks.ActionMute} {
		b.judge(action, always, func() bot.Request {
			n++
			return bot.Request{Kind: bot.Action, User: "U0ANA01", ActionID: action, Value: to(b.offer(string(n)), inc).String(), Channel: elsewhere}
		})
	}
}
