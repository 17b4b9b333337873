package slack_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// start makes a workspace that must end without violations.
func start(t *testing.T, o slacksim.Options) *slacksim.Sim {
	t.Helper()
	s := careless(t, o)
	t.Cleanup(func() { assert.Empty(t, s.Violations()) })
	return s
}

// careless makes a workspace for tests that sin on purpose.
func careless(t *testing.T, o slacksim.Options) *slacksim.Sim {
	t.Helper()
	s, err := slacksim.New(o)
	require.NoError(t, err)
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		assert.NoError(t, s.Close(ctx))
	})
	return s
}

func client(s *slacksim.Sim) *slack.Client {
	return slack.New(s.BotToken(), slack.OptionAppLevelToken(s.AppToken()), slack.OptionAPIURL(s.APIURL()),
		slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second}))
}

// envelope is what the app receives.
type envelope struct {
	ID       string          `json:"envelope_id"`
	Type     string          `json:"type"`
	Accepts  bool            `json:"accepts_response_payload"`
	Attempt  int             `json:"retry_attempt"`
	Reason   string          `json:"reason"`
	Sockets  int             `json:"num_connections"`
	Payload  json.RawMessage `json:"payload"`
	received time.Time
}

func (e envelope) field(t *testing.T, path ...string) any {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal(e.Payload, &v))
	for _, p := range path {
		o, ok := v.(map[string]any)
		require.True(t, ok, "no %s in %s", p, e.Payload)
		v = o[p]
	}
	return v
}

// app is a small Socket Mode client. Answers go through answer; nil acknowledges everything without a payload.
type app struct {
	conn  *websocket.Conn
	seen  chan envelope
	first envelope // the hello, or why there is none

	mu     sync.Mutex
	answer func(envelope) (payload any, ack bool)
}

func connect(t *testing.T, s *slacksim.Sim) *app {
	t.Helper()
	_, url, err := client(s).StartSocketModeContext(context.Background())
	require.NoError(t, err)
	return dial(t, url)
}

func dial(t *testing.T, url string) *app {
	t.Helper()
	conn, _, err := (&websocket.Dialer{WriteBufferSize: 64 << 10}).Dial(url, nil)
	require.NoError(t, err)
	a := &app{conn: conn, seen: make(chan envelope, 1000)}
	t.Cleanup(func() { _ = conn.Close() })
	go a.run()
	a.first = a.next(t)
	return a
}

func (a *app) run() {
	for {
		_, data, err := a.conn.ReadMessage()
		if err != nil {
			close(a.seen)
			return
		}
		var e envelope
		if json.Unmarshal(data, &e) != nil {
			e.Type = "malformed"
		}
		e.received = time.Now()
		a.seen <- e
		if e.ID != "" {
			a.reply(e)
		}
	}
}

func (a *app) reply(e envelope) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var payload any
	ack := true
	if a.answer != nil {
		payload, ack = a.answer(e)
	}
	if ack {
		a.sendLocked(e.ID, payload)
	}
}

func (a *app) send(id string, payload any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sendLocked(id, payload)
}

func (a *app) sendLocked(id string, payload any) {
	o := map[string]any{"envelope_id": id}
	if payload != nil {
		o["payload"] = payload
	}
	_ = a.conn.WriteJSON(o)
}

func (a *app) on(answer func(envelope) (any, bool)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = answer
}

// next waits for the next frame.
func (a *app) next(t *testing.T) envelope {
	t.Helper()
	select {
	case e, ok := <-a.seen:
		require.True(t, ok, "the socket was closed")
		return e
	case <-time.After(30 * time.Second):
		require.Fail(t, "no frame came")
		return envelope{}
	}
}

// await skips frames until one of the type comes.
func (a *app) await(t *testing.T, kind string) envelope {
	t.Helper()
	for {
		if e := a.next(t); e.Type == kind {
			return e
		}
	}
}

func TestACommandIsAcknowledgedAndItsReplyShown(t *testing.T) {
	s := start(t, slacksim.Options{})
	a := connect(t, s)
	a.on(func(e envelope) (any, bool) {
		return map[string]any{"text": "done, *ana*"}, true
	})
	r := s.Command("ana", "general", "/incident p0 site-down ask @ben in #incidents & <now>")
	require.Empty(t, r.Err)
	assert.True(t, r.Acked)
	assert.Equal(t, "done, *ana*", r.Text)

	e := a.await(t, "slash_commands")
	ben, _ := s.UserByName("ben")
	incidents, _ := s.Channel("#incidents")
	assert.Equal(t, "p0 site-down ask <@"+ben.ID+"|ben> in <#"+incidents.ID+"|incidents> &amp; &lt;now&gt;", e.field(t, "text"))
	assert.True(t, e.Accepts)
	private := s.Ephemerals("ana", "general")
	require.Len(t, private, 1)
	assert.Equal(t, "done, *ana*", private[0].Text)
	assert.Empty(t, s.Ephemerals("ben", "general"))
	assert.Empty(t, s.Messages("general"))
}

func TestAChannelIsMadeFilledAndClosed(t *testing.T) {
	s := start(t, slacksim.Options{})
	api, ctx := client(s), context.Background()
	ana, _ := s.UserByName("ana")

	auth, err := api.AuthTestContext(ctx)
	require.NoError(t, err)
	assert.Equal(t, s.BotUser().ID, auth.UserID)

	c, err := api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: "inc-1-p0-site-down"})
	require.NoError(t, err)
	_, err = api.InviteUsersToConversationContext(ctx, c.ID, ana.ID)
	require.NoError(t, err)
	_, err = api.SetTopicOfConversationContext(ctx, c.ID, "P0 | site down")
	require.NoError(t, err)
	_, ts, err := api.PostMessageContext(ctx, c.ID, slack.MsgOptionText("hello <@"+ana.ID+">", false),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "post", EventPayload: map[string]any{"id": "1"}}))
	require.NoError(t, err)
	require.NoError(t, api.AddPinContext(ctx, c.ID, slack.NewRefToMessage(c.ID, ts)))
	_, err = api.AddBookmarkContext(ctx, c.ID, slack.AddBookmarkParameters{Title: "Dashboard", Type: "link", Link: "https://example.com"})
	require.NoError(t, err)
	_, _, _, err = api.UpdateMessageContext(ctx, c.ID, ts, slack.MsgOptionText("hello again", false))
	require.NoError(t, err)

	got, ok := s.Channel("inc-1-p0-site-down")
	require.True(t, ok)
	assert.Equal(t, "P0 | site down", got.Topic)
	assert.Equal(t, []string{s.BotUser().ID, ana.ID}, got.Members)
	assert.Equal(t, []string{ts}, got.Pins)
	require.Len(t, got.Bookmarks, 1)
	m, ok := s.Message(c.ID, ts)
	require.True(t, ok)
	assert.Equal(t, "hello again", m.Text)
	assert.True(t, m.Edited)
	assert.JSONEq(t, `{"event_type":"post","event_payload":{"id":"1"}}`, string(m.Metadata))

	h, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: c.ID, IncludeAllMetadata: true})
	require.NoError(t, err)
	var kinds []string
	for _, m := range h.Messages {
		kinds = append(kinds, m.SubType)
	}
	assert.Equal(t, []string{"pinned_item", "", "channel_topic", "channel_join", "channel_join"}, kinds)
	assert.Equal(t, "1", h.Messages[1].Metadata.EventPayload["id"])
	require.NoError(t, api.ArchiveConversationContext(ctx, c.ID))
	got, _ = s.Channel(c.ID)
	assert.True(t, got.Archived)
}

// bench starts a workspace and one socket for a benchmark.
func bench(b *testing.B) (*slacksim.Sim, *websocket.Conn) {
	b.Helper()
	s, err := slacksim.New(slacksim.Options{})
	require.NoError(b, err)
	require.NoError(b, s.Start("127.0.0.1:0"))
	b.Cleanup(func() { require.NoError(b, s.Close(context.Background())) })
	_, url, err := client(s).StartSocketModeContext(context.Background())
	require.NoError(b, err)
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	require.NoError(b, err)
	return s, conn
}
