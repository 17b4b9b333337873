package incident

import (
	"strings"
	"time"
)

// Report is what a sender said of one alert at one moment, whatever way it writes that.
// Everything in it is what strangers wrote: text to show, never markup, and no address is
// opened because it stands here.
type Report struct {
	// Source is the name under which the team let the sender in: "sentry".
	Source string
	// Key is the sender's own name of the alert, at most MaxKey bytes. All reports with one
	// key, from firing to quiet, are about the same thing.
	Key   string
	State ReportState
	// Title is one line of at most MaxTitle characters; never empty once Clean was called.
	Title string
	// Text says more, at most MaxText characters; may be empty.
	Text string
	// Severity in the sender's words: "critical". May be empty.
	Severity string
	// At is when it began (or ended, for Quiet) by the sender's clock; zero when it does not say.
	At time.Time
	// Link leads to the alert at the sender; only http or https, else empty.
	Link string
	// Scenario is the value of the label mayday_scenario, and Runbooks what runbook_url and
	// runbook say: addresses or names.
	Scenario string
	Runbooks []string
	// Message is what a report was that an app posted into a channel; zero for what came otherwise.
	Message MessageRef `json:",omitzero"`
	// Labels are further words by which a scenario may be found: "service": "checkout".
	Labels map[string]string
}

// MessageRef names a message in Slack: its channel and timestamp, and its parent's where it is a reply.
type MessageRef struct {
	Channel string `json:"channel,omitempty"`
	TS      string `json:"ts,omitempty"`
	Thread  string `json:"thread,omitempty"`
}

// ReportState is what a report says of its alert.
type ReportState string

// What a report may say.
const (
	// Firing: something is wrong, for the first time or still.
	Firing ReportState = "firing"
	// Noticed: somebody acknowledged it at the sender.
	Noticed ReportState = "noticed"
	// Quiet: it is over.
	Quiet ReportState = "quiet"
)

const (
	// MaxKey is the longest key in bytes (PagerDuty Events v2: dedup_key, 255).
	MaxKey = 255
	// maxLabels and maxLabel bound what is kept of labels: their number, and the characters of each value.
	maxLabels, maxLabel = 40, 255
	// maxAhead and maxOld are how far a sender's time may be from ours before it counts for nothing.
	maxAhead, maxOld = 5 * time.Minute, 30 * 24 * time.Hour
)

// Clean bounds every text of a report and drops a time that cannot be: one that is ahead, or a month old.
func (r Report) Clean(now time.Time) Report {
	r.Key = bytesOf(r.Key, MaxKey)
	r.Title = Line(r.Title, MaxTitle)
	if r.Title == "" {
		r.Title = "Alert without a title"
	}
	r.Text = Paragraph(r.Text, MaxText)
	r.Severity, r.Scenario = Line(r.Severity, maxLabel), Line(r.Scenario, maxLabel)
	r.Link = webLink(r.Link)
	if r.At.After(now.Add(maxAhead)) || r.At.Before(now.Add(-maxOld)) {
		r.At = time.Time{}
	}
	r.At = r.At.UTC()
	labels := map[string]string{}
	for _, name := range sortedKeys(r.Labels) {
		if value := Line(r.Labels[name], maxLabel); value != "" && len(labels) < maxLabels {
			labels[Line(name, maxLabel)] = value
		}
	}
	r.Labels = labels
	return r
}

// bytesOf cuts to at most limit bytes, between characters, without what databases and terminals do not take.
func bytesOf(s string, limit int) string {
	s = strings.ToValidUTF8(strings.Map(printable, s), "")
	return strings.ToValidUTF8(s[:min(len(s), limit)], "")
}

// webLink is an address of the web, or nothing.
func webLink(s string) string {
	s = strings.TrimSpace(s)
	low := strings.ToLower(s)
	if len(s) > maxLink || strings.ContainsFunc(s, unfitForLink) || !strings.HasPrefix(low, "https://") && !strings.HasPrefix(low, "http://") {
		return ""
	}
	return s
}

// unfitForLink are signs that end a link in a message, or hide what it leads to.
func unfitForLink(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune("<>|\"`\\", r) || printable(r) != r
}

// maxLink is the longest address that is kept, in bytes.
const maxLink = 2000
