package alerts

import (
	"strings"

	"mayday/incident"
)

// generic is any JSON object that has a title in one of the usual fields. The key is dedup,
// or else what title and labels say.
var generic = dialect{
	name: "generic",
	fits: func(Post, object) bool { return true },
	read: readGeneric,
}

// closing are the words for an alert that is over, and seeing for one that was acknowledged.
var (
	closing = map[string]bool{"close": true, "closed": true, "resolve": true, "resolved": true, "ok": true, "up": true, "recovered": true, "recovery": true, "success": true, "normal": true, "quiet": true}
	seeing  = map[string]bool{"ack": true, "acknowledge": true, "acknowledged": true}
)

// stateOf understands the words that senders have for the state of an alert; anything else fires.
func stateOf(word string) incident.ReportState {
	w := strings.ToLower(strings.TrimSpace(word))
	switch {
	case closing[w]:
		return incident.Quiet
	case seeing[w]:
		return incident.Noticed
	}
	return incident.Firing
}

func readGeneric(_ Post, top object) (Reading, error) {
	title := top.text("title", "summary", "name", "subject", "message", "text")
	key := top.text("dedup", "dedup_key", "key", "id", "fingerprint")
	if title == "" && key == "" {
		return Reading{}, malformed("there is no title: say it in title, summary, name, subject, message or text")
	}
	labels := top.object("labels").texts()
	for _, o := range []object{top.object("meta"), top.object("tags")} {
		for name, s := range o.texts() {
			labels[name] = s
		}
	}
	r := incident.Report{
		Key: key, State: stateOf(top.text("action", "status", "state", "event")), Title: first(title, key),
		Text: top.text("details", "description", "body", "message"), Severity: first(top.text("severity", "priority", "level"), labels["severity"]),
		At: moment(top.text("at", "timestamp", "time", "starts_at", "startsAt")), Link: top.text("link", "url", "href"),
		Scenario: first(top.text("mayday_scenario", "scenario"), labels["mayday_scenario"]), Runbooks: runbooksIn(top), Labels: labels,
	}
	if r.Key == "" {
		r.Key = digestOf(labels, title)
	}
	return Reading{Reports: []incident.Report{r}}, nil
}
