// Package playbooks reads the Markdown runbook that a team already keeps and
// turns it into what mayday runs: severities with their clocks, contacts,
// scenarios with steps, checklists, queries, dashboards and status pages.
//
// The rule of the room: whatever stands in a document is either used or
// reported with file and line, never dropped. Bad content is a Finding, not an
// error; an error means that nothing could be opened. The package is pure apart
// from the file system that it is given: it runs no SQL and asks no address.
package playbooks

import (
	"mayday/incident"
	"mayday/oncall"
)

// Runbook is everything that was understood of one document or one folder.
type Runbook struct {
	// Title is the first heading of the document, or of the folder's index. May be empty.
	Title string `json:"title"`
	// Version is a short hash of the whole text; it changes when the text does.
	Version string `json:"version"`
	// Policy holds the severities, most severe first, and the contacts as the ladder.
	// It is never without severities: see Defaulted.
	Policy incident.Policy `json:"policy"`
	// Defaulted is true when the document names no severities, so that those of
	// Policy are mayday's own (P0 to P3).
	Defaulted bool `json:"defaulted,omitempty"`
	// Scenarios in the order of the document.
	Scenarios []incident.Playbook `json:"scenarios"`
	// Process is what the document says of any incident: the steps of one that
	// fits no scenario, see Generic. Its Slug is incident.GenericSlug; without Steps when
	// the document holds no such procedure.
	Process incident.Playbook `json:"process"`
	// Checklists in the order of the document.
	Checklists []Checklist `json:"checklists,omitempty"`
	// Queries are all named read-only queries, those of scenarios and checklists included.
	Queries []incident.Query `json:"queries,omitempty"`
	// Dashboards in the order of the document.
	Dashboards []Dashboard `json:"dashboards,omitempty"`
	// StatusPages of the services that are depended upon, those named under
	// external contacts included, without duplicates.
	StatusPages []StatusPage `json:"status_pages,omitempty"`
	// External are the suppliers' support contacts.
	External []Supplier `json:"external,omitempty"`
	// Rosters are the calendars and schedules that contacts name for who is on call, each once.
	Rosters []oncall.Source `json:"-"`
	// Destinations are where the contact methods of the contacts lead to, each once.
	Destinations []incident.Address `json:"-"`
	// Tools and Access are what a responder needs, as written.
	Tools  []string `json:"tools,omitempty"`
	Access []string `json:"access,omitempty"`
	// Facts are labelled lines about the document itself, "Last Updated": "2025-01-16".
	Facts []Fact `json:"facts,omitempty"`
	// Prose are the places of what is for readers only, "runbook.md:5".
	Prose []string `json:"prose,omitempty"`
	// Findings are the lines that could not be used as they stand, in document order.
	Findings []Finding `json:"findings"`
	// Parts lists every heading, list item, line of a paragraph, code block and
	// table row in the order of the documents, with what became of it and why.
	Parts []Part `json:"parts"`
	// Documents are the files themselves; empty unless ReadOptions.Documents is set.
	Documents []Document `json:"-"`
}

// Checklist is a list of routine checks.
type Checklist struct {
	// Name without the word "checklist": "Morning", "Weekly".
	Name string `json:"name"`
	// Every is "daily", "weekly", "monthly", or empty when the document does not say.
	Every string `json:"every,omitempty"`
	// When are the words that say when it comes: its heading or one above, or a line "When: every Friday at 16:00".
	// Empty when the document does not say.
	When string `json:"when,omitempty"`
	// Channel is where it goes, "#platform", from a line "Channel: #platform"; empty for the usual one.
	Channel string `json:"channel,omitempty"`
	Items   []Item `json:"items"`
	Source  string `json:"source,omitempty"`
}

// Item is one line of a checklist.
type Item struct {
	Text string `json:"text"`
	// Query answers the item; nil when a person has to look.
	Query  *incident.Query `json:"query,omitempty"`
	Links  []incident.Link `json:"links,omitempty"`
	Notes  []string        `json:"notes,omitempty"`
	Source string          `json:"source,omitempty"`
}

// Dashboard is a page to look at during an incident.
type Dashboard struct {
	Name string `json:"name"`
	// URL with scheme; empty when the document's address holds a placeholder.
	URL string `json:"url,omitempty"`
	// Checks are what to look for on it, in the document's words.
	Checks []string `json:"checks,omitempty"`
	Source string   `json:"source,omitempty"`
}

// StatusPage is where a supplier says how it is.
type StatusPage struct {
	Name string `json:"name"`
	// URL with scheme, always https unless the document says http.
	URL    string `json:"url"`
	Source string `json:"source,omitempty"`
}

// Supplier is an external contact. Addresses are URLs with scheme or e-mail
// addresses; a field that the document leaves out is empty.
type Supplier struct {
	Name      string `json:"name"`
	Support   string `json:"support,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Dashboard string `json:"dashboard,omitempty"`
	Status    string `json:"status,omitempty"`
	Docs      string `json:"docs,omitempty"`
	// Notes are the lines of the entry that are none of the above, as written.
	Notes  []string `json:"notes,omitempty"`
	Source string   `json:"source,omitempty"`
}

// Fact is a labelled line about the document itself.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Level says how much a finding matters.
type Level string

// The levels. A Problem makes the runbook do less than its author meant; a
// Notice tells what was left alone or assumed.
const (
	Problem Level = "problem"
	Notice  Level = "notice"
)

// Finding is a place of the document that could not be used as it stands.
type Finding struct {
	// File as it was named to Read, or relative to the folder.
	File string `json:"file"`
	// Line counts from 1; 0 means the file as a whole. End is the last line, or 0
	// when the finding is about one line.
	Line  int   `json:"line"`
	End   int   `json:"end,omitempty"`
	Level Level `json:"level"`
	// What is the matter, and how to write it so that it is understood.
	What string `json:"what"`
	Fix  string `json:"fix,omitempty"`
}

// Part is one heading, list item (its own first paragraph), line of a paragraph,
// code block or table row of the document.
type Part struct {
	File string `json:"file"`
	// Line and End are its first and last line, counted from 1.
	Line int      `json:"line"`
	End  int      `json:"end"`
	Kind PartKind `json:"kind"`
	// Use is what became of it: "step", "note", "sign", "prevention", "afterwards",
	// "checklist", "contact", "severity", "query", "dashboard", "status_page",
	// "tool", "fact", "link", "heading", "reader" or "reported".
	Use string `json:"use"`
	// Scenario is the slug of the scenario that holds it, empty outside of all.
	Scenario string `json:"scenario"`
	// Phase of a step, a note or a heading: "diagnosis"; empty when none is named.
	Phase string `json:"phase"`
	// Why in words, the end of "because …".
	Why string `json:"why"`
}

// PartKind is the kind of a Part.
type PartKind string

// The kinds of part.
const (
	PartItem    PartKind = "list item"
	PartBlock   PartKind = "code block"
	PartRow     PartKind = "table row"
	PartProse   PartKind = "paragraph"
	PartHeading PartKind = "heading"
)

// What a Use says of a part that is not used: a Finding speaks of it, or it is
// for readers only and listed in Runbook.Prose.
const (
	Reported   = "reported"
	ForReaders = "reader"
)
