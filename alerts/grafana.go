package alerts

// grafana is the webhook contact point of Grafana Alerting: Alertmanager's fields and some more.
// Source: grafana.com, "Configure the webhook notifier for Alerting".
var grafana = dialect{
	name: "grafana",
	fits: func(_ Post, top object) bool { return top.has("alerts", "orgId") },
	read: func(p Post, top object) (Reading, error) {
		r, err := readAlertmanager(p, top)
		if err != nil {
			return r, err
		}
		for i := range r.Reports {
			r.Reports[i].Labels["client"] = "Grafana"
		}
		return r, nil
	},
}
