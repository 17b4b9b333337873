package alerts

import (
	"mayday/incident"
)

// pagerDuty is PagerDuty's Events API v2: whatever can page PagerDuty writes it.
// Source: developer.pagerduty.com, "Send an Alert Event".
var pagerDuty = dialect{
	name: "pagerduty",
	fits: func(p Post, top object) bool {
		return p.Path == Events || top.has("routing_key", "event_action") || top.has("event_action", "payload")
	},
	read: readPagerDuty,
}

// pagerDutyStates are the values of event_action.
var pagerDutyStates = map[string]incident.ReportState{"trigger": incident.Firing, "acknowledge": incident.Noticed, "resolve": incident.Quiet}

func readPagerDuty(p Post, top object) (Reading, error) {
	state, ok := pagerDutyStates[top.text("event_action")]
	if !ok {
		return Reading{}, malformed("event_action is none of trigger, acknowledge and resolve")
	}
	key := top.text("dedup_key")
	if len(key) > incident.MaxKey {
		return Reading{}, malformed("dedup_key is longer than %d characters", incident.MaxKey)
	}
	if key == "" {
		if state != incident.Firing {
			return Reading{}, malformed("dedup_key is needed to acknowledge or resolve")
		}
		key = p.FreshKey
	}
	in := top.object("payload")
	if state == incident.Firing {
		for _, name := range []string{"summary", "source", "severity"} {
			if in.text(name) == "" {
				return Reading{}, malformed("payload.%s is missing", name)
			}
		}
	}
	details := in.object("custom_details")
	r := incident.Report{
		Key: key, State: state, Title: in.text("summary"), Severity: in.text("severity"), At: moment(in.text("timestamp")),
		Text:     first(details.text("description", "message", "firing"), textOf(in["custom_details"])),
		Link:     first(linkIn(top), top.text("client_url")),
		Scenario: details.text("mayday_scenario"), Runbooks: runbooksIn(details), Labels: details.texts(),
	}
	for _, name := range []string{"source", "component", "group", "class"} {
		if s := in.text(name); s != "" {
			r.Labels[name] = s
		}
	}
	if s := top.text("client"); s != "" {
		r.Labels["client"] = s
	}
	return Reading{Reports: []incident.Report{r}}, nil
}

func linkIn(top object) string { return first(linksIn(top)...) }

func linksIn(top object) (list []string) {
	for _, l := range top.objects("links") {
		list = append(list, l.text("href"))
	}
	return list
}

// runbooksIn are the fields by which people name a runbook.
func runbooksIn(o object) (list []string) {
	for _, name := range []string{"runbook_url", "runbook"} {
		if s := o.text(name); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// pagerDutyChange is PagerDuty's change event, which pages nobody.
// Source: developer.pagerduty.com, "Send a Change Event".
var pagerDutyChange = dialect{
	name: "pagerduty change",
	fits: func(p Post, _ object) bool { return p.Path == Changes },
	read: func(_ Post, top object) (Reading, error) {
		in := top.object("payload")
		if in.text("summary") == "" {
			return Reading{}, malformed("payload.summary is missing")
		}
		details := in.object("custom_details")
		c := incident.ChangeEvent{Title: in.text("summary"), Where: in.text("source"), At: moment(in.text("timestamp")), Link: linkIn(top)}
		return Reading{Changes: []incident.ChangeEvent{detailed(c, details.texts(), linksIn(top)...)}}, nil
	},
}
