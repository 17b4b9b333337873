package handlers

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
	"mayday/store"
)

// mayGoThrough refuses work on a checklist to who may not do it; nil admits it.
func (h *Handlers) mayGoThrough(ctx context.Context, r bot.Request) error {
	return h.Access.AdmitAtLarge(h.caller(ctx, r, false), incident.Checking, false)
}

// roundClicked answers a button of a round. The ones that ask for words open a form.
func (h *Handlers) roundClicked(ctx context.Context, r bot.Request, verb string, t blocks.Target) bot.Reply {
	if err := h.mayGoThrough(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	ref, ok := t.RoundOf()
	if !ok {
		return problem("This button belongs to another version of mayday.", "The newest round of the checklist stands further down.")
	}
	switch verb {
	case blocks.ActionRoundTake:
		return h.changeRound(ctx, r, ref, func(rt routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.Take(rt, round, r.User, now)
		})
	case blocks.ActionRoundDone:
		return h.changeRound(ctx, r, ref, func(rt routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.MarkDone(rt, round, r.User, t.Step, now)
		})
	}
	round, err := h.Store.Round(ctx, ref)
	switch {
	case err != nil:
		return h.roundFailed(ctx, err)
	case verb == blocks.ActionRoundNote:
		return h.openModal(r, blocks.RoundNoteModal(round))
	case round.Over() || t.Step < 1 || t.Step > len(round.Lines):
		return bot.Reply{Text: blocks.RoundRefused(&routine.Refusal{Reason: routine.Over, At: round.ClosedAt}, h.nameOf(ctx))}
	case verb == blocks.ActionRoundSkip:
		return h.openModal(r, blocks.RoundSkipModal(round, t.Step))
	}
	severity, scenario := h.incidentOf(round.Lines[t.Step-1])
	rb := h.Runbook()
	return h.openModal(r, blocks.RoundProblemModal(round, t.Step, rb.Policy, rb.Scenarios, routine.Trouble{Severity: severity, Scenario: scenario}, h.Issues))
}

// incidentOf is the incident that a problem with an item would be, by its words: the scenario that fits best and
// what that one usually is; without one the third of the severities, or the last.
func (h *Handlers) incidentOf(l routine.Line) (severity, scenario string) {
	rb := h.Runbook()
	labels := rb.Policy.Labels()
	severity = labels[min(2, len(labels)-1)]
	if found := rb.Match(l.Text+" "+l.Why, 1); len(found) > 0 {
		scenario = found[0].Playbook.Slug
		if s := found[0].Playbook.Severities; len(s) > 0 {
			severity = s[len(s)-1]
		}
	}
	return severity, scenario
}

// changeRound applies a verb of package routine. What happened shows in the message, so that only a refusal needs words.
func (h *Handlers) changeRound(ctx context.Context, r bot.Request, ref routine.Ref, decide store.RoutineDecision) bot.Reply {
	if err := h.recordRound(ctx, r, ref, decide); err != nil {
		return h.roundFailed(ctx, err)
	}
	return bot.Reply{}
}

// recordRound is record for a round; a repeated delivery is no error.
func (h *Handlers) recordRound(ctx context.Context, r bot.Request, ref routine.Ref, decide store.RoutineDecision) error {
	in, cancel := inTime(ctx)
	defer cancel()
	_, err := h.Store.UpdateRoutine(in, ref, r.Keys, decide)
	return ignoreDuplicate(h.inquire(ctx, r, err))
}

func (h *Handlers) roundFailed(ctx context.Context, err error) bot.Reply {
	var refused *routine.Refusal
	switch {
	case errors.As(err, &refused):
		return bot.Reply{Text: blocks.RoundRefused(refused, h.nameOf(ctx))}
	case errors.Is(err, store.ErrNotFound):
		return problem("There is no such round any more.", "`/incident checklist` shows the checklists of the runbook.")
	}
	return h.failed(incident.Incident{}, err)
}

// nameOf gives what people are called; their id where Slack does not say in time.
func (h *Handlers) nameOf(ctx context.Context) blocks.Names {
	return func(p incident.Person) string {
		if h.People == nil {
			return p
		}
		within, cancel := asking(ctx)
		defer cancel()
		u, err := h.People.User(within, p)
		switch {
		case err != nil:
			return p
		case u.RealName != "":
			return u.RealName
		}
		return u.Name
	}
}

// submitRound takes in a form about a round.
func (h *Handlers) submitRound(ctx context.Context, r bot.Request) bot.Reply {
	field, in := formField[r.View.CallbackID], r.View.Values
	bad := func(why string) bot.Reply { return bot.Reply{ViewErrors: map[string]string{field: why}} }
	var refused *incident.Refusal
	if err := h.mayGoThrough(ctx, r); errors.As(err, &refused) {
		return bad(blocks.RefusedPlain(incident.Incident{}, refused))
	}
	t, _ := blocks.ParseTarget(r.View.PrivateMetadata) // what cannot be read is about no round
	ref, ok := t.RoundOf()
	if !ok {
		return bad("This form belongs to another version of mayday. Close it and open it again.")
	}
	var decide store.RoutineDecision
	switch r.View.CallbackID {
	case blocks.CallbackRoundSkip:
		decide = func(rt routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.Skip(rt, round, r.User, t.Step, in.Get(blocks.FieldReason, blocks.FieldReason), now)
		}
	case blocks.CallbackRoundNote:
		decide = func(rt routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.AddNote(rt, round, r.User, 0, in.Get(blocks.FieldText, blocks.FieldText), now)
		}
	default:
		trouble := routine.Trouble{By: r.User, Text: in.Get(blocks.FieldText, blocks.FieldText), Then: routine.Then(in.Get(blocks.FieldThen, blocks.FieldThen)),
			Severity: in.Get(blocks.FieldSeverity, blocks.FieldSeverity), Scenario: in.Get(blocks.FieldScenario, blocks.FieldScenario)}
		if trouble.Then == routine.ThenDeclare {
			if err := h.mayDeclare(ctx, r); errors.As(err, &refused) {
				return bad(blocks.RefusedPlain(incident.Incident{}, refused))
			}
			if form, ok := h.sameProblem(ctx, r, ref, t.Step, trouble); ok {
				return bot.Reply{View: &form}
			}
		}
		decide = func(rt routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.MarkProblem(rt, round, t.Step, trouble, now)
		}
	}
	err := h.recordRound(ctx, r, ref, decide)
	var ofRound *routine.Refusal
	switch {
	case err == nil:
		return bot.Reply{}
	case errors.As(err, &ofRound):
		return bad(blocks.Plain(blocks.RoundRefused(ofRound, h.nameOf(ctx))))
	case errors.Is(err, store.ErrNotFound):
		return bad("There is no such round any more.")
	}
	h.noteSilence(err)
	h.Log.Error("a form could not be recorded", zap.String("round", ref.Routine+" "+string(ref.Period)), zap.Error(err))
	if errors.Is(err, store.ErrUnconfirmed) {
		return bad(blocks.FormNotConfirmed)
	}
	return bad(blocks.FormNotRecorded)
}

// sameProblem is the form of a problem once more when an open incident may be what it would declare.
func (h *Handlers) sameProblem(ctx context.Context, r bot.Request, ref routine.Ref, number int, trouble routine.Trouble) (slack.ModalViewRequest, bool) {
	rb := h.Runbook()
	pb, _ := rb.Scenario(trouble.Scenario)
	same, ok := h.sameAs(ctx, r, wish{playbook: pb, another: r.View.CallbackID == blocks.CallbackRoundProblemAnother})
	if !ok {
		return slack.ModalViewRequest{}, false
	}
	round, err := h.Store.Round(ctx, ref)
	if err != nil {
		return slack.ModalViewRequest{}, false // recording it will say what is wrong
	}
	return blocks.RoundProblemSame(blocks.RoundProblemModal(round, number, rb.Policy, rb.Scenarios, trouble, h.Issues), same, h.now()), true
}

// noted takes a reply in the thread of a round as a note on it; done is false for every other message.
func (h *Handlers) noted(ctx context.Context, r bot.Request) (done bool, err error) {
	e := r.Event
	if e.Type != "message" || e.ThreadTS == "" || e.BotID != "" || e.User == "" || e.Subtype != "" && e.Subtype != "thread_broadcast" {
		return false, nil
	}
	round, err := h.Store.RoundAt(ctx, e.Channel, e.ThreadTS)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil || h.mayGoThrough(ctx, r) != nil {
		return true, err
	}
	err = h.recordRound(ctx, r, round.Ref, func(rt routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		return routine.AddNote(rt, round, e.User, 0, blocks.Unescape(e.Text), now)
	})
	var refused *routine.Refusal
	if errors.As(err, &refused) {
		return true, nil
	}
	return true, err
}
