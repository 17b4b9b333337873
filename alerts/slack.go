package alerts

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"mayday/incident"
	"mayday/lazyregexp"
)

// Slack is the endpoint of what other apps post into alert channels: no address, but the socket.
const Slack Path = "slack"

// SlackMessage is what another app posted into an alert channel, as it is written down. Before is how an edited message
// read until then; nil for a new one, and where Slack does not say.
type SlackMessage struct {
	// App is the name under which Slack shows the app.
	App string `json:"app"`
	// Channel and TS name the message, Thread its parent where it is a reply.
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	Thread  string `json:"thread,omitempty"`
	// Permalink opens it in Slack; empty where it is not known.
	Permalink string `json:"permalink,omitempty"`
	SlackContent
	Before *SlackContent `json:"before,omitempty"`
}

// slackMessage is what other apps post into alert channels. There is no format: what is meant is found by the words
// and colours that monitoring tools use, the title first. What is neither an alert nor a deploy is read as nothing.
var slackMessage = dialect{
	name: "slack",
	fits: func(p Post, _ object) bool { return p.Path == Slack },
	read: readSlack,
}

func readSlack(p Post, top object) (Reading, error) {
	message := incident.MessageRef{Channel: top.text("channel"), TS: top.text("ts"), Thread: top.text("thread")}
	if message.Channel == "" || message.TS == "" {
		return Reading{}, malformed("the message has no channel or no timestamp")
	}
	app := top.text("app")
	said := saidIn(top)
	state := said.state(app)
	if said.deployed(app) {
		return Reading{Changes: []incident.ChangeEvent{said.change(message, top.text("permalink"))}}, nil
	}
	if state == "" {
		return Reading{}, nil
	}
	if top.has("before") && saidIn(top.object("before")).state(app) == state {
		return Reading{}, nil // an edit that is no news: a preview of a link, a new figure
	}
	labels := said.fields()
	labels["client"] = app
	if uptimeTools.MatchString(app) {
		labels["monitor"] = uptimeMonitor
	}
	r := incident.Report{
		Key: said.key(p.Source, message), State: state, Title: first(said.name(), "Alert of "+app), Text: said.text,
		Severity: said.severity(labels), Link: first(said.link(), top.text("permalink")), Message: message,
		Scenario: labels["mayday_scenario"], Runbooks: said.runbooks(labels), Labels: labels,
	}
	if !top.has("before") {
		r.At = slackTime(message.TS)
	}
	return one(r), nil
}

// SlackSource is the name of the source that an app is: "Uptime Kuma" is uptime-kuma. It is the same as that of a
// source which posts by itself, so that both are muted together.
func SlackSource(app string) string {
	name := strings.Trim(notInName.ReplaceAllString(strings.ToLower(app), "-"), "-")
	if name == "" || name[0] < 'a' || name == incident.EverySource {
		name = strings.Trim("app-"+name, "-")
	}
	return strings.Trim(name[:min(len(name), mostSourceName)], "-")
}

// mostSourceName is the longest name of a source.
const mostSourceName = 40

var notInName = lazyregexp.New(`[^a-z0-9]+`)

// slackTime is when a message was posted, by its timestamp: seconds since 1970, and what tells it from others of that second.
func slackTime(ts string) time.Time {
	seconds, _, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// SlackSample makes a post of a message as Slack's API shows it, to try out what becomes of it; ok is false for what is none.
func SlackSample(body []byte) (p Post, ok bool) {
	top, err := objectOf(body)
	if err != nil || top.text("type") != "message" || !top.has("ts") || top.text("bot_id", "username") == "" {
		return p, false
	}
	app := first(top.text("username"), top.object("bot_profile").text("name"), top.text("bot_id"))
	m := SlackMessage{App: app, Channel: first(top.text("channel"), "sample"), TS: top.text("ts"),
		SlackContent: SlackContent{Text: top.text("text"), Attachments: top["attachments"], Blocks: top["blocks"]}}
	p = Post{Source: SlackSource(app), Path: Slack, Header: map[string]string{}}
	p.Body, err = json.Marshal(m)
	return p, err == nil
}
