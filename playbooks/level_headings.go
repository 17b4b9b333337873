package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/playbooks/reading"
)

// levelHeadings reads the clocks of severities from a run of headings that begin
// with one each, whatever the sections are: "P0: The shop is down" above "Response
// time: 5 minutes", or "SEV-1: Critical (respond within 5 minutes)". One heading
// with a severity says nothing of that severity.
func (r *reader) levelHeadings(s *reading.Section) {
	type found struct {
		section *reading.Section
		level   levelName
	}
	var run []found
	seen := map[string]bool{}
	for _, sub := range s.Subs {
		r.levelHeadings(sub)
		level, ok := splitLabel(sub.Heading)
		if !ok || len(level.Labels) != 1 || reading.LevelNumber(level.Labels[0]) < 0 || seen[level.Labels[0]] {
			continue
		}
		seen[level.Labels[0]] = true
		run = append(run, found{sub, level})
	}
	d := r.docOf(s)
	if len(run) < 2 || d == nil {
		return
	}
	said := make([]map[clock]incident.Span, len(run))
	times := 0
	for i, f := range run {
		said[i] = d.clocksOf(f.section)
		if _, text, ok := strings.Cut(f.section.Heading, "("); ok && len(said[i]) == 0 {
			// "(< 4 hours)" beside headings that say what their times are.
			if t, ok := d.duration(text); ok && !d.saysMore(strings.TrimRight(text, ") ")) {
				said[i] = map[clock]incident.Span{respondClock: incident.Within(t)}
			}
		}
		times += boolInt(len(said[i]) > 0)
	}
	if times < 2 {
		return
	}
	for i, f := range run {
		at := r.severityAt(f.level.Labels[0], levelWordIn(f.level.Name))
		if at < 0 {
			continue
		}
		sev := &r.book.Policy.Severities[at]
		for k, span := range said[i] {
			r.agree(d, f.section.Line, sev.Label, clockNames[k], span, k.of(sev))
		}
	}
}

// docOf is the file of a section.
func (r *reader) docOf(s *reading.Section) *doc {
	for _, d := range r.docs {
		if d.Document == s.Doc {
			return d
		}
	}
	return nil
}

// levelWordIn is the word for a level in what follows a label: "Critical" in
// "Site down (Critical)" and in "Critical issues"; "" when there is none.
func levelWordIn(s string) string {
	for _, part := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("()（）[]:：–—,-", c) }) {
		if part = strings.TrimSpace(part); reading.IsLevelWords(part) {
			return part
		}
	}
	return ""
}

// clocksOf reads what the heading of a section and the labelled lines at its
// beginning say of clocks.
func (d *doc) clocksOf(s *reading.Section) map[clock]incident.Span {
	out := map[clock]incident.Span{}
	say := func(k clock, text string) {
		if _, known := out[k]; known || k == noClock {
			return
		}
		if t, ok := d.duration(text); ok {
			out[k] = incident.Within(t)
		} else if (k == respondClock || k == escalateClock) && d.atOnce(text) {
			out[k] = incident.Within(0)
		}
	}
	k, text := d.headTime(s)
	say(k, text)
	for _, b := range s.Blocks {
		for _, l := range b.Lines {
			if name, value, ok := field(l); ok {
				say(d.clockOfLabel(name), value)
			}
		}
	}
	for _, sub := range s.Subs {
		if k := d.clockOfLabel(sub.Heading); k != noClock && sub.Label() && len(sub.Blocks) > 0 && len(sub.Blocks[0].Lines) > 0 {
			say(k, sub.Blocks[0].Lines[0].Whole())
		}
	}
	return out
}
