package bot

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newTestClient(t testing.TB) (*Client, *fakeSlack) { return newClientThatWaits(t, 30*time.Second) }

// hasty is how long a client waits for a Slack that is meant not to answer. Even a busy machine answers within it.
const hasty = 2 * time.Second

func newClientThatWaits(t testing.TB, most time.Duration) (*Client, *fakeSlack) {
	f := newFakeSlack(t)
	return NewClient(ClientConfig{BotToken: "xoxb-secret", APIURL: f.url(), HTTPTimeout: most}), f
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

func TestBookmarksLookOnceForAll(t *testing.T) {
	client, f := newTestClient(t)
	f.on("bookmarks.list", ok(`"bookmarks":[{"id":"Bk1","title":"Web","link":"https://a"},{"id":"Bk2","title":"Old","link":"https://o"}]`))
	f.on("bookmarks.add", ok(`"bookmark":{"id":"Bk3"}`))
	f.on("bookmarks.edit", ok(`"bookmark":{"id":"Bk2"}`))
	require.NoError(t, client.Bookmarks(t.Context(), "C1", Bookmark{Title: "Web", Link: "https://a", Emoji: ":globe:"}))
	assert.Empty(t, f.called("bookmarks.add"))
	require.NoError(t, client.Bookmarks(t.Context(), "C1", Bookmark{Title: "Old", Link: "https://new"}, Bookmark{Title: "Logs", Link: "https://l"},
		Bookmark{Title: "Web", Link: "https://b"}, Bookmark{Title: "Web", Link: "https://a"}))
	assert.Len(t, f.called("bookmarks.list"), 2, "once for each call")
	edits, adds := f.called("bookmarks.edit"), f.called("bookmarks.add")
	require.Len(t, edits, 1)
	assert.Equal(t, "Bk2", edits[0].Form.Get("bookmark_id"))
	require.Len(t, adds, 2, "two links of one name are two bookmarks")
	assert.Equal(t, "https://l", adds[0].Form.Get("link"))
	assert.Equal(t, "https://b", adds[1].Form.Get("link"))
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
	assert.Equal(t, Identity{UserID: "UBOT", BotID: "B1", TeamID: "T1", Team: "Acme", URL: "https://acme.slack.com/", Scopes: []string{"chat:write", "commands"}}, me)
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

func TestHTTPClientHasATimeout(t *testing.T) {
	c := NewClient(ClientConfig{})
	assert.Equal(t, 10*time.Second, c.http.Timeout)
	assert.NotSame(t, http.DefaultTransport, c.http.Transport)
}

// TestWhoIsForeign: of another workspace, unless it belongs to the same organisation.
func TestWhoIsForeign(t *testing.T) {
	alone, org, wide := Identity{TeamID: "T1"}, Identity{TeamID: "T1", EnterpriseID: "E1"}, Identity{TeamID: "E1", EnterpriseID: "E1"}
	sister := slack.EnterpriseUser{EnterpriseID: "E1", Teams: []string{"T1", "T2"}}
	for name, c := range map[string]struct {
		u    slack.User
		me   Identity
		want bool
	}{
		"ours":                           {slack.User{TeamID: "T1"}, alone, false},
		"no team is said":                {slack.User{}, alone, false},
		"of another, in a shared one":    {slack.User{TeamID: "T9"}, alone, true},
		"a stranger":                     {slack.User{TeamID: "T9", IsStranger: true}, alone, true},
		"of a sister workspace and ours": {slack.User{TeamID: "T2", Enterprise: sister}, org, false},
		"of the organisation":            {slack.User{TeamID: "T3", Enterprise: slack.EnterpriseUser{EnterpriseID: "E1"}}, wide, false},
		"listed under the organisation":  {slack.User{TeamID: "E1"}, org, false},
		"of another organisation":        {slack.User{TeamID: "T9", Enterprise: slack.EnterpriseUser{EnterpriseID: "E9"}}, org, true},
		"of another, we of one":          {slack.User{TeamID: "T9"}, wide, true},
	} {
		assert.Equal(t, c.want, foreign(&c.u, c.me), name)
	}
}

// TestOneBadInviteeKeepsNobodyOut: Slack has codes that we do not know, and gives one for a whole call.
func TestOneBadInviteeKeepsNobodyOut(t *testing.T) {
	client, f := newTestClient(t)
	in := map[string]bool{}
	f.on("conversations.invite", func(v url.Values) (int, string) {
		users := strings.Split(v.Get("users"), ",")
		if slices.Contains(users, "UBAD") {
			return 200, `{"ok":false,"error":"slack_connect_something_new"}`
		}
		for _, u := range users {
			in[u] = true
		}
		return 200, `{"ok":true,"channel":{"id":"C1"}}`
	})
	failed, err := client.Invite(t.Context(), "C1", "U1", "UBAD", "U2")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"UBAD": "slack_connect_something_new"}, failed)
	assert.Equal(t, map[string]bool{"U1": true, "U2": true}, in)

	// One alone with a code that nobody knows is not worth giving up the whole effect for.
	failed, err = client.Invite(t.Context(), "C1", "UBAD")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"UBAD": "slack_connect_something_new"}, failed)

	// What is about the channel or about us is asked once, and is an error.
	for _, code := range []string{"not_in_channel", "is_archived", "channel_not_found", "missing_scope", "restricted_action"} {
		f.on("conversations.invite", func(url.Values) (int, string) { return 200, `{"ok":false,"error":"` + code + `"}` })
		before := len(f.called("conversations.invite"))
		_, err = client.Invite(t.Context(), "C1", "U1", "U2", "U3")
		assert.Equal(t, code, CodeOf(err))
		assert.Len(t, f.called("conversations.invite"), before+1, code)
	}
}
