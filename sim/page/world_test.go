package page_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	githubsim "mayday/sim/github"
	"mayday/sim/page"
	slacksim "mayday/sim/slack"
)

// world is a workspace, its GitHub and the page of both.
type world struct {
	*slacksim.Sim
	github *githubsim.Sim
	page   *page.Page
}

func (w *world) URL() string { return w.page.URL() }

// start makes a world that must end without violations.
func start(t *testing.T, o slacksim.Options) *world {
	t.Helper()
	return startPage(t, o, page.Options{})
}

func startPage(t *testing.T, o slacksim.Options, p page.Options) *world {
	t.Helper()
	s, err := slacksim.New(o)
	require.NoError(t, err)
	g, err := githubsim.New(githubsim.Options{})
	require.NoError(t, err)
	w := &world{s, g, page.New(s, g, p)}
	require.NoError(t, w.page.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		assert.NoError(t, w.page.Close(ctx))
	})
	t.Cleanup(func() { assert.Empty(t, append(s.Violations(), g.Violations()...)) })
	return w
}

// call sends a form to a method of Slack's and returns the answer.
func call(t *testing.T, s *world, method string, form map[string]string) map[string]any {
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

// room makes a channel with the bot and ana in it and returns its id.
func room(t *testing.T, s *world, name string) string {
	t.Helper()
	ana, _ := s.UserByName("ana")
	c := call(t, s, "conversations.create", map[string]string{"name": name})
	require.Equal(t, true, c["ok"], c)
	channel := c["channel"].(map[string]any)["id"].(string)
	require.Equal(t, true, call(t, s, "conversations.invite", map[string]string{"channel": channel, "users": ana.ID})["ok"])
	return channel
}

// envelope is what the app receives.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
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

// app is a small Socket Mode client that acknowledges everything, with what answer says.
type app struct {
	seen chan envelope

	mu     sync.Mutex
	answer func(envelope) (payload any)
}

func connect(t *testing.T, s *world) *app {
	t.Helper()
	q, err := http.NewRequest(http.MethodPost, s.APIURL()+"apps.connections.open", nil)
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer "+s.AppToken())
	r, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Body.Close()) }()
	var o struct{ URL string }
	require.NoError(t, json.NewDecoder(r.Body).Decode(&o))
	conn, _, err := websocket.DefaultDialer.Dial(o.URL, nil)
	require.NoError(t, err)
	a := &app{seen: make(chan envelope, 1000)}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		for {
			var e envelope
			if conn.ReadJSON(&e) != nil {
				close(a.seen)
				return
			}
			a.seen <- e
			if e.ID != "" {
				_ = conn.WriteJSON(a.reply(e)) // a socket that is gone shows in the test
			}
		}
	}()
	a.await(t, "hello")
	return a
}

func (a *app) reply(e envelope) map[string]any {
	a.mu.Lock()
	defer a.mu.Unlock()
	o := map[string]any{"envelope_id": e.ID}
	if a.answer != nil {
		if payload := a.answer(e); payload != nil {
			o["payload"] = payload
		}
	}
	return o
}

func (a *app) on(answer func(envelope) any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = answer
}

// await skips frames until one of the type comes.
func (a *app) await(t *testing.T, kind string) envelope {
	t.Helper()
	for {
		select {
		case e, ok := <-a.seen:
			require.True(t, ok, "the socket was closed")
			if e.Type == kind {
				return e
			}
		case <-time.After(30 * time.Second):
			require.Fail(t, "no "+kind+" came")
		}
	}
}

const card = `[
 {"type":"section","block_id":"who","text":{"type":"mrkdwn","text":"*Lead*"},"accessory":{"type":"users_select","action_id":"lead"}},
 {"type":"actions","block_id":"row","elements":[
  {"type":"button","action_id":"step.done","value":"1","text":{"type":"plain_text","text":"Done 1"}},
  {"type":"static_select","action_id":"sev","options":[{"text":{"type":"plain_text","text":"P0"},"value":"p0"},{"text":{"type":"plain_text","text":"P1"},"value":"p1"}]}]},
 {"type":"actions","block_id":"row2","elements":[{"type":"button","action_id":"step.done","value":"2","text":{"type":"plain_text","text":"Done 2"}}]}]`

const form = `{"type":"modal","callback_id":"declare","notify_on_close":true,"private_metadata":"m","title":{"type":"plain_text","text":"Declare"},
 "submit":{"type":"plain_text","text":"Go"},"blocks":[
 {"type":"input","block_id":"title","label":{"type":"plain_text","text":"Title"},"element":{"type":"plain_text_input","action_id":"v","max_length":10}},
 {"type":"input","block_id":"sev","optional":true,"label":{"type":"plain_text","text":"Severity"},"element":{"type":"static_select","action_id":"v","options":[{"text":{"type":"plain_text","text":"P0"},"value":"p0"}]}},
 {"type":"actions","block_id":"more","elements":[{"type":"button","action_id":"more","text":{"type":"plain_text","text":"More"}}]}]}`
