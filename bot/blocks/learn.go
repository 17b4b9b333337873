package blocks

import (
	"fmt"
	"strconv"

	"github.com/slack-go/slack"

	"mayday/incident"
)

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
		input(FieldText, "What should the runbook say next time?", "What was wrong or missing, and what fixed it. It goes on the post-mortem", false, paragraph(FieldText)),
		choice(FieldStep, "Which step fixed it, or is it about?", "If you choose none: the scenario as a whole", nil, steps))
}
