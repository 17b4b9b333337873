package slack_test

import (
	"context"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// heard waits for the event of a type and returns it.
func (a *app) heard(t *testing.T, kind string) map[string]any {
	t.Helper()
	for {
		e := a.await(t, "events_api").field(t, "event").(map[string]any)
		if e["type"] == kind || e["subtype"] == kind {
			return e
		}
	}
}

func errorOf(t *testing.T, s *slacksim.Sim, method string, form map[string]string) any {
	t.Helper()
	return call(t, s, method, form)["error"]
}

func TestAnArchivedChannelLosesTheAppForGood(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, ts := room(t, s, "inside")
	a := connect(t, s)
	require.NoError(t, s.Archive("ana", in))
	assert.Equal(t, in, a.heard(t, "channel_archive")["channel"])
	c, _ := s.Channel(in)
	assert.NotContains(t, c.Members, s.BotUser().ID)
	form := map[string]string{"channel": in}
	assert.Equal(t, "not_in_channel", errorOf(t, s, "conversations.unarchive", form))
	assert.Equal(t, "is_archived", errorOf(t, s, "conversations.join", form))
	assert.Equal(t, "is_archived", errorOf(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "x"}))
	assert.Equal(t, "is_inactive", errorOf(t, s, "chat.update", map[string]string{"channel": in, "ts": ts, "text": "x"}))

	require.NoError(t, s.Unarchive("eva", in))
	assert.Equal(t, in, a.heard(t, "channel_unarchive")["channel"])
	c, _ = s.Channel(in)
	eva, _ := s.UserByName("eva")
	assert.Contains(t, c.Members, eva.ID, "who unarchives is in it")
	assert.Equal(t, "not_in_channel", errorOf(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "x"}))
	assert.Equal(t, true, call(t, s, "conversations.join", form)["ok"])
}

func TestAPrivateChannelThatIsArchivedIsLostWithoutAWord(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, err := s.CreateChannel("ana", "secret", true)
	require.NoError(t, err)
	require.NoError(t, s.Invite("ana", in, "mayday"))
	a := connect(t, s)
	require.NoError(t, s.Archive("ana", in))
	assert.Equal(t, in, a.heard(t, "group_archive")["channel"])
	assert.Equal(t, "channel_not_found", errorOf(t, s, "conversations.unarchive", map[string]string{"channel": in}))
	require.NoError(t, s.Unarchive("ana", in))
	require.NoError(t, s.Invite("ana", in, "mayday"))
	assert.Equal(t, in, a.heard(t, "member_joined_channel")["channel"], "the next that the app hears is its invitation")
}

func TestAChannelBecomesPrivate(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	a := connect(t, s)
	require.NoError(t, s.ConvertToPrivate("ana", in))
	e := a.heard(t, "channel_convert_to_private")
	assert.Equal(t, in, e["channel"], "the id stays")
	assert.Equal(t, "group", e["channel_type"])
	info := call(t, s, "conversations.info", map[string]string{"channel": in})["channel"].(map[string]any)
	assert.Equal(t, true, info["is_private"])
	require.NoError(t, s.ConvertToPublic("ana", in))
	assert.Equal(t, "channel", a.heard(t, "channel_convert_to_public")["channel_type"])
	require.NoError(t, s.ConvertToPrivate("ana", in))
	require.NoError(t, s.Kick("ana", in, "mayday"))
	assert.Equal(t, "channel_not_found", errorOf(t, s, "conversations.join", map[string]string{"channel": in}))
	assert.Error(t, s.ConvertToPrivate("ana", "general"))
}

func TestAChannelChangesItsID(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, ts := room(t, s, "inside")
	a := connect(t, s)
	now := s.ChangeID(in)
	require.NotEqual(t, in, now)
	e := a.heard(t, "channel_id_changed")
	assert.Equal(t, []any{in, now}, []any{e["old_channel_id"], e["new_channel_id"]})
	assert.Equal(t, "channel_not_found", errorOf(t, s, "chat.update", map[string]string{"channel": in, "ts": ts, "text": "x"}))
	assert.Equal(t, true, call(t, s, "chat.update", map[string]string{"channel": now, "ts": ts, "text": "x"})["ok"])
	assert.Empty(t, s.ChangeID("nowhere"))
}

func TestTheAppIsRemovedAndTheChannelDeleted(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	a := connect(t, s)
	require.NoError(t, s.Kick("ana", in, "ana"))
	assert.Equal(t, "channel", map[string]string{"C": "channel"}[a.heard(t, "member_left_channel")["channel_type"].(string)])
	require.NoError(t, s.Kick("ben", in, "mayday"))
	assert.Equal(t, in, a.heard(t, "channel_left")["channel"])
	require.NoError(t, s.DeleteChannel("ana", in))
	assert.Equal(t, in, a.heard(t, "channel_deleted")["channel"])
	assert.Equal(t, "channel_not_found", errorOf(t, s, "conversations.info", map[string]string{"channel": in}))
	assert.Error(t, s.DeleteChannel("ana", "general"))
	s.Deactivate("ben")
	assert.Equal(t, true, a.heard(t, "user_change")["user"].(map[string]any)["deleted"])
}

func TestAnAdministratorRestrictsTheApp(t *testing.T) {
	now := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	s := start(t, slacksim.Options{Clock: func() time.Time { return now }})
	in, ts := room(t, s, "inside")
	it := map[string]string{"channel": in, "ts": ts, "text": "x"}
	for _, c := range []struct {
		r       slacksim.Restrictions
		later   time.Duration
		updates any
	}{
		{slacksim.Restrictions{NoUpdate: true}, 0, "cant_update_message"},
		{slacksim.Restrictions{EditWindow: time.Minute}, 59 * time.Second, nil},
		{slacksim.Restrictions{EditWindow: time.Minute}, 2 * time.Second, "edit_window_closed"},
		{slacksim.Restrictions{}, 0, nil},
	} {
		now = now.Add(c.later)
		s.Restrict(c.r)
		assert.Equal(t, c.updates, errorOf(t, s, "chat.update", it), c)
	}
	s.Restrict(slacksim.Restrictions{NoDelete: true})
	assert.Equal(t, "cant_delete_message", errorOf(t, s, "chat.delete", map[string]string{"channel": in, "ts": ts}))
	s.Restrict(slacksim.Restrictions{})
	assert.Nil(t, errorOf(t, s, "chat.delete", map[string]string{"channel": in, "ts": ts}))
}

func TestAReplyWhoseParentIsGone(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, ts := room(t, s, "inside")
	a := connect(t, s)
	reply := func(parent string) map[string]any {
		o := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "reply", "thread_ts": parent, "reply_broadcast": "true"})
		require.Equal(t, true, o["ok"], o)
		return o["message"].(map[string]any)
	}
	require.NoError(t, s.Delete("ana", in, ts))
	a.heard(t, "message_deleted")
	assert.NotContains(t, reply(ts), "thread_ts", "Slack posts it to the channel and says ok")
	assert.Equal(t, "thread_not_found", errorOf(t, s, "conversations.replies", map[string]string{"channel": in, "ts": ts}))

	parent := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "parent"})["ts"].(string)
	assert.Equal(t, parent, reply(parent)["thread_ts"])
	require.NoError(t, s.Delete("ana", in, parent))
	gone := a.heard(t, "message_changed")["message"].(map[string]any)
	assert.Equal(t, "tombstone", gone["subtype"])
	assert.Equal(t, parent, reply(parent)["thread_ts"], "a thread goes on under a tombstone")
	assert.Equal(t, "message_not_found", errorOf(t, s, "chat.update", map[string]string{"channel": in, "ts": parent, "text": "x"}))
	joined := s.Messages(in)[0]
	require.Equal(t, "channel_join", joined.Subtype)
	assert.Equal(t, "cannot_reply_to_message", errorOf(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "x", "thread_ts": joined.TS}))

	alone := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "old"})["ts"].(string)
	s.Expire(in, alone)
	assert.Equal(t, "message_not_found", errorOf(t, s, "chat.update", map[string]string{"channel": in, "ts": alone, "text": "x"}))
}

func TestSomebodyCannotBeInvited(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	ben, _ := s.UserByName("ben")
	eva, _ := s.UserByName("eva")
	s.RefuseInvitee("ben", "a_code_from_the_future")
	both := map[string]string{"channel": in, "users": ben.ID + "," + eva.ID}
	o := call(t, s, "conversations.invite", both)
	assert.Equal(t, "a_code_from_the_future", o["error"])
	assert.Equal(t, ben.ID, o["errors"].([]any)[0].(map[string]any)["user"])
	c, _ := s.Channel(in)
	assert.NotContains(t, c.Members, eva.ID, "one bad invitee keeps the others out")
	both["force"] = "true"
	o = call(t, s, "conversations.invite", both)
	assert.Equal(t, true, o["ok"], o)
	assert.Len(t, o["errors"], 1)
	c, _ = s.Channel(in)
	assert.Contains(t, c.Members, eva.ID)
	s.RefuseInvitee("ben", "")
	assert.Equal(t, true, call(t, s, "conversations.invite", map[string]string{"channel": in, "users": ben.ID})["ok"])
}

func TestArgumentsThatLackWhatMatters(t *testing.T) {
	s := careless(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	assert.Equal(t, "invalid_arguments", errorOf(t, s, "conversations.setTopic", map[string]string{"channel": in}))
	assert.Nil(t, errorOf(t, s, "conversations.setTopic", map[string]string{"channel": in, "topic": ""}))
	for link, want := range map[string]any{
		"https://": "invalid_link", "https:///path": "invalid_link", "https://:8080/": "invalid_link", "//example.com": "invalid_link", "ftp://example.com": "invalid_link",
		"https://example.com": nil, "http://[::1]:8080/x": nil,
	} {
		assert.Equal(t, want, errorOf(t, s, "bookmarks.add", map[string]string{"channel_id": in, "title": "x", "type": "link", "link": link}), link)
	}
	org := careless(t, slacksim.Options{OrgWide: true, Scopes: append(slacksim.DefaultScopes(), "dnd:read")})
	for _, method := range []string{"conversations.list", "users.list", "usergroups.list"} {
		assert.Equal(t, "missing_argument", errorOf(t, org, method, nil), method)
		assert.Nil(t, errorOf(t, org, method, map[string]string{"team_id": "T0TEAM0001"}), method)
	}
}

func TestPeopleOfEveryScriptAndState(t *testing.T) {
	s := start(t, slacksim.Options{Scopes: append(slacksim.DefaultScopes(), "dnd:read")})
	a := connect(t, s)
	for _, name := range []string{"łukasz", "владимир", "小明", "سارة", "नेहा", "søren.ø"} {
		id := s.AddUser(slacksim.User{Name: name, RealName: name})
		require.Empty(t, s.Command("ana", "general", "/incident lead @"+name).Err)
		assert.Equal(t, "lead <@"+id+"|"+name+">", a.await(t, "slash_commands").field(t, "text"))
	}
	in, _ := room(t, s, "inside")
	require.NoError(t, s.Rename("ana", in, "störung-支付"))
	assert.Equal(t, "störung-支付", a.heard(t, "channel_rename")["channel"].(map[string]any)["name"])
	assert.Equal(t, "invalid_name_specials", s.Rename("ana", in, "ÜBER").Error())

	ana, _ := s.UserByName("ana")
	ben, _ := s.UserByName("ben")
	s.Snooze("ana", true)
	assert.Equal(t, true, call(t, s, "dnd.info", map[string]string{"user": ana.ID})["dnd_enabled"])
	team := call(t, s, "dnd.teamInfo", map[string]string{"users": ana.ID + "," + ben.ID})["users"].(map[string]any)
	assert.Equal(t, false, team[ben.ID].(map[string]any)["dnd_enabled"])
	assert.Len(t, team, 2)
}

func TestAnotherAppSpeaksInAttachmentsOnly(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	a := connect(t, s)
	ts := s.PostAsApp("Grafana", in, slacksim.AppMessage{Attachments: `[{"fallback":"CPU high","title":"CPU high","text":"95 %"}]`})
	e := a.heard(t, "bot_message")
	assert.Equal(t, "", e["text"])
	assert.NotContains(t, e, "user")
	assert.Equal(t, "Grafana", e["username"])
	assert.Equal(t, "CPU high", e["attachments"].([]any)[0].(map[string]any)["title"])
	require.Empty(t, s.MessageShortcut("ana", "declare_from_message", in, ts).Err)
	assert.Contains(t, a.await(t, "interactive").field(t, "message"), "attachments")
	assert.Equal(t, "cant_update_message", errorOf(t, s, "chat.update", map[string]string{"channel": in, "ts": ts, "text": "x"}))
	assert.Empty(t, s.PostAsApp("Grafana", "nowhere", slacksim.AppMessage{Text: "x"}))
}

func TestAHalfOpenSocketAnswersNoPing(t *testing.T) {
	s := start(t, slacksim.Options{PingEvery: -1})
	_, url, err := client(s).StartSocketModeContext(context.Background())
	require.NoError(t, err)
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	pongs := make(chan string, 2)
	conn.SetPongHandler(func(said string) error { pongs <- said; return nil })
	go func() {
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	ping := func(said string) {
		require.NoError(t, conn.WriteControl(websocket.PingMessage, []byte(said), time.Now().Add(time.Second)))
	}
	ping("one")
	assert.Equal(t, "one", <-pongs)
	s.Mischief().HalfOpen()
	ping("two")
	select {
	case said := <-pongs:
		assert.Fail(t, "a pong came", said)
	case <-time.After(300 * time.Millisecond):
	}
	assert.Equal(t, 1, s.Sockets(), "Slack still counts it")
	s.Mischief().Heal()
}
