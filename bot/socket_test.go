package bot

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// rig is a Socket running against a fakeSlack.
type rig struct {
	*fakeSlack
	socket  *Socket
	metrics *Metrics
	logs    *observer.ObservedLogs
	stop    func() error // ends Run and gives its error
}

func start(t testing.TB, h Handler, change func(*SocketConfig, *fakeSlack)) *rig {
	t.Helper()
	f := newFakeSlack(t)
	core, logs := observer.New(zap.DebugLevel)
	m := NewMetrics(nil)
	cfg := SocketConfig{
		AppToken: "xapp-secret", APIURL: f.url(), Handler: h, Log: zap.New(core), Metrics: m, Connections: 1, Drain: 3 * time.Second,
		Client: NewClient(ClientConfig{BotToken: "xoxb-secret", APIURL: f.url()}),
	}
	if change != nil {
		change(&cfg, f)
	}
	s := NewSocket(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	var once sync.Once
	var result error
	stop := func() error {
		once.Do(func() { cancel(); result = <-ended })
		return result
	}
	t.Cleanup(func() {
		_ = stop()
		for _, e := range logs.All() {
			assert.NotContains(t, fmt.Sprint(e.Message, e.ContextMap()), "-secret")
		}
	})
	return &rig{fakeSlack: f, socket: s, metrics: m, logs: logs, stop: stop}
}

func (r *rig) outcome(kind Kind, outcome string) float64 {
	return testutil.ToFloat64(r.metrics.envelopes.WithLabelValues(string(kind), outcome))
}

func say(text string) Handler {
	return HandlerFunc(func(context.Context, Request) Reply { return Reply{Text: text} })
}

func TestCommandIsAnsweredOnTheAcknowledgement(t *testing.T) {
	r := start(t, HandlerFunc(func(ctx context.Context, q Request) Reply {
		end, limited := ctx.Deadline()
		if !limited || time.Until(end) > 2500*time.Millisecond {
			return Reply{Text: "no deadline"}
		}
		return Reply{Text: q.Command + " " + q.Text + " by " + q.User + " in " + q.Channel + " " + strings.Join(q.Keys, ",")}
	}), nil)
	s := r.nth(0)
	s.send(command("e1", "p0 site-down"))
	eventually(t, func() bool { return len(s.acked("e1")) == 1 })
	assert.JSONEq(t, `{"response_type":"ephemeral","text":"/incident p0 site-down by U1 in C1 envelope:e1,trigger:trigger-e1"}`,
		string(s.acked("e1")[0].Payload))
	assert.True(t, r.socket.Connected())
	require.NoError(t, r.stop())
	assert.False(t, r.socket.Connected())
	assert.True(t, s.saidGoodbye(), "a close frame ends the connection")
}

func TestTwoConnectionsOverlap(t *testing.T) {
	r := start(t, say("ok"), func(c *SocketConfig, _ *fakeSlack) { c.Connections = 2 })
	a, b := r.nth(0), r.nth(1)
	a.send(command("a", ""))
	b.send(command("b", ""))
	eventually(t, func() bool { return len(a.acked("a")) == 1 && len(b.acked("b")) == 1 })
	assert.Empty(t, a.acked("b"))
	assert.Equal(t, 2.0, testutil.ToFloat64(r.metrics.sockets))
}

func TestStalledHandlerStopsNeitherPongsNorOthers(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply {
		if q.Text == "stall" {
			<-release
		}
		return Reply{Text: "done " + q.Text}
	}), func(c *SocketConfig, _ *fakeSlack) { c.Deadline = 100 * time.Millisecond })
	s := r.nth(0)
	s.send(command("e1", "stall"))
	for range 5 {
		s.ping()
	}
	s.send(strings.ReplaceAll(command("e2", "other"), `"C1"`, `"C2"`))
	eventually(t, func() bool { return s.ponged() == 5 && len(s.acked("e2")) == 1 })
	eventually(t, func() bool { return len(s.acked("e1")) == 1 })
	assert.Contains(t, string(s.acked("e1")[0].Payload), textSlow)
	s.send(command("e3", "behind it")) // same channel: never reached in time
	eventually(t, func() bool { return len(s.acked("e3")) == 1 })
	assert.Contains(t, string(s.acked("e3")[0].Payload), textBusy)
	r.on("chat.postEphemeral", ok(`"message_ts":"1.1"`))
	close(release)
	eventually(t, func() bool { return len(r.called("chat.postEphemeral")) == 1 })
	assert.Equal(t, "done stall", r.called("chat.postEphemeral")[0].Form.Get("text"), "the real answer follows")
	assert.Len(t, s.acked("e1"), 1)
	assert.Equal(t, 0.0, r.outcome(Command, "panicked"))
}

func TestTheApplicationExcusesWhatIsNotHandledInTime(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	knows := atomic.Bool{}
	r := start(t, HandlerFunc(func(context.Context, Request) Reply { <-release; return Reply{} }), func(c *SocketConfig, _ *fakeSlack) {
		c.Deadline, c.Drain = 100*time.Millisecond, time.Millisecond
		c.Excuse = func(q Request, started bool) Reply {
			switch {
			case !knows.Load():
				return Reply{}
			case q.Kind == Submission:
				return Reply{Text: "call Ana", ViewErrors: map[string]string{"title": "keep it open"}}
			}
			return Reply{Text: fmt.Sprintf("started %v: call Ana", started)}
		}
	})
	r.on("chat.postMessage", ok(`"channel":"D1","ts":"1.1"`))
	s := r.nth(0)
	acked := func(id string) string {
		eventually(t, func() bool { return len(s.acked(id)) == 1 })
		return string(s.acked(id)[0].Payload)
	}
	s.send(command("e1", ""))
	assert.Contains(t, acked("e1"), textSlow, "nothing better is known")
	knows.Store(true)
	s.send(command("e2", "behind it"))
	assert.Contains(t, acked("e2"), "started false: call Ana")
	s.send(strings.ReplaceAll(command("e3", ""), `"C1"`, `"C2"`))
	assert.Contains(t, acked("e3"), "started true: call Ana")
	s.send(envelopeOf("e4", "interactive", `{"type":"view_submission","user":{"id":"U9"},"view":{"id":"V1","callback_id":"x","state":{"values":{}}}}`))
	assert.JSONEq(t, `{"response_action":"errors","errors":{"title":"keep it open"}}`, acked("e4"))
	eventually(t, func() bool { return len(r.called("chat.postMessage")) == 1 })
	assert.Equal(t, "call Ana", r.called("chat.postMessage")[0].Form.Get("text"), "what does not fit under a field")
}

func TestCommandsDoNotWaitForEvents(t *testing.T) {
	release, second := make(chan struct{}), atomic.Bool{}
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply {
		if q.Kind == EventKind && slices.Contains(q.Keys, "event:Ev1") {
			<-release
		} else if q.Kind == EventKind {
			second.Store(true)
		}
		return Reply{Text: "done"}
	}), nil)
	s := r.nth(0)
	s.send(event("v1", "Ev1", 0))
	s.send(event("v2", "Ev2", 0))
	s.send(command("e1", ""))
	eventually(t, func() bool { return len(s.acked("e1")) == 1 })
	assert.Contains(t, string(s.acked("e1")[0].Payload), "done")
	assert.False(t, second.Load(), "events keep their order")
	close(release)
	eventually(t, func() bool { return len(s.acked("v1")) == 1 && len(s.acked("v2")) == 1 })
}

func TestDuplicateOfOneInFlightIsAcknowledgedOnBothConnections(t *testing.T) {
	release := make(chan struct{})
	var calls atomic.Int32
	r := start(t, HandlerFunc(func(context.Context, Request) Reply {
		calls.Add(1)
		<-release
		return Reply{Text: "once"}
	}), func(c *SocketConfig, _ *fakeSlack) { c.Connections = 2 })
	a, b := r.nth(0), r.nth(1)
	a.send(command("e1", ""))
	eventually(t, func() bool { return calls.Load() == 1 })
	b.send(command("e1", ""))
	eventually(t, func() bool { return r.outcome(Command, "duplicate") == 1 })
	assert.Empty(t, b.acked("e1"), "not before the first is recorded")
	close(release)
	eventually(t, func() bool { return len(a.acked("e1")) == 1 && len(b.acked("e1")) == 1 })
	assert.Equal(t, a.acked("e1")[0].Payload, b.acked("e1")[0].Payload)
	b.send(command("e1", "")) // and later
	eventually(t, func() bool { return len(b.acked("e1")) == 2 })
	assert.Equal(t, a.acked("e1")[0].Payload, b.acked("e1")[1].Payload)
	assert.EqualValues(t, 1, calls.Load())
}

func TestOnlyTheLastAnswersAreKept(t *testing.T) {
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply { return Reply{Text: q.Text} }), nil)
	s := r.nth(0)
	for i := range keptAnswers + 1 {
		s.send(command(fmt.Sprint("e", i), fmt.Sprint("answer ", i)))
		eventually(t, func() bool { return r.outcome(Command, "handled") == float64(i+1) })
	}
	for i := range keptAnswers + 1 {
		s.send(command(fmt.Sprint("e", i), fmt.Sprint("answer ", i)))
	}
	eventually(t, func() bool {
		return len(s.acked(fmt.Sprint("e", keptAnswers))) == 2 && len(s.acked("e1")) == 2 && len(s.acked("e0")) == 2
	})
	assert.Contains(t, string(s.acked("e1")[1].Payload), "answer 1")
	assert.Empty(t, s.acked("e0")[1].Payload)
}

func TestSameEventOrTriggerInAnotherEnvelopeIsADuplicate(t *testing.T) {
	var calls atomic.Int32
	r := start(t, HandlerFunc(func(context.Context, Request) Reply { calls.Add(1); return Reply{} }), nil)
	s := r.nth(0)
	s.send(event("e1", "Ev1", 0))
	s.send(event("e2", "Ev1", 1))
	s.send(command("e3", ""))
	s.send(strings.ReplaceAll(command("e4", ""), "trigger-e4", "trigger-e3"))
	eventually(t, func() bool {
		return len(s.acked("e1")) == 1 && len(s.acked("e2")) == 1 && len(s.acked("e3")) == 1 && len(s.acked("e4")) == 1
	})
	assert.EqualValues(t, 2, calls.Load())
	assert.Empty(t, s.acked("e1")[0].Payload)
}

func TestEventHandedBackComesAgain(t *testing.T) {
	var calls atomic.Int32
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply {
		calls.Add(1)
		return Reply{Redeliver: q.Event.Attempt == 0}
	}), nil)
	s := r.nth(0)
	s.send(event("e1", "Ev1", 0))
	eventually(t, func() bool { return r.outcome(EventKind, "returned") == 1 })
	s.send(event("e1", "Ev1", 1))
	eventually(t, func() bool { return len(s.acked("e1")) == 1 })
	assert.EqualValues(t, 2, calls.Load())
}

func TestWhatCannotBeReadIsAcknowledgedAndCounted(t *testing.T) {
	r := start(t, say("no"), nil)
	s := r.nth(0)
	hook := r.server.URL + "/api/hook"
	r.on("hook", func(url.Values) (int, string) { return 200, "ok" })
	s.send(`{"envelope_id":"cut","type":"slash_commands","payload":{"comm`)
	s.send(`{"envelope_id":"shape","type":"events_api","retry_attempt":"x","payload":{}}`)
	s.send(envelopeOf("kind", "telepathy", `{}`))
	s.send(envelopeOf("command", "slash_commands", `{"command":7}`))
	s.send(envelopeOf("empty", "slash_commands", `null`))
	s.send(envelopeOf("interaction", "interactive", `{"type":"block_actions","user":"not an object","response_url":"`+hook+`"}`))
	s.send(envelopeOf("old", "interactive", `{"type":"dialog_submission","user":{"id":"U1"}}`))
	s.send(envelopeOf("event", "events_api", `{"event":{}}`))
	s.send(`not json`)
	s.send(`{"type":"slash_commands","payload":{}}`)
	for _, id := range []string{"cut", "shape", "kind", "command", "empty", "interaction", "old", "event"} {
		eventually(t, func() bool { return len(s.acked(id)) == 1 })
	}
	assert.Contains(t, string(s.acked("command")[0].Payload), textBroken)
	assert.Empty(t, s.acked("interaction")[0].Payload)
	eventually(t, func() bool { return len(r.called("hook")) == 1 })
	assert.Equal(t, 1.0, r.outcome("other", "unknown"))
	assert.Equal(t, 1.0, r.outcome("interaction", "undecodable"))
	assert.Equal(t, 1.0, r.outcome("interaction", "unknown"))
	s.send(command("fine", ""))
	eventually(t, func() bool { return len(s.acked("fine")) == 1 })
	assert.Equal(t, 1, r.opened(), "the connection survives all of it")
}

func TestPanicIsAnswered(t *testing.T) {
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply {
		if q.Kind == EventKind {
			return Reply{After: func(context.Context) { panic("after") }}
		}
		panic("boom")
	}), nil)
	s := r.nth(0)
	s.send(command("e1", ""))
	s.send(envelopeOf("e2", "interactive", `{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","callback_id":"x","state":{"values":{}}}}`))
	s.send(event("e3", "Ev3", 0))
	eventually(t, func() bool { return len(s.acked("e1")) == 1 && len(s.acked("e2")) == 1 && len(s.acked("e3")) == 1 })
	assert.Contains(t, string(s.acked("e1")[0].Payload), textPanic)
	assert.Contains(t, string(s.acked("e2")[0].Payload), `"response_action":"update"`)
	eventually(t, func() bool { return r.outcome(Command, "panicked") == 1 && r.outcome(EventKind, "panicked") == 1 })
}

func TestAcknowledgementLostWithItsConnectionIsMadeGood(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	r := start(t, HandlerFunc(func(_ context.Context, _ Request) Reply {
		close(begun)
		<-release
		return Reply{Text: "recorded"}
	}), nil)
	r.on("chat.postEphemeral", ok(`"message_ts":"1.1"`))
	s := r.nth(0)
	s.send(command("e1", ""))
	<-begun
	s.reset()
	next := r.nth(1)
	close(release)
	eventually(t, func() bool { return len(r.called("chat.postEphemeral")) == 1 })
	assert.Equal(t, 1.0, r.outcome(Command, "unacknowledged"))
	assert.Empty(t, next.acked("e1"), "never on another connection")
}

func TestShutdownFinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	begun, after := make(chan struct{}), make(chan struct{})
	r := start(t, HandlerFunc(func(ctx context.Context, _ Request) Reply {
		close(begun)
		time.Sleep(200 * time.Millisecond)
		if ctx.Err() != nil {
			return Reply{Text: "cancelled"}
		}
		return Reply{Text: "finished", After: func(context.Context) { close(after) }}
	}), nil)
	s := r.nth(0)
	s.send(command("e1", ""))
	<-begun
	require.NoError(t, r.stop())
	<-after
	<-s.gone // whatever was sent is read by then
	require.Len(t, s.acked("e1"), 1)
	assert.Contains(t, string(s.acked("e1")[0].Payload), "finished")
	assert.True(t, s.saidGoodbye())
}

func TestShutdownDoesNotWaitForever(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	begun := make(chan struct{})
	r := start(t, HandlerFunc(func(context.Context, Request) Reply {
		close(begun)
		<-release
		return Reply{}
	}), func(c *SocketConfig, _ *fakeSlack) { c.Drain = 50 * time.Millisecond })
	r.nth(0).send(command("e1", ""))
	<-begun
	require.NoError(t, r.stop())
	assert.Equal(t, 1, r.logs.FilterMessageSnippet("in hand").Len())
}

func TestOrderHoldsWithinAChannel(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string][]string{}
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply {
		time.Sleep(time.Duration(len(q.Text)%3) * time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		seen[q.Channel] = append(seen[q.Channel], q.Text)
		return Reply{}
	}), nil)
	s := r.nth(0)
	want := map[string][]string{}
	for i := range 200 {
		channel, text := fmt.Sprintf("C%d", i%5), strings.Repeat("x", i)
		want[channel] = append(want[channel], text)
		s.send(strings.ReplaceAll(command(fmt.Sprintf("e%d", i), text), `"C1"`, fmt.Sprintf("%q", channel)))
	}
	eventually(t, func() bool { return r.outcome(Command, "handled") == 200 })
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, want, seen)
}
