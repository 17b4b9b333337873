package postmortem

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const repo = " /repos/{owner}/{repo}"

// refuse makes the fake answer one operation with a status.
func (f *fake) refuse(operation string, code int, message string) {
	f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
		if after || op != operation {
			return false
		}
		f.fail(w, code, message)
		return true
	}
}

func refusal(code int, message string, head ...string) *github.ErrorResponse {
	h := http.Header{}
	for i := 0; i < len(head); i += 2 {
		h.Set(head[i], head[i+1])
	}
	return &github.ErrorResponse{Response: &http.Response{StatusCode: code, Header: h, Request: &http.Request{}}, Message: message}
}

// TestWhatAStatusAsksFor: at the bounds of each class.
func TestWhatAStatusAsksFor(t *testing.T) {
	g := newFake(t).client()
	for code, want := range map[int]struct {
		class Class
		next  string
	}{
		299: {Permanent, "look at the settings"}, 300: {Permanent, "moved or renamed"}, 399: {Permanent, "moved or renamed"}, 400: {Permanent, "look at the settings"}, 408: {Retry, "tries again"}, 409: {Permanent, "look at the settings"},
		499: {Permanent, "look at the settings"}, 500: {Retry, "tries again"}, 599: {Retry, "tries again"},
	} {
		e := asError(t, g.classify("do it", refusal(code, "words")))
		assert.Equal(t, want.class, e.Class, code)
		assert.Contains(t, e.Next, want.next, code)
		assert.Equal(t, fmt.Sprintf("Could not do it: GitHub answered %d (words)", code), e.What)
	}
	assert.Equal(t, "Could not do it: GitHub answered 400", asError(t, g.classify("do it", refusal(400, ""))).What)
	assert.True(t, asError(t, g.classify("x", refusal(410, "Issues has been DISABLED"))).off)
	assert.False(t, asError(t, g.classify("x", refusal(410, "This issue was deleted"))).off)
	e := asError(t, g.classify("x", (*github.TwoFactorAuthError)(refusal(401, "Must specify two-factor authentication OTP code."))))
	assert.Equal(t, 401, e.Status)
	assert.Contains(t, e.Next, "GITHUB_TOKEN")
	assert.Equal(t, Retry, asError(t, g.classify("x", &github.ErrorResponse{Message: "no response", Response: nil})).Class)
	assert.Equal(t, "Could not x: no usable answer from GitHub (inner)", asError(t, g.classify("x", fmt.Errorf("outer: %w", errors.New("inner")))).What)
	assert.Equal(t, "Could not x: no usable answer from GitHub (alone)", asError(t, g.classify("x", errors.New("alone"))).What)
	require.NoError(t, g.classify("x", nil))
	own := &Error{Class: Permanent, What: "a", Next: "b"}
	assert.Equal(t, error(own), g.classify("x", fmt.Errorf("again: %w", own)))
	assert.True(t, isPermanent(own))
	assert.False(t, isPermanent(&Error{Class: Retry}))
	assert.False(t, isPermanent(nil))
	assert.False(t, isPermanent(io.EOF))
}

func TestHowLongGitHubAsksToWait(t *testing.T) {
	soon := fmt.Sprint(time.Now().Add(10 * time.Minute).Unix())
	for name, c := range map[string]struct {
		r    *github.ErrorResponse
		wait time.Duration
		ok   bool
	}{
		"a wait":                      {refusal(403, "x", "Retry-After", "30"), 30 * time.Second, true},
		"no wait at all":              {refusal(403, "x", "Retry-After", "0"), time.Second, true},
		"a wait below zero":           {refusal(403, "x", "Retry-After", "-5"), 0, false},
		"a wait that is no number":    {refusal(429, "x", "Retry-After", "soon"), time.Minute, true},
		"a limit that is used up":     {refusal(403, "x", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", soon), 10 * time.Minute, true},
		"a limit that was used up":    {refusal(403, "x", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1"), time.Second, true},
		"a limit that is not used up": {refusal(403, "x", "X-RateLimit-Remaining", "7", "X-RateLimit-Reset", soon), 0, false},
		"a limit without an end":      {refusal(403, "x", "X-RateLimit-Remaining", "0"), 0, false},
		"words":                       {refusal(403, "You have exceeded a Secondary rate limit"), time.Minute, true},
		"another status with a wait":  {refusal(503, "secondary rate limit", "Retry-After", "30"), 0, false},
		"nothing that says so":        {refusal(403, "x"), 0, false},
		"the status alone":            {refusal(429, "x"), time.Minute, true},
	} {
		wait, ok := asksToWait(c.r)
		assert.Equal(t, c.ok, ok, name)
		assert.InDelta(t, c.wait, wait, float64(5*time.Second), name)
		if c.wait <= time.Minute {
			assert.Equal(t, c.wait, wait, name)
		}
	}
	g := newFake(t).client()
	half, long := 500*time.Millisecond, 90*time.Second
	for want, after := range map[time.Duration]*time.Duration{time.Minute: nil, time.Second: &half, 90 * time.Second: &long} {
		e := asError(t, g.classify("x", &github.AbuseRateLimitError{Response: &http.Response{StatusCode: 403}, RetryAfter: after}))
		assert.Equal(t, RateLimited, e.Class)
		assert.Equal(t, want, e.RetryAfter)
		assert.Equal(t, 403, e.Status)
	}
	assert.Zero(t, asError(t, g.classify("x", &github.AbuseRateLimitError{})).Status)
}

func TestWhichFieldsGitHubComplainsOf(t *testing.T) {
	r := refusal(422, "Validation Failed")
	for _, field := range []string{"a", "b", "c", "d", "e"} {
		r.Errors = append(r.Errors, github.Error{Field: field, Code: "invalid", Message: "too long"})
	}
	assert.Equal(t, "Validation Failed; a invalid too long; b invalid too long; c invalid too long", message(r), "three are enough for people")
	r.Errors = []github.Error{{Field: "", Code: "custom"}}
	assert.Equal(t, "Validation Failed; custom", message(r))
}

// TestConcealingGoesOnAfterAFault: what could not be emptied is an error, and the next try empties the rest.
func TestConcealingGoesOnAfterAFault(t *testing.T) {
	for _, operation := range []string{"GET" + repo + "/issues/{issue_number}", "PATCH" + repo + "/issues/{issue_number}", "GET" + repo + "/issues/{issue_number}/comments", "PATCH" + repo + "/issues/comments/{comment_id}",
		"DELETE" + repo + "/issues/comments/{comment_id}", "DELETE" + repo + "/issues/{issue_number}/labels/{name}"} {
		f, r := newFake(t), outage(t)
		g := f.client()
		doc := Tracking(r.inc, options(t))
		issue, err := g.File(bg, doc)
		require.NoError(t, err)
		require.NoError(t, g.Comment(bg, issue.Number, "events-1", "- the secret is out"))
		f.nextID++
		f.issues[0].Comments = append(f.issues[0].Comments, &fakeComment{f.nextID, "<!-- mayday-part 2 -->\nmore of the secret", fakeUser{"mayday", "Bot"}, "MEMBER"})
		require.Greater(t, len(doc.Labels), 1)

		want := Concealed(r.inc, options(t))
		f.refuse(operation, 502, "bad gateway")
		e := asError(t, g.Conceal(bg, issue.Number, want, doc.Labels))
		assert.Equal(t, Retry, e.Class, operation)
		f.misbehave = nil
		require.NoError(t, g.Conceal(bg, issue.Number, want, doc.Labels), operation)
		assert.Equal(t, want.Title, f.issues[0].Title, operation)
		assert.Equal(t, want.Body, f.issues[0].Body, operation)
		assert.Equal(t, []string{"incident"}, labelsOf(f.issues[0]), operation)
		require.Len(t, f.issues[0].Comments, 1, operation)
		assert.NotContains(t, f.issues[0].Comments[0].Body, "secret", operation)
	}
	f, r := newFake(t), outage(t)
	want := Concealed(r.inc, options(t))
	f.add(&fakeIssue{State: "open", Title: "of the secret", Body: want.Body})
	f.add(&fakeIssue{State: "open", Title: want.Title, Body: "of the secret"})
	for n := range 2 {
		require.NoError(t, f.client().Conceal(bg, n+1, want, nil))
		assert.Equal(t, want.Title, f.issues[n].Title)
		assert.Equal(t, want.Body, f.issues[n].Body)
	}
}

// TestAnIssueCountsMoreThanItsLabels: without the right to make labels it is filed; while GitHub is away it is not.
func TestAnIssueCountsMoreThanItsLabels(t *testing.T) {
	for _, test := range []struct {
		operation string
		code      int
		filed     bool
	}{
		{"GET" + repo + "/labels/{name}", 403, true}, {"GET" + repo + "/labels/{name}", 502, false}, {"POST" + repo + "/labels", 403, true}, {"POST" + repo + "/labels", 502, false}, {"POST" + repo + "/labels", 422, true},
		{"GET" + repo + "/issues", 502, false}, {"POST" + repo + "/issues", 502, false}, {"POST" + repo + "/issues", 403, false},
	} {
		f, r := newFake(t), outage(t)
		f.refuse(test.operation, test.code, "no")
		_, err := f.client().File(bg, Draft(r.inc, r.evs, options(t)))
		name := fmt.Sprint(test.operation, " ", test.code)
		if !test.filed {
			assert.Equal(t, test.code, asError(t, err).Status, name)
			assert.Empty(t, f.issues, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Len(t, f.issues, 1, name)
	}
}

func TestALabelIsMadeOnceAndInAColour(t *testing.T) {
	f := newFake(t)
	var colour []string
	handler := f.srv.Config.Handler
	f.srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/labels") && !strings.Contains(r.URL.Path, "/issues/") {
			body, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			colour = append(colour, string(body))
			r.Body = io.NopCloser(strings.NewReader(string(body)))
		}
		handler.ServeHTTP(w, r)
	})
	g := f.client()
	for range 2 {
		require.NoError(t, g.ensureLabels(bg, []string{"p0", "ours"}))
	}
	require.Len(t, colour, 2, "what is known is not asked again")
	assert.Equal(t, 2, len(slices.DeleteFunc(slices.Clone(f.calls), func(c string) bool { return !strings.HasPrefix(c, "GET") })), "nor looked for")
	assert.Contains(t, colour[0], "b60205")
	assert.Contains(t, colour[1], "ededed")

	require.NoError(t, f.client().makeLabel(bg, "p0"), "somebody else made it meanwhile")
	f.refuse("POST"+repo+"/labels", 422, "name is too long")
	assert.Equal(t, 422, asError(t, f.client().makeLabel(bg, "p1")).Status)
	assert.False(t, g.known("p1"))
	require.Error(t, g.ensureLabel(bg, "p1"))
	assert.False(t, g.known("p1"), "what could not be made is looked for again")
}

func TestLabelsOfAnIssueThatCannotBeChanged(t *testing.T) {
	for operation, code := range map[string]int{"GET" + repo + "/issues/{issue_number}": 502, "GET" + repo + "/labels/{name}": 502, "POST" + repo + "/issues/{issue_number}/labels": 502, "DELETE" + repo + "/issues/{issue_number}/labels/{name}": 403} {
		f := newFake(t)
		f.add(&fakeIssue{State: "open", Title: "x", Labels: []fakeLabel{{"p0"}}})
		f.refuse(operation, code, "no")
		assert.Equal(t, code, asError(t, f.client().SetLabels(bg, 1, []string{"p1"}, []string{"p0"})).Status, operation)
		f.misbehave = nil
		require.NoError(t, f.client().SetLabels(bg, 1, []string{"p1"}, []string{"p0"}), operation)
		assert.Equal(t, []string{"p1"}, labelsOf(f.issues[0]), operation)
	}
	f := newFake(t)
	require.NoError(t, f.client().SetLabels(bg, 1, nil, nil))
	assert.Empty(t, f.calls, "nothing to change asks nothing")
}

func TestATemplateThatCannotBeRead(t *testing.T) {
	const contents = "GET" + repo + "/contents/{path}"
	for code, failed := range map[int]bool{404: false, 403: false, 429: true, 401: true, 502: true} {
		f := newFake(t)
		f.template = "# Ours\n"
		f.refuse(contents, code, "no")
		text, err := f.client().Template(bg)
		assert.Empty(t, text, code)
		assert.Equal(t, failed, err != nil, code)
	}
	limited := newFake(t)
	limited.refuse(contents, 403, "You have exceeded a secondary rate limit")
	_, err := limited.client().Template(bg)
	assert.Equal(t, RateLimited, asError(t, err).Class, "a limit passes: the form is read later")
	for name, answer := range map[string]string{"a folder": `[]`, "nonsense": `{"type":"file","encoding":"rot13","content":"x"}`} {
		f := newFake(t)
		f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
			if after || op != contents {
				return false
			}
			_, err := io.WriteString(w, answer)
			assert.NoError(t, err)
			return true
		}
		text, err := f.client().Template(bg)
		assert.Empty(t, text, name)
		if name == "nonsense" {
			assert.Contains(t, asError(t, err).What, "no text file")
		} else {
			require.NoError(t, err, name)
		}
	}
}

func TestDocumentsThatCouldNotBeFoundAgain(t *testing.T) {
	f, r := newFake(t), outage(t)
	doc := Draft(r.inc, r.evs, options(t))
	for name, change := range map[string]func(*Document){"no marker": func(d *Document) { d.Marker = "" }, "another marker": func(d *Document) { d.Marker += "x" }, "no marker in the body": func(d *Document) { d.Body = "x" }, "no marker, and none in the body": func(d *Document) { d.Marker, d.Body = "", documentMarker("")+"\nx" }} {
		bad := doc
		change(&bad)
		_, err := f.client().File(bg, bad)
		assert.Contains(t, asError(t, err).What, "no marker", name)
	}
	assert.Empty(t, f.calls)
}

// TestAnAnswerThatNamesNoIssue: mayday looks for it with the next try.
func TestAnAnswerThatNamesNoIssue(t *testing.T) {
	f, r := newFake(t), outage(t)
	f.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
		if after || op != "POST"+repo+"/issues" {
			return false
		}
		f.send(w, 201, map[string]any{})
		return true
	}
	_, err := f.client().File(bg, Draft(r.inc, r.evs, options(t)))
	e := asError(t, err)
	assert.Equal(t, Retry, e.Class)
	assert.Contains(t, e.What, "the answer names none")
	assert.Equal(t, 15*time.Second, e.RetryAfter)
}

func TestAnIssueWhoseTitleIsRefusedTwice(t *testing.T) {
	f, r := newFake(t), outage(t)
	f.refuse("POST"+repo+"/issues", 422, "no")
	doc := Draft(r.inc, r.evs, options(t))
	doc.Assignees = []string{"ana"}
	_, err := f.client().File(bg, doc)
	assert.Equal(t, 422, asError(t, err).Status)
	tries := 0
	for _, c := range f.calls {
		if c == "POST"+repo+"/issues" {
			tries++
		}
	}
	assert.Equal(t, 2, tries, "with the assignee and without")
	f.calls = nil
	doc.Assignees = nil
	_, err = f.client().File(bg, doc)
	assert.Equal(t, 422, asError(t, err).Status)
	assert.Equal(t, 1, len(slices.DeleteFunc(f.calls, func(c string) bool { return c != "POST"+repo+"/issues" })))
}

func TestACheckOfIssuesThatCannotBeRead(t *testing.T) {
	for operation, want := range map[string]string{"GET" + repo + "/issues": "read the issues", "POST" + repo + "/issues": "open issues"} {
		f := newFake(t)
		f.refuse(operation, 502, "no")
		ps := f.client().Check(bg)
		require.Len(t, ps, 1, operation)
		assert.Contains(t, ps[0].What, want)
		assert.False(t, ps[0].Optional)
	}
	f := newFake(t)
	f.archived, f.noIssues = true, true
	assert.Len(t, f.client().Check(bg), 2, "both are said at once")
	silent := newFake(t)
	silent.misbehave = func(_ int, op string, after bool, w http.ResponseWriter) bool {
		if after || op != "GET"+repo && op != "POST"+repo+"/issues" {
			return false
		}
		silent.send(w, 201, map[string]any{})
		return true
	}
	ps := silent.client().Check(bg)
	require.Len(t, ps, 1, "what GitHub does not say is not taken for a no")
	assert.Equal(t, "GitHub took an issue without a title", ps[0].What)
	assert.Contains(t, ps[0].Next, "acme/shop")
	assert.Equal(t, Problem{What: "a", Next: "b"}, problemOf(&Error{What: "a", Next: "b"}))
	assert.Equal(t, Problem{What: "EOF", Next: "Check the settings of GitHub"}, problemOf(io.EOF))
}
