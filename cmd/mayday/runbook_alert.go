package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"mayday/alerts"
	"mayday/cmd/mayday/program"
	"mayday/incident"
	"mayday/playbooks"
)

// sayAlert tells what would become of an alert that a sender posts: asked is FILE or SOURCE=FILE,
// and the file holds the body, with the sender's headers before it where there are any.
func sayAlert(c *cobra.Command, rb *playbooks.Runbook, asked string) error {
	source, file, named := strings.Cut(asked, "=")
	if !named {
		source, file = "", asked
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return unusable{errors.New("the sample cannot be read: " + err.Error())}
	}
	post, inSlack := alerts.SlackSample(raw)
	if !inSlack {
		post = samplePost(raw)
		post.Source = "alert"
	}
	if source != "" {
		post.Source = source
	}
	read, err := alerts.Read(post)
	if err != nil {
		return unusable{fmt.Errorf("mayday would answer 400: %w", err)}
	}
	if source == "" && inSlack {
		source = post.Source
	} else if source == "" {
		source = strings.Fields(read.Dialect)[0]
		for i := range read.Reports {
			read.Reports[i].Source = source
		}
	}
	cfg, problems := program.FromEnv(os.Getenv, false)
	for _, p := range problems {
		if strings.HasPrefix(p.Variable, "MAYDAY_ALERT") {
			return unusable{errors.New(p.String())}
		}
	}
	out := c.OutOrStdout()
	fmt.Fprintf(out, "Read as %s, from the source %s. Alerts: %d, changes: %d.\n", read.Dialect, source, len(read.Reports), len(read.Changes))
	for _, ce := range read.Changes {
		ce = ce.Clean(time.Now())
		fmt.Fprintf(out, "  Change: %s\n\n", strings.TrimSuffix(ce.Name()+" by "+ce.By, " by "))
	}
	if len(read.Reports)+len(read.Changes) == 0 && inSlack {
		fmt.Fprintln(out, "  No word, sign or colour of the message speaks of an alert, so it is nothing.")
	}
	ways := incident.Ways{Declare: cfg.AlertDeclare}
	for _, r := range read.Reports {
		if err := sayReport(out, rb, ways, r.Clean(time.Now())); err != nil {
			return err
		}
	}
	return nil
}

func sayReport(out io.Writer, rb *playbooks.Runbook, ways incident.Ways, r incident.Report) error {
	found := rb.Recognize(r)
	scenario := "none: no line of the runbook speaks of it"
	if found.Scenario != "" {
		scenario = fmt.Sprintf("%s (%s), by %s", found.Title, found.Scenario, found.Why)
	}
	severity := found.Severity + ", the usual one"
	if s, ok := rb.Policy.Find(r.Severity); ok && s.Label == found.Severity {
		severity = found.Severity + ", by the alert's own " + r.Severity
	}
	happens := map[incident.Way]string{
		incident.ToOffer:   "one message offers to declare " + strings.TrimSpace(found.Severity+" "+found.Scenario) + ", unless an incident of that scenario is open: then it is attached to that",
		incident.ToDeclare: "it is declared without asking, because MAYDAY_ALERT_DECLARE names it",
	}[ways.Of(r.Source, found)]
	if r.State != incident.Firing {
		happens = "its message says that it is " + string(r.State) + "; nothing is resolved by it"
	}
	w := tabwriter.NewWriter(out, 0, 4, 1, ' ', 0)
	for _, line := range [][2]string{{"Alert", r.Title}, {"State", string(r.State)}, {"Key", r.Key}, {"Link", r.Link}, {"Scenario", scenario}, {"Severity", severity}, {"So", happens}} {
		if line[1] != "" {
			fmt.Fprintf(w, "  %s:\t%s\n", line[0], line[1])
		}
	}
	fmt.Fprintln(out)
	return w.Flush()
}

// samplePost reads headers, an empty line and a body; or only a body.
func samplePost(raw []byte) alerts.Post {
	p := alerts.Post{Path: alerts.In, Header: map[string]string{}, Body: raw, FreshKey: "(a new one each time)"}
	head, body, ok := bytes.Cut(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	if !ok || bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return p
	}
	for _, line := range strings.Split(string(head), "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			p.Header[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		}
	}
	p.Body = body
	return p
}
