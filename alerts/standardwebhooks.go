package alerts

import (
	"strings"
)

// standardWebhooks is an event in the shape of Standard Webhooks: type, timestamp, data. Its last
// word says whether it is over, unless the data does. Source: standard-webhooks/standard-webhooks, "spec".
var standardWebhooks = dialect{
	name: "standardwebhooks",
	fits: func(p Post, top object) bool { return p.Header["webhook-id"] != "" && top.has("type", "data") },
	read: func(p Post, top object) (Reading, error) {
		data := top.object("data")
		r, err := readGeneric(p, data)
		if err != nil {
			return r, err
		}
		report := &r.Reports[0]
		report.Labels["class"] = top.text("type")
		if report.At.IsZero() {
			report.At = moment(top.text("timestamp"))
		}
		if data.text("action", "status", "state") == "" {
			report.State = stateOf(lastPart(strings.NewReplacer(".", "/", "_", "/").Replace(top.text("type"))))
		}
		return r, nil
	},
}
