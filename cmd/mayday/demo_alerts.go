package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"mayday/incident"
	"mayday/sim/page"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// demoSource is the one sender of alerts of the demo; its keys are good for a moment each.
const demoSource = "demo"

// demoAlertChannel is where an app of the demo posts its alerts.
const demoAlertChannel = "alerts"

// demoSample is a post as a real sender makes it, of which the demo makes an alert.
type demoSample struct {
	page.Alert
	path, body string
}

// demoSamples are of three senders in three dialects: one whose scenario is found by its detection
// line, one that names it, one that the runbook knows nothing of.
func demoSamples(now time.Time) []demoSample {
	at := now.UTC().Format(time.RFC3339)
	return []demoSample{
		{page.Alert{Name: "uptime", Label: "The uptime monitor"}, "/in/" + demoSource, fmt.Sprintf(`{"monitorID": "7", "monitorURL": "https://larkfield.test/health", "monitorFriendlyName": "Larkfield shop", "alertType": "1",
			"alertTypeFriendlyName": "Down", "alertDetails": "HTTP 500", "alertDateTime": "%d"}`, now.Unix())},
		{page.Alert{Name: "alertmanager", Label: "Alertmanager, three at once"}, "/in/" + demoSource, fmt.Sprintf(`{"version": "4", "groupKey": "{}", "status": "firing", "receiver": "mayday", "externalURL": "https://alerts.larkfield.test", "alerts": [
			{"status": "firing", "fingerprint": "a1", "startsAt": %[1]q, "labels": {"alertname": "TooManyConnections", "severity": "critical", "mayday_scenario": "database-connection-issues"}, "annotations": {"summary": "97 of 100 connections are taken"}},
			{"status": "firing", "fingerprint": "a2", "startsAt": %[1]q, "labels": {"alertname": "PoolExhausted", "mayday_scenario": "database-connection-issues"}, "annotations": {"summary": "The pool of web-1 has none left"}},
			{"status": "firing", "fingerprint": "a3", "startsAt": %[1]q, "labels": {"alertname": "PoolExhausted", "mayday_scenario": "database-connection-issues"}, "annotations": {"summary": "The pool of web-2 has none left"}}]}`, at)},
		{page.Alert{Name: "pagerduty", Label: "Something unknown, as PagerDuty"}, "/v2/enqueue", `{"routing_key": "%s", "event_action": "trigger", "dedup_key": "disk-build-7", "payload": {"summary": "Disk of build-7 is 98 percent full", "source": "build-7", "severity": "warning"}}`},
		{page.Alert{Name: "grafana", Label: "Grafana, in #" + demoAlertChannel}, inSlack, `[{"color": "#D63232", "title": "[FIRING:1] Checkout error rate", "title_link": "https://grafana.larkfield.test/alerting/1/view", "text": "5.2 % of the requests of the last five minutes failed"}]`},
		{page.Alert{Name: "deploy", Label: "A deploy, which the next incident's card names"}, "/v2/change/enqueue", `{"routing_key": "%s", "payload": {"summary": "Deployed shop", "source": "ci", "custom_details": {"service": "shop", "sha": "4f3c2a1d9e8b7c6a5f4e3d2c1b0a99887766554f", "user": "ben"}}}`},
	}
}

// inSlack stands for the path of what an app posts into the alert channel.
const inSlack = "slack"

func demoAlerts() (list []page.Alert) {
	for _, s := range demoSamples(time.Time{}) {
		list = append(list, s.Alert)
	}
	return list
}

// makeAlert posts a sample to the endpoint of the program, as its sender would.
func (p *panel) makeAlert(ctx context.Context, name string) error {
	prog := p.running()
	if prog == nil {
		return errNotReady
	}
	err := prog.Store.AddSource(ctx, store.Source{Name: demoSource, Way: incident.ToOffer}, store.NewKey(), "")
	if err != nil && !errors.Is(err, store.ErrSourceThere) {
		return err
	}
	key, err := prog.Store.LendKey(ctx, demoSource, time.Minute)
	if err != nil {
		return err
	}
	for _, s := range demoSamples(time.Now()) {
		if s.Name != name {
			continue
		}
		if s.path == inSlack {
			return p.postInSlack(s.body)
		}
		if strings.HasPrefix(s.path, "/v2/") {
			s.body = fmt.Sprintf(s.body, key)
		}
		return postSample(ctx, "http://"+prog.HTTPAddr+s.path, key, s.body)
	}
	return errors.New("there is no such sample")
}

// postInSlack posts attachments as Grafana would. A workspace of an earlier demo has no alert channel yet.
func (p *panel) postInSlack(attachments string) error {
	said := slacksim.AppMessage{Attachments: attachments}
	if p.sim.PostAsApp("Grafana", "#"+demoAlertChannel, said) != "" {
		return nil
	}
	if _, err := p.sim.CreateChannel("ana", demoAlertChannel, false); err != nil {
		return err
	}
	return errors.New("#" + demoAlertChannel + " is there now; mayday joins it within a few minutes, then try again")
}

// postSample posts a body; a source that was made this moment may be known a second later.
func postSample(ctx context.Context, address, key, body string) error {
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader([]byte(body)))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		_ = resp.Body.Close()
		switch {
		case resp.StatusCode == http.StatusAccepted:
			return nil
		case resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusNotFound:
			return errors.New("mayday answered " + resp.Status)
		}
		store.SystemClock{}.Wait(ctx, time.Now().Add(250*time.Millisecond), nil)
		if ctx.Err() != nil {
			return errors.New("mayday did not take the alert in time")
		}
	}
}
