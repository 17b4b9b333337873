package postmortem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"mayday/incident"
)

// Longest names that GitHub takes: a title has 256 characters at most, a label 50.
const (
	maxTitle = 256
	maxLabel = 50
)

// Document is an issue to be filed.
type Document struct {
	// Title is plain text, at most 256 characters.
	Title string
	// Body is Markdown of any length; GitHub.File continues it in comments.
	Body string
	// Labels that the issue is to have; those that are missing in the repository are made.
	Labels []string
	// Assignees are GitHub logins; empty for nobody. One that GitHub refuses is left out.
	Assignees []string
	// Marker names the document for good: it stands hidden in Body and finds the
	// issue again. Never empty in a document of this package.
	Marker string
	// Since is a moment before which the issue cannot have been filed; it bounds the search.
	Since time.Time
}

// Evidence is one diagnostic as it answered at declaration and at the end.
// Values that were masked stay as they are given.
type Evidence struct {
	// Title names the query or probe.
	Title string
	// Before and After are the answers as plain text; empty when there is none.
	Before, After string
}

// DraftOptions are what a draft needs beside the incident. The zero value works:
// times in UTC, people by their Slack id.
type DraftOptions struct {
	// Name gives the plain name of a Slack user id, "" when unknown.
	Name func(incident.Person) string
	// Zone in which times are written; nil means UTC.
	Zone *time.Location
	// Evidence in the order in which it is to be shown.
	Evidence []Evidence
	// EvidenceDropped: some answers are not kept any more. What an issue holds of them
	// already is left as it stands.
	EvidenceDropped bool
	// Marker must be unique to this incident in the repository. Default
	// "mayday:42:" and the UID; an installation that shares its repository with another one
	// has to put its own name in front.
	Marker string
	// Template is the repository's own .github/POSTMORTEM.md; empty means the built-in form.
	Template string
}

// Draft writes the post-mortem of an incident: the full form when the severity
// demands it, the shorter review otherwise. evs may be in any order.
func Draft(inc incident.Incident, evs []incident.Event, o DraftOptions) Document {
	d := newDraft(inc, evs, o)
	form := "Review"
	if d.full() {
		form = "Post-mortem"
	}
	doc := Document{
		Title:  d.title(form + ": "),
		Labels: d.labels("postmortem"),
		Marker: d.marker("postmortem"),
		Since:  inc.DeclaredAt,
	}
	body := d.form()
	if strings.TrimSpace(o.Template) != "" {
		body = d.fill(o.Template)
	}
	doc.Body = documentMarker(doc.Marker) + "\n" + body
	return doc
}

// draft holds what every section is written from.
type draft struct {
	inc incident.Incident
	evs []incident.Event
	o   DraftOptions
}

func newDraft(inc incident.Incident, evs []incident.Event, o DraftOptions) *draft {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	evs = slices.Clone(evs)
	slices.SortStableFunc(evs, func(a, b incident.Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq))
	})
	return &draft{inc, evs, o}
}

func (d *draft) full() bool { return d.inc.Rung().Postmortem == incident.FullPostmortem }

// form is the built-in form with every section of this severity.
func (d *draft) form() string {
	var b strings.Builder
	b.WriteString("> Sections are kept up to date by mayday until somebody edits them; what people write stays.\n")
	for _, s := range sections {
		if s.fullOnly && !d.full() {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.heading, d.section(s))
	}
	return b.String()
}

// section writes one section between its markers.
func (d *draft) section(s section) string {
	if s.name == "evidence" && d.o.EvidenceDropped {
		return "_The answers are not kept any more._" // without markers, Merge leaves the section alone
	}
	return enclose(d.inc.ID, s.name, s.write(d))
}

func (d *draft) title(form string) string {
	t := fmt.Sprintf("%s[%s] %s (incident %d)", form, d.inc.Severity, d.inc.Title, d.inc.ID)
	if d.inc.Drill {
		t = "[Drill] " + t
	}
	tail := fmt.Sprintf(" (incident %d)", d.inc.ID)
	t = d.quietTitle(t)
	if r := []rune(t); len(r) > maxTitle {
		t = string(r[:maxTitle-1-len(tail)]) + "…" + tail
	}
	return t
}

func (d *draft) labels(more ...string) []string {
	ls := append([]string{"incident"}, more...)
	ls = append(ls, incident.Slug(d.inc.Severity))
	if w := d.inc.Walk(); w != nil && w.Playbook.Slug != incident.GenericSlug {
		ls = append(ls, w.Playbook.Slug)
	}
	if d.inc.Drill {
		ls = append(ls, "drill")
	}
	var out []string
	for _, l := range ls {
		l = strings.Trim(incident.Slug(l)[:min(len(incident.Slug(l)), maxLabel)], "-")
		if l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

func (d *draft) marker(kind string) string { return keyOf(d.markerBase() + ":" + kind) }

// name is a person's plain name, not yet fit for Markdown.
func (d *draft) name(p incident.Person) string {
	if p == "" {
		return "mayday"
	}
	if d.o.Name != nil {
		if n := incident.Line(d.o.Name(p), 80); n != "" {
			return n
		}
	}
	return p
}

// who is a person's name as Markdown.
func (d *draft) who(p incident.Person) string { return quiet(d.name(p)) }

func (d *draft) moment(t time.Time) string {
	return t.In(d.o.Zone).Format("2 January 2006 15:04 MST")
}

func (d *draft) clock(t time.Time) string { return t.In(d.o.Zone).Format("15:04:05") }

// dated is clock with the day where it is not the day of the declaration.
func (d *draft) dated(t time.Time) string {
	const day = "2 January"
	if on := t.In(d.o.Zone).Format(day); on != d.inc.DeclaredAt.In(d.o.Zone).Format(day) {
		return on + " " + d.clock(t)
	}
	return d.clock(t)
}

// sentence tells an event as Markdown. The sentence is made plain first and
// neutralised as a whole, so that no field of an event can be forgotten.
func (d *draft) sentence(ev incident.Event) string { return d.block(d.plainSentence(ev), "<br>") }

func (d *draft) plainSentence(ev incident.Event) string {
	return d.plain(ev.Sentence(incident.Voice{
		Person: d.name,
		Call:   d.name,
		Text:   func(s string) string { return s },
		Code:   func(s string) string { return s },
		Time:   func(t time.Time) string { return t.In(d.o.Zone).Format("15:04 MST") },
	}))
}
