package blocks

import (
	"github.com/slack-go/slack"

	"mayday/incident"
)

// ActionModal asks for a follow-up, its owner and its due day.
func ActionModal(inc incident.Incident) slack.ModalViewRequest {
	return modal(CallbackAction, "Follow-up", "Add", metadata(about(inc)),
		input(FieldText, "What has to be done?", "", false, oneLine(FieldText, "", 500)),
		input(FieldOwner, "Who does it?", "", true, slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plain("Choose a person", maxPlaceholder), FieldOwner)),
		input(FieldDue, "By when?", "", true, slack.NewDatePickerBlockElement(FieldDue)))
}
