package alerts

import (
	"strconv"
	"strings"
	"unicode"

	"mayday/incident"
	"mayday/lazyregexp"
)

// stateWords are what monitoring tools begin the title of a message with. Sources: the default templates of Alertmanager
// and Grafana ([FIRING:1], [RESOLVED], [Alerting], [OK]), Datadog (Triggered, Recovered, Re-Triggered, No data), PagerDuty
// (Triggered #1, Resolved #1), Pingdom (DOWN alert, UP alert), UptimeRobot (Monitor is DOWN), CloudWatch (ALARM, OK).
var stateWords = map[string]incident.ReportState{
	"firing": incident.Firing, "alerting": incident.Firing, "alarm": incident.Firing, "triggered": incident.Firing, "trigger": incident.Firing, "re-triggered": incident.Firing,
	"retriggered": incident.Firing, "critical": incident.Firing, "crit": incident.Firing, "warning": incident.Firing, "warn": incident.Firing, "error": incident.Firing, "problem": incident.Firing,
	"down": incident.Firing, "open": incident.Firing, "opened": incident.Firing, "failing": incident.Firing, "failed": incident.Firing, "failure": incident.Firing, "degraded": incident.Firing,
	"outage": incident.Firing, "unhealthy": incident.Firing, "escalated": incident.Firing, "reminder": incident.Firing, "nodata": incident.Firing, "emergency": incident.Firing, "fatal": incident.Firing,
	"resolved": incident.Quiet, "recovered": incident.Quiet, "recovery": incident.Quiet, "closed": incident.Quiet, "cleared": incident.Quiet, "ok": incident.Quiet, "up": incident.Quiet,
	"normal": incident.Quiet, "healthy": incident.Quiet, "fixed": incident.Quiet, "operational": incident.Quiet, "success": incident.Quiet, "auto-resolved": incident.Quiet, "inactive": incident.Quiet,
	"acknowledged": incident.Noticed, "acked": incident.Noticed, "ack": incident.Noticed,
}

// besideState are words that stand with one of stateWords and name nothing: "Monitor is DOWN:", "New alert:".
var besideState = map[string]bool{"alert": true, "alerts": true, "incident": true, "issue": true, "monitor": true, "check": true, "service": true, "the": true, "a": true, "is": true, "was": true, "new": true,
	"cloudwatch": true, "prometheus": true, "grafana": true, "datadog": true, "auto": true, "has": true, "been": true, "now": true, "state": true, "status": true}

// alarming are words that fire where no word says how it stands: "Alert: disk full".
var alarming = map[string]bool{"alert": true, "alerts": true, "incident": true}

// emojiStates are signs that begin a message.
var emojiStates = map[string]incident.ReportState{
	"rotating_light": incident.Firing, "fire": incident.Firing, "red_circle": incident.Firing, "warning": incident.Firing, "x": incident.Firing, "no_entry": incident.Firing, "bangbang": incident.Firing,
	"large_orange_circle": incident.Firing, "large_yellow_circle": incident.Firing, "exclamation": incident.Firing, "boom": incident.Firing,
	"🚨": incident.Firing, "🔥": incident.Firing, "🔴": incident.Firing, "⚠": incident.Firing, "❌": incident.Firing, "🟠": incident.Firing, "🟡": incident.Firing,
	"white_check_mark": incident.Quiet, "heavy_check_mark": incident.Quiet, "large_green_circle": incident.Quiet, "green_circle": incident.Quiet, "ok": incident.Quiet, "tada": incident.Quiet,
	"✅": incident.Quiet, "🟢": incident.Quiet, "✔": incident.Quiet,
}

var (
	// isDown and isUp are sentences about the state. What "was closed" is often a connection: only an alert's own end counts.
	isDown = lazyregexp.New(`(?i)\b(?:is|are|went|has gone)\s+(?:now\s+)?(?:down|unreachable|unavailable|unhealthy|failing|degraded|firing|offline|not responding)\b`)
	isUp   = lazyregexp.New(`(?i)\b(?:is|are|came)\s+(?:now\s+)?(?:(?:back\s+)?(?:up|online)|healthy|operational|back to normal|resolved|recovered)(?:\s+again)?\b(?:\s+(\S+))?`)
	isOver = lazyregexp.New(`(?i)\b(?:alert|incident|issue|alarm|monitor|problem)\b[^.\n]{0,100}\b(?:was|has been|is|been)\s+(?:now\s+|automatically\s+)?(?:resolved|recovered|closed|cleared|fixed)\b|\b(?:was|has been|has)\s+(?:now\s+|automatically\s+)?(?:resolved|recovered|cleared)\b`)
	// overNow is how such a sentence ends.
	overNow = lazyregexp.New(`(?i)\b(?:was|has been|is|been|has)\s+(?:now\s+|automatically\s+)?(?:resolved|recovered|closed|cleared|fixed)\b`)
	// upTo follows "is up" where that is no state: "CPU is up to 95 %".
	upTo = lazyregexp.New(`(?i)^(?:to|by|from|\d)`)

	leadingEmoji = lazyregexp.New(`^\s*(?::([a-z0-9_+-]+)(?:::[a-z0-9_-]+)?:|([\x{2190}-\x{2BFF}\x{1F300}-\x{1FAFF}])\x{FE0F}?)\s*`)
	anyEmoji     = lazyregexp.New(`:[a-z0-9_+-]*[a-z_][a-z0-9_+-]*:|[\x{2190}-\x{2BFF}\x{1F300}-\x{1FAFF}\x{FE0F}]`)

	// monitoringTools are apps whose messages are alerts although no word says so, uptimeTools those among them that ask addresses.
	monitoringTools = lazyregexp.New(`(?i)\b(sentry|alertmanager|prometheus|grafana|datadog|pagerduty|opsgenie|rollbar|bugsnag|new relic|honeycomb|nagios|zabbix|icinga|checkmk|cloudwatch|amazon q|aws chatbot|dynatrace|appdynamics|instana|splunk on-call|victorops|incident\.?io|netdata|snag|kibana|elastic)\b|` + uptimeTools.String())
	uptimeTools     = lazyregexp.New(`(?i)\b(pingdom|uptime ?robot|uptime ?kuma|better ?stack|better ?uptime|statuscake|checkly|site24x7|cronitor|healthchecks|freshping|hetrixtools|updown)\b`)

	severityMark  = lazyregexp.New(`(?i)\[(p[0-5]|sev-?[0-5]|critical|warning|info|error)\]|^(p[0-5]|sev-?[0-5])\b`)
	incidentsMark = lazyregexp.New(`^#?\d+$`)
)

// state is what a message says of an alert; empty when it is none.
func (s said) state(app string) incident.ReportState {
	if state := s.ownState(); state != "" {
		return state
	}
	if monitoringTools.MatchString(app) && s.title != "" {
		return incident.Firing
	}
	return ""
}

// ownState is what the words, the signs and the colour of a message say, whoever posted it.
func (s said) ownState() incident.ReportState {
	firstLine := ""
	if l := lines(s.text); len(l) > 0 {
		firstLine = l[0]
	}
	if state := fieldState(said{named: s.named[:s.written]}.fields()); state != "" {
		return state
	}
	for _, l := range []string{s.title, firstLine} {
		if state, _ := leadingState(l); state != "" {
			return state
		}
	}
	if state := fieldState(s.fields()); state != "" {
		return state
	}
	for _, l := range []string{s.title, firstLine} {
		if state := sentenceState(l); state != "" {
			return state
		}
	}
	for _, l := range []string{s.title, firstLine} {
		if m := leadingEmoji.FindStringSubmatch(l); m != nil && emojiStates[first(m[1], m[2])] != "" {
			return emojiStates[first(m[1], m[2])]
		}
	}
	return colourState(s.colour)
}

// stateNames are the names of fields that say how an alert stands.
var stateNames = []string{"status", "state", "alert_state", "current_state", "new_state"}

// fieldState is the state that a field names: "State: ALARM".
func fieldState(fields map[string]string) incident.ReportState {
	for _, name := range stateNames {
		if state := stateWords[wordOf(fields[name])]; state != "" {
			return state
		}
	}
	return ""
}

// sentenceState is what a sentence says of a state.
func sentenceState(l string) incident.ReportState {
	if isOver.MatchString(l) {
		return incident.Quiet
	}
	if m := isUp.FindStringSubmatch(l); m != nil && !upTo.MatchString(m[1]) {
		return incident.Quiet
	}
	if isDown.MatchString(l) || deployFailed.MatchString(l) {
		return incident.Firing
	}
	return ""
}

// leadingState is the state that a title begins with, and the title without it.
func leadingState(title string) (state incident.ReportState, rest string) {
	t := title
	for m := leadingEmoji.FindString(t); m != ""; m = leadingEmoji.FindString(t) {
		t = t[len(m):]
	}
	t = strings.TrimSpace(t)
	if inside, after, ok := strings.Cut(strings.TrimPrefix(t, "["), "]"); ok && strings.HasPrefix(t, "[") {
		word := wordOf(inside)
		if state := stateWords[word]; state != "" {
			beside := strings.TrimLeft(strings.TrimSpace(inside)[min(len(word), len(strings.TrimSpace(inside))):], " :,0123456789")
			return state, strings.TrimSpace(beside + " " + strings.TrimLeft(after, " :-–"))
		}
		if strings.HasPrefix(strings.ToLower(inside), "no data") {
			return incident.Firing, strings.TrimSpace(after)
		}
		state, rest = leadingState(after)
		return state, strings.TrimSpace("[" + inside + "] " + rest)
	}
	if head, tail, ok := cutHead(t); ok {
		if state, marks := headState(head); state != "" {
			return state, strings.TrimSpace(marks + " " + tail)
		}
	}
	if state, marks := headState(t); state != "" && marks != "" {
		return state, marks
	}
	word := wordOf(t)
	if tail := strings.TrimSpace(t[min(len(word), len(t)):]); stateWords[word] != "" && (tail == "" || strings.HasPrefix(tail, "#")) {
		return stateWords[word], tail
	}
	return "", title
}

// wordOf is the first word, in lower case.
func wordOf(s string) string {
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	if end < 0 {
		end = len(s)
	}
	return strings.ToLower(s[:end])
}

// cutHead takes apart "Triggered: CPU high" and "Resolved - CPU high"; the head is a few words.
func cutHead(t string) (head, tail string, ok bool) {
	at, long := -1, 0
	for _, sep := range []string{":", " - ", " – ", " — ", " | "} {
		if i := strings.Index(t, sep); i > 0 && (at < 0 || i < at) {
			at, long = i, len(sep)
		}
	}
	if at < 0 || at > 60 {
		return "", "", false
	}
	return t[:at], strings.TrimSpace(t[at+long:]), true
}

// headState is the state that a few words say when they say nothing else but a number, which is marks.
func headState(head string) (state incident.ReportState, marks string) {
	alarm := false
	for _, w := range strings.Fields(strings.ToLower(head)) {
		switch {
		case stateWords[w] != "":
			state = stateWords[w]
		case incidentsMark.MatchString(w):
			marks = strings.TrimSpace(marks + " " + w)
		case besideState[w]:
			alarm = alarm || alarming[w]
		default:
			return "", ""
		}
	}
	if state == "" && alarm {
		return incident.Firing, marks
	}
	return state, marks
}

// colourState is what the colour at a message's edge says.
func colourState(c string) incident.ReportState {
	switch c {
	case "danger", "warning":
		return incident.Firing
	case "good":
		return incident.Quiet
	}
	if len(c) == 3 {
		c = string([]byte{c[0], c[0], c[1], c[1], c[2], c[2]})
	}
	n, err := strconv.ParseUint(c, 16, 32)
	if len(c) != 6 || err != nil {
		return ""
	}
	red, green, blue := int(n>>16), int(n>>8&0xff), int(n&0xff)
	switch {
	case red >= 0x90 && blue < 0x70 && red > green+0x18: // red and orange
		return incident.Firing
	case green >= 0x60 && green > red+0x30 && green > blue+0x10:
		return incident.Quiet
	}
	return ""
}

// name is the title without its state and signs.
func (s said) name() string {
	_, t := leadingState(s.title)
	t = anyEmoji.ReplaceAllString(t, " ")
	return strings.Trim(strings.Join(strings.Fields(t), " "), " :-–|")
}

var (
	// volatile are figures that differ from one message about an alert to the next.
	volatile = lazyregexp.New(`(?i)[~<>≥≤=]*\b\d+(?:[.,]\d+)*(?:\s*(?:%|(?:ms|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|[kmgt]i?b|rps|qps)\b)|[smhdx]\b)|\b\d+[.,]\d+\b|\b\d{4}-\d\d-\d\d(?:[T ][0-9:.]+Z?)?|\b\d{1,2}:\d\d(?::\d\d)?\b`)
	// reasonTail is why, which differs from the beginning to the end.
	reasonTail = lazyregexp.New(`(?i)[\s.–-]+(?:reason|cause)\s*:.*$|[.;]?\s+it was down\b.*$`)
	blankOut   = lazyregexp.New(`[^\p{L}\p{N}#./_{}=-]+`)
)

// key names the alert: the sender's title without its state, its signs and its figures, so that what fires again and
// what is over have the same. A message without words is an alert of its own.
func (s said) key(source string, message incident.MessageRef) string {
	t := reasonTail.ReplaceAllString(severityMark.ReplaceAllString(s.name(), " "), " ")
	for _, re := range []*lazyregexp.Regexp{overNow, isDown} {
		t = re.ReplaceAllString(t, " ")
	}
	t = isUp.ReplaceAllStringFunc(t, func(m string) string {
		if next := isUp.FindStringSubmatch(m)[1]; next != "" {
			return " " + next
		}
		return " "
	})
	t = strings.ToLower(strings.TrimSpace(blankOut.ReplaceAllString(volatile.ReplaceAllString(t, " "), " ")))
	if t == "" {
		return "slack " + message.Channel + " " + message.TS
	}
	return "slack " + digest(source, t)
}

// severity is what the message calls itself, in its own words.
func (s said) severity(fields map[string]string) string {
	if m := severityMark.FindStringSubmatch(s.name()); m != nil {
		return strings.ReplaceAll(first(m[1], m[2]), "-", "")
	}
	return first(fields["severity"], fields["priority"], fields["level"], fields["urgency"])
}
