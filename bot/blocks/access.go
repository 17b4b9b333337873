package blocks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"mayday/playbooks"
	"mayday/routine"
)

// AccessPart is how many things one group of boxes to tick holds. Slack: at most 10 checkboxes.
const AccessPart = 10

// Access shows what a responder needs: the runbook's tools and accounts.
func Access(rb *playbooks.Runbook) Message {
	if len(rb.Tools)+len(rb.Access) == 0 {
		return Problem("The runbook does not say what a responder needs.", "Write lists under headings such as “Required tools” and “Required access”.")
	}
	var lines []string
	for _, part := range []struct {
		name string
		list []string
	}{{"Tools", rb.Tools}, {"Accounts and rights", rb.Access}} {
		if len(part.list) > 0 {
			lines = append(lines, "*"+part.name+"*")
		}
		for _, s := range part.list {
			lines = append(lines, "▫ "+line(s, maxNote)+linksIn(rb, s))
		}
	}
	for _, f := range rb.Facts[:min(len(rb.Facts), 5)] {
		if f.Name != "" {
			lines = append(lines, line(f.Name, 60)+": "+line(f.Value, 100))
		}
	}
	text := fmt.Sprintf("A responder needs %s and %s.", count(len(rb.Tools), "tool"), counted(len(rb.Access), "account or right", "accounts or rights"))
	return reply(text, append(paragraphs(lines), small("Whom to ask: "+command("contacts")))...)
}

// linksIn are links to the dashboards and suppliers of the runbook that a line begins with.
func linksIn(rb *playbooks.Runbook, s string) string {
	out := ""
	for _, l := range rb.LinksFor(s) {
		out += " · " + link(l.URL, l.Name)
	}
	return out
}

// AccessList is the direct message to somebody whom the runbook lists for the first time: what a responder needs, to
// be ticked.
func AccessList(n routine.Newcomer) Message {
	done := n.Done()
	text := fmt.Sprintf("You are one of the runbook's contacts now. A responder needs %s; tick what you have. %d of %d are ticked.",
		counted(len(n.Needs), "thing", "things"), done, len(n.Needs))
	head := "You are one of the runbook's contacts now: mayday may page you. A responder needs these; tick what you have."
	if done == len(n.Needs) {
		head = ":white_check_mark: You have all that a responder needs. Thank you."
	}
	blocks := []slack.Block{section(head)}
	for from := 0; from < len(n.Needs); from += AccessPart {
		part := n.Needs[from:min(from+AccessPart, len(n.Needs))]
		var options, chosen []*slack.OptionBlockObject
		for i, need := range part {
			o := slack.NewOptionBlockObject(Target{Page: from + i + 1}.String(), plain(need.Text, maxOption), nil)
			options = append(options, o)
			if !need.DoneAt.IsZero() {
				chosen = append(chosen, o)
			}
		}
		boxes := slack.NewCheckboxGroupsBlockElement(ActionAccess+":"+strconv.Itoa(from), options...)
		boxes.InitialOptions = chosen
		blocks = append(blocks, row(boxes))
	}
	var links []string
	for _, need := range n.Needs {
		for _, l := range need.Links {
			if to := link(l.URL, l.Name); !slices.Contains(links, to) {
				links = append(links, to)
			}
		}
	}
	return message(text, append(blocks, small(strings.Join(links[:min(len(links), 12)], " · ")), small(fmt.Sprintf("%d of %d", done, len(n.Needs)), "The list again: "+command("access")))...)
}

// AccessFrom is the number of the first thing in the group of boxes that a click is about, counted from 0; false when
// it is about none.
func AccessFrom(actionID string) (int, bool) {
	verb, rest, _ := strings.Cut(actionID, ":")
	from, err := strconv.Atoi(rest)
	if err != nil || from < 0 {
		from = 0
	}
	return from, verb == ActionAccess
}

// AccessComplete tells the operators that somebody has all that a responder needs. name is what they are called.
func AccessComplete(n routine.Newcomer, name string) Message {
	text := fmt.Sprintf("%s has all that a responder needs (%d of %d).", line(name, maxName), len(n.Needs), len(n.Needs))
	return message(text, section(":white_check_mark: "+text))
}
