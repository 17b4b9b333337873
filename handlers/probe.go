package handlers

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
)

// probe answers "/incident probe 3"; without a number it is the current step.
func (h *Handlers) probe(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	n, err := strconv.Atoi(l.rest)
	if l.rest != "" && (err != nil || n < 1) {
		return problem(fmt.Sprintf("%q is not the number of a step.", incident.Line(blocks.Unescape(l.rest), 40)), "`/incident probe 3`, or `/incident probe` for the current step.")
	}
	return h.probeStep(ctx, r, inc, incident.StepRef{Number: n})
}

// probeStep has the addresses of a step asked. The answers come later, in the
// thread of the step message; who asked is told at once that it is under way.
func (h *Handlers) probeStep(ctx context.Context, r bot.Request, inc incident.Incident, ref incident.StepRef) bot.Reply {
	if !h.Probes {
		return problem("Checks of addresses are switched off here.", "Whoever runs mayday can switch them on: MAYDAY_PROBES=on.")
	}
	var asked []incident.Probe
	c, err := h.record(ctx, r, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AskProbes(inc, r.User, ref, func(s incident.Step) bool {
			asked = playbooks.Probes(s)
			return len(asked) > 0
		}, now)
	})
	if err != nil {
		return h.failed(c.Incident, err)
	}
	return bot.Reply{Text: blocks.Probing(asked)}
}
