package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// happens has Slack report something, each time with a key of its own.
func (l *lodge) happens(e bot.Event) bot.Reply {
	l.t.Helper()
	return l.does(bot.Request{Kind: bot.EventKind, User: e.User, Channel: e.Channel, Event: &e})
}

// TestWhatIsAReasonToLookAtAChannel: what Slack says of it, and no message of people.
func TestWhatIsAReasonToLookAtAChannel(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	for name, c := range map[string]struct {
		e     bot.Event
		looks int
	}{
		"archived":               {bot.Event{Type: "channel_archive"}, 1},
		"unarchived":             {bot.Event{Type: "channel_unarchive"}, 1},
		"renamed":                {bot.Event{Type: "channel_rename"}, 1},
		"deleted":                {bot.Event{Type: "channel_deleted"}, 1},
		"left":                   {bot.Event{Type: "channel_left"}, 1},
		"a private one archived": {bot.Event{Type: "group_archive"}, 1},
		"a private one left":     {bot.Event{Type: "group_left"}, 1},
		"made private":           {bot.Event{Type: "message", Subtype: "channel_convert_to_private"}, 1},
		"made private, too":      {bot.Event{Type: "message", Subtype: "converted_to_private"}, 1},
		"a topic":                {bot.Event{Type: "channel_topic"}, 0},
		"another kind":           {bot.Event{Type: "user_archive"}, 0},
		"a message":              {bot.Event{Type: "message", User: "U0ANA01", Text: "archive"}, 0},
		"a member joined":        {bot.Event{Type: "member_joined_channel", User: "U0ANA01"}, 0},
	} {
		inc := l.declare(nil)
		before := l.jobs(inc.ID, "look_at_channel")
		c.e.Channel = inc.ChannelID
		assert.False(t, l.happens(c.e).Redeliver, name)
		assert.Equal(t, c.looks, l.jobs(inc.ID, "look_at_channel")-before, name)
	}
	away := l.declare(nil)
	_, err := l.h.Store.Update(t.Context(), away.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		c := incident.Change{Incident: inc, Silent: true}
		c.Incident.Away = incident.Removed
		return c, nil
	})
	require.NoError(t, err)
	l.happens(bot.Event{Type: "member_joined_channel", User: "U0ANA01", Channel: away.ChannelID})
	assert.Equal(t, 1, l.jobs(away.ID, "look_at_channel"), "mayday may be back")

	moved := l.declare(nil)
	once := bot.Request{Kind: bot.EventKind, Keys: []string{"moved"}, Event: &bot.Event{Type: "channel_id_changed", Channel: moved.ChannelID, NewChannel: "C0MOVED1"}}
	assert.Zero(t, l.does(once))
	assert.Equal(t, "C0MOVED1", l.state(moved.ID).ChannelID)
	archived := bot.Request{Kind: bot.EventKind, Keys: []string{"archived"}, Event: &bot.Event{Type: "channel_archive", Channel: "C0MOVED1"}}
	l.does(archived)
	assert.Zero(t, l.does(archived), "a delivery that comes again is no trouble")
	assert.Equal(t, 2, l.jobs(moved.ID, "look_at_channel"))
}

// TestAChannelThatASettingMeansIsLookedFor, when it changes or another one takes its name.
func TestAChannelThatASettingMeansIsLookedFor(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	require.NoError(t, l.h.Store.SaveFact(t.Context(), store.ChannelFact("incidents"), "C0ANNOUNCE"))
	surveys := func() (n int) {
		require.NoError(t, l.h.Store.Pool().QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'survey'`).Scan(&n))
		return n
	}
	for _, e := range []bot.Event{{Type: "channel_archive", Channel: "C0OTHER"}, {Type: "channel_rename", Channel: "C0OTHER", Name: "else"},
		{Type: "member_joined_channel", Channel: "C0ANNOUNCE", User: "U0ANA01", Self: "U0SELF"}} {
		l.happens(e)
		require.Zero(t, surveys(), e)
	}
	for _, e := range []bot.Event{{Type: "channel_archive", Channel: "C0ANNOUNCE", User: "U0ANA01", Self: "U0SELF"}, {Type: "channel_rename", Channel: "C0OTHER", Name: "incidents"},
		{Type: "member_joined_channel", Channel: "C0ANNOUNCE", User: "U0SELF", Self: "U0SELF"}} {
		assert.False(t, l.happens(e).Redeliver)
		assert.Equal(t, 1, surveys(), e)
		_, err := l.h.Store.Pool().Exec(t.Context(), `delete from river.river_job where kind = 'survey'`)
		require.NoError(t, err)
	}
}

// TestAnAccountThatIsGoneHoldsNoRole: of any open incident, and it is given no work any more.
func TestAnAccountThatIsGoneHoldsNoRole(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	leads, writes, none := l.declare([]string{"lead <@U0BEN01>"}), l.declare([]string{"role scribe <@U0BEN01>"}), l.declare([]string{"lead <@U0ANA01>"})
	assert.Zero(t, l.happens(bot.Event{Type: "user_change", User: "U0BEN01"}), "it goes on")
	require.Equal(t, "U0BEN01", l.state(leads.ID).Roles[incident.Lead])
	gone := bot.Request{Kind: bot.EventKind, Keys: []string{"gone"}, Event: &bot.Event{Type: "user_change", User: "U0BEN01", Deactivated: true}}
	assert.Zero(t, l.does(gone))
	assert.Empty(t, l.state(leads.ID).Roles[incident.Lead])
	assert.Empty(t, l.state(writes.ID).Roles[incident.Scribe])
	assert.Equal(t, none.Revision, l.state(none.ID).Revision)
	assert.Contains(t, l.types("lead <@U0BEN01>", leads.ChannelID).Text, "cannot be given work")
	assert.Zero(t, l.does(gone), "a delivery that comes again is no trouble")
}

// TestAReportThatCannotBeRecordedComesAgain.
func TestAReportThatCannotBeRecordedComesAgain(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	require.NoError(t, b.truth.SaveFact(t.Context(), store.ChannelFact("incidents"), "C0ANNOUNCE"))
	for _, e := range []bot.Event{{Type: "channel_archive"}, {Type: "channel_archive", Channel: "C0ANNOUNCE"}, {Type: "user_change", User: "U0BEN01", Deactivated: true},
		{Type: "reaction_added", Reaction: "pushpin", User: "U0ANA01", TS: "1.1"}, {Type: "reaction_removed", Reaction: "pushpin", User: "U0ANA01", TS: "1.1"}} {
		b.judge(e.Type, always, func() bot.Request {
			inc := b.declare([]string{"lead <@U0BEN01>"})
			each := e
			if each.Channel == "" {
				each.Channel = inc.ChannelID
			}
			return bot.Request{Kind: bot.EventKind, User: e.User, Channel: each.Channel, Event: &each}
		})
	}
}
