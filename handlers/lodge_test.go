package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// refusedAsGuest are the words for somebody who may not because of what they are.
var refusedAsGuest = regexp.MustCompile(`You are a guest in this workspace|You belong to another workspace`)

// lodge is a mayday with a secret incident, number 1, and one more for each way that is tried.
type lodge struct {
	t     *testing.T
	h     *Handlers
	homes map[string]string // what stands in the Home of each person
	forms []slack.ModalViewRequest
	told  []told
	// refuses are the calls of Slack that fail.
	refuses map[string]bool
	n       int
	typed   int // commands that were typed
}

// told is a message that somebody got after the acknowledgement.
type told struct {
	how string // respond, ephemeral or post
	to  string // an address, or a channel and a person, or a person
	bot.Message
}

func (l *lodge) tells(how, to string, m bot.Message) error {
	if l.refuses[how] {
		return errors.New("Slack refuses")
	}
	l.told = append(l.told, told{how, to, m})
	return nil
}

func (l *lodge) OpenView(_ context.Context, _ string, v slack.ModalViewRequest) (bot.View, error) {
	if l.refuses["form"] {
		return bot.View{}, errors.New("Slack refuses")
	}
	l.forms = append(l.forms, v)
	return bot.View{}, nil
}

func (l *lodge) PublishHome(_ context.Context, user string, v slack.HomeTabViewRequest) (bot.View, error) {
	for _, b := range v.Blocks.BlockSet {
		if s, ok := b.(*slack.SectionBlock); ok && s.Text != nil {
			l.homes[user] += s.Text.Text + "\n"
		}
	}
	return bot.View{}, nil
}

func (l *lodge) Respond(_ context.Context, url string, m bot.Message) error {
	return l.tells("respond", url, m)
}

func (l *lodge) PostEphemeral(_ context.Context, channel, user string, m bot.Message) error {
	return l.tells("ephemeral", channel+" "+user, m)
}

func (l *lodge) Post(_ context.Context, to string, m bot.Message) (bot.Posted, error) {
	return bot.Posted{}, l.tells("post", to, m)
}

func (l *lodge) Invite(_ context.Context, channel string, who ...string) (map[string]string, error) {
	if l.refuses["somebody"] {
		return map[string]string{who[0]: "cant_invite"}, nil
	}
	return nil, l.tells("invite", channel+" "+strings.Join(who, " "), bot.Message{})
}

// does has ana make a request; what comes after its acknowledgement is done too.
func (l *lodge) does(r bot.Request) bot.Reply {
	l.t.Helper()
	l.typed++
	if r.User == "" {
		r.User = "U0ANA01"
	}
	if r.Keys == nil {
		r.Keys = []string{fmt.Sprintf("request:%d", l.typed)}
	}
	reply := l.h.Handle(l.t.Context(), r)
	if reply.After != nil {
		reply.After(l.t.Context())
	}
	return reply
}

// enters is types with what comes after the acknowledgement.
func (l *lodge) enters(text, channel string) bot.Reply {
	l.t.Helper()
	return l.does(bot.Request{Kind: bot.Command, Text: text, Channel: channel})
}

// ended is a context that is over: nobody waits for a channel in it.
func (l *lodge) ended() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(l.t.Context())
	cancel()
	return ctx, cancel
}

// handles has ana send a form; what comes after its acknowledgement has so long.
func (l *lodge) handles(after context.Context, callback, metadata string, fields map[string][]string) {
	l.t.Helper()
	l.typed++
	r := bot.Request{Kind: bot.Submission, User: "U0ANA01", Keys: []string{fmt.Sprintf("form:%d", l.typed)}, View: &bot.View{CallbackID: callback, PrivateMetadata: metadata, Values: inputs(fields)}}
	reply := l.h.Handle(l.t.Context(), r)
	require.Empty(l.t, reply.ViewErrors)
	require.NotNil(l.t, reply.After)
	reply.After(after)
}

// press has ana press a button somewhere.
func (l *lodge) press(action string, about blocks.Target, channel string) bot.Reply {
	l.t.Helper()
	if about.UID != "" {
		action += "::" + about.UID
	}
	return l.does(bot.Request{Kind: bot.Action, ActionID: action, Value: about.String(), Channel: channel})
}

// sends has ana send a form, with the values of its fields.
func (l *lodge) sends(form slack.ModalViewRequest, fields map[string][]string) bot.Reply {
	l.t.Helper()
	return l.does(bot.Request{Kind: bot.Submission, View: &bot.View{CallbackID: form.CallbackID, PrivateMetadata: form.PrivateMetadata, Values: inputs(fields)}})
}

func inputs(fields map[string][]string) bot.Inputs {
	in := bot.Inputs{}
	for field, values := range fields {
		in[field] = map[string][]string{field: values}
	}
	return in
}

// form is the newest form that Slack opened.
func (l *lodge) form() slack.ModalViewRequest {
	l.t.Helper()
	require.NotEmpty(l.t, l.forms)
	return l.forms[len(l.forms)-1]
}

// about is what a button of an incident is about.
func about(inc incident.Incident) blocks.Target { return blocks.Target{Incident: inc.ID, UID: inc.UID} }

// inJSON is all that stands in something, as Slack gets it.
func inJSON(t *testing.T, what any) string {
	t.Helper()
	raw, err := json.Marshal(what)
	require.NoError(t, err)
	return string(raw)
}

func newLodge(t *testing.T, access incident.Access) *lodge {
	return newLodgeAt(t, newURL(t), access)
}

// newLodgeAt is newLodge with the database of an address.
func newLodgeAt(t *testing.T, url string, access incident.Access) *lodge {
	h, _ := guardedAt(t, url, false, crowd{"U0GUS01": {ID: "U0GUS01", Guest: true}, "U0FAY01": {ID: "U0FAY01", Foreign: true}, "U0ANA01": {ID: "U0ANA01"}})
	l := &lodge{t: t, h: h, homes: map[string]string{}}
	h.Slack, h.Diagnostics, h.SQLUsers, h.Access = l, open{}, incident.SQLMembers, access
	return l
}

// declare opens another incident, by ana, in a channel of its own.
func (l *lodge) declare(before []string) incident.Incident {
	l.t.Helper()
	rb := l.h.Runbook()
	pb, ok := rb.Scenario("payment-failures")
	require.True(l.t, ok)
	l.n++
	channel := fmt.Sprintf("C0LODGE%04d", l.n)
	inc, err := l.h.Store.Declare(l.t.Context(), []string{channel}, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Declare(ref, incident.Declaration{Title: "checkout is slow", Severity: "P1", Playbook: pb, Policy: rb.Policy, By: "U0ANA01"}, now)
	})
	require.NoError(l.t, err)
	_, err = l.h.Store.Update(l.t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, channel, inc.NameForChannel(), now)
	})
	require.NoError(l.t, err)
	for _, text := range before {
		answer(l.t, l.h, bot.Request{Kind: bot.Command, Text: text}, "U0ANA01", channel)
	}
	return l.state(inc.ID)
}

func (l *lodge) state(id int64) incident.Incident {
	l.t.Helper()
	inc, err := l.h.Store.Incident(l.t.Context(), incident.Ref{Incident: id})
	require.NoError(l.t, err)
	return inc
}

// jobs counts what is to be done for an incident; of one kind unless that is empty.
func (l *lodge) jobs(id int64, kind string) (n int) {
	l.t.Helper()
	require.NoError(l.t, l.h.Store.Pool().QueryRow(l.t.Context(), `select count(*) from river.river_job where (args->>'incident')::bigint = $1 and ($2 = '' or kind = $2)`, id, kind).Scan(&n))
	return n
}

// each tries every way in turn with an incident of its own.
func (l *lodge) each(try func(what, kind, name string, w way, inc incident.Incident)) {
	eachWay(func(what, kind, name string, w way) { try(what, kind, name, w, l.declare(w.before)) })
}

// others counts the incidents that no way was tried with.
func (l *lodge) others() (n int) {
	l.t.Helper()
	require.NoError(l.t, l.h.Store.Pool().QueryRow(l.t.Context(), `select count(*) - $1 from mayday.incident`, l.n).Scan(&n))
	return n
}

// home draws somebody's Home and gives what it says.
func (l *lodge) home(who string) string {
	l.t.Helper()
	l.homes[who] = ""
	reply := l.h.Handle(l.t.Context(), bot.Request{Kind: bot.EventKind, User: who, Event: &bot.Event{Type: "app_home_opened", Tab: "home", User: who}})
	require.NotNil(l.t, reply.After)
	reply.After(l.t.Context())
	require.NotEmpty(l.t, l.homes[who])
	return l.homes[who]
}
