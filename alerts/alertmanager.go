package alerts

import (
	"strings"

	"mayday/incident"
)

// alertmanager is the webhook of Prometheus Alertmanager, version 4, and of Grafana, which
// adds fields to it. Source: prometheus.io, "Alerting: webhook_config"; grafana.com, "Webhook notifier".
var alertmanager = dialect{
	name: "alertmanager",
	fits: func(_ Post, top object) bool {
		v := top.text("version")
		return top.has("alerts") && (v == "4" || v == "1" || top.has("groupKey"))
	},
	read: readAlertmanager,
}

// watchdog is an alert that always fires, to show that alerts arrive (kube-prometheus). Its
// staying away is the alarm.
const watchdog = "Watchdog"

func readAlertmanager(_ Post, top object) (Reading, error) {
	list := top.objects("alerts")
	if len(list) == 0 {
		return Reading{}, malformed("alerts is empty")
	}
	var r Reading
	for _, a := range list {
		state, ok := map[string]incident.ReportState{"firing": incident.Firing, "resolved": incident.Quiet}[a.text("status")]
		if !ok {
			return Reading{}, malformed("the status of an alert is neither firing nor resolved")
		}
		labels, notes := a.object("labels").texts(), a.object("annotations")
		if labels["alertname"] == watchdog {
			r.Beat = r.Beat || state == incident.Firing
			continue
		}
		at := moment(a.text("startsAt"))
		if state == incident.Quiet {
			at = moment(a.text("endsAt"))
		}
		r.Reports = append(r.Reports, incident.Report{
			Key: first(a.text("fingerprint"), digestOf(labels)), State: state, At: at,
			Title:    first(notes.text("summary", "title"), labels["alertname"], notes.text("description", "message")),
			Text:     notes.text("description", "message"),
			Severity: first(labels["severity"], labels["priority"]),
			Link:     first(webOnly(a.text("generatorURL")), webOnly(a.text("dashboardURL")), webOnly(a.text("panelURL")), top.text("externalURL")),
			Scenario: first(labels["mayday_scenario"], notes.text("mayday_scenario")), Runbooks: runbooksIn(notes), Labels: labels,
		})
	}
	if n := top.text("truncatedAlerts"); n != "" && n != "0" {
		r.Left++ // how many is not worth a failure when it is no number
	}
	return r, nil
}

// webOnly passes on addresses of the web, so that another one can take the place of what is none.
func webOnly(s string) string {
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		return s
	}
	return ""
}
