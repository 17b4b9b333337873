package alerts

import (
	"strings"

	"mayday/incident"
)

// cloudEvents is CloudEvents 1.0 over HTTP, binary or structured. An event has an id of its own and
// no key of an alert: the key is what the data says, else the subject, else source and type.
// Source: cloudevents/spec, "HTTP Protocol Binding".
var cloudEvents = dialect{
	name: "cloudevents",
	fits: func(p Post, top object) bool {
		return p.Header["ce-specversion"] != "" || strings.HasPrefix(p.Header["content-type"], "application/cloudevents+json") || top.has("specversion", "type", "source", "id")
	},
	read: func(p Post, top object) (Reading, error) {
		of := func(name string) string { return first(p.Header["ce-"+name], top.text(name)) }
		data := top
		if p.Header["ce-specversion"] == "" {
			data = top.object("data")
		}
		kind := of("type")
		if kind == "" {
			return Reading{}, malformed("the event has no type")
		}
		r, err := readGeneric(p, data)
		if err != nil {
			r = one(incident.Report{Title: kind, Labels: map[string]string{}})
		}
		report := &r.Reports[0]
		report.Key = first(data.text("dedup", "dedup_key", "key", "fingerprint"), of("subject"), digest(of("source"), kind))
		report.Labels["client"], report.Labels["class"] = of("source"), kind
		if report.At.IsZero() {
			report.At = moment(of("time"))
		}
		if data.text("action", "status", "state") == "" {
			report.State = stateOf(lastPart(strings.NewReplacer(".", "/", "_", "/", "-", "/").Replace(kind)))
		}
		return r, nil
	},
}

// lastPart is what stands behind the last slash.
func lastPart(s string) string {
	s = strings.TrimRight(s, "/")
	return s[strings.LastIndexByte(s, '/')+1:]
}
