package bot

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDisconnectWarningOpensTheReplacementFirst(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{reasonWarning, reasonRefresh, reasonLinkDisabled, reasonTooMany} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			r := start(t, say("ok"), nil)
			old := r.nth(0)
			old.send(fmt.Sprintf(`{"type":"disconnect","reason":%q,"debug_info":{"host":"x"}}`, reason))
			eventually(t, func() bool { return !r.socket.Connected() || r.opened() > 1 })
			next := r.nth(1)
			old.send(command("late", ""))
			next.send(command("new", ""))
			eventually(t, func() bool { return len(old.acked("late")) == 1 && len(next.acked("new")) == 1 })
			assert.False(t, old.saidGoodbye(), "read until Slack closes it")
			assert.True(t, r.socket.Connected())
			old.reset()
			require.NoError(t, r.stop())
		})
	}
}

func TestResetIsReplaced(t *testing.T) {
	r := start(t, say("ok"), nil)
	r.nth(0).reset()
	s := r.nth(1)
	s.send(command("e1", ""))
	eventually(t, func() bool { return len(s.acked("e1")) == 1 })
}

func TestHalfOpenConnectionIsNoticed(t *testing.T) {
	t.Parallel()
	r := start(t, say("ok"), func(c *SocketConfig, f *fakeSlack) { c.Ping = 50 * time.Millisecond; f.mute = true })
	r.nth(1)
	eventually(t, func() bool { return testutil.ToFloat64(r.metrics.opened.WithLabelValues("ended")) >= 1 })
}

func TestOwnPingsKeepAQuietConnection(t *testing.T) {
	r := start(t, say("ok"), func(c *SocketConfig, _ *fakeSlack) { c.Ping = 30 * time.Millisecond })
	s := r.nth(0)
	time.Sleep(300 * time.Millisecond)
	s.send(command("e1", ""))
	eventually(t, func() bool { return len(s.acked("e1")) == 1 })
	assert.Equal(t, 1, r.opened())
}

func TestStormOfClosesBacksOff(t *testing.T) {
	t.Parallel()
	r := start(t, say("ok"), func(_ *SocketConfig, f *fakeSlack) {
		f.onOpen = func(s *fakeSocket) {
			s.send(`{"type":"hello","num_connections":1}`)
			s.send(`{"type":"disconnect","reason":"warning"}`)
			s.reset()
		}
	})
	time.Sleep(1500 * time.Millisecond)
	assert.LessOrEqual(t, len(r.called("apps.connections.open")), 6)
	assert.GreaterOrEqual(t, len(r.called("apps.connections.open")), 2)
}

func TestUnusableAppTokenEndsRun(t *testing.T) {
	for _, code := range []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type", "missing_args", "forbidden_team"} {
		t.Run(code, func(t *testing.T) {
			f := newFakeSlack(t)
			f.on("apps.connections.open", no(code))
			s := NewSocket(SocketConfig{AppToken: "xapp-secret", APIURL: f.url(), Handler: say("")})
			err := s.Run(t.Context())
			require.Error(t, err)
			assert.Equal(t, Token, ClassOf(err))
			assert.Contains(t, err.Error(), "SLACK_APP_TOKEN")
			assert.NotContains(t, err.Error(), "xapp-secret")
		})
	}
	err := NewSocket(SocketConfig{Handler: say("")}).Run(t.Context())
	assert.ErrorContains(t, err, "SLACK_APP_TOKEN is empty")
}

func TestFailuresToOpenAreRetried(t *testing.T) {
	t.Parallel()
	f := newFakeSlack(t)
	good := f.methods["apps.connections.open"]
	answers := []func(url.Values) (int, string){
		func(url.Values) (int, string) { return 500, "<html>" },
		func(url.Values) (int, string) { return -1, "" },
		func(url.Values) (int, string) { return -429, "1" },
		good,
	}
	var n atomic.Int32
	f.on("apps.connections.open", func(v url.Values) (int, string) {
		return answers[min(int(n.Add(1))-1, len(answers)-1)](v)
	})
	s := NewSocket(SocketConfig{AppToken: "xapp-secret", APIURL: f.url(), Handler: say(""), Connections: 1})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	eventually(t, s.Connected)
	cancel()
	require.NoError(t, <-ended)
	calls := f.called("apps.connections.open")
	require.Len(t, calls, 4)
	assert.GreaterOrEqual(t, calls[3].At.Sub(calls[2].At), time.Second, "Retry-After is honoured")
}

func TestNoHelloIsNotConnected(t *testing.T) {
	r := start(t, say("ok"), func(_ *SocketConfig, f *fakeSlack) { f.onOpen = func(*fakeSocket) {} })
	s := r.nth(0)
	s.ping()
	eventually(t, func() bool { return s.ponged() == 1 })
	assert.False(t, r.socket.Connected())
	require.NoError(t, r.stop(), "a shutdown does not wait for the hello")
}

func TestGhostConnectionsRaiseAnAlarm(t *testing.T) {
	r := start(t, say("ok"), func(c *SocketConfig, f *fakeSlack) { f.count, c.Settling = 7, time.Millisecond })
	r.nth(0)
	eventually(t, func() bool { return r.logs.FilterMessageSnippet("ghosts").Len() == 1 })
	assert.Equal(t, 7.0, testutil.ToFloat64(r.metrics.reported))
}

// TestOtherReplicasAreNoGhosts, also when one of them ends or begins just then.
func TestOtherReplicasAreNoGhosts(t *testing.T) {
	var asked atomic.Int32
	replicas := func(before, after int) func(context.Context) (int, error) {
		return func(context.Context) (int, error) {
			if asked.Add(1) == 1 {
				return before, nil
			}
			return after, nil
		}
	}
	for name, tt := range map[string]struct{ before, after, asked int }{
		"all are known":                  {7, 7, 1},
		"the others each replace theirs": {4, 4, 1},
		"one is just coming":             {3, 4, 2},
	} {
		t.Run(name, func(t *testing.T) {
			asked.Store(0)
			r := start(t, say("ok"), func(c *SocketConfig, f *fakeSlack) {
				f.count, c.Settling, c.Replicas = 7, time.Millisecond, replicas(tt.before, tt.after)
			})
			r.nth(0)
			eventually(t, func() bool { return int(asked.Load()) == tt.asked })
			require.NoError(t, r.stop())
			assert.Zero(t, r.logs.FilterMessageSnippet("ghosts").Len())
		})
	}
}

func TestMoreThanTheOthersMayHoldAreGhosts(t *testing.T) {
	r := start(t, say("ok"), func(c *SocketConfig, f *fakeSlack) {
		f.count, c.Settling, c.Replicas = 7, time.Millisecond, func(context.Context) (int, error) { return 3, nil }
	})
	r.nth(0)
	eventually(t, func() bool { return r.logs.FilterMessageSnippet("ghosts").Len() == 1 })
}

func TestAShutdownDoesNotWaitForTheCountOfReplicas(t *testing.T) {
	asked, why := make(chan struct{}), make(chan error, 1)
	r := start(t, say("ok"), func(c *SocketConfig, f *fakeSlack) {
		f.count, c.Replicas = 7, func(ctx context.Context) (int, error) {
			close(asked)
			<-ctx.Done()
			why <- ctx.Err()
			return 0, ctx.Err()
		}
	})
	<-asked
	require.NoError(t, r.stop())
	assert.Equal(t, context.Canceled, <-why, "not when its time was over")
}

func TestAnswerJustWrittenIsGivenAgainWhenTheConnectionBreaks(t *testing.T) {
	r := start(t, say("recorded"), nil)
	r.on("chat.postEphemeral", ok(`"message_ts":"1.1"`))
	s := r.nth(0)
	s.send(command("e1", ""))
	eventually(t, func() bool { return r.outcome(Command, "handled") == 1 })
	s.reset()
	eventually(t, func() bool { return len(r.called("chat.postEphemeral")) == 1 })
	next := r.nth(1)
	next.send(command("e2", ""))
	eventually(t, func() bool { return r.outcome(Command, "handled") == 2 })
	require.NoError(t, r.stop())
	assert.Len(t, r.called("chat.postEphemeral"), 1, "a goodbye of ours loses nothing")
}

// What Slack sent before our goodbye may not have been read yet: while a new release starts on the same machine, say.
func TestWhatWasSentBeforeTheGoodbyeIsAcknowledged(t *testing.T) {
	var late sync.Once
	const commands = 3 // of one place: they are handled one after the other
	slow := HandlerFunc(func(context.Context, Request) Reply {
		time.Sleep(20 * time.Millisecond)
		return Reply{Text: "recorded"}
	})
	r := start(t, slow, func(_ *SocketConfig, f *fakeSlack) {
		f.onPing = func(s *fakeSocket) {
			late.Do(func() {
				for i := range commands {
					s.send(command(fmt.Sprint("late", i), ""))
				}
			})
		}
	})
	s := r.nth(0)
	eventually(t, r.socket.Connected)
	require.NoError(t, r.stop())
	<-s.gone
	for i := range commands {
		acks := s.acked(fmt.Sprint("late", i))
		require.Len(t, acks, 1)
		assert.Contains(t, string(acks[0].Payload), "recorded")
	}
	assert.Empty(t, r.called("chat.postEphemeral"))
}

func TestAGoodbyeDoesNotWaitForSlackThatIsSilent(t *testing.T) {
	r := start(t, say("recorded"), func(_ *SocketConfig, f *fakeSlack) { f.mute = true })
	s := r.nth(0)
	eventually(t, r.socket.Connected)
	require.NoError(t, r.stop())
	<-s.gone
	assert.True(t, s.saidGoodbye())
}

// A connection that served for a second is replaced within a second, however often that happens; one that never
// serves is not asked for again and again.
func TestWhatServedIsReplacedSoon(t *testing.T) {
	cut, refused := 0, 0
	for range 20 {
		cut = shortLives(cut, 2*time.Second, true)
		assert.LessOrEqual(t, backoff(cut-1), 500*time.Millisecond)
		refused = shortLives(refused, 100*time.Millisecond, true)
	}
	assert.GreaterOrEqual(t, backoff(refused-1), backoffMost/2)
	assert.GreaterOrEqual(t, backoff(shortLives(20, 2*time.Second, false)-1), backoffMost/2, "it never said hello")
	assert.Zero(t, shortLives(20, settled, true))
	const cuts = 10 * 2 // two connections, every two seconds for twenty
	assert.LessOrEqual(t, float64(cuts+2), opensAtOnce+20*float64(time.Second)/float64(opensEvery), "our own limit leaves room for it")
	assert.LessOrEqual(t, opensAtOnce+float64(time.Minute)/float64(opensEvery), 50.0, "and keeps within Slack's")
}
