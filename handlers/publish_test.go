package handlers

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/statuspage"
)

// board is a status page that counts how often it was asked, and a Slack that keeps the forms which it opens.
type board struct {
	lodge
	silent bool
	asked  atomic.Int32
	forms  []slack.ModalViewRequest
}

func (b *board) About(context.Context) (statuspage.About, error) {
	return statuspage.About{Name: "Larkfield", URL: "https://status.larkfield.test"}, nil
}

func (b *board) Components(ctx context.Context) ([]incident.Component, error) {
	b.asked.Add(1)
	if b.silent {
		<-ctx.Done()
		return nil, errors.New("timed out")
	}
	return []incident.Component{{ID: "shop", Name: "Shop"}}, nil
}

func (b *board) Unresolved(context.Context) ([]statuspage.Incident, error) { return nil, nil }

func (b *board) OpenView(_ context.Context, _ string, v slack.ModalViewRequest) (bot.View, error) {
	b.forms = append(b.forms, v)
	return bot.View{}, nil
}

func newBoard(t *testing.T) (*board, *lodge) {
	t.Helper()
	l := newLodge(t, incident.Access{})
	b := &board{lodge: *l}
	l.h.Slack, l.h.StatusPage = b, b
	return b, l
}

// open has ana open the form, and gives what it holds.
func (b *board) open(l *lodge, inc incident.Incident) slack.ModalViewRequest {
	l.t.Helper()
	n := len(b.forms)
	reply := l.h.Handle(l.t.Context(), bot.Request{Kind: bot.Command, Keys: []string{"open" + time.Now().String()}, Text: "publish", User: "U0ANA01", Channel: inc.ChannelID})
	require.NotNil(l.t, reply.After, reply.Text)
	reply.After(l.t.Context())
	require.Len(l.t, b.forms, n+1)
	return b.forms[n]
}

// sent is a form as it comes back.
func sent(v slack.ModalViewRequest, key, text string, more map[string][]string) bot.Request {
	in := bot.Inputs{blocks.FieldTitle: {blocks.FieldTitle: {"Orders are late"}}, blocks.FieldText: {blocks.FieldText: {text}}, blocks.FieldStatus: {blocks.FieldStatus: {"identified"}}}
	for k, v := range more {
		in[k] = map[string][]string{k: v}
	}
	return bot.Request{Kind: bot.Submission, Keys: []string{key}, User: "U0ANA01", View: &bot.View{CallbackID: v.CallbackID, PrivateMetadata: v.PrivateMetadata, Values: in}}
}

func fieldsOf(v slack.ModalViewRequest) (ids []string) {
	for _, b := range v.Blocks.BlockSet {
		if in, ok := b.(*slack.InputBlock); ok {
			ids = append(ids, in.BlockID)
		}
	}
	return ids
}

func TestOfTwoWhoPublishAtOnceOneIsTold(t *testing.T) {
	t.Parallel()
	b, l := newBoard(t)
	inc := l.declare(nil)
	one, two := b.open(l, inc), b.open(l, inc)
	assert.EqualValues(t, 1, b.asked.Load(), "the page is asked once in a while")
	reply := l.h.Handle(t.Context(), sent(one, "one", "We found it.", map[string][]string{blocks.FieldComponents: {"shop"}, blocks.FieldNotify: {blocks.OptionNotify}}))
	assert.Empty(t, reply.ViewErrors)
	reply = l.h.Handle(t.Context(), sent(two, "two", "We look for it.", nil))
	require.Contains(t, reply.ViewErrors, blocks.FieldText)
	assert.Contains(t, reply.ViewErrors[blocks.FieldText], "meanwhile customers were told something else")
	posts := l.state(inc.ID).Publication.Posts
	require.Len(t, posts, 1)
	assert.Equal(t, "We found it.", posts[0].Text)
	assert.Equal(t, []incident.Component{{ID: "shop", Name: "Shop", State: incident.PartialOutage}}, posts[0].Components)
	assert.True(t, posts[0].Notify)
	assert.Equal(t, 1, l.jobs(inc.ID, "publish_status"))
}

func TestAFormComesThoughThePageIsSilent(t *testing.T) {
	t.Parallel()
	b, l := newBoard(t)
	b.silent = true
	inc := l.declare(nil)
	form := b.open(l, inc)
	assert.NotContains(t, fieldsOf(form), blocks.FieldComponents)
	assert.Contains(t, fieldsOf(form), blocks.FieldText)
	b.silent = false
	assert.Contains(t, fieldsOf(b.open(l, inc)), blocks.FieldComponents, "it is asked again")
}

// TestTheFormsOfferCustomersWhereThereIsAPage, and what is ticked leads to the text that they would read.
func TestTheFormsOfferCustomersWhereThereIsAPage(t *testing.T) {
	t.Parallel()
	b, l := newBoard(t)
	inc := l.declare(nil)
	update := blocks.UpdateModal(inc, l.h.tellsCustomers(inc))
	require.Contains(t, fieldsOf(update), blocks.FieldCustomers)
	update.PrivateMetadata = openedIn(inc.ChannelID, update.PrivateMetadata)
	reply := l.h.Handle(t.Context(), sent(update, "update", "Orders are late. @ben rolls back.", map[string][]string{blocks.FieldCustomers: {blocks.OptionCustomers}}))
	require.NotNil(t, reply.View)
	assert.Equal(t, blocks.CallbackPublish, reply.View.CallbackID)
	text := readableForm(t, *reply.View)
	assert.Contains(t, text, "Orders are late.")
	assert.NotContains(t, text, "rolls back")
	assert.Equal(t, "Orders are late. @ben rolls back.", l.state(inc.ID).LastUpdate.Text, "the team's own update is recorded")
	assert.Zero(t, l.jobs(inc.ID, "publish_status"), "and nothing is published yet")
	reply = l.h.Handle(t.Context(), sent(*reply.View, "publish", "Orders are late.", nil))
	assert.Empty(t, reply.ViewErrors)
	assert.Equal(t, 1, l.jobs(inc.ID, "publish_status"))

	reply = l.h.Handle(t.Context(), sent(update, "update again", "Still late.", nil))
	assert.Nil(t, reply.View, "without the tick it is for the team")

	guest := sent(update, "guest", "For all.", map[string][]string{blocks.FieldCustomers: {blocks.OptionCustomers}})
	guest.User = "U0GUS01"
	reply = l.h.Handle(t.Context(), guest)
	assert.Nil(t, reply.View)
	assert.Regexp(t, refusedAsGuest, reply.Text)

	drill := inc
	drill.Drill = true
	assert.NotContains(t, fieldsOf(blocks.UpdateModal(drill, l.h.tellsCustomers(drill))), blocks.FieldCustomers)
	l.h.StatusPage = nil
	assert.NotContains(t, fieldsOf(blocks.UpdateModal(inc, l.h.tellsCustomers(inc))), blocks.FieldCustomers)
	assert.Equal(t, blocks.CallbackSent, b.open(l, inc).CallbackID)
}

// readableForm is what the fields of a form begin with.
func readableForm(t *testing.T, v slack.ModalViewRequest) (text string) {
	t.Helper()
	for _, b := range v.Blocks.BlockSet {
		if in, ok := b.(*slack.InputBlock); ok {
			if e, ok := in.Element.(*slack.PlainTextInputBlockElement); ok {
				text += e.InitialValue + "\n"
			}
		}
	}
	require.NotEmpty(t, strings.TrimSpace(text))
	return text
}
