package playbooks

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"mayday/incident"
)

// maxSeverities bounds what is believed of a matrix.
const maxSeverities = 12

// The columns of the response matrix, by the words of their heads.
type matrixColumns struct {
	label, name, respond, escalate, update, fix, postmortem, examples int
}

// matrixOf recognises the table of severities: a column that names them and at
// least one with times.
func matrixOf(t *table) (matrixColumns, bool) {
	c := matrixColumns{-1, -1, -1, -1, -1, -1, -1, -1}
	set := func(at *int, i int) {
		if *at < 0 {
			*at = i
		}
	}
	for i, h := range t.head {
		h = plain(h)
		switch {
		case hasWord(h, "updates", "update", "update every", "cadence", "update frequency", "communication", "comms"):
			set(&c.update, i)
		case hasWord(h, "escalation", "escalate", "escalates"):
			set(&c.escalate, i)
		case hasWord(h, "resolution", "resolve", "fix", "mitigate", "mitigation", "restore", "fix within", "ttr"):
			set(&c.fix, i)
		case hasWord(h, "response", "respond", "acknowledge", "acknowledgement", "acknowledgment", "ack", "sla", "response time", "initial response"):
			set(&c.respond, i)
		case hasWord(h, "postmortem", "post mortem", "review", "pir", "rca"):
			set(&c.postmortem, i)
		case hasWord(h, "severity", "sev", "level", "priority", "severity level", "label"):
			if c.label >= 0 {
				set(&c.name, i)
			}
			set(&c.label, i)
		case hasWord(h, "name", "meaning"):
			set(&c.name, i)
		case hasWord(h, "examples", "example", "description", "definition", "criteria", "impact"):
			set(&c.examples, i)
		}
	}
	return c, c.label >= 0 && (c.respond >= 0 || c.escalate >= 0 || c.fix >= 0 || c.update >= 0)
}

// findSeverities looks through a whole document for the matrix, before anything
// else is read: scenarios refer to its labels.
func (r *reader) findSeverities(d *document, s *section) {
	for _, b := range s.blocks {
		if b.table == nil {
			continue
		}
		if c, ok := matrixOf(b.table); ok {
			for _, row := range b.table.rows {
				r.matrixRow(d, c, row)
			}
		}
	}
	for _, sub := range s.subs {
		r.findSeverities(d, sub)
	}
}

func (r *reader) matrixRow(d *document, c matrixColumns, row row) {
	at := func(i int) string {
		if i < 0 || i >= len(row.cells) {
			return ""
		}
		return row.cells[i].text
	}
	label, name, ok := splitLabel(at(c.label))
	if !ok {
		label, name = oneLine(bare(at(c.label))), ""
		if label == "" || len(label) > 20 {
			r.problem(d, row.line, "this row of the matrix names no severity", "begin it with P0, SEV1 or Critical")
			use(row.part, Reported)
			return
		}
	}
	use(row.part, "severity")
	if name == "" {
		name = at(c.name)
	}
	if _, dup := exactly(r.book.Policy, label); dup {
		r.problem(d, row.line, "severity "+label+" stands twice in the runbook", "keep one of the rows; the first is used")
		return
	}
	if len(r.book.Policy.Severities) >= maxSeverities {
		r.problem(d, row.line, "there are more than "+itoa(maxSeverities)+" severities; "+clip(label, 20)+" is not used", "keep a handful")
		return
	}
	s := incident.Severity{Label: label, Name: name, Examples: at(c.examples)}
	for _, clock := range []struct {
		column int
		word   string
		to     *incident.Span
	}{
		{c.respond, "response time", &s.Respond}, {c.escalate, "escalation", &s.Escalate},
		{c.fix, "resolution time", &s.FixWithin}, {c.update, "update interval", &s.UpdateEvery},
	} {
		if clock.column < 0 {
			continue
		}
		r.clock(d, row.line, label, clock.word, at(clock.column), clock.to)
		s.BusinessHours = s.BusinessHours || officeTime.MatchString(at(clock.column))
		if saysMore(at(clock.column)) {
			s.Procedures = append(s.Procedures, sentence(clock.word)+": "+at(clock.column))
		}
	}
	if s.FixWithin.Set && s.FixWithin.D == 0 {
		s.FixWithin = incident.Span{}
	}
	if s.UpdateEvery.D == 0 {
		s.UpdateEvery = incident.Span{}
	}
	s.Postmortem = demanded(at(c.postmortem), true)
	r.book.Policy.Severities = append(r.book.Policy.Severities, s)
}

// timeNoise are the words of a cell that says a time and nothing else.
var timeNoise = regexp.MustCompile(`(?i)\b(?:immediate(?:ly)?|after|within|every|each|in|if|unresolved|unacknowledged|by|at once|asap|of|at most|max|up to|to|then|no|post|mortem|n/a|next|business|working|office|hours?|days?|minutes?|mins?|half|an?)\b|[\d\s.,;:<>≤~+/()–—-]`)

// saysMore reports whether a cell with a time says something beside it:
// "15 minutes, phone first".
func saysMore(cell string) bool {
	cell = amount.ReplaceAllString(" "+cell+" ", " ")
	return len(timeNoise.ReplaceAllString(cell, "")) > 2
}

// clock reads one cell with a time and reports one that is missing or no time.
func (r *reader) clock(d *document, no int, label, what, text string, to *incident.Span) {
	t, set, understood := span(text)
	switch {
	case !understood:
		r.problem(d, no, "the "+what+" of "+label+" is no time: "+clip(text, 60), `write "15 minutes", "1 hour", "1 day" or "Immediate"`)
	case !set && what == "response time":
		r.notice(d, no, label+" has no response time: nobody is reminded to acknowledge", `write "15 minutes" or "1 hour"`)
	case set:
		*to = incident.Within(t)
	}
}

// demanded reads what has to be written afterwards from a sentence, or from a
// cell under a head that asks for it.
func demanded(s string, underHead bool) incident.Postmortem {
	p := plain(s)
	switch {
	case p == "" || hasWord(p, "no", "not", "none", "optional", "n a", "never"):
		return incident.NoPostmortem
	case hasWord(p, "post mortem", "postmortem", "full", "rca", "root cause analysis") && !hasWord(p, "review only"):
		return incident.FullPostmortem
	case hasWord(p, "review", "retrospective", "retro", "pir"):
		return incident.ReviewRequired
	case underHead && hasWord(p, "yes", "required", "mandatory", "always"):
		return incident.FullPostmortem
	}
	return incident.NoPostmortem
}

var squeeze = strings.NewReplacer("-", "", " ", "", "_", "", ".", "")

// exactly finds a severity by label or name only.
func exactly(p incident.Policy, word string) (int, bool) {
	bareOf := func(s string) string { return squeeze.Replace(strings.ToLower(s)) }
	for i, s := range p.Severities {
		if bareOf(s.Label) == bareOf(word) || (s.Name != "" && bareOf(s.Name) == bareOf(word)) {
			return i, true
		}
	}
	return -1, false
}

var dashSplit = regexp.MustCompile(`\s+[-–—=]\s+`)

// finishSeverities fills what a document leaves out: mayday's own severities
// when it names none, the update cadence, the aliases.
func (r *reader) finishSeverities() {
	p := &r.book.Policy
	if len(p.Severities) == 0 {
		p.Severities = defaultSeverities()
		r.book.Defaulted = true
		r.notice(r.docs[0], 0, "the runbook names no severities: P0 to P3 are assumed with 15 minutes, 1 hour, 4 hours and 1 day to respond",
			`add a table with the columns Severity, Response Time, Escalation, Examples`)
	}
	bySeverity(p.Severities)
	first := levelNumber(p.Severities[0].Label)
	cadence := []time.Duration{30 * time.Minute, time.Hour, 4 * time.Hour}
	taken := map[string]bool{}
	for _, s := range p.Severities {
		taken[strings.ToLower(s.Label)] = true
		taken[strings.ToLower(s.Name)] = true
	}
	for i := range p.Severities {
		s := &p.Severities[i]
		if !s.UpdateEvery.Set && i < len(cadence) && !s.BusinessHours {
			s.UpdateEvery = incident.Within(cadence[i])
		}
		s.Aliases = nil
		for _, a := range aliasesOf(*s, i, first) {
			if !taken[a] {
				taken[a] = true
				s.Aliases = append(s.Aliases, a)
			}
		}
	}
}

// bySeverity puts the most severe first where the labels say which that is;
// procedures are often written the other way round.
func bySeverity(list []incident.Severity) {
	numbers, words := true, true
	for _, s := range list {
		numbers = numbers && levelNumber(s.Label) >= 0
		words = words && levelWord(s.Label) >= 0
	}
	switch {
	case numbers:
		slices.SortStableFunc(list, func(a, b incident.Severity) int { return levelNumber(a.Label) - levelNumber(b.Label) })
	case words:
		slices.SortStableFunc(list, func(a, b incident.Severity) int { return levelWord(a.Label) - levelWord(b.Label) })
	}
}

func defaultSeverities() []incident.Severity {
	m, h := time.Minute, time.Hour
	return []incident.Severity{
		{Label: "P0", Name: "Critical", Respond: incident.Within(15 * m), Escalate: incident.Within(0), Postmortem: incident.FullPostmortem, Communicate: true},
		{Label: "P1", Name: "High", Respond: incident.Within(h), Escalate: incident.Within(30 * m), FixWithin: incident.Within(4 * h), Postmortem: incident.ReviewRequired},
		{Label: "P2", Name: "Medium", Respond: incident.Within(4 * h), Escalate: incident.Within(2 * h), FixWithin: incident.Within(24 * h)},
		{Label: "P3", Name: "Low", Respond: incident.Within(24 * h), Escalate: incident.Within(24 * h), BusinessHours: true},
	}
}
