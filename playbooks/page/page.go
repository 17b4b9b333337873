// Package page draws a runbook as one page to look at: the document as written,
// each line with what it became, why, and how to change it.
//
// The rule of the room: one file that asks for nothing from anywhere, in which
// every byte that came from a document is text. It decides nothing; what a line
// became is asked of playbooks.
package page

import (
	"crypto/sha256"
	_ "embed" // the style and the script
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"mayday/playbooks"
)

var (
	//go:embed page.css
	style string
	//go:embed page.js
	script string
)

// Write draws the page. The runbook has to be read with ReadOptions.Documents.
func Write(w io.Writer, rb *playbooks.Runbook) error {
	return viewOf(rb).markup().Render(w)
}

// view is what the page shows.
type view struct {
	Title, Version string
	// Policy lets the browser load nothing and run only our script.
	Policy    string
	Counts    []counted
	Missing   []gap
	Top       []correction
	Rest      []correction
	Legend    []legend
	Scenarios []entry
	Files     []file
}

type counted struct {
	N    int
	What string
}

type gap struct{ What, Fix string }

type correction struct {
	What, Fix, Level string
	Count            int
	Places           []place
	Hidden           int
}

type place struct{ Text, Href string }

type legend struct {
	Role, Class, Means string
	Count              int
}

// entry is a scenario in the table of contents.
type entry struct {
	Title, Slug, Href string
	Severities        []string
	Steps             int
}

type file struct {
	Name, ID string
	Blocks   []block
}

// block is a run of lines that became one thing.
type block struct {
	Class, Label, Role string
	// Why are sentences about it; empty for lines that stand for nothing.
	Why      []string
	Findings []note
	Lines    []line
	// Heading is the level of a heading, 0 for other lines, 7 for a label.
	Heading int
}

type note struct{ Level, What, Fix string }

type line struct {
	No   int
	ID   string
	Text string
}

// classOf is the class of a role in the style.
func classOf(r playbooks.Role) string {
	if r == "" {
		return "plain"
	}
	return strings.ReplaceAll(string(r), " ", "-")
}

func policyOf(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func viewOf(rb *playbooks.Runbook) view {
	v := view{Title: rb.Title, Version: rb.Version, Policy: policyOf(script)}
	if v.Title == "" {
		v.Title = "Runbook"
		if len(rb.Documents) == 1 {
			v.Title = rb.Documents[0].Name
		}
	}
	for _, m := range rb.Missing() {
		v.Missing = append(v.Missing, gap{m, playbooks.Supply(m)})
	}
	d := drawer{rb: rb, ids: map[string]string{}, things: map[playbooks.Role]int{}}
	for i, doc := range rb.Documents {
		d.ids[doc.Name] = fmt.Sprintf("f%d", i+1)
	}
	for _, doc := range rb.Documents {
		v.Files = append(v.Files, d.file(doc))
	}
	v.Counts = countsOf(rb)
	v.Top, v.Rest = d.corrections()
	v.Scenarios = d.scenarios()
	for _, r := range playbooks.Roles {
		if n := d.things[r]; n > 0 && r != playbooks.RoleHeading {
			v.Legend = append(v.Legend, legend{Role: string(r), Class: classOf(r), Means: meanings[r], Count: n})
		}
	}
	return v
}

// meanings say to people what a role is.
var meanings = map[playbooks.Role]string{
	playbooks.RoleStep: "something to do, walked one after the other", playbooks.RoleRun: "SQL that mayday runs when asked", playbooks.RoleCheck: "an address that mayday asks how it is",
	playbooks.RoleByHand: "code that mayday shows and never runs", playbooks.RoleSign: "how a problem shows", playbooks.RoleAfter: "prevention, and what follows an incident",
	playbooks.RoleSeverity: "severities, their clocks and procedures", playbooks.RoleContact: "people and suppliers to call", playbooks.RoleChecklist: "routine checks", playbooks.RoleLink: "dashboards, status pages and links",
	playbooks.RoleFact: "tools, access, and facts about the document", playbooks.RoleNote: "shown beside a step", playbooks.RoleReader: "left to readers", playbooks.RoleUnused: "not used, and perhaps meant to be",
}

func countsOf(rb *playbooks.Runbook) []counted {
	steps := len(rb.Process.Steps)
	for _, p := range rb.Scenarios {
		steps += len(p.Steps)
	}
	out := []counted{}
	for _, c := range []struct {
		n         int
		one, many string
	}{{len(rb.Scenarios), "scenario", "scenarios"}, {steps, "step", "steps"}, {len(rb.Policy.Severities), "severity", "severities"}, {len(rb.Policy.Contacts), "contact", "contacts"},
		{len(rb.Queries), "query", "queries"}, {len(rb.Checklists), "checklist", "checklists"}} {
		what := c.many
		if c.n == 1 {
			what = c.one
		}
		out = append(out, counted{c.n, what})
	}
	return out
}
