package postmortem

import (
	"fmt"
	"slices"
	"strings"

	"mayday/incident"
)

// tracked are the events that a comment on the tracking issue tells.
var tracked = []incident.EventKind{
	incident.EventAcknowledged, incident.EventStatusChanged, incident.EventSeverityChanged, incident.EventUpdated,
	incident.EventPaged, incident.EventPageFailed, incident.EventNobodyToPage, incident.EventEscalationDue,
	incident.EventRespondBreached, incident.EventResolveBreached, incident.EventCommunicated, incident.EventPublished,
	incident.EventResolved, incident.EventReopened, incident.EventCancelled, incident.EventClosed,
	incident.EventPostmortemFiled,
}

// Tracking writes the issue that follows an incident while it goes on. Its state
// section is brought up to date by GitHub.Update.
func Tracking(inc incident.Incident, o DraftOptions) Document {
	d := newDraft(inc, nil, o)
	doc := Document{
		Title:  d.title(""),
		Labels: d.labels(),
		Marker: d.marker("tracking"),
		Since:  inc.DeclaredAt,
	}
	doc.Body = documentMarker(doc.Marker) + "\n" + enclose(inc.ID, "state", d.state()) +
		"\n\nUpdates follow as comments. This issue follows the incident: what is done here does not change it.\n"
	return doc
}

func (d *draft) state() string {
	inc := d.inc
	var b strings.Builder
	row := func(what, is string) {
		if is != "" {
			fmt.Fprintf(&b, "| %s | %s |\n", what, is)
		}
	}
	b.WriteString("| | |\n|---|---|\n")
	row("Severity", quiet(inc.Severity))
	row("Status", quiet(string(inc.Status)))
	if w := inc.Walk(); w != nil {
		row("Scenario", d.line(w.Playbook.Title))
	}
	row("Declared", quiet(d.moment(inc.DeclaredAt))+" by "+d.who(inc.DeclaredBy))
	if inc.Acknowledged() {
		row("Acknowledged", quiet(d.moment(inc.AcknowledgedAt))+" by "+d.who(inc.AcknowledgedBy))
	} else if due, ok := inc.Deadline(incident.ClockRespond); ok {
		row("Acknowledged", "not yet, due "+quiet(d.moment(due)))
	}
	if p := inc.Roles[incident.Lead]; p != "" {
		row("Lead", d.who(p))
	}
	if !inc.ResolvedAt.IsZero() {
		row("Resolved", quiet(d.moment(inc.ResolvedAt))+" by "+d.who(inc.ResolvedBy))
	} else if due, ok := inc.Deadline(incident.ClockResolve); ok {
		row("Resolve by", quiet(d.moment(due)))
	}
	if inc.ChannelName != "" {
		row("Slack channel", quiet("#"+inc.ChannelName))
	}
	row("Post-mortem", quiet(inc.PostmortemURL))
	s := strings.TrimSpace(b.String())
	if inc.LastUpdate.Text != "" {
		s += fmt.Sprintf("\n\nLast update, %s by %s:\n\n%s", quiet(d.moment(inc.LastUpdate.At)), d.who(inc.LastUpdate.By), d.paragraph(inc.LastUpdate.Text))
	}
	return s
}

// TrackingComment tells several events in one comment, those that nobody outside
// of the channel needs left out. Empty when none is left.
func TrackingComment(evs []incident.Event, o DraftOptions) string {
	d := newDraft(incident.Incident{}, evs, o)
	var b strings.Builder
	for _, ev := range d.evs {
		if slices.Contains(tracked, ev.Kind) {
			fmt.Fprintf(&b, "- %s %s\n", quiet(ev.At.In(d.o.Zone).Format("2 Jan 15:04:05 MST")), d.sentence(ev))
		}
	}
	return strings.TrimSpace(b.String())
}

// FollowUp writes the issue of inc.Actions[index]. parent is the post-mortem's
// number, 0 when there is none; login is the owner's name on GitHub, empty when
// it is not known: the owner is then named in the text. An index out of range
// gives the zero Document.
func FollowUp(inc incident.Incident, index, parent int, login string, o DraftOptions) Document {
	if index < 0 || index >= len(inc.Actions) {
		return Document{}
	}
	d, a := newDraft(inc, nil, o), inc.Actions[index]
	title := d.quietTitle(a.Text)
	if r := []rune(title); len(r) > maxTitle {
		title = string(r[:maxTitle-1]) + "…"
	}
	doc := Document{
		Title:  title,
		Labels: d.labels("follow-up"),
		Marker: d.marker(fmt.Sprintf("action-%d", index+1)),
		Since:  inc.DeclaredAt,
	}
	body := d.paragraph(a.Text) + "\n"
	if len([]rune(a.Text)) <= maxTitle {
		body = ""
	}
	body += fmt.Sprintf("\nFollow-up of incident %d, %s, noted by %s on %s.", inc.ID, d.line(inc.Title), d.who(a.By), quiet(d.moment(a.At)))
	if day := inc.DueDay(a); day != "" {
		body += fmt.Sprintf(" Due: %s.", quiet(day))
	}
	if parent > 0 {
		// Our own number, written to be a link.
		body += fmt.Sprintf(" Post-mortem: #%d.", parent)
	}
	switch {
	case login != "":
		doc.Assignees = []string{login}
	case a.Owner != "":
		body += fmt.Sprintf(" Owner: %s.", d.who(a.Owner))
	}
	doc.Body = documentMarker(doc.Marker) + "\n" + strings.TrimSpace(body) + "\n"
	return doc
}
