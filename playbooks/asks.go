package playbooks

import (
	"slices"
	"strings"

	"mayday/lazyregexp"
	"mayday/routine"
)

// knownLine names outright what mayday knows itself: "heartbeat: backups", below an item or at its end.
var knownLine = lazyregexp.New(`(?i)[\s(\[–—,;-]*\b(alerts?|heartbeat|deploys?|deployments?|changes)\s*:\s*` + "`?" + `([a-z0-9][\w.-]*)` + "`?" + `[\s)\],.;]*$`)

// takeKnown takes "heartbeat: backups" off the end of a line; false when there is nothing of the kind.
func takeKnown(line string) (rest string, ask routine.Ask, found bool) {
	m := knownLine.FindStringSubmatchIndex(line)
	if m == nil {
		return line, ask, false
	}
	sender := strings.ToLower(line[m[4]:m[5]])
	switch kind := strings.ToLower(line[m[2]:m[3]]); {
	case kind == "heartbeat":
		ask = routine.Ask{Kind: routine.AskHeartbeat, Title: "Heartbeat of " + sender, Decides: true}
	case strings.HasPrefix(kind, "alert"):
		ask = routine.Ask{Kind: routine.AskAlerts, Name: "alerts/" + sender, Title: "Alerts of " + sender}
	default:
		ask = routine.Ask{Kind: routine.AskChanges, Name: "changes/" + sender, Title: "Deployments of " + sender}
	}
	ask.Sender = sender
	return strings.TrimRight(line[:m[0]], " :"), ask, true
}

var (
	// alarmWords are those of an item that wants to see what went wrong in a service that it names.
	alarmWords = wordSet(`error exception crash alert alarm warning outage issue failure`)
	// limitWords are those of an item that asks after alerts although it names no service.
	limitWords = wordSet(`alert alarm limit quota throttled throttling`)
	// deployWords are those of an item about what was deployed.
	deployWords = wordSet(`deploy deployed deployment release rollout`)
	// jobWords are jobs that run without anybody looking, and ranWords say that one did.
	jobWords = wordSet(`backup snapshot dump cron job batch sync export import replication etl pipeline renewal`)
	ranWords = wordSet(`completed complete ran run finished succeeded success successful done worked arrived exists there passed fresh`)
	// hitWords say of a limit what is asked of it anyway.
	hitWords = wordSet(`hit reached exceeded breached alert alarm api`)
)

// knownByWords is what mayday knows itself of an item that names nothing to ask: the alerts of a service in which errors
// are looked for, the heartbeat of a job that has to have run, what was deployed.
func (r *Runbook) knownByWords(text string) (asks []routine.Ask) {
	words := strings.Fields(plain(text))
	has := func(set map[string]bool) bool {
		return slices.ContainsFunc(words, func(w string) bool { return set[w] || set[stem(w)] })
	}
	name, sender := r.serviceIn(words)
	if has(ranWords) {
		if about := among(words, jobWords); len(about) > 0 {
			asks = append(asks, routine.Ask{Kind: routine.AskHeartbeat, Title: "Heartbeat of " + strings.Join(about, ", "), About: about, Decides: true})
		}
	}
	if sender != "" && has(alarmWords) {
		asks = append(asks, routine.Ask{Kind: routine.AskAlerts, Name: "alerts/" + sender, Title: "Alerts of " + name, Sender: sender})
	}
	if has(deployWords) {
		ask := routine.Ask{Kind: routine.AskChanges, Name: "changes/all", Title: "Deployments", Sender: sender}
		if sender != "" {
			ask.Name = "changes/" + sender
		}
		asks = append(asks, ask)
	}
	return asks
}

// limitsByWords are the alerts that speak of what an item without a service is about: "rate limits hit". An item that
// asks after alerts and says not which means all.
func (r *Runbook) limitsByWords(text string) []routine.Ask {
	words := strings.Fields(plain(text))
	if _, sender := r.serviceIn(words); sender != "" || !slices.ContainsFunc(words, func(w string) bool { return limitWords[w] || limitWords[stem(w)] }) {
		return nil
	}
	about := topicsOf(text)
	about = slices.DeleteFunc(about, func(w string) bool { return hitWords[w] })
	if len(about) == 0 {
		return []routine.Ask{{Kind: routine.AskAlerts, Name: "alerts/all", Title: "Alerts"}}
	}
	return []routine.Ask{{Kind: routine.AskAlerts, Name: "alerts/" + strings.Join(about, "-"), Title: "Alerts about " + strings.Join(about, " "), About: about}}
}

// among are the words, without their endings, that are of a set.
func among(words []string, set map[string]bool) (found []string) {
	for _, w := range words {
		if w = stem(w); set[w] && !slices.Contains(found, w) {
			found = append(found, w)
		}
	}
	return found
}

// serviceIn is the first tool of the runbook that some words name: one with a dashboard, a status page or a support
// contact. sender is what its source of alerts is called, empty when they name none.
func (r *Runbook) serviceIn(words []string) (name, sender string) {
	var names []string
	for _, d := range r.Dashboards {
		names = append(names, d.Name)
	}
	for _, s := range r.StatusPages {
		names = append(names, s.Name)
	}
	for _, s := range r.External {
		names = append(names, s.Name)
	}
	at := len(words)
	for _, n := range names {
		first, _, _ := strings.Cut(plain(n), " ")
		if len(first) < 2 || chores[stem(first)] || passedOver[first] || alarmWords[first] || deployWords[first] {
			continue
		}
		if i := slices.IndexFunc(words, func(w string) bool { return w == first || w == first+"s" }); i >= 0 && i < at { // "Harbour's logs"
			name, sender, at = n, first, i
		}
	}
	return name, sender
}
