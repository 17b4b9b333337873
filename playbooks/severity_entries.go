package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/playbooks/reading"
)

// severityText reads, after the tables, what lists, sentences and sections say
// of severities.
func (r *reader) severityText(d *doc) {
	declared := len(r.book.Policy.Severities) > 0
	runs(d.parts, func(s *reading.Section, run []*part) {
		i, defines := r.entryOf(d, s, declared)
		if i >= 0 {
			r.severitySection(d, s, run, i, defines)
			return
		}
		if s.Kind == reading.Severities {
			r.severityList(d, run)
		}
	})
}

// entryOf is the severity that a section, or one above it, speaks of: -1 for
// none. Defines: no table did before.
func (r *reader) entryOf(d *doc, s *reading.Section, declared bool) (at int, defines bool) {
	for up := s; up != nil; up = up.Up {
		if up.Kind != reading.SeverityEntry && up.Kind != reading.Procedure {
			continue
		}
		level, ok := splitLabel(up.Heading)
		if !ok && len(up.Marks) == 1 {
			level, ok = levelName{Labels: up.Marks, Name: up.Title}, true
		}
		if !ok || len(level.Labels) != 1 {
			return -1, false
		}
		if declared || up.Kind == reading.Procedure {
			if sev, known := r.findSeverity(level.Labels[0]); known {
				return r.book.Policy.Rank(sev.Label), !declared
			}
			if declared && reading.LevelNumber(level.Labels[0]) < 0 {
				return -1, false
			}
		}
		return r.severityAt(level.Labels[0], nameOnly(level.Name)), true
	}
	return -1, false
}

// nameOnly is a name of a severity without a time in brackets.
func nameOnly(s string) string {
	if i := strings.IndexAny(s, "(（["); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	if len(strings.Fields(s)) > 8 {
		return ""
	}
	return s
}

// severitySection reads a section such as "P0 - Critical": times, definition,
// examples, and the sentences that are the procedure of that severity.
func (r *reader) severitySection(d *doc, s *reading.Section, run []*part, i int, defines bool) {
	describing := d.describes(s.Heading) && s.Label()
	for _, p := range run {
		switch {
		case p.taken:
		case p.Kind == reading.PartHeading:
			p.take(reading.UseHeading)
			if k, text := d.headTime(s); k != noClock {
				r.sayTime(d, s.Line, i, k, text)
			}
		case p.Code != nil && (p.Code.Lang == "" || !reading.Commands(p.Code)):
			p.leave("it is a text and no command")
		case p.Code != nil:
			r.book.Policy.Severities[i].Procedures = append(r.book.Policy.Severities[i].Procedures, oneLine(p.Code.Text))
			p.take(reading.UseSeverity)
		default:
			if p.Inside == nil && p.Kind == reading.PartProse && p.Lead {
				describing = d.describes(p.Text().Whole())
			}
			for n, l := range p.lines() {
				name, value, ok := field(l)
				switch {
				case ok && value == "" && n == 0:
					describing = d.describes(name)
				case ok && d.describes(name):
					r.describe(i, value)
				case describing && (p.Item != nil || p.Row != nil):
					r.describe(i, l.Whole())
				default:
					r.sayLine(d, l.No, i, l.Whole(), p.Inside == nil && defines && !d.Instructs(l))
				}
			}
			p.take(reading.UseSeverity)
		}
	}
}

// describes: a label such as "Definition" or "Examples", below which nothing is
// to be done.
func (d *doc) describes(label string) bool {
	c := d.Whole(strings.TrimRight(label, ":： "))
	return c.Has(reading.ExampleWord, reading.SignsWord) || hasWord(plain(label), "definition", "description", "criteria", "impact", "examples", "example", "meaning", "when", "scope")
}

func (r *reader) describe(i int, text string) {
	s := &r.book.Policy.Severities[i]
	s.Examples = joined(s.Examples, text)
}

// sayLine adds a line to severity i: its clocks are set, and it joins the
// procedure unless it only describes.
func (r *reader) sayLine(d *doc, no, i int, text string, plainText bool) {
	sev := &r.book.Policy.Severities[i]
	for _, s := range splitSentences(text) {
		said := r.sentence(d, no, sev, s)
		if name, value, ok := cutLabel(s); ok && said && d.clockOfLabel(name) != noClock && !d.saysMore(value) {
			continue // "Response time: 15 minutes" is a clock and nothing to do
		}
		if plainText && !said {
			sev.Examples = joined(sev.Examples, s)
			continue
		}
		sev.Procedures = append(sev.Procedures, s)
	}
}

// severityList reads lists and paragraphs whose lines begin with a severity:
// "- **P0 – Critical**: respond within 15 minutes …".
func (r *reader) severityList(d *doc, run []*part) {
	at := -1
	for _, p := range run {
		if p.taken || p.Kind == reading.PartHeading || p.Row != nil || p.Code != nil {
			continue
		}
		if p.Inside == nil {
			at = -1
		}
		lines := p.lines()
		if len(lines) == 0 {
			continue
		}
		if p.Inside == nil {
			head, text := lines[0].Label, lines[0].Text
			if head == "" {
				head, text = leadOf(lines[0].Text)
			}
			if at, text = r.listed(head, text); at < 0 {
				continue
			}
			p.take(reading.UseSeverity)
			text = r.trailingTime(d, p.Line, at, text)
			r.sayLine(d, p.Line, at, text, true)
			lines = lines[1:]
		}
		if at < 0 {
			continue
		}
		p.take(reading.UseSeverity)
		for _, l := range lines {
			if name, value, ok := field(l); ok && d.describes(name) {
				r.describe(at, value)
				continue
			}
			r.sayLine(d, l.No, at, l.Whole(), !d.Instructs(l))
		}
	}
}

// timeSigns stand before a time that ends a line.
var timeSigns = []string{"→", "=>", "->", " – ", " — ", " - ", "(", "（", ": "}

// trailingTime takes a bare time off the end of what a list says of a severity,
// "all is down → 15 minutes": where nothing else is said, it is when to respond.
func (r *reader) trailingTime(d *doc, no, i int, text string) string {
	at, width := 0, 0
	for _, sign := range timeSigns {
		if n := strings.LastIndex(text, sign); n >= at {
			at, width = n, len(sign)
		}
	}
	head, tail := strings.TrimSpace(text[:at]), strings.Trim(text[at+width:], " *()（）.")
	if d.clockOf(text) != noClock || len(strings.Fields(tail)) > 4 {
		return text
	}
	t, ok := d.duration(tail)
	switch {
	case ok && !d.saysMore(tail), !ok && d.Whole(tail).Has(reading.AtOnce):
		s := &r.book.Policy.Severities[i]
		r.agree(d, no, s.Label, clockNames[respondClock], incident.Within(t), &s.Respond)
		return head
	}
	return text
}

// listed finds the severity with which an item begins, and what it says of it.
func (r *reader) listed(head, text string) (at int, rest string) {
	level, ok := splitLabel(head)
	if !ok || len(level.Labels) != 1 {
		return -1, text
	}
	if len(strings.Fields(level.Name)) > 4 {
		text, level.Name = strings.TrimLeft(level.Name+". "+text, ". "), ""
	}
	return r.severityAt(level.Labels[0], nameOnly(level.Name)), text
}

// headTime is the clock in a heading: "Critical (Response: 15 minutes)".
func (d *doc) headTime(s *reading.Section) (clock, string) {
	if _, rest, ok := strings.Cut(s.Heading, "("); ok {
		return d.clockOf(rest), rest
	}
	return noClock, ""
}

func (r *reader) sayTime(d *doc, no, i int, k clock, text string) {
	t, ok := d.duration(text)
	if !ok && nextDay.MatchString(text) {
		t, ok = day, true
	}
	if !ok && !((k == respondClock || k == escalateClock) && d.atOnce(text)) {
		return
	}
	s := &r.book.Policy.Severities[i]
	r.agree(d, no, s.Label, clockNames[k], incident.Within(t), k.of(s))
}
