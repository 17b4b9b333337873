package handlers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/statuspage"
)

// customers is a status page that fails as it is told, and counts what it is asked.
type customers struct {
	list              []incident.Component
	noAbout, noList   error
	asked, askedParts int
}

func (c *customers) About(context.Context) (statuspage.About, error) {
	c.asked++
	if c.noAbout != nil {
		return statuspage.About{}, c.noAbout
	}
	return statuspage.About{Name: "Larkfield", URL: "https://status.larkfield.test"}, nil
}

func (c *customers) Components(context.Context) ([]incident.Component, error) {
	c.askedParts++
	if c.noList != nil {
		return nil, c.noList
	}
	return c.list, nil
}

func (*customers) Unresolved(context.Context) ([]statuspage.Incident, error) { return nil, nil }

// TestWhatThePageSaysOfItself is shown again for minutes; what it did not say is asked for again, and what it said before is shown meanwhile.
func TestWhatThePageSaysOfItself(t *testing.T) {
	core, logs := observer.New(zapcore.DebugLevel)
	shop, api := incident.Component{ID: "shop", Name: "Shop"}, incident.Component{ID: "api", Name: "API"}
	page := &customers{list: []incident.Component{shop}, noList: errors.New("timed out")}
	h := &Handlers{StatusPage: page, Log: zap.New(core)}
	said := func(name string, list ...incident.Component) {
		t.Helper()
		about, components := h.ownPage(t.Context(), time.Second)
		assert.Equal(t, name, about.Name)
		assert.Equal(t, list, components)
	}
	counts := func(about, parts, warnings int) {
		t.Helper()
		assert.Equal(t, []int{about, parts, warnings}, []int{page.asked, page.askedParts, logs.Len()})
	}
	said("")
	counts(0, 1, 1)
	page.noList, page.noAbout = nil, errors.New("timed out")
	said("", shop)
	counts(1, 2, 2)
	page.noAbout = nil
	said("Larkfield", shop)
	counts(2, 3, 2)
	page.list = []incident.Component{shop, api}
	said("Larkfield", shop)
	counts(2, 3, 2)
	h.own.at = time.Now().Add(-pageFresh)
	said("Larkfield", shop, api)
	counts(2, 4, 2) // what it is called does not change
	h.own.at = time.Now().Add(-pageFresh)
	page.noList = errors.New("timed out")
	said("Larkfield", shop, api)
	counts(2, 5, 3)
	page.noList = nil
	said("Larkfield", shop, api)
	counts(2, 6, 3)
}

// TestWhatIsOverIsOperational in the form, and what the incident keeps of it stays.
func TestWhatIsOverIsOperational(t *testing.T) {
	h := &Handlers{StatusPage: &customers{}, Log: zap.NewNop()}
	broken := []incident.Component{{ID: "shop", State: incident.MajorOutage}, {ID: "api", State: incident.PartialOutage}}
	for status, want := range map[incident.PublicStatus][]incident.ComponentState{
		incident.PublicResolved: {incident.Operational, incident.Operational}, incident.PublicIdentified: {incident.MajorOutage, incident.PartialOutage},
	} {
		v := h.publishView(t.Context(), incident.Notice{Status: status, Components: broken}, time.Second)
		require.Len(t, v.Notice.Components, 2)
		assert.Equal(t, want, []incident.ComponentState{v.Notice.Components[0].State, v.Notice.Components[1].State}, status)
		assert.Equal(t, incident.MajorOutage, broken[0].State)
		assert.Equal(t, []string{"Larkfield", "https://status.larkfield.test"}, []string{v.Page, v.Link})
	}
}

// TestTheFormForCustomersFollowsWhereItCan: not from a form that is wrong, not without a page, not where nothing is published, and
// those who have it read and notified unless they say otherwise.
func TestTheFormForCustomersFollowsWhereItCan(t *testing.T) {
	t.Parallel()
	b, l := newBoard(t)
	inc, drill := l.declare(nil), l.declare(nil)
	drill.Drill = true
	assert.True(t, l.h.tellsCustomers(inc))
	assert.False(t, l.h.tellsCustomers(drill))
	assert.Contains(t, inJSON(t, b.open(l, inc)), `"initial_options":[{"text":{"type":"plain_text"`, "subscribers are notified")
	update := blocks.UpdateModal(inc, true)
	update.PrivateMetadata = openedIn(inc.ChannelID, update.PrivateMetadata)
	ticked := map[string][]string{blocks.FieldCustomers: {blocks.OptionCustomers}}
	wrong := map[string][]string{blocks.FieldCustomers: {blocks.OptionCustomers}, blocks.FieldNext: {"soon"}}
	reply := l.h.Handle(t.Context(), sent(update, "wrong", "Orders are late.", wrong))
	assert.Nil(t, reply.View)
	assert.Contains(t, reply.ViewErrors, blocks.FieldNext)
	reply = l.h.Handle(t.Context(), sent(update, "empty", "", ticked))
	assert.Nil(t, reply.View)
	assert.Contains(t, reply.ViewErrors, blocks.FieldText)
	l.h.StatusPage = nil
	assert.Zero(t, l.h.Handle(t.Context(), sent(update, "no page", "Orders are late.", ticked)), "it was opened while there was one")
	l.h.StatusPage = b
	reply = l.h.Handle(t.Context(), sent(update, "fine", "Orders are late.", ticked))
	require.NotNil(t, reply.View)
	assert.Contains(t, inJSON(t, reply.View), `"initial_options":[{"text":{"type":"plain_text"`, "here too")
	channel, _ := whereOpened(reply.View.PrivateMetadata)
	assert.Equal(t, inc.ChannelID, channel)
	_, err := l.h.Store.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		c := incident.Change{Incident: inc, Silent: true}
		c.Incident.Drill = true
		return c, nil
	})
	require.NoError(t, err)
	reply = l.h.Handle(t.Context(), sent(update, "drill", "Orders are late.", ticked))
	assert.Nil(t, reply.View)
	assert.Contains(t, reply.Text, "drill")
	assert.Equal(t, "Orders are late.", l.state(inc.ID).LastUpdate.Text, "and that is recorded")
	assert.Contains(t, l.does(bot.Request{Kind: bot.Command, Text: "publish", Channel: inc.ChannelID}).Text, "drill")
}
