package bot

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestMessagesOfOtherApps: what another app posts or edits is told with all that it says; what people write, and this app, is not.
func TestMessagesOfOtherApps(t *testing.T) {
	wrap := func(inner string) string {
		return `{"type":"event_callback","team_id":"T1","api_app_id":"AOURS","authorizations":[{"user_id":"UOURS"}],"event_id":"Ev1","event":` + inner + `}`
	}
	attachments, blocks := `[{"title":"CPU"}]`, `[{"type":"divider"}]`
	for name, c := range map[string]struct {
		in   string
		want *AppPost
	}{
		"by an old webhook": {`{"type":"message","subtype":"bot_message","bot_id":"B1","username":"Grafana","channel":"C1","ts":"5.1","event_ts":"5.1","text":"hi","attachments":` + attachments + `}`,
			&AppPost{App: "Grafana", AppContent: AppContent{"hi", json.RawMessage(attachments), nil}, EventTS: "5.1"}},
		"by an app": {`{"type":"message","bot_id":"B1","app_id":"A1","bot_profile":{"name":"Pager","app_id":"A1"},"user":"U7","channel":"C1","ts":"5.1","event_ts":"5.1","text":"hi","blocks":` + blocks + `}`,
			&AppPost{App: "Pager", AppContent: AppContent{"hi", nil, json.RawMessage(blocks)}, EventTS: "5.1"}},
		"nameless": {`{"type":"message","subtype":"bot_message","bot_id":"B1","bot_profile":7,"channel":"C1","ts":"5.1","text":"hi"}`, &AppPost{App: "B1", AppContent: AppContent{Text: "hi"}}},
		"edited": {`{"type":"message","subtype":"message_changed","channel":"C1","ts":"7.1","event_ts":"7.1","message":{"ts":"5.1","bot_id":"B1","username":"Grafana","text":"new"},"previous_message":{"ts":"5.1","text":"old","attachments":` + attachments + `}}`,
			&AppPost{App: "Grafana", AppContent: AppContent{Text: "new"}, Before: &AppContent{"old", json.RawMessage(attachments), nil}, EventTS: "7.1"}},
		"a person":            {`{"type":"message","user":"U1","channel":"C1","ts":"5.1","text":"hi"}`, nil},
		"ours, by its app":    {`{"type":"message","bot_id":"B9","app_id":"AOURS","user":"U9","channel":"C1","ts":"5.1","text":"hi"}`, nil},
		"ours, by its user":   {`{"type":"message","bot_id":"B9","user":"UOURS","channel":"C1","ts":"5.1","text":"hi"}`, nil},
		"ours, by its answer": {`{"type":"message","subtype":"bot_message","bot_id":"B9","bot_profile":{"app_id":"AOURS"},"channel":"C1","ts":"5.1","text":"hi"}`, nil},
		"another mayday's":    {`{"type":"message","bot_id":"B8","app_id":"A8","metadata":{"event_type":"mayday","event_payload":{}},"channel":"C1","ts":"5.1","text":"hi"}`, nil},
		"ours, edited":        {`{"type":"message","subtype":"message_changed","channel":"C1","ts":"7.1","message":{"ts":"5.1","bot_id":"B9","app_id":"AOURS","text":"new"}}`, nil},
		"deleted":             {`{"type":"message","subtype":"message_deleted","channel":"C1","ts":"7.1","deleted_ts":"5.1","previous_message":{"ts":"5.1","bot_id":"B1","text":"old"}}`, nil},
		"a tombstone":         {`{"type":"message","subtype":"message_changed","channel":"C1","ts":"7.1","message":{"ts":"5.1","bot_id":"B1","subtype":"tombstone","text":"deleted"}}`, nil},
		"a new member":        {`{"type":"message","subtype":"bot_add","bot_id":"B1","channel":"C1","ts":"5.1","text":"added an integration"}`, nil},
		"no message":          {`{"type":"reaction_added","user":"U1","bot_id":"B1","item":{"channel":"C1","ts":"5.1"}}`, nil},
	} {
		assert.Equal(t, c.want, decoded(t, typeEvent, wrap(c.in)).Event.App, name)
	}
}
