package blocks

import (
	"github.com/slack-go/slack"

	"mayday/incident"
)

// PassedOn is an update as a reply below the announcement.
func PassedOn(inc incident.Incident, ev incident.Event) Message {
	told := shorten(sentence(inc, ev), maxText)
	return message(naming(inc)+": "+told, section(told), small(aside(inc, ev)), small(toldLate(inc, ev.At)))
}

// UpdateModal asks for an update and when the next one comes; customers: and whether they are to be told as well.
func UpdateModal(inc incident.Incident, customers bool) slack.ModalViewRequest {
	var next []*slack.OptionBlockObject
	for _, n := range []struct{ value, words string }{{"15m", "in 15 minutes"}, {"30m", "in 30 minutes"}, {"1h", "in 1 hour"}, {"2h", "in 2 hours"}, {"4h", "in 4 hours"}} {
		next = append(next, option(n.value, n.words))
	}
	hint := "If you choose none: by the runbook's rhythm"
	if every := inc.Rung().UpdateEvery; every.Set && every.D > 0 {
		hint = "If you choose none: in " + took(every.D) + ", as the runbook says"
	}
	return modal(CallbackUpdate, "Update", "Update", metadata(about(inc)),
		input(FieldText, "What is known now?", "What changed, what is being done, what comes next", false, paragraph(FieldText)),
		choice(FieldNext, "Next update", hint, nil, next),
		customersBox(customers && !inc.Drill, "Also for customers", false))
}
