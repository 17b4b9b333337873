package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// call sends a form to a method and returns the answer.
func call(t *testing.T, s *slacksim.Sim, method string, form map[string]string) map[string]any {
	t.Helper()
	values := url.Values{"token": {s.BotToken()}}
	for k, v := range form {
		values.Set(k, v)
	}
	r, err := http.PostForm(s.APIURL()+method, values)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Body.Close()) }()
	var o map[string]any
	require.NoError(t, json.NewDecoder(r.Body).Decode(&o))
	return o
}

// room makes a channel with the bot and ana in it, and a message of the bot; it returns their ids.
func room(t *testing.T, s *slacksim.Sim, name string) (channel, ts string) {
	t.Helper()
	ana, _ := s.UserByName("ana")
	c := call(t, s, "conversations.create", map[string]string{"name": name})
	require.Equal(t, true, c["ok"], c)
	channel = c["channel"].(map[string]any)["id"].(string)
	require.Equal(t, true, call(t, s, "conversations.invite", map[string]string{"channel": channel, "users": ana.ID})["ok"])
	m := call(t, s, "chat.postMessage", map[string]string{"channel": channel, "text": "first"})
	require.Equal(t, true, m["ok"], m)
	return channel, m["ts"].(string)
}

// refusal is a call and the error that it must get.
type refusal struct {
	method string
	args   map[string]string
	want   string
}

func (c refusal) check(t *testing.T, s *slacksim.Sim) {
	t.Helper()
	t.Run(c.method+" "+c.want, func(t *testing.T) {
		o := call(t, s, c.method, c.args)
		assert.Equal(t, false, o["ok"])
		assert.Equal(t, c.want, o["error"])
	})
}

func TestChannelErrors(t *testing.T) {
	s := careless(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	closed, _ := room(t, s, "closed")
	require.Equal(t, true, call(t, s, "conversations.archive", map[string]string{"channel": closed})["ok"])
	general, _ := s.Channel("general")
	secret, err := s.CreateChannel("ana", "secret", true)
	require.NoError(t, err)
	ana, _ := s.UserByName("ana")
	ben, _ := s.UserByName("ben")
	gone := s.AddUser(slacksim.User{Name: "olga"})
	s.Deactivate("olga")
	bot := s.BotUser().ID
	long := strings.Repeat("x", 251)

	for _, c := range []refusal{
		{"conversations.create", map[string]string{"name": ""}, "invalid_name_required"},
		{"conversations.create", map[string]string{"name": "Inc 1"}, "invalid_name_specials"},
		{"conversations.create", map[string]string{"name": strings.Repeat("x", 81)}, "invalid_name_maxlength"},
		{"conversations.create", map[string]string{"name": "--"}, "invalid_name_punctuation"},
		{"conversations.create", map[string]string{"name": "inside"}, "name_taken"},
		{"conversations.create", map[string]string{"name": "closed"}, "name_taken"},
		{"conversations.create", map[string]string{"name": "secret"}, "name_taken"},
		{"conversations.invite", map[string]string{"channel": in, "users": ana.ID}, "already_in_channel"},
		{"conversations.invite", map[string]string{"channel": in, "users": "U404"}, "user_not_found"},
		{"conversations.invite", map[string]string{"channel": in, "users": bot}, "cant_invite_self"},
		{"conversations.invite", map[string]string{"channel": in, "users": gone}, "cant_invite"},
		{"conversations.invite", map[string]string{"channel": in, "users": ""}, "no_user"},
		{"conversations.invite", map[string]string{"channel": general.ID, "users": ana.ID}, "not_in_channel"},
		{"conversations.invite", map[string]string{"channel": closed, "users": ben.ID}, "is_archived"},
		{"conversations.setTopic", map[string]string{"channel": in, "topic": long}, "too_long"},
		{"conversations.setPurpose", map[string]string{"channel": in, "purpose": long}, "too_long"},
		{"conversations.setTopic", map[string]string{"channel": closed, "topic": "x"}, "is_archived"},
		{"conversations.archive", map[string]string{"channel": closed}, "already_archived"},
		{"conversations.archive", map[string]string{"channel": general.ID}, "cant_archive_general"},
		{"conversations.unarchive", map[string]string{"channel": in}, "not_archived"},
		{"conversations.rename", map[string]string{"channel": in, "name": "general"}, "name_taken"},
		{"conversations.rename", map[string]string{"channel": in, "name": "In"}, "invalid_name_specials"},
		{"conversations.info", map[string]string{"channel": "C404"}, "channel_not_found"},
		{"conversations.info", map[string]string{"channel": secret}, "channel_not_found"},
		{"conversations.history", map[string]string{"channel": general.ID}, "not_in_channel"},
		{"conversations.history", map[string]string{"channel": in, "oldest": "yesterday"}, "invalid_ts_oldest"},
		{"conversations.history", map[string]string{"channel": in, "cursor": "x"}, "invalid_cursor"},
		{"conversations.replies", map[string]string{"channel": in, "ts": "1.000000"}, "thread_not_found"},
		{"conversations.join", map[string]string{"channel": closed}, "is_archived"},
		{"conversations.join", map[string]string{"channel": secret}, "channel_not_found"},
		{"conversations.kick", map[string]string{"channel": in, "user": bot}, "cant_kick_self"},
		{"conversations.open", map[string]string{"users": gone}, "user_disabled"},
		{"conversations.list", map[string]string{"types": "im"}, "missing_scope"},
		{"conversations.list", map[string]string{"limit": "5000"}, "invalid_limit"},
	} {
		c.check(t, s)
	}
}

func TestMessageErrors(t *testing.T) {
	s := careless(t, slacksim.Options{})
	in, ts := room(t, s, "inside")
	closed, old := room(t, s, "closed")
	require.Equal(t, true, call(t, s, "conversations.archive", map[string]string{"channel": closed})["ok"])
	secret, err := s.CreateChannel("ana", "secret", true)
	require.NoError(t, err)
	said := s.Say("ana", in, "mine", "")
	reply := s.Say("ana", in, "mine too", said)
	ben, _ := s.UserByName("ben")
	for _, c := range []refusal{
		{"chat.postMessage", map[string]string{"channel": "general", "text": "x"}, "not_in_channel"},
		{"chat.postMessage", map[string]string{"channel": secret, "text": "x"}, "channel_not_found"},
		{"chat.postMessage", map[string]string{"channel": closed, "text": "x"}, "is_archived"},
		{"chat.postMessage", map[string]string{"channel": in}, "no_text"},
		{"chat.postMessage", map[string]string{"channel": in, "blocks": "[]"}, "no_text"},
		{"chat.postMessage", map[string]string{"channel": in, "blocks": "{"}, "invalid_blocks_format"},
		{"chat.postMessage", map[string]string{"channel": in, "text": "x", "metadata": `{"event_type":""}`}, "invalid_metadata_schema"},
		{"chat.postMessage", map[string]string{"channel": in, "text": "x", "metadata": `x`}, "invalid_metadata_format"},
		{"chat.postMessage", map[string]string{"channel": in, "text": "x", "thread_ts": reply}, "cannot_reply_to_message"},
		{"chat.postMessage", map[string]string{"channel": in, "text": "x", "username": "boss"}, "missing_scope"},
		{"chat.postMessage", map[string]string{"channel": in, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"},
		{"chat.update", map[string]string{"channel": in, "ts": ts, "text": strings.Repeat("x", 4001)}, "msg_too_long"},
		{"chat.update", map[string]string{"channel": in, "ts": said, "text": "x"}, "cant_update_message"},
		{"chat.update", map[string]string{"channel": in, "ts": "1.000000", "text": "x"}, "message_not_found"},
		{"chat.update", map[string]string{"channel": "inside", "ts": ts, "text": "x"}, "channel_not_found"},
		{"chat.update", map[string]string{"channel": in, "ts": ts}, "no_text"},
		{"chat.update", map[string]string{"channel": closed, "ts": old, "text": "x"}, "is_inactive"},
		{"chat.delete", map[string]string{"channel": in, "ts": said}, "cant_delete_message"},
		{"chat.postEphemeral", map[string]string{"channel": in, "user": ben.ID, "text": "x"}, "user_not_in_channel"},
		{"chat.getPermalink", map[string]string{"channel": in, "message_ts": "1.000000"}, "message_not_found"},
		{"chat.scheduleMessage", map[string]string{"channel": in, "text": "x", "post_at": "5"}, "time_in_past"},
		{"chat.scheduleMessage", map[string]string{"channel": in, "text": "x", "post_at": "9999999999"}, "time_too_far"},
	} {
		c.check(t, s)
	}
}

func TestOtherErrors(t *testing.T) {
	s := careless(t, slacksim.Options{})
	in, ts := room(t, s, "inside")
	for _, c := range []refusal{
		{"no.such", nil, "unknown_method"},
		{"auth.test", map[string]string{"token": "xoxb-other"}, "invalid_auth"},
		{"auth.test", map[string]string{"token": ""}, "not_authed"},
		{"auth.test", map[string]string{"token": s.AppToken()}, "not_allowed_token_type"},
		{"apps.connections.open", nil, "missing_args"},
		{"bookmarks.add", map[string]string{"channel_id": in, "title": "x", "type": "link", "link": "example.com"}, "invalid_link"},
		{"bookmarks.add", map[string]string{"channel_id": in, "title": "x", "type": "file"}, "invalid_bookmark_type"},
		{"bookmarks.edit", map[string]string{"channel_id": in, "bookmark_id": "Bk404"}, "not_found"},
		{"pins.add", map[string]string{"channel": in}, "no_item_specified"},
		{"pins.add", map[string]string{"channel": in, "timestamp": "x"}, "bad_timestamp"},
		{"pins.add", map[string]string{"channel": in, "timestamp": "1.000000"}, "message_not_found"},
		{"pins.remove", map[string]string{"channel": in, "timestamp": ts}, "no_pin"},
		{"reactions.add", map[string]string{"channel": in, "timestamp": ts, "name": ":tada:"}, "invalid_name"},
		{"reactions.remove", map[string]string{"channel": in, "timestamp": ts, "name": "tada"}, "no_reaction"},
		{"views.open", map[string]string{"trigger_id": "x", "view": `{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[]}`}, "invalid_trigger_id"},
		{"views.open", map[string]string{"trigger_id": "x", "view": `{}`}, "invalid_arguments"},
		{"views.publish", map[string]string{"user_id": "U404", "view": `{"type":"home","blocks":[]}`}, "invalid_arguments"},
		{"users.info", map[string]string{"user": "U404"}, "user_not_found"},
		{"users.lookupByEmail", map[string]string{"email": "nobody@example.com"}, "users_not_found"},
		{"usergroups.users.list", map[string]string{"usergroup": "S404"}, "no_such_subteam"},
		{"files.getUploadURLExternal", map[string]string{"filename": "x", "length": "0"}, "invalid_arguments"},
		{"files.completeUploadExternal", map[string]string{"files": `[{"id":"F404"}]`}, "file_not_found"},
	} {
		c.check(t, s)
	}
}

func TestScopes(t *testing.T) {
	s := start(t, slacksim.Options{Scopes: []string{"chat:write", "channels:manage"}})
	o := call(t, s, "users.info", map[string]string{"user": "U1"})
	assert.Equal(t, "missing_scope", o["error"])
	assert.Equal(t, "users:read", o["needed"])
	assert.Equal(t, "chat:write,channels:manage", o["provided"])
	assert.Equal(t, "missing_scope", call(t, s, "conversations.create", map[string]string{"name": "x", "is_private": "true"})["error"])

	r, err := http.PostForm(s.APIURL()+"auth.test", url.Values{"token": {s.BotToken()}})
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	assert.Equal(t, "chat:write,channels:manage", r.Header.Get("X-OAuth-Scopes"))
}

func TestAForcedInviteTakesTheGoodOnes(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	ben, _ := s.UserByName("ben")
	one := call(t, s, "conversations.invite", map[string]string{"channel": in, "users": ben.ID + ",U404"})
	assert.Equal(t, "user_not_found", one["error"])
	assert.Equal(t, []any{map[string]any{"user": "U404", "ok": false, "error": "user_not_found"}}, one["errors"])
	c, _ := s.Channel(in)
	assert.NotContains(t, c.Members, ben.ID)

	two := call(t, s, "conversations.invite", map[string]string{"channel": in, "users": ben.ID + ",U404", "force": "true"})
	assert.Equal(t, true, two["ok"])
	c, _ = s.Channel(in)
	assert.Contains(t, c.Members, ben.ID)
}

func TestRefusedBlocksReadLikeSlacks(t *testing.T) {
	s := careless(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	_, _, err := client(s).PostMessageContext(context.Background(), in,
		slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", strings.Repeat("x", 3001), false, false), nil, nil)))
	var bad slack.SlackErrorResponse
	require.True(t, errors.As(err, &bad))
	assert.Equal(t, "invalid_blocks", bad.Err)
	assert.Equal(t, []string{
		"[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
		"[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
	}, bad.ResponseMetadata.Messages)
	assert.Len(t, s.Violations(), 1)
}

func TestHistoryPagesAndHidesMetadata(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, first := room(t, s, "inside")
	for i := range 7 {
		call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": strconv.Itoa(i), "metadata": `{"event_type":"post","event_payload":{"id":"x"}}`})
	}
	reply := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "reply", "thread_ts": first})
	one := call(t, s, "conversations.history", map[string]string{"channel": in, "limit": "5", "oldest": first})
	list := one["messages"].([]any)
	require.Len(t, list, 5)
	assert.Equal(t, true, one["has_more"])
	assert.Equal(t, "6", list[0].(map[string]any)["text"])
	assert.Equal(t, map[string]any{"event_type": "post"}, list[0].(map[string]any)["metadata"])
	two := call(t, s, "conversations.history", map[string]string{
		"channel": in, "limit": "5", "oldest": first, "include_all_metadata": "1", "cursor": one["response_metadata"].(map[string]any)["next_cursor"].(string),
	})
	list = two["messages"].([]any)
	require.Len(t, list, 2, "without the reply and the first message")
	assert.Equal(t, map[string]any{"event_type": "post", "event_payload": map[string]any{"id": "x"}}, list[0].(map[string]any)["metadata"])
	inclusive := call(t, s, "conversations.history", map[string]string{"channel": in, "oldest": first, "inclusive": "true"})
	assert.Len(t, inclusive["messages"], 8)

	thread := call(t, s, "conversations.replies", map[string]string{"channel": in, "ts": first})["messages"].([]any)
	require.Len(t, thread, 2)
	assert.Equal(t, float64(1), thread[0].(map[string]any)["reply_count"])
	assert.Equal(t, reply["ts"], thread[1].(map[string]any)["ts"])
}

func TestDirectMessagesAndFiles(t *testing.T) {
	s := start(t, slacksim.Options{})
	api, ctx := client(s), context.Background()
	ana, _ := s.UserByName("ana")
	channel, _, err := api.PostMessageContext(ctx, ana.ID, slack.MsgOptionText("wake up", false))
	require.NoError(t, err)
	assert.Equal(t, s.Direct("ana"), channel)
	require.Len(t, s.Messages("ana"), 1)

	in, ts := room(t, s, "inside")
	f, err := api.UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: "post-mortem.md", Title: "Post-mortem", FileSize: 6, Reader: strings.NewReader("# done"), Channel: in, ThreadTimestamp: ts, InitialComment: "here",
	})
	require.NoError(t, err)
	files := s.Files(in)
	require.Len(t, files, 1)
	assert.Equal(t, f.ID, files[0].ID)
	assert.Equal(t, "# done", string(files[0].Content))
	thread := s.Thread("ana", in, ts)
	require.Len(t, thread, 2)
	assert.Equal(t, "Post-mortem", thread[1].Files[0].Title)
	r, err := http.Get(s.URL() + files[0].URL)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	assert.Equal(t, http.StatusOK, r.StatusCode)
}

func TestWhatAnUpdateLeavesOutStays(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	m := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "a", "blocks": `[{"type":"divider"}]`, "metadata": `{"event_type":"p","event_payload":{}}`})
	ts := m["ts"].(string)
	call(t, s, "chat.update", map[string]string{"channel": in, "ts": ts, "text": "b"})
	got, _ := s.Message(in, ts)
	assert.Equal(t, "b", got.Text)
	assert.NotEmpty(t, got.Blocks)
	assert.NotEmpty(t, got.Metadata)
	call(t, s, "chat.update", map[string]string{"channel": in, "ts": ts, "text": "c", "blocks": "[]"})
	got, _ = s.Message(in, ts)
	assert.Empty(t, got.Blocks)
}

func TestRates(t *testing.T) {
	s := start(t, slacksim.Options{Rates: true})
	in, _ := room(t, s, "inside")
	limited := 0
	for range 8 {
		if o := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "x"}); o["error"] == "rate_limited" {
			limited++
		}
	}
	assert.Positive(t, limited)
	api := client(s)
	for {
		_, err := api.SetTopicOfConversationContext(context.Background(), in, strconv.Itoa(int(time.Now().UnixNano())))
		if err == nil {
			continue
		}
		var rate *slack.RateLimitedError
		require.ErrorAs(t, err, &rate)
		assert.LessOrEqual(t, rate.RetryAfter, 3*time.Second, "tier 2 is one call in three seconds")
		assert.Positive(t, rate.RetryAfter)
		break
	}
}

func TestScheduledMessages(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	at := strconv.FormatInt(time.Now().Add(1100*time.Millisecond).Unix(), 10)
	require.Equal(t, true, call(t, s, "chat.scheduleMessage", map[string]string{"channel": in, "text": "later", "post_at": at})["ok"])
	require.Equal(t, true, call(t, s, "chat.scheduleMessage", map[string]string{"channel": in, "text": "never", "post_at": at, "metadata": `{"event_type":"p","event_payload":{}}`})["ok"])
	has := func(text string) bool {
		for _, m := range s.Messages(in) {
			if m.Text == text {
				return true
			}
		}
		return false
	}
	assert.Eventually(t, func() bool { return has("later") }, 30*time.Second, 10*time.Millisecond)
	assert.False(t, has("never"), "Slack never posts a scheduled message with metadata")
}
