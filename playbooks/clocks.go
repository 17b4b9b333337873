package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/reading"
)

// What the sentences about a severity say of its clocks, in English; other
// languages are read by their words.
var (
	saysRespond     = glanceAt([]string{"respon", "ack", "start", "begin", "investig", "pick", "triage"}, `(?i)\b(?:respond|response|acknowledge|ack|start(?: (?:the )?(?:investigation|investigating|work))?|begin|investigate|pick(?:ed)? up|triage)\b`)
	saysFix         = glanceAt([]string{"fix", "mttr", "mitig", "resol", "restor", "repair", "workaround"}, `(?i)\b(?:fix|fixed|mttr|mitigate|mitigated|resolve|resolved|resolution|restore|restored|repair|workaround)\b`)
	saysEscalate    = glanceAt([]string{"escalat", "page the", "unresolved", "unack"}, `(?i)\bescalat\w*\b|\bpage the (?:next|lead|manager)\b|\bunresolved\b|\bunacknowledged\b`)
	saysUpdate      = glanceAt([]string{"updat", "communicate", "cadence"}, `(?i)\bupdates?\b|\bcommunicate every\b|\bcadence\b`)
	saysCommunicate = glanceAt([]string{"communication", "notify", "inform", "tell", "status page"}, `(?i)\b(?:external|customer|public|client|user)\s+communications?\b|\b(?:notify|inform|tell) (?:the )?(?:customers|users|clients)\b|\bstatus page\b.*\b(?:updat|post)|\b(?:updat|post)\w*\b.*\bstatus page\b`)
	saysNot         = lazyregexp.New(`(?i)\b(?:no|not|never|without|optional|if needed)\b`)
	// saysEvery tells an interval from a deadline: "every 15 minutes", not "within 5 minutes".
	saysEvery = lazyregexp.New(`(?i)\b(?:every|each|hourly|per|interval|cadence|frequency|fr[ée]quence|fre[cq]u[eê]ncia|frequenz\p{L}*|häufigkeit|frequentie|częstotliwość|cada|chaque|toutes? les|tous les|jede[rns]?|alle|ogni|elke?|iedere?|co)\b|кажд|кожн|частот|频率|頻度|빈도|주기|每|毎|ごと|おき|마다|间隔`)
	saysBy    = lazyregexp.New(`(?i)\b(?:within|first|initial|in under|no later than|by|dentro de|en menos|em até|sous|dans les|innerhalb|binnen|entro|w ciągu)\b|<|≤|в течение|протягом|以内|이내`)
	// saysOther: times of meetings, reviews and rollouts are no clocks of the incident.
	saysOther = lazyregexp.New(`(?i)\bpost[- ]?mortems?\b|\bretrospective\b|\breview\b|\bRCA\b|\breport within\b|\bfor (?:at least )?\d`)
)

// Times that cannot be meant: a wrong clock is worse than none.
var (
	negative   = lazyregexp.New(`(?i)(?:\b(?:within|in|after|under|than|every|of)\s+|[:：]\s*)-\d|−\s?\d`)
	dutyDenied = glanceAt([]string{"not", "n't", "n’t", "never", "no need"}, `(?i)(?:\b(?:do|does|must|should|shall|need|will) not|n['’]t|\bnever|\bno need to|\bnot (?:required|expected|obliged) to)\s+(?:have to\s+|need to\s+)?(?:respond|ack\w*|start|begin|investigate|fix|mitigate|resolve|restore|repair|update|escalate)\b`)
	someTime   = lazyregexp.New(`(?i)\d\s*(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\b`)
)

var sentenceEnd = lazyregexp.New(`[.;]\s+|[。；]`)

// splitSentences separates "Respond within 1 hour. Escalate after 30 minutes."
func splitSentences(s string) []string {
	parts := []string{s}
	if strings.ContainsAny(s, ".;。；") {
		parts = sentenceEnd.Split(s, -1)
	}
	var out []string
	for _, one := range parts {
		if one = strings.TrimRight(strings.TrimSpace(one), ".;。"); one != "" {
			out = append(out, sentence(one))
		}
	}
	return out
}

// sentence sets what one sentence says of a severity and reports whether it
// said anything of its clocks or duties.
func (r *reader) sentence(d *doc, no int, sev *incident.Severity, s string) bool {
	said := false
	if d.officeTime(s) {
		sev.BusinessHours, said = true, true
	}
	if saysCommunicate.in(s) && !saysNot.MatchString(s) {
		sev.Communicate, said = true, true
	}
	if p := demanded(s, false); p == incident.FullPostmortem || (p == incident.ReviewRequired && sev.Postmortem == incident.NoPostmortem) {
		if hasWord(plain(s), "post mortem", "postmortem", "review", "retrospective", "rca", "pir", "root cause analysis") {
			sev.Postmortem, said = p, true
		}
	}
	for _, c := range d.clauses(s) {
		said = r.clause(d, no, sev, c) || said
	}
	return said
}

var clauseEnd = lazyregexp.New(`,\s+(?:and\s+|then\s+)?|\s+(?:and|then|und|et|y|e|и|та|i)\s+|[，、]`)

// clauses separates "respond within 15 min, escalate after 30 min and fix within 4 h".
func (d *doc) clauses(s string) []string {
	parts := clauseEnd.Split(s, -1)
	if len(parts) == 1 {
		return parts
	}
	var out []string
	for _, p := range parts {
		_, timed := d.duration(p)
		if len(out) > 0 && !timed && !immediately.in(p) {
			out[len(out)-1] += ", " + p
			continue
		}
		out = append(out, p)
	}
	return out
}

// clockOf tells which clock a clause speaks of, noClock when none or when it is
// in doubt.
func (d *doc) clockOf(s string) clock {
	other := d.Foreign()
	c := reading.Classes(0)
	if other {
		c = d.Classes(s)
	}
	respond := saysRespond.in(s) || other && c.Has(reading.RespondWord)
	fix := saysFix.in(s) || other && c.Has(reading.FixWord)
	escalate := saysEscalate.in(s) || other && c.Has(reading.EscalateClock)
	update := saysUpdate.in(s) || other && c.Has(reading.UpdateClock)
	switch {
	case !respond && !fix && !escalate && !update, saysOther.MatchString(s):
		return noClock
	case update && !escalate && !(respond && other):
		if saysEvery.MatchString(s) || !saysBy.MatchString(s) && strings.ContainsAny(s, ":：") {
			return updateClock
		}
		return noClock
	case escalate:
		return escalateClock
	case fix && !(respond && firstOfBoth(s)):
		return fixClock
	case respond:
		return respondClock
	}
	return noClock
}

// firstOfBoth: "Response time to fix requests: 1 hour" speaks of the response.
func firstOfBoth(s string) bool {
	a, b := saysRespond.at(s), saysFix.at(s)
	return a != nil && b != nil && a[0] < b[0]
}

// clause sets the clock of which one clause speaks.
func (r *reader) clause(d *doc, no int, sev *incident.Severity, s string) bool {
	k := d.clockOf(s)
	if k == noClock {
		return false
	}
	t, timed := d.duration(s)
	if negative.MatchString(s) || dutyDenied.in(s) || !timed && someTime.MatchString(s) {
		r.notice(d, no, "the "+clockNames[k]+" of "+sev.Label+" is not used, because it cannot be meant: "+clip(s, 60), `write "15 minutes", "1 hour", "1 day" or "Immediate"`)
		return true
	}
	if !timed {
		if (k == respondClock || k == escalateClock) && d.atOnce(s) {
			t, timed = 0, true
		} else if name, value, ok := strings.Cut(s, ":"); ok && value != "" && d.clockOf(name) == k && d.Whole(name).Has(reading.RespondWord, reading.FixWord, reading.EscalateClock, reading.UpdateClock) && !noTime.MatchString(strings.TrimSpace(value)) {
			r.notice(d, no, "the "+clockNames[k]+" of "+sev.Label+" is no time: "+clip(strings.TrimSpace(value), 60), `write "15 minutes", "1 hour", "1 day" or "Immediate"`)
		}
	}
	if !timed {
		return false
	}
	r.agree(d, no, sev.Label, clockNames[k], incident.Within(t), k.of(sev))
	return true
}

// agree sets a clock that is not set yet and reports a contradiction.
func (r *reader) agree(d *doc, no int, label, what string, said incident.Span, to *incident.Span) {
	if !to.Set {
		*to = said
		return
	}
	if to.D != said.D {
		r.notice(d, no, "the "+what+" of "+label+" is given twice and differently; the first one stands", "make the two say the same")
	}
}
