package alerts

import (
	"mayday/incident"
)

// sentry is the webhook of an internal integration of Sentry: issue alerts, metric alerts and
// what becomes of issues. Source: docs.sentry.io, "Integration Platform: Webhooks".
var sentry = dialect{
	name: "sentry",
	fits: func(p Post, top object) bool { return p.Header["sentry-hook-resource"] != "" && top.has("data") },
	read: readSentry,
}

func readSentry(p Post, top object) (Reading, error) {
	data, action := top.object("data"), top.text("action")
	switch p.Header["sentry-hook-resource"] {
	case "event_alert":
		return one(sentryEvent(data)), nil
	case "metric_alert":
		return one(sentryMetric(data, action)), nil
	case "issue":
		return sentryIssue(data, action)
	case "installation", "error", "comment", "seer", "preprod_artifact":
		return Reading{}, nil // no alert
	}
	return Reading{}, malformed("Sentry-Hook-Resource is none of event_alert, metric_alert and issue")
}

func one(r incident.Report) Reading { return Reading{Reports: []incident.Report{r}} }

// sentryEvent is an issue alert: its key is the issue, so that the issue's end is its end.
func sentryEvent(data object) incident.Report {
	ev := data.object("event")
	r := incident.Report{
		Key: "issue-" + first(ev.text("issue_id"), lastPart(ev.text("issue_url")), ev.text("event_id")), State: incident.Firing,
		Title: first(ev.text("title"), ev.text("message"), "Sentry issue"), Text: first(ev.text("culprit"), ev.text("message")), Severity: ev.text("level"),
		At: moment(first(ev.text("datetime"), ev.text("timestamp"))), Link: ev.text("web_url"), Labels: pairs(ev),
	}
	for _, s := range data.object("issue_alert").objects("settings") { // a rule may say what it means
		r.Labels[s.text("name")] = s.text("value")
	}
	r.Scenario, r.Severity = r.Labels["mayday_scenario"], first(r.Labels["severity"], r.Severity)
	addSentry(&r, data.text("triggered_rule"), ev.object("project").text("slug"))
	return r
}

func sentryMetric(data object, action string) incident.Report {
	in := data.object("metric_alert")
	rule := in.object("alert_rule")
	r := incident.Report{
		Key: "metric-" + first(rule.text("id"), "0") + "-" + first(in.text("identifier"), in.text("id")), State: incident.Firing,
		Title: first(data.text("description_title"), in.text("title"), rule.text("name"), "Sentry metric alert"), Text: data.text("description_text"), Severity: action,
		At: moment(in.text("date_started")), Link: data.text("web_url"), Labels: map[string]string{},
	}
	if action == "resolved" {
		r.State, r.Severity, r.At = incident.Quiet, "", moment(in.text("date_closed"))
	}
	addSentry(&r, rule.text("name"), "")
	return r
}

func sentryIssue(data object, action string) (Reading, error) {
	in := data.object("issue")
	state, ok := map[string]incident.ReportState{"created": incident.Firing, "unresolved": incident.Firing, "resolved": incident.Quiet, "archived": incident.Quiet, "ignored": incident.Quiet, "assigned": incident.Noticed}[action]
	if !ok {
		return Reading{}, nil // something about an issue that is no alert
	}
	id := in.text("id")
	if id == "" {
		return Reading{}, malformed("data.issue.id is missing")
	}
	r := incident.Report{
		Key: "issue-" + id, State: state, Title: first(in.text("title"), "Sentry issue"), Text: in.text("culprit"), Severity: in.text("level"),
		Link: first(in.text("web_url"), in.text("permalink")), Labels: map[string]string{},
	}
	if state == incident.Firing {
		r.At = moment(in.text("firstSeen"))
	}
	addSentry(&r, "", in.object("project").text("slug"))
	return one(r), nil
}

func addSentry(r *incident.Report, rule, project string) {
	r.Labels["client"] = "Sentry"
	if rule != "" {
		r.Labels["alertname"] = rule
	}
	if project != "" {
		r.Labels["app"] = project
	}
}

// pairs are Sentry's tags, a list of lists of two.
func pairs(ev object) map[string]string {
	m := map[string]string{}
	for _, raw := range listOf(ev["tags"]) {
		if kv := listOf(raw); len(kv) == 2 && textOf(kv[0]) != "" {
			m[textOf(kv[0])] = textOf(kv[1])
		}
	}
	return m
}
