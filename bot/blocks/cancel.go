package blocks

import (
	"github.com/slack-go/slack"

	"mayday/incident"
)

// CancelModal asks why it was no incident.
func CancelModal(inc incident.Incident) slack.ModalViewRequest {
	return modal(CallbackCancel, "Cancel the incident", "Cancel it", metadata(about(inc)),
		input(FieldReason, "Why is it no incident?", "", false, oneLine(FieldReason, "", 500)))
}
