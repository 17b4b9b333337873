package incident

import (
	"slices"
	"strings"
	"time"
)

// GenericSlug is the slug of the playbook of an incident without a scenario.
const GenericSlug = "generic"

// Playbook is a scenario of the runbook as it stood when the incident was
// declared: its text travels with the incident.
type Playbook struct {
	// Slug names it in commands: "site-down". Unique in a runbook.
	Slug string `json:"slug"`
	// Title as the heading has it, without number and severity: "Site Down".
	Title string `json:"title"`
	// Severities are the labels in the heading: "P0", or "P0" and "P1". The first is the usual one.
	Severities []string `json:"severities,omitempty"`
	// Aliases are further names, in lower case.
	Aliases []string `json:"aliases,omitempty"`
	// Version is a short hash of the scenario's text; it changes when the text does.
	Version string `json:"version,omitempty"`
	// Source is where the scenario begins, "runbook.md:57".
	Source string `json:"source,omitempty"`
	// Signs are the detection signs or symptoms: context, not steps.
	Signs []string `json:"signs,omitempty"`
	// Steps in the order of the document.
	Steps []Step `json:"steps,omitempty"`
	// Prevention and Afterwards pre-fill the post-mortem's task lists.
	Prevention []string `json:"prevention,omitempty"`
	Afterwards []string `json:"afterwards,omitempty"`
}

// Phase is where in the course of an incident a step belongs.
type Phase string

// The phases, in the order in which an incident goes through them. Detection,
// prevention and afterwards are not walked: they stand in Signs, Prevention and
// Afterwards of the Playbook.
const (
	PhaseImmediate  Phase = "immediate"
	PhaseDiagnosis  Phase = "diagnosis"
	PhaseIssues     Phase = "issues"
	PhaseResolution Phase = "resolution"
)

// Step is one thing to do.
type Step struct {
	// Phase is the kind of phase, Heading the words of the document:
	// "Investigation", or "Common Causes › API Errors".
	Phase   Phase  `json:"phase,omitempty"`
	Heading string `json:"heading,omitempty"`
	// Text says what to do, as plain text on one line, Markdown markers removed.
	Text string `json:"text"`
	// Notes are further lines below the step, plain text.
	Notes []string `json:"notes,omitempty"`
	// Code is a block to copy; nil when there is none.
	Code *Code `json:"code,omitempty"`
	// Query is a read-only statement that mayday can run; nil when there is none.
	Query *Query `json:"query,omitempty"`
	// ByHand says why mayday will never run the SQL in Code; empty otherwise.
	ByHand string `json:"by_hand,omitempty"`
	// Probe is a check that mayday can make itself; nil when there is none.
	Probe *Probe `json:"probe,omitempty"`
	// Links are addresses that the step names.
	Links []Link `json:"links,omitempty"`
	// Source is where the step stands, "runbook.md:71".
	Source string `json:"source,omitempty"`
}

// Code is a block to copy.
type Code struct {
	// Lang is the fence's info word in lower case: "bash", "sql", "typescript", or empty.
	Lang string `json:"lang,omitempty"`
	Text string `json:"text"`
}

// Query is a named read-only SQL statement of the runbook.
type Query struct {
	// Name is unique in the runbook: "database-connection-issues/check-active-connections".
	Name string `json:"name"`
	// Title as the comment above it says: "Check active connections".
	Title string `json:"title"`
	SQL   string `json:"sql"`
	// Source is where the statement begins, "runbook.md:143".
	Source string `json:"source,omitempty"`
}

// ProbeKind is how a Probe asks.
type ProbeKind string

// The kinds of probe.
const (
	ProbeHTTP   ProbeKind = "http"
	ProbeStatus ProbeKind = "status"
)

// Probe is a check of an address: an HTTP request, or a status page.
type Probe struct {
	Kind ProbeKind `json:"kind"`
	// Name for people: "larkfield.test", "Supabase".
	Name string `json:"name"`
	// URL with scheme, "https://larkfield.test".
	URL string `json:"url"`
}

// Link is an address with the words for it.
type Link struct {
	Name string `json:"name"`
	// URL with scheme http or https.
	URL string `json:"url"`
}

// SwitchPlaybook walks another playbook from now on. What was done in the old
// one stays, and switching back finds it again.
func SwitchPlaybook(inc Incident, by Person, pb Playbook, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("switch the playbook")
	}
	if inc.Walks[inc.Active].Playbook.Slug == pb.Slug {
		return Change{}, &Refusal{Reason: Already, Verb: "switch the playbook", Word: pb.Title}
	}
	e := begin(inc, now)
	at := -1
	for i, w := range e.Incident.Walks {
		if w.Playbook.Slug == pb.Slug {
			at = i
		}
	}
	if at < 0 {
		e.Incident.Walks = append(e.Incident.Walks, Walk{Playbook: pb, Marks: map[int]Mark{}})
		at = len(e.Incident.Walks) - 1
	}
	fresh := len(e.Incident.Walks) > len(inc.Walks)
	from := inc.Walks[inc.Active].Playbook.Title
	e.Incident.Active = at
	e.walked = true
	e.involve(by)
	e.record(Event{Kind: EventPlaybookSwitched, By: by, From: from, To: strings.TrimSpace(e.Incident.Walks[at].Playbook.Title), Aloud: true})
	if fresh && inc.ChannelID != "" {
		e.probeFirst(0)
		e.runFrom(Snapshot, 0)
	}
	return e.done()
}

// AddPlaybook adds the steps of another playbook to the one in hand, after those that it has,
// whose numbers stay. Steps that it has already are left out; what was done of the others,
// where that playbook was walked before, counts.
func AddPlaybook(inc Incident, by Person, pb Playbook, now time.Time) (Change, error) {
	const verb = "add the playbook"
	if !inc.Status.Live() {
		return Change{}, inc.over(verb)
	}
	if len(pb.Steps) == 0 {
		return Change{}, &Refusal{Reason: NoSteps, Verb: verb, Word: pb.Title}
	}
	e := begin(inc, now)
	w := &e.Incident.Walks[inc.Active]
	first := len(w.Playbook.Steps)
	if !w.holds(pb.Slug) {
		w.take(pb, inc.marksOf(pb.Slug))
	}
	last := len(w.Playbook.Steps)
	if last == first {
		return Change{}, &Refusal{Reason: Already, Verb: verb, Word: pb.Title}
	}
	w.Added = append(slices.Clone(w.Added), Added{Slug: pb.Slug, Title: strings.TrimSpace(pb.Title), From: first + 1, To: last})
	e.walked, e.stepped = true, true
	e.involve(by)
	e.record(Event{Kind: EventPlaybookAdded, By: by, To: w.Added[len(w.Added)-1].Title, Text: w.Added[len(w.Added)-1].Steps(), Aloud: true})
	if inc.ChannelID != "" {
		e.probeFirst(first)
		e.runFrom(Snapshot, first)
	}
	return e.done()
}

// marksOf is how far people came in a playbook; nil for one that was not walked.
func (inc Incident) marksOf(slug string) map[int]Mark {
	for _, w := range inc.Walks {
		if w.Playbook.Slug == slug {
			return w.Marks
		}
	}
	return nil
}
