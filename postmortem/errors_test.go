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
)

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
