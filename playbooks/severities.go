package playbooks

import (
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
			if level, ok := splitLabel(row.Cells[at].Text); ok && reading.LevelNumber(level.Labels[0]) >= 0 {
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
		k := d.clockOfHead(h, t, i)
		if k == noClock && hasWord(plain(h), "target", "goal", "objective") && d.fixes(t, i) {
			k = fixClock
		}
		switch {
		case k != noClock && d.timed(t, i):
			if k == respondClock && d.fixes(t, i) {
				k = fixClock
			}
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
		if len(level.Labels) > 1 || seen[strings.ToLower(level.Labels[0])] {
			return true
		}
		seen[strings.ToLower(level.Labels[0])] = true
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

// fixes reports whether the cells of a column say until when it works again,
// whatever its head says: "Target: works again within 1 hour".
func (d *doc) fixes(t *outline.TableBlock, at int) bool {
	n, all := 0, 0
	for _, row := range t.Rows {
		if at >= len(row.Cells) || row.Cells[at].Text == "" {
			continue
		}
		all++
		if c := d.Classes(row.Cells[at].Text); c.Has(reading.FixWord) && !c.Has(reading.RespondWord) {
			n++
		}
	}
	return n > 0 && n*2 >= all
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
	first := reading.LevelNumber(p.Severities[0].Label)
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
