package handlers

import (
	"context"
	"strconv"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// learn answers "/incident learn the pooler has to be restarted first".
func (h *Handlers) learn(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Learn(inc, r.User, incident.StepRef{Playbook: inc.Walks[inc.Active].Playbook.Slug}, blocks.Unescape(l.rest), now)
	})
}

// submitLesson takes in what the runbook should say, of a step of the scenario
// that the form was opened for.
func (h *Handlers) submitLesson(ctx context.Context, r bot.Request) bot.Reply {
	ref, in := incident.StepRef{}, r.View.Values
	if t, err := blocks.ParseMetadata(r.View.PrivateMetadata); err == nil {
		ref.Playbook = t.Playbook
	}
	if n, err := strconv.Atoi(in.Get(blocks.FieldStep, blocks.FieldStep)); err == nil {
		ref.Number = n
	}
	return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Learn(inc, r.User, ref, in.Get(blocks.FieldText, blocks.FieldText), now)
	})
}
