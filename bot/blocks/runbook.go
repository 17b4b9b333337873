package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
	"mayday/playbooks"
)

// RunbookIndex lists the scenarios of the runbook, a page at a time; page counts from 1.
func RunbookIndex(rb *playbooks.Runbook, page int) Message {
	name := "The runbook"
	if rb.Title != "" {
		name = line(rb.Title, 100)
	}
	var lines []string
	for _, pb := range rb.Scenarios {
		severities := ""
		if len(pb.Severities) > 0 {
			severities = line(strings.Join(pb.Severities, "/"), 60)
		}
		lines = append(lines, "• "+joined(" · ", code(pb.Slug)+" "+line(pb.Title, 100), severities, count(len(pb.Steps), "step")))
	}
	problems := 0
	for _, f := range rb.Findings {
		if f.Level == playbooks.Problem {
			problems++
		}
	}
	doubt := ""
	if problems > 0 {
		doubt = count(problems, "place") + " of it could not be used: `mayday runbook` lists them"
	}
	return paged(paging{
		verb: "runbook", head: strong(name) + " · " + count(len(rb.Scenarios), "scenario"),
		text: fmt.Sprintf("%s has %s.", name, count(len(rb.Scenarios), "scenario")), lines: lines, foot: []string{"One scenario: " + command("runbook site-down"), doubt},
	}, page)
}

// paragraphs packs lines into as few sections as hold them.
func paragraphs(lines []string) []slack.Block {
	var blocks []slack.Block
	var held []string
	n := 0
	for _, l := range lines {
		if n += len(l) + 1; n > maxText && len(held) > 0 {
			blocks = append(blocks, section(held...))
			held, n = nil, len(l)+1
		}
		held = append(held, l)
	}
	return append(blocks, section(held...))
}

// Scenario shows a scenario with its signs and steps, a page at a time; page
// counts from 1, and one that does not exist is the nearest that does.
func Scenario(pb incident.Playbook, page int) Message {
	pages := scenarioPages(pb)
	page = max(1, min(page, len(pages)))
	name := line(pb.Title, 100)
	if len(pb.Severities) > 0 {
		name += " (" + line(strings.Join(pb.Severities, "/"), 60) + ")"
	}
	text := fmt.Sprintf("Scenario %s, %s, page %d of %d.", name, count(len(pb.Steps), "step"), page, len(pages))
	turn := func(to int, words string) slack.BlockElement {
		if to < 1 || to > len(pages) {
			return nil
		}
		return button(fmt.Sprintf("%s:%d", ActionRunbook, to), Target{Playbook: pb.Slug, Page: to}, words)
	}
	blocks := append([]slack.Block{section(strong(name))}, pages[page-1]...)
	return reply(text, append(blocks, row(turn(page-1, "Earlier steps"), turn(page+1, "Later steps")),
		small("To declare it: "+command(declareWords(pb)), line(pb.Source, 100), pageOf(page, len(pages), "runbook "+pb.Slug)))...)
}

// scenarioPages are the parts of a scenario in as few pages as hold them.
func scenarioPages(pb incident.Playbook) [][]slack.Block {
	p := &pager{}
	p.add(bullets("Signs", pb.Signs))
	heading := ""
	for i, s := range pb.Steps {
		above := ""
		if s.Heading != heading {
			heading, above = s.Heading, strong(line(s.Heading, 100))
		}
		part := []slack.Block{section(above, fmt.Sprintf("%d. %s", i+1, line(s.Text, maxNote)), shorten(notes(s), maxNote))}
		if s.Code != nil {
			part = append(part, preformatted(s.Code.Text, 600))
		}
		if s.ByHand != "" {
			part = append(part, small("By hand: "+line(s.ByHand, maxNote)))
		}
		p.add(part...)
	}
	p.add(bullets("Afterwards", pb.Afterwards))
	p.add(bullets("Prevention", pb.Prevention))
	return p.done()
}

// declareWords is what to type to declare this scenario.
func declareWords(pb incident.Playbook) string {
	if len(pb.Severities) == 0 {
		return pb.Slug
	}
	return strings.ToLower(incident.Line(pb.Severities[0], 40)) + " " + pb.Slug
}

// bullets is a list under a bold word; nil when it is empty.
func bullets(name string, items []string) slack.Block {
	if len(items) == 0 {
		return nil
	}
	lines := []string{"*" + name + "*"}
	for i, s := range items {
		if i == 15 {
			lines = append(lines, fmt.Sprintf("… and %d more", len(items)-i))
			break
		}
		lines = append(lines, "• "+line(s, maxNote))
	}
	return section(lines...)
}

// RunbookBroken tells the operators that an edit of the runbook was not taken
// over, and what it lacks. The lines of lost are plain text.
func RunbookBroken(lost []string) Message {
	const told = "The runbook was changed and cannot be used as it is now. New incidents get the last good one."
	return message(told+" "+line(strings.Join(lost, "; "), maxText/2), section(":warning: "+told), bullets("What is wrong", lost),
		small("`mayday runbook FILE` shows every line that cannot be used"))
}

// RunbookGood tells the operators that the runbook can be used again.
func RunbookGood() Message {
	const told = "The runbook is good again. New incidents get it as it is now."
	return message(told, section(":white_check_mark: "+told))
}

// RunbookAgeLooks answers whoever asks what of the runbook has aged, before anything was looked at.
func RunbookAgeLooks() Message {
	const text = "Looking at the runbook's date, contacts, addresses and queries. What has aged is told here in a minute or two."
	return reply(text, section(text))
}
