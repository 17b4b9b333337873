package slack_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"

	slacksim "mayday/sim/slack"
)

// Each fault must look to the client as Slack's does, and leave exactly the trace that it promises.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  slacksim.Fault
		posted bool // the message is there although the client may have seen an error
		fine   bool // the client saw no error
	}{
		{"HTTP 500", slacksim.Fault{HTTP: 500}, false, false},
		{"429", slacksim.Fault{HTTP: 429, RetryAfter: 7}, false, false},
		{"error", slacksim.Fault{Error: "fatal_error"}, false, false},
		{"applied, then 500", slacksim.Fault{HTTP: 500, ApplyFirst: true}, true, false},
		{"applied, then fatal_error", slacksim.Fault{Error: "fatal_error", ApplyFirst: true}, true, false},
		{"applied, then reset", slacksim.Fault{Reset: true, ApplyFirst: true}, true, false},
		{"reset", slacksim.Fault{Reset: true}, false, false},
		{"truncated", slacksim.Fault{Truncate: true}, true, false},
		{"slow", slacksim.Fault{Hang: 30 * time.Millisecond}, true, true},
		{"hangs too long", slacksim.Fault{Hang: time.Minute}, false, false},
		{"applied, then hangs too long", slacksim.Fault{Hang: time.Minute, ApplyFirst: true}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, slacksim.Options{})
			in, _ := room(t, s, "inside")
			api := slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionHTTPClient(&http.Client{Timeout: time.Second}))
			s.Mischief().FailNext("chat.postMessage", 1, c.fault)
			before := len(s.Messages(in))
			_, _, err := api.PostMessageContext(context.Background(), in, slack.MsgOptionText("x", false))
			assert.Equal(t, c.fine, err == nil, "%v", err)
			posted := 0
			if c.posted {
				posted = 1
			}
			assert.Len(t, s.Messages(in), before+posted)
			var limited *slack.RateLimitedError
			if c.fault.RetryAfter > 0 && assert.ErrorAs(t, err, &limited) {
				assert.Equal(t, 7*time.Second, limited.RetryAfter)
			}
			_, _, err = api.PostMessageContext(context.Background(), in, slack.MsgOptionText("x", false))
			assert.NoError(t, err, "the next call is fine")
		})
	}
}

func TestFailRate(t *testing.T) {
	run := func() []bool {
		s := start(t, slacksim.Options{})
		s.Mischief().FailRate("*", 0.3, slacksim.Fault{Error: "internal_error"}, 7)
		var all []bool
		for range 50 {
			all = append(all, call(t, s, "auth.test", nil)["ok"] == true)
		}
		s.Mischief().Clear()
		assert.Equal(t, true, call(t, s, "auth.test", nil)["ok"])
		return all
	}
	first := run()
	assert.Contains(t, first, false)
	assert.Contains(t, first, true)
	assert.Equal(t, first, run(), "the same seed fails the same calls")
}
