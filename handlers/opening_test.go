package handlers

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store/storetest"
)

// opens gives an incident its channel, or says why it gets none.
func (l *lodge) opens(id int64, channel, failed string) {
	l.t.Helper()
	_, err := l.h.Store.Update(l.t.Context(), incident.Ref{Incident: id}, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		if failed != "" {
			c := incident.Change{Incident: inc, Silent: true}
			c.Incident.ChannelFailed = failed
			return c, nil
		}
		return incident.ChannelOpened(inc, channel, inc.NameForChannel(), now)
	})
	require.NoError(l.t, err)
}

// declares has ana declare by a command or by the form; then is what follows the acknowledgement.
func (l *lodge) declares(kind bot.Kind) (reply bot.Reply, id int64) {
	l.t.Helper()
	l.typed++
	r := bot.Request{Kind: kind, Text: "p1 lamps flicker --another", User: "U0ANA01", Channel: elsewhere, ResponseURL: "https://answer.test", Keys: []string{time.Now().String()}}
	if kind == bot.Submission {
		r.View = &bot.View{CallbackID: blocks.CallbackDeclareAnother, PrivateMetadata: elsewhere, Values: inputs(map[string][]string{blocks.FieldTitle: {"lamps flicker"}, blocks.FieldSeverity: {"P1"}})}
	}
	reply = l.h.Handle(l.t.Context(), r)
	require.NotNil(l.t, reply.After, reply.Text)
	return reply, l.newest()
}

// newest is the number of the newest incident.
func (l *lodge) newest() (id int64) {
	l.t.Helper()
	require.NoError(l.t, l.h.Store.Pool().QueryRow(l.t.Context(), `select max(id) from mayday.incident`).Scan(&id))
	return id
}

// TestADeclarationIsAnsweredWithItsChannel: in the place of the answer to a command, after a form in a message of its own.
func TestADeclarationIsAnsweredWithItsChannel(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	over, cancel := context.WithCancel(t.Context())
	cancel() // nobody waits any more
	for _, kind := range []bot.Kind{bot.Command, bot.Submission} {
		for name, c := range map[string]struct {
			channel, failed string
			ctx             context.Context
			says            []string
		}{
			"it is there":     {"C0OPENED", "", t.Context(), []string{"is open: <#C0OPENED"}},
			"it cannot be":    {"", "the name is taken", t.Context(), []string{"made no channel for it: the name is taken"}},
			"it is not there": {"", "", over, []string{"is opening", "has not made its channel yet"}},
		} {
			l.told = nil
			reply, id := l.declares(kind)
			if c.channel+c.failed != "" {
				l.opens(id, c.channel+string(rune('A'+id%26)), c.failed)
			}
			reply.After(c.ctx)
			if kind == bot.Command {
				assert.Contains(t, reply.Text, "is opening", name)
				c.says = c.says[len(c.says)-1:]
			}
			require.Len(t, l.told, len(c.says), name)
			for i, says := range c.says {
				assert.Equal(t, []string{"respond", "https://answer.test"}, []string{l.told[i].how, l.told[i].to}, name)
				assert.Contains(t, l.told[i].Text, says, name)
			}
		}
	}
}

// TestWhereNothingCanBeAnsweredLaterADeclarationIsToldOnce: a form has no address for its answer.
func TestWhereNothingCanBeAnsweredLaterADeclarationIsToldOnce(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	over, cancel := context.WithCancel(t.Context())
	cancel()
	r := bot.Request{Kind: bot.Submission, User: "U0ANA01", Keys: []string{"form"}, View: &bot.View{CallbackID: blocks.CallbackDeclareAnother, PrivateMetadata: elsewhere, Values: inputs(map[string][]string{blocks.FieldTitle: {"lamps flicker"}})}}
	l.h.Handle(t.Context(), r).After(over)
	require.Len(t, l.told, 1)
	assert.Equal(t, []string{"ephemeral", elsewhere + " U0ANA01"}, []string{l.told[0].how, l.told[0].to})
	assert.Contains(t, l.told[0].Text, "is opening")
}

// TestTheChannelIsWaitedFor: it comes after the first look.
func TestTheChannelIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	reply, id := b.declares(bot.Command)
	looked := make(chan struct{})
	var once sync.Once
	b.wire.Tap(func(m storetest.Message) storetest.Fate {
		if m.FromServer && m.Kind == 'Z' { // it is answered
			once.Do(func() { close(looked) })
		}
		return storetest.Delivered
	})
	done := make(chan struct{})
	go func() { reply.After(t.Context()); close(done) }()
	<-looked
	_, err := b.truth.Update(t.Context(), incident.Ref{Incident: id}, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C0LATE", inc.NameForChannel(), now)
	})
	require.NoError(t, err)
	<-done
	require.Len(t, b.told, 1)
	assert.Contains(t, b.told[0].Text, "is open: <#C0LATE>")
}

// TestADeclarationThatComesAgainIsAnsweredWithWhatItOpened.
func TestADeclarationThatComesAgainIsAnsweredWithWhatItOpened(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	command := bot.Request{Kind: bot.Command, Text: "p1 lamps flicker --another", User: "U0ANA01", Channel: elsewhere, Keys: []string{"command"}}
	l.h.Handle(t.Context(), command)
	l.opens(l.newest(), "C0TWO", "")
	assert.Contains(t, l.h.Handle(t.Context(), command).Text, "is declared already: <#C0TWO>")
	form := bot.Request{Kind: bot.Submission, User: "U0ANA01", Keys: []string{"form"}, View: &bot.View{CallbackID: blocks.CallbackDeclareAnother, PrivateMetadata: elsewhere, Values: inputs(map[string][]string{blocks.FieldTitle: {"lamps flicker"}})}}
	l.h.Handle(t.Context(), form)
	l.opens(l.newest(), "C0THREE", "")
	reply := l.h.Handle(t.Context(), form)
	require.NotNil(t, reply.After)
	reply.After(t.Context())
	require.Len(t, l.told, 1)
	assert.Contains(t, l.told[0].Text, "is declared already: <#C0THREE>")
}

// TestWhoeverIsToldSomethingIsReached: where they are if Slack lets, or else in their direct conversation.
func TestWhoeverIsToldSomethingIsReached(t *testing.T) {
	t.Parallel()
	l := &lodge{t: t}
	h, logs := guarded(t, false, crowd{})
	h.Slack = l
	for name, c := range map[string]struct {
		r       bot.Request
		refuses []string
		want    []string
	}{
		"an answer":                   {bot.Request{ResponseURL: "https://a.test", Channel: "C0X"}, nil, []string{"respond", "https://a.test"}},
		"a channel":                   {bot.Request{Channel: "C0X"}, nil, []string{"ephemeral", "C0X U0ANA01"}},
		"a private channel":           {bot.Request{Channel: "G0X"}, nil, []string{"ephemeral", "G0X U0ANA01"}},
		"nowhere":                     {bot.Request{}, nil, []string{"post", "U0ANA01"}},
		"a channel mayday is not in":  {bot.Request{Channel: "C0X"}, []string{"ephemeral"}, []string{"post", "U0ANA01"}},
		"an answer that is too late":  {bot.Request{ResponseURL: "https://a.test"}, []string{"respond"}, []string{"post", "U0ANA01"}},
		"what Slack refuses as whole": {bot.Request{Channel: "C0X"}, []string{"ephemeral", "post"}, nil},
	} {
		l.told, l.refuses = nil, map[string]bool{}
		for _, how := range c.refuses {
			l.refuses[how] = true
		}
		c.r.User = "U0ANA01"
		h.tell(t.Context(), c.r, blocks.Problem("what", "next"))
		if c.want == nil {
			assert.Empty(t, l.told, name)
			continue
		}
		require.Len(t, l.told, 1, name)
		assert.Equal(t, c.want, []string{l.told[0].how, l.told[0].to}, name)
		assert.Contains(t, l.told[0].Text, "what", name)
		assert.False(t, l.told[0].Replace, name)
	}
	assert.Equal(t, 1, logs.FilterMessage("a person could not be answered").Len())
	for kind, private := range map[bot.Kind]bool{bot.Action: true, bot.Command: false} {
		l.told, l.refuses = nil, nil
		h.tell(t.Context(), bot.Request{Kind: kind, Private: true, ResponseURL: "https://a.test"}, blocks.Problem("what", "next"))
		assert.Equal(t, private, l.told[0].Replace, "only what a button stands in can be replaced")
		h.tell(t.Context(), bot.Request{Kind: kind, ResponseURL: "https://a.test"}, blocks.Problem("what", "next"))
		assert.False(t, l.told[1].Replace)
	}
}

func TestWhoeverJoinsIsInvited(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	reply := l.press(blocks.ActionJoin, about(inc), elsewhere)
	assert.True(t, reply.Replace)
	assert.Contains(t, reply.Text, "being invited to <#"+inc.ChannelID+">")
	require.Len(t, l.told, 1)
	assert.Equal(t, []string{"invite", inc.ChannelID + " U0ANA01"}, []string{l.told[0].how, l.told[0].to})
	for _, how := range []string{"invite", "somebody"} {
		l.told, l.refuses = nil, map[string]bool{how: true}
		l.press(blocks.ActionJoin, about(inc), elsewhere)
		require.Len(t, l.told, 1, how)
		assert.Contains(t, l.told[0].Text, "did not let mayday invite you", how)
	}
	l.told, l.refuses = nil, nil
	bare, id := l.declares(bot.Command)
	require.NotNil(t, bare.After)
	assert.Contains(t, l.press(blocks.ActionJoin, about(l.state(id)), elsewhere).Text, "cannot be joined", "it has no channel yet")
	l.types("private", inc.ChannelID)
	_, err := l.h.Store.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		c := incident.Change{Incident: inc, Silent: true}
		c.Incident.Private = true
		return c, nil
	})
	require.NoError(t, err)
	assert.Contains(t, l.press(blocks.ActionJoin, about(inc), elsewhere).Text, "cannot be joined", "it is private")
	assert.Empty(t, l.told)
}
