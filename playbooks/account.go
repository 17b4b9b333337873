package playbooks

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"mayday/incident"
)

// AccountOptions say how much of the account is printed.
type AccountOptions struct {
	// Brief leaves out the steps of the scenarios.
	Brief bool
}

// Account prints what was understood, for people: counts, then what is missing to
// run an incident and the most useful corrections, then the other findings
// counted, then severities, contacts and each scenario with its steps. It returns
// the first error of w.
func (r *Runbook) Account(w io.Writer, opts AccountOptions) error {
	a := &account{w: w, book: r}
	a.summary()
	a.missing()
	a.corrections()
	a.severities()
	a.contacts()
	for _, p := range r.Scenarios {
		a.scenario(p, opts)
	}
	a.process(opts)
	a.routine()
	a.places()
	return a.err
}

type account struct {
	w    io.Writer
	book *Runbook
	err  error
}

// line prints one line; what came from a document cannot command the terminal.
func (a *account) line(format string, args ...any) {
	if a.err == nil {
		_, a.err = io.WriteString(a.w, harmless(fmt.Sprintf(format, args...))+"\n")
	}
}

// harmless takes out what is no letter, sign or space.
func harmless(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n', unicode.IsPrint(c), c == '\u200d', c == '\ufe0f':
			return c
		case unicode.IsSpace(c):
			return ' '
		}
		return -1
	}, s)
}

func (a *account) summary() {
	r := a.book
	a.line("%s (version %s)", firstOf(r.Title, "Untitled runbook"), r.Version)
	for _, f := range r.Facts {
		a.line("  %s: %s", f.Name, f.Value)
	}
	steps, run, byHand, probes := 0, 0, 0, 0
	for _, p := range r.Scenarios {
		steps += len(p.Steps)
		for _, s := range p.Steps {
			run += boolInt(s.Query != nil)
			byHand += boolInt(s.ByHand != "")
			probes += len(Probes(s))
		}
	}
	items := 0
	for _, c := range r.Checklists {
		items += len(c.Items)
	}
	if n := len(r.Process.Steps); n > 0 {
		defer a.line("  For any incident without a scenario: %s.", count(n, "step"))
	}
	a.line("")
	a.line("Understood: %s, %s with %s (%d to run, %d by hand, %s),", count(len(r.Policy.Severities), "severity"), count(len(r.Scenarios), "scenario"),
		count(steps, "step"), run, byHand, count(probes, "probe"))
	a.line("  %s, %s, %s with %s,", count(len(r.Policy.Contacts), "contact"), count(len(r.External), "supplier"), count(len(r.Checklists), "checklist"), count(items, "item"))
	a.line("  %s, %s, %s, %s, %s.", count(len(r.Queries), "read-only query"), count(len(r.Dashboards), "dashboard"), count(len(r.StatusPages), "status page"),
		count(len(r.Tools), "tool"), count(len(r.Access), "access right"))
}

// count writes "1 severity", "4 severities".
func count(n int, word string) string {
	if n != 1 {
		if base, ok := strings.CutSuffix(word, "y"); ok && !strings.HasSuffix(word, "day") {
			word = base + "ies"
		} else {
			word += "s"
		}
	}
	return itoa(n) + " " + word
}

func (a *account) severities() {
	a.line("")
	a.line("Severities")
	for _, s := range a.book.Policy.Severities {
		name := ""
		if s.Name != "" {
			name = " " + s.Name
		}
		a.line("  %s%s: %s", s.Label, name, strings.Join(severityWords(s), ", "))
		if len(s.Aliases) > 0 {
			a.line("    also %s", strings.Join(s.Aliases, ", "))
		}
		if s.Examples != "" {
			a.line("    such as %s", s.Examples)
		}
		for _, p := range s.Procedures {
			a.line("    - %s", p)
		}
	}
}

func severityWords(s incident.Severity) []string {
	var out []string
	for _, c := range []struct {
		words string
		span  incident.Span
	}{{"respond within", s.Respond}, {"escalate after", s.Escalate}, {"fix within", s.FixWithin}, {"update every", s.UpdateEvery}} {
		switch {
		case !c.span.Set:
		case c.span.D == 0:
			out = append(out, strings.Fields(c.words)[0]+" at once")
		default:
			out = append(out, c.words+" "+spell(c.span.D))
		}
	}
	if s.BusinessHours {
		out = append(out, "business hours only")
	}
	if s.Communicate {
		out = append(out, "tell customers")
	}
	switch s.Postmortem {
	case incident.FullPostmortem:
		out = append(out, "full post-mortem")
	case incident.ReviewRequired:
		out = append(out, "review")
	}
	if len(out) == 0 {
		out = append(out, "no clock")
	}
	return out
}

// spell writes a duration as people do: "30 min", "4 h", "1 h 30 min", "1 day".
func spell(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day && d%day == 0:
		return count(int(d/day), "day")
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d > time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return d.String()
}

// ways are what the methods are called, each once, besides the call at the number that stands there.
func ways(of []incident.Method) (list []string) {
	for _, m := range of {
		if l := m.Label(); m.Kind != incident.Call && !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}

func (a *account) contacts() {
	if len(a.book.Policy.Contacts) > 0 {
		a.line("")
		a.line("Contacts, in the order in which they are paged")
	}
	for i, c := range a.book.Policy.Contacts {
		words := []string{}
		for _, w := range []string{c.Email, c.Phone, c.Slack, c.Hours} {
			if w != "" {
				words = append(words, w)
			}
		}
		for _, of := range a.book.Rosters {
			switch of.Key {
			case c.Roster:
				words = append(words, "who it is now: "+of.Title())
			case c.Overrides:
				words = append(words, "but first: "+of.Title())
			}
		}
		if by := ways(c.Methods); len(by) > 0 {
			words = append(words, "also called by "+strings.Join(by, ", "))
		}
		if c.Rule.Text != "" {
			words = append(words, "rule: "+c.Rule.Text)
		}
		if len(c.Placeholders) > 0 {
			words = append(words, "placeholders: "+strings.Join(c.Placeholders, ", "))
		}
		if !c.Reachable() {
			words = append(words, "CANNOT BE PAGED")
		}
		a.line("  %d. %s: %s", i+1, c.Title(), strings.Join(words, ", "))
	}
	if len(a.book.External) > 0 {
		a.line("")
		a.line("Suppliers")
	}
	for _, s := range a.book.External {
		var words []string
		for _, w := range [][2]string{{"support", s.Support}, {"phone", s.Phone}, {"dashboard", s.Dashboard}, {"status", s.Status}, {"docs", s.Docs}} {
			if w[1] != "" {
				words = append(words, w[0]+" "+w[1])
			}
		}
		words = append(words, s.Notes...)
		a.line("  %s: %s", s.Name, strings.Join(words, ", "))
	}
}
