package alerts

import (
	"mayday/incident"
)

// uptimeRobot is the webhook of UptimeRobot, as JSON or as a form.
// Source: help.uptimerobot.com, "Webhook integration".
var uptimeRobot = dialect{
	name: "uptimerobot",
	fits: func(_ Post, top object) bool { return top.has("monitorID", "alertType") },
	read: func(_ Post, top object) (Reading, error) {
		r := incident.Report{
			Key: top.text("monitorID"), Title: first(top.text("monitorFriendlyName"), top.text("monitorURL")) + " is " + first(top.text("alertTypeFriendlyName"), "down"),
			Text: top.text("alertDetails"), At: moment(top.text("alertDateTime")), Link: top.text("monitorURL"),
			Labels: map[string]string{"client": "UptimeRobot", "monitor": uptimeMonitor, "url": top.text("monitorURL")},
		}
		switch top.text("alertType") {
		case "1":
			r.State = incident.Firing
		case "2":
			r.State = incident.Quiet
		case "3": // its certificate, which is another matter than being down
			r.State, r.Key, r.Title = incident.Firing, r.Key+"-certificate", "Certificate of "+first(top.text("monitorFriendlyName"), top.text("monitorURL"))+" expires"
		default:
			return Reading{}, malformed("alertType is none of 1, 2 and 3")
		}
		if top.text("monitorID") == "" {
			return Reading{}, malformed("monitorID is empty")
		}
		return one(r), nil
	},
}
