package playbooks

import (
	"sort"
	"strings"

	"mayday/incident"
)

// Role is what a line of a document became, as a person looks for it: coarser
// than Part.Use for what is filed, finer for what is walked.
type Role string

// The roles, in the order of a legend.
const (
	RoleStep      Role = "step"
	RoleRun       Role = "run"     // SQL that mayday runs
	RoleCheck     Role = "check"   // an address that mayday asks
	RoleByHand    Role = "by hand" // code that mayday will never run
	RoleSign      Role = "sign"
	RoleAfter     Role = "afterwards" // prevention too
	RoleSeverity  Role = "severity"
	RoleContact   Role = "contact"
	RoleChecklist Role = "checklist"
	RoleLink      Role = "link" // dashboards and status pages too
	RoleFact      Role = "fact" // tools and access too
	RoleNote      Role = "note"
	RoleHeading   Role = "heading"
	RoleReader    Role = "for readers"
	RoleUnused    Role = "not used"
)

// Roles are all of them in the order of a legend.
var Roles = []Role{RoleStep, RoleRun, RoleCheck, RoleByHand, RoleSign, RoleAfter, RoleSeverity, RoleContact, RoleChecklist, RoleLink, RoleFact, RoleNote, RoleHeading, RoleReader, RoleUnused}

var rolesOfUses = map[string]Role{"step": RoleStep, "note": RoleNote, "sign": RoleSign, "prevention": RoleAfter, "afterwards": RoleAfter, "checklist": RoleChecklist, "contact": RoleContact,
	"severity": RoleSeverity, "query": RoleRun, "dashboard": RoleLink, "status_page": RoleLink, "link": RoleLink, "tool": RoleFact, "fact": RoleFact, "heading": RoleHeading, ForReaders: RoleReader, Reported: RoleUnused}

// LineRole is what became of one line.
type LineRole struct {
	// Role is empty for lines that stand for nothing: blank ones, comments, rules.
	Role Role
	// Part is the index in Runbook.Parts, -1 without one.
	Part int
	// Step is the number in its playbook of the step that the line belongs to, from 1; 0 for none.
	Step int
	// Detail says more for people: "query site-down/sessions", "by hand, because it moves data".
	Detail string
}

// LineRoles tells what became of each line of a document; line n is at n-1.
func (r *Runbook) LineRoles(d Document) []LineRole {
	out := make([]LineRole, len(d.Lines))
	for i := range out {
		out[i].Part = -1
	}
	steps := r.stepsOf(d.Name)
	for i, p := range r.Parts {
		if p.File != d.Name {
			continue
		}
		for no := p.Line; no <= p.End && no <= len(out); no++ {
			out[no-1] = LineRole{Role: rolesOfUses[p.Use], Part: i}
		}
		if p.Use == "step" || p.Use == "checklist" {
			steps.refine(out, d.Lines, p)
		}
	}
	tableHeads(out, d.Lines, r.Parts)
	return out
}

// tableHeads gives the head of a table the role of its first row.
func tableHeads(out []LineRole, lines []string, parts []Part) {
	for i := len(out) - 2; i >= 0; i-- {
		if below := out[i+1]; out[i].Part < 0 && below.Part >= 0 && parts[below.Part].Kind == PartRow && strings.Contains(lines[i], "|") {
			out[i] = LineRole{Role: below.Role, Part: below.Part}
		}
	}
}

// placedStep is a step with where it stands.
type placedStep struct {
	line, number int
	scenario     string
	step         incident.Step
}

type placedSteps []placedStep

// stepsOf are the steps of all playbooks, and the items of checklists, that stand in a file, by line.
func (r *Runbook) stepsOf(file string) placedSteps {
	var out placedSteps
	add := func(scenario string, n int, s incident.Step) {
		if name, ok := strings.CutSuffix(s.Source, ":"+itoa(lineOfSource(s.Source))); ok && name == file {
			out = append(out, placedStep{lineOfSource(s.Source), n, scenario, s})
		}
	}
	for _, pb := range r.Scenarios {
		for i, s := range pb.Steps {
			add(pb.Slug, i+1, s)
		}
	}
	for i, s := range r.Process.Steps {
		add("", i+1, s)
	}
	for _, c := range r.Checklists {
		for _, it := range c.Items {
			add("", 0, incident.Step{Text: it.Text, Query: it.Query, Source: it.Source})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].line < out[j].line })
	return out
}

// refine tells for each line of a part that is walked which step it belongs to
// and what mayday does with it.
func (s placedSteps) refine(out []LineRole, lines []string, p Part) {
	for no := p.Line; no <= p.End && no <= len(out); no++ {
		at, ok := s.at(no, lines, p)
		if !ok {
			continue
		}
		l := &out[no-1]
		l.Step = at.number
		if p.Kind != PartBlock && (at.step.Code != nil || at.step.Query != nil) {
			continue // its block says what can be done
		}
		switch probes := Probes(at.step); {
		case at.step.ByHand != "":
			l.Role, l.Detail = RoleByHand, "by hand, because "+strings.TrimRight(at.step.ByHand, ". ")
		case at.step.Query != nil:
			l.Role, l.Detail = RoleRun, "query "+at.step.Query.Name
		case len(probes) > 0:
			l.Role, l.Detail = RoleCheck, "mayday asks "+probes[0].URL
		}
	}
}

// at finds the step of a line: the last one that begins at or before it; comments
// above a statement belong to the statement.
func (s placedSteps) at(no int, lines []string, p Part) (placedStep, bool) {
	next := sort.Search(len(s), func(i int) bool { return s[i].line > no })
	if next < len(s) && s[next].line <= p.End && (next == 0 || s[next-1].line < p.Line || titles(lines, no, s[next].line)) {
		return s[next], true
	}
	if next > 0 && s[next-1].scenario == p.Scenario {
		return s[next-1], true
	}
	return placedStep{}, false
}

// titles reports whether all lines from one up to another are comments.
func titles(lines []string, from, to int) bool {
	for no := from; no < to; no++ {
		l := strings.TrimSpace(lines[no-1])
		if !strings.HasPrefix(l, "--") && !strings.HasPrefix(l, "#") && !strings.HasPrefix(l, "//") && !strings.HasPrefix(l, "```") {
			return false
		}
	}
	return true
}
