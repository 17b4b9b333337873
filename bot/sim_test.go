package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	slacksim "mayday/sim/slack"
)

// office is the strict workspace with our socket and client in it.
type office struct {
	*slacksim.Sim
	client *bot.Client
	socket *bot.Socket
	ended  chan error
	cancel context.CancelFunc
}

// patience is how long a client waits for an answer of the simulated Slack. Even a busy machine answers within it.
const patience = 2 * time.Second

func workspace(t testing.TB, o slacksim.Options) *office {
	t.Helper()
	sim, err := slacksim.New(o)
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	client := bot.NewClient(bot.ClientConfig{BotToken: bot.Secret(sim.BotToken()), APIURL: sim.APIURL(), HTTPTimeout: patience})
	t.Cleanup(func() {
		client.Close()
		assert.NoError(t, sim.Close(context.Background()))
	})
	return &office{Sim: sim, client: client}
}

// listen runs two connections until the test ends, which must leave nothing for Slack to complain about.
func (o *office) listen(t testing.TB, h bot.HandlerFunc, ping time.Duration) {
	t.Helper()
	o.connect(t, bot.SocketConfig{Handler: h, Ping: ping, Deadline: 2 * time.Second})
}

func (o *office) connect(t testing.TB, c bot.SocketConfig) {
	t.Helper()
	c.AppToken, c.APIURL, c.Client = bot.Secret(o.AppToken()), o.APIURL(), o.client
	o.socket = bot.NewSocket(c)
	ctx, cancel := context.WithCancel(context.Background())
	o.cancel, o.ended = cancel, make(chan error, 1)
	go func() { o.ended <- o.socket.Run(ctx) }()
	require.True(t, o.WaitSockets(2, 5*time.Second))
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-o.ended)
		assert.Empty(t, o.Violations())
	})
}

// tally counts how often each command was handled.
type tally struct {
	seen sync.Map
	all  atomic.Int32
}

func (c *tally) Handle(_ context.Context, r bot.Request) bot.Reply {
	n, _ := c.seen.LoadOrStore(r.Text, new(atomic.Int32))
	n.(*atomic.Int32).Add(1)
	c.all.Add(1)
	return bot.Reply{Text: "recorded " + r.Text}
}

func (c *tally) of(text string) int32 {
	n, ok := c.seen.Load(text)
	if !ok {
		return 0
	}
	return n.(*atomic.Int32).Load()
}

// keyboards is from how many keyboards commands come at once.
const keyboards = 4

// people type commands one after the other, from several keyboards, until stop is closed.
func (o *office) people(stop <-chan struct{}) (replies func() map[string]slacksim.Reply) {
	var mu sync.Mutex
	var typing sync.WaitGroup
	out := map[string]slacksim.Reply{}
	for keyboard := range keyboards {
		typing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				text := fmt.Sprintf("k%d-%d", keyboard, i)
				r := o.Command("ana", "general", "/incident "+text)
				mu.Lock()
				out[text] = r
				mu.Unlock()
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	return func() map[string]slacksim.Reply { typing.Wait(); return out }
}

// told is what a person was shown privately in a channel.
func (o *office) told(user, channel string) map[string]bool {
	out := map[string]bool{}
	for _, m := range o.Ephemerals(user, channel) {
		out[m.Text] = true
	}
	return out
}

// TestNoCommandIsLostWhenSlackRefreshes: whatever is typed meanwhile is done once and answered, or the person sees at once
// that Slack could not deliver it. How long the replacement takes depends on the machine, so the cut waits for it where Slack
// gives time (a warning), and where it gives none that gap is BenchmarkCut's to measure.
func TestNoCommandIsLostWhenSlackRefreshes(t *testing.T) {
	t.Parallel()
	for name, refresh := range map[string]struct {
		do func(t *testing.T, o *office)
		// cuts is how many times connections are cut, each of which may take the command that is on its way from each keyboard.
		cuts int
		// gap: all connections are cut before there can be another one.
		gap bool
	}{
		"warning":           {func(t *testing.T, o *office) { o.replaced(t, 2, "warning"); o.Mischief().CutOldest(2) }, 1, false},
		"refresh requested": {func(_ *testing.T, o *office) { o.Mischief().Disconnect("refresh_requested") }, 1, true},
		"oldest first":      {func(_ *testing.T, o *office) { o.Mischief().DisconnectOldest("refresh_requested") }, 1, false},
		"twice": {func(t *testing.T, o *office) {
			o.replaced(t, 2, "warning")
			o.Mischief().CutOldest(1)
			o.Mischief().DisconnectOldest("warning")
		}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := workspace(t, slacksim.Options{})
			var count tally
			o.listen(t, count.Handle, 0)
			stop := make(chan struct{})
			replies := o.people(stop)
			typed := func(more int) { // so many commands are handled from now on
				t.Helper()
				before := count.all.Load()
				require.Eventually(t, func() bool { return count.all.Load() >= before+int32(more) }, 30*time.Second, time.Millisecond)
			}
			typed(10)
			refresh.do(t, o)
			require.Eventually(t, func() bool { return o.socket.Connected() && o.Sockets() == 2 }, 30*time.Second, time.Millisecond, "two again")
			typed(40)
			close(stop)
			onTheWay, nowhere := 0, 0
			for text, r := range replies() {
				switch {
				case r.Err == "dispatch_failed":
					nowhere++
					assert.Zero(t, count.of(text), "%s: who is told that it failed tries again", text)
					continue
				case r.Err != "" && count.of(text) == 0:
					onTheWay++ // Slack chose a socket in the moment of cutting it
					continue
				}
				assert.EqualValues(t, 1, count.of(text), text)
				if r.Text != "recorded "+text { // then by the response URL
					require.Eventually(t, func() bool { return o.told("ana", "general")["recorded "+text] }, 30*time.Second, 10*time.Millisecond, text)
				}
			}
			assert.LessOrEqual(t, onTheWay, keyboards*refresh.cuts, "one a keyboard and cut at most")
			if !refresh.gap {
				assert.Zero(t, nowhere, "there was a connection all the time")
			}
		})
	}
}

// replaced has Slack ask every connection to go, and waits until as many stand beside them.
func (o *office) replaced(t *testing.T, connections int, reason string) {
	t.Helper()
	o.Mischief().Disconnect(reason)
	require.True(t, o.WaitSockets(2*connections, 20*time.Second), "replacements before the cut")
}

func TestSocketComesBack(t *testing.T) {
	t.Parallel()
	for name, mischief := range map[string]func(*slacksim.Mischief){
		"link disabled": func(m *slacksim.Mischief) { m.Disconnect("link_disabled") },
		"too many":      func(m *slacksim.Mischief) { m.Disconnect("too_many_websockets") },
		"reset":         func(m *slacksim.Mischief) { m.ResetSockets() },
		"half open":     func(m *slacksim.Mischief) { m.HalfOpen() },
		"storm": func(m *slacksim.Mischief) {
			for range 20 {
				m.ResetSockets()
				time.Sleep(30 * time.Millisecond)
			}
		},
		"opening fails": func(m *slacksim.Mischief) {
			m.FailNext("apps.connections.open", 2, slacksim.Fault{HTTP: 500})
			m.FailNext("apps.connections.open", 1, slacksim.Fault{HTTP: 429, RetryAfter: 1})
			m.FailNext("apps.connections.open", 1, slacksim.Fault{Reset: true})
			m.ResetSockets()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := workspace(t, slacksim.Options{})
			var count tally
			o.listen(t, count.Handle, 100*time.Millisecond)
			o.ResetCalls()
			mischief(o.Mischief())
			if name == "half open" {
				time.Sleep(time.Second) // longer than two silent pings: the ghosts are noticed and replaced
				o.Mischief().Heal()
			}
			opens := 2 // at least, before it can be said that they came back: those from before are there for a moment yet
			if name == "opening fails" {
				opens = 6
			}
			require.Eventually(t, func() bool {
				return o.socket.Connected() && o.Sockets() == 2 && len(o.CallsOf("apps.connections.open")) >= opens
			}, 20*time.Second, 10*time.Millisecond)
			for i := range 10 {
				text := fmt.Sprint("after ", i)
				r := o.Command("ana", "general", "/incident "+text)
				assert.Empty(t, r.Err)
				assert.EqualValues(t, 1, count.of(text))
			}
			assert.LessOrEqual(t, len(o.CallsOf("apps.connections.open")), 20, "no hot loop")
		})
	}
}

func TestDuplicatesAreHandledOnce(t *testing.T) {
	t.Parallel()
	o := workspace(t, slacksim.Options{EventRetries: []time.Duration{0, 50 * time.Millisecond, 50 * time.Millisecond}})
	var count tally
	var events atomic.Int32
	o.listen(t, func(ctx context.Context, r bot.Request) bot.Reply {
		if r.Kind == bot.EventKind {
			events.Add(1)
			return bot.Reply{}
		}
		time.Sleep(20 * time.Millisecond)
		return count.Handle(ctx, r)
	}, 0)
	o.Mischief().DuplicateNext("slash_commands", 20)
	for i := range 20 {
		text := fmt.Sprint("twice ", i)
		r := o.Command("ana", "general", "/incident "+text)
		assert.Equal(t, "recorded "+text, r.Text)
	}
	time.Sleep(100 * time.Millisecond)
	for i := range 20 {
		assert.EqualValues(t, 1, count.of(fmt.Sprint("twice ", i)))
	}
	o.Mischief().UnknownEvent()
	o.Mischief().UndecodableEvent()
	o.Mischief().MalformedFrame()
	require.Eventually(t, func() bool { return events.Load() == 2 }, 30*time.Second, time.Millisecond)
	assert.Equal(t, "recorded still", o.Command("ana", "general", "/incident still").Text)
	time.Sleep(200 * time.Millisecond)
	assert.EqualValues(t, 2, events.Load(), "acknowledged, so not delivered again")
}

func TestStallLongAnswerAndPanicAreStillAnswered(t *testing.T) {
	t.Parallel()
	o := workspace(t, slacksim.Options{PingEvery: 50 * time.Millisecond})
	o.listen(t, func(ctx context.Context, r bot.Request) bot.Reply {
		switch r.Text {
		case "stall":
			<-ctx.Done()
			time.Sleep(time.Second)
			return bot.Reply{Text: "recorded after all"}
		case "long":
			return bot.Reply{Text: strings.Repeat("x", 30_000)}
		case "panic":
			panic("boom")
		}
		return bot.Reply{Text: "fine"}
	}, 0)
	assert.Contains(t, o.Command("ana", "general", "/incident long").Text, "too long")
	assert.Contains(t, o.Command("ana", "general", "/incident panic").Text, "Something broke on our side")
	r := o.Command("ana", "general", "/incident stall")
	assert.Contains(t, r.Text, "not confirmed yet")
	assert.Less(t, r.Took, 3*time.Second)
	require.Eventually(t, func() bool { return o.told("ana", "general")["recorded after all"] }, 30*time.Second, 10*time.Millisecond, "the answer follows through the response URL")
}

func TestShutdownLosesNoCommand(t *testing.T) {
	t.Parallel()
	o := workspace(t, slacksim.Options{})
	var inHand atomic.Int32
	release := make(chan struct{})
	o.connect(t, bot.SocketConfig{
		Handler: bot.HandlerFunc(func(_ context.Context, r bot.Request) bot.Reply {
			inHand.Add(1)
			<-release
			return bot.Reply{Text: "recorded " + r.Text}
		}),
		Beside: func(bot.Request) bool { return true },
	})
	var typing sync.WaitGroup
	for i := range 20 {
		typing.Go(func() {
			text := fmt.Sprint("last ", i)
			r := o.Command("ana", "general", "/incident "+text)
			assert.Equal(t, "recorded "+text, r.Text, r.Err)
		})
	}
	require.Eventually(t, func() bool { return inHand.Load() == 20 }, 30*time.Second, time.Millisecond)
	o.cancel()
	close(release)
	typing.Wait()
	require.Eventually(t, func() bool { return o.Sockets() == 0 }, 30*time.Second, 5*time.Millisecond, "said goodbye")
	assert.Equal(t, "dispatch_failed", o.Command("ana", "general", "/incident nobody").Err)
}

func TestModalFromCommandToSubmission(t *testing.T) {
	o := workspace(t, slacksim.Options{})
	var got atomic.Pointer[bot.Request]
	o.listen(t, func(_ context.Context, r bot.Request) bot.Reply {
		if r.Kind == bot.Submission {
			got.Store(&r)
			return bot.Reply{ViewErrors: map[string]string{"title": "Say what is wrong."}}
		}
		return bot.Reply{After: func(ctx context.Context) {
			input := slack.NewPlainTextInputBlockElement(nil, "v")
			_, err := o.client.OpenView(ctx, r.TriggerID, slack.ModalViewRequest{
				Type: slack.VTModal, CallbackID: "declare", PrivateMetadata: "C1",
				Title:  slack.NewTextBlockObject(slack.PlainTextType, "Declare", false, false),
				Submit: slack.NewTextBlockObject(slack.PlainTextType, "Declare", false, false),
				Blocks: slack.Blocks{BlockSet: []slack.Block{
					slack.NewInputBlock("title", slack.NewTextBlockObject(slack.PlainTextType, "Title", false, false), nil, input),
				}},
			})
			assert.NoError(t, err)
		}}
	}, 0)
	o.Command("ana", "general", "/incident")
	require.Eventually(t, func() bool { return len(o.OpenViews("ana")) == 1 }, 30*time.Second, time.Millisecond)
	r := o.SubmitView("ana", o.OpenViews("ana")[0].ID, map[string]map[string]any{"title": {"v": "down"}})
	assert.Equal(t, "errors", r.Action)
	assert.Equal(t, "Say what is wrong.", r.Errors["title"])
	q := got.Load()
	require.NotNil(t, q)
	assert.Equal(t, "down", q.View.Values.Get("title", "v"))
	assert.Equal(t, "declare", q.CallbackID)
	assert.Equal(t, "C1", q.View.PrivateMetadata)
}

// BenchmarkCut cuts all connections every two seconds for twenty, and measures how long
// there was none each time. Slack's own limit on opening them is kept to.
func BenchmarkCut(b *testing.B) {
	for range b.N {
		o := workspace(b, slacksim.Options{Rates: true})
		var count tally
		o.listen(b, count.Handle, time.Second)
		var longest time.Duration // without a connection
		last, next := time.Now(), time.Now().Add(2*time.Second)
		for cuts := 0; cuts < 10 || time.Now().Before(next); time.Sleep(time.Millisecond) {
			if o.socket.Connected() {
				last = time.Now()
			}
			longest = max(longest, time.Since(last))
			if cuts < 10 && time.Now().After(next) {
				o.Mischief().ResetSockets()
				cuts, next = cuts+1, next.Add(2*time.Second)
			}
		}
		b.ReportMetric(longest.Seconds(), "longest-s")
	}
	b.ReportMetric(0, "ns/op")
}
