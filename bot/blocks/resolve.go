package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mayday/incident"
)

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
		input(FieldSummary, "What fixed it?", "The channel is told, and the post-mortem begins with it", true, paragraph(FieldSummary)),
		section(open, tell))
}
