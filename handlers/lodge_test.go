package handlers

import (
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/require"

	"mayday/bot"
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
	n     int
	typed int // commands that were typed
}

func (l *lodge) OpenView(_ context.Context, _ string, v slack.ModalViewRequest) (bot.View, error) {
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

func (l *lodge) Respond(context.Context, string, bot.Message) error { return nil }

func (l *lodge) PostEphemeral(context.Context, string, string, bot.Message) error { return nil }

func (l *lodge) Post(context.Context, string, bot.Message) (bot.Posted, error) {
	return bot.Posted{}, nil
}

func (l *lodge) Invite(context.Context, string, ...string) (map[string]string, error) {
	return nil, nil
}

func newLodge(t *testing.T, access incident.Access) *lodge {
	h, _ := guarded(t, false, crowd{"U0GUS01": {ID: "U0GUS01", Guest: true}, "U0FAY01": {ID: "U0FAY01", Foreign: true}, "U0ANA01": {ID: "U0ANA01"}})
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
