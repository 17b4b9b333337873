// Package schedulers asks other tools who is on call: PagerDuty and Grafana OnCall. What they answer becomes the shifts of
// package oncall, which decides everything.
//
// Rule of the room: it only reads. Errors are for people: what the tool answered and what to do about it. None holds a token.
package schedulers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"mayday/oncall"
)

// Scheduler gives the shifts of one schedule that lie in a span of time, also in part.
type Scheduler interface {
	Shifts(ctx context.Context, id string, from, until time.Time) (oncall.Roster, error)
}

const (
	// answerWithin bounds one request, mostPages the requests for one schedule, and mostBytes one answer.
	answerWithin, mostPages, mostBytes = 10 * time.Second, 40, 4 << 20
)

// Error is why a scheduler did not say who is on call, in words for people. It holds no token.
type Error struct {
	// Tool is "PagerDuty", and Setting the variable that holds its token.
	Tool, Setting string
	// Status that it answered; 0 when it did not.
	Status int
	// ID of the schedule.
	ID    string
	cause error
}

// Error says what happened and what to do.
func (e *Error) Error() string {
	switch {
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		return fmt.Sprintf("%s refuses the token (%d): make one that may read schedules, and set %s", e.Tool, e.Status, e.Setting)
	case e.Status == http.StatusNotFound:
		return fmt.Sprintf("%s has nothing with the id %s (404): compare it with the address of the schedule's page", e.Tool, e.ID)
	case e.Status == http.StatusTooManyRequests:
		return e.Tool + " is asked too often (429): it is asked again in a few minutes"
	case e.Status >= 300 && e.Status < 400:
		return fmt.Sprintf("%s leads elsewhere (%d), and the token stays here: compare the address that is set for it", e.Tool, e.Status)
	case e.Status >= 500:
		return fmt.Sprintf("%s answers %d: it is asked again in a few minutes", e.Tool, e.Status)
	case e.Status != 0:
		return fmt.Sprintf("%s answers %d: compare the id %s with the address of the schedule's page", e.Tool, e.Status, e.ID)
	case errors.Is(e.cause, context.DeadlineExceeded):
		return e.Tool + " does not answer in time: it is asked again in a few minutes"
	}
	return e.Tool + " cannot be asked: " + e.cause.Error()
}

// Unwrap gives what went wrong below.
func (e *Error) Unwrap() error { return e.cause }

// tool is what the requests to one tool have in common.
type tool struct {
	name, setting string
	// address of the API, without a slash at its end, and header of each request.
	address string
	header  http.Header
	client  *http.Client
}

func newTool(name, setting, address string, header http.Header) tool {
	// No redirect is followed, because the token is for one host.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return tool{name, setting, strings.TrimRight(address, "/"), header, &http.Client{Timeout: answerWithin, CheckRedirect: stay}}
}

// get asks for a path about a schedule, and reads the answer.
func (t tool) get(ctx context.Context, path string, query url.Values, id string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.address+path+"?"+query.Encode(), nil)
	if err != nil {
		return t.failed(id, errors.New("its address is none"))
	}
	req.Header = t.header.Clone()
	answer, err := t.client.Do(req)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) {
			err = of.Err // without the address
			if of.Timeout() {
				err = context.DeadlineExceeded
			}
		}
		var system syscall.Errno
		if errors.As(err, &system) {
			err = system
		}
		return t.failed(id, err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was read, or is not wanted
	if answer.StatusCode != http.StatusOK {
		return &Error{Tool: t.name, Setting: t.setting, Status: answer.StatusCode, ID: id}
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostBytes+1))
	switch {
	case err != nil:
		return t.failed(id, errors.New("its answer ended early"))
	case len(body) > mostBytes:
		return t.failed(id, errors.New("its answer is too large"))
	case json.Unmarshal(body, into) != nil:
		return t.failed(id, errors.New("its answer is not understood"))
	}
	return nil
}

func (t tool) failed(id string, cause error) error {
	return &Error{Tool: t.name, Setting: t.setting, ID: id, cause: cause}
}

// tooMany is said of a schedule with more shifts than are read.
func (t tool) tooMany(id string) error {
	return t.failed(id, fmt.Errorf("it tells more of %s than %d pages", id, mostPages))
}

// address of a person as Slack has it.
func email(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
