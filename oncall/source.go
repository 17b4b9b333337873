package oncall

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"slices"
	"strings"

	"mayday/lazyregexp"
)

// Kind is what sort of source says who is on call.
type Kind string

// The kinds. The zero value is a calendar.
const (
	// ByCalendar is an iCalendar at an address.
	ByCalendar Kind = ""
	// ByPagerDuty is a schedule or an escalation policy of PagerDuty.
	ByPagerDuty Kind = "pagerduty"
	// ByGrafana is a schedule of Grafana OnCall, which is part of Grafana IRM.
	ByGrafana Kind = "grafana"
	// ByGroup is a user group of Slack: whoever is in it is on call.
	ByGroup Kind = "group"
)

// Source is what says who is on call: a calendar, a schedule of another tool, or a user group.
type Source struct {
	// Key names it without telling its address, which is often a secret.
	Key  string
	Kind Kind
	// ID of the schedule; of a user group its id ("S…"), or its handle with the @. Empty for a calendar.
	ID string
	// Address of a calendar over HTTP. It is never shown or logged.
	Address Address
}

// Title names it for people, within a sentence: "its calendar", "PagerDuty PABC123".
func (s Source) Title() string {
	switch s.Kind {
	case ByPagerDuty:
		return "PagerDuty " + s.ID
	case ByGrafana:
		return "Grafana OnCall " + s.ID
	case ByGroup:
		return "the user group " + s.ID
	}
	return "its calendar"
}

// Address prints as nothing that helps anybody.
type Address string

// String hides it.
func (Address) String() string { return "[redacted]" }

// GoString hides it.
func (Address) GoString() string { return "[redacted]" }

// Reveal is the address itself, to ask.
func (a Address) Reveal() string { return string(a) }

// Calendar recognises the address of a calendar: one of webcal, or one over HTTP whose path ends in .ics or has a part
// "ical" or "ics". False for anything else, a page that shows a schedule among it.
func Calendar(address string) (Source, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return Source{}, false
	}
	feed := strings.EqualFold(path.Ext(u.Path), ".ics")
	for _, part := range strings.Split(strings.ToLower(u.Path), "/") {
		feed = feed || part == "ical" || part == "ics"
	}
	switch strings.ToLower(u.Scheme) {
	case "webcal", "webcals":
		u.Scheme, feed = "https", true
	case "http", "https":
	default:
		return Source{}, false
	}
	if !feed {
		return Source{}, false
	}
	return Source{Key: keyOf(u.String()), Address: Address(u.String())}, true
}

// keyOf is short, and tells nothing of what it is made from.
func keyOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

var (
	// pagerDutyID: seven signs, or fourteen, which begin with P or Q (the ids in PagerDuty's published description,
	// github.com/PagerDuty/api-schema, and in addresses of its pages).
	pagerDutyID = lazyregexp.New(`^[PQ](?:[A-Z0-9]{6}|[A-Z0-9]{13})$`)
	// grafanaID: "SBM7DV7BKFUYU" (grafana.com/docs/oncall/latest/oncall-api-reference/schedules).
	grafanaID = lazyregexp.New(`^S[A-Z0-9]{11,17}$`)
	groupID   = lazyregexp.New(`^S[A-Z0-9]{7,}$`)
	// groupHandle: Slack's are of small letters, digits, dots, dashes and underscores.
	groupHandle = lazyregexp.New(`^@[a-z0-9][a-z0-9._-]{0,79}$`)
	// groupToken is how Slack writes the mention of a group.
	groupToken = lazyregexp.New(`^<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>$`)
)

// Schedule recognises a schedule of another tool in a line with a label: "PagerDuty: PABC123", "Grafana OnCall:
// SBM7DV7BKFUYU", or with any label the address of the page that shows it. False for anything else.
func Schedule(label, value string) (Source, bool) {
	value = strings.Trim(strings.TrimSpace(value), "<>`")
	label = squash(label)
	if u, err := url.Parse(value); err == nil && u.Host != "" {
		return scheduleAt(u)
	}
	switch {
	case strings.Contains(label, "pagerduty") && pagerDutyID.MatchString(value):
		return named(ByPagerDuty, value), true
	case strings.Contains(label, "grafana") && grafanaID.MatchString(value):
		return named(ByGrafana, value), true
	}
	return Source{}, false
}

// scheduleAt recognises the address of a page that shows a schedule.
func scheduleAt(u *url.URL) (Source, bool) {
	host := strings.ToLower(u.Hostname())
	parts := strings.FieldsFunc(u.Path+"/"+u.Fragment, func(r rune) bool { return r == '/' || r == '#' })
	at := slices.IndexFunc(parts, func(p string) bool {
		return p == "schedules" || p == "escalation_policies" || p == "schedules-new"
	})
	if at < 0 || at+1 >= len(parts) {
		return Source{}, false
	}
	switch id := parts[at+1]; {
	case strings.HasSuffix(host, ".pagerduty.com") && pagerDutyID.MatchString(id):
		return named(ByPagerDuty, id), true
	case strings.Contains(u.Path, "/a/grafana-") && grafanaID.MatchString(id):
		return named(ByGrafana, id), true
	}
	return Source{}, false
}

// Group recognises a user group by its handle ("@oncall"), its id ("S012ABCDE") or its mention.
func Group(value string) (Source, bool) {
	value = strings.TrimSpace(value)
	if m := groupToken.FindStringSubmatch(value); m != nil {
		value = m[1]
	}
	if groupID.MatchString(value) || groupHandle.MatchString(value) {
		return named(ByGroup, value), true
	}
	return Source{}, false
}

// Line reads a source as a line of a runbook names it: the address of a calendar, or a label and what it says: "PagerDuty:
// PABC123", "Slack: @oncall".
func Line(line string) (Source, bool) {
	line = strings.TrimSpace(line)
	if s, ok := Calendar(line); ok {
		return s, true
	}
	label, value, labelled := strings.Cut(line, ":")
	if !labelled || strings.HasPrefix(value, "//") {
		label, value = "", line
	}
	if s, ok := Calendar(value); ok {
		return s, true
	}
	if s, ok := Schedule(label, value); ok {
		return s, true
	}
	switch squash(label) {
	case "", "slack", "group", "usergroup", "slackgroup", "oncall":
		return Group(value)
	}
	return Source{}, false
}

func named(kind Kind, id string) Source {
	return Source{Key: keyOf(string(kind) + ":" + id), Kind: kind, ID: id}
}

// squash leaves the letters of a label, in lower case.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
