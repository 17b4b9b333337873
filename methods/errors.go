package methods

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"mayday/incident"
)

// Class says what may be done about a failed attempt.
type Class string

const (
	// Refused: the same message will be refused again. Tell somebody.
	Refused Class = "refused"
	// Unsent: nothing was handed over. Try again after Error.After.
	Unsent Class = "unsent"
	// Unknown: the request was written and nobody knows what came of it. Look before trying again.
	Unknown Class = "unknown"
)

// Error is what came of an attempt that failed, in words for people: what happened, and what to do.
type Error struct {
	What  string
	Class Class
	// After is how long to wait before another attempt; only for Unsent.
	After time.Duration
	cause error
}

// Error gives the words.
func (e *Error) Error() string { return e.What }

// Unwrap gives what was behind it.
func (e *Error) Unwrap() error { return e.cause }

// ClassOf is the class of an error; Unknown for one of another origin.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return Unknown
}

// AskCheck ends an error of what a service does not accept, for whoever reads it elsewhere than in the check.
const AskCheck = "; mayday check says what to set"

func refused(format string, args ...any) *Error {
	return &Error{What: fmt.Sprintf(format, args...), Class: Refused}
}

// ErrTooMany is behind an Error of a service that was asked too often (429), or from which no more is taken today.
var ErrTooMany = errors.New("too many requests")

// again is the pause before another attempt where the service says nothing of it.
const again = 3 * time.Second

// mostAnswer is how much of an answer is read.
const mostAnswer = 256 << 10

// do makes a request of a service, which is called name for people, and gives the body of a good answer. say reads what
// a refusal says of itself; nil: nothing.
func do(client *http.Client, r *http.Request, name string, say func(status int, body []byte) string) ([]byte, error) {
	r.Header.Set("User-Agent", "mayday")
	resp, err := client.Do(r)
	if err != nil {
		return nil, unanswered(err, name)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	why := ""
	if say != nil {
		why = say(resp.StatusCode, body)
	}
	if why != "" {
		why = ": " + incident.Line(why, 200)
	}
	switch code := resp.StatusCode; {
	case code >= 200 && code <= 299 && err == nil:
		return body, nil
	case code >= 200 && code <= 299, code == http.StatusRequestTimeout:
		return nil, &Error{What: name + " broke off its answer", Class: Unknown, cause: err}
	case code == http.StatusTooManyRequests:
		return nil, &Error{What: name + " asks to wait" + why, Class: Unsent, After: pause(resp.Header.Get("Retry-After")), cause: ErrTooMany}
	case code == http.StatusServiceUnavailable:
		return nil, &Error{What: name + " is away" + why, Class: Unsent, After: pause(resp.Header.Get("Retry-After"))}
	case code >= 500:
		return nil, &Error{What: fmt.Sprintf("%s answers with status %d%s", name, code, why), Class: Unknown}
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return nil, refused("%s does not accept what mayday proves itself with%s"+AskCheck, name, why)
	case code >= 300 && code <= 399:
		return nil, refused("%s sends mayday elsewhere, which it does not follow; correct its address", name)
	default:
		return nil, refused("%s refused it with status %d%s", name, code, why)
	}
}

// unanswered is what a request without an answer came to. net/http repeats the address in its errors: that is left out.
func unanswered(err error, name string) *Error {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	var dial *net.OpError
	var dns *net.DNSError
	switch {
	case errors.Is(err, errClosed):
		return &Error{What: "the address leads to a place that is not public (MAYDAY_PROBE_PRIVATE)", Class: Refused, cause: err}
	case errors.As(err, &dns):
		return &Error{What: name + " has no address in DNS", Class: Unsent, After: again, cause: err}
	case errors.As(err, &dial) && dial.Op == "dial":
		return &Error{What: name + " cannot be reached", Class: Unsent, After: again, cause: dial.Err}
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return &Error{What: name + " did not answer in time", Class: Unknown, cause: err}
	}
	return &Error{What: name + " did not answer", Class: Unknown, cause: err}
}

// errClosed is what a guarded client answers for addresses that it may not dial.
var errClosed = ErrNotPublic

// ErrNotPublic is for the guard of Config.Guarded: an address that is not to be dialled.
var ErrNotPublic = errors.New("the address is not a public one")

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// pause reads Retry-After in seconds.
func pause(header string) time.Duration {
	if n, err := strconv.Atoi(header); err == nil && n > 0 && n < 600 {
		return time.Duration(n) * time.Second
	}
	return again
}

// understood reads a good answer, which is JSON.
func understood[T any](body []byte, err error, name string) (v T, _ error) {
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, &Error{What: name + " gave an answer that is none of it", Class: Unknown, cause: err}
	}
	return v, nil
}
