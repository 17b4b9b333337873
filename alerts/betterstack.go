package alerts

import (
	"mayday/incident"
)

// betterStack is the incident webhook of Better Stack: started, acknowledged, resolved are three posts.
// Source: docs.betteruptime.com, "Webhooks" (example request body).
var betterStack = dialect{
	name: "betterstack",
	fits: func(_ Post, top object) bool {
		data := top.object("data")
		return data.text("type") == "incident" && data.has("attributes", "id")
	},
	read: func(_ Post, top object) (Reading, error) {
		data := top.object("data")
		in := data.object("attributes")
		r := incident.Report{
			Key: data.text("id"), State: incident.Firing, Title: first(in.text("name"), in.text("url"), "An incident"), Text: in.text("cause"), At: moment(in.text("started_at")), Link: first(in.text("origin_url"), in.text("response_url")),
			Labels: map[string]string{"client": "Better Stack", "monitor": uptimeMonitor, "url": in.text("url"), "cause": in.text("cause")},
		}
		switch {
		case top.text("event") == "resolved" || in.text("resolved_at") != "":
			r.State, r.At = incident.Quiet, moment(in.text("resolved_at"))
		case top.text("event") == "acknowledged":
			r.State = incident.Noticed
		}
		return one(r), nil
	},
}
