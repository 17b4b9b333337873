package blocks

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

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
}

// DeclareModal is the form to declare an incident. Severity and scenario may be
// left out; more than 100 scenarios do not fit, and the rest must be typed.
func DeclareModal(policy incident.Policy, scenarios []incident.Playbook, pre Prefill) slack.ModalViewRequest {
	var severities, playbooks []*slack.OptionBlockObject
	var severity, scenario *slack.OptionBlockObject
	for _, s := range policy.Severities[:min(len(policy.Severities), maxOptions)] {
		o := described(s.Label, severityWords(s), s.Examples)
		if s.Label == pre.Severity {
			severity = o
		}
		severities = append(severities, o)
	}
	for _, pb := range scenarios[:min(len(scenarios), maxOptions)] {
		o := described(pb.Slug, pb.Title, strings.Join(pb.Severities, ", "))
		if pb.Slug == pre.Scenario {
			scenario = o
		}
		playbooks = append(playbooks, o)
	}
	return modal(CallbackDeclare, "Declare an incident", "Declare", pre.Metadata,
		input(FieldTitle, "What is wrong?", "One line; it becomes the title", true, oneLine(FieldTitle, pre.Title, incident.MaxTitle)),
		choice(FieldSeverity, "Severity", "Left out, the scenario's usual one", severity, severities),
		choice(FieldScenario, "Scenario", "Left out, the steps of the severity itself", scenario, playbooks),
		declareOptions(pre),
	)
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

// UpdateModal asks for an update and when the next one comes.
func UpdateModal(inc incident.Incident) slack.ModalViewRequest {
	var next []*slack.OptionBlockObject
	for _, n := range []struct{ value, words string }{{"15m", "in 15 minutes"}, {"30m", "in 30 minutes"}, {"1h", "in 1 hour"}, {"2h", "in 2 hours"}, {"4h", "in 4 hours"}} {
		next = append(next, option(n.value, n.words))
	}
	hint := "Left out, the runbook's rhythm counts"
	if every := inc.Rung().UpdateEvery; every.Set && every.D > 0 {
		hint = "Left out, in " + took(every.D) + " as the runbook says"
	}
	return modal(CallbackUpdate, "Update", "Publish", metadata(about(inc)),
		input(FieldText, "What is known now?", "What changed, what is being done, what comes next", false, paragraph(FieldText)),
		choice(FieldNext, "Next update", hint, nil, next))
}

// ResolveModal asks for a summary and says what is still open.
func ResolveModal(inc incident.Incident) slack.ModalViewRequest {
	open := ""
	if w := inc.Walk(); w != nil {
		if done, skipped, _, all := w.Tally(); done+skipped < all {
			open = fmt.Sprintf("%s of %s not finished. You can resolve all the same.", count(all-done-skipped, "step"), line(w.Playbook.Title, 80))
		}
	}
	tell := ""
	if inc.NeedsCommunication() {
		tell = ":loudspeaker: External communication is not marked as sent."
	}
	return modal(CallbackResolve, "Resolve", "Resolve", metadata(about(inc)),
		input(FieldSummary, "What fixed it?", "It stands in the channel and opens the post-mortem", true, paragraph(FieldSummary)),
		section(open, tell))
}

// CancelModal asks why it was no incident.
func CancelModal(inc incident.Incident) slack.ModalViewRequest {
	return modal(CallbackCancel, "Cancel the incident", "Cancel it", metadata(about(inc)),
		input(FieldReason, "Why is it no incident?", "", false, oneLine(FieldReason, "", 500)))
}

// ActionModal asks for a follow-up, its owner and its due day.
func ActionModal(inc incident.Incident) slack.ModalViewRequest {
	return modal(CallbackAction, "Follow-up", "Add", metadata(about(inc)),
		input(FieldText, "What has to be done?", "", false, oneLine(FieldText, "", 500)),
		input(FieldOwner, "Who does it?", "", true, slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plain("Choose a person", maxPlaceholder), FieldOwner)),
		input(FieldDue, "By when?", "", true, slack.NewDatePickerBlockElement(FieldDue)))
}

// LearnModal asks what the runbook should say next time, and of which step.
func LearnModal(inc incident.Incident) slack.ModalViewRequest {
	var steps []*slack.OptionBlockObject
	t := about(inc)
	if w := inc.Walk(); w != nil {
		t.Playbook = w.Playbook.Slug
		for i, s := range w.Playbook.Steps[:min(len(w.Playbook.Steps), maxOptions)] {
			steps = append(steps, option(strconv.Itoa(i+1), fmt.Sprintf("%d. %s", i+1, s.Text)))
		}
	}
	return modal(CallbackLearn, "What the runbook says", "Send", metadata(t),
		input(FieldText, "What should the runbook say next time?", "What was wrong or missing, and what fixed it. It stands on the post-mortem", false, paragraph(FieldText)),
		choice(FieldStep, "Which step fixed it, or is it about?", "Left out, the scenario as a whole", nil, steps))
}

// SkipModal asks why a step is skipped; the reason may be left out.
func SkipModal(inc incident.Incident, t Target) slack.ModalViewRequest {
	t.UID = inc.UID
	return modal(CallbackStepSkip, "Skip the step", "Skip", metadata(t), stepWords(inc, t),
		input(FieldReason, "Why is it skipped?", "", true, oneLine(FieldReason, "", 500)))
}

// BlockModal asks what blocks a step.
func BlockModal(inc incident.Incident, t Target) slack.ModalViewRequest {
	t.UID = inc.UID
	return modal(CallbackStepBlock, "Step is blocked", "Mark as blocked", metadata(t), stepWords(inc, t),
		input(FieldReason, "What blocks it?", "The channel is told", false, oneLine(FieldReason, "", 500)))
}

// stepWords shows the step that a modal is about; nil when the incident has no such step.
func stepWords(inc incident.Incident, t Target) slack.Block {
	for _, w := range inc.Walks {
		if w.Playbook.Slug == t.Playbook && t.Step > 0 && t.Step <= len(w.Playbook.Steps) {
			return section("*"+stepName(w, t.Step-1)+"*", line(w.Playbook.Steps[t.Step-1].Text, maxNote))
		}
	}
	return nil
}

func modal(callback, title, submit, metadata string, blocks ...slack.Block) slack.ModalViewRequest {
	if utf8.RuneCountInString(metadata) > maxMetadata {
		metadata = ""
	}
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback, PrivateMetadata: metadata,
		Title: plain(title, maxModalTitle), Submit: plain(submit, maxModalTitle), Close: plain("Go back", maxModalTitle),
	}
	for _, b := range blocks {
		if b != nil {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, b)
		}
	}
	return v
}

// input is one field; its block id and action id are the same word.
func input(field, words, hint string, optional bool, element slack.BlockElement) slack.Block {
	b := slack.NewInputBlock(field, plain(words, maxLabel), nil, element).WithOptional(optional)
	if hint != "" {
		b.Hint = plain(hint, maxLabel)
	}
	return b
}

// choice is an optional menu; nil without options.
func choice(field, words, hint string, initial *slack.OptionBlockObject, options []*slack.OptionBlockObject) slack.Block {
	if len(options) == 0 {
		return nil
	}
	m := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose", maxPlaceholder), field, options...)
	if initial != nil {
		m.InitialOption = initial
	}
	return input(field, words, hint, true, m)
}

func described(value, words, more string) *slack.OptionBlockObject {
	if r := []rune(value); len(r) > maxChoice {
		value = string(r[:maxChoice])
	}
	o := option(value, words)
	if more = incident.Line(more, maxOption); more != "" {
		o.Description = plain(more, maxOption)
	}
	return o
}

func oneLine(field, initial string, limit int) slack.BlockElement {
	e := slack.NewPlainTextInputBlockElement(nil, field).WithMaxLength(limit)
	if initial = incident.Line(initial, limit); initial != "" {
		e.WithInitialValue(initial)
	}
	return e
}

func paragraph(field string) slack.BlockElement {
	return slack.NewPlainTextInputBlockElement(nil, field).WithMultiline(true).WithMaxLength(incident.MaxText)
}
