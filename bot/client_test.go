package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newTestClient(t testing.TB) (*Client, *fakeSlack) {
	f := newFakeSlack(t)
	return NewClient(ClientConfig{BotToken: "xoxb-secret", APIURL: f.url(), HTTPTimeout: 300 * time.Millisecond}), f
}

func TestErrorClasses(t *testing.T) {
	slow := func(url.Values) (int, string) { time.Sleep(600 * time.Millisecond); return 200, `{"ok":true}` }
	reply := func(status int, body string) func(url.Values) (int, string) {
		return func(url.Values) (int, string) { return status, body }
	}
	for name, c := range map[string]struct {
		answer      func(url.Values) (int, string)
		class, read Class // of chat.postMessage, and of a call that only reads
		code        string
	}{
		"refused":         {no("invalid_blocks"), Permanent, Permanent, "invalid_blocks"},
		"unknown code":    {no("never_heard_of"), Permanent, Permanent, "never_heard_of"},
		"token":           {no("token_revoked"), Token, Token, "token_revoked"},
		"gone":            {no("channel_not_found"), Gone, Gone, "channel_not_found"},
		"archived":        {no("is_archived"), Gone, Gone, "is_archived"},
		"internal":        {no("internal_error"), Ambiguous, Retry, "internal_error"},
		"fatal":           {no("fatal_error"), Ambiguous, Retry, "fatal_error"},
		"unavailable":     {no("service_unavailable"), Ambiguous, Retry, "service_unavailable"},
		"request timeout": {no("request_timeout"), Ambiguous, Retry, "request_timeout"},
		"limited in body": {no("rate_limited"), RateLimited, RateLimited, "rate_limited"},
		"limited":         {reply(-429, "7"), RateLimited, RateLimited, "ratelimited"},
		"429 bare":        {reply(429, ""), RateLimited, RateLimited, "http_429"},
		"500":             {reply(500, "<html>"), Ambiguous, Retry, "http_500"},
		"503":             {reply(503, "<html>"), Ambiguous, Retry, "http_503"},
		"404":             {reply(404, "<html>"), Permanent, Permanent, "http_404"},
		"cut short":       {reply(200, `{"ok":true,"channel":"C`), Ambiguous, Retry, ""},
		"reset":           {reply(-1, ""), Ambiguous, Retry, ""},
		"timeout":         {slow, Ambiguous, Retry, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, f := newTestClient(t)
			f.on("chat.postMessage", c.answer)
			f.on("users.info", c.answer)
			_, err := client.Post(t.Context(), "C1", Message{Text: "hi"})
			require.Error(t, err)
			assert.Equal(t, c.class, ClassOf(err), err)
			assert.Equal(t, c.code, CodeOf(err))
			assert.NotContains(t, err.Error(), "-secret")
			assert.Len(t, f.called("chat.postMessage"), 1, "never repeated")
			_, err = client.User(t.Context(), "U1")
			require.Error(t, err)
			assert.Equal(t, c.read, ClassOf(err), err)
		})
	}
}

func TestWhatNeverLeftIsSafeToRepeat(t *testing.T) {
	client, f := newTestClient(t)
	f.server.Close()
	_, err := client.Post(t.Context(), "C1", Message{Text: "hi"})
	assert.Equal(t, Retry, ClassOf(err), err)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Post(ended, "C1", Message{Text: "hi"})
	assert.Equal(t, Retry, ClassOf(err), err)
	require.ErrorIs(t, err, context.Canceled)
	_, err = client.OpenView(t.Context(), "", slack.ModalViewRequest{})
	assert.Equal(t, Permanent, ClassOf(err), "slack-go refuses to send it")
}

func TestClassOfOtherErrors(t *testing.T) {
	assert.Equal(t, Class(""), ClassOf(nil))
	assert.Equal(t, Permanent, ClassOf(errors.New("x")))
	assert.Equal(t, Gone, ClassOf(fmt.Errorf("wrapped: %w", &Error{Class: Gone})))
	assert.Empty(t, CodeOf(errors.New("x")))
}

func TestErrorsSayWhatToDo(t *testing.T) {
	client, f := newTestClient(t)
	f.on("pins.add", func(url.Values) (int, string) {
		return 200, `{"ok":false,"error":"missing_scope","needed":"pins:write","provided":"chat:write"}`
	})
	err := client.Pin(t.Context(), "C1", "1.1")
	assert.Equal(t, Missing, ClassOf(err))
	assert.ErrorContains(t, err, "add the scope pins:write and reinstall")
	f.on("pins.add", no("missing_scope"))
	assert.ErrorContains(t, client.Pin(t.Context(), "C1", "1.1"), "pins:write")
	f.on("auth.test", no("invalid_auth"))
	_, err = client.Self(t.Context())
	assert.ErrorContains(t, err, "SLACK_BOT_TOKEN is not accepted")
	f.on("chat.update", func(url.Values) (int, string) {
		return 200, `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] must be less than 3001 characters"]}}`
	})
	assert.ErrorContains(t, client.Edit(t.Context(), "C1", "1.1", Message{Text: "x"}), "3001")
}

func TestWantedStateThatHoldsAlreadyIsASuccess(t *testing.T) {
	client, f := newTestClient(t)
	ctx := t.Context()
	for method, c := range map[string]struct {
		code string
		call func() error
	}{
		"pins.add":                {"already_pinned", func() error { return client.Pin(ctx, "C1", "1.1") }},
		"pins.remove":             {"no_pin", func() error { return client.Unpin(ctx, "C1", "1.1") }},
		"reactions.add":           {"already_reacted", func() error { return client.React(ctx, "C1", "1.1", "eyes") }},
		"conversations.archive":   {"already_archived", func() error { return client.Archive(ctx, "C1") }},
		"conversations.unarchive": {"not_archived", func() error { return client.Unarchive(ctx, "C1") }},
		"chat.delete":             {"message_not_found", func() error { return client.Delete(ctx, "C1", "1.1") }},
		"conversations.invite": {"already_in_channel", func() error {
			failed, err := client.Invite(ctx, "C1", "U1")
			if len(failed) > 0 {
				return errors.New("failed")
			}
			return err
		}},
	} {
		f.on(method, no(c.code))
		require.NoError(t, c.call(), method)
		f.on(method, no("restricted_action"))
		assert.Equal(t, "restricted_action", CodeOf(c.call()), method)
	}
}

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

func TestChannelNamed(t *testing.T) {
	client, f := newTestClient(t)
	f.on("conversations.list", func(v url.Values) (int, string) {
		if strings.Contains(v.Get("types"), "private") {
			return 200, `{"ok":false,"error":"missing_scope","needed":"groups:read"}`
		}
		if v.Get("cursor") == "" {
			return 200, `{"ok":true,"channels":[{"id":"C1","name":"general"}],"response_metadata":{"next_cursor":"n"}}`
		}
		return 200, `{"ok":true,"channels":[{"id":"C2","name":"inc-1","creator":"UBOT","is_archived":true,"purpose":{"value":"mayday 1"}}]}`
	})
	f.on("conversations.info", func(v url.Values) (int, string) {
		return 200, `{"ok":true,"channel":{"id":"` + v.Get("channel") + `","name":"inc-1","is_member":true}}`
	})
	got, err := client.ChannelNamed(t.Context(), "inc-1")
	require.NoError(t, err)
	assert.Equal(t, Channel{ID: "C2", Name: "inc-1", Creator: "UBOT", Purpose: "mayday 1", Archived: true}, got)
	lists := len(f.called("conversations.list"))
	got, err = client.ChannelNamed(t.Context(), "inc-1")
	require.NoError(t, err)
	assert.True(t, got.Member)
	assert.Len(t, f.called("conversations.list"), lists, "the second time costs one call")
	_, err = client.ChannelNamed(t.Context(), "general") // the hint says C1, which now has another name
	require.NoError(t, err)
	assert.Greater(t, len(f.called("conversations.list")), lists)
	_, err = client.ChannelNamed(t.Context(), "nowhere")
	assert.Equal(t, Gone, ClassOf(err))
	assert.ErrorContains(t, err, "#nowhere")
}

func TestInvite(t *testing.T) {
	client, f := newTestClient(t)
	f.on("conversations.invite", func(v url.Values) (int, string) {
		if strings.Contains(v.Get("users"), "UBAD") {
			return 200, `{"ok":false,"error":"user_not_found","errors":[{"user":"UBAD","ok":false,"error":"user_not_found"},{"user":"UOLD","ok":false,"error":"already_in_channel"}]}`
		}
		return 200, `{"ok":true,"channel":{"id":"C1"}}`
	})
	users := []string{"UBOT", "UBAD", "UOLD", "UOLD"}
	for i := range 150 {
		users = append(users, fmt.Sprintf("V%03d", i))
	}
	failed, err := client.Invite(t.Context(), "C1", users...)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"UBAD": "user_not_found"}, failed)
	calls := f.called("conversations.invite")
	require.Len(t, calls, 3, "the first batch again without the two")
	for _, c := range calls {
		assert.LessOrEqual(t, strings.Count(c.Form.Get("users"), ",")+1, inviteBatch)
		assert.NotContains(t, c.Form.Get("users"), "UBOT")
	}
	assert.Equal(t, 97, strings.Count(calls[1].Form.Get("users"), ","))
	failed, err = client.Invite(t.Context(), "C1", "UBOT")
	require.NoError(t, err)
	assert.Empty(t, failed)
}

func TestInviteWhenSlackNamesNobody(t *testing.T) {
	client, f := newTestClient(t)
	f.on("conversations.invite", func(v url.Values) (int, string) {
		if strings.Contains(v.Get("users"), "UBAD") {
			return 200, `{"ok":false,"error":"user_not_found"}`
		}
		return 200, `{"ok":true,"channel":{"id":"C1"}}`
	})
	failed, err := client.Invite(t.Context(), "C1", "U1", "UBAD", "U2")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"UBAD": "user_not_found"}, failed)
	f.on("conversations.invite", func(url.Values) (int, string) {
		return 200, `{"ok":false,"error":"user_not_found","errors":[{"user":"UELSE","ok":false,"error":"user_not_found"}]}`
	})
	_, err = client.Invite(t.Context(), "C1", "U1", "U2")
	assert.Equal(t, "user_not_found", CodeOf(err), "no endless loop")
}

func TestBookmarkLooksFirst(t *testing.T) {
	client, f := newTestClient(t)
	f.on("bookmarks.list", ok(`"bookmarks":[{"id":"Bk1","title":"Web","link":"https://a"}]`))
	f.on("bookmarks.add", ok(`"bookmark":{"id":"Bk2"}`))
	f.on("bookmarks.edit", ok(`"bookmark":{"id":"Bk1"}`))
	require.NoError(t, client.Bookmark(t.Context(), "C1", "Web", "https://a", ":globe:"))
	assert.Empty(t, f.called("bookmarks.add"))
	require.NoError(t, client.Bookmark(t.Context(), "C1", "Web", "https://b", ""))
	assert.Len(t, f.called("bookmarks.edit"), 1)
	require.NoError(t, client.Bookmark(t.Context(), "C1", "Logs", "https://a", ""))
	assert.Len(t, f.called("bookmarks.add"), 1)
}

func TestUploadAndSentFile(t *testing.T) {
	client, f := newTestClient(t)
	f.on("files.getUploadURLExternal", ok(`"upload_url":"`+f.server.URL+`/upload","file_id":"F1"`))
	f.on("files.completeUploadExternal", ok(`"files":[{"id":"F1","title":"Rows"}]`))
	link, err := client.Upload(t.Context(), "C1", "4.0", "rows.csv", "Rows", []byte("a,b\n"))
	require.NoError(t, err)
	assert.Equal(t, "https://acme.slack.com/files/UBOT/F1/rows.csv", link)
	form := f.called("files.completeUploadExternal")[0].Form
	assert.Equal(t, "C1", form.Get("channel_id"))
	assert.Equal(t, "4.0", form.Get("thread_ts"))
	f.on("conversations.history", ok(`"messages":[{"ts":"1.1","user":"U9","files":[{"id":"F9","title":"Rows","permalink":"https://other"}]},
		{"ts":"1.2","user":"UBOT","files":[{"id":"F1","title":"Rows","permalink":"https://ours"}]}]`))
	link, found, err := client.SentFile(t.Context(), "C1", "", "Rows", time.Now())
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, "https://ours", link)
	f.on("files.getUploadURLExternal", func(url.Values) (int, string) { return 500, "" })
	_, err = client.Upload(t.Context(), "C1", "", "rows.csv", "Rows", []byte("a"))
	assert.Equal(t, Retry, ClassOf(err), "nothing is visible yet")
	f.on("files.getUploadURLExternal", ok(`"upload_url":"`+f.server.URL+`/upload","file_id":"F1"`))
	f.on("files.completeUploadExternal", func(url.Values) (int, string) { return 500, "" })
	_, err = client.Upload(t.Context(), "C1", "", "rows.csv", "Rows", []byte("a"))
	assert.Equal(t, Ambiguous, ClassOf(err))
}

func TestRemainingCalls(t *testing.T) {
	client, f := newTestClient(t)
	ctx := t.Context()
	channel := ok(`"channel":{"id":"C1","name":"inc-1","creator":"UBOT"}`)
	for _, m := range []string{"conversations.create", "conversations.rename", "conversations.join", "conversations.setTopic", "conversations.setPurpose"} {
		f.on(m, channel)
	}
	f.on("conversations.open", ok(`"channel":{"id":"D1"}`))
	f.on("chat.getPermalink", ok(`"permalink":"https://p"`))
	f.on("users.info", ok(`"user":{"id":"U1","name":"ana","real_name":"Ana","tz":"Europe/Berlin","deleted":true,"profile":{"email":"a@x"}}`))
	f.on("users.lookupByEmail", ok(`"user":{"id":"U2","name":"bo","is_bot":true}`))
	f.on("usergroups.users.list", ok(`"users":["U1","U2"]`))
	for _, m := range []string{"views.open", "views.push", "views.update", "views.publish"} {
		f.on(m, ok(`"view":{"id":"V1","hash":"h","root_view_id":"V0","callback_id":"cb","private_metadata":"pm"}`))
	}
	me, err := client.Self(ctx)
	require.NoError(t, err)
	assert.Equal(t, Identity{"UBOT", "B1", "T1", "Acme", "https://acme.slack.com/", []string{"chat:write", "commands"}}, me)
	c, err := client.CreateChannel(ctx, "inc-1", true)
	require.NoError(t, err)
	assert.Equal(t, Channel{ID: "C1", Name: "inc-1", Creator: "UBOT", Member: true}, c)
	assert.Equal(t, "true", f.called("conversations.create")[0].Form.Get("is_private"))
	c, err = client.Rename(ctx, "C1", "inc-1")
	require.NoError(t, err)
	assert.Equal(t, "C1", c.ID)
	require.NoError(t, client.Join(ctx, "C1"))
	require.NoError(t, client.SetTopic(ctx, "C1", strings.Repeat("t", 300)))
	assert.Len(t, []rune(f.called("conversations.setTopic")[0].Form.Get("topic")), maxTopic)
	require.NoError(t, client.SetPurpose(ctx, "C1", "p"))
	d, err := client.Direct(ctx, "U1")
	require.NoError(t, err)
	assert.Equal(t, "D1", d)
	link, err := client.Permalink(ctx, "C1", "1.1")
	require.NoError(t, err)
	assert.Equal(t, "https://p", link)
	u, err := client.User(ctx, "U1")
	require.NoError(t, err)
	assert.Equal(t, User{ID: "U1", Name: "ana", RealName: "Ana", Email: "a@x", TZ: "Europe/Berlin", Deleted: true}, u)
	u, err = client.UserByEmail(ctx, "b@x")
	require.NoError(t, err)
	assert.True(t, u.Bot)
	members, err := client.GroupMembers(ctx, "S1")
	require.NoError(t, err)
	assert.Equal(t, []string{"U1", "U2"}, members)
	modal := *notice("x")
	for name, show := range map[string]func() (View, error){
		"open":    func() (View, error) { return client.OpenView(ctx, "t", modal) },
		"push":    func() (View, error) { return client.PushView(ctx, "t", modal) },
		"update":  func() (View, error) { return client.UpdateView(ctx, "V1", "h", modal) },
		"publish": func() (View, error) { return client.PublishHome(ctx, "U1", slack.HomeTabViewRequest{}) },
	} {
		v, err := show()
		require.NoError(t, err, name)
		assert.Equal(t, View{ID: "V1", RootID: "V0", Hash: "h", CallbackID: "cb", PrivateMetadata: "pm"}, v, name)
	}
	require.NoError(t, CheckSocket(ctx, "xapp-x", f.url()))
	f.on("apps.connections.open", no("invalid_auth"))
	assert.Equal(t, Token, ClassOf(CheckSocket(ctx, "xapp-x", f.url())))
}

func TestRespondHidesTheAddress(t *testing.T) {
	client, f := newTestClient(t)
	f.server.Close()
	err := client.Respond(t.Context(), f.server.URL+"/commands/T1/very-private", Message{Text: "x"})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "very-private")
}

func TestShort429IsWaitedOut(t *testing.T) {
	client, f := newTestClient(t)
	reg := prometheus.NewRegistry()
	client.cfg.Metrics = NewMetrics(reg)
	var n atomic.Int32
	f.on("chat.postMessage", func(url.Values) (int, string) {
		if n.Add(1) == 1 {
			return -429, "1"
		}
		return 200, `{"ok":true,"channel":"C1","ts":"1.1"}`
	})
	_, err := client.Post(t.Context(), "C1", Message{Text: "x"})
	require.NoError(t, err)
	calls := f.called("chat.postMessage")
	require.Len(t, calls, 2)
	assert.GreaterOrEqual(t, calls[1].At.Sub(calls[0].At), time.Second)
	assert.Equal(t, 1.0, testutil.ToFloat64(client.cfg.Metrics.waits.WithLabelValues("chat.postMessage", "told")))
	n.Store(0)
	f.on("chat.postMessage", func(url.Values) (int, string) { n.Add(1); return -429, "30" })
	_, err = client.Post(t.Context(), "C2", Message{Text: "x"})
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 30*time.Second, e.RetryAfter)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = client.Post(ctx, "C2", Message{Text: "x"})
	require.ErrorAs(t, err, &e)
	assert.Equal(t, RateLimited, e.Class)
	assert.Greater(t, e.RetryAfter, 25*time.Second, "the plan knows now")
	assert.EqualValues(t, 1, n.Load(), "and does not ask again")
}

func TestMetricsAreRegisteredOnce(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := NewMetrics(reg)
	m.called("chat.postMessage", nil, time.Millisecond)
	m.envelope(Command, "handled")
	names, err := reg.Gather()
	require.NoError(t, err)
	for _, n := range names {
		assert.True(t, strings.HasPrefix(n.GetName(), "mayday_slack_"), n.GetName())
	}
	assert.Panics(t, func() { NewMetrics(reg) })
}

func TestSecretsDoNotPrint(t *testing.T) {
	s := Secret("xoxb-1")
	raw, err := json.Marshal(struct{ T Secret }{s})
	require.NoError(t, err)
	text, err := s.MarshalText()
	require.NoError(t, err)
	all := fmt.Sprintf("%v %s %q %#v %+v %x %v", s, s, s, s, struct{ S Secret }{s}, s, []Secret{s}) + string(raw) + string(text)
	assert.NotContains(t, all, "xoxb-1")
	assert.NotContains(t, all, "786f78622d31")
	assert.Equal(t, "xoxb-1", s.Reveal())
	assert.Empty(t, Secret("").String())
}

func TestPlanKeepsOrderWithinAChannel(t *testing.T) {
	client, f := newTestClient(t)
	var mu sync.Mutex
	var got []string
	f.on("chat.postMessage", func(v url.Values) (int, string) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, v.Get("text"))
		return 200, `{"ok":true,"channel":"C1","ts":"1.1"}`
	})
	var wg sync.WaitGroup
	post := func(ctx context.Context, text string) {
		wg.Go(func() {
			_, err := client.Post(ctx, "C1", Message{Text: text})
			assert.NoError(t, err)
		})
		time.Sleep(20 * time.Millisecond)
	}
	for _, text := range []string{"1", "2", "3", "4"} {
		post(t.Context(), text)
	}
	post(Urgent(t.Context()), "page")
	wg.Wait()
	assert.Equal(t, []string{"1", "2", "page", "3", "4"}, got, "two at once, then the page overtakes what waits")
	calls := f.called("chat.postMessage")
	assert.GreaterOrEqual(t, calls[4].At.Sub(calls[0].At), 2900*time.Millisecond)
}

func TestPlanGivesUpEarlyWhenTheTurnComesTooLate(t *testing.T) {
	client, f := newTestClient(t)
	f.on("conversations.create", ok(`"channel":{"id":"C1","name":"x"}`))
	for range 20 {
		_, err := client.CreateChannel(t.Context(), "x", false)
		require.NoError(t, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	began := time.Now()
	_, err := client.CreateChannel(ctx, "x", false)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, RateLimited, e.Class)
	assert.Greater(t, e.RetryAfter, 2*time.Second)
	assert.Less(t, time.Since(began), 500*time.Millisecond)
	assert.Len(t, f.called("conversations.create"), 20, "20 a minute")
	_, err = client.User(t.Context(), "U1")
	assert.Equal(t, "unknown_method", CodeOf(err), "other methods have buckets of their own")
}

func TestWaitingCallsLeaveTheQueueWhenTheirContextEnds(t *testing.T) {
	p := newPlan()
	b := p.bucket("x", 60, 1)
	require.NoError(t, b.take(t.Context(), 1))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.take(ctx, 1) }()
	eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.lanes[1].Len() == 1 })
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	assert.Zero(t, b.lanes[1].Len())
	require.NoError(t, b.take(t.Context(), 0), "the token is still there for the next")
}

func TestFullBucketsAreThrownAway(t *testing.T) {
	p := newPlan()
	for i := range 3 * manyBuckets {
		p.bucket(fmt.Sprint(i), 60, 1)
	}
	assert.LessOrEqual(t, len(p.buckets), manyBuckets)
}

func TestHTTPClientHasATimeout(t *testing.T) {
	c := NewClient(ClientConfig{})
	assert.Equal(t, 10*time.Second, c.http.Timeout)
	assert.NotSame(t, http.DefaultTransport, c.http.Transport)
}
