package bot

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOfWhatWasAnsweredOnlyTheKeyIsKept(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var replies []weak.Pointer[slack.SectionBlock]
	var calls atomic.Int32
	r := start(t, HandlerFunc(func(context.Context, Request) Reply {
		calls.Add(1)
		b := slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, strings.Repeat("x", 1000), false, false), nil, nil)
		mu.Lock()
		defer mu.Unlock()
		replies = append(replies, weak.Make(b))
		return Reply{Text: "recorded", Blocks: []slack.Block{b}}
	}), nil)
	s := r.nth(0)
	const many = 50
	for i := range many {
		s.send(command(fmt.Sprintf("e%d", i), ""))
	}
	eventually(t, func() bool { return calls.Load() == many && len(s.acked(fmt.Sprintf("e%d", many-1))) == 1 })
	// An answer is kept until it has certainly left; that is looked at when the next one goes out.
	more := many
	eventually(t, func() bool {
		id := fmt.Sprintf("e%d", more)
		more++
		s.send(command(id, ""))
		eventually(t, func() bool { return len(s.acked(id)) == 1 })
		runtime.GC()
		mu.Lock()
		defer mu.Unlock()
		for _, p := range replies[:many] {
			if p.Value() != nil {
				return false
			}
		}
		return true
	})
	handled := calls.Load()
	s.send(command("e3", "")) // the same once more
	eventually(t, func() bool { return len(s.acked("e3")) == 2 })
	assert.Empty(t, s.acked("e3")[1].Payload, "it was answered the first time")
	assert.Equal(t, handled, calls.Load())
}

// TestADuplicateThatComesWhileTheAnswerLeavesGetsItToo: Slack shows what it is told first, and the duplicate's connection may be
// the quicker one.
func TestADuplicateThatComesWhileTheAnswerLeavesGetsItToo(t *testing.T) {
	t.Parallel()
	decided := make(chan struct{})
	r := start(t, HandlerFunc(func(context.Context, Request) Reply { <-decided; return Reply{Text: "recorded"} }), func(c *SocketConfig, _ *fakeSlack) { c.Connections = 2 })
	first, second := r.nth(0), r.nth(1)
	first.send(command("e1", ""))
	var of *task
	eventually(t, func() bool {
		r.socket.desk.mu.Lock()
		defer r.socket.desk.mu.Unlock()
		for _, of = range r.socket.desk.known {
		}
		return of != nil
	})
	var held []*connection
	r.socket.mu.Lock()
	for c := range r.socket.open {
		c.write.Lock()
		held = append(held, c)
	}
	r.socket.mu.Unlock()
	close(decided)
	eventually(t, func() bool { // the answer is on its way
		of.mu.Lock()
		defer of.mu.Unlock()
		return of.state != queued && of.state != running
	})
	second.send(command("e1", ""))
	eventually(t, func() bool {
		of.mu.Lock()
		defer of.mu.Unlock()
		return len(of.deliveries) == 1
	})
	for _, c := range held {
		c.write.Unlock()
	}
	eventually(t, func() bool { return len(first.acked("e1")) == 1 && len(second.acked("e1")) == 1 })
	require.Contains(t, string(first.acked("e1")[0].Payload), "recorded")
	assert.Equal(t, first.acked("e1")[0].Payload, second.acked("e1")[0].Payload)
}

func TestKeysAreRecognisedForTheirTimeAndThenForgotten(t *testing.T) {
	begun := time.Unix(1_700_000_000, 0)
	s := seen{span: time.Minute}
	s.add([]string{"a", "b"}, begun)
	s.add([]string{"c"}, begun.Add(59*time.Second))
	assert.True(t, s.any([]string{"other", "b"}, begun.Add(time.Minute)))
	assert.False(t, s.any([]string{"other"}, begun.Add(time.Minute)))
	s.add([]string{"d"}, begun.Add(61*time.Second))
	assert.True(t, s.any([]string{"c"}, begun.Add(119*time.Second)), "a minute after it came")
	assert.True(t, s.any([]string{"d"}, begun.Add(121*time.Second)))
	s.add([]string{"e"}, begun.Add(183*time.Second))
	assert.False(t, s.any([]string{"a", "b", "c"}, begun.Add(183*time.Second)))
	assert.False(t, s.any([]string{"e"}, begun.Add(10*time.Minute)))
	assert.Empty(t, s.recent)
	assert.Empty(t, s.past)
}

func TestRequestsThatOnlyAskAreHandledSideBySide(t *testing.T) {
	var mu sync.Mutex
	var order []string
	asked, release := make(chan struct{}, 3), make(chan struct{})
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply {
		if strings.HasPrefix(q.Text, "ask") {
			asked <- struct{}{}
			<-release
		}
		mu.Lock()
		defer mu.Unlock()
		order = append(order, strings.Fields(q.Text)[0])
		return Reply{}
	}), func(c *SocketConfig, _ *fakeSlack) {
		c.Beside = func(q Request) bool { return strings.HasPrefix(q.Text, "ask") }
	})
	s := r.nth(0)
	for i, text := range []string{"change", "ask 1", "ask 2", "ask 3", "then", "ask 4"} {
		s.send(command(fmt.Sprintf("e%d", i), text))
	}
	for range 3 {
		<-asked // all three of them are in hand
	}
	mu.Lock()
	assert.Equal(t, []string{"change"}, order, "what changes something neither overtakes nor is overtaken")
	mu.Unlock()
	close(release)
	eventually(t, func() bool { return r.outcome(Command, "handled") == 6 })
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, []string{"change", "ask", "ask", "ask", "then", "ask"}, order)
}

func TestEffectsYieldToPeopleWhoWait(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply {
		close(begun)
		<-release
		return Reply{Text: "recorded"}
	}), nil)
	s := r.nth(0)
	r.socket.Yield(t.Context(), time.Hour) // nobody waits: at once
	s.send(command("e1", ""))
	<-begun
	yielded := make(chan bool)
	go func() {
		r.socket.Yield(t.Context(), time.Hour)
		yielded <- r.outcome(Command, "handled") == 1 || len(s.acked("e1")) == 1
	}()
	r.socket.Yield(t.Context(), time.Millisecond) // no longer than is said
	select {
	case <-yielded:
		t.Fatal("somebody waits")
	default:
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	r.socket.Yield(ended, time.Hour)
	close(release)
	<-yielded
	require.Eventually(t, func() bool { return len(s.acked("e1")) == 1 }, 30*time.Second, time.Millisecond)
}
