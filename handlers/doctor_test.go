package handlers

import (
	"context"
	"testing"
	"testing/synctest"
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
	t.Parallel()
	people := crowd{"U0ANA01": {ID: "U0ANA01"}, "U0BEN01": {ID: "U0BEN01"}, "U0GUS01": {ID: "U0GUS01", Guest: true}, "U0BOT01": {ID: "U0BOT01", Bot: true}}
	h, _ := guarded(t, false, people)
	asks := func(who string) bot.Reply {
		return h.Handle(t.Context(), bot.Request{Kind: bot.Command, User: who, Channel: "C0ELSE1", Text: "doctor", Keys: []string{"envelope:" + who}, ResponseURL: "https://hooks.example.com/1"})
	}
	assert.Contains(t, asks("U0ANA01").Text, "mayday check", "one that cannot look says who can")

	h.Checkup = func(context.Context) []blocks.Checked { return nil }
	for _, who := range []string{"U0GUS01", "U0BOT01"} {
		refused := asks(who)
		assert.Nil(t, refused.After, who)
		assert.NotContains(t, refused.Text, "Looking", who)
	}
	ana, ben := asks("U0ANA01"), asks("U0BEN01")
	for _, reply := range []bot.Reply{ana, ben} {
		require.Contains(t, reply.Text, "Looking")
		require.NotNil(t, reply.After)
	}
	synctest.Test(t, func(t *testing.T) {
		var looks []time.Time
		seen := make(chan struct{})
		h.Checkup = func(ctx context.Context) []blocks.Checked {
			end, _ := ctx.Deadline()
			looks = append(looks, end)
			<-seen
			return []blocks.Checked{{State: "FAIL", Subject: "announce channel", Says: "#incidents <!here> is archived", Next: "unarchive it"}, {State: "OK", Subject: "database"}}
		}
		e := ear{heard: make(chan bot.Message, 2)}
		h.Slack = e
		go ana.After(context.Background())
		go ben.After(context.Background())
		synctest.Wait()
		assert.Equal(t, []time.Time{time.Now().Add(doctorWithin)}, looks, "one look, which is bounded")
		close(seen)
		for range 2 {
			m := <-e.heard
			assert.Contains(t, m.Text, "1 thing has to be mended.")
			assert.NotContains(t, m.Text, "<!here>")
		}
	})
}
