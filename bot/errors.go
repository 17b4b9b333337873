package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// Class says what a caller may do about a failed call.
type Class string

const (
	// Permanent: the same call will fail again. Tell somebody.
	Permanent Class = "permanent"
	// Retry: nothing happened at Slack, or doing it twice does no harm. Safe to repeat later.
	Retry Class = "retry"
	// RateLimited: nothing happened. Repeat after Error.RetryAfter.
	RateLimited Class = "rate_limited"
	// Ambiguous: the request was written and the outcome is unknown. Look before repeating.
	Ambiguous Class = "ambiguous"
	// Token: the token does not work. Nothing will, until somebody replaces it.
	Token Class = "token"
	// Missing: the app lacks the scope named in Error.Needed.
	Missing Class = "missing_scope"
	// Gone: the channel, message, thread or view is not there, is archived, or is not visible to us.
	Gone Class = "gone"
)

// Error is what every method of Client returns when a call fails.
type Error struct {
	Method     string        // Slack's name, e.g. "chat.postMessage"
	Code       string        // Slack's code, e.g. "name_taken"; "" when Slack did not answer
	Class      Class         // what may be done about it
	RetryAfter time.Duration // for RateLimited: how long to wait; else 0
	Needed     string        // for Missing: the scopes Slack asked for, as Slack spells them
	Detail     string        // Slack's own explanation, e.g. which block was refused; may be ""
	cause      error
	unsent     bool // nothing of the request left this machine
}

// Error names the method, the code and what to do; it never holds a token or a URL with a ticket.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("slack " + e.Method + ": ")
	switch {
	case e.Code != "":
		b.WriteString(e.Code)
	case e.cause != nil:
		b.WriteString(e.cause.Error())
	default:
		b.WriteString(string(e.Class))
	}
	if e.Needed != "" {
		b.WriteString(" (add the scope " + e.Needed + " and reinstall the app)")
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, " (retry after %s)", e.RetryAfter.Round(time.Millisecond))
	}
	if e.Class == Token {
		b.WriteString(": " + tokenAdvice(e.Method, e.Code))
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Unwrap gives the transport error behind an unanswered call, so that errors.Is(err, context.Canceled) works.
func (e *Error) Unwrap() error { return e.cause }

// ClassOf gives the class of an error that a Client returned, "" for nil, and Permanent for an error of
// another origin.
func ClassOf(err error) Class {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return Permanent
}

// CodeOf gives Slack's error code ("name_taken"), or "" when there is none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// NotApplied says that the call behind err certainly did nothing at Slack: it was refused, turned away before its
// turn, or never sent. false for nil, for an unknown outcome and for an error of another origin. For a method of
// Client that makes several calls it is about the one that failed.
func NotApplied(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Class {
	case RateLimited, Permanent, Gone, Missing, Token:
		return true
	}
	return e.unsent
}

// codeClass: Slack's error codes that are not Permanent (docs.slack.dev, common errors and each method's page).
var codeClass = map[string]Class{
	"invalid_auth": Token, "not_authed": Token, "account_inactive": Token, "token_revoked": Token,
	"token_expired": Token, "not_allowed_token_type": Token, "missing_args": Token, "forbidden_team": Token,
	"org_login_required": Token, "team_access_not_granted": Token, "invalid_token": Token,

	"missing_scope": Missing, "no_permission": Missing,

	"channel_not_found": Gone, "is_archived": Gone, "message_not_found": Gone, "thread_not_found": Gone,
	"is_inactive": Gone, "not_found": Gone,

	"ratelimited": RateLimited, "rate_limited": RateLimited, "too_many_requests": RateLimited,
	"message_limit_exceeded": RateLimited,

	// "It's possible some aspect of the operation succeeded", says Slack of the first two.
	"internal_error": Ambiguous, "fatal_error": Ambiguous,
	"service_unavailable": Ambiguous, "request_timeout": Ambiguous,

	"team_added_to_org": Retry, "fetch_members_failed": Retry,
}

// classify turns what slack-go returned into an *Error. written says whether the request had left this
// machine when the failure happened; repeats says that doing it twice is the same as doing it once.
func classify(method string, err error, written, repeats bool) *Error {
	out := &Error{Method: method, Class: Ambiguous, cause: withoutURL(err), unsent: !written}
	var refused slack.SlackErrorResponse
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	switch {
	case errors.As(err, &refused):
		out.answered(refused)
	case errors.As(err, &limited):
		out.Code, out.Class, out.RetryAfter = "ratelimited", RateLimited, limited.RetryAfter
	case errors.As(err, &status):
		out.Code = fmt.Sprintf("http_%d", status.Code)
		switch {
		case status.Code == http.StatusTooManyRequests:
			out.Class, out.RetryAfter = RateLimited, defaultRetryAfter
		case status.Code < 500:
			out.Class = Permanent
		}
	case !written && fromTransport(err):
		out.Class = Retry
	case !written:
		out.Class = Permanent // slack-go refused to send it
	}
	if out.Class == Ambiguous && repeats {
		out.Class = Retry
	}
	return out
}

// defaultRetryAfter is used when Slack limits us without saying for how long.
const defaultRetryAfter = 5 * time.Second

func (e *Error) answered(refused slack.SlackErrorResponse) {
	e.Code, e.Needed = refused.Err, refused.Needed
	e.Detail = strings.Join(refused.ResponseMetadata.Messages, "; ")
	class, known := codeClass[refused.Err]
	if !known || (refused.Err == "missing_args" && e.Method != methodConnect && e.Method != "auth.test") {
		class = Permanent // those two have no argument but the token
	}
	e.Class = class
	if class == RateLimited {
		e.RetryAfter = defaultRetryAfter
	}
	if class == Missing && e.Needed == "" {
		e.Needed = strings.Join(scopesOf(e.Method), " or ")
	}
}

func fromTransport(err error) bool {
	var u *url.Error
	return errors.As(err, &u) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// withoutURL drops the address from a transport error: response URLs and socket tickets are credentials.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("the answer was cut short or is not JSON: %w", err)
	}
	return err
}

// tokenAdvice says which token is wrong and what to do about it.
func tokenAdvice(method, code string) string {
	name, kind, how := "SLACK_BOT_TOKEN", "xoxb-", `copy "Bot User OAuth Token" from OAuth & Permissions of the app (install the app first)`
	if method == methodConnect {
		name, kind, how = "SLACK_APP_TOKEN", "xapp-", `make an app-level token with the scope connections:write under Basic Information of the app`
	}
	switch code {
	case "not_allowed_token_type":
		return fmt.Sprintf("%s holds the wrong kind of token: it must begin with %s; %s", name, kind, how)
	case "missing_args", "not_authed":
		return fmt.Sprintf("%s is empty or did not arrive; %s", name, how)
	case "token_expired":
		return fmt.Sprintf("%s has expired: switch token rotation off for the app, then %s", name, how)
	case "forbidden_team", "team_access_not_granted", "org_login_required":
		return fmt.Sprintf("%s is valid but this workspace does not admit the app: ask an administrator to approve it", name)
	}
	return fmt.Sprintf("%s is not accepted (revoked, mistyped, or the app was removed); %s", name, how)
}
