package playbooks

import (
	"regexp"
	"strings"
	"time"

	"mayday/incident"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// maxSeverities bounds what is believed of a matrix.
const maxSeverities = 12

// clock is one of the times of a severity.
type clock int

const (
	noClock clock = iota
	respondClock
	escalateClock
	fixClock
	updateClock
)

var clockNames = [...]string{"", "response time", "escalation", "resolution time", "update interval"}

// of is the place of a clock in a severity.
func (c clock) of(s *incident.Severity) *incident.Span {
	switch c {
	case respondClock:
		return &s.Respond
	case escalateClock:
		return &s.Escalate
	case fixClock:
		return &s.FixWithin
	case updateClock:
		return &s.UpdateEvery
	}
	return nil
}

// matrixColumns are what the columns of a table of severities hold.
type matrixColumns struct {
	label, name, postmortem int
	clocks                  map[int]clock
	// examples are the columns that describe a severity.
	examples []int
}

// tablesOfLevels reads the tables of severities of a file: those that reading
// took for one, and those whose columns leave no doubt. Within scenarios only
// when nothing else defines severities.
func (r *reader) tablesOfLevels(d *doc, inScenarios bool) {
	var t *outline.TableBlock
	var c matrixColumns
	use := false
	for _, p := range d.parts {
		if p.Row == nil || p.taken || p.Section.Kind == reading.Template || p.Section.Kind == reading.Output {
			continue
		}
		if p.Table != t {
			t = p.Table
			c = d.matrixOf(t)
			use = p.Use == reading.UseSeverity || (p.Scenario == nil || inScenarios) && len(c.clocks) > 0 && countedRows(t, c.label)
			r.inTable = map[string]bool{}
			if c.label < 0 && p.Use == reading.UseSeverity {
				r.turnedTable(d, t)
			}
		}
		switch {
		case use && c.label >= 0:
			r.matrixRow(d, c, p)
		case r.turned[t]:
			p.take(reading.UseSeverity)
		}
	}
}

// countedRows reports whether most rows of a table begin with a label such as P1.
func countedRows(t *outline.TableBlock, at int) bool {
	n := 0
	for _, row := range t.Rows {
		if at >= 0 && at < len(row.Cells) {
			if level, ok := splitLabel(row.Cells[at].Text); ok && levelNumber(level.labels[0]) >= 0 {
				n++
			}
		}
	}
	return n >= 2 && n*3 >= len(t.Rows)*2
}

// matrixOf tells the columns of a table by their heads and cells; label is -1
// when none of them names severities.
func (d *doc) matrixOf(t *outline.TableBlock) matrixColumns {
	c := matrixColumns{label: -1, name: -1, postmortem: -1, clocks: map[int]clock{}}
	most := 0
	for i := range t.Head {
		n := 0
		for _, row := range t.Rows {
			if i < len(row.Cells) {
				if _, ok := splitLabel(row.Cells[i].Text); ok {
					n++
				}
			}
		}
		if n > most && n*2 >= len(t.Rows) {
			most, c.label = n, i
		}
	}
	if c.label < 0 {
		for i, h := range t.Head {
			if i < 2 && d.Whole(h).Has(reading.SeverityWord) {
				c.label = i
				break
			}
		}
	}
	if c.label < 0 || c.label > 0 && repeats(t, c.label) {
		c.label = -1
		return c
	}
	for i, h := range t.Head {
		if i == c.label {
			continue
		}
		has := d.Classes(h)
		switch k := d.clockOfHead(h, t, i); {
		case k != noClock && d.timed(t, i):
			c.clocks[i] = k
		case has.Has(reading.AfterWord):
			c.postmortem = i
		case c.name < 0 && (hasWord(plain(h), "name", "label") || has.Has(reading.SeverityWord) && short(t, i)):
			c.name = i
		default:
			c.examples = append(c.examples, i)
		}
	}
	return c
}

// repeats reports whether a column names a severity more than once: then the
// rows are of something else, which has severities.
func repeats(t *outline.TableBlock, at int) bool {
	seen := map[string]bool{}
	for _, row := range t.Rows {
		if at >= len(row.Cells) {
			continue
		}
		level, ok := splitLabel(row.Cells[at].Text)
		if !ok {
			continue
		}
		if len(level.labels) > 1 || seen[strings.ToLower(level.labels[0])] {
			return true
		}
		seen[strings.ToLower(level.labels[0])] = true
	}
	return false
}

// clockOfHead tells the clock that the head of a column speaks of; where it
// names several, the one that is no mere "time".
func (d *doc) clockOfHead(h string, t *outline.TableBlock, at int) clock {
	has := d.Classes(h)
	p := plain(h)
	switch {
	case has.Has(reading.EscalateClock):
		return escalateClock
	case hasWord(p, "first", "initial") && has.Has(reading.UpdateClock):
		return noClock
	case has.Has(reading.UpdateClock) && !has.Has(reading.RespondWord, reading.FixWord) || hasWord(p, "update", "updates", "cadence"):
		return updateClock
	case has.Has(reading.RespondWord) && has.Has(reading.FixWord):
		// "Time to mitigate after response": the first of the two is meant.
		for i := range strings.Fields(h) {
			head := strings.Join(strings.Fields(h)[:i+1], " ")
			switch one := d.Classes(head); {
			case one.Has(reading.FixWord):
				return fixClock
			case one.Has(reading.RespondWord):
				return respondClock
			}
		}
		return noClock
	case has.Has(reading.FixWord):
		return fixClock
	case has.Has(reading.RespondWord) || hasWord(p, "sla"):
		return respondClock
	}
	return noClock
}

// timed reports whether a column holds times: half of its cells, at least.
func (d *doc) timed(t *outline.TableBlock, at int) bool {
	n, all := 0, 0
	for _, row := range t.Rows {
		if at >= len(row.Cells) || row.Cells[at].Text == "" {
			continue
		}
		all++
		if _, _, understood := d.span(row.Cells[at].Text); understood {
			n++
		}
	}
	return all > 0 && n*2 >= all
}

// short reports whether the cells of a column are names and no sentences.
func short(t *outline.TableBlock, at int) bool {
	for _, row := range t.Rows {
		if at < len(row.Cells) && len(strings.Fields(row.Cells[at].Text)) > 3 {
			return false
		}
	}
	return true
}

// matrixRow reads one row of the matrix.
func (r *reader) matrixRow(d *doc, c matrixColumns, p *part) {
	cell := func(i int) string {
		if i < 0 || i >= len(p.Row.Cells) {
			return ""
		}
		return p.Row.Cells[i].Text
	}
	level, ok := splitLabel(cell(c.label))
	if !ok {
		label := oneLine(bare(cell(c.label)))
		if label == "" || len(label) > 20 || len(r.book.Policy.Severities) > 0 && levelNumber(r.book.Policy.Severities[0].Label) >= 0 || len(c.clocks) == 0 {
			r.problem(d, p.Line, "this row of the matrix names no severity", "begin it with P0, SEV1 or Critical")
			p.Use = reading.UseReported
			return
		}
		level = levelName{labels: []string{label}}
	}
	if len(level.labels) > 1 {
		p.take(reading.UseSeverity)
		r.spread = append(r.spread, spread{d: d, c: c, p: p, labels: level.labels})
		return
	}
	label, name := level.labels[0], level.name
	if len(strings.Fields(name)) > 5 {
		name = ""
	}
	if name == "" && len(strings.Fields(cell(c.name))) <= 5 {
		name = cell(c.name)
	}
	if r.inTable[strings.ToLower(label)] {
		r.problem(d, p.Line, "severity "+label+" stands twice in the runbook", "keep one of the rows; the first is used")
		p.take(reading.UseSeverity)
		return
	}
	r.inTable[strings.ToLower(label)] = true
	i := r.severityAt(label, name)
	if i < 0 {
		what, fix := "there are more than "+itoa(maxSeverities)+" severities; "+clip(label, 20)+" is not used", "keep a handful"
		if len(r.book.Policy.Severities) < maxSeverities {
			what, fix = clip(label, 20)+" is no severity of this runbook: its labels are "+andJoin(r.labels()), "use one of its labels"
		}
		r.problem(d, p.Line, what, fix)
		p.Use = reading.UseReported
		return
	}
	p.take(reading.UseSeverity)
	s := &r.book.Policy.Severities[i]
	r.rowClocks(d, c, p, s, false)
	for _, i := range c.examples {
		s.Examples = joined(s.Examples, cell(i))
	}
	if c.name >= 0 && cell(c.name) != s.Name {
		s.Examples = joined(s.Examples, cell(c.name))
	}
	if level.name != "" && s.Name != level.name {
		s.Examples = joined(s.Examples, level.name)
	}
	if demand := demanded(cell(c.postmortem), true); s.Postmortem == incident.NoPostmortem {
		s.Postmortem = demand
	}
}

// joined adds words to the examples of a severity once.
func joined(have, more string) string {
	switch {
	case more == "" || strings.Contains(have, more):
		return have
	case have == "":
		return more
	}
	return strings.TrimRight(have, ".;") + "; " + more
}

// rowClocks reads the cells with times of one row. Shared: the row speaks of
// several severities, so that what is missing in it is not missed.
func (r *reader) rowClocks(d *doc, c matrixColumns, p *part, s *incident.Severity, shared bool) {
	for i := range p.Table.Head {
		k, ok := c.clocks[i]
		if !ok {
			continue
		}
		text := ""
		if i < len(p.Row.Cells) {
			text = p.Row.Cells[i].Text
		}
		t, set, understood := d.span(text)
		switch {
		case !understood:
			r.problem(d, p.Line, "the "+clockNames[k]+" of "+s.Label+" is no time: "+clip(text, 60), `write "15 minutes", "1 hour", "1 day" or "Immediate"`)
		case !set && k == respondClock && !shared:
			r.notice(d, p.Line, s.Label+" has no response time: nobody is reminded to acknowledge", `write "15 minutes" or "1 hour"`)
		case !set, t == 0 && (k == fixClock || k == updateClock):
		default:
			r.agree(d, p.Line, s.Label, clockNames[k], incident.Within(t), k.of(s))
		}
		s.BusinessHours = s.BusinessHours || d.officeTime(text)
		if d.saysMore(text) {
			head := sentence(clockNames[k])
			if len(d.Languages()) > 1 {
				head = p.Table.Head[i]
			}
			s.Procedures = append(s.Procedures, head+": "+text)
		}
	}
}

// spread is a row that speaks of several severities; it is read when all are known.
type spread struct {
	d      *doc
	c      matrixColumns
	p      *part
	labels []string
}

// spreadRows sets the clocks of rows such as "P0-P1" for each of their severities.
func (r *reader) spreadRows() {
	for _, row := range r.spread {
		for _, label := range row.labels {
			i, known := exactly(r.book.Policy, label)
			if !known && len(row.c.clocks) > 0 {
				i = r.severityAt(label, "")
			}
			if i < 0 {
				continue
			}
			s := &r.book.Policy.Severities[i]
			r.rowClocks(row.d, row.c, row.p, s, true)
			for _, at := range row.c.examples {
				if at < len(row.p.Row.Cells) {
					s.Examples = joined(s.Examples, row.p.Row.Cells[at].Text)
				}
			}
		}
	}
	r.spread = nil
}

// turnedTable reads a table whose columns are the severities and whose rows are
// their clocks.
func (r *reader) turnedTable(d *doc, t *outline.TableBlock) {
	at := map[int]int{}
	for i, h := range t.Head {
		if level, ok := splitLabel(h); i > 0 && ok && len(level.labels) == 1 {
			if n := r.severityAt(level.labels[0], level.name); n >= 0 {
				at[i] = n
			}
		}
	}
	if len(at) < 2 {
		return
	}
	r.turned[t] = true
	for _, row := range t.Rows {
		if len(row.Cells) == 0 {
			continue
		}
		k := d.clockOfHead(row.Cells[0].Text, t, 0)
		for i, n := range at {
			if i >= len(row.Cells) || row.Cells[i].Text == "" {
				continue
			}
			s := &r.book.Policy.Severities[n]
			span, set, understood := d.span(row.Cells[i].Text)
			if k != noClock && understood {
				if set && (span > 0 || k == respondClock || k == escalateClock) {
					r.agree(d, row.Line, s.Label, clockNames[k], incident.Within(span), k.of(s))
				}
				continue
			}
			s.Examples = joined(s.Examples, row.Cells[0].Text+": "+row.Cells[i].Text)
		}
	}
}

// timeNoise are the words of a cell that says a time and nothing else.
var timeNoise = regexp.MustCompile(`(?i)\b(?:immediate(?:ly)?|after|within|every|each|in|if|unresolved|unacknowledged|by|at once|asap|of|at most|max|up to|to|then|no|post|mortem|n/a|next|business|working|office|hours?|days?|minutes?|mins?|half|an?)\b|[\d\s.,;:<>≤~+/()–—-]`)

// saysMore reports whether a cell with a time says something beside it:
// "15 minutes, phone first".
func (d *doc) saysMore(cell string) bool {
	if len(d.Languages()) > 1 {
		rest := amountIn.ReplaceAllStringFunc(cell, func(m string) string {
			if sub := amountIn.FindStringSubmatch(m); d.unit(sub[3]) != 0 {
				return " " + sub[4]
			}
			return " "
		})
		rest = plain(rest)
		return rest != "" && !d.Whole(rest).Has(reading.AtOnce, reading.BusinessWord)
	}
	cell = amount.ReplaceAllString(" "+cell+" ", " ")
	return len(timeNoise.ReplaceAllString(cell, "")) > 2
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

func defaultSeverities() []incident.Severity {
	m, h := time.Minute, time.Hour
	return []incident.Severity{
		{Label: "P0", Name: "Critical", Respond: incident.Within(15 * m), Escalate: incident.Within(0), Postmortem: incident.FullPostmortem, Communicate: true},
		{Label: "P1", Name: "High", Respond: incident.Within(h), Escalate: incident.Within(30 * m), FixWithin: incident.Within(4 * h), Postmortem: incident.ReviewRequired},
		{Label: "P2", Name: "Medium", Respond: incident.Within(4 * h), Escalate: incident.Within(2 * h), FixWithin: incident.Within(24 * h)},
		{Label: "P3", Name: "Low", Respond: incident.Within(24 * h), Escalate: incident.Within(24 * h), BusinessHours: true},
	}
}
