package bot

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPostCarriesKeyThreadAndNoAutomaticLinks(t *testing.T) {
	client, f := newTestClient(t)
	f.on("chat.postMessage", ok(`"channel":"C1","ts":"5.000001"`))
	p, err := client.Post(t.Context(), "C1", Message{
		Text: "hi", Key: "k-1", Thread: "4.0", Broadcast: true,
		Blocks: []slack.Block{slack.NewDividerBlock()},
	})
	require.NoError(t, err)
	assert.Equal(t, Posted{"C1", "5.000001"}, p)
	form := f.called("chat.postMessage")[0].Form
	assert.Equal(t, "none", form.Get("parse"))
	assert.Equal(t, "4.0", form.Get("thread_ts"))
	assert.Equal(t, "true", form.Get("reply_broadcast"))
	assert.JSONEq(t, `{"event_type":"mayday","event_payload":{"key":"k-1"}}`, form.Get("metadata"))
	assert.JSONEq(t, `[{"type":"divider"}]`, form.Get("blocks"))
	f.on("chat.update", ok(`"channel":"C1","ts":"5.000001"`))
	require.NoError(t, client.Edit(t.Context(), "C1", "5.000001", Message{Text: strings.Repeat("x", 9000), Thread: "4.0"}))
	form = f.called("chat.update")[0].Form
	assert.Len(t, []rune(form.Get("text")), maxText)
	assert.False(t, form.Has("metadata"), "Slack keeps the old key")
	assert.False(t, form.Has("thread_ts"))
}

func TestClip(t *testing.T) {
	assert.Equal(t, "short", clip("short", 5))
	assert.Equal(t, "shor…", clip("shorts", 5))
	assert.Equal(t, "ab…", clip("ab&amp;cd", 6))
	assert.Equal(t, "ab&amp;c…", clip("ab&amp;cdef", 9))
	assert.Equal(t, "hi …", clip("hi <@U123|ana> there", 10))
	assert.Equal(t, "ééé…", clip("ééééé", 4))
}

func TestSentFindsAnAmbiguousPost(t *testing.T) {
	client, f := newTestClient(t)
	var stored atomic.Pointer[string]
	f.on("chat.postMessage", func(v url.Values) (int, string) {
		m := v.Get("metadata")
		stored.Store(&m)
		return -1, "" // applied, but the answer is lost
	})
	page := func(v url.Values) (int, string) {
		if v.Get("cursor") == "" {
			return 200, `{"ok":true,"messages":[{"ts":"9.1","metadata":{"event_type":"other","event_payload":{"key":"k"}}}],"has_more":true,"response_metadata":{"next_cursor":"next"}}`
		}
		messages := `[]`
		if m := stored.Load(); m != nil {
			messages = `[{"ts":"8.1","metadata":` + *m + `}]`
		}
		return 200, `{"ok":true,"messages":` + messages + `}`
	}
	f.on("conversations.history", page)
	f.on("conversations.replies", page)
	began := time.Now()
	_, found, err := client.Sent(t.Context(), "C1", "", "k", began)
	require.NoError(t, err)
	assert.False(t, found)
	_, err = client.Post(t.Context(), "C1", Message{Text: "hi", Key: "k"})
	require.Equal(t, Ambiguous, ClassOf(err))
	for _, thread := range []string{"", "7.1"} {
		ts, found, err := client.Sent(t.Context(), "C1", thread, "k", began)
		require.NoError(t, err)
		assert.True(t, found)
		assert.Equal(t, "8.1", ts)
		_, found, err = client.Sent(t.Context(), "C1", thread, "other", began)
		require.NoError(t, err)
		assert.False(t, found)
	}
	form := f.called("conversations.history")[0].Form
	assert.Equal(t, "1", form.Get("include_all_metadata"))
	assert.True(t, Time(form.Get("oldest")).Before(began.Add(-4*time.Second)))
	assert.Equal(t, "7.1", f.called("conversations.replies")[0].Form.Get("ts"))
}

// TestAResponseThatSlackRefusesIsNoSuccess: the answer has status 200 all the same.
func TestAResponseThatSlackRefusesIsNoSuccess(t *testing.T) {
	answers := map[string]string{"/fine": "ok", "/json": `{"ok":true}`, "/refused": `{"ok":false,"error":"invalid_blocks"}`}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusNotFound)
		case "/used":
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"ok":false,"error":"used_url"}`))
		default:
			_, _ = w.Write([]byte(answers[r.URL.Path]))
		}
	}))
	t.Cleanup(server.Close)
	client, _ := newTestClient(t)
	for path, code := range map[string]string{"/fine": "", "/json": "", "/refused": "invalid_blocks", "/gone": "http_404", "/used": "used_url"} {
		err := client.Respond(t.Context(), server.URL+path, Message{Text: "hi"})
		assert.Equal(t, code, CodeOf(err), path)
		assert.Equal(t, code == "", err == nil, "%s: %v", path, err)
	}
}
