package bot

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAMessageWithoutTextIsReadFromItsBlocksAndAttachments: alerts of other apps often have no text at all.
func TestAMessageWithoutTextIsReadFromItsBlocksAndAttachments(t *testing.T) {
	for name, tt := range map[string]struct{ message, want string }{
		"text counts":      {`{"text":"CPU high","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"other"}}]}`, "CPU high"},
		"section":          {`{"text":"","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*CPU* &lt;90 %"},"fields":[{"type":"plain_text","text":"host a&b"}]}]}`, "*CPU* &lt;90 %\nhost a&amp;b"},
		"header, context":  {`{"blocks":[{"type":"header","text":{"type":"plain_text","text":"Firing <1>"}},{"type":"divider"},{"type":"context","elements":[{"type":"mrkdwn","text":"since 10:00"}]}]}`, "Firing &lt;1&gt;\nsince 10:00"},
		"rich text":        {`{"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"disk "},{"type":"link","url":"https://x.test/a","text":"full"},{"type":"user","user_id":"U012AB"}]}]}]}`, "disk full<@U012AB>"},
		"attachment":       {`{"text":"","attachments":[{"pretext":"Grafana","title":"[FIRING:1] Checkout","text":"p99 is 4 s","fields":[{"title":"region","value":"eu"}],"fallback":"not this"}]}`, "Grafana\n[FIRING:1] Checkout\np99 is 4 s\nregion: eu"},
		"only a fallback":  {`{"attachments":[{"fallback":"Checkout is down"}]}`, "Checkout is down"},
		"attached blocks":  {`{"attachments":[{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"queue stuck"}}]}]}`, "queue stuck"},
		"a kind of later":  {`{"blocks":[{"type":"hologram","text":{"type":"mrkdwn","text":"still read"}}]}`, "still read"},
		"nothing but file": {`{"text":"","files":[{"id":"F1","title":"x.png"}]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			payload := json.RawMessage(`{"type":"message_action","callback_id":"x","user":{"id":"U1"},"channel":{"id":"C1"},"message":` + `{"ts":"1.2","type":"message",` + tt.message[1:] + `}`)
			r, err := decodeInteraction(payload)
			require.NoError(t, err)
			require.NotNil(t, r.Message)
			assert.Equal(t, tt.want, r.Message.Text)
		})
	}
}
