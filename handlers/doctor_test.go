package handlers

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
)

// ear hears what is answered after the acknowledgement.
type ear struct {
	Views
	heard chan bot.Message
}

func (e ear) Respond(_ context.Context, _ string, m bot.Message) error {
	e.heard <- m
	return nil
}

// TestTheDoctorLooksFirstAndAnswersThen: the acknowledgement waits for nothing, and those who ask at the same time share one look.
func TestTheDoctorLooksFirstAndAnswersThen(t *testing.T) {
	people := crowd{"U0ANA01": {ID: "U0ANA01"}, "U0BEN01": {ID: "U0BEN01"}, "U0GUS01": {ID: "U0GUS01", Guest: true}, "U0BOT01": {ID: "U0BOT01", Bot: true}}
	h, _ := guarded(t, false, people)
	asks := func(who string) bot.Reply {
		return h.Handle(t.Context(), bot.Request{Kind: bot.Command, User: who, Channel: "C0ELSE1", Text: "doctor", Keys: []string{"envelope:" + who}, ResponseURL: "https://hooks.example.com/1"})
	}
	assert.Contains(t, asks("U0ANA01").Text, "mayday check", "one that cannot look says who can")

	looks, looking, seen := atomic.Int32{}, make(chan time.Time, 2), make(chan struct{})
	h.Checkup = func(ctx context.Context) []blocks.Checked {
		looks.Add(1)
		end, _ := ctx.Deadline()
		looking <- end
		<-seen
		return []blocks.Checked{{State: "FAIL", Subject: "announce channel", Says: "#incidents <!here> is archived", Next: "unarchive it"}, {State: "OK", Subject: "database"}}
	}
	e := ear{heard: make(chan bot.Message, 2)}
	h.Slack = e
	for _, who := range []string{"U0GUS01", "U0BOT01"} {
		refused := asks(who)
		assert.Nil(t, refused.After, who)
		assert.NotContains(t, refused.Text, "Looking", who)
	}
	ana, ben := asks("U0ANA01"), asks("U0BEN01")
	var both sync.WaitGroup
	for _, reply := range []bot.Reply{ana, ben} {
		require.Contains(t, reply.Text, "Looking")
		require.NotNil(t, reply.After)
	}
	both.Go(func() { ana.After(context.Background()) })
	end := <-looking
	assert.WithinDuration(t, time.Now().Add(doctorWithin), end, doctorWithin, "a look is bounded")
	both.Go(func() { ben.After(context.Background()) })
	close(seen)
	both.Wait()
	for range 2 {
		m := <-e.heard
		assert.Contains(t, m.Text, "1 thing has to be mended.")
		assert.NotContains(t, m.Text, "<!here>")
	}
	assert.LessOrEqual(t, looks.Load(), int32(2))
}
