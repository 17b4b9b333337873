package playbooks

import (
	"regexp"
	"strings"

	"mayday/incident"
)

// What the sentences of a severity's procedure say about its clocks.
var (
	saysRespond     = regexp.MustCompile(`(?i)\b(?:respond|response|acknowledge|ack|start(?: (?:the )?(?:investigation|investigating|work))?|begin|investigate|pick(?:ed)? up|triage)\b`)
	saysFix         = regexp.MustCompile(`(?i)\b(?:fix|fixed|mitigate|mitigated|resolve|resolved|resolution|restore|restored|repair|workaround)\b`)
	saysEscalate    = regexp.MustCompile(`(?i)\bescalat\w*\b|\bpage the (?:next|lead|manager)\b|\bunresolved\b|\bunacknowledged\b`)
	saysUpdate      = regexp.MustCompile(`(?i)\bupdates?\b|\bcommunicate every\b`)
	saysCommunicate = regexp.MustCompile(`(?i)\b(?:external|customer|public|client|user)\s+communications?\b|\b(?:notify|inform|tell) (?:the )?(?:customers|users|clients)\b|\bstatus page\b.*\b(?:updat|post)|\b(?:updat|post)\w*\b.*\bstatus page\b`)
	saysNot         = regexp.MustCompile(`(?i)\b(?:no|not|never|without|optional|if needed)\b`)
)

// procedureSection reads a section such as "Critical (P0)": its sentences are
// the procedure of that severity.
func (r *reader) procedureSection(d *document, s *section, i int) {
	for _, b := range s.blocks {
		r.procedureBlock(d, i, b)
	}
	for _, sub := range s.subs {
		r.procedureSection(d, sub, i)
	}
}

func (r *reader) procedureBlock(d *document, i int, b block) {
	switch {
	case b.prose != nil:
		use(b.part, "procedure")
		for _, l := range b.prose {
			r.sentences(d, l.no, i, l.whole())
		}
	case b.items != nil:
		for _, it := range b.items {
			use(it.part, "procedure")
			for _, l := range it.first {
				r.sentences(d, l.no, i, l.whole())
			}
			for _, sub := range it.blocks {
				r.procedureBlock(d, i, sub)
			}
		}
	case b.table != nil:
		for _, row := range b.table.rows {
			use(row.part, "procedure")
			var words []string
			for _, c := range row.cells {
				words = append(words, c.text)
			}
			r.sentences(d, row.line, i, strings.Join(words, ": "))
		}
	}
}

// sentences adds the sentences of a line to the procedure of severity i and
// sets the clocks that they speak of. What the matrix says stands.
func (r *reader) sentences(d *document, no, i int, text string) {
	for _, s := range splitSentences(text) {
		sev := &r.book.Policy.Severities[i]
		sev.Procedures = append(sev.Procedures, s)
		r.sentence(d, no, sev, s)
	}
}

var sentenceEnd = regexp.MustCompile(`[.;]\s+`)

// splitSentences separates "Respond within 1 hour. Escalate after 30 minutes."
func splitSentences(s string) []string {
	var out []string
	for _, one := range sentenceEnd.Split(s, -1) {
		if one = strings.TrimRight(strings.TrimSpace(one), ".;"); one != "" {
			out = append(out, sentence(one))
		}
	}
	return out
}

func (r *reader) sentence(d *document, no int, sev *incident.Severity, s string) {
	if officeTime.MatchString(s) {
		sev.BusinessHours = true
	}
	if saysCommunicate.MatchString(s) && !saysNot.MatchString(s) {
		sev.Communicate = true
	}
	if p := demanded(s, false); p == incident.FullPostmortem || (p == incident.ReviewRequired && sev.Postmortem == incident.NoPostmortem) {
		if hasWord(plain(s), "post mortem", "postmortem", "review", "retrospective", "rca", "pir", "root cause analysis") {
			sev.Postmortem = p
		}
	}
	for _, c := range clauses(s) {
		r.clause(d, no, sev, c)
	}
}

// clauses separates "respond within 15 min, escalate after 30 min and fix within 4 h".
func clauses(s string) []string {
	parts := clauseEnd.Split(s, -1)
	if len(parts) == 1 {
		return parts
	}
	var out []string
	for _, p := range parts {
		_, timed := duration(p)
		if len(out) > 0 && !timed && !immediately.MatchString(p) {
			out[len(out)-1] += ", " + p
			continue
		}
		out = append(out, p)
	}
	return out
}

var clauseEnd = regexp.MustCompile(`,\s+(?:and\s+|then\s+)?|\s+(?:and|then)\s+`)

func (r *reader) clause(d *document, no int, sev *incident.Severity, s string) {
	t, timed := duration(s)
	switch {
	case saysUpdate.MatchString(s) && timed && !saysEscalate.MatchString(s):
		r.agree(d, no, sev.Label, "update interval", incident.Within(t), &sev.UpdateEvery)
	case saysEscalate.MatchString(s) && (timed || immediately.MatchString(s)):
		r.agree(d, no, sev.Label, "escalation", incident.Within(t), &sev.Escalate)
	case saysFix.MatchString(s) && timed && !saysRespondFirst(s):
		r.agree(d, no, sev.Label, "resolution time", incident.Within(t), &sev.FixWithin)
	case saysRespond.MatchString(s) && (timed || immediately.MatchString(s)) && !saysFix.MatchString(s):
		r.agree(d, no, sev.Label, "response time", incident.Within(t), &sev.Respond)
	case saysRespondFirst(s) && timed:
		r.agree(d, no, sev.Label, "response time", incident.Within(t), &sev.Respond)
	}
}

// saysRespondFirst: "Response time to fix requests: 1 hour" speaks of the response.
func saysRespondFirst(s string) bool {
	a, b := saysRespond.FindStringIndex(s), saysFix.FindStringIndex(s)
	return a != nil && b != nil && a[0] < b[0]
}

// agree sets a clock that is not set yet and reports a contradiction.
func (r *reader) agree(d *document, no int, label, what string, said incident.Span, to *incident.Span) {
	if !to.Set {
		*to = said
		return
	}
	if to.D != said.D {
		r.notice(d, no, "the "+what+" of "+label+" is given twice and differently; the first one stands", "make the two say the same")
	}
}
