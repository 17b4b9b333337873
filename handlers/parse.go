package handlers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"

	"mayday/incident"
	"mayday/lazyregexp"
)

// line is a command as it was understood: a verb of the table below, or empty
// for a declaration that needs none, and the text behind it as it was typed.
type line struct {
	verb string
	rest string
}

// verbs maps every accepted first word to the verb that it means.
var verbs = map[string]string{
	"declare": "declare", "new": "declare", "open": "declare", "start": "declare", "create": "declare",
	"drill": "drill",
	"ack":   "ack", "acknowledge": "ack", "acknowledged": "ack", "decline": "decline", "onmyway": "onmyway", "omw": "onmyway",
	"status": "status", "card": "status",
	"investigating": "investigating", "identified": "identified", "monitoring": "monitoring",
	"sev": "sev", "severity": "sev",
	"handover": "handover", "handoff": "handover", "hand-over": "handover",
	"take": "take", "role": "role", "lead": "lead", "comms": "comms", "scribe": "scribe", "expert": "expert",
	"steps": "steps", "step": "step", "done": "done", "skip": "skip", "blocked": "blocked", "block": "blocked", "undo": "undo", "assign": "assign",
	"playbook": "playbook", "probe": "probe", "check": "probe",
	"run": "run", "sql": "sql", "query": "query", "queries": "query", "trend": "trend", "trends": "trend", "digest": "digest", "access": "access",
	"update": "update", "note": "note", "action": "action", "todo": "action", "followup": "action", "sent": "sent", "communicated": "sent", "publish": "publish",
	"page": "page", "escalate": "page", "snooze": "snooze",
	"resolve": "resolve", "resolved": "resolve", "fixed": "resolve", "solved": "resolve",
	"private": "private", "reopen": "reopen", "cancel": "cancel", "close": "close",
	"timeline": "timeline", "export": "export", "learn": "learn", "postmortem": "postmortem", "post-mortem": "postmortem",
	"list": "list", "ls": "list", "find": "find", "search": "find",
	"mute": "mute", "unmute": "unmute", "doctor": "doctor",
	"oncall": "oncall", "on-call": "oncall", "testpage": "testpage", "test-page": "testpage",
	"runbook": "runbook", "contacts": "contacts", "matrix": "matrix", "dashboards": "dashboards", "statuspages": "statuspages", "checklist": "checklist", "checklists": "checklist",
	"help": "help", "?": "help", "-h": "help", "--help": "help",
}

// parse reads the first word. A first word that is no verb begins a declaration,
// unless it names an incident: "#1 ack" is "ack #1", also when it is written "1 ack".
func parse(text string) line {
	text = onMyWayWords.ReplaceAllString(strings.TrimSpace(text), "${1}onmyway")
	first, rest := firstWord(text)
	if v, ok := verbs[strings.ToLower(first)]; ok && (v != "private" || bare(rest)) {
		return line{verb: v, rest: rest}
	}
	ref, after, ok := takeIncident(text, true)
	if !ok {
		return line{rest: text}
	}
	name := first
	if ref.id > 0 {
		name = "#" + strconv.FormatInt(ref.id, 10) // within another incident's channel a bare number is none
	}
	second, more := firstWord(after)
	v := verbs[strings.ToLower(second)]
	if v == "query" {
		v = "run" // of an incident it is the same
	}
	switch {
	case after == "":
		return line{verb: "status", rest: name}
	case onIncident[v] != nil:
		return line{verb: v, rest: strings.TrimSpace(name + " " + more)}
	case isNumber(first):
		return line{rest: text} // "1 checkout is down": nobody can tell
	}
	return line{verb: unknownVerb, rest: after}
}

// onMyWayWords are the words of the button, alone or behind the name of an incident.
var onMyWayWords = lazyregexp.New(`(?i)^(\S+\s+)?(?:i'm |i am )?on my way[.!]?$`)

// bare reports whether nothing follows, or the name of an incident: "private" begins
// many a title.
func bare(rest string) bool {
	_, after, ok := takeIncident(rest, true)
	_, _, named := takeIncident(rest, false)
	return rest == "" || named || ok && after == ""
}

// unknownVerb is the verb of a line that names an incident and then says nothing that is a command.
const unknownVerb = "?!"

func firstWord(text string) (first, rest string) {
	first, rest, _ = strings.Cut(firstGap(text), "\x00")
	return first, strings.TrimSpace(rest)
}

func isNumber(word string) bool {
	_, err := strconv.ParseInt(word, 10, 64)
	return err == nil
}

// firstGap marks the end of the first word, so that the rest keeps its lines.
func firstGap(text string) string {
	if i := strings.IndexFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }); i >= 0 {
		return text[:i] + "\x00" + text[i+1:]
	}
	return text
}

// nearVerb is the verb that somebody may have mistyped; empty when none is near.
func nearVerb(word string) string {
	word = strings.ToLower(word)
	if len(word) < 3 || len(word) > 20 {
		return ""
	}
	best, far := "", 0
	for v := range verbs {
		d := levenshtein.ComputeDistance(word, v)
		if len(v) < 3 || d > 2 || d*3 > len(v)+1 {
			continue
		}
		// Of those that are equally far, letters that changed places are the likelier slip.
		if best == "" || cmp.Or(cmp.Compare(d, far), -cmp.Compare(swapped(word, v), swapped(word, best)), strings.Compare(v, best)) < 0 {
			best, far = v, d
		}
	}
	return best
}

// swapped is 1 for two words of the same letters, otherwise 0.
func swapped(a, b string) int {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	if slices.Equal(x, y) {
		return 1
	}
	return 0
}

// reference names an incident: by its id or by its channel's id.
type reference struct {
	id      int64
	channel string
}

var (
	channelToken  = lazyregexp.New(`^<#([CG][A-Z0-9]+)(?:\|[^>]*)?>$`)
	incidentToken = lazyregexp.New(`^(?i:#?inc-|#)(\d{1,12})(?:-\S*)?$`)
	personToken   = lazyregexp.New(`<@([UW][A-Z0-9]+)(?:\|[^>]*)?>`)
	groupToken    = lazyregexp.New(`<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>`)
	severityLike  = lazyregexp.New(`^(?i)(p|sev|sev-|s)\d{1,2}$`)
)

// takeIncident takes a name of an incident off the front of text: "<#C1|x>",
// "#42", "inc-42-p0-x", and with numbers also "42".
func takeIncident(text string, numbers bool) (reference, string, bool) {
	first, rest, _ := strings.Cut(firstGap(strings.TrimSpace(text)), "\x00")
	rest = strings.TrimSpace(rest)
	if m := channelToken.FindStringSubmatch(first); m != nil {
		return reference{channel: m[1]}, rest, true
	}
	if m := incidentToken.FindStringSubmatch(first); m != nil {
		if id, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			return reference{id: id}, rest, true
		}
	}
	if id, err := strconv.ParseInt(first, 10, 64); numbers && err == nil && id > 0 {
		return reference{id: id}, rest, true
	}
	return reference{}, text, false
}

// takePerson takes the first mention out of text.
func takePerson(text string) (incident.Person, string) {
	m := personToken.FindStringSubmatchIndex(text)
	if m == nil {
		return "", text
	}
	return text[m[2]:m[3]], strings.TrimSpace(text[:m[0]] + " " + text[m[1]:])
}

// takeFlag takes "--word" out of text, also with the long dash that phones type.
func takeFlag(text, word string) (bool, string) {
	for _, flag := range []string{"--" + word, "—" + word} {
		for _, f := range strings.Fields(text) {
			if strings.EqualFold(f, flag) {
				return true, strings.TrimSpace(strings.Replace(text, f, "", 1))
			}
		}
	}
	return false, text
}

var durationWord = lazyregexp.New(`(?i)^(?:(\d{1,4})\s*(?:d|days?))?\s*(?:(\d{1,4})\s*(?:h|hrs?|hours?))?\s*(?:(\d{1,5})\s*(?:m|mins?|minutes?))?\s*(?:(\d{1,6})\s*(?:s|secs?|seconds?))?$`)

// duration reads "15m", "1h30m", "45 min", "2 hours", "1d", and a bare number as minutes.
func duration(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil && n > 0 && n < 100_000 {
		return time.Duration(n) * time.Minute, true
	}
	m := durationWord.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1])
		d += time.Duration(n) * unit
	}
	return d, d > 0
}
