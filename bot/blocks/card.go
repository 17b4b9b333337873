package blocks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Card is the pinned message at the top of the incident's channel and the answer
// to /incident status. On a telephone's screen it shows without scrolling what stands,
// what is due and the step to do now, with the buttons for them; what is only good to
// know stands below, in small print.
func Card(inc incident.Incident, now time.Time) Message {
	blocks := []slack.Block{
		header(heading(inc)),
		section(standing(inc), due(inc, now)),
		ending(inc),
		stepLine(inc),
		firstButtons(inc),
		changesBefore(inc),
		communication(inc),
		lastUpdate(inc),
		blockedSteps(inc),
		small(footing(inc)...),
		cardMenus(inc),
	}
	return message(cardSentence(inc), blocks...)
}

// heading is plain text: what the incident is, and that it is over once it is.
func heading(inc incident.Incident) string {
	state := ""
	if !inc.Status.Live() {
		state = " " + string(inc.Status)
	}
	return fmt.Sprintf("%s %s%s · %s%s", dot(inc), inc.Severity, state, drill(inc), inc.Title)
}

func drill(inc incident.Incident) string {
	if inc.Drill {
		return "Drill: "
	}
	return ""
}

func cardSentence(inc incident.Incident) string {
	s := fmt.Sprintf("%s, %s, is %s.", naming(inc), title(inc), inc.Status)
	if p := inc.Roles[incident.Lead]; p != "" && inc.Status.Live() {
		s = fmt.Sprintf("%s, %s, is %s and led by %s.", naming(inc), title(inc), inc.Status, named(inc, p))
	}
	if due, ok := inc.Deadline(incident.ClockRespond); ok {
		s += " Respond by " + near(due, due) + "."
	}
	return s
}

// standing is the status and who leads; empty once the incident is over, which its heading says.
func standing(inc incident.Incident) string {
	if !inc.Status.Live() {
		return ""
	}
	return "*" + string(inc.Status) + "* · " + leading(inc)
}

// due are the deadlines that run and those that are missed, the one to act upon first.
func due(inc incident.Incident, now time.Time) string {
	if !inc.Status.Live() {
		return ""
	}
	var missed, runs []string
	for _, c := range []struct {
		clock        incident.Clock
		name, missed string
	}{
		{incident.ClockRespond, "Respond by", "Response overdue"},
		{incident.ClockUpdate, "Next update by", "Update overdue"},
		{incident.ClockResolve, "Resolve by", "Resolution overdue"},
		{incident.ClockEscalate, "Escalates at", ""},
	} {
		at, running := inc.Deadline(c.clock)
		since, over := inc.Overdue(c.clock)
		switch {
		case over && c.missed != "":
			missed = append(missed, ":warning: *"+c.missed+"* since "+near(since, now))
		case running && inc.Acknowledged() == untilAcknowledged(c.clock): // the screen is small
		case running:
			runs = append(runs, c.name+" "+near(at, now))
		}
	}
	if len(missed) == 0 && len(runs) > 0 {
		runs[0] = ":hourglass_flowing_sand: *" + runs[0] + "*"
	}
	snoozed := ""
	if inc.Plan.Snoozed.After(now) {
		snoozed = "Reminders snoozed until " + moment(inc.Plan.Snoozed)
	}
	return joined("\n", joined("\n", missed...), joined(" · ", append(runs, snoozed)...))
}

// untilAcknowledged reports whether a deadline matters until somebody acknowledges, and not after.
func untilAcknowledged(c incident.Clock) bool {
	return c == incident.ClockRespond || c == incident.ClockEscalate
}

// maxOnCard is how much of what somebody wrote stands on the card, in characters: the whole of it is in the channel.
const maxOnCard = 500

// ending says how the incident ended; nil while it goes on.
func ending(inc incident.Incident) slack.Block {
	var s string
	switch inc.Status {
	case incident.Resolved, incident.Closed:
		if !inc.ResolvedAt.IsZero() {
			s = fmt.Sprintf("*Resolved* by %s, %s, after %s.", named(inc, inc.ResolvedBy), moment(inc.ResolvedAt), took(inc.ResolvedAt.Sub(inc.DeclaredAt)))
		}
		if inc.Status == incident.Closed {
			s = joined(" ", s, fmt.Sprintf("*Closed* by %s, %s.", named(inc, inc.EndedBy), moment(inc.EndedAt)))
		}
	case incident.Cancelled:
		s = fmt.Sprintf("*Cancelled* by %s, %s.", named(inc, inc.EndedBy), moment(inc.EndedAt))
	}
	if s == "" {
		return nil
	}
	return section(s, shorten(Escape(inc.Summary), maxOnCard))
}

func communication(inc incident.Incident) slack.Block {
	tell := button(ActionPublish, about(inc), "Tell customers")
	switch {
	case customersLag(inc) != "":
		return sectionWith(":loudspeaker: *"+customersLag(inc)+"*", tell)
	case inc.NeedsCommunication() && inc.Status != incident.Closed:
		return sectionWith(":loudspeaker: *External communication required*", tell)
	}
	return nil
}

// stepLine shows the step to do now, and the button to say that it is done.
func stepLine(inc incident.Incident) slack.Block {
	w := inc.Walk()
	if w == nil || !inc.Status.Live() {
		return nil
	}
	i := w.Current()
	if i < 0 {
		return section(tallied(*w))
	}
	return sectionWith(stepName(*w, i)+"\n"+strong(line(w.Playbook.Steps[i].Text, maxNote)), button(ActionStepDone, stepTarget(inc, i), "Done"))
}

// blockedSteps are those that somebody marked as blocked, three at most.
func blockedSteps(inc incident.Incident) slack.Block {
	w := inc.Walk()
	if w == nil || !inc.Status.Live() {
		return nil
	}
	var lines []string
	for _, b := range blocked(*w) {
		if len(lines) == 3 {
			lines = append(lines, "More steps are blocked: "+command("steps"))
			break
		}
		lines = append(lines, blockedLine(inc, *w, b))
	}
	return section(lines...)
}

func lastUpdate(inc incident.Incident) slack.Block {
	u := inc.LastUpdate
	if u.Text == "" || !inc.Status.Live() {
		return nil
	}
	return section("*Last update* by "+named(inc, u.By)+", "+moment(u.At), shorten(Escape(u.Text), maxOnCard))
}

// footing is the small print: number, channel, who did what when, playbook, roles.
func footing(inc incident.Incident) []string {
	parts := []string{fmt.Sprintf("Incident %d", inc.ID), channel(inc.ChannelID)}
	parts = append(parts, "declared by "+named(inc, inc.DeclaredBy)+", "+moment(inc.DeclaredAt), acknowledgement(inc))
	if inc.ChannelFailed != "" && inc.ChannelID == "" {
		parts = append(parts, "no channel: "+line(inc.ChannelFailed, maxNote))
	}
	if w := inc.Walk(); w != nil && w.Playbook.Title != "" {
		parts = append(parts, walkName(*w, line(w.Title(), 120)))
	}
	for _, r := range incident.Roles {
		if p := inc.Roles[r]; p != "" && r != incident.Lead {
			parts = append(parts, string(r)+" "+named(inc, p))
		}
	}
	if coming := onTheWay(inc); coming != "" && inc.Status.Live() {
		parts = append(parts, "on the way: "+coming)
	}
	if inc.Track.URL != "" {
		parts = append(parts, link(inc.Track.URL, fmt.Sprintf("tracking issue #%d", inc.Track.Number)))
	}
	if n := len(inc.Actions); n > 0 {
		parts = append(parts, count(n, "follow-up"))
	}
	if inc.Rung().Communicate && !inc.CommunicatedAt.IsZero() {
		parts = append(parts, "external communication sent by "+named(inc, inc.CommunicatedBy))
	}
	if inc.Publication.URL != "" {
		parts = append(parts, link(inc.Publication.URL, "what customers read"))
	}
	return parts
}

// onTheWay names who comes to help, whoever said so first before the others.
func onTheWay(inc incident.Incident) string {
	who := slices.SortedFunc(maps.Keys(inc.Coming), func(a, b incident.Person) int {
		return cmp.Or(inc.Coming[a].Compare(inc.Coming[b]), strings.Compare(a, b))
	})
	for i, p := range who {
		who[i] = named(inc, p)
	}
	return strings.Join(who, ", ")
}

// acknowledgement says who acknowledged and after how long.
func acknowledgement(inc incident.Incident) string {
	if !inc.Acknowledged() {
		return ""
	}
	s := fmt.Sprintf("acknowledged after %s", took(inc.AcknowledgedAt.Sub(inc.DeclaredAt)))
	if inc.AcknowledgedBy != inc.Roles[incident.Lead] {
		s += " by " + named(inc, inc.AcknowledgedBy)
	}
	if _, missed := inc.Plan.Breached[incident.ClockRespond]; missed {
		s += ", too late"
	}
	return s
}

// firstButtons are what somebody who has just been woken presses.
func firstButtons(inc incident.Incident) slack.Block {
	t := about(inc)
	switch {
	case inc.Status == incident.Resolved:
		return row(button(ActionReopen, t, "Reopen"), postmortemButton(inc), button(ActionClose, t, "Close"))
	case !inc.Status.Live():
		return nil
	}
	var first slack.BlockElement
	if !inc.Acknowledged() {
		first = primary(button(ActionAcknowledge, t, "Acknowledge"))
	}
	return row(first, runButton(inc), button(ActionUpdate, t, "Update"), danger(button(ActionResolve, t, "Resolve")))
}

// runButton runs the query of the step to do now; nil when it has none.
func runButton(inc incident.Incident) slack.BlockElement {
	w := inc.Walk()
	if w == nil || w.Current() < 0 || w.Playbook.Steps[w.Current()].Query == nil {
		return nil
	}
	return button(ActionRunQuery, Target{Incident: inc.ID, UID: inc.UID, Name: w.Playbook.Steps[w.Current()].Query.Name}, "Run")
}

// cardMenus change how the incident stands.
func cardMenus(inc incident.Incident) slack.Block {
	if !inc.Status.Live() {
		return nil
	}
	return row(button(ActionTakeLead, about(inc), "Take lead"), pageNextButton(inc), statusMenu(inc), severityMenu(inc))
}

// pageNextButton carries how many pages there were, so that two people who press it page once.
func pageNextButton(inc incident.Incident) *slack.ButtonBlockElement {
	return button(ActionPageNext, Target{Incident: inc.ID, UID: inc.UID, Page: len(inc.Pages)}, "Page next")
}

func postmortemButton(inc incident.Incident) slack.BlockElement {
	if b := linkButton(1, "Post-mortem", inc.PostmortemURL); b != nil {
		return b
	}
	return button(ActionPostmortem, about(inc), "Write post-mortem")
}

func statusMenu(inc incident.Incident) slack.BlockElement {
	var options []*slack.OptionBlockObject
	for _, s := range []incident.Status{incident.Investigating, incident.Identified, incident.Monitoring} {
		options = append(options, option(Target{Incident: inc.ID, Name: string(s)}.String(), string(s)))
	}
	return chosen(menu(actionID(ActionStatus, inc.UID), "Status", options...), string(inc.Status))
}

func severityMenu(inc incident.Incident) slack.BlockElement {
	var options []*slack.OptionBlockObject
	for _, s := range inc.Policy.Severities {
		options = append(options, option(value(Target{Incident: inc.ID, Name: s.Label}, maxChoice), severityWords(s)))
	}
	return chosen(menu(actionID(ActionSeverity, inc.UID), "Severity", options...), severityWords(inc.Rung()))
}

// chosen marks the option with these words, if there is one, as the one that holds now.
func chosen(e slack.BlockElement, words string) slack.BlockElement {
	m, ok := e.(*slack.SelectBlockElement)
	if !ok {
		return e
	}
	i := slices.IndexFunc(m.Options, func(o *slack.OptionBlockObject) bool { return o.Text.Text == incident.Line(words, maxOption) })
	if i >= 0 {
		m.InitialOption = m.Options[i]
	}
	return m
}
