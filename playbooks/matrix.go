package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

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
		if label == "" || len(label) > 20 || len(r.book.Policy.Severities) > 0 && reading.LevelNumber(r.book.Policy.Severities[0].Label) >= 0 || len(c.clocks) == 0 {
			r.problem(d, p.Line, "this row of the matrix names no severity", "begin it with P0, SEV1 or Critical")
			p.Use = reading.UseReported
			return
		}
		level = levelName{Labels: []string{label}}
	}
	if len(level.Labels) > 1 {
		p.take(reading.UseSeverity)
		r.spread = append(r.spread, spread{d: d, c: c, p: p, labels: level.Labels})
		return
	}
	label, name := level.Labels[0], level.Name
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
	if level.Name != "" && s.Name != level.Name {
		s.Examples = joined(s.Examples, level.Name)
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
		if level, ok := splitLabel(h); i > 0 && ok && len(level.Labels) == 1 {
			if n := r.severityAt(level.Labels[0], level.Name); n >= 0 {
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
var timeNoise = lazyregexp.New(`(?i)\b(?:immediate(?:ly)?|after|within|every|each|in|if|unresolved|unacknowledged|by|at once|asap|of|at most|max|up to|to|then|no|post|mortem|n/a|next|business|working|office|hours?|days?|minutes?|mins?|half|an?)\b|[\d\s.,;:<>≤~+/()–—-]`)

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
