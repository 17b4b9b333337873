package alerts

import (
	"strings"

	"mayday/incident"
)

// datadog is a webhook of Datadog with the payload that docs/alerts.md gives: Datadog sends
// whatever its user writes. Source: docs.datadoghq.com, "Webhooks" (variables).
var datadog = dialect{
	name: "datadog",
	fits: func(_ Post, top object) bool { return top.has("alert_transition", "alert_cycle_key") },
	read: func(_ Post, top object) (Reading, error) {
		tags := map[string]string{}
		for _, t := range strings.Split(top.text("tags"), ",") {
			if name, value, ok := strings.Cut(strings.TrimSpace(t), ":"); ok {
				tags[name] = value
			}
		}
		r := incident.Report{
			Key: first(top.text("alert_cycle_key"), top.text("alert_id")), State: incident.Firing, Title: strings.TrimSpace(bracketed(top.text("title"))), Text: top.text("text"),
			Severity: first(tags["severity"], top.text("priority")), At: moment(top.text("date")), Link: top.text("link"), Scenario: tags["mayday_scenario"], Labels: tags,
		}
		if w := tags["runbook_url"]; w != "" {
			r.Runbooks = []string{w}
		}
		if strings.HasPrefix(strings.ToLower(top.text("alert_transition")), "recover") {
			r.State = incident.Quiet
		}
		if r.Key == "" {
			return Reading{}, malformed("alert_cycle_key is empty: write it as in docs/alerts.md")
		}
		tags["client"] = "Datadog"
		return one(r), nil
	},
}

// bracketed drops what Datadog puts before a title: "[Triggered] ", "[P1] [Recovered] ".
func bracketed(s string) string {
	for strings.HasPrefix(s, "[") {
		_, rest, ok := strings.Cut(s, "]")
		if !ok || strings.TrimSpace(rest) == "" {
			return s
		}
		s = strings.TrimSpace(rest)
	}
	return s
}
