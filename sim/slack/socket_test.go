package slack_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

const soon = 150 * time.Millisecond // an acknowledgement's deadline in tests that miss it

// sins are the ways to acknowledge wrongly; each must be noticed and must leave the person with a timeout or without harm.
func TestWrongAcknowledgements(t *testing.T) {
	cases := []struct {
		name  string
		sin   func(a, b *app, e envelope)
		acked bool
		says  string
	}{
		{"none", func(a, b *app, e envelope) {}, false, "no acknowledgement of /incident"},
		{"late", func(a, b *app, e envelope) {
			time.Sleep(2 * soon)
			a.send(e.ID, nil)
		}, false, "late"},
		{"twice", func(a, b *app, e envelope) { a.send(e.ID, nil); a.send(e.ID, nil) }, true, "repeated"},
		{"on another socket", func(a, b *app, e envelope) { b.send(e.ID, nil) }, false, "on another socket"},
		{"unknown", func(a, b *app, e envelope) { a.send("nobody", nil); a.send(e.ID, nil) }, true, "unknown envelope"},
		{"20 KB", func(a, b *app, e envelope) { a.send(e.ID, map[string]any{"text": strings.Repeat("x", 20480)}) }, false, "Slack drops 20480 and more"},
		{"not JSON", func(a, b *app, e envelope) {
			_ = a.conn.WriteMessage(websocket.TextMessage, []byte("ack"))
			a.send(e.ID, nil)
		}, true, "no acknowledgement: \"ack\""},
		{"bad blocks", func(a, b *app, e envelope) {
			a.send(e.ID, map[string]any{"blocks": []any{map[string]any{"type": "header"}}})
		}, true, "missing required field: text [json-pointer:/blocks/0]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := careless(t, slacksim.Options{AckWithin: soon})
			a, b := connect(t, s), connect(t, s)
			got := make(chan struct{})
			silent := func(envelope) (any, bool) { return nil, false }
			a.on(silent)
			b.on(silent)
			go func() {
				defer close(got)
				select {
				case e := <-a.seen:
					c.sin(a, b, e)
				case e := <-b.seen:
					c.sin(b, a, e)
				}
			}()
			r := s.Command("ana", "general", "/incident list")
			<-got
			assert.Equal(t, c.acked, r.Acked)
			if !c.acked {
				assert.Equal(t, "operation_timeout", r.Err)
			}
			assert.Eventually(t, func() bool { return strings.Contains(strings.Join(s.Violations(), "\n"), c.says) }, 30*time.Second, 5*time.Millisecond,
				"%q is not among %q", c.says, s.Violations())
		})
	}
}

// TestShownLate: what a command is answered with is shown once no other command waits, and timed as it arrived.
func TestShownLate(t *testing.T) {
	s := careless(t, slacksim.Options{ShowLate: true})
	a := connect(t, s)
	a.on(func(envelope) (any, bool) { return nil, false })
	replies := make(chan slacksim.Reply, 2)
	for range 2 {
		go func() { replies <- s.Command("ana", "general", "/incident list") }()
	}
	first, second := <-a.seen, <-a.seen
	before := len(s.Messages("general"))
	a.send(first.ID, map[string]any{"text": "first", "response_type": "in_channel"})
	time.Sleep(soon)
	assert.Len(t, s.Messages("general"), before)
	a.send(second.ID, nil)
	one, other := <-replies, <-replies
	assert.ElementsMatch(t, []string{"first", ""}, []string{one.Text, other.Text})
	assert.GreaterOrEqual(t, max(one.Took, other.Took), soon, "the second waited")
	assert.Less(t, min(one.Took, other.Took), max(one.Took, other.Took), "and the first did not")
	assert.Len(t, s.Messages("general"), before+1)
}

func TestASplitAcknowledgementIsDropped(t *testing.T) {
	s := careless(t, slacksim.Options{AckWithin: soon})
	_, url, err := client(s).StartSocketModeContext(context.Background())
	require.NoError(t, err)
	conn, _, err := (&websocket.Dialer{WriteBufferSize: 128}).Dial(url, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	go func() {
		for {
			var e envelope
			if conn.ReadJSON(&e) != nil {
				return
			}
			if e.ID != "" {
				_ = conn.WriteJSON(map[string]any{"envelope_id": e.ID, "payload": map[string]any{"text": strings.Repeat("x", 500)}})
			}
		}
	}()
	require.True(t, s.WaitSockets(1, time.Second))
	assert.Equal(t, "operation_timeout", s.Command("ana", "general", "/incident list").Err)
	require.NotEmpty(t, s.Violations())
	assert.Contains(t, s.Violations()[0], "in several WebSocket frames")
}

func TestWithoutASocketACommandFails(t *testing.T) {
	s := start(t, slacksim.Options{})
	assert.Equal(t, "dispatch_failed", s.Command("ana", "general", "/incident list").Err)
	assert.Equal(t, "not_a_command", s.Command("ana", "general", "/remind me").Err)
}

func TestATicketIsGoodOnce(t *testing.T) {
	s := start(t, slacksim.Options{})
	_, url, err := client(s).StartSocketModeContext(context.Background())
	require.NoError(t, err)
	dial(t, url)
	_, answer, err := websocket.DefaultDialer.Dial(url, nil)
	require.Error(t, err)
	assert.Equal(t, http.StatusForbidden, answer.StatusCode)
}

func TestTheEleventhSocketIsRefused(t *testing.T) {
	s := start(t, slacksim.Options{})
	for i := range 10 {
		first := connect(t, s).first
		assert.Equal(t, "hello", first.Type)
		assert.Equal(t, i+1, first.Sockets)
	}
	assert.Equal(t, 10, s.Sockets())
	assert.Equal(t, "too_many_websockets", connect(t, s).first.Reason)
	assert.Equal(t, 10, s.Sockets())
}

func TestEventsComeAgainUntilAcknowledged(t *testing.T) {
	s := careless(t, slacksim.Options{AckWithin: 30 * time.Millisecond, EventRetries: []time.Duration{0, time.Millisecond, time.Millisecond}})
	a := connect(t, s)
	a.on(func(e envelope) (any, bool) { return nil, e.Attempt == 2 })
	require.NoError(t, s.OpenHome("ana"))
	var attempts []int
	var ids []any
	for range 3 {
		e := a.await(t, "events_api")
		attempts = append(attempts, e.Attempt)
		ids = append(ids, e.field(t, "event_id"))
	}
	assert.Equal(t, []int{0, 1, 2}, attempts)
	assert.Equal(t, ids[0], ids[2])
	time.Sleep(60 * time.Millisecond)
	assert.Empty(t, a.seen)
}

func TestEventsThatAreSubscribedReachTheApp(t *testing.T) {
	s := start(t, slacksim.Options{})
	a := connect(t, s)
	id, err := s.CreateChannel("ana", "ops", false)
	require.NoError(t, err)
	s.Say("ana", id, "before the bot is there", "")
	require.NoError(t, s.Invite("ana", id, "@mayday"))
	ts := s.Say("ana", id, "ask @ben & <see> @here", "")
	require.NoError(t, s.React("ben", id, ts, "pushpin"))
	require.NoError(t, s.Rename("ana", id, "ops-2"))

	ben, _ := s.UserByName("ben")
	var kinds []string
	for range 6 {
		e := a.await(t, "events_api")
		kind := e.field(t, "event", "type").(string)
		if sub, ok := e.field(t, "event").(map[string]any)["subtype"].(string); ok {
			kind += "/" + sub
		}
		kinds = append(kinds, kind)
		if kind == "message" {
			assert.Equal(t, "ask <@"+ben.ID+"> &amp; &lt;see&gt; <!here>", e.field(t, "event", "text"))
			assert.Equal(t, "channel", e.field(t, "event", "channel_type"))
		}
	}
	assert.Equal(t, []string{"message/channel_join", "member_joined_channel", "message", "reaction_added", "message/channel_name", "channel_rename"}, kinds)
	m, _ := s.Message(id, ts)
	assert.Equal(t, []string{ben.ID, "here"}, m.Mentions)
}

// slack-go's own client must be able to live with the simulator.
func TestSlackGoSocketMode(t *testing.T) {
	s := start(t, slacksim.Options{PingEvery: 20 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sm := socketmode.New(client(s))
	go func() { _ = sm.RunContext(ctx) }()
	go func() {
		for e := range sm.Events {
			if e.Type == socketmode.EventTypeSlashCommand {
				_ = sm.AckCtx(ctx, e.Request.EnvelopeID, map[string]any{"text": "hello " + e.Data.(slack.SlashCommand).UserName})
			}
		}
	}()
	require.True(t, s.WaitSockets(1, 2*time.Second))
	time.Sleep(100 * time.Millisecond) // some pings
	assert.Equal(t, "hello ana", s.Command("ana", "general", "/incident list").Text)
}

func TestDisconnects(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested", "link_disabled"} {
		t.Run(reason, func(t *testing.T) {
			s := start(t, slacksim.Options{CutAfter: 50 * time.Millisecond})
			a := connect(t, s)
			s.Mischief().Disconnect(reason)
			assert.Equal(t, reason, a.next(t).Reason)
			assert.Eventually(t, func() bool { return s.Sockets() == 0 }, 30*time.Second, time.Millisecond)
		})
	}
}

func TestBrokenSockets(t *testing.T) {
	s := start(t, slacksim.Options{AckWithin: soon})
	a := connect(t, s)
	s.Mischief().ResetSockets()
	_, open := <-a.seen
	assert.False(t, open)

	connect(t, s)
	s.Mischief().HalfOpen()
	assert.Equal(t, "operation_timeout", s.Command("ana", "general", "/incident list").Err, "sent to a ghost")
	assert.Equal(t, 1, s.Sockets())
	s.Mischief().Heal()
	assert.Equal(t, "dispatch_failed", s.Command("ana", "general", "/incident list").Err)
}

func TestMischiefOnTheSocket(t *testing.T) {
	s := start(t, slacksim.Options{AckWithin: soon, EventRetries: []time.Duration{0}})
	a := connect(t, s)
	m := s.Mischief()
	m.MalformedFrame()
	assert.Equal(t, "malformed", a.next(t).Type)
	m.UnknownEvent()
	assert.Equal(t, "event_from_the_future", a.await(t, "events_api").field(t, "event", "type"))
	m.UndecodableEvent()
	assert.Equal(t, "x", a.await(t, "events_api").field(t, "event", "display_as_bot"))

	m.DropAcks("slash_commands", 1)
	assert.Equal(t, "operation_timeout", s.Command("ana", "general", "/incident list").Err)
	a.await(t, "slash_commands")
	m.DuplicateNext("slash_commands", 1)
	assert.True(t, s.Command("ana", "general", "/incident list").Acked)
	assert.Equal(t, a.await(t, "slash_commands").ID, a.await(t, "slash_commands").ID)
}

func TestHowSocketsEnd(t *testing.T) {
	s := start(t, slacksim.Options{})
	polite, rude, cut := connect(t, s), connect(t, s), connect(t, s)
	ended := func(n int) func() bool { return func() bool { return len(s.Endings()) == n } }
	require.NoError(t, polite.conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, "")))
	require.Eventually(t, ended(1), 30*time.Second, time.Millisecond)
	require.NoError(t, rude.conn.NetConn().Close())
	require.Eventually(t, ended(2), 30*time.Second, time.Millisecond)
	assert.Equal(t, 1, s.Sockets(), "what has ended is counted no more")
	s.Mischief().DisconnectOldest("refresh_requested")
	assert.Equal(t, "refresh_requested", cut.next(t).Reason)
	require.Eventually(t, ended(3), 30*time.Second, time.Millisecond)
	assert.Equal(t, []string{"close frame 1001", "dropped", "cut"}, s.Endings())
}

func TestSocketsThatDoNotOpenWell(t *testing.T) {
	s := start(t, slacksim.Options{})
	open := func() (*websocket.Conn, error) {
		_, url, err := client(s).StartSocketModeContext(context.Background())
		require.NoError(t, err)
		conn, _, err := websocket.DefaultDialer.Dial(url, nil)
		return conn, err
	}
	s.Mischief().FailNext("socket", 1, slacksim.Fault{HTTP: 503})
	_, err := open()
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	s.Mischief().HoldHello(1)
	conn, err := open()
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, _, err = conn.ReadMessage()
	require.ErrorContains(t, err, "timeout", "nothing is said")
	require.NoError(t, conn.Close())
	connect(t, s)
}
