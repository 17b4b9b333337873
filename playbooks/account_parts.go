package playbooks

import (
	"fmt"
	"strings"

	"mayday/incident"
)

func (a *account) scenario(p incident.Playbook, opts AccountOptions) {
	a.line("")
	sev := ""
	if len(p.Severities) > 0 {
		sev = " (" + strings.Join(p.Severities, "/") + ")"
	}
	a.line("Scenario %s: %s%s, %s  [%s]", p.Slug, p.Title, sev, count(len(p.Steps), "step"), p.Source)
	if len(p.Aliases) > 0 {
		a.line("  also %s", strings.Join(p.Aliases, ", "))
	}
	a.playbook(p, opts)
}

// process prints what the document says of any incident.
func (a *account) process(opts AccountOptions) {
	p := a.book.Process
	if len(p.Steps)+len(p.Signs)+len(p.Prevention)+len(p.Afterwards) == 0 {
		return
	}
	a.line("")
	a.line("Any incident without a scenario: %s, %s  [%s]", firstOf(p.Title, a.book.Title), count(len(p.Steps), "step"), p.Source)
	a.playbook(p, opts)
}

// playbook prints the lines of one playbook.
func (a *account) playbook(p incident.Playbook, opts AccountOptions) {
	if opts.Brief {
		return
	}
	for _, s := range p.Signs {
		a.line("  sign: %s", s)
	}
	heading := ""
	for i, s := range p.Steps {
		if h := firstOf(s.Heading, string(s.Phase)); h != heading {
			heading = h
			a.line("  %s", h)
		}
		a.step(i, s)
	}
	for _, s := range p.Prevention {
		a.line("  prevent: %s", s)
	}
	for _, s := range p.Afterwards {
		a.line("  afterwards: %s", s)
	}
}

func (a *account) step(i int, s incident.Step) {
	mark := ""
	if m := marks(s); len(m) > 0 {
		mark = "  [" + strings.Join(m, "] [") + "]"
	}
	a.line("   %2d. %s%s", i+1, s.Text, mark)
	for _, n := range s.Notes {
		a.line("       %s", n)
	}
	for _, p := range Probes(s) {
		a.line("       %s check of %s", p.Kind, p.URL)
	}
	if s.ByHand != "" {
		a.line("       by hand, because %s", s.ByHand)
	}
	if s.Query != nil {
		a.line("       query %s", s.Query.Name)
	}
}

// marks say what can be done with a step.
func marks(s incident.Step) []string {
	var out []string
	if s.Query != nil {
		out = append(out, "run")
	}
	if len(Probes(s)) > 0 {
		out = append(out, "probe")
	}
	if s.ByHand != "" {
		out = append(out, "by hand")
	}
	if s.Code != nil && s.Query == nil {
		out = append(out, "copy")
	}
	if len(out) == 0 && len(s.Links) > 0 {
		out = append(out, "link")
	}
	return out
}

func (a *account) routine() {
	for _, c := range a.book.Checklists {
		a.line("")
		a.line("Checklist %s (%s), %s", c.Name, firstOf(c.Every, "on demand"), count(len(c.Items), "item"))
		for _, it := range c.Items {
			mark := ""
			if it.Query != nil {
				mark = "  [run " + it.Query.Name + "]"
			}
			a.line("  - %s%s", it.Text, mark)
			for _, n := range it.Notes {
				a.line("    %s", n)
			}
		}
	}
	if len(a.book.Queries) > 0 {
		a.line("")
		a.line("Queries that can be run")
	}
	for _, q := range a.book.Queries {
		a.line("  %s: %s", q.Name, q.Title)
	}
}

func (a *account) places() {
	r := a.book
	if len(r.Dashboards) > 0 {
		a.line("")
		a.line("Dashboards")
	}
	for _, d := range r.Dashboards {
		a.line("  %s: %s", d.Name, firstOf(d.URL, "no address"))
		for _, c := range d.Checks {
			a.line("    - %s", c)
		}
	}
	if len(r.StatusPages) > 0 {
		a.line("")
		a.line("Status pages")
	}
	for _, s := range r.StatusPages {
		a.line("  %s: %s", s.Name, s.URL)
	}
	for _, list := range []struct {
		name  string
		words []string
	}{{"Tools", r.Tools}, {"Access", r.Access}} {
		if len(list.words) == 0 {
			continue
		}
		a.line("")
		a.line("%s", list.name)
		for _, w := range list.words {
			a.line("  - %s", w)
		}
	}
}

// String is the finding on one line: "runbook.md:12: problem: … Fix: …".
func (f Finding) String() string {
	where := f.File
	switch {
	case f.Line > 0 && f.End > f.Line:
		where = fmt.Sprintf("%s:%d-%d", f.File, f.Line, f.End)
	case f.Line > 0:
		where = fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	s := where + ": " + string(f.Level) + ": " + f.What
	if f.Fix != "" {
		s += ". To mend it: " + f.Fix
	}
	return s
}
