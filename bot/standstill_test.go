package bot

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWhatIsReadAfterAStandstillMayBeAsOldAsThat(t *testing.T) {
	var w wakefulness
	t0 := time.Now()
	assert.Equal(t, t0, w.arrived(t0), "nothing is known yet")
	w.look(t0)
	after := func(d time.Duration) time.Time { return t0.Add(d) }
	assert.Equal(t, after(900*time.Millisecond), w.arrived(after(900*time.Millisecond)))
	assert.Equal(t, t0, w.arrived(after(5*time.Second)), "read before the clock was looked at")
	w.look(after(5 * time.Second))
	assert.Equal(t, t0, w.arrived(after(5*time.Second+aftermath/2)), "it waited in the socket")
	w.look(after(5*time.Second + glance))
	assert.Equal(t, after(6*time.Second), w.arrived(after(6*time.Second)))
}

// TestACommandThatWaitedThroughAStandstillIsNotCarriedOut: Slack told whoever typed it that there was no answer,
// and they have typed it again.
func TestACommandThatWaitedThroughAStandstillIsNotCarriedOut(t *testing.T) {
	t.Parallel()
	var handled atomic.Int32
	r := start(t, HandlerFunc(func(context.Context, Request) Reply { handled.Add(1); return Reply{Text: "done"} }), nil)
	s := r.nth(0)
	r.socket.awake.mu.Lock()
	r.socket.awake.last = time.Now().Add(-4 * time.Second)
	r.socket.awake.mu.Unlock()
	s.send(command("e1", "p0 site-down"))
	eventually(t, func() bool { return len(s.acked("e1")) == 1 })
	assert.Contains(t, string(s.acked("e1")[0].Payload), "Nothing was recorded")
	time.Sleep(2 * aftermath)
	assert.Zero(t, handled.Load())
	s.send(command("e2", "p0 site-down"))
	eventually(t, func() bool { return len(s.acked("e2")) == 1 })
	assert.EqualValues(t, 1, handled.Load(), "what comes now is new")
}
