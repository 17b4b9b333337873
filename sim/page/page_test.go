package page_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// ask sends a request as the page does and returns the status and the decoded answer.
func ask(t *testing.T, s *world, method, path string, body any) (int, map[string]any) {
	t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	q, err := http.NewRequest(method, s.URL()+path, bytes.NewReader(raw))
	require.NoError(t, err)
	q.Header.Set("Content-Type", "application/json")
	r, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Body.Close()) }()
	var o map[string]any
	require.NoError(t, json.NewDecoder(r.Body).Decode(&o))
	return r.StatusCode, o
}

// act does something as a person and must succeed.
func act(t *testing.T, s *world, path string, body map[string]any) map[string]any {
	t.Helper()
	status, answer := ask(t, s, http.MethodPost, "/sim/"+path, body)
	require.Equal(t, http.StatusOK, status, "%s: %v", path, answer)
	return answer
}

func see(t *testing.T, s *world, path string) map[string]any {
	t.Helper()
	status, answer := ask(t, s, http.MethodGet, "/sim/"+path, nil)
	require.Equal(t, http.StatusOK, status, "%s: %v", path, answer)
	return answer
}

// shown finds the messages that a person's page shows in a channel, by text.
func shown(t *testing.T, s *world, user, channel string) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, m := range see(t, s, "messages?user="+user+"&channel="+channel)["messages"].([]any) {
		o := m.(map[string]any)
		all[o["text"].(string)] = o
	}
	return all
}

func id(t *testing.T, s *world, name string) string {
	t.Helper()
	u, ok := s.UserByName(name)
	require.True(t, ok, name)
	return u.ID
}

func TestPageFilesAreServedWithoutAnythingFromElsewhere(t *testing.T) {
	s := start(t, slacksim.Options{})
	for path, kind := range map[string]string{"/": "text/html", "/app.js": "text/javascript", "/layout.css": "text/css", "/icon.svg": "image/svg+xml"} {
		r, err := http.Get(s.URL() + path)
		require.NoError(t, err)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.NoError(t, r.Body.Close())
		assert.Equal(t, http.StatusOK, r.StatusCode, path)
		assert.Contains(t, r.Header.Get("Content-Type"), kind)
		assert.Contains(t, r.Header.Get("Content-Security-Policy"), "script-src 'self'")
		for _, outside := range []string{`src="http`, `href="http`, "@import", "url(http", "from 'http"} {
			assert.NotContains(t, string(body), outside, path)
		}
	}
}

func TestPageRefusesOtherSites(t *testing.T) {
	s := start(t, slacksim.Options{})
	try := func(origin, kind string) int {
		q, err := http.NewRequest(http.MethodPost, s.URL()+"/sim/say", strings.NewReader(`{"user":"ana","channel":"general","text":"hi"}`))
		require.NoError(t, err)
		q.Header.Set("Content-Type", kind)
		q.Header.Set("Origin", origin)
		r, err := http.DefaultClient.Do(q)
		require.NoError(t, err)
		require.NoError(t, r.Body.Close())
		return r.StatusCode
	}
	assert.Equal(t, http.StatusForbidden, try("https://evil.example", "application/json"))
	assert.Equal(t, http.StatusUnsupportedMediaType, try(s.URL(), "text/plain"))
	assert.Empty(t, s.Messages("general"))
	assert.Equal(t, http.StatusOK, try(s.URL(), "application/json"))
	assert.Len(t, s.Messages("general"), 1)
}

func TestPageShowsTheWorkspaceAsOnePersonSeesIt(t *testing.T) {
	s := start(t, slacksim.Options{Team: "Acme", Shortcuts: []slacksim.AppShortcut{{CallbackID: "declare", Name: "Declare incident"}, {CallbackID: "note", Name: "Add to timeline", Message: true}}})
	secret, err := s.CreateChannel("ben", "secret", true)
	require.NoError(t, err)
	names := func(user string) (all []string) {
		for _, c := range see(t, s, "state?user="+user)["channels"].([]any) {
			all = append(all, c.(map[string]any)["name"].(string))
		}
		return all
	}
	ana, ben := id(t, s, "ana"), id(t, s, "ben")
	assert.NotContains(t, names(ana), "secret")
	assert.Contains(t, names(ben), "secret")
	status, answer := ask(t, s, http.MethodGet, "/sim/messages?user="+ana+"&channel="+secret, nil)
	assert.Equal(t, http.StatusNotFound, status)
	assert.Equal(t, "channel_not_found", answer["error"])

	state := see(t, s, "state?user=nobody")
	assert.Equal(t, ana, state["you"], "an unknown person becomes the first one")
	assert.Equal(t, "Acme", state["title"])
	assert.Equal(t, []any{"/incident"}, state["commands"])
	assert.Equal(t, map[string]any{"callback_id": "note", "name": "Add to timeline", "message": true}, state["shortcuts"].([]any)[1])
}

func TestPageTellsWhatIsNewAndWhatMentionsYou(t *testing.T) {
	s := start(t, slacksim.Options{})
	ana := id(t, s, "ana")
	channel := func(name string) map[string]any {
		for _, c := range see(t, s, "state?user="+ana)["channels"].([]any) {
			if o := c.(map[string]any); o["name"] == name {
				return o
			}
		}
		t.Fatalf("no channel %s", name)
		return nil
	}
	s.Say("ana", "general", "my own", "")
	assert.Empty(t, channel("general")["latest"])
	first := s.Say("ben", "general", "hello", "")
	assert.Equal(t, first, channel("general")["latest"])
	assert.Empty(t, channel("general")["mention"])
	second := s.Say("ben", "general", "hello @ana", "")
	assert.Equal(t, second, channel("general")["mention"])
}

func TestPageWritesReactsPinsEditsAndDeletes(t *testing.T) {
	s := start(t, slacksim.Options{})
	ana, ben := id(t, s, "ana"), id(t, s, "ben")
	general, _ := s.Channel("general")
	in := func(extra map[string]any) map[string]any {
		o := map[string]any{"user": ana, "channel": general.ID}
		for k, v := range extra {
			o[k] = v
		}
		return o
	}
	ts := act(t, s, "say", in(map[string]any{"text": "<img src=x onerror=alert(1)>"}))["ts"]
	require.Contains(t, shown(t, s, ben, general.ID), "&lt;img src=x onerror=alert(1)&gt;", "what is typed is escaped")
	act(t, s, "say", in(map[string]any{"text": "a reply", "thread": ts}))
	assert.Equal(t, ts, shown(t, s, ben, general.ID)["a reply"]["thread"])
	act(t, s, "react", in(map[string]any{"ts": ts, "name": "eyes"}))
	act(t, s, "pin", in(map[string]any{"ts": ts}))
	act(t, s, "edit", in(map[string]any{"ts": ts, "text": "better"}))
	m := shown(t, s, ben, general.ID)["better"]
	assert.Equal(t, []any{map[string]any{"name": "eyes", "users": []any{ana}}}, m["reactions"])
	assert.Equal(t, true, m["pinned"])
	assert.Equal(t, true, m["edited"])
	act(t, s, "unreact", in(map[string]any{"ts": ts, "name": "eyes"}))
	act(t, s, "unpin", in(map[string]any{"ts": ts}))
	assert.NotContains(t, shown(t, s, ben, general.ID)["better"], "reactions")
	act(t, s, "delete", in(map[string]any{"ts": ts}))
	assert.NotContains(t, shown(t, s, ben, general.ID), "better")

	status, answer := ask(t, s, http.MethodPost, "/sim/say", map[string]any{"user": ana, "channel": "C0NOWHERE", "text": "x"})
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Equal(t, "nothing can be written there", answer["error"])
}

// TestPageChangesAChannel: what an incident has to live with is at hand for everybody who tries the demo.
func TestPageChangesAChannel(t *testing.T) {
	s := start(t, slacksim.Options{})
	ana, ben := id(t, s, "ana"), id(t, s, "ben")
	in := room(t, s, "inside")
	do := func(what, name string) slacksim.Channel {
		act(t, s, "channel/"+what, map[string]any{"user": ana, "channel": in, "name": name})
		c, _ := s.Channel(in)
		return c
	}
	assert.Equal(t, "störung", do("rename", "störung").Name)
	assert.True(t, do("private", "").Private)
	assert.False(t, do("public", "").Private)
	assert.NotContains(t, do("kick", "mayday").Members, s.BotUser().ID)
	assert.Contains(t, do("invite", "mayday").Members, s.BotUser().ID)
	ts := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "said by the app"})["ts"]
	status, _ := ask(t, s, http.MethodPost, "/sim/delete", map[string]any{"user": ben, "channel": in, "ts": ts})
	assert.Equal(t, http.StatusUnprocessableEntity, status, "only administrators delete what others said")
	act(t, s, "delete", map[string]any{"user": ana, "channel": in, "ts": ts})
	assert.NotContains(t, shown(t, s, ana, in), "said by the app")
	assert.True(t, do("archive", "").Archived)
	assert.False(t, do("unarchive", "").Archived)
	status, answer := ask(t, s, http.MethodPost, "/sim/channel/rename", map[string]any{"user": ana, "channel": in, "name": "No Blanks"})
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Equal(t, "invalid_name_specials", answer["error"])
}

func TestPageCommandsAndPresses(t *testing.T) {
	s := start(t, slacksim.Options{AckWithin: 300 * time.Millisecond})
	ana := id(t, s, "ana")
	in := room(t, s, "inside")
	status, answer := ask(t, s, http.MethodPost, "/sim/command", map[string]any{"user": ana, "channel": in, "text": "/incident help"})
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Equal(t, "dispatch_failed", answer["error"], "no app is connected")
	_, answer = ask(t, s, http.MethodPost, "/sim/command", map[string]any{"user": ana, "channel": in, "text": "/giphy x"})
	assert.Contains(t, answer["error"], "not a command")

	a := connect(t, s)
	a.on(func(envelope) any { return map[string]any{"text": "only for you"} })
	act(t, s, "command", map[string]any{"user": ana, "channel": in, "text": "/incident help"})
	assert.Equal(t, "help", a.await(t, "slash_commands").field(t, "text"))
	assert.Equal(t, true, shown(t, s, ana, in)["only for you"]["ephemeral"])
	assert.NotContains(t, shown(t, s, id(t, s, "eva"), in), "only for you")

	a.on(nil)
	ts := call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "card", "blocks": card})["ts"]
	for _, c := range []struct {
		block, action, kind string
		values              []string
		field               string
		want                any
	}{
		{"row2", "step.done", "button", []string{"2"}, "value", "2"},
		{"who", "lead", "users_select", []string{ana}, "selected_user", ana},
	} {
		act(t, s, "press", map[string]any{"user": ana, "channel": in, "ts": ts, "block": c.block, "action": c.action, "type": c.kind, "values": c.values})
		pressed := a.await(t, "interactive").field(t, "actions").([]any)[0].(map[string]any)
		assert.Equal(t, c.want, pressed[c.field])
		assert.Equal(t, c.block, pressed["block_id"])
	}
}

func TestPageModals(t *testing.T) {
	s := start(t, slacksim.Options{})
	ana := id(t, s, "ana")
	a := connect(t, s)
	a.on(func(e envelope) any {
		var p struct{ Type string }
		if json.Unmarshal(e.Payload, &p) == nil && p.Type == "view_submission" && strings.Contains(string(e.Payload), `"bad"`) {
			return map[string]any{"response_action": "errors", "errors": map[string]string{"title": "no"}}
		}
		return nil
	})
	act(t, s, "shortcut", map[string]any{"user": ana, "callback_id": "declare"})
	trigger := a.await(t, "interactive").field(t, "trigger_id").(string)
	require.Equal(t, true, call(t, s, "views.open", map[string]string{"trigger_id": trigger, "view": form})["ok"])
	views := see(t, s, "views?user="+ana)["views"].([]any)
	require.Len(t, views, 1)
	view := views[0].(map[string]any)
	assert.Equal(t, "Declare", view["title"])
	assert.Equal(t, "Go", view["submit"])

	typed := func(text string) map[string]any {
		return map[string]any{
			"title": map[string]any{"v": map[string]any{"type": "plain_text_input", "values": []string{text}}},
			"sev":   map[string]any{"v": map[string]any{"type": "static_select", "values": []string{}}},
		}
	}
	press := map[string]any{"user": ana, "view": view["id"], "block": "more", "action": "more", "type": "button", "values": []string{}, "state": typed("half")}
	act(t, s, "view/press", press)
	assert.Equal(t, "half", a.await(t, "interactive").field(t, "view", "state", "values", "title", "v", "value"), "a press tells what was typed so far")

	submit := map[string]any{"user": ana, "view": view["id"], "state": typed("bad")}
	assert.Equal(t, map[string]any{"title": "no"}, act(t, s, "view/submit", submit)["errors"])
	submit["state"] = typed("good")
	assert.Empty(t, act(t, s, "view/submit", submit))
	assert.Empty(t, see(t, s, "views?user="+ana)["views"])
}

func TestPageHomeAndIssues(t *testing.T) {
	s := start(t, slacksim.Options{})
	ana := id(t, s, "ana")
	assert.Nil(t, see(t, s, "home?user="+ana)["view"])
	home := `{"type":"home","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"nothing is open"}}]}`
	require.Equal(t, true, call(t, s, "views.publish", map[string]string{"user_id": ana, "view": home})["ok"])
	assert.NotNil(t, see(t, s, "home?user="+ana)["view"])

	body, err := json.Marshal(map[string]any{"title": "Post-mortem", "body": "## Summary\n\n- [x] done\n\n<script>alert(1)</script>\n\n[bad](javascript:alert(1))", "labels": []string{"incident"}})
	require.NoError(t, err)
	q, err := http.NewRequest(http.MethodPost, s.github.URL()+"repos/"+s.github.Repository()+"/issues", bytes.NewReader(body))
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer "+s.github.Token())
	r, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	require.Equal(t, http.StatusCreated, r.StatusCode)
	answer := see(t, s, "issues")
	issue := answer["issues"].([]any)[0].(map[string]any)
	assert.Equal(t, "demo/operations", answer["repository"])
	assert.Contains(t, issue["html"], "<h2>Summary</h2>")
	assert.Contains(t, issue["html"], `type="checkbox"`)
	assert.NotContains(t, issue["html"], "<script")
	assert.NotContains(t, issue["html"], "javascript:")
}

func TestPageIsWhereLinksLead(t *testing.T) {
	s := start(t, slacksim.Options{})
	in := room(t, s, "inside")
	ts := s.Say("ana", in, "hello", "")
	reply := s.Say("ana", in, "and again", ts)
	lead := func(path string) string {
		r, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get(path)
		require.NoError(t, err)
		require.NoError(t, r.Body.Close())
		return r.Header.Get("Location")
	}
	for at, want := range map[string]string{ts: "/#/" + in + "/" + ts, reply: "/#/" + in + "/" + ts} {
		link := call(t, s, "chat.getPermalink", map[string]string{"channel": in, "message_ts": at})["permalink"].(string)
		assert.Equal(t, want, lead(link))
	}
	assert.Equal(t, "/#/issues/7", lead(s.URL()+"/demo/operations/issues/7"))
	assert.Equal(t, "/#/issues", lead(s.URL()+"/demo/operations/pull/8"))
}

func TestPageIgnoresMarkupThatTheAppPutsIntoABlock(t *testing.T) {
	s := start(t, slacksim.Options{})
	in := room(t, s, "inside")
	call(t, s, "chat.postMessage", map[string]string{"channel": in, "text": "m", "blocks": `[{"type":"markdown","text":"**bold** <b onclick=x>"}]`})
	block := shown(t, s, id(t, s, "ana"), in)["m"]["blocks"].([]any)[0].(map[string]any)
	assert.Contains(t, block["html"], "<strong>bold</strong>")
	assert.NotContains(t, block["html"], "onclick")
}

func TestPageEventsArriveAndEndWithTheSimulator(t *testing.T) {
	s := start(t, slacksim.Options{})
	r, err := http.Get(s.URL() + "/sim/events")
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Body.Close()) }()
	assert.Equal(t, "text/event-stream", r.Header.Get("Content-Type"))
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() && lines.Text() != ": connected" {
		continue
	}
	ts := s.Say("ana", "general", "hello", "")
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
		continue
	}
	var e map[string]string
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(lines.Text(), "data: ")), &e))
	assert.Equal(t, "message", e["kind"])
	assert.Equal(t, ts, e["ts"])
	require.NoError(t, s.page.Close(t.Context()), "an open page must not keep the simulator from closing")
	for lines.Scan() {
		continue
	}
	assert.NoError(t, lines.Err())
}
