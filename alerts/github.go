package alerts

import (
	"strings"

	"mayday/incident"
)

// gitHub is the webhook of GitHub for deployments: a deployment that was made, and how it went. Everything else that
// GitHub sends is read and makes nothing. Source: docs.github.com, "Webhook events and payloads": deployment, deployment_status.
var gitHub = dialect{
	name: "github",
	fits: func(p Post, _ object) bool { return p.Header["x-github-event"] != "" },
	read: func(p Post, top object) (Reading, error) {
		if p.Header["x-github-event"] != "deployment_status" {
			return Reading{}, nil // of a deployment its status tells that it took place
		}
		d, status := top.object("deployment"), top.object("deployment_status")
		if d.text("id") == "" {
			return Reading{}, malformed("deployment.id is missing")
		}
		if status.text("state") != "success" {
			return Reading{}, nil // it changed nothing yet
		}
		repo := top.object("repository")
		c := incident.ChangeEvent{
			Key: "deployment " + d.text("id"), Deploy: true, Title: strings.TrimSpace("Deployed " + repo.text("full_name") + " " + d.text("ref")),
			Where: repo.text("name"), By: first(d.object("creator").text("login"), status.object("creator").text("login")), Revision: d.text("sha"),
			Environment: first(status.text("environment"), d.text("environment")), At: moment(first(status.text("created_at"), d.text("created_at"))),
			Link: first(status.text("environment_url"), status.text("log_url"), status.text("target_url"), repo.text("html_url")),
		}
		return Reading{Changes: []incident.ChangeEvent{c}}, nil
	},
}
