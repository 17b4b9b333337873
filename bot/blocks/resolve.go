package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// ResolveModal asks for a summary and says what is still open; customers: and whether they are to be told as well, which is
// ticked where they read that it goes on.
func ResolveModal(inc incident.Incident, customers bool) slack.ModalViewRequest {
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
		section(open, tell),
		customersBox(customers && !inc.Drill && (inc.Publication.Open() || inc.NeedsCommunication()), "Tell customers that it is over", inc.Publication.Open()))
}
