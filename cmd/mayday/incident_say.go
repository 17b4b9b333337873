package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"mayday/incident"
	"mayday/store"
)

// say writes a line; what people and runbooks say cannot command the terminal.
func (t *terminal) say(format string, args ...any) {
	fmt.Fprintln(t.out, forTerminal(fmt.Sprintf(format, args...)))
}

// table writes rows whose cells are divided by tabs.
func (t *terminal) table(rows ...string) error {
	w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, forTerminal(r))
	}
	return w.Flush()
}

// at writes a time as people read it here: 24 hours, with its zone, and with the day unless that is today.
func (t *terminal) at(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	at, now := at.In(t.zone), t.st.Now().In(t.zone)
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04 MST")
	}
	return at.Format("2006-01-02 15:04 MST")
}

func (t *terminal) name(inc incident.Incident, p incident.Person) string {
	switch {
	case p == "":
		return "mayday"
	case inc.Names[p] != "":
		return inc.Names[p]
	}
	for _, page := range inc.Pages { // an account is no name, and Slack is not asked here
		if page.Person != p || page.Contact < 0 || page.Contact >= len(inc.Policy.Contacts) {
			continue
		}
		if c := inc.Policy.Contacts[page.Contact]; c.Roster == "" && c.Name != "" {
			return incident.Line(c.Name, 80)
		}
	}
	return p
}

func (t *terminal) title(inc incident.Incident) string {
	return incident.Line(inc.Title, incident.MaxTitle)
}

// naming is "P0 incident 42".
func naming(inc incident.Incident) string {
	if inc.Drill {
		return fmt.Sprintf("%s drill %d", inc.Severity, inc.ID)
	}
	return fmt.Sprintf("%s incident %d", inc.Severity, inc.ID)
}

// voice writes events plainly.
func (t *terminal) voice(inc incident.Incident) incident.Voice {
	person := func(p incident.Person) string { return t.name(inc, p) }
	return incident.Voice{
		Person: person, Call: person,
		Text: func(s string) string { return incident.Line(s, incident.MaxText) },
		Code: func(s string) string { return "`" + incident.Line(s, incident.MaxText) + "`" },
		Time: t.at,
	}
}

// phones lists contacts with their numbers.
func (t *terminal) phones(contacts []incident.Contact) string {
	if len(contacts) == 0 {
		return "  the runbook names no contact"
	}
	var b strings.Builder
	if t.example {
		fmt.Fprintf(&b, "  (%s)\n", exampleOnly)
	}
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	for _, c := range contacts {
		fmt.Fprintf(w, "  %s\t%s\n", forTerminal(incident.Line(c.Title(), 80)), phoneOr(c))
	}
	_ = w.Flush() // it writes into memory
	return strings.TrimSuffix(b.String(), "\n")
}

func phoneOr(c incident.Contact) string {
	if c.Phone == "" {
		return "no telephone number in the runbook"
	}
	return forTerminal(incident.Line(c.Phone, 40))
}

// sayDeclared says what was recorded and what happens now.
func (t *terminal) sayDeclared(ctx context.Context, inc incident.Incident, mayBe []string) error {
	carriers, err := t.st.Carriers(ctx)
	if err != nil {
		return fmt.Errorf("incident %d is declared; %w", inc.ID, err)
	}
	if t.json {
		return t.encode(struct {
			incidentJSON
			Carriers carriersJSON `json:"carried_out_by"`
		}{t.brief(inc), carriersOf(carriers)})
	}
	inc = t.awaitMethods(ctx, inc, carriers)
	t.say("%s is declared: %s", naming(inc), t.title(inc))
	if err := t.table(t.facts(inc)...); err != nil {
		return err
	}
	if len(mayBe) > 0 {
		t.say("  A scenario may fit: %s. To take it later: /incident playbook %s", strings.Join(mayBe, ", "), mayBe[0])
	}
	if err := t.sayCalled(inc); err != nil {
		return err
	}
	t.say("\n%s", t.carriedOut(carriers, inc, true))
	return nil
}

// facts are rows of a table on how an incident stands.
func (t *terminal) facts(inc incident.Incident) []string {
	rows := []string{"  declared\t" + t.at(inc.DeclaredAt) + " by " + t.name(inc, inc.DeclaredBy)}
	if w := inc.Walk(); w != nil && len(w.Playbook.Steps) > 0 {
		word := w.Playbook.Slug
		if word == incident.GenericSlug {
			word = strings.ToLower(inc.Severity)
		}
		rows = append(rows, fmt.Sprintf("  playbook\t%s, %d steps; to read them: mayday runbook --walk %s", incident.Line(w.Playbook.Title, 80), len(w.Playbook.Steps), word))
	}
	if inc.Acknowledged() {
		rows = append(rows, "  acknowledged\t"+t.at(inc.AcknowledgedAt)+" by "+t.name(inc, inc.AcknowledgedBy))
	} else if due, ok := inc.Deadline(incident.ClockRespond); ok {
		rows = append(rows, "  respond by\t"+t.at(due))
	}
	if due, ok := inc.Deadline(incident.ClockUpdate); ok {
		rows = append(rows, "  next update\t"+t.at(due))
	}
	return rows
}

// carriedOut says who carries out what was recorded, and whether people have to be telephoned, where they are listed above.
func (t *terminal) carriedOut(c store.Carriers, inc incident.Incident, listed bool) string {
	phone := " Telephone the people above."
	switch {
	case !listed || inc.Acknowledged() || inc.Drill: // a drill wakes nobody
		phone = ""
	case len(inc.Pages) == 0:
		phone = " The runbook names nobody whom mayday could call: telephone whoever can help."
	}
	switch {
	case c.Alive == 0 && (inc.Acknowledged() || !inc.Status.Live()):
		return "No mayday runs on this database: it is told in Slack once one does."
	case c.Alive == 0:
		return "No mayday runs on this database: nobody is called until one does." + phone
	case !c.SlackAway.IsZero():
		return fmt.Sprintf("Slack has been away since %s. mayday tells everything there once it is back, and calls who has not answered by then.%s", t.at(c.SlackAway), phone)
	case c.Connected > 0 && inc.ChannelName != "":
		return "mayday runs and is connected to Slack: #" + inc.ChannelName + "."
	case c.Connected == 0:
		return "mayday runs and is not connected to Slack: it tells everything there once it is." + phone
	}
	return "mayday runs and is connected to Slack: it opens the channel and calls people now."
}

// sayRecorded tells what a change did.
func (t *terminal) sayRecorded(ctx context.Context, c incident.Change) error {
	inc := c.Incident
	if t.json {
		return t.encode(t.brief(inc))
	}
	v := t.voice(inc)
	for _, ev := range c.Events {
		t.say("%s: %s", naming(inc), ev.Sentence(v))
	}
	if len(c.Events) == 0 {
		t.say("%s is as it was.", naming(inc))
	}
	if due, ok := inc.Deadline(incident.ClockUpdate); ok {
		t.say("Next update by %s.", t.at(due))
	}
	carriers, err := t.st.Carriers(ctx)
	if err != nil {
		return fmt.Errorf("it is recorded; %w", err)
	}
	if carriers.Alive == 0 || carriers.Connected == 0 || !carriers.SlackAway.IsZero() {
		t.say("%s", t.carriedOut(carriers, inc, false))
	}
	return nil
}

func (t *terminal) sayList(open []incident.Incident) error {
	if t.json {
		list := []incidentJSON{}
		for _, inc := range open {
			list = append(list, t.brief(inc))
		}
		return t.encode(list)
	}
	if len(open) == 0 {
		t.say("No incident is open. To declare one: mayday incident declare p1 <what is wrong>")
		return nil
	}
	rows := []string{"NUMBER\tSEVERITY\tSTATUS\tDECLARED\tLEAD\tTITLE"}
	for _, inc := range open {
		lead := "nobody"
		if p := inc.Roles[incident.Lead]; p != "" {
			lead = t.name(inc, p)
		}
		rows = append(rows, fmt.Sprintf("%d\t%s\t%s\t%s\t%s\t%s", inc.ID, inc.Severity, inc.Status, t.at(inc.DeclaredAt), incident.Line(lead, 40), t.title(inc)))
	}
	return t.table(rows...)
}

func (t *terminal) sayShown(ctx context.Context, inc incident.Incident) error {
	if t.json {
		return t.encode(t.brief(inc))
	}
	carriers, err := t.st.Carriers(ctx)
	if err != nil {
		return t.failed(inc, err)
	}
	t.say("%s is %s: %s", naming(inc), inc.Status, t.title(inc))
	rows := t.facts(inc)
	for _, r := range incident.Roles {
		if p := inc.Roles[r]; p != "" {
			rows = append(rows, fmt.Sprintf("  %s\t%s", r, t.name(inc, p)))
		}
	}
	if w := inc.Walk(); w != nil {
		if i := w.Current(); i >= 0 && inc.Status.Live() {
			rows = append(rows, fmt.Sprintf("  step %d/%d\t%s", i+1, len(w.Playbook.Steps), incident.Line(w.Playbook.Steps[i].Text, 160)))
		}
	}
	if u := inc.LastUpdate; u.Text != "" {
		rows = append(rows, fmt.Sprintf("  update\t%s by %s: %s", t.at(u.At), t.name(inc, u.By), incident.Line(u.Text, 300)))
	}
	if !inc.Status.Live() {
		return t.table(rows...)
	}
	if err := t.table(rows...); err != nil {
		return err
	}
	if err := t.sayCalled(inc); err != nil {
		return err
	}
	t.say("\n%s", t.carriedOut(carriers, inc, true))
	return nil
}

func (t *terminal) sayTimeline(inc incident.Incident, evs []incident.Event) error {
	v := t.voice(inc)
	if t.json {
		list := []eventJSON{}
		for _, ev := range evs {
			list = append(list, eventJSON{ev.Seq, ev.At, ev.Kind, t.name(inc, ev.By), ev.Sentence(v)})
		}
		return t.encode(list)
	}
	t.say("%s: %s", naming(inc), t.title(inc))
	var rows []string
	for _, ev := range evs {
		rows = append(rows, t.at(ev.At)+"\t"+strings.ReplaceAll(ev.Sentence(v), "\n", " "))
	}
	return t.table(rows...)
}
