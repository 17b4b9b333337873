package postmortem

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"

	"mayday/incident"
)

// Class says what to do with a failed call.
type Class string

// The classes.
const (
	// Retry: it may work later. The call may have been carried out all the same;
	// every method of GitHub looks before it acts again.
	Retry Class = "retry"
	// RateLimited: it will work once Error.RetryAfter has passed.
	RateLimited Class = "rate_limited"
	// Permanent: somebody has to change something first; Error.Next says what.
	Permanent Class = "permanent"
)

const (
	// lostReply is the wait after which a call that may still be under way on
	// GitHub's side is over, so that looking finds what it made.
	lostReply = 15 * time.Second
	// secondaryWait counts when GitHub names no time (GitHub: "wait for at least one minute").
	secondaryWait = time.Minute
)

// Error is why something could not be done on GitHub, in words for people. It
// never holds a token or key.
type Error struct {
	Class Class
	// RetryAfter is the shortest sensible wait; 0 leaves it to the caller.
	RetryAfter time.Duration
	// Status is GitHub's HTTP status, 0 when there was no answer.
	Status int
	// What happened, and what to do next: one sentence each, without a full stop.
	What, Next string
	// Moved is the address for people of an issue that was transferred; else empty.
	Moved string
	off   bool // issues are switched off
	// unseen: the repository is there, and the issue is where mayday does not see it.
	unseen bool
	cause  error
}

// Error is What and Next.
func (e *Error) Error() string { return e.What + ". " + e.Next }

// Unwrap gives the transport's error, nil when GitHub answered.
func (e *Error) Unwrap() error { return e.cause }

// status is the HTTP status of an error of this package, else 0.
func status(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status
	}
	return 0
}

// classify makes an *Error of what go-github returned. doing names the call:
// "open an issue".
func (g *GitHub) classify(doing string, err error) error {
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	if e, ok := errors.AsType[*github.RateLimitError](err); ok {
		return g.limited(doing, e.Response, max(time.Until(e.Rate.Reset.Time), time.Second), "the hourly limit of requests is used up")
	}
	if e, ok := errors.AsType[*github.AbuseRateLimitError](err); ok {
		wait := secondaryWait
		if e.RetryAfter != nil {
			wait = max(*e.RetryAfter, time.Second)
		}
		return g.limited(doing, e.Response, wait, "too many requests in a short time")
	}
	if e, ok := errors.AsType[*github.ErrorResponse](err); ok && e.Response != nil {
		return g.answered(doing, e)
	}
	if e, ok := errors.AsType[*github.TwoFactorAuthError](err); ok {
		return g.answered(doing, (*github.ErrorResponse)(e))
	}
	return &Error{
		Class: Retry, RetryAfter: lostReply, cause: err,
		What: fmt.Sprintf("Could not %s: no usable answer from GitHub (%s)", doing, g.clean(reason(err))),
		Next: "mayday tries again; if it stays so, look at the network, GITHUB_API_URL and githubstatus.com",
	}
}

// reason leaves the address out of a transport error.
func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "timed out"
	}
	if inner := errors.Unwrap(err); inner != nil {
		return inner.Error()
	}
	return err.Error()
}

func (g *GitHub) limited(doing string, r *http.Response, wait time.Duration, why string) error {
	e := &Error{Class: RateLimited, RetryAfter: wait, What: fmt.Sprintf("Could not %s yet: %s", doing, why), Next: "mayday tries again after the wait that GitHub asks for"}
	if r != nil {
		e.Status = r.StatusCode
	}
	return e
}

// answered classes an answer by its status.
func (g *GitHub) answered(doing string, r *github.ErrorResponse) error {
	code := r.Response.StatusCode
	if wait, ok := asksToWait(r); ok {
		return g.limited(doing, r.Response, wait, "too many requests in a short time")
	}
	e := &Error{Class: Permanent, Status: code, What: fmt.Sprintf("Could not %s: GitHub answered %d", doing, code)}
	if m := g.clean(message(r)); m != "" {
		e.What += " (" + m + ")"
	}
	switch {
	case code >= 500 || code == http.StatusRequestTimeout:
		e.Class, e.RetryAfter = Retry, lostReply
		e.Next = "mayday tries again; see githubstatus.com if it stays so"
	case code >= 300 && code < 400:
		e.Next = fmt.Sprintf("%s was moved or renamed: set GITHUB_REPOSITORY to its new name", g.repository())
	case code == http.StatusUnauthorized:
		e.Next = g.auth.advice()
	case code == http.StatusForbidden:
		e.Next = g.forbidden(r)
	case code == http.StatusNotFound:
		e.Next = fmt.Sprintf("Check that GITHUB_REPOSITORY (%s) is spelt rightly and that %s may see it", g.repository(), g.auth.who())
	case code == http.StatusGone:
		e.off = strings.Contains(strings.ToLower(r.Message), "disabled")
		e.Next = fmt.Sprintf("Switch issues on in the settings of %s, or, if the issue was deleted, ask for the post-mortem again", g.repository())
	case code == http.StatusUnprocessableEntity:
		e.Next = "GitHub refuses what mayday sent; the words in brackets say which part"
	default:
		e.Next = "This needs a look at the settings of " + g.repository()
	}
	return e
}

// asksToWait finds the rate limits that go-github does not know: status 429, and
// a 403 with a wait or GitHub's words for its secondary limit.
func asksToWait(r *github.ErrorResponse) (time.Duration, bool) {
	h, code := r.Response.Header, r.Response.StatusCode
	if code != http.StatusTooManyRequests && code != http.StatusForbidden {
		return 0, false
	}
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil && s >= 0 {
		return max(time.Duration(s)*time.Second, time.Second), true
	}
	if s, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil && h.Get("X-RateLimit-Remaining") == "0" {
		return max(time.Until(time.Unix(s, 0)), time.Second), true
	}
	if code == http.StatusTooManyRequests || strings.Contains(strings.ToLower(r.Message), "secondary rate limit") {
		return secondaryWait, true
	}
	return 0, false
}

// forbidden names the missing right as exactly as GitHub's headers allow.
func (g *GitHub) forbidden(r *github.ErrorResponse) string {
	h, repo := r.Response.Header, g.repository()
	if sso := h.Get("X-GitHub-SSO"); strings.HasPrefix(sso, "required") {
		return "The organisation asks for single sign-on: authorise the token for it in GitHub's token settings"
	}
	if strings.Contains(strings.ToLower(r.Message), "locked") {
		return "Unlock the conversation of the issue, then ask again"
	}
	if strings.Contains(strings.ToLower(r.Message), "archived") {
		return repo + " is archived: unarchive it or set GITHUB_REPOSITORY to another one"
	}
	if want := h.Get("X-Accepted-GitHub-Permissions"); want != "" {
		return fmt.Sprintf("Give %s these permissions on %s: %s", g.auth.who(), repo, incident.Line(want, 100))
	}
	if want := h.Get("X-Accepted-OAuth-Scopes"); want != "" {
		return fmt.Sprintf("Give %s one of these scopes: %s", g.auth.who(), incident.Line(want, 100))
	}
	return fmt.Sprintf("Give %s the permission Issues: read and write on %s", g.auth.who(), repo)
}

// message is GitHub's own words with the fields that it complains of.
func message(r *github.ErrorResponse) string {
	m := r.Message
	for i, f := range r.Errors {
		if i == 3 {
			break
		}
		m += "; " + strings.TrimSpace(f.Field+" "+f.Code+" "+f.Message)
	}
	return m
}

// clean shortens foreign words and takes out whatever is secret, in case that a
// proxy repeats the request.
func (g *GitHub) clean(s string) string {
	for _, secret := range g.auth.secrets() {
		if secret != "" {
			s = strings.ReplaceAll(s, secret.Reveal(), redacted)
		}
	}
	return incident.Line(s, 200)
}
