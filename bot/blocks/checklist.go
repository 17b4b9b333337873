package blocks

import (
	"cmp"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
)

// Checklist shows a checklist, each line with its links.
func Checklist(c playbooks.Checklist) Message {
	name := line(c.Name, 80) + " checklist"
	var lines []string
	for _, item := range c.Items {
		l := "▫ " + line(item.Text, maxNote)
		for i, to := range item.Links {
			if i < 3 {
				l += " · " + link(to.URL, to.Name)
			}
		}
		if item.Query != nil {
			l += " · query " + code(item.Query.Name)
		}
		lines = append(lines, l)
	}
	text := fmt.Sprintf("%s: %s.", name, count(len(c.Items), "item"))
	return reply(text, paragraphs(append([]string{strong(name)}, lines...))...)
}

// RoundSkipModal asks why an item is left out of a round.
func RoundSkipModal(r routine.Round, number int) slack.ModalViewRequest {
	return modal(CallbackRoundSkip, "Skip an item", "Skip", value(aboutRound(r, number), maxMetadata),
		section(roundItem(r, number)), input(FieldReason, "Why?", "It is shown in the round", false, oneLine(FieldReason, "", 300)))
}

// RoundNoteModal asks for a remark on a round.
func RoundNoteModal(r routine.Round) slack.ModalViewRequest {
	return modal(CallbackRoundNote, "Note", "Add", value(aboutRound(r, 0), maxMetadata),
		input(FieldText, "What is to be noted?", "A reply in the thread of the round does the same", false, oneLine(FieldText, "", 300)))
}

// RoundProblemModal asks what is wrong with an item, and what follows. severity and scenario are what is chosen for an
// incident until somebody chooses otherwise; empty for nothing. issues says whether there is somewhere to file one.
func RoundProblemModal(r routine.Round, number int, policy incident.Policy, scenarios []incident.Playbook, pre routine.Trouble, issues bool) slack.ModalViewRequest {
	follows := []*slack.OptionBlockObject{option(string(routine.ThenNote), "Only note it")}
	if issues {
		follows = append(follows, option(string(routine.ThenIssue), "File a follow-up issue on GitHub"))
	}
	follows = append(follows, option(string(routine.ThenDeclare), "Declare an incident"))
	then := slack.NewRadioButtonsBlockElement(FieldThen, follows...)
	then.InitialOption = follows[0]
	for _, o := range follows {
		if o.Value == string(pre.Then) {
			then.InitialOption = o
		}
	}
	found := lineOf(r, number)
	severities, chosen := severityOptions(policy, pre.Severity)
	playbooks, fits := scenarioOptions(scenarios, pre.Scenario)
	return modal(CallbackRoundProblem, "Problem", "Report", value(aboutRound(r, number), maxMetadata),
		section(roundItem(r, number)),
		input(FieldText, "What is wrong?", "", found.State == routine.Problem, oneLine(FieldText, cmp.Or(pre.Text, found.Why), 300)),
		input(FieldThen, "What follows?", "", false, then),
		choice(FieldSeverity, "Severity of the incident", "Only where one is declared. Left empty: "+usualSeverity(policy), chosen, severities),
		choice(FieldScenario, "Scenario of the incident", "Only where one is declared", fits, playbooks))
}

// RoundProblemSame is the form of a problem once more, after an incident was found that may be the same. It loses nothing that was typed.
func RoundProblemSame(form slack.ModalViewRequest, same incident.Incident, now time.Time) slack.ModalViewRequest {
	form.CallbackID = CallbackRoundProblemAnother
	ask := "Nothing is reported yet. Choose “Only note it” below and join that one, or report it as it is, which declares another."
	form.Blocks.BlockSet = append([]slack.Block{section(sameWords(same, now), ask)}, form.Blocks.BlockSet...)
	return form
}

// roundItem is an item of a round as a form shows it.
func roundItem(r routine.Round, number int) string {
	return strong(line(lineOf(r, number).Text, maxNote))
}

// lineOf is an item of a round by its number; the zero one when there is none.
func lineOf(r routine.Round, number int) routine.Line {
	if number < 1 || number > len(r.Lines) {
		return routine.Line{}
	}
	return r.Lines[number-1]
}
