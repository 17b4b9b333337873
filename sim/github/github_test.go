package github_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	githubsim "mayday/sim/github"
)

// start makes a GitHub that must end without violations.
func start(t *testing.T, o githubsim.Options) *githubsim.Sim {
	t.Helper()
	s := careless(t, o)
	t.Cleanup(func() { assert.Empty(t, s.Violations()) })
	return s
}

// careless makes a GitHub for tests that sin on purpose.
func careless(t *testing.T, o githubsim.Options) *githubsim.Sim {
	t.Helper()
	s, err := githubsim.New(o)
	require.NoError(t, err)
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		assert.NoError(t, s.Close(ctx))
	})
	return s
}

func octo(t *testing.T, s *githubsim.Sim, token string) *github.Client {
	t.Helper()
	g := github.NewClient(nil).WithAuthToken(token)
	base, err := url.Parse(s.URL())
	require.NoError(t, err)
	g.BaseURL = base
	return g
}

func refused(t *testing.T, err error) int {
	t.Helper()
	var bad *github.ErrorResponse
	require.True(t, errors.As(err, &bad), "%v", err)
	return bad.Response.StatusCode
}

func TestIssuesOnGitHub(t *testing.T) {
	s := start(t, githubsim.Options{})
	g, ctx := octo(t, s, s.Token()), context.Background()
	owner, name, _ := strings.Cut(s.Repository(), "/")

	repo, _, err := g.Repositories.Get(ctx, owner, name)
	require.NoError(t, err)
	assert.True(t, repo.GetHasIssues())
	one, _, err := g.Issues.Create(ctx, owner, name, &github.IssueRequest{
		Title: github.String("Site down"), Body: github.String("<!-- mayday:1 -->"), Labels: &[]string{"incident", "p0"}, Assignees: &[]string{"ana"},
	})
	require.NoError(t, err)
	assert.Equal(t, 1, one.GetNumber())
	_, _, err = g.Issues.CreateComment(ctx, owner, name, 1, &github.IssueComment{Body: github.String("escalated")})
	require.NoError(t, err)
	comments, _, err := g.Issues.ListComments(ctx, owner, name, 1, nil)
	require.NoError(t, err)
	require.Len(t, comments, 1)
	_, _, err = g.Issues.EditComment(ctx, owner, name, comments[0].GetID(), &github.IssueComment{Body: github.String("escalated twice")})
	require.NoError(t, err)
	_, _, err = g.Issues.Edit(ctx, owner, name, 1, &github.IssueRequest{State: github.String("closed"), StateReason: github.String("completed")})
	require.NoError(t, err)
	two, _, err := g.Issues.Create(ctx, owner, name, &github.IssueRequest{Title: github.String("Follow-up")})
	require.NoError(t, err)
	req, err := g.NewRequest(http.MethodPost, "repos/demo/operations/issues/1/sub_issues", map[string]any{"sub_issue_id": two.GetID()})
	require.NoError(t, err)
	_, err = g.Do(ctx, req, nil)
	require.NoError(t, err)

	all := s.Issues()
	require.Len(t, all, 2)
	assert.Equal(t, "closed", all[0].State)
	assert.Equal(t, []string{"incident", "p0"}, all[0].Labels)
	assert.Equal(t, "escalated twice", all[0].Comments[0].Body)
	assert.Equal(t, []int{2}, all[0].SubIssues)
	assert.Equal(t, 1, all[1].Parent)

	found, _, err := g.Search.Issues(ctx, `"mayday:1" repo:demo/operations in:body is:issue`, nil)
	require.NoError(t, err)
	assert.Equal(t, 1, found.GetTotal())
	s.Mischief().SearchLag(time.Hour)
	found, _, err = g.Search.Issues(ctx, `"mayday:1"`, nil)
	require.NoError(t, err)
	assert.Zero(t, found.GetTotal(), "the index lags")

	open, _, err := g.Issues.ListByRepo(ctx, owner, name, nil)
	require.NoError(t, err)
	require.Len(t, open, 1)
	page, answer, err := g.Issues.ListByRepo(ctx, owner, name, &github.IssueListByRepoOptions{State: "all", ListOptions: github.ListOptions{PerPage: 1}})
	require.NoError(t, err)
	require.Len(t, page, 1)
	assert.Equal(t, 2, answer.NextPage)
	assert.Equal(t, 5000, answer.Rate.Limit)

	require.NoError(t, s.CommentOnIssue("ana", 1, "/ack"))
	require.NoError(t, s.WriteIssue(1, func(i *githubsim.Issue) { i.State = "open" }))
	assert.Equal(t, "open", s.Issues()[0].State)
}

func TestGitHubRefuses(t *testing.T) {
	s := careless(t, githubsim.Options{})
	g, ctx := octo(t, s, s.Token()), context.Background()
	create := func(r github.IssueRequest) error {
		_, _, err := g.Issues.Create(ctx, "demo", "operations", &r)
		return err
	}
	assert.Equal(t, 422, refused(t, create(github.IssueRequest{})))
	assert.Equal(t, 422, refused(t, create(github.IssueRequest{Title: github.String(strings.Repeat("x", 257))})))
	assert.Equal(t, 422, refused(t, create(github.IssueRequest{Title: github.String("x"), Body: github.String(strings.Repeat("x", 65_537))})))
	assert.Equal(t, 422, refused(t, create(github.IssueRequest{Title: github.String("x"), Assignees: &[]string{"nobody"}})))
	_, _, err := g.Issues.CreateLabel(ctx, "demo", "operations", &github.Label{Name: github.String("p0"), Color: github.String("ff0000")})
	require.NoError(t, err)
	_, _, err = g.Issues.CreateLabel(ctx, "demo", "operations", &github.Label{Name: github.String("P0")})
	assert.Equal(t, 422, refused(t, err))
	assert.ErrorContains(t, err, "already_exists")
	_, _, err = g.Issues.Get(ctx, "demo", "operations", 9)
	assert.Equal(t, 404, refused(t, err))
	_, _, err = g.Repositories.Get(ctx, "demo", "other")
	assert.Equal(t, 404, refused(t, err))
	_, _, err = octo(t, s, "wrong").Users.Get(ctx, "")
	assert.Equal(t, 401, refused(t, err))
	_, _, _, err = g.Repositories.GetContents(ctx, "demo", "operations", ".github/POSTMORTEM.md", nil)
	assert.Equal(t, 404, refused(t, err))
	s.SetContent(".github/POSTMORTEM.md", []byte("# Template"))
	assert.Contains(t, s.Violations()[0], "POST issues")
	file, _, _, err := g.Repositories.GetContents(ctx, "demo", "operations", ".github/POSTMORTEM.md", nil)
	require.NoError(t, err)
	text, err := file.GetContent()
	require.NoError(t, err)
	assert.Equal(t, "# Template", text)
	s.EnableIssues(false)
	assert.Equal(t, 410, refused(t, create(github.IssueRequest{Title: github.String("x")})))
	s.EnableIssues(true)

	s.Mischief().FailNext("POST issues", 1, githubsim.Fault{HTTP: 502, ApplyFirst: true})
	assert.Equal(t, 502, refused(t, create(github.IssueRequest{Title: github.String("made all the same")})))
	require.Len(t, s.Issues(), 1)
	assert.Len(t, s.CallsOf("POST issues"), 6)

	var secondary *github.AbuseRateLimitError
	s.Mischief().FailNext("POST issues", 1, githubsim.Fault{HTTP: 403, RetryAfter: 7})
	require.ErrorAs(t, create(github.IssueRequest{Title: github.String("x")}), &secondary)
	assert.Equal(t, 7*time.Second, secondary.GetRetryAfter())
	var primary *github.RateLimitError
	other := octo(t, s, s.Token()) // go-github refuses by itself until a secondary limit is over
	s.Mischief().FailNext("POST issues", 1, githubsim.Fault{HTTP: 403, Error: "rate limit"})
	_, _, err = other.Issues.Create(ctx, "demo", "operations", &github.IssueRequest{Title: github.String("x")})
	require.ErrorAs(t, err, &primary)
}

func TestAPullRequestWithAnEdit(t *testing.T) {
	s := start(t, githubsim.Options{})
	s.SetContent("docs/RUNBOOK.md", []byte("old"))
	g, ctx := octo(t, s, s.Token()), context.Background()
	ref, _, err := g.Git.GetRef(ctx, "demo", "operations", "heads/main")
	require.NoError(t, err)
	_, _, err = g.Git.CreateRef(ctx, "demo", "operations", &github.Reference{Ref: github.String("refs/heads/learn"), Object: &github.GitObject{SHA: ref.Object.SHA}})
	require.NoError(t, err)
	_, _, err = g.Git.CreateRef(ctx, "demo", "operations", &github.Reference{Ref: github.String("refs/heads/learn"), Object: &github.GitObject{SHA: ref.Object.SHA}})
	assert.Equal(t, 422, refused(t, err))
	file, _, _, err := g.Repositories.GetContents(ctx, "demo", "operations", "docs/RUNBOOK.md", &github.RepositoryContentGetOptions{Ref: "learn"})
	require.NoError(t, err)
	put := func(sha string) error {
		_, _, err := g.Repositories.UpdateFile(ctx, "demo", "operations", "docs/RUNBOOK.md", &github.RepositoryContentFileOptions{
			Message: github.String("learned"), Content: []byte("new"), SHA: &sha, Branch: github.String("learn"),
		})
		return err
	}
	assert.Equal(t, 409, refused(t, put("0123")))
	require.NoError(t, put(file.GetSHA()))
	pull := &github.NewPullRequest{Title: github.String("Learn"), Head: github.String("learn"), Base: github.String("main")}
	_, _, err = g.PullRequests.Create(ctx, "demo", "operations", pull)
	require.NoError(t, err)
	_, _, err = g.PullRequests.Create(ctx, "demo", "operations", pull)
	assert.ErrorContains(t, err, "already exists")
	require.Len(t, s.Pulls(), 1)
	changed, _ := s.Content("learn", "docs/RUNBOOK.md")
	assert.Equal(t, "new", string(changed))
	kept, _ := s.Content("main", "docs/RUNBOOK.md")
	assert.Equal(t, "old", string(kept))
}

func TestGitHubAnswersSoManyCallsAnHour(t *testing.T) {
	s := careless(t, githubsim.Options{Hourly: 2})
	ctx := context.Background()
	for range 2 {
		_, _, err := octo(t, s, s.Token()).Users.Get(ctx, "")
		require.NoError(t, err)
	}
	_, _, err := octo(t, s, s.Token()).Users.Get(ctx, "")
	var limited *github.RateLimitError
	require.ErrorAs(t, err, &limited)
	assert.LessOrEqual(t, time.Until(limited.Rate.Reset.Time), time.Hour)
}
