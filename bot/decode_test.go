package bot

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func decoded(t *testing.T, kind, payload string) Request {
	t.Helper()
	r, err := decode(envelope{ID: "e", Type: kind, Payload: json.RawMessage(payload)}, time.Unix(1, 0))
	require.NoError(t, err)
	return r
}

func TestDecodeInteractions(t *testing.T) {
	r := decoded(t, typeInteractive, `{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1","username":"ana","name":"ana"},
		"channel":{"id":"C1","name":"inc-1"},"trigger_id":"t","response_url":"https://r",
		"container":{"type":"message","message_ts":"5.1","channel_id":"C1"},
		"message":{"ts":"5.1","thread_ts":"4.1","text":"card","bot_id":"B1","metadata":{"event_type":"mayday","event_payload":{"key":"k"}},"blocks":[{"type":"from_the_future"}]},
		"actions":[{"type":"static_select","action_id":"sev","block_id":"b","selected_option":{"value":"p1"}}]}`)
	assert.Equal(t, Action, r.Kind)
	assert.Equal(t, "p1", r.Value)
	assert.Equal(t, "4.1", r.ThreadTS)
	assert.Equal(t, "k", r.Message.Key)
	assert.Equal(t, []string{"envelope:e", "trigger:t"}, r.Keys)
	assert.Equal(t, "ana", r.UserName)

	r = decoded(t, typeInteractive, `{"type":"block_actions","user":{"id":"U1"},"container":{"type":"view","view_id":"V1"},
		"view":{"id":"V1","callback_id":"declare","hash":"h","private_metadata":"pm","state":{"values":{}}},
		"actions":[{"type":"checkboxes","action_id":"a","block_id":"b","selected_options":[{"value":"x"},{"value":"y"}]}]}`)
	assert.Equal(t, []string{"x", "y"}, r.Values)
	assert.Equal(t, "declare", r.CallbackID)
	assert.Equal(t, "pm", r.View.PrivateMetadata)

	r = decoded(t, typeInteractive, `{"type":"view_submission","user":{"id":"U1"},"trigger_id":"t","view":{"id":"V1","callback_id":"declare","state":{"values":{
		"title":{"v":{"type":"plain_text_input","value":"down"}},"empty":{"v":{"type":"plain_text_input","value":null}},
		"who":{"v":{"type":"multi_users_select","selected_users":["U2","U3"]}},"one":{"v":{"type":"users_select","selected_user":"U4"}},
		"when":{"v":{"type":"datetimepicker","selected_date_time":1700000000}},"day":{"v":{"type":"datepicker","selected_date":"2026-01-02"}},
		"conv":{"v":{"type":"conversations_select","selected_conversation":"C9"}},"box":{"v":{"type":"checkboxes","selected_options":[]}}}}}}`)
	assert.Equal(t, Submission, r.Kind)
	in := r.View.Values
	assert.Equal(t, "down", in.Get("title", "v"))
	assert.Equal(t, "", in.Get("empty", "v"))
	assert.Equal(t, []string{"U2", "U3"}, in.All("who", "v"))
	assert.Equal(t, "U4", in.Get("one", "v"))
	assert.Equal(t, "1700000000", in.Get("when", "v"))
	assert.Equal(t, "2026-01-02", in.Get("day", "v"))
	assert.Equal(t, "C9", in.Get("conv", "v"))
	assert.Empty(t, in.All("box", "v"))
	assert.Equal(t, "", in.Get("no", "such"))

	r = decoded(t, typeInteractive, `{"type":"message_action","callback_id":"add_to_timeline","user":{"id":"U1"},"channel":{"id":"C1"},"trigger_id":"t",
		"message_ts":"5.1","message":{"ts":"5.1","thread_ts":"5.1","user":"U2","text":"it broke","files":[{"id":"F1","name":"a.png","permalink":"https://f"}]}}`)
	assert.Equal(t, MessageShortcut, r.Kind)
	assert.Equal(t, &Received{Channel: "C1", TS: "5.1", User: "U2", Text: "it broke", Files: []File{{ID: "F1", Name: "a.png", Permalink: "https://f"}}}, r.Message)

	r = decoded(t, typeInteractive, `{"type":"block_suggestion","user":{"id":"U1"},"action_id":"scenario","block_id":"b","value":"sit","view":{"id":"V1"}}`)
	assert.Equal(t, []string{string(Options), "scenario", "sit"}, []string{string(r.Kind), r.ActionID, r.Value})
	r = decoded(t, typeInteractive, `{"type":"view_closed","user":{"id":"U1"},"view":{"id":"V1","callback_id":"c"}}`)
	assert.Equal(t, Closed, r.Kind)
}

func TestDecodeEvents(t *testing.T) {
	wrap := func(inner string) string {
		return `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event_time":1700000000,"event":` + inner + `}`
	}
	at := time.Unix(1700000000, 0).UTC()
	for name, c := range map[string]struct {
		in   string
		want Event
	}{
		"reaction": {`{"type":"reaction_added","user":"U1","reaction":"pushpin","item_user":"U2","item":{"type":"message","channel":"C1","ts":"5.1"},"event_ts":"6.1"}`,
			Event{Type: "reaction_added", User: "U1", Reaction: "pushpin", ItemUser: "U2", Channel: "C1", TS: "5.1"}},
		"message, odd field": {`{"type":"message","user":"U1","channel":"C1","ts":"5.1","thread_ts":"4.1","text":"hi","display_as_bot":7,"files":[{"id":"F1","title":"t","mimetype":"m"}]}`,
			Event{Type: "message", User: "U1", Channel: "C1", TS: "5.1", ThreadTS: "4.1", Text: "hi", Files: []File{{ID: "F1", Title: "t", MimeType: "m"}}}},
		"message changed": {`{"type":"message","subtype":"message_changed","channel":"C1","ts":"7.1","message":{"ts":"5.1","user":"U1","text":"new"},"previous_message":{"ts":"5.1","text":"old"}}`,
			Event{Type: "message", Subtype: "message_changed", User: "U1", ItemUser: "U1", Channel: "C1", TS: "5.1", Text: "new"}},
		"message deleted": {`{"type":"message","subtype":"message_deleted","channel":"C1","ts":"7.1","deleted_ts":"5.1","previous_message":{"ts":"5.1","user":"U1","text":"old"}}`,
			Event{Type: "message", Subtype: "message_deleted", User: "U1", ItemUser: "U1", Channel: "C1", TS: "5.1", Text: "old"}},
		"pin": {`{"type":"pin_added","user":"U1","channel_id":"C1","item":{"type":"message","channel":"C1","message":{"ts":"5.1"}}}`,
			Event{Type: "pin_added", User: "U1", Channel: "C1", TS: "5.1"}},
		"rename": {`{"type":"channel_rename","channel":{"id":"C1","name":"new","created":1}}`,
			Event{Type: "channel_rename", Channel: "C1", Name: "new"}},
		"home": {`{"type":"app_home_opened","user":"U1","channel":"D1","tab":"home"}`,
			Event{Type: "app_home_opened", User: "U1", Channel: "D1", Tab: "home"}},
		"joined":      {`{"type":"member_joined_channel","user":"U1","channel":"C1","team":"T1"}`, Event{Type: "member_joined_channel", User: "U1", Channel: "C1"}},
		"archived":    {`{"type":"channel_archive","channel":"C1","user":"U1"}`, Event{Type: "channel_archive", User: "U1", Channel: "C1"}},
		"uninstalled": {`{"type":"app_uninstalled"}`, Event{Type: "app_uninstalled"}},
		"unheard of":  {`{"type":"something_new","user":{"id":"U1"}}`, Event{Type: "something_new", User: "U1"}},
	} {
		r := decoded(t, typeEvent, wrap(c.in))
		c.want.Time = at
		assert.Equal(t, c.want, *r.Event, name)
		assert.Equal(t, []string{"envelope:e", "event:Ev1"}, r.Keys, name)
		assert.Equal(t, c.want.Channel, r.Channel, name)
	}
}

func FuzzReceive(f *testing.F) {
	f.Add(`{"type":"hello","num_connections":1}`)
	f.Add(command("e1", "x"))
	f.Add(event("e1", "Ev1", 2))
	f.Add(envelopeOf("e", "interactive", `{"type":"block_actions","user":{"id":"U1"},"actions":[{"block_id":"b","type":"button"}]}`))
	f.Add(`{"envelope_id":"x","type":"interactive","payload":{"actions":[null]}}`)
	f.Fuzz(func(t *testing.T, frame string) {
		env, err := parse([]byte(frame))
		if err != nil {
			if env.ID != "" {
				assert.Contains(t, frame, env.ID)
			}
			return
		}
		r, err := decode(env, time.Unix(1, 0))
		if err == nil {
			assert.NotEmpty(t, r.Kind)
			assert.Equal(t, "envelope:"+env.ID, r.Keys[0])
		}
	})
}

func TestTimestamps(t *testing.T) {
	at := time.Unix(1503435956, 247_000).UTC()
	assert.Equal(t, "1503435956.000247", timestamp(at))
	assert.Equal(t, at, Time("1503435956.000247"))
	assert.Equal(t, time.Unix(5, 0).UTC(), Time("5"))
	for _, bad := range []string{"", "x", "1.x"} {
		assert.True(t, Time(bad).IsZero(), bad)
	}
}

func TestBackoff(t *testing.T) {
	assert.Zero(t, backoff(0))
	for n := 1; n < 100; n++ {
		d := backoff(n)
		assert.GreaterOrEqual(t, d, backoffBase/2)
		assert.LessOrEqual(t, d, backoffMost)
		if n >= 8 {
			assert.GreaterOrEqual(t, d, backoffMost/2)
		}
	}
	var same int
	for range 50 {
		if first, second := backoff(5), backoff(5); first == second {
			same++
		}
	}
	assert.Less(t, same, 25, "replicas spread out")
}
