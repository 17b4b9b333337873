package github_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	githubsim "mayday/sim/github"
)

// ask sends one request without following redirects, and returns the status and headers.
func ask(t *testing.T, s *githubsim.Sim, method, path, body string) (int, http.Header) {
	t.Helper()
	q, err := http.NewRequest(method, s.URL()+path, strings.NewReader(body))
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer "+s.Token())
	q.Header.Set("User-Agent", "test")
	r, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(q)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	return r.StatusCode, r.Header
}

func TestATransferredIssueRedirects(t *testing.T) {
	s := start(t, githubsim.Options{Others: []string{"demo/archive"}})
	strangers := s.WriteNewIssue("eva", "demo/archive", "A stranger's", "mine")
	one := s.WriteNewIssue("ana", "demo/operations", "Ours", "ours")
	two := s.WriteNewIssue("ana", "demo/operations", "Also ours", "")
	require.Equal(t, 1, strangers)
	now, err := s.TransferIssue(one, "demo/archive")
	require.NoError(t, err)
	require.Equal(t, two, now, "its number there is that of another issue here: whoever writes it down overwrites a stranger's")

	for path, body := range map[string]string{"GET issues/1": "", `PATCH issues/1`: `{"body":"x"}`, "POST issues/1/comments": `{"body":"x"}`, "POST issues/1/sub_issues": `{"sub_issue_id":1}`} {
		method, at, _ := strings.Cut(path, " ")
		status, header := ask(t, s, method, "repos/demo/operations/"+at, body)
		want := http.StatusMovedPermanently
		if method == "POST" {
			want = http.StatusTemporaryRedirect
		}
		assert.Equal(t, want, status, path)
		assert.Equal(t, s.URL()+"repositories/2/"+strings.Replace(at, "issues/1", "issues/2", 1), header.Get("Location"), path)
	}
	g := octo(t, s, s.Token())
	i, _, err := g.Issues.Get(t.Context(), "demo", "operations", one)
	require.NoError(t, err)
	assert.Equal(t, []any{2, "Ours"}, []any{i.GetNumber(), i.GetTitle()})
	assert.Contains(t, i.GetRepositoryURL(), "demo/archive")
	assert.Len(t, s.Issues(), 1)
	assert.Len(t, s.IssuesIn("demo/archive"), 2)

	_, err = s.TransferIssue(two, "elsewhere/secret")
	require.NoError(t, err)
	status, _ := ask(t, s, "GET", "repos/demo/operations/issues/2", "")
	assert.Equal(t, http.StatusNotFound, status, "the token may not read there")
	_, err = s.TransferIssue(9, "demo/archive")
	assert.Error(t, err)
}

func TestADeletedIssueIsGone(t *testing.T) {
	s := start(t, githubsim.Options{})
	n := s.WriteNewIssue("ana", s.Repository(), "Ours", "")
	require.NoError(t, s.DeleteIssue(n))
	for _, path := range []string{"repos/demo/operations/issues/1", "repos/demo/operations/issues/1/comments"} {
		status, _ := ask(t, s, "GET", path, "")
		assert.Equal(t, http.StatusGone, status)
	}
	assert.Error(t, s.DeleteIssue(n))
	assert.Equal(t, 2, s.WriteNewIssue("ana", s.Repository(), "Next", ""), "numbers are never used again")
}

func TestARenamedRepositoryRedirects(t *testing.T) {
	dir := t.TempDir()
	first, err := githubsim.New(githubsim.Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, first.Start("127.0.0.1:0"))
	first.Rename("acme/ops")
	require.NoError(t, first.Close(t.Context()))
	s, err := githubsim.New(githubsim.Options{Dir: dir, Repository: "acme/ops"})
	require.NoError(t, err)
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() { assert.NoError(t, s.Close(context.Background())) })
	g := octo(t, s, s.Token())
	r, _, err := g.Repositories.Get(t.Context(), "demo", "operations")
	require.NoError(t, err)
	assert.Equal(t, "acme/ops", r.GetFullName(), "known again at the next start")
	status, header := ask(t, s, "POST", "repos/demo/operations/issues", `{"title":"x"}`)
	assert.Equal(t, http.StatusTemporaryRedirect, status)
	assert.Equal(t, s.URL()+"repositories/1/issues", header.Get("Location"))
	_, _, err = g.Issues.Create(t.Context(), "demo", "operations", &github.IssueRequest{Title: github.String("x")})
	require.NoError(t, err)
	assert.Len(t, s.Issues(), 1)
	_, _, err = g.Search.Issues(t.Context(), "repo:demo/operations x", nil)
	assert.Equal(t, http.StatusUnprocessableEntity, refused(t, err), "search knows no earlier names")
	s.ForgetViolations()
}

func TestARepositoryIsForbiddenInManyWays(t *testing.T) {
	s := start(t, githubsim.Options{})
	create := func() int {
		status, _ := ask(t, s, "POST", "repos/demo/operations/issues", `{"title":"x"}`)
		return status
	}
	s.Archive(true)
	assert.Equal(t, http.StatusForbidden, create())
	status, _ := ask(t, s, "GET", "repos/demo/operations/issues", "")
	assert.Equal(t, http.StatusOK, status, "it can still be read")
	s.Archive(false)
	s.EnableIssues(false)
	assert.Equal(t, http.StatusGone, create())
	s.EnableIssues(true)
	s.EnforceSSO(true)
	status, header := ask(t, s, "GET", "repos/demo/operations", "")
	assert.Equal(t, http.StatusForbidden, status)
	assert.Contains(t, header.Get("X-GitHub-SSO"), "required; url=")
	s.EnforceSSO(false)
	assert.Equal(t, http.StatusCreated, create())

	for v, private := range map[string]bool{"private": true, "internal": true, "public": false} {
		s.SetVisibility(v)
		r, _, err := octo(t, s, s.Token()).Repositories.Get(t.Context(), "demo", "operations")
		require.NoError(t, err)
		assert.Equal(t, private, r.GetPrivate(), "whoever looks at this alone takes an internal repository for a private one")
		assert.Equal(t, v, r.GetVisibility())
	}
}

func TestTooMuchContentAMinute(t *testing.T) {
	s := start(t, githubsim.Options{ContentAMinute: 2})
	g := octo(t, s, s.Token())
	create := func() error {
		_, _, err := g.Issues.Create(t.Context(), "demo", "operations", &github.IssueRequest{Title: github.String("x")})
		return err
	}
	require.NoError(t, create())
	require.NoError(t, create())
	var limited *github.AbuseRateLimitError
	require.ErrorAs(t, create(), &limited)
	assert.Positive(t, limited.GetRetryAfter())
	_, _, err := octo(t, s, s.Token()).Issues.Get(t.Context(), "demo", "operations", 1)
	assert.NoError(t, err, "reading goes on")
}
