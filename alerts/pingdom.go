package alerts

import (
	"mayday/incident"
)

// pingdom is the webhook of Pingdom. Source: pingdom.com, "Webhooks".
var pingdom = dialect{
	name: "pingdom",
	fits: func(_ Post, top object) bool { return top.has("check_id", "current_state") },
	read: func(_ Post, top object) (Reading, error) {
		state, ok := map[string]incident.ReportState{"DOWN": incident.Firing, "FAILING": incident.Firing, "UP": incident.Quiet, "SUCCESS": incident.Quiet}[top.text("current_state")]
		if !ok {
			return Reading{}, nil // paused, or not known yet
		}
		params := top.object("check_params")
		return one(incident.Report{
			Key: top.text("check_id"), State: state, Title: first(top.text("check_name"), params.text("hostname"), "A check") + " is down", Text: first(top.text("long_description"), top.text("description")),
			Severity: top.text("importance_level"), At: moment(first(top.text("state_changed_timestamp"), top.text("state_changed_utc_time"))), Link: params.text("full_url"),
			Labels: map[string]string{"client": "Pingdom", "monitor": uptimeMonitor, "url": first(params.text("full_url"), params.text("hostname"))},
		}), nil
	},
}
