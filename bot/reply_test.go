package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTooLongAnAnswerIsShortened(t *testing.T) {
	r := start(t, HandlerFunc(func(_ context.Context, q Request) Reply {
		long := strings.Repeat("ä", 20<<10)
		if q.Kind == Submission {
			return Reply{ViewErrors: map[string]string{"b": long}}
		}
		return Reply{Text: long}
	}), nil)
	s := r.nth(0)
	s.send(command("e1", ""))
	s.send(envelopeOf("e2", "interactive", `{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1"}}`))
	eventually(t, func() bool { return len(s.acked("e1")) == 1 && len(s.acked("e2")) == 1 })
	assert.Contains(t, string(s.acked("e1")[0].Payload), textTooLong)
	assert.Contains(t, string(s.acked("e2")[0].Payload), textTooLong)
	assert.Equal(t, 1.0, r.outcome(Command, "shortened"))
}

func TestLargestAcknowledgementFitsOneFrameBelowSlacksLimit(t *testing.T) {
	text := strings.Repeat("a", maxAck-len(`{"response_type":"ephemeral","text":""}`))
	r := start(t, say(text), nil)
	s := r.nth(0)
	id := strings.Repeat("e", 100)
	s.send(command(id, ""))
	eventually(t, func() bool { return len(s.acked(id)) == 1 })
	assert.Less(t, len(s.acked(id)[0].Payload)+len(id)+40, 20<<10)
	assert.Equal(t, 0.0, r.outcome(Command, "shortened"))
}

func TestAnswersThatDoNotRideOnTheAcknowledgement(t *testing.T) {
	r := start(t, say("heard"), nil)
	s := r.nth(0)
	r.on("hook", func(url.Values) (int, string) { return 200, "ok" })
	r.on("chat.postEphemeral", ok(`"message_ts":"1.1"`))
	r.on("chat.postMessage", ok(`"channel":"D1","ts":"1.1"`))
	button := `{"type":"block_actions","user":{"id":"U1"},"channel":{"id":"C1"},"trigger_id":"%s","response_url":"%s",
		"container":{"message_ts":"1.5","channel_id":"C1"},"actions":[{"type":"button","action_id":"ack","block_id":"b","value":"42"}]}`
	s.send(envelopeOf("e1", "interactive", fmt.Sprintf(button, "t1", r.server.URL+"/api/hook")))
	s.send(envelopeOf("e2", "interactive", fmt.Sprintf(button, "t2", "")))
	s.send(envelopeOf("e3", "interactive", `{"type":"shortcut","callback_id":"declare_incident","user":{"id":"U1"},"trigger_id":"t3"}`))
	eventually(t, func() bool {
		return len(r.called("hook")) == 1 && len(r.called("chat.postEphemeral")) == 1 && len(r.called("chat.postMessage")) == 1
	})
	assert.Equal(t, "U1", r.called("chat.postMessage")[0].Form.Get("channel"))
	for _, id := range []string{"e1", "e2", "e3"} {
		eventually(t, func() bool { return len(s.acked(id)) == 1 })
		assert.Empty(t, s.acked(id)[0].Payload)
	}
}

func TestSubmissionReplies(t *testing.T) {
	v := notice("x")
	for name, c := range map[string]struct {
		reply Reply
		want  string
	}{
		"closes":   {Reply{}, `null`},
		"errors":   {Reply{ViewErrors: map[string]string{"b": "m"}, View: v}, `{"response_action":"errors","errors":{"b":"m"}}`},
		"clears":   {Reply{Clear: true}, `{"response_action":"clear"}`},
		"replaces": {Reply{View: v}, `"update"`},
		"pushes":   {Reply{View: v, Push: true}, `"push"`},
	} {
		raw, err := c.reply.payload(Submission)
		require.NoError(t, err, name)
		if raw == nil {
			raw = json.RawMessage("null")
		}
		if c.want[0] == '"' {
			assert.Contains(t, string(raw), c.want, name)
			continue
		}
		assert.JSONEq(t, c.want, string(raw), name)
	}
	raw, err := Reply{Options: []*slack.OptionBlockObject{{Value: "v"}}}.payload(Options)
	require.NoError(t, err)
	assert.Contains(t, string(raw), `"value":"v"`)
	raw, err = Reply{}.payload(Options)
	require.NoError(t, err)
	assert.JSONEq(t, `{"options":[]}`, string(raw))
}

// TestWhatIsReadyIsWhatIsSaid: the answer that was encoded once for several goes out as it would have, and what was
// changed afterwards goes out as it is.
func TestWhatIsReadyIsWhatIsSaid(t *testing.T) {
	block := func(text string) []slack.Block {
		return []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, text, false, false), nil, nil)}
	}
	encoded := func(r Reply) string {
		raw, err := r.payload(Command)
		require.NoError(t, err)
		return string(raw)
	}
	plain := Reply{Text: "the card", Blocks: block("*open*")}
	r := plain.Ready()
	assert.Equal(t, encoded(plain), encoded(r))
	assert.Same(t, &r.ready.raw[0], &r.mustPayload(t)[0], "and is not encoded again")
	for name, change := range map[string]func(*Reply){
		"text":    func(r *Reply) { r.Text = "another" },
		"blocks":  func(r *Reply) { r.Blocks = block("*resolved*") },
		"fewer":   func(r *Reply) { r.Blocks = nil },
		"nothing": func(r *Reply) { r.Text, r.Blocks = "", nil },
	} {
		changed := plain.Ready()
		change(&changed)
		want := changed
		want.ready = nil
		assert.Equal(t, encoded(want), encoded(changed), name)
	}
	raw, err := r.payload(Action)
	require.NoError(t, err)
	assert.Nil(t, raw, "only a command's answer rides on its acknowledgement")
	assert.Equal(t, encoded(Reply{Text: "alone"}), encoded(Reply{Text: "alone"}.Ready()))
}

func (r Reply) mustPayload(t *testing.T) json.RawMessage {
	raw, err := r.payload(Command)
	require.NoError(t, err)
	return raw
}
