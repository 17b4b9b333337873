package statuspage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mayday/incident"
)

// Class says what to do with a failed call.
type Class string

// The classes.
const (
	// Retry: it may work later. The call may have been carried out all the same.
	Retry Class = "retry"
	// RateLimited: it was not carried out, and works once Error.RetryAfter has passed.
	RateLimited Class = "rate_limited"
	// Permanent: it was not carried out, and somebody has to change something first; Error.Next says what.
	Permanent Class = "permanent"
	// Missing is Permanent: what the call was about is not on the page.
	Missing Class = "missing"
)

// limitedWait counts where the product names no time. Statuspage measures a minute (https://developer.statuspage.io).
const limitedWait = time.Minute

// Error is why something could not be done on the status page, in words for people. It never holds the key.
type Error struct {
	Class Class
	// RetryAfter is the shortest sensible wait; 0 leaves it to the caller.
	RetryAfter time.Duration
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// What happened, and what to do next: one sentence each, without a full stop.
	What, Next string
	cause      error
}

// Error is What and Next.
func (e *Error) Error() string { return e.What + ". " + e.Next }

// Unwrap gives the transport's error, nil when there was an answer.
func (e *Error) Unwrap() error { return e.cause }

var errNoID = errors.New("the answer names no incident")

// Gone reports whether an error says that what the call was about is not on the page.
func Gone(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Class == Missing
}

func (w *wire) unanswered(doing string, err error) error {
	why := "no usable answer"
	if errors.Is(err, context.DeadlineExceeded) {
		why = "timed out"
	}
	// The transport's own words repeat the address, and nobody knows what somebody wrote into it.
	return &Error{Class: Retry, cause: err, What: fmt.Sprintf("Could not %s: %s from %s", doing, why, w.name),
		Next: "Look at the network and MAYDAY_STATUSPAGE_URL, and whether " + w.name + " is up"}
}

// refused classes an answer by its status.
func (w *wire) refused(doing string, resp *http.Response, body []byte) error {
	code := resp.StatusCode
	e := &Error{Class: Permanent, Status: code, What: fmt.Sprintf("Could not %s: %s answered %d", doing, w.name, code)}
	if said := w.clean(message(body)); said != "" {
		e.What += " (" + said + ")"
	}
	switch {
	case code == http.StatusTooManyRequests || code == 420: // Statuspage: "Error codes 420 or 429"
		e.Class, e.RetryAfter, e.Next = RateLimited, wait(resp.Header), "mayday tries again after the wait that "+w.name+" asks for"
	case code >= 500 || code == http.StatusRequestTimeout:
		e.Class, e.Next = Retry, "Look whether "+w.name+" is up"
	case code == http.StatusUnauthorized:
		e.Next = "Make a new key and set MAYDAY_STATUSPAGE_TOKEN"
	case code == http.StatusForbidden:
		e.Next = "Give the key of MAYDAY_STATUSPAGE_TOKEN the right to write incidents"
	case code == http.StatusNotFound || code == http.StatusGone:
		e.Class, e.Next = Missing, "Look whether it was deleted there, and at MAYDAY_STATUSPAGE_PAGE"
	case code >= 300 && code < 400:
		e.Next = "The interface is at another address: set MAYDAY_STATUSPAGE_URL to it"
	default:
		e.Next = w.name + " refuses what mayday sent; the words in brackets say which part"
	}
	return e
}

// wait reads Retry-After, in seconds. Statuspage sends it (https://community.atlassian.com/t5/Statuspage-articles/ba-p/1455362).
func wait(h http.Header) time.Duration {
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil && s >= 0 {
		return min(max(time.Duration(s)*time.Second, time.Second), 10*time.Minute)
	}
	return limitedWait
}

// message finds the sentence in an answer that refuses: {"error":"…"}, {"error":["…"]}, {"error":{"message":"…"}}, {"message":"…"}.
func message(body []byte) string {
	var o struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	if json.Unmarshal(body, &o) != nil {
		return ""
	}
	var one string
	var many []string
	var inner struct {
		Message string `json:"message"`
	}
	switch {
	case o.Message != "":
		return o.Message
	case json.Unmarshal(o.Error, &one) == nil:
		return one
	case json.Unmarshal(o.Error, &many) == nil:
		return strings.Join(many, "; ")
	case json.Unmarshal(o.Error, &inner) == nil:
		return inner.Message
	}
	return ""
}

// clean shortens foreign words, and takes the key out, in case that they repeat the request.
func (w *wire) clean(s string) string {
	return incident.Line(strings.ReplaceAll(s, w.token.Reveal(), "[redacted]"), 200)
}
