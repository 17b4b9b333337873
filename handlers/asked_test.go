package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
	"mayday/statuspage"
	"mayday/store"
)

// silent is a status page that answers nothing of a kind.
type silent struct {
	board
	about, components, unresolved error
}

func (s *silent) About(ctx context.Context) (statuspage.About, error) {
	a, _ := s.board.About(ctx)
	return a, s.about
}

func (s *silent) Components(context.Context) ([]incident.Component, error) {
	return []incident.Component{{ID: "shop", Name: "Shop", State: incident.MajorOutage}}, s.components
}

func (s *silent) Unresolved(context.Context) ([]statuspage.Incident, error) {
	return []statuspage.Incident{{Name: "Orders are late", Status: incident.PublicIdentified, URL: "https://status.larkfield.test/1"}}, s.unresolved
}

func TestOurOwnStatusPageSaysHowItStands(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	assert.Nil(t, l.types("statuspages", elsewhere).After, "there is none")
	for name, page := range map[string]*silent{"": {}, "no name": {about: errors.New("no name")}, "no parts": {components: errors.New("no parts")}, "no list": {unresolved: errors.New("no list")}} {
		l.told, l.h.StatusPage = nil, page
		reply := l.enters("statuspages please 1", elsewhere)
		assert.Contains(t, reply.Text, "Ignored: please")
		require.Len(t, l.told, 1, name)
		said := inJSON(t, l.told[0].Blocks)
		if name != "" {
			assert.Contains(t, said, "did not say how it stands", name)
			assert.Contains(t, said, name)
			continue
		}
		for _, what := range []string{"Larkfield", "Shop: ", "Orders are late", "identified"} {
			assert.Contains(t, said, what)
		}
	}
}

// TestWhatIsPublishedOfAPrivateIncidentIsConfirmed: the form comes once more, with what was written, and nothing is published before.
func TestWhatIsPublishedOfAPrivateIncidentIsConfirmed(t *testing.T) {
	t.Parallel()
	b, l := newBoard(t)
	inc := l.declare(nil)
	form := b.open(l, inc)
	_, err := l.h.Store.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		c := incident.Change{Incident: inc, Silent: true}
		c.Incident.Private = true
		return c, nil
	})
	require.NoError(t, err)
	resolved := map[string][]string{blocks.FieldComponents: {"shop", "lost"}, blocks.FieldStatus: {string(incident.PublicResolved)}, blocks.FieldState: {"nothing"}}
	reply := l.h.Handle(t.Context(), sent(form, "once", "It is over.", resolved))
	require.NotNil(t, reply.View, reply)
	assert.Contains(t, fieldsOf(*reply.View), blocks.FieldConfirm)
	assert.Contains(t, readableForm(t, *reply.View), "It is over.")
	assert.Zero(t, l.jobs(inc.ID, "publish_status"))
	resolved[blocks.FieldConfirm] = []string{blocks.OptionConfirm}
	reply = l.h.Handle(t.Context(), sent(*reply.View, "twice", "It is over.", resolved))
	assert.Empty(t, reply.ViewErrors)
	assert.Equal(t, 1, l.jobs(inc.ID, "publish_status"))
	assert.Equal(t, []incident.Component{{ID: "shop", Name: "Shop", State: incident.Operational}, {ID: "lost", Name: "lost", State: incident.Operational}}, l.state(inc.ID).Publication.Posts[0].Components)
	drill := l.declare(nil)
	_, err = l.h.Store.Update(t.Context(), drill.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		c := incident.Change{Incident: inc, Silent: true}
		c.Incident.Drill = true
		return c, nil
	})
	require.NoError(t, err)
	assert.Nil(t, l.types("publish", drill.ChannelID).After, "a drill is never told to customers")
	assert.Contains(t, l.types("publish", drill.ChannelID).Text, "drill")
	open := l.declare(nil)
	l.enters("publish cards r&amp;d fail", open.ChannelID)
	assert.Contains(t, readableForm(t, b.forms[len(b.forms)-1]), "cards r&d fail", "what was typed stands in the form")
}

// TestANewcomerTicksWhatTheyHave, in their list and nowhere else.
func TestANewcomerTicksWhatTheyHave(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	needs := make([]routine.Need, 12)
	for i := range needs {
		needs[i].Text = fmt.Sprintf("thing %d", i)
	}
	tick := func(from int, values ...string) bot.Request {
		l.typed++
		return bot.Request{Kind: bot.Action, User: "U0ANA01", Channel: "D0ANA", MessageTS: "1.1", ActionID: fmt.Sprintf("%s:%d", blocks.ActionAccess, from), Values: values, Keys: []string{fmt.Sprintf("tick:%d", l.typed)}}
	}
	assert.Contains(t, l.does(tick(0, "0///1")).Text, "belongs to nobody any more")
	require.NoError(t, l.h.Store.Greet(t.Context(), []routine.NewcomerChange{routine.Greet("U0ANA01", needs, false, l.h.Store.Now())}))
	once := tick(10, blocks.Target{Page: 12}.String(), "nothing")
	assert.Empty(t, l.does(once).Text)
	l.does(tick(0, blocks.Target{Page: 1}.String(), blocks.Target{Page: 3}.String()))
	assert.Empty(t, l.does(once).Text, "a delivery that comes again is no trouble")
	n, err := l.h.Store.Newcomer(t.Context(), "U0ANA01")
	require.NoError(t, err)
	var done []int
	for i, need := range n.Needs {
		if !need.DoneAt.IsZero() {
			done = append(done, i)
		}
	}
	assert.Equal(t, []int{0, 2, 11}, done)
	b := newBrink(t)
	require.NoError(t, b.truth.Greet(t.Context(), []routine.NewcomerChange{routine.Greet("U0ANA01", needs, false, l.h.Store.Now())}))
	b.judge("tick", always, func() bot.Request { return tick(0, blocks.Target{Page: 1 + l.typed%10}.String()) })
}

// TestAStepMessageThatIsFarAboveComesDown, where it is asked for and once.
func TestAStepMessageThatIsFarAboveComesDown(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	require.NoError(t, l.h.Store.SaveShown(t.Context(), inc.ID, "step", store.Shown{Channel: inc.ChannelID, TS: "1.1"}))
	shows := func() int { return l.jobs(inc.ID, "show") }
	message := func(e bot.Event) {
		e.Type, e.Channel, e.User = "message", inc.ChannelID, "U0BEN01"
		if e.TS == "" {
			e.TS = "2.2"
		}
		l.happens(e)
	}
	before := shows()
	for range incident.FarAbove {
		message(bot.Event{})
	}
	for _, e := range []bot.Event{{ThreadTS: "1.1"}, {Subtype: "channel_topic"}, {TS: "0.1"}} {
		message(e)
	}
	l.types("steps", inc.ChannelID)
	require.Equal(t, before, shows(), "it is near enough: replies, notes of Slack and what stands above it push it nowhere")
	message(bot.Event{ThreadTS: "1.1", Subtype: "thread_broadcast"})
	l.types(fmt.Sprintf("steps #%d", inc.ID), elsewhere)
	require.Equal(t, before, shows(), "elsewhere it would come to nobody")
	l.types("steps", inc.ChannelID)
	assert.Equal(t, before+1, shows())
	below, err := l.h.Store.Below(t.Context(), inc.ID)
	require.NoError(t, err)
	assert.Equal(t, incident.FarAbove+1, below)
	l.h.silentAt.Store(time.Now().UnixNano())
	_, err = l.h.Store.Pool().Exec(t.Context(), `update mayday.surface set below = 0`)
	require.NoError(t, err)
	message(bot.Event{})
	below, err = l.h.Store.Below(t.Context(), inc.ID)
	require.NoError(t, err)
	assert.Zero(t, below, "nothing is counted while the database does not answer")
}

// TestAListOfStepsIsDrawnAgainInItsPlace after a click in it.
func TestAListOfStepsIsDrawnAgainInItsPlace(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	list := l.types("steps", inc.ChannelID)
	raw := inJSON(t, list.Blocks)
	i := strings.Index(raw, blocks.ActionStepDone)
	require.Positive(t, i)
	step := about(inc)
	step.Playbook, step.Step, step.Page = "payment-failures", 1, 1
	require.Contains(t, raw, `"value":"`+step.String(), "as it stands in the list")
	reply := l.press(blocks.ActionStepDone, step, inc.ChannelID)
	assert.True(t, reply.Replace)
	assert.Contains(t, reply.Text, "1 done")
	reply = l.press(blocks.ActionStepDone, step, inc.ChannelID)
	assert.False(t, reply.Replace, "a refusal stands below it")
	assert.Contains(t, reply.Text, "done")
}

// TestAMessageGoesOnTheTimelineOnce, and one that stands there is followed.
func TestAMessageGoesOnTheTimelineOnce(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	follows := func() int { return l.jobs(inc.ID, "follow_message") }
	add := func(ts string) string {
		return l.does(bot.Request{Kind: bot.MessageShortcut, CallbackID: blocks.CallbackAddToTimeline, Channel: inc.ChannelID, MessageTS: ts}).Text
	}
	assert.Contains(t, add("1.1"), "goes on the timeline")
	assert.Equal(t, 1, follows())
	newest := func() (how string) {
		require.NoError(t, l.h.Store.Pool().QueryRow(t.Context(), `select coalesce(args ->> 'by_hand', '') || ' ' || coalesce(args ->> 'removed', '') from river.river_job where kind = 'follow_message' order by id desc limit 1`).Scan(&how))
		return how
	}
	assert.Equal(t, "true ", newest(), "by the menu")
	for _, e := range []bot.Event{{Type: "message", Subtype: "message_changed", TS: "1.1"}, {Type: "message", Subtype: "message_deleted", TS: "1.1"}, {Type: "reaction_added", Reaction: "eyes", TS: "1.1"}, {Type: "reaction_removed", Reaction: "eyes", TS: "1.1"}, {Type: "message", TS: "1.1"}} {
		e.Channel, e.User = inc.ChannelID, "U0ANA01"
		l.happens(e)
		assert.Equal(t, 1, follows(), "%s %s: it is not there yet", e.Type, e.Subtype)
	}
	_, err := l.h.Store.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		c := incident.Change{Incident: inc, Silent: true}
		c.Incident.Pins = map[string]incident.Pin{"1.1": {}}
		return c, nil
	})
	require.NoError(t, err)
	assert.Contains(t, add("1.1"), "on the timeline already")
	assert.Equal(t, 1, follows())
	for i, e := range []bot.Event{{Type: "message", Subtype: "message_changed"}, {Type: "message", Subtype: "message_deleted"}, {Type: "reaction_removed", Reaction: "pushpin"}, {Type: "reaction_added", Reaction: "round_pushpin"}} {
		e.Channel, e.User, e.TS = inc.ChannelID, "U0ANA01", "1.1"
		once := bot.Request{Kind: bot.EventKind, User: e.User, Channel: e.Channel, Event: &e, Keys: []string{fmt.Sprintf("once:%d", i)}}
		l.does(once)
		assert.Zero(t, l.does(once))
		assert.Equal(t, 2+i, follows(), "%s %s", e.Type, e.Subtype)
		assert.Equal(t, map[bool]string{true: " true", false: " "}[e.Type == "reaction_removed"], newest(), e.Type)
	}
	l.happens(bot.Event{Type: "reaction_added", Reaction: "pushpin", User: "U0ANA01", Channel: "C0OTHER", TS: "1.1"})
	assert.Equal(t, 5, follows())
	l.happens(bot.Event{Type: "reaction_removed", Reaction: "pushpin", User: "U0ANA01", Channel: inc.ChannelID, TS: "9.9"})
	assert.Equal(t, 6, follows(), "its pin may be on its way")
	l.h.Access.Guests = incident.GuestsOff
	l.happens(bot.Event{Type: "reaction_added", Reaction: "pushpin", User: "U0GUS01", Channel: inc.ChannelID, TS: "2.2"})
	assert.Equal(t, 6, follows(), "a guest pins nothing")
	l.happens(bot.Event{Type: "message", Subtype: "message_deleted", User: "U0GUS01", Channel: inc.ChannelID, TS: "1.1"})
	assert.Equal(t, 7, follows(), "but their own words leave the timeline with their message")
}
