package postmortem

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mayday/incident"
)

// section is one part of the form. Its name stands in the hidden markers and
// must never change; its heading may.
type section struct {
	name     string
	heading  string
	fullOnly bool
	// toFill: people write it; mayday only prompts.
	toFill bool
	// also are other headings under which a repository's own template may have it.
	also  []string
	write func(*draft) string
}

// sections in the order of the form.
var sections = []section{
	{name: "summary", heading: "Summary", also: []string{"overview", "description", "what happened", "executive summary"}, write: (*draft).summary},
	{name: "impact", heading: "Impact", toFill: true, also: []string{"customer impact", "user impact"},
		write: prompt("Who noticed, how many were they, and what could they not do? For how long? Was anything lost or exposed?")},
	{name: "figures", heading: "Against the clock", also: []string{"metrics", "response times", "figures"}, write: (*draft).figures},
	{name: "people", heading: "Who did what", also: []string{"people", "responders", "participants", "roles"}, write: (*draft).people},
	{name: "timeline", heading: "Timeline", write: (*draft).timeline},
	{name: "steps", heading: "Steps of the runbook", also: []string{"steps", "response", "steps taken"}, write: (*draft).steps},
	{name: "evidence", heading: "Diagnostics before and after", also: []string{"evidence", "diagnostics"}, write: (*draft).evidence},
	{name: "factors", heading: "Contributing factors", toFill: true, also: []string{"root cause", "root causes", "cause", "causes", "root cause analysis"},
		write: prompt("What had to come together for this to happen, and to last as long as it did? Look for conditions rather than culprits.")},
	{name: "well", heading: "What went well", fullOnly: true, toFill: true,
		write: prompt("What shortened it or kept it small, and should stay as it is?")},
	{name: "lucky", heading: "Where we were lucky", fullOnly: true, toFill: true, also: []string{"where we got lucky"},
		write: prompt("What could have made it worse and did not? Which of these may be turned into a safeguard?")},
	{name: "prevention", heading: "Prevention", also: []string{"preventive measures", "preventative measures"}, write: (*draft).prevention},
	{name: "followups", heading: "Follow-ups", also: []string{"action items", "actions", "follow up", "next steps"}, write: (*draft).followUps},
	{name: "communication", heading: "External communication", also: []string{"communication"}, write: (*draft).communication},
}

func prompt(question string) func(*draft) string {
	return func(*draft) string { return "_" + question + "_" }
}

func (d *draft) summary() string {
	inc := d.inc
	title := d.line(inc.Title)
	if w := inc.Walk(); w != nil && w.Playbook.Title != "" && w.Playbook.Title != inc.Title {
		title += " (" + d.line(w.Playbook.Title) + ")"
	}
	facts := fmt.Sprintf("**%s** · %s · declared by %s on %s", quiet(inc.Severity), title, d.who(inc.DeclaredBy), quiet(d.moment(inc.DeclaredAt)))
	switch {
	case inc.Status == incident.Cancelled:
		facts += fmt.Sprintf(" · cancelled after %s", span(inc.EndedAt.Sub(inc.DeclaredAt)))
	case !inc.ResolvedAt.IsZero():
		facts += fmt.Sprintf(" · resolved by %s after %s", d.who(inc.ResolvedBy), span(inc.ResolvedAt.Sub(inc.DeclaredAt)))
	default:
		facts += " · not resolved yet"
	}
	if inc.Drill {
		facts = "This was a drill.\n\n" + facts
	}
	if inc.ChannelName != "" {
		facts += " · Slack channel " + quiet("#"+inc.ChannelName)
	}
	if strings.TrimSpace(inc.Summary) == "" {
		return facts + "\n\n_In two or three sentences: what broke, for whom, and what ended it?_"
	}
	return facts + "\n\n" + d.paragraph(inc.Summary)
}

func (d *draft) people() string {
	inc := d.inc
	var b strings.Builder
	held := map[incident.Person]bool{}
	for _, r := range incident.Roles {
		if p := inc.Roles[r]; p != "" {
			held[p] = true
			fmt.Fprintf(&b, "- %s%s: %s\n", strings.ToUpper(string(r)[:1]), string(r)[1:], d.who(p))
		}
	}
	var others []string
	for _, p := range inc.Responders {
		if !held[p] {
			others = append(others, d.who(p))
		}
	}
	if len(others) > 0 {
		fmt.Fprintf(&b, "- Also took part: %s\n", strings.Join(others, ", "))
	}
	if len(inc.Pages) == 0 {
		b.WriteString("\nNobody was paged.")
		return b.String()
	}
	b.WriteString("\n| Paged | When | Why | Outcome |\n|---|---|---|---|\n")
	for _, p := range inc.Pages {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", d.called(p), quiet(d.moment(p.At)), d.pageReason(p), d.outcome(p))
	}
	return strings.TrimSpace(b.String())
}

func (d *draft) called(p incident.Page) string {
	title := d.line(d.inc.ContactTitle(p))
	switch {
	case p.Person == "":
		return title
	case title == "":
		return d.who(p.Person)
	}
	return title + ", " + d.who(p.Person)
}

func (d *draft) pageReason(p incident.Page) string {
	why := map[incident.PageReason]string{
		incident.OnCall: "on call", incident.Escalated: "escalation", incident.NoResponse: "nobody acknowledged",
		incident.Unreachable: "the person before could not be reached", incident.Requested: "asked for",
	}[p.Why]
	if p.By != "" {
		why += " by " + d.who(p.By)
	}
	if p.Note != "" {
		why += ": " + d.line(p.Note)
	}
	return why
}

func (d *draft) outcome(p incident.Page) string {
	switch {
	case p.Failed != "":
		return "failed: " + d.line(p.Failed)
	case p.DeliveredAt.IsZero():
		return "not known"
	}
	return "delivered after " + span(p.DeliveredAt.Sub(p.At))
}

func (d *draft) timeline() string {
	if len(d.evs) == 0 {
		return "Nothing was recorded."
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Times are those of %s.\n", quiet(d.o.Zone.String()))
	day := ""
	for _, ev := range d.evs {
		if at := ev.At.In(d.o.Zone).Format("Monday, 2 January 2006"); at != day {
			day = at
			fmt.Fprintf(&b, "\n**%s**\n\n", day)
		}
		fmt.Fprintf(&b, "- %s %s\n", d.clock(ev.At), d.sentence(ev))
	}
	return strings.TrimSpace(b.String())
}

func (d *draft) steps() string {
	var b strings.Builder
	for _, w := range d.inc.Walks {
		done, skipped, blocked, all := w.Tally()
		if all == 0 {
			continue
		}
		fmt.Fprintf(&b, "**%s**", d.line(w.Playbook.Title))
		if w.Playbook.Source != "" {
			fmt.Fprintf(&b, " (%s)", d.line(w.Playbook.Source))
		}
		fmt.Fprintf(&b, ": %d of %d done, %d skipped, %d blocked, %d left\n\n", done, all, skipped, blocked, all-done-skipped-blocked)
		for _, a := range w.Added {
			fmt.Fprintf(&b, "Added from %s: %s.\n\n", d.line(a.Title), a.Steps())
		}
		for i, s := range w.Playbook.Steps {
			fmt.Fprintf(&b, "%d. %s\n", i+1, d.step(s, w.Marks[i]))
		}
		b.WriteString("\n")
	}
	if b.Len() == 0 {
		return "The runbook had no steps for this incident."
	}
	return strings.TrimSpace(b.String())
}

func (d *draft) step(s incident.Step, m incident.Mark) string {
	text := d.line(s.Text)
	if m.State == "" {
		text += " · _not done_"
		if m.Assignee != "" {
			text += ", assigned to " + d.who(m.Assignee)
		}
		return text
	}
	text += fmt.Sprintf(" · **%s** by %s at %s", m.State, d.who(m.By), d.dated(m.At))
	if m.Note != "" {
		text += ": " + d.line(m.Note)
	}
	return text
}

// maxEvidence bounds one answer, in characters; the channel has the whole.
const maxEvidence = 4000

func (d *draft) evidence() string {
	if len(d.o.Evidence) == 0 {
		return "No diagnostics were run."
	}
	var parts []string
	for _, e := range d.o.Evidence {
		p := "**" + d.line(e.Title) + "**\n\n"
		before, after := answer(e.Before), answer(e.After)
		switch {
		case before == after && before != "":
			p += "The same at declaration and at the end:\n\n" + fence(before)
		default:
			p += "At declaration:" + shown(before) + "\n\nAt the end:" + shown(after)
		}
		parts = append(parts, p)
	}
	return strings.Join(parts, "\n\n")
}

func answer(s string) string { return incident.Paragraph(s, maxEvidence) }

func shown(s string) string {
	if s == "" {
		return " not run"
	}
	return "\n\n" + fence(s)
}

func (d *draft) prevention() string {
	var items []string
	add := func(texts []string) {
		for _, t := range texts {
			if l := "- [ ] " + d.line(t); t != "" && !slices.Contains(items, l) {
				items = append(items, l)
			}
		}
	}
	for _, w := range d.inc.Walks {
		add(w.Playbook.Prevention)
	}
	for _, w := range d.inc.Walks {
		add(w.Playbook.Afterwards)
	}
	if len(items) == 0 {
		return "_The runbook lists nothing for this scenario. What would have prevented it, and what would have shown it earlier?_"
	}
	return strings.Join(items, "\n")
}

func (d *draft) followUps() string {
	var b strings.Builder
	for _, a := range d.inc.Actions {
		b.WriteString("- [ ] " + d.line(a.Text))
		if a.Owner != "" {
			b.WriteString(" · " + d.who(a.Owner))
		}
		if day := d.inc.DueDay(a); day != "" {
			b.WriteString(" · due " + quiet(day))
		}
		if a.URL != "" {
			b.WriteString(" · " + quiet(a.URL))
		}
		b.WriteString("\n")
	}
	if b.Len() == 0 {
		return "None was recorded during the incident."
	}
	return strings.TrimSpace(b.String())
}

func (d *draft) communication() string {
	inc := d.inc
	told := d.published()
	switch {
	case !inc.CommunicatedAt.IsZero():
		sent := fmt.Sprintf("Marked as sent by %s on %s, %s after the declaration.", d.who(inc.CommunicatedBy),
			quiet(d.moment(inc.CommunicatedAt)), span(inc.CommunicatedAt.Sub(inc.DeclaredAt)))
		return strings.TrimSpace(sent + "\n\n" + told)
	case told != "":
		return told
	case inc.Rung().Communicate:
		return fmt.Sprintf("**Not sent.** %s asks for it.", quiet(inc.Severity))
	}
	return fmt.Sprintf("None was sent; %s does not ask for it.", quiet(inc.Severity))
}

// published is what customers read on the status page, the oldest first; empty when it was nothing.
func (d *draft) published() string {
	var b strings.Builder
	for _, p := range d.inc.Publication.Posts {
		if !p.PublishedAt.IsZero() {
			fmt.Fprintf(&b, "- %s, **%s**, by %s: %s\n", quiet(d.moment(p.PublishedAt)), p.Status, d.who(p.By), d.line(p.Text))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	where := "On the status page:"
	if url := d.inc.Publication.URL; url != "" {
		where = "On the status page (" + quiet(url) + "):"
	}
	return where + "\n\n" + strings.TrimSpace(b.String())
}

// span writes a duration with its two largest units: "1 h 5 min".
func span(t time.Duration) string {
	t = t.Round(time.Second)
	if t < time.Second {
		return "0 s"
	}
	units := []struct {
		d    time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}}
	var parts []string
	for _, u := range units {
		if n := t / u.d; n > 0 && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			t -= n * u.d
		} else if len(parts) > 0 {
			break
		}
	}
	return strings.Join(parts, " ")
}
