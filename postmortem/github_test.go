package postmortem

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

var bg = context.Background()

func labelsOf(i *fakeIssue) []string {
	var ls []string
	for _, l := range i.Labels {
		ls = append(ls, l.Name)
	}
	return ls
}

func TestFileOnce(t *testing.T) {
	f, r := newFake(t), outage(t)
	doc := Draft(r.inc, r.evs, options(t))
	made, err := f.client().File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, Issue{Number: 1, ID: 3_000_000_001, NodeID: "I_3000000001", URL: "https://github.com/acme/shop/issues/1",
		Title: doc.Title, Open: true, Labels: doc.Labels}, made)
	assert.Equal(t, doc.Body, f.issues[0].Body)
	again, err := f.client().File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, made, again)
	tracking, err := f.client().File(bg, Tracking(r.inc, options(t)))
	require.NoError(t, err)
	assert.Equal(t, 2, tracking.Number, "another document of the same incident is another issue")
	assert.Len(t, f.issues, 2)
}

func TestFileFindsItAmongMany(t *testing.T) {
	f, r := newFake(t), outage(t)
	doc := Draft(r.inc, r.evs, options(t))
	_, err := f.client().File(bg, doc)
	require.NoError(t, err)
	for range 250 {
		f.add(&fakeIssue{Title: "x", State: "closed", Body: "y", Labels: []fakeLabel{{"incident"}}, Association: "NONE"})
	}
	again, err := f.client().File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, 1, again.Number)
}

// GitHub drops labels without a word from those who may not set them.
func TestFileOnceWithoutLabels(t *testing.T) {
	f, r := newFake(t), outage(t)
	f.dropLabels = true
	doc := Draft(r.inc, r.evs, options(t))
	for range 2 {
		_, err := f.client().File(bg, doc)
		require.NoError(t, err)
	}
	assert.Len(t, f.issues, 1)
}

// A stranger in a public repository may copy the marker into an issue of theirs.
func TestFileTrustsNoStranger(t *testing.T) {
	f, r := newFake(t), outage(t)
	doc := Draft(r.inc, r.evs, options(t))
	f.add(&fakeIssue{Title: "mine", State: "open", Body: doc.Body, Labels: []fakeLabel{}, User: fakeUser{"eve", "User"}, Association: "NONE"})
	made, err := f.client().File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, 2, made.Number)
	f.issues[1].Comments = []*fakeComment{{ID: 5, Body: "<!-- mayday-comment update:1 -->\nno", User: fakeUser{"eve", "User"}, Association: "NONE"}}
	require.NoError(t, f.client().Comment(bg, 2, "update:1", "yes"))
	assert.Len(t, f.issues[1].Comments, 2)
}

func TestFileAssignees(t *testing.T) {
	f, r := newFake(t), outage(t)
	f.logins = []string{"ben-o"}
	made, err := f.client().File(bg, FollowUp(r.inc, 0, 7, "ben-o", options(t)))
	require.NoError(t, err)
	assert.Equal(t, []string{"ben-o"}, made.Assignees)
	made, err = f.client().File(bg, FollowUp(r.inc, 1, 7, "left-us", options(t)))
	require.NoError(t, err)
	assert.Empty(t, made.Assignees)
	assert.Len(t, f.issues, 2)
}

func TestFileRefusesADocumentWithoutMarker(t *testing.T) {
	f := newFake(t)
	_, err := f.client().File(bg, Document{Title: "x", Body: "y"})
	require.Error(t, err)
	assert.Empty(t, f.calls)
}

func TestUpdateKeepsPeopleAndWritesNothingInVain(t *testing.T) {
	f, r := newFake(t), outage(t)
	g, o := f.client(), options(t)
	made, err := g.File(bg, Draft(r.inc, r.evs, o))
	require.NoError(t, err)
	i := f.issues[0]
	i.Body = strings.ReplaceAll(strings.Replace(i.Body, "_Who noticed", "Everybody in Europe. _Who noticed", 1), "\n", "\r\n")
	calls := len(f.calls)
	kept, err := g.Update(bg, made.Number, Draft(r.inc, r.evs, o))
	require.NoError(t, err)
	assert.Equal(t, []string{"impact"}, kept)
	assert.NotContains(t, strings.Join(f.calls[calls:], " "), "PATCH", "nothing changed")
	r.after(time.Minute).take(incident.Note(r.inc, "UBEN", "the last word", r.now))
	kept, err = g.Update(bg, made.Number, Draft(r.inc, r.evs, o))
	require.NoError(t, err)
	assert.Equal(t, []string{"impact"}, kept)
	assert.Contains(t, i.Body, "Everybody in Europe.")
	assert.Contains(t, i.Body, "the last word")
}

// whole puts an issue and its continuation together as a reader sees them.
func whole(i *fakeIssue) string {
	more := map[string]string{}
	for _, c := range i.Comments {
		if m := partMark.FindStringSubmatch(c.Body); m != nil {
			more[m[1]] = partMark.ReplaceAllString(c.Body, "")
		}
	}
	parts := []string{i.Body}
	for n := 2; more[fmt.Sprint(n)] != ""; n++ {
		parts = append(parts, more[fmt.Sprint(n)])
	}
	return strings.Join(parts, "\n")
}

func TestLongBodies(t *testing.T) {
	f, r := newFake(t), manyEvents(t, 3000)
	g, o := f.client(), options(t)
	doc := Draft(r.inc, r.evs, o)
	_, more := Split(doc.Body)
	require.NotEmpty(t, more)
	_, err := g.File(bg, doc)
	require.NoError(t, err)
	assert.Equal(t, doc.Body, whole(f.issues[0]))
	// Longer, then much shorter.
	r.evs = append(r.evs, manyEvents(t, 900).evs...)
	doc = Draft(r.inc, r.evs, o)
	kept, err := g.Update(bg, 1, doc)
	require.NoError(t, err)
	assert.Empty(t, kept)
	assert.Equal(t, doc.Body, whole(f.issues[0]))
	r = outage(t)
	doc = Draft(r.inc, r.evs, o)
	_, err = g.Update(bg, 1, doc)
	require.NoError(t, err)
	assert.Equal(t, doc.Body, f.issues[0].Body)
	assert.Empty(t, f.issues[0].Comments)
}

// A first writing that broke off is finished by whoever comes next.
func TestUpdateFinishes(t *testing.T) {
	f, r := newFake(t), manyEvents(t, 900)
	doc := Draft(r.inc, r.evs, options(t))
	f.add(&fakeIssue{State: "open", Title: "x", Body: documentMarker(doc.Marker) + "\n" + unfinished + "\nI was quicker."})
	kept, err := f.client().Update(bg, 1, doc)
	require.NoError(t, err)
	assert.Empty(t, kept)
	assert.Contains(t, f.issues[0].Body, "\nI was quicker.")
	assert.Equal(t, doc.Body, strings.Replace(whole(f.issues[0]), "\nI was quicker.", "", 1))
}

// Wherever an update of a long body breaks off, no line that people wrote is
// lost, neither then nor by the update that follows.
func TestUpdateThatBreaksOffLosesNothing(t *testing.T) {
	f, r := newFake(t), manyEvents(t, 3000)
	_, err := f.client().File(bg, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	i := f.issues[0]
	require.Len(t, i.Comments, 3)
	// On both sides of every cut.
	i.Body = strings.Replace(i.Body, "\n## Impact", "\nhuman-0\n\n## Impact", 1) + "\nhuman-1"
	for k, c := range i.Comments {
		c.Body = strings.Replace(c.Body, "\n", fmt.Sprintf("\nhuman-%d-first\n", k), 1) + fmt.Sprintf("\nhuman-%d-last", k)
	}
	human := []string{"human-0", "human-1", "human-0-first", "human-0-last", "human-1-first", "human-1-last", "human-2-first", "human-2-last"}
	// A copy of a part is somebody's comment.
	i.Comments = append(i.Comments, &fakeComment{ID: 77, Body: i.Comments[0].Body, User: i.User, Association: "MEMBER"})
	copied := i.Comments[3].Body
	for round := range 8 {
		writes := 0
		f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
			if after || strings.HasPrefix(op, "GET") {
				return false
			}
			writes++
			if writes > round/2 {
				f.fail(w, 500, "oops")
				return true
			}
			return false
		}
		r.inc.Actions = append(r.inc.Actions, incident.Action{Text: strings.Repeat("more to do ", 20), By: "UANA", At: r.now})
		r.inc.Summary += strings.Repeat(" and more words", 10)
		_, err := f.client().Update(bg, 1, Draft(r.inc, r.evs, options(t)))
		if writes > round/2 {
			asError(t, err)
		}
		text := i.Body
		for _, c := range i.Comments[:3] {
			text += "\n" + c.Body
		}
		for _, h := range human {
			assert.Contains(t, strings.Split(text, "\n"), h, "round %d", round)
		}
	}
	assert.Equal(t, copied, i.Comments[3].Body)
}

func TestCommentOncePerKey(t *testing.T) {
	f := newFake(t)
	f.add(&fakeIssue{State: "open"})
	for range 2 {
		g := f.client()
		require.NoError(t, g.Comment(bg, 1, "update:1", "one"))
		require.NoError(t, g.Comment(bg, 1, "update:2", strings.Repeat("two\n", 20000)))
		require.NoError(t, g.Comment(bg, 1, "update:3", " "))
	}
	require.Len(t, f.issues[0].Comments, 3)
	assert.Equal(t, "<!-- mayday-comment update:1 -->\none", f.issues[0].Comments[0].Body)
}

func TestStateTitleLabels(t *testing.T) {
	f := newFake(t)
	f.add(&fakeIssue{State: "open", Title: "old", Labels: []fakeLabel{{"p0"}, {"by-hand"}}})
	g := f.client()
	require.NoError(t, g.Close(bg, 1, true))
	is, err := g.Issue(bg, 1)
	require.NoError(t, err)
	assert.False(t, is.Open)
	assert.Equal(t, "completed", is.Reason)
	require.NoError(t, g.Close(bg, 1, false))
	assert.Equal(t, "not_planned", f.issues[0].StateReason)
	require.NoError(t, g.Reopen(bg, 1))
	require.NoError(t, g.SetTitle(bg, 1, "new"))
	require.NoError(t, g.SetLabels(bg, 1, []string{"p1"}, []string{"p0", "p7"}))
	is, err = g.Issue(bg, 1)
	require.NoError(t, err)
	assert.True(t, is.Open)
	assert.Equal(t, "new", is.Title)
	assert.Equal(t, []string{"by-hand", "p1"}, is.Labels)
}

func TestSubIssues(t *testing.T) {
	f, r := newFake(t), outage(t)
	g := f.client()
	parent, err := g.File(bg, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	child, err := g.File(bg, FollowUp(r.inc, 0, parent.Number, "", options(t)))
	require.NoError(t, err)
	for range 2 {
		linked, err := g.AddSubIssue(bg, parent.Number, child)
		require.NoError(t, err)
		assert.True(t, linked)
	}
	assert.Equal(t, []int64{child.ID}, f.issues[0].Subs)

	f.noSubIssues = true
	for range 2 {
		for n := child.Number; n <= child.Number+1; n++ {
			linked, err := g.AddSubIssue(bg, parent.Number, Issue{Number: n, ID: int64(n)})
			require.NoError(t, err)
			assert.False(t, linked)
		}
	}
	assert.Contains(t, f.issues[0].Body, " -->\n\n- [ ] #2\n- [ ] #3\n\n## External communication")
	kept, err := g.Update(bg, parent.Number, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	assert.Empty(t, kept)
	assert.Contains(t, f.issues[0].Body, "- [ ] #2\n- [ ] #3\n")
}

func TestSubIssueOfALongBodyIsAComment(t *testing.T) {
	f, r := newFake(t), manyEvents(t, 3000)
	f.noSubIssues = true
	g := f.client()
	_, err := g.File(bg, Draft(r.inc, r.evs, options(t)))
	require.NoError(t, err)
	for range 2 {
		_, err = g.AddSubIssue(bg, 1, Issue{Number: 9, ID: 9})
		require.NoError(t, err)
	}
	last := f.issues[0].Comments[len(f.issues[0].Comments)-1]
	assert.Equal(t, "<!-- mayday-comment follow-up-9 -->\n- [ ] #9", last.Body)
	assert.Equal(t, Draft(r.inc, r.evs, options(t)).Body, whole(f.issues[0]))
}

func TestTemplate(t *testing.T) {
	f := newFake(t)
	text, err := f.client().Template(bg)
	require.NoError(t, err)
	assert.Empty(t, text)
	f.template = "# Ours\n"
	text, err = f.client().Template(bg)
	require.NoError(t, err)
	assert.Equal(t, "# Ours\n", text)
}

func TestPublic(t *testing.T) {
	f := newFake(t)
	is, err := f.client().Public(bg)
	require.NoError(t, err)
	assert.True(t, is)
	f.private = true
	is, err = f.client().Public(bg)
	require.NoError(t, err)
	assert.False(t, is)
}

func TestCheck(t *testing.T) {
	answer := func(at, status, message string, head ...string) func(*fake) {
		return func(f *fake) {
			f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
				if after || op != at {
					return false
				}
				for i := 0; i < len(head); i += 2 {
					w.Header().Set(head[i], head[i+1])
				}
				var code int
				fmt.Sscan(status, &code)
				f.fail(w, code, message)
				return true
			}
		}
	}
	const repo = " /repos/{owner}/{repo}"
	cases := map[string]struct {
		set      func(*fake)
		next     string
		optional bool
	}{
		"archived":       {func(f *fake) { f.archived = true }, "Unarchive it", false},
		"issues off":     {func(f *fake) { f.noIssues = true }, "Switch them on under Settings", false},
		"bad token":      {func(f *fake) { f.authorise = func(*http.Request) bool { return false } }, "Set GITHUB_TOKEN to a token that has neither expired", false},
		"not found":      {answer("GET"+repo, "404", "Not Found"), "GITHUB_REPOSITORY (acme/shop) is spelt rightly", false},
		"may not read":   {answer("GET"+repo+"/issues", "403", "Resource not accessible by personal access token", "X-Accepted-GitHub-Permissions", "issues=read"), "issues=read", false},
		"may not write":  {answer("POST"+repo+"/issues", "403", "Resource not accessible by personal access token", "X-Accepted-GitHub-Permissions", "issues=write"), "Give the token these permissions on acme/shop: issues=write", false},
		"classic scope":  {answer("POST"+repo+"/issues", "403", "no", "X-Accepted-OAuth-Scopes", "repo"), "one of these scopes: repo", false},
		"no header":      {answer("POST"+repo+"/issues", "403", "no"), "Issues: read and write", false},
		"single sign-on": {answer("GET"+repo, "403", "Resource protected by organization SAML enforcement", "X-GitHub-SSO", "required; url=https://github.com/x"), "single sign-on", false},
		"no contents":    {answer("GET"+repo+"/contents/{path}", "403", "no", "X-Accepted-GitHub-Permissions", "contents=read"), "contents=read", true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			c.set(f)
			ps := f.client().Check(bg)
			require.Len(t, ps, 1, "%v", ps)
			assert.Contains(t, ps[0].Next, c.next)
			assert.Equal(t, c.optional, ps[0].Optional)
			assert.NotContains(t, ps[0].What+ps[0].Next, token)
		})
	}
	f := newFake(t)
	assert.Empty(t, f.client().Check(bg))
	assert.Empty(t, f.issues, "a check makes nothing")
}

func TestNewGitHubNamesEverySetting(t *testing.T) {
	_, err := NewGitHub(Config{Repository: "shop", APIURL: "ftp://x", AppID: 1, PrivateKey: "nonsense"})
	for _, v := range []string{"GITHUB_REPOSITORY", "GITHUB_API_URL", "GITHUB_APP_INSTALLATION_ID", "GITHUB_APP_PRIVATE_KEY"} {
		assert.ErrorContains(t, err, v)
	}
	assert.NotContains(t, err.Error(), "nonsense")
	for _, repo := range []string{"", "a/b/c", "a/..", "a b/c", "https://github.com/a/b", "a/b?x"} {
		_, err := NewGitHub(Config{Repository: repo, Token: token})
		assert.ErrorContains(t, err, "GITHUB_REPOSITORY", repo)
	}
	for _, c := range []Config{{}, {Token: "x y"}, {Token: "x\n"}} {
		c.Repository = "acme/shop"
		_, err := NewGitHub(c)
		assert.ErrorContains(t, err, "GITHUB_TOKEN")
	}
	_, err = NewGitHub(Config{Repository: "acme/shop", Token: token, APIURL: "https://ghe.example.com/api/v3"})
	require.NoError(t, err)
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	require.Error(t, err)
	e, ok := errors.AsType[*Error](err)
	require.True(t, ok, "%v", err)
	assert.NotContains(t, err.Error(), token)
	assert.NotEmpty(t, e.Next)
	return e
}

func TestClasses(t *testing.T) {
	reset := fmt.Sprint(time.Now().Add(10 * time.Minute).Unix())
	cases := map[string]struct {
		code    int
		message string
		head    []string
		class   Class
		wait    [2]time.Duration
		next    string
	}{
		"401":             {401, "Bad credentials", nil, Permanent, [2]time.Duration{}, "GITHUB_TOKEN"},
		"403 locked":      {403, "Unable to create comment because issue is locked.", nil, Permanent, [2]time.Duration{}, "Unlock"},
		"403 archived":    {403, "Repository was archived so is read-only.", nil, Permanent, [2]time.Duration{}, "archived"},
		"404":             {404, "Not Found", nil, Permanent, [2]time.Duration{}, "GITHUB_REPOSITORY"},
		"410":             {410, "Issues are disabled for this repo", nil, Permanent, [2]time.Duration{}, "Switch issues on"},
		"422":             {422, "Validation Failed", nil, Permanent, [2]time.Duration{}, "in brackets"},
		"451":             {451, "Repository access blocked", nil, Permanent, [2]time.Duration{}, "settings of acme/shop"},
		"500":             {500, "", nil, Retry, [2]time.Duration{lostReply, lostReply}, "tries again"},
		"502":             {502, "<html>", nil, Retry, [2]time.Duration{lostReply, lostReply}, "tries again"},
		"primary limit":   {403, "API rate limit exceeded", []string{"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", reset}, RateLimited, [2]time.Duration{9 * time.Minute, 11 * time.Minute}, "tries again"},
		"primary as 429":  {429, "API rate limit exceeded", []string{"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", reset}, RateLimited, [2]time.Duration{9 * time.Minute, 11 * time.Minute}, "tries again"},
		"secondary":       {403, "You have exceeded a secondary rate limit", []string{"Retry-After", "30"}, RateLimited, [2]time.Duration{30 * time.Second, 30 * time.Second}, "tries again"},
		"secondary bare":  {403, "You have exceeded a secondary rate limit", nil, RateLimited, [2]time.Duration{time.Minute, time.Minute}, "tries again"},
		"429 bare":        {429, "", nil, RateLimited, [2]time.Duration{time.Minute, time.Minute}, "tries again"},
		"echoes a secret": {422, "you sent " + token, nil, Permanent, [2]time.Duration{}, "in brackets"},
		"moved":           {301, "Moved Permanently", []string{"Location", "/api/v3/repositories/7/issues/1"}, Permanent, [2]time.Duration{}, "moved or renamed"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.misbehave = func(_ int, _ string, _ bool, w http.ResponseWriter) bool {
				for i := 0; i < len(c.head); i += 2 {
					w.Header().Set(c.head[i], c.head[i+1])
				}
				f.fail(w, c.code, c.message)
				return true
			}
			e := asError(t, f.client().SetTitle(bg, 1, "x"))
			assert.Equal(t, c.class, e.Class)
			assert.Equal(t, c.code, e.Status)
			assert.GreaterOrEqual(t, e.RetryAfter, c.wait[0])
			assert.LessOrEqual(t, e.RetryAfter, c.wait[1])
			assert.Contains(t, e.Next, c.next)
		})
	}
}

func TestNetworkErrors(t *testing.T) {
	f := newFake(t)
	g := f.client()
	f.srv.Close()
	e := asError(t, g.SetTitle(bg, 1, "x"))
	assert.Equal(t, Retry, e.Class)
	assert.Contains(t, e.What, "connect")
	ctx, cancel := context.WithCancel(bg)
	cancel()
	assert.ErrorIs(t, g.SetTitle(ctx, 1, "x"), context.Canceled)
}

// A redirect to another host must not carry the token there.
func TestTokenStaysHome(t *testing.T) {
	stolen := ""
	thief := newFake(t)
	thief.srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stolen += r.Header.Get("Authorization")
		thief.fail(w, 404, "no")
	})
	f := newFake(t)
	f.misbehave = func(_ int, _ string, _ bool, w http.ResponseWriter) bool {
		w.Header().Set("Location", strings.Replace(thief.srv.URL, "127.0.0.1", "localhost", 1)+"/x")
		w.WriteHeader(http.StatusTemporaryRedirect)
		return true
	}
	_, err := f.client().Issue(bg, 1)
	asError(t, err)
	assert.Empty(t, stolen)
}

func TestSecretsDoNotPrint(t *testing.T) {
	c := Config{Token: token}
	raw, err := c.Token.MarshalText()
	require.NoError(t, err)
	for _, s := range []string{fmt.Sprintf("%v %+v %#v %s %q", c, c, c, c.Token, c.Token), string(raw)} {
		assert.NotContains(t, s, token)
		assert.Contains(t, s, redacted)
	}
	assert.Empty(t, Secret("").String())
}

func TestRequestsAreThoseOfTheDescription(t *testing.T) {
	ops := readDescription(t)
	check := func(method, target, body string) []string {
		r, err := http.NewRequest(method, target, nil)
		require.NoError(t, err)
		_, _, faults := operationOf(ops, r, r.URL.Path, []byte(body))
		return faults
	}
	assert.Empty(t, check("POST", "/repos/a/b/issues", `{"title":"x","labels":["p0"]}`))
	for _, bad := range [][3]string{
		{"POST", "/repos/a/b/issues", `{"body":"x"}`}, {"POST", "/repos/a/b/issues", `{"title":true}`}, {"POST", "/repos/a/b/issues", `{"title":"x","colour":1}`},
		{"POST", "/repos/a/b/issues", ``}, {"PATCH", "/repos/a/b/issues/x", `{}`}, {"PATCH", "/repos/a/b/issues/1", `{"state":"gone"}`},
		{"GET", "/repos/a/b/issues?state=old", ``}, {"GET", "/repos/a/b/issues?since=today", ``}, {"GET", "/repos/a/b/issues?q=1", ``}, {"GET", "/repos/a/b/nothing", ``},
	} {
		assert.NotEmpty(t, check(bad[0], bad[1], bad[2]), bad)
	}
	assert.True(t, slices.IsSortedFunc(ops, func(a, b operation) int { return len(b.name) - len(a.name) }))
}
