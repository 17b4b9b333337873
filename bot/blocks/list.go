package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// List is the answer to /incident list and find: one line an incident, in the
// order given. Private incidents are listed without what they are about.
func List(incs []incident.Incident, now time.Time) Message {
	if len(incs) == 0 {
		return reply("No incident is open.", section("No incident is open. To declare one: "+command("p1 <what is wrong>")))
	}
	live := 0
	var blocks []slack.Block
	for i, inc := range incs {
		if inc.Status.Live() {
			live++
		}
		if i < maxOpen {
			blocks = append(blocks, section(listed(inc, now)))
		}
	}
	more := ""
	if n := len(incs) - maxOpen; n > 0 {
		more = fmt.Sprintf("%d more are not shown; narrow it down with %s", n, command("find <word>"))
	}
	text := fmt.Sprintf("%s, %d of them open.", count(len(incs), "incident"), live)
	return reply(text, append(blocks, small(more))...)
}

// listed is one incident in two lines.
func listed(inc incident.Incident, now time.Time) string {
	state := string(inc.Status)
	if inc.Status.Live() {
		state += " for " + took(now.Sub(inc.DeclaredAt))
	}
	where := ""
	if !inc.Private {
		where = channel(inc.ChannelID)
	}
	second := joined(" · ", where, state, leading(inc), dueNext(inc))
	if !inc.Status.Live() {
		second = joined(" · ", where, state, "declared "+moment(inc.DeclaredAt), postmortemLink(inc))
	}
	return fmt.Sprintf("%s %s · %d · %s\n%s", dot(inc), strong(label(inc)), inc.ID, drill(inc)+outside(inc), second)
}

func postmortemLink(inc incident.Incident) string {
	if inc.Private || inc.PostmortemURL == "" {
		return ""
	}
	return link(inc.PostmortemURL, "post-mortem")
}

// dueNext is what is overdue or, when nothing is, what is due next, in words: the response while nobody has acknowledged, else the clock that runs out first.
func dueNext(inc incident.Incident) string {
	if late := overdue(inc); len(late) > 0 {
		return ":warning: *" + joined(", ", late...) + "*"
	}
	if due, ok := inc.Deadline(incident.ClockRespond); ok {
		return "respond by " + near(due, due)
	}
	names := map[incident.Clock]string{
		incident.ClockUpdate:   "next update ",
		incident.ClockEscalate: "escalates ", incident.ClockResolve: "resolve by ",
	}
	for _, t := range inc.Timers() {
		if name, ok := names[t.Clock]; ok {
			return name + moment(t.Due)
		}
	}
	return ""
}
