package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Prefill is what a declaration form starts with. The zero value starts empty.
type Prefill struct {
	Title string
	// Severity is a label of the policy, Scenario a slug.
	Severity string
	Scenario string
	Private  bool
	Drill    bool
	// Metadata comes back as the private_metadata of the submission: where the
	// declaration was asked for. Slack admits 3,000 characters; a longer one is left out.
	Metadata string
	// Same is an open incident that may be the one to be declared, as it is at Now; the form
	// then shows it and declares another.
	Same *incident.Incident
	Now  time.Time
}

// DeclareModal is the form to declare an incident. Severity and scenario may be
// left out; more than 100 scenarios do not fit, and the rest must be typed.
func DeclareModal(policy incident.Policy, scenarios []incident.Playbook, pre Prefill) slack.ModalViewRequest {
	severities, severity := severityOptions(policy, pre.Severity)
	playbooks, scenario := scenarioOptions(scenarios, pre.Scenario)
	fields := []slack.Block{
		input(FieldTitle, "What is wrong?", "One line, which becomes the title. Left empty: the scenario's name", true, oneLine(FieldTitle, pre.Title, incident.MaxTitle)),
		choice(FieldSeverity, "Severity", "Left empty: "+usualSeverity(policy), severity, severities),
		choice(FieldScenario, "Scenario", "Left empty: the runbook's general steps, if it has any", scenario, playbooks),
		declareOptions(pre),
	}
	if pre.Same == nil {
		return modal(CallbackDeclare, "Declare an incident", "Declare", pre.Metadata, fields...)
	}
	same := section(sameWords(*pre.Same, pre.Now), "Nothing is declared yet. Join it there, or declare another one here:")
	return modal(CallbackDeclareAnother, "Declare an incident", "Declare another", pre.Metadata, append([]slack.Block{same}, fields...)...)
}

// severityOptions are the severities to choose from, and the one with a label, nil when there is none.
func severityOptions(policy incident.Policy, label string) (all []*slack.OptionBlockObject, chosen *slack.OptionBlockObject) {
	for _, s := range policy.Severities[:min(len(policy.Severities), maxOptions)] {
		o := described(s.Label, severityWords(s), s.Examples)
		if s.Label == label {
			chosen = o
		}
		all = append(all, o)
	}
	return all, chosen
}

// scenarioOptions are the scenarios to choose from, and the one with a slug, nil when there is none.
func scenarioOptions(scenarios []incident.Playbook, slug string) (all []*slack.OptionBlockObject, chosen *slack.OptionBlockObject) {
	for _, pb := range scenarios[:min(len(scenarios), maxOptions)] {
		o := described(pb.Slug, pb.Title, strings.Join(pb.Severities, ", "))
		if pb.Slug == slug {
			chosen = o
		}
		all = append(all, o)
	}
	return all, chosen
}

func declareOptions(pre Prefill) slack.Block {
	private, drill := option(OptionPrivate, "Private: only those who are invited see it"), option(OptionDrill, "Drill: an exercise, not a real incident")
	boxes := slack.NewCheckboxGroupsBlockElement(FieldOptions, private, drill)
	if pre.Private {
		boxes.InitialOptions = append(boxes.InitialOptions, private)
	}
	if pre.Drill {
		boxes.InitialOptions = append(boxes.InitialOptions, drill)
	}
	return input(FieldOptions, "Options", "", true, boxes)
}

// usualSeverity says what a declaration without a severity gets.
func usualSeverity(policy incident.Policy) string {
	middle := ""
	if label := policy.Usual(incident.Playbook{}); label != "" {
		middle = ", or " + label + " without a scenario"
	}
	return "the scenario's usual one" + middle
}

// Declared is the private answer to a declaration that was recorded just now.
func Declared(inc incident.Incident) Message {
	text := fmt.Sprintf("%s is opening. Its channel follows in a moment.", naming(inc))
	facts := joined(" · ", title(inc), playbookName(inc), private(inc))
	return reply(text, section(fmt.Sprintf("%s %s Its channel follows in a moment.", dot(inc), strong(naming(inc)+" is opening."))),
		small(facts),
		row(danger(button(ActionCancel, about(inc), "Cancel"))))
}

// Opened is the private answer to a declaration once its channel is there, or known not to come.
func Opened(inc incident.Incident) Message {
	facts := joined(" · ", title(inc), playbookName(inc), private(inc))
	where := channel(inc.ChannelID)
	if where == "" {
		text := fmt.Sprintf("%s is open, but Slack made no channel for it: %s. Its pages are sent all the same.", naming(inc), line(inc.ChannelFailed, maxNote))
		return reply(text, section(dot(inc)+" "+text), small(facts))
	}
	text := fmt.Sprintf("%s is open: %s", naming(inc), where)
	return reply(text, section(fmt.Sprintf("%s %s %s", dot(inc), strong(naming(inc)+" is open:"), where)), small(facts),
		row(danger(button(ActionCancel, about(inc), "Cancel"))))
}

// NotOpenYet ends the wait for a channel that Slack has not made yet.
func NotOpenYet(inc incident.Incident) Message {
	text := fmt.Sprintf("%s is recorded and its pages are sent, but Slack has not made its channel yet. You will be invited as soon as it is there.", naming(inc))
	return reply(text, section(":hourglass_flowing_sand: "+text))
}

// SameAs shows an open incident that may be the one that somebody is about to declare.
// another declares all the same.
func SameAs(inc incident.Incident, now time.Time, another Target) Message {
	text := sameWords(inc, now)
	ask := "Nothing is declared yet. Join it, or declare another?"
	return reply(text+" "+ask, section(dot(inc)+" "+text, ask),
		row(primary(button(ActionJoin, about(inc), "Join")), button(ActionChoose+":another", another, "Declare another")))
}

// sameWords is "P0 site-down is open: #inc-1, declared 4 minutes ago by @ben".
func sameWords(inc incident.Incident, now time.Time) string {
	what := inc.Title
	if w := inc.Walk(); w != nil && w.Playbook.Slug != "" && w.Playbook.Slug != incident.GenericSlug {
		what = w.Playbook.Slug
	}
	where := channel(inc.ChannelID)
	if where == "" {
		where = fmt.Sprintf("incident %d", inc.ID)
	}
	return fmt.Sprintf("%s %s, declared %s ago by %s.", strong(line(inc.Severity, 20)+" "+line(what, 80)+" is open:"), where, took(max(now.Sub(inc.DeclaredAt), time.Minute)), named(inc, inc.DeclaredBy))
}

// DeclaredAgain answers a declaration that was recorded before: a repeated delivery, or a second click.
func DeclaredAgain(inc incident.Incident) Message {
	where := channel(inc.ChannelID)
	if where == "" {
		where = "its channel is being made"
	}
	text := fmt.Sprintf("%s is declared already: %s.", naming(inc), where)
	return reply(text, section(dot(inc)+" "+text))
}

func playbookName(inc incident.Incident) string {
	w := inc.Walk()
	if w == nil || w.Playbook.Title == "" {
		return ""
	}
	return walkName(*w, line(w.Playbook.Title, 80)) + ", " + count(len(w.Playbook.Steps), "step")
}

// walkName says what is walked through: a scenario's playbook, or what the runbook says of every incident of a kind.
func walkName(w incident.Walk, title string) string {
	if w.Playbook.Slug == incident.GenericSlug {
		return "no scenario: the steps of “" + title + "”"
	}
	return "playbook " + title
}

func private(inc incident.Incident) string {
	if inc.Private {
		return "private"
	}
	return ""
}

// Doubted asks whether a line that begins with a severity declares an incident or
// was meant to be a command. label is the severity, words what follows it; about
// goes with the button, with the declaration in its Name.
func Doubted(label, words string, about Target) Message {
	text := fmt.Sprintf("“%s %s” may mean two things, so nobody was paged.", line(label, 40), line(words, 200))
	meant := "If you meant a command: " + command(incident.Line(words, 100)) + ", in the incident's channel or with its number."
	if first, _, _ := strings.Cut(words, " "); strings.HasPrefix(first, "#") {
		meant = "If you meant to change an incident's severity: " + command("sev "+incident.Line(first, 60)+" "+strings.ToLower(label)) + "."
	}
	declare := button(ActionChoose+":1", about, "Declare "+label)
	return reply(text+" "+meant, section(text, meant), row(primary(declare)))
}

// Choices asks which scenario was meant, the three best as buttons. about goes
// with every button with its Playbook set to the slug, so that about.Name can
// carry the words of a declaration that waits for the answer; such a declaration
// may also go on without a scenario: then Playbook is empty.
func Choices(words string, about Target, matches ...incident.Playbook) Message {
	if len(matches) == 0 {
		return Problem(fmt.Sprintf("No scenario is called %q.", incident.Line(words, 80)), "All of them: `/incident runbook`.")
	}
	text, none := fmt.Sprintf("Which scenario is meant by “%s”? Nobody is paged yet.", line(words, 80)), "None of these"
	if len(matches) == 1 {
		text, none = fmt.Sprintf("Did you mean %s? Nobody is paged yet.", code(matches[0].Slug)), "No, without it"
	}
	spoken := text
	var elements []slack.BlockElement
	for i, pb := range matches {
		if i == 3 {
			break
		}
		about.Playbook = pb.Slug
		elements = append(elements, button(fmt.Sprintf("%s:%d", ActionChoose, i+1), about, pb.Title))
		spoken += " " + line(pb.Title, 80) + "?"
	}
	if about.Incident == 0 {
		about.Playbook = ""
		elements = append(elements, button(fmt.Sprintf("%s:%d", ActionChoose, len(elements)+1), about, none))
	}
	return reply(spoken, section(text), row(elements...))
}
