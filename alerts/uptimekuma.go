package alerts

import (
	"mayday/incident"
)

// uptimeKuma is the webhook of Uptime Kuma. Source: louislam/uptime-kuma, server/model/heartbeat.js:
// 0 is down, 1 up, 2 pending, 3 maintenance.
var uptimeKuma = dialect{
	name: "uptimekuma",
	fits: func(_ Post, top object) bool { return top.has("heartbeat", "monitor", "msg") },
	read: func(_ Post, top object) (Reading, error) {
		beat, monitor := top.object("heartbeat"), top.object("monitor")
		if beat.text("status") == "" {
			return Reading{}, nil // somebody pressed Test
		}
		state, ok := map[string]incident.ReportState{"0": incident.Firing, "1": incident.Quiet}[beat.text("status")]
		if !ok {
			return Reading{}, nil
		}
		labels := map[string]string{"client": "Uptime Kuma", "monitor": uptimeMonitor, "url": monitor.text("url")}
		for _, t := range monitor.objects("tags") {
			labels[t.text("name")] = t.text("value")
		}
		return one(incident.Report{
			Key: first(monitor.text("id"), beat.text("monitorID")), State: state, Title: first(monitor.text("pathName"), monitor.text("name"), "A monitor") + " is down", Text: first(beat.text("msg"), top.text("msg")),
			Severity: labels["severity"], Scenario: labels["mayday_scenario"], At: moment(beat.text("time")), Link: webOnly(monitor.text("url")), Labels: labels,
		}), nil
	},
}
