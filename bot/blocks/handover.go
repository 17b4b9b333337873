package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
	"mayday/oncall"
)

// Handover is the direct message to whoever is asked to take the lead: who asks, how things stand, and what came of it once something did.
func Handover(inc incident.Incident, n int, now time.Time) Message {
	h := inc.Handovers[n]
	asks := fmt.Sprintf("%s%s asks you to take the lead.", drillFirst(inc), named(inc, h.By))
	text := fmt.Sprintf("%s asks you to take the lead of %s: %s.", named(inc, h.By), naming(inc), title(inc))
	said := section(asks, pageNaming(inc), Escape(h.Note))
	if !h.Asks() || !inc.Status.Live() {
		became := handoverBecame(inc, h)
		return message(text+" "+became, said, section(became))
	}
	return message(text, said,
		section(pageWhere(inc), standing(inc), due(inc, now)), currentStep(inc), lastUpdate(inc), blockedSteps(inc), openFollowUps(inc),
		row(primary(button(ActionAcceptHandover, handoverTarget(inc, n), "Accept")), button(ActionDeclineHandover, handoverTarget(inc, n), "Decline")),
		small("Until you accept, "+named(inc, h.By)+" leads"))
}

func handoverTarget(inc incident.Incident, n int) Target {
	t := about(inc)
	t.Page = n + 1
	return t
}

func handoverBecame(inc incident.Incident, h incident.Handover) string {
	switch {
	case h.Answer == incident.HandoverAccepted:
		return "You accepted, " + moment(h.AnsweredAt) + "."
	case h.Answer == incident.HandoverDeclined:
		return "You declined, " + moment(h.AnsweredAt) + "."
	case !inc.Status.Live():
		return "This is over: the incident is " + string(inc.Status) + "."
	}
	if lead := inc.Roles[incident.Lead]; lead != "" && lead != h.To {
		return "You are not asked any more: " + named(inc, lead) + " leads."
	}
	return "You are not asked any more."
}

// currentStep is the step to do now, without its button: it is done in the channel.
func currentStep(inc incident.Incident) slack.Block {
	w := inc.Walk()
	if w == nil {
		return nil
	}
	i := w.Current()
	if i < 0 {
		return section(tallied(*w))
	}
	return section(stepName(*w, i) + "\n" + strong(line(w.Playbook.Steps[i].Text, maxNote)))
}

// openFollowUps are the newest that were noted, five at most.
func openFollowUps(inc incident.Incident) slack.Block {
	if len(inc.Actions) == 0 {
		return nil
	}
	lines := []string{"*" + count(len(inc.Actions), "follow-up") + "*"}
	for _, a := range inc.Actions[max(0, len(inc.Actions)-5):] {
		who := ""
		if a.Owner != "" {
			who = named(inc, a.Owner)
		}
		lines = append(lines, joined(" · ", "• "+line(a.Text, 150), who))
	}
	return section(lines...)
}

// HandoverAnswer tells the one who asked what came of it; the zero Message when they see that otherwise.
func HandoverAnswer(inc incident.Incident, n int) Message {
	h := inc.Handovers[n]
	var text string
	switch h.Answer {
	case incident.HandoverDeclined:
		text = fmt.Sprintf("%s declined. You still lead %s.", named(inc, h.To), naming(inc))
	case incident.HandoverUnanswered:
		text = fmt.Sprintf("%s has not answered for %s. You still lead %s.", named(inc, h.To), incident.For(h.Due.Sub(h.At)), naming(inc))
	default:
		return Message{}
	}
	return message(text, section(drillFirst(inc)+text, pageWhere(inc)), small("Somebody else: "+command("handover @name"), "To give the lead at once: "+command("role lead @name")))
}

// ShiftHandover is the direct message to whoever is asked to take a shift over. name says what people are called, and open are the incidents that go on.
func ShiftHandover(h oncall.Handover, name func(string) string, open []incident.Incident, now time.Time) Message {
	by := line(name(h.By), maxName)
	text := fmt.Sprintf("%s asks you to take over as %s.", by, turnWords(h.Turns))
	if h.Answer != oncall.Waits && h.Answer != oncall.Unanswered {
		became := map[oncall.Answer]string{oncall.Accepted: "You accepted, ", oncall.Declined: "You declined, ", oncall.Withdrawn: "You are not asked any more, since "}[h.Answer] + moment(h.AnsweredAt) + "."
		return message(text+" "+became, section(text, Escape(h.Note)), section(became))
	}
	lines := []string{"No incident is open."}
	if len(open) > 0 {
		lines = []string{"*" + count(len(open), "incident") + " open*"}
	}
	for i, inc := range open {
		if i == digestOpen {
			lines = append(lines, fmt.Sprintf("and %d more: %s", len(open)-i, command("list")))
			break
		}
		lines = append(lines, joined(" · ", dot(inc)+" "+strong(label(inc))+" "+line(inc.Title, 80), channel(inc.ChannelID), dueNext(inc)))
	}
	t := Target{Name: h.ID}
	return message(text, section(text, Escape(h.Note)), section(lines...),
		row(primary(button(ActionAcceptShift, t, "Accept")), button(ActionDeclineShift, t, "Decline")),
		small("Until you accept, "+by+" is called", "It ends with the shift"))
}

// turnWords are "On-Call Engineer until Monday 09:00 and Database until …".
func turnWords(turns []oncall.Turn) string {
	var list []string
	for _, t := range turns {
		list = append(list, line(t.Role, 60)+" until "+moment(t.Until))
	}
	return strings.Join(list, " and ")
}

// ShiftAnswer tells the one who handed a shift over what came of it.
func ShiftAnswer(h oncall.Handover, name func(string) string) Message {
	to, turns := line(name(h.To), maxName), turnWords(h.Turns)
	text := fmt.Sprintf("%s took over as %s. You are not called for it until then.", to, turns)
	next := ""
	switch h.Answer {
	case oncall.Declined:
		text, next = fmt.Sprintf("%s declined to take over as %s. You are called as before.", to, turns), "Somebody else: "+command("handover @name")
	case oncall.Unanswered:
		text, next = fmt.Sprintf("%s has not answered whether to take over as %s. You are called as before.", to, turns), "Somebody else: "+command("handover @name")
	}
	return message(text, section(text), small(next))
}

// ShiftHanded is one line for the operators. It mentions nobody.
func ShiftHanded(h oncall.Handover, name func(string) string) Message {
	text := fmt.Sprintf("%s took over from %s as %s.", line(name(h.To), maxName), line(name(h.By), maxName), turnWords(h.Turns))
	return message(text, section(text))
}

// ShiftAsked answers whoever hands a shift over.
func ShiftAsked(h oncall.Handover, to string) Message {
	text := fmt.Sprintf("%s is asked to take over as %s. You hear the answer by direct message; until then you are called.", line(to, maxName), turnWords(h.Turns))
	return reply(text, section(text))
}
