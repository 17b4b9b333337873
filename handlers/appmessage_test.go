package handlers

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/alerts"
	"mayday/bot"
	"mayday/incident"
	"mayday/store"
	"mayday/store/storetest"
)

// heardBy is what handlers with the alert channels #alerts and C2 write down of events, and whether they were done with each.
func heardBy(t *testing.T, events ...*bot.Event) (posts []store.Received, replies []bot.Reply) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{URL: newURL(t)})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	require.NoError(t, st.SaveFact(t.Context(), store.ChannelFact("alerts"), "C1"))
	h := &Handlers{Store: st, AlertChannels: []string{"alerts", "C2"}, Workspace: func() string { return "https://larkfield.slack.com/" }}
	for _, e := range events {
		replies = append(replies, h.event(t.Context(), bot.Request{Kind: bot.EventKind, Channel: e.Channel, Event: e}))
	}
	_, err = st.Hear(t.Context(), store.Hearing{Read: func(p store.Received) (store.Understood, error) {
		posts = append(posts, p)
		return store.Understood{}, nil
	}})
	require.NoError(t, err)
	return posts, replies
}

func appEvent(channel, ts, text string) *bot.Event {
	return &bot.Event{Type: "message", Subtype: "bot_message", Channel: channel, TS: ts, BotID: "B1", App: &bot.AppPost{App: "Grafana", AppContent: bot.AppContent{Text: text}, EventTS: ts}}
}

// TestWhatAppsPostInAlertChannelsIsWrittenDown: there and nowhere else, each message and each edit once, before Slack is answered.
func TestWhatAppsPostInAlertChannelsIsWrittenDown(t *testing.T) {
	t.Parallel()
	edit := appEvent("C1", "1.1", "[RESOLVED] disk")
	edit.Subtype, edit.App.EventTS, edit.App.Before = "message_changed", "2.2", &bot.AppContent{Text: "[FIRING] disk"}
	reply := appEvent("C2", "3.3", "RECOVERY")
	reply.ThreadTS = "1.1"
	person := &bot.Event{Type: "message", Channel: "C1", TS: "4.4", User: "U1", Text: "[FIRING] disk"}
	posts, replies := heardBy(t, appEvent("C1", "1.1", "[FIRING] disk"), appEvent("C1", "1.1", "[FIRING] disk"), edit, edit, reply, appEvent("C3", "1.1", "[FIRING] disk"), person)
	require.Len(t, posts, 3)
	for _, r := range replies {
		assert.False(t, r.Redeliver)
	}
	var read []alerts.Reading
	for _, p := range posts {
		assert.Equal(t, []string{"grafana", "slack"}, []string{p.Source, p.Path})
		r, err := alerts.Read(alerts.Post{Source: p.Source, Path: alerts.Path(p.Path), Header: p.Header, Body: p.Body})
		require.NoError(t, err)
		require.Len(t, r.Reports, 1)
		read = append(read, r)
	}
	assert.Equal(t, incident.Firing, read[0].Reports[0].State)
	assert.Equal(t, "https://larkfield.slack.com/archives/C1/p11", read[0].Reports[0].Link)
	assert.Equal(t, incident.Quiet, read[1].Reports[0].State)
	assert.Equal(t, incident.MessageRef{Channel: "C2", TS: "3.3", Thread: "1.1"}, read[2].Reports[0].Message)
	assert.Equal(t, "https://larkfield.slack.com/archives/C2/p33?thread_ts=1.1&cid=C2", read[2].Reports[0].Link)
}

// TestAMessageThatIsTooLongLosesItsBlocks: what is left says it too.
func TestAMessageThatIsTooLongLosesItsBlocks(t *testing.T) {
	t.Parallel()
	e := appEvent("C2", "1.1", "[FIRING] disk")
	e.App.Blocks, _ = json.Marshal([]map[string]any{{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": strings.Repeat("x", alerts.MaxBody)}}})
	edit := appEvent("C2", "1.1", "[FIRING] disk")
	edit.Subtype, edit.App.EventTS, edit.App.Blocks, edit.App.Before = "message_changed", "2.2", e.App.Blocks, &e.App.AppContent
	posts, _ := heardBy(t, e, edit)
	require.Len(t, posts, 2)
	for i, reports := range []int{1, 0} {
		assert.Less(t, len(posts[i].Body), 1000)
		r, err := alerts.Read(alerts.Post{Source: posts[i].Source, Path: alerts.Slack, Header: posts[i].Header, Body: posts[i].Body})
		require.NoError(t, err)
		assert.Len(t, r.Reports, reports, "an edit that changes nothing is no news")
	}
}

// TestWhatIsShortKeepsItsBlocks: some apps say in them what the text does not.
func TestWhatIsShortKeepsItsBlocks(t *testing.T) {
	t.Parallel()
	e := appEvent("C2", "1.1", "[FIRING] disk")
	e.App.Blocks = json.RawMessage(`[{"type":"section","text":{"type":"mrkdwn","text":"only here"}}]`)
	edit := appEvent("C2", "1.1", "[FIRING] disk")
	edit.Subtype, edit.App.EventTS, edit.App.Before = "message_changed", "2.2", &e.App.AppContent
	posts, _ := heardBy(t, e, edit)
	require.Len(t, posts, 2)
	for _, p := range posts {
		assert.Contains(t, string(p.Body), "only here")
	}
}

// TestWithoutTheWorkspacesAddressThereIsNoLink, because half an address leads nowhere.
func TestWithoutTheWorkspacesAddressThereIsNoLink(t *testing.T) {
	t.Parallel()
	e := &bot.Event{Channel: "C2", TS: "1.1"}
	assert.Empty(t, (&Handlers{}).permalink(e))
	assert.Empty(t, (&Handlers{Workspace: func() string { return "" }}).permalink(e))
}

// TestWithoutADatabaseSlackDeliversAgain: nothing that was posted, pinned, changed or deleted is lost because it could not be written down.
func TestWithoutADatabaseSlackDeliversAgain(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	g.wire.Tap(func(storetest.Message) storetest.Fate { return storetest.LostWhole })
	h := &Handlers{Store: g.store, AlertChannels: []string{"C2", "alerts"}, Log: g.log}
	for _, e := range []*bot.Event{
		appEvent("C2", "1.1", "x"),
		appEvent("C4", "1.1", "in which channel is not known"),
		{Type: "reaction_added", Reaction: "pushpin", User: "U1", Channel: "C3", TS: "1.1"},
		{Type: "message", Subtype: "message_changed", User: "U1", Channel: "C3", TS: "1.1"},
		{Type: "message", Subtype: "message_deleted", Channel: "C3", TS: "1.1"},
	} {
		assert.True(t, h.event(t.Context(), bot.Request{Kind: bot.EventKind, User: e.User, Channel: e.Channel, Event: e}).Redeliver, "%s %s", e.Type, e.Subtype)
	}
}
