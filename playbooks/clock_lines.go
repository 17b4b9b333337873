package playbooks

import (
	"strings"
	"time"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/reading"
)

// clockLines reads the lines outside of scenarios that say the times of several
// severities at once: "Response: SEV1 < 10 min, SEV2 < 30 min", "Updates every 30
// minutes in SEV1 and SEV2", and lists such as "P0: 5 minutes" below a label that
// names a clock. The parts stay what they are: such a line may stand anywhere.
func (r *reader) clockLines(d *doc) {
	runs(d.parts, func(s *reading.Section, run []*part) {
		if s.Kind == reading.Template || s.Kind == reading.Output || s.Kind == reading.After || run[0].Scenario != nil {
			return
		}
		above := noClock
		if s.Kind != reading.SeverityEntry && s.Kind != reading.Procedure {
			above = d.clockOfLabel(s.Heading)
		}
		if above == noClock && !mentionsLevels(run) {
			return
		}
		lead := above
		for _, p := range run {
			if p.Kind == reading.PartProse && p.Inside == nil {
				if lead = d.clockOfLabel(p.Text().Whole()); lead == noClock {
					lead = above
				}
			}
			for _, l := range p.lines() {
				said := false
				switch {
				case p.Row != nil:
				case len(reading.LevelsWithin(l.Whole())) > 0:
					said = r.clockLine(d, l.No, l.Whole(), lead)
				case lead != noClock:
					said = r.wordLine(d, l.No, l.Whole(), lead)
				}
				if said && !p.taken && (p.Use == reading.UseReader || p.Use == reading.UseReported) {
					p.take(reading.UseSeverity)
				}
			}
		}
	})
}

// mentionsLevels is a cheap first look: some line holds a digit right behind a
// letter or behind a letter and a dash, as in "P1" and "SEV-1".
func mentionsLevels(run []*part) bool {
	for _, p := range run {
		if p.Row != nil || p.Code != nil {
			continue
		}
		for _, l := range p.lines() {
			if holdsLevel(l.Label) || holdsLevel(l.Text) {
				return true
			}
		}
	}
	return false
}

func holdsLevel(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		c := s[i-1]
		if (c == '-' || c == ' ' || c == '_' || c == '.') && i > 1 {
			c = s[i-2]
		}
		switch c | 0x20 {
		case 'p', 'v', 'y', 'i', 'o': // P1, SEV1, priority 1, severity-1, pri 1, prio 1
			return true
		}
	}
	return false
}

// noise are words of labels of clocks that say nothing of which clock it is.
var noise = strings.NewReplacer("SLA", "", "Target", "", "target", "", "times", "time")

// clockOfLabel is the clock that a label, a heading or a lead names as a whole:
// "Response times:", "SLA de respuesta".
func (d *doc) clockOfLabel(label string) clock {
	label = strings.TrimSpace(strings.TrimRight(bare(label), ":： "))
	if label == "" || len(strings.Fields(label)) > 6 {
		return noClock
	}
	whole := d.Whole(noise.Replace(label))
	switch {
	case whole.Has(reading.EscalateClock):
		return escalateClock
	case whole.Has(reading.RespondWord):
		return respondClock
	case whole.Has(reading.FixWord):
		return fixClock
	case whole.Has(reading.UpdateClock) && (saysEvery.MatchString(label) || hasWord(plain(label), "updates")):
		return updateClock
	}
	return noClock
}

var pairEnd = lazyregexp.New(`[,;/·|、；]\s*|\s+(?:and|und|et|y|e|и|та)\s+`)

// clockLine reads one line that names severities, and reports whether it says a
// clock of one of them.
func (r *reader) clockLine(d *doc, no int, text string, lead clock) (said bool) {
	k, rest := lead, text
	if head, after, ok := cutLabel(text); ok {
		if _, level := splitLabel(head); level {
			rest = text
		} else if named := d.clockOfLabel(head); named != noClock {
			k, rest = named, after
		} else if d.unclear(head) {
			return false
		}
	}
	if k == noClock && saysEvery.MatchString(text) && d.Classes(text).Has(reading.UpdateClock) && !saysOther.MatchString(text) {
		// "Updates every 30 minutes in SEV1 and SEV2" says one time for all that it names.
		if t, ok := d.duration(text); ok && len(amount.FindAllString(text, 2)) <= 1 {
			for _, label := range reading.LevelsWithin(text) {
				said = r.setClock(d, no, label, updateClock, incident.Within(t)) || said
			}
		}
		return said
	}
	if k == noClock {
		return false
	}
	for _, one := range pairEnd.Split(rest, -1) {
		labels := reading.LevelsWithin(one)
		if len(labels) != 1 {
			continue
		}
		span := strings.Replace(one, labels[0], " ", 1)
		if len(strings.Fields(span)) > 6 {
			continue
		}
		t, ok := d.clockTime(span, k)
		if !ok && nextDay.MatchString(span) {
			t, ok = day, true
		}
		said = ok && r.setClock(d, no, labels[0], k, incident.Within(t)) || said
	}
	return said
}

// clockTime is the time that a text says for a clock: "10 minutes", "immediately",
// "hourly".
func (d *doc) clockTime(text string, k clock) (time.Duration, bool) {
	if t, ok := d.duration(text); ok {
		return t, true
	}
	switch k {
	case respondClock, escalateClock:
		return 0, d.atOnce(text)
	case updateClock:
		return intervalWord(bare(strings.Trim(text, " :*")))
	}
	return 0, false
}

// wordLine reads "Major: 4 hours" below a heading or label that names a clock, and
// reports whether it says one.
func (r *reader) wordLine(d *doc, no int, text string, k clock) bool {
	head, said, ok := cutLabel(text)
	if !ok || len(strings.Fields(said)) > 6 {
		return false
	}
	t, ok := d.clockTime(said, k)
	return ok && r.setClock(d, no, bare(head), k, incident.Within(t))
}

// cutLabel splits "Response: SEV1 < 10 min" at its colon or arrow.
func cutLabel(s string) (head, rest string, ok bool) {
	i := strings.IndexAny(s, ":：")
	if i <= 0 || i > 60 {
		return "", "", false
	}
	return s[:i], strings.TrimLeft(s[i:], ":： "), true
}

// unclear: a label that is no clock of a severity, "Duration", "Post-mortem".
func (d *doc) unclear(head string) bool { return len(strings.Fields(head)) > 0 }

// setClock sets a clock of a severity, and reports whether that is known.
func (r *reader) setClock(d *doc, no int, label string, k clock, said incident.Span) bool {
	i, ok := exactly(r.book.Policy, label)
	if !ok {
		return false
	}
	s := &r.book.Policy.Severities[i]
	r.agree(d, no, s.Label, clockNames[k], said, k.of(s))
	return true
}

// secondChance looks for severities where nothing in the documents speaks of
// them as such: a table of times within a scenario, or items that begin with
// one label after the other.
func (r *reader) secondChance() {
	if len(r.book.Policy.Severities) > 0 {
		return
	}
	for _, d := range r.docs {
		r.tablesOfLevels(d, true)
	}
	for _, d := range r.docs {
		if len(r.book.Policy.Severities) > 0 {
			return
		}
		r.countedItems(d)
	}
}

// countedItems finds siblings "S1: …", "S2: …", "S3: …" in any list.
func (r *reader) countedItems(d *doc) {
	var found []levelName
	var texts []string
	var inside *reading.Part
	flush := func() {
		if len(found) >= 2 {
			for i, level := range found {
				if at := r.severityAt(level.Labels[0], nameOnly(level.Name)); at >= 0 {
					r.describe(at, texts[i])
				}
			}
		}
		found, texts = nil, nil
	}
	for _, p := range d.parts {
		if p.Item == nil || len(p.Item.Lines) == 0 {
			continue
		}
		head, text, ok := cutLabel(p.text())
		level, levelOK := splitLabel(head)
		if !ok || !levelOK || len(level.Labels) != 1 || reading.LevelNumber(level.Labels[0]) < 0 {
			if p.Inside == inside {
				flush()
			}
			continue
		}
		if p.Inside != inside || len(found) > 0 && reading.LevelNumber(level.Labels[0]) != reading.LevelNumber(found[len(found)-1].Labels[0])+1 {
			flush()
			inside = p.Inside
		}
		found, texts = append(found, level), append(texts, text)
	}
	flush()
}
