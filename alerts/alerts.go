// Package alerts turns what senders post into one kind of report: one file a dialect.
//
// Rule of the room: pure. Bytes and headers go in, reports come out; no clock, no network, no
// state. A dialect is recognised by its shape and never configured. Whatever arrives is what
// strangers wrote: a body that is not understood is an error that says which part, and never
// quotes the body.
package alerts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"mayday/incident"
)

// MaxBody is the largest body that is taken, in bytes (PagerDuty: 512 KB an event).
const MaxBody = 512 << 10

// mostReports of one post are read; a sender that groups more says so itself.
const mostReports = 1000

// Post is what a sender posted.
type Post struct {
	// Source is the name of the source that the sender proved to be.
	Source string
	// Path is which of the endpoints it came to.
	Path Path
	// Header holds the headers that Kept names, in lower case.
	Header map[string]string
	Body   []byte
	// FreshKey names an alert whose sender gives it no key of its own.
	FreshKey string
}

// Path is an endpoint.
type Path string

// The endpoints.
const (
	// Events and Changes are PagerDuty's two; In is the one for all other dialects.
	Events  Path = "events"
	Changes Path = "changes"
	In      Path = "in"
)

// Reading is what a post says.
type Reading struct {
	// Dialect is the name of the dialect: "alertmanager".
	Dialect string
	Reports []incident.Report
	// Changes are what was changed: deploys, not alerts.
	Changes []incident.ChangeEvent
	// Confirm is an address that has to be asked for once so that the sender goes on
	// (Amazon SNS); empty otherwise. It is of the service's own host.
	Confirm string
	// Beat: the sender says that it is alive, which a source with a heartbeat is waited for.
	Beat bool
	// Left is how many reports of the post were left out because there were too many.
	Left int
}

// Malformed is what is wrong with a body, in words for its sender.
type Malformed struct{ What string }

// Error is for the sender's log.
func (m *Malformed) Error() string { return m.What }

func malformed(format string, args ...any) error { return &Malformed{fmt.Sprintf(format, args...)} }

// dialect is one way of writing reports.
type dialect struct {
	name string
	// fits reports whether a post is written in it. top are the fields of its JSON object.
	fits func(p Post, top object) bool
	read func(p Post, top object) (Reading, error)
}

// dialects in the order in which they are tried: those with a mark of their own first, and
// what takes any JSON last.
func dialects() []dialect {
	return []dialect{slackMessage, pagerDutyChange, pagerDuty, gitHub, sentry, cloudWatch, grafana, alertmanager, datadog, uptimeRobot, pingdom, uptimeKuma, betterStack, cloudEvents, standardWebhooks, generic}
}

// Read understands a post. The error is a *Malformed.
func Read(p Post) (Reading, error) {
	p.Body = bytes.TrimPrefix(p.Body, []byte("\ufeff")) // PowerShell and other programs of Windows begin a text with this mark
	top, err := bodyOf(p)
	if err != nil {
		return Reading{}, err
	}
	for _, d := range dialects() {
		if !d.fits(p, top) {
			continue
		}
		r, err := d.read(p, top)
		if err != nil {
			return Reading{}, fmt.Errorf("%s: %w", d.name, err)
		}
		r.Dialect = d.name
		for i := range r.Reports {
			r.Reports[i].Source = p.Source
		}
		for i := range r.Changes {
			r.Changes[i].Source = p.Source
		}
		if n := len(r.Reports); n > mostReports {
			r.Reports, r.Left = r.Reports[:mostReports], r.Left+n-mostReports
		}
		return r, nil
	}
	return Reading{}, malformed("the body is in no format that is known here")
}

// bodyOf is the object that a body is: JSON, or a form of which each field is one of the object's.
func bodyOf(p Post) (object, error) {
	if !strings.HasPrefix(p.Header["content-type"], "application/x-www-form-urlencoded") || bytes.HasPrefix(bytes.TrimSpace(p.Body), []byte("{")) {
		return objectOf(p.Body)
	}
	form, err := url.ParseQuery(string(p.Body))
	if err != nil {
		return nil, malformed("the form cannot be read")
	}
	top := object{}
	for name := range form {
		raw, err := json.Marshal(form.Get(name))
		if err != nil {
			return nil, malformed("the form cannot be read")
		}
		top[name] = raw
	}
	return top, nil
}

// Kept names the headers that are kept with a post, because a dialect reads them. None is a secret.
func Kept(header string) bool {
	h := strings.ToLower(header)
	switch h {
	case "content-type", "user-agent", "sentry-hook-resource", "x-amz-sns-message-type", "webhook-id", "request-id", "x-github-event":
		return true
	}
	return strings.HasPrefix(h, "ce-")
}

// object is a JSON object whose fields are read as they are needed: senders write numbers
// for strings and leave out what they do not have.
type object map[string]json.RawMessage

func objectOf(raw []byte) (object, error) {
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, malformed("the body is not JSON, from byte %d on", syntax.Offset)
		}
		return nil, malformed("the body is no JSON object")
	}
	if o == nil {
		return nil, malformed("the body is no JSON object")
	}
	return o, nil
}

// has reports whether all fields are there.
func (o object) has(names ...string) bool {
	for _, n := range names {
		if _, ok := o[n]; !ok {
			return false
		}
	}
	return true
}

// text is a field as text: of the first of names that says something. Numbers and booleans
// are written as JSON writes them; objects and lists count for nothing.
func (o object) text(names ...string) string {
	for _, n := range names {
		if s := textOf(o[n]); s != "" {
			return s
		}
	}
	return ""
}

func textOf(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || bytes.Equal(raw, []byte("null")) {
		return ""
	}
	if raw[0] != '"' {
		return string(raw)
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// object is a field that is one; an empty one when it is none.
func (o object) object(name string) object {
	var in object
	if json.Unmarshal(o[name], &in) != nil || in == nil {
		return object{}
	}
	return in
}

// objects is a field that is a list of objects; what is none is left out.
func (o object) objects(name string) []object {
	var raw []json.RawMessage
	if json.Unmarshal(o[name], &raw) != nil {
		return nil
	}
	var list []object
	for _, r := range raw {
		if in, err := objectOf(r); err == nil {
			list = append(list, in)
		}
	}
	return list
}

// listOf are the elements of a list; none when it is no list.
func listOf(raw json.RawMessage) (list []json.RawMessage) {
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// texts are all fields that say something as text.
func (o object) texts() map[string]string {
	m := map[string]string{}
	for name := range o {
		if s := textOf(o[name]); s != "" {
			m[name] = s
		}
	}
	return m
}

// first is the first text that says something.
func first(texts ...string) string {
	for _, s := range texts {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}
