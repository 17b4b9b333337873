package handlers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// step walks: "step 3 done", "step 3 skip not needed", "step done", "done", "skip 3 why".
func (h *Handlers) step(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	verb, rest := l.verb, l.rest
	ref, words, named := incident.StepRef{}, strings.Fields(rest), ""
	number := func() {
		if len(words) > 0 && ref.Number == 0 {
			if n, err := strconv.Atoi(words[0]); err == nil {
				ref.Number, words = n, words[1:]
			}
		}
	}
	number()
	if verb == "step" {
		if len(words) == 0 {
			return h.steps(ctx, r, inc, l)
		}
		named, words = words[0], words[1:] // a mention is lost in lower case
		verb = strings.ToLower(named)
		number()
	}
	typed := strings.Join(words, " ")
	note := blocks.Unescape(typed)
	states := map[string]incident.StepState{"done": incident.StepDone, "skip": incident.StepSkipped, "skipped": incident.StepSkipped,
		"blocked": incident.StepBlocked, "block": incident.StepBlocked}
	if state, ok := states[verb]; ok {
		return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.MarkStep(inc, r.User, ref, state, note, now)
		})
	}
	switch verb {
	case "undo":
		return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.UndoStep(inc, r.User, ref, now)
		})
	case "assign":
		return h.assign(ctx, r, inc, ref, typed)
	}
	if whom, _ := takePerson(named + " " + typed); whom != "" {
		return h.assign(ctx, r, inc, ref, named+" "+typed)
	}
	return problem(fmt.Sprintf("A step cannot be %q.", incident.Line(blocks.Unescape(verb), 40)), "`/incident step 3 done`, `step 3 skip why`, `step 3 blocked why`, `step 3 undo`, `step 3 assign @ana`")
}

// assign gives a step to whoever is named, or to the one who asks.
func (h *Handlers) assign(ctx context.Context, r bot.Request, inc incident.Incident, ref incident.StepRef, typed string) bot.Reply {
	whom, more := takePerson(typed)
	more = meaningful(more)
	if whom == "" && more != "" {
		return problem("Slack did not tell mayday whom you mean.", "Pick the person from the list that Slack offers after @, then send: `/incident step 3 assign @ana`")
	}
	if whom == "" {
		whom = r.User
	}
	if bad := h.idle(ctx, whom); bad != nil {
		return *bad
	}
	return without(h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AssignStep(inc, r.User, whom, ref, now)
	}), more)
}

func (h *Handlers) submitStep(ctx context.Context, r bot.Request, state incident.StepState) bot.Reply {
	t, err := blocks.ParseMetadata(r.View.PrivateMetadata)
	if err != nil {
		t = blocks.Target{}
	}
	note := r.View.Values.Get(blocks.FieldReason, blocks.FieldReason)
	return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MarkStep(inc, r.User, incident.StepRef{Playbook: t.Playbook, Number: t.Step}, state, note, now)
	})
}

func walkOf(inc incident.Incident, slug string) (incident.Walk, bool) {
	for _, w := range inc.Walks {
		if w.Playbook.Slug == slug {
			return w, true
		}
	}
	return incident.Walk{}, false
}

func marked(w incident.Walk, step int) bool {
	s := w.Marks[step-1].State
	return s == incident.StepDone || s == incident.StepSkipped
}
