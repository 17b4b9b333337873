package slack_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// Each method must answer in the shape that slack-go decodes: a wrong type there is an error after the work was done.
func TestChannelMethods(t *testing.T) {
	s := start(t, slacksim.Options{})
	api, ctx := client(s), context.Background()
	in, _ := room(t, s, "inside")
	ana, _ := s.UserByName("ana")

	members, next, err := api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: in, Limit: 1})
	require.NoError(t, err)
	assert.Equal(t, []string{s.BotUser().ID}, members)
	members, next, err = api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: in, Limit: 1, Cursor: next})
	require.NoError(t, err)
	assert.Equal(t, []string{ana.ID}, members)
	assert.Empty(t, next)

	_, err = api.SetPurposeOfConversationContext(ctx, in, "incident 1")
	require.NoError(t, err)
	renamed, err := api.RenameConversationContext(ctx, in, "inside-2")
	require.NoError(t, err)
	assert.Equal(t, "inside-2", renamed.Name)
	info, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: in})
	require.NoError(t, err)
	assert.Equal(t, "incident 1", info.Purpose.Value)
	assert.Equal(t, s.BotUser().ID, info.Creator)
	require.NoError(t, api.KickUserFromConversationContext(ctx, in, ana.ID))
	require.NoError(t, api.ArchiveConversationContext(ctx, in))
	open, _, err := api.GetConversationsContext(ctx, &slack.GetConversationsParameters{ExcludeArchived: true})
	require.NoError(t, err)
	assert.Len(t, open, 2)
	require.EqualError(t, api.UnArchiveConversationContext(ctx, in), "not_in_channel")
	require.NoError(t, s.Unarchive("ana", in))
	_, _, _, err = api.JoinConversationContext(ctx, in)
	require.NoError(t, err)
	all, _, err := api.GetConversationsContext(ctx, &slack.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}})
	require.NoError(t, err)
	assert.Len(t, all, 3)

	general, _ := s.Channel("general")
	_, warning, _, err := api.JoinConversationContext(ctx, general.ID)
	require.NoError(t, err)
	assert.Empty(t, warning)
	_, warning, _, err = api.JoinConversationContext(ctx, general.ID)
	require.NoError(t, err)
	assert.Equal(t, "already_in_channel", warning)
	away, err := api.LeaveConversationContext(ctx, in)
	require.NoError(t, err)
	assert.False(t, away)
	direct, _, _, err := api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{ana.ID}, ReturnIM: true})
	require.NoError(t, err)
	assert.Equal(t, s.Direct("ana"), direct.ID)
}

func TestMessageMethods(t *testing.T) {
	s := start(t, slacksim.Options{})
	api, ctx := client(s), context.Background()
	in, ts := room(t, s, "inside")
	ana, _ := s.UserByName("ana")

	_, err := api.PostEphemeralContext(ctx, in, ana.ID, slack.MsgOptionText("only you", false))
	require.NoError(t, err)
	require.Len(t, s.Ephemerals("ana", in), 1)
	assert.Len(t, s.Conversation("ana", in), len(s.Messages(in))+1)
	link, err := api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: in, Ts: ts})
	require.NoError(t, err)
	assert.Equal(t, s.URL()+"/archives/"+in+"/p"+strings.ReplaceAll(ts, ".", ""), link)

	item := slack.NewRefToMessage(in, ts)
	require.NoError(t, api.AddReactionContext(ctx, "white_check_mark", item))
	assert.ErrorContains(t, api.AddReactionContext(ctx, "white_check_mark", item), "already_reacted")
	reacted, err := api.GetReactionsContext(ctx, item, slack.NewGetReactionsParameters())
	require.NoError(t, err)
	require.Len(t, reacted.Reactions, 1)
	require.NoError(t, api.RemoveReactionContext(ctx, "white_check_mark", item))
	require.NoError(t, api.AddPinContext(ctx, in, item))
	assert.ErrorContains(t, api.AddPinContext(ctx, in, item), "already_pinned")
	pins, _, err := api.ListPinsContext(ctx, in)
	require.NoError(t, err)
	require.Len(t, pins, 1)
	assert.Equal(t, "first", pins[0].Message.Text)
	require.Len(t, s.Pins(in), 1)
	require.NoError(t, api.RemovePinContext(ctx, in, item))

	add := slack.AddBookmarkParameters{Title: "Card", Type: "link", Link: link}
	one, err := api.AddBookmarkContext(ctx, in, add)
	require.NoError(t, err)
	_, err = api.AddBookmarkContext(ctx, in, add)
	require.NoError(t, err, "a second identical bookmark is made: adding is not idempotent")
	title := "Dashboard"
	_, err = api.EditBookmarkContext(ctx, in, one.ID, slack.EditBookmarkParameters{Title: &title})
	require.NoError(t, err)
	list, err := api.ListBookmarksContext(ctx, in)
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, "Dashboard", list[0].Title)
	require.NoError(t, api.RemoveBookmarkContext(ctx, in, one.ID))

	_, id, err := api.ScheduleMessageContext(ctx, in, strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10), slack.MsgOptionText("later", false))
	require.NoError(t, err)
	_, err = api.DeleteScheduledMessageContext(ctx, &slack.DeleteScheduledMessageParameters{Channel: in, ScheduledMessageID: id})
	require.NoError(t, err)
	_, _, err = api.DeleteMessageContext(ctx, in, ts)
	require.NoError(t, err)
	_, ok := s.Message(in, ts)
	assert.False(t, ok)
}

func TestPeopleMethods(t *testing.T) {
	s := start(t, slacksim.Options{Users: []slacksim.User{{Name: "ana", Email: "ana@example.com", TZ: "Asia/Tokyo"}, {Name: "ben"}}})
	api, ctx := client(s), context.Background()
	found, err := api.GetUserByEmailContext(ctx, "ANA@example.com")
	require.NoError(t, err)
	assert.Equal(t, 9*3600, found.TZOffset)
	all, err := api.GetUsersContext(ctx)
	require.NoError(t, err)
	assert.Len(t, all, 3)
	bot, err := api.GetUserInfoContext(ctx, s.BotUser().ID)
	require.NoError(t, err)
	assert.True(t, bot.IsBot)
	groups, err := api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
	require.NoError(t, err)
	require.Len(t, groups, 1)
	members, err := api.GetUserGroupMembersContext(ctx, groups[0].ID)
	require.NoError(t, err)
	assert.Equal(t, groups[0].Users, members)
	s.Deactivate("ana")
	_, err = api.GetUserByEmailContext(ctx, "ana@example.com")
	assert.ErrorContains(t, err, "users_not_found")
}

func TestWhatPeopleDoToChannels(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	require.NoError(t, s.Join("ben", in))
	require.NoError(t, s.SetTopic("ben", in, "quiet"))
	require.NoError(t, s.Kick("ana", in, "ben"))
	require.NoError(t, s.Kick("ana", in, "@mayday"))
	require.NoError(t, s.Archive("ana", in))
	assert.Error(t, s.Archive("ana", in))
	assert.Error(t, s.Rename("ana", in, "other"))
	assert.Empty(t, s.Say("ana", in, "into the void", ""))
	require.NoError(t, s.Unarchive("ana", in))
	require.NoError(t, s.Leave("ana", in))
	assert.Error(t, s.Leave("ana", "general"))
	c, _ := s.Channel(in)
	assert.Empty(t, c.Members)
	assert.Equal(t, "quiet", c.Topic)
	secret, err := s.CreateChannel("ana", "secret", true)
	require.NoError(t, err)
	for _, c := range s.ChannelsFor("ben") {
		assert.NotEqual(t, secret, c.ID, "ben must not see it")
	}
	assert.Error(t, s.Join("ben", secret))
}

func TestSuggestions(t *testing.T) {
	s := start(t, slacksim.Options{})
	a := connect(t, s)
	require.Empty(t, s.Shortcut("ana", "pick").Err)
	view := `{"type":"modal","title":{"type":"plain_text","text":"Pick"},"submit":{"type":"plain_text","text":"Go"},"blocks":[{"type":"input","block_id":"b","label":{"type":"plain_text","text":"Scenario"},"element":{"type":"external_select","action_id":"scenario","min_query_length":0}}]}`
	o := call(t, s, "views.open", map[string]string{"trigger_id": a.await(t, "interactive").field(t, "trigger_id").(string), "view": view})
	require.Equal(t, true, o["ok"], o)
	id := s.OpenViews("ana")[0].ID
	answering(a, map[string]any{"options": []any{map[string]any{"text": map[string]any{"type": "plain_text", "text": "Site down"}, "value": "site-down"}}})
	options, r := s.Suggest("ana", id, "scenario", "si")
	require.Empty(t, r.Err)
	assert.Contains(t, string(options), "site-down")
	assert.Equal(t, "si", a.await(t, "interactive").field(t, "value"))
	answering(a, nil)
	require.True(t, s.SubmitView("ana", id, map[string]map[string]any{"b": {"scenario": "site-down"}}).Acked)
	assert.Equal(t, "site-down", a.await(t, "interactive").field(t, "view", "state", "values", "b", "scenario", "selected_option", "value"))
}
