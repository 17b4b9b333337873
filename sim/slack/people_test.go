package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

const card = `[
 {"type":"section","block_id":"who","text":{"type":"mrkdwn","text":"*Lead*"},"accessory":{"type":"users_select","action_id":"lead"}},
 {"type":"actions","block_id":"row","elements":[
  {"type":"button","action_id":"step.done","value":"1","text":{"type":"plain_text","text":"Done 1"}},
  {"type":"button","action_id":"open","value":"x","text":{"type":"plain_text","text":"Open"}},
  {"type":"static_select","action_id":"sev","options":[{"text":{"type":"plain_text","text":"P0"},"value":"p0"},{"text":{"type":"plain_text","text":"P1"},"value":"p1"}]}]},
 {"type":"actions","block_id":"row2","elements":[{"type":"button","action_id":"step.done","value":"2","text":{"type":"plain_text","text":"Done 2"}}]}]`

func TestPressing(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	m := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "card", "blocks": card})
	ts := m["ts"].(string)
	a := connect(t, s)
	ben, _ := s.UserByName("ben")

	for _, c := range []struct {
		action string
		value  []any
		field  string
		want   any
	}{
		{"step.done", nil, "value", "1"},
		{"step.done", []any{"2"}, "value", "2"},
		{"row2/step.done", nil, "value", "2"},
		{"Done 2", nil, "value", "2"},
		{"lead", []any{"@ben"}, "selected_user", ben.ID},
		{"sev", []any{"P1"}, "selected_option", map[string]any{"text": map[string]any{"type": "plain_text", "text": "P1"}, "value": "p1"}},
	} {
		r := s.Press("ana", in, ts, c.action, c.value...)
		require.Empty(t, r.Err, c.action)
		e := a.await(t, "interactive")
		act := e.field(t, "actions").([]any)[0].(map[string]any)
		assert.Equal(t, c.want, act[c.field], c.action)
		assert.Equal(t, ts, e.field(t, "container", "message_ts"))
		assert.Equal(t, in, e.field(t, "channel", "id"))
		var typed slack.InteractionCallback
		require.NoError(t, json.Unmarshal(e.Payload, &typed))
		assert.Equal(t, slack.InteractionTypeBlockActions, typed.Type)
		assert.Equal(t, "card", typed.Message.Text)
		require.Len(t, typed.ActionCallback.BlockActions, 1)
	}
	r := s.Press("ana", in, ts, "open")
	require.Empty(t, r.Err)
	e := a.await(t, "interactive")
	assert.Equal(t, ben.ID, e.field(t, "state", "values", "who", "lead", "selected_user"), "the state remembers")
	assert.Contains(t, s.Press("ana", in, ts, "nothing").Err, "no element")
	assert.Contains(t, s.Press("ana", in, ts, "step.done", "3").Err, "no element")
	assert.Contains(t, s.Press("ana", in, ts, "sev", "P9").Err, "no option")
	assert.Contains(t, s.Press("nobody", in, ts, "open").Err, "no person")
}

const form = `{"type":"modal","callback_id":"declare","notify_on_close":true,"private_metadata":"m","title":{"type":"plain_text","text":"Declare"},
 "submit":{"type":"plain_text","text":"Go"},"blocks":[
 {"type":"input","block_id":"title","label":{"type":"plain_text","text":"Title"},"element":{"type":"plain_text_input","action_id":"v","max_length":10}},
 {"type":"input","block_id":"sev","optional":true,"label":{"type":"plain_text","text":"Severity"},"element":{"type":"static_select","action_id":"v","options":[{"text":{"type":"plain_text","text":"P0"},"value":"p0"}]}},
 {"type":"actions","block_id":"more","elements":[{"type":"button","action_id":"more","text":{"type":"plain_text","text":"More"}}]}]}`

// opener opens the form at every shortcut.
func opener(t *testing.T, s *slacksim.Sim) (*app, string) {
	t.Helper()
	a := connect(t, s)
	require.Empty(t, s.Shortcut("ana", "declare").Err)
	e := a.await(t, "interactive")
	o := call(t, s, "views.open", map[string]string{"trigger_id": e.field(t, "trigger_id").(string), "view": form})
	require.Equal(t, true, o["ok"], o)
	return a, o["view"].(map[string]any)["id"].(string)
}

func answering(a *app, payload any) {
	a.on(func(envelope) (any, bool) { return payload, true })
}

func TestSubmittingAModal(t *testing.T) {
	s := start(t, slacksim.Options{})
	a, id := opener(t, s)
	fill := map[string]map[string]any{"title": {"v": "down"}, "sev": {"v": "p0"}}

	assert.Contains(t, s.SubmitView("ana", id, nil).Err, "required field: title")
	assert.Contains(t, s.SubmitView("ana", id, map[string]map[string]any{"title": {"v": strings.Repeat("x", 11)}}).Err, "may have 10")
	assert.Contains(t, s.SubmitView("ana", id, map[string]map[string]any{"nope": {"v": "x"}}).Err, "no field nope/v")

	answering(a, map[string]any{"response_action": "errors", "errors": map[string]string{"title": "too vague"}})
	r := s.SubmitView("ana", id, fill)
	assert.Equal(t, "errors", r.Action)
	assert.Equal(t, map[string]string{"title": "too vague"}, r.Errors)
	require.Len(t, s.OpenViews("ana"), 1, "errors leave it open")
	e := a.await(t, "interactive")
	assert.Equal(t, "down", e.field(t, "view", "state", "values", "title", "v", "value"))
	assert.Equal(t, "p0", e.field(t, "view", "state", "values", "sev", "v", "selected_option", "value"))
	assert.Equal(t, "m", e.field(t, "view", "private_metadata"))

	answering(a, map[string]any{"response_action": "push", "view": json.RawMessage(strings.Replace(form, "Declare", "Second", 1))})
	require.Equal(t, "push", s.SubmitView("ana", id, fill).Action)
	open := s.OpenViews("ana")
	require.Len(t, open, 2)
	assert.Equal(t, id, open[1].PreviousID)

	answering(a, map[string]any{"response_action": "update", "view": json.RawMessage(strings.Replace(form, "Declare", "Third", 1))})
	require.Equal(t, "update", s.SubmitView("ana", open[1].ID, fill).Action)
	assert.Equal(t, "Third", s.OpenViews("ana")[1].Title)

	answering(a, nil)
	require.True(t, s.SubmitView("ana", open[1].ID, fill).Acked)
	require.Len(t, s.OpenViews("ana"), 1, "an empty acknowledgement closes one view")
	answering(a, map[string]any{"response_action": "clear"})
	s.SubmitView("ana", id, fill)
	assert.Empty(t, s.OpenViews("ana"))
}

func TestErrorsForWhatIsNoInputAreNoticed(t *testing.T) {
	s := careless(t, slacksim.Options{})
	a, id := opener(t, s)
	answering(a, map[string]any{"response_action": "errors", "errors": map[string]string{"more": "no"}})
	s.SubmitView("ana", id, map[string]map[string]any{"title": {"v": "down"}})
	require.Len(t, s.Violations(), 1)
	assert.Contains(t, s.Violations()[0], "no input block")
}

func TestViewsThatAreStaleOrTooMany(t *testing.T) {
	s := careless(t, slacksim.Options{TriggerLife: 80 * time.Millisecond})
	a, id := opener(t, s)
	trigger := func() string {
		require.Empty(t, s.PressInView("ana", id, "more").Err)
		return a.await(t, "interactive").field(t, "trigger_id").(string)
	}
	view := s.OpenViews("ana")[0]
	o := call(t, s, "views.update", map[string]string{"view_id": id, "hash": view.Hash, "view": strings.Replace(form, "Declare", "Changed", 1)})
	require.Equal(t, true, o["ok"], o)
	assert.Equal(t, "hash_conflict", call(t, s, "views.update", map[string]string{"view_id": id, "hash": view.Hash, "view": form})["error"])
	assert.Equal(t, "not_found", call(t, s, "views.update", map[string]string{"view_id": "V404", "view": form})["error"])

	one := trigger()
	require.Equal(t, true, call(t, s, "views.push", map[string]string{"trigger_id": one, "view": form})["ok"])
	assert.Equal(t, "exchanged_trigger_id", call(t, s, "views.push", map[string]string{"trigger_id": one, "view": form})["error"])
	require.Equal(t, true, call(t, s, "views.push", map[string]string{"trigger_id": trigger(), "view": form})["ok"])
	assert.Equal(t, "push_limit_reached", call(t, s, "views.push", map[string]string{"trigger_id": trigger(), "view": form})["error"])
	old := trigger()
	time.Sleep(100 * time.Millisecond)
	assert.Equal(t, "expired_trigger_id", call(t, s, "views.open", map[string]string{"trigger_id": old, "view": form})["error"])

	s.CloseView("ana", s.OpenViews("ana")[2].ID, false)
	assert.Equal(t, "view_closed", a.await(t, "interactive").field(t, "type"))
	assert.Len(t, s.OpenViews("ana"), 2)
	s.CloseView("ana", s.OpenViews("ana")[1].ID, true)
	assert.Empty(t, s.OpenViews("ana"))
}

func TestHome(t *testing.T) {
	s := start(t, slacksim.Options{})
	a := connect(t, s)
	require.NoError(t, s.OpenHome("ana"))
	assert.Equal(t, "home", a.await(t, "events_api").field(t, "event", "tab"))
	ana, _ := s.UserByName("ana")
	_, err := client(s).PublishViewContext(context.Background(), slack.PublishViewContextRequest{UserID: ana.ID, View: slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewActionBlock("a", slack.NewButtonBlockElement("go", "1", slack.NewTextBlockObject("plain_text", "Go", true, false)))}},
	}})
	require.NoError(t, err)
	home, ok := s.Home("ana")
	require.True(t, ok)
	require.Empty(t, s.PressInView("ana", home.ID, "Go").Err)
	assert.Equal(t, "home", a.await(t, "interactive").field(t, "view", "type"))
	_, ok = s.Home("ben")
	assert.False(t, ok)
}

func TestResponseURL(t *testing.T) {
	s := careless(t, slacksim.Options{})
	a := connect(t, s)
	require.True(t, s.Command("ana", "general", "/incident list").Acked)
	address := a.await(t, "slash_commands").field(t, "response_url").(string)
	post := func(body string) int {
		r, err := http.Post(address, "application/json", bytes.NewBufferString(body))
		require.NoError(t, err)
		require.NoError(t, r.Body.Close())
		return r.StatusCode
	}
	ctx := context.Background()
	_, _, err := client(s).PostMessageContext(ctx, "general", slack.MsgOptionText("only you", false), slack.MsgOptionResponseURL(address, slack.ResponseTypeEphemeral))
	require.NoError(t, err)
	require.Len(t, s.Ephemerals("ana", "general"), 1)
	assert.Equal(t, 200, post(`{"text":"everybody","response_type":"in_channel"}`))
	require.Len(t, s.Messages("general"), 1, "although the bot is not in the channel")
	assert.Equal(t, 200, post(`{"text":"3"}`))
	assert.Equal(t, 200, post(`{"text":"4"}`))
	assert.Equal(t, 200, post(`{"text":"5"}`))
	assert.Equal(t, 404, post(`{"text":"6"}`), "five uses")

	in, _ := room(t, s, "inside")
	m := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "card", "blocks": card})
	s.Press("ana", in, m["ts"].(string), "open")
	address = a.await(t, "interactive").field(t, "response_url").(string)
	assert.Equal(t, 200, post(`{"text":"replaced","replace_original":true,"blocks":[]}`))
	got, _ := s.Message(in, m["ts"].(string))
	assert.Equal(t, "replaced", got.Text)
	assert.Equal(t, 200, post(`{"delete_original":true}`))
	_, ok := s.Message(in, m["ts"].(string))
	assert.False(t, ok)
	assert.Empty(t, s.Violations())
}

func TestMentionsAreThoseThatPing(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	ben, _ := s.UserByName("ben")
	group := s.Groups()[0]
	mrkdwn := func(text, more string) string {
		return `[{"type":"section","text":{"type":"mrkdwn","text":"` + text + `"` + more + `}}]`
	}
	for _, c := range []struct {
		name string
		args map[string]string
		want []string
	}{
		{"token", map[string]string{"text": "<@" + ben.ID + ">"}, []string{ben.ID}},
		{"token with a label", map[string]string{"text": "<@" + ben.ID + "|ben>"}, []string{ben.ID}},
		{"escaped token", map[string]string{"text": "&lt;@" + ben.ID + "&gt; &lt;!channel&gt;"}, nil},
		{"unknown person", map[string]string{"text": "<@U404>"}, nil},
		{"here and group", map[string]string{"text": "<!here> <!subteam^" + group.ID + ">"}, []string{"here", group.ID}},
		{"raw words in text", map[string]string{"text": "@here @channel @ben"}, nil},
		{"raw words with link_names", map[string]string{"text": "@here, @ben", "link_names": "true"}, []string{"here", ben.ID}},
		{"raw words with parse", map[string]string{"text": "@everyone", "parse": "full"}, []string{"everyone"}},
		{"an address", map[string]string{"text": "me@here.com", "parse": "full"}, nil},
		{"raw words in a block", map[string]string{"text": "x", "blocks": mrkdwn("look @channel", "")}, []string{"channel"}},
		{"verbatim", map[string]string{"text": "x", "blocks": mrkdwn("look @channel", `,"verbatim":true`)}, nil},
		{"token in verbatim", map[string]string{"text": "x", "blocks": mrkdwn("<!channel>", `,"verbatim":true`)}, []string{"channel"}},
		{"plain text", map[string]string{"text": "x", "blocks": `[{"type":"header","text":{"type":"plain_text","text":"<!channel> @here"}}]`}, nil},
		{"fallback pings although the block is tame", map[string]string{"text": "<!here>", "blocks": mrkdwn("tame", "")}, []string{"here"}},
		{"rich text", map[string]string{"text": "x", "blocks": `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"<!here> @here"},{"type":"broadcast","range":"channel"},{"type":"user","user_id":"` + ben.ID + `"}]}]}]`}, []string{"channel", ben.ID}},
		{"attachment", map[string]string{"text": "x", "attachments": `[{"text":"x","blocks":` + mrkdwn("@here", "") + `}]`}, []string{"here"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.args["channel"] = in
			o := call(t, s, "chat.postMessage", c.args)
			require.Equal(t, true, o["ok"], o)
			m, _ := s.Message(in, o["ts"].(string))
			assert.Equal(t, c.want, m.Mentions)
		})
	}
}

func TestAMessageShortcut(t *testing.T) {
	s := start(t, slacksim.Options{})
	in, ts := room(t, s, "inside")
	a := connect(t, s)
	require.Empty(t, s.MessageShortcut("ana", "add_to_timeline", in, ts).Err)
	e := a.await(t, "interactive")
	assert.Equal(t, "message_action", e.field(t, "type"))
	assert.Equal(t, "first", e.field(t, "message", "text"))
	assert.Contains(t, s.MessageShortcut("ana", "add_to_timeline", in, "1.0").Err, "no message")
}

func TestAPayloadThatSlackIgnoresIsNoticed(t *testing.T) {
	s := careless(t, slacksim.Options{})
	in, _ := room(t, s, "inside")
	m := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "card", "blocks": card})
	answering(connect(t, s), map[string]any{"text": "ignored"})
	s.Press("ana", in, m["ts"].(string), "open")
	require.Len(t, s.Violations(), 1)
	assert.Contains(t, s.Violations()[0], "which Slack ignores")
}

func TestAWorkspaceIsFoundAgain(t *testing.T) {
	dir := t.TempDir()
	first, err := slacksim.New(slacksim.Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, first.Start("127.0.0.1:0"))
	in, ts := room(t, first, "inside")
	id := first.AddUser(slacksim.User{Name: "zoe"})
	require.NoError(t, first.Close(context.Background()))

	again := start(t, slacksim.Options{Dir: dir})
	m, ok := again.Message(in, ts)
	require.True(t, ok)
	assert.Equal(t, "first", m.Text)
	zoe, _ := again.UserByName("zoe")
	assert.Equal(t, id, zoe.ID)
	assert.Equal(t, "name_taken", call(t, again, "conversations.create", map[string]string{"name": "inside"})["error"])
	assert.Len(t, again.CallsOf("conversations.create"), 1)
}

func TestSubscribersHearOfChanges(t *testing.T) {
	s := start(t, slacksim.Options{})
	events, cancel := s.Subscribe()
	defer cancel()
	general, _ := s.Channel("general")
	ts := s.Say("ana", "general", "hello", "")
	require.NoError(t, s.React("ben", "general", ts, ":wave:"))
	require.NoError(t, s.Edit("ana", "general", ts, "hello there"))
	require.NoError(t, s.Delete("ana", "general", ts))
	for _, kind := range []string{"message", "reaction", "edit", "delete"} {
		select {
		case e := <-events:
			assert.Equal(t, kind, e.Kind)
			assert.Equal(t, general.ID, e.Channel)
			assert.Equal(t, ts, e.TS)
		case <-time.After(30 * time.Second):
			require.Fail(t, "nothing came")
		}
	}
	assert.Empty(t, s.Messages("general"))
	require.Len(t, s.Record("general"), 1)
	assert.True(t, s.Record("general")[0].Deleted)
}
