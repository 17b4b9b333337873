package handlers

import (
	"context"
	"errors"
	"strings"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// submission takes in a form. A refusal keeps the form open with the reason
// under the field, so that nothing that was typed is lost.
func (h *Handlers) submission(ctx context.Context, r bot.Request) bot.Reply {
	if r.View == nil {
		return bot.Reply{}
	}
	view := *r.View
	r.Channel, view.PrivateMetadata = whereOpened(view.PrivateMetadata)
	r.View = &view
	switch r.View.CallbackID {
	case blocks.CallbackDeclare, blocks.CallbackDeclareFromMessage, blocks.CallbackDeclareAnother:
		return h.submitDeclaration(ctx, r)
	case blocks.CallbackUpdate:
		return h.submitUpdate(ctx, r)
	case blocks.CallbackResolve:
		return h.submitResolve(ctx, r)
	case blocks.CallbackPublish:
		return h.submitPublish(ctx, r)
	case blocks.CallbackSent:
		return h.submitSent(ctx, r)
	case blocks.CallbackCancel:
		return h.submitCancel(ctx, r)
	case blocks.CallbackStepSkip:
		return h.submitStep(ctx, r, incident.StepSkipped)
	case blocks.CallbackStepBlock:
		return h.submitStep(ctx, r, incident.StepBlocked)
	case blocks.CallbackLearn:
		return h.submitLesson(ctx, r)
	case blocks.CallbackAction:
		return h.submitAction(ctx, r)
	case blocks.CallbackRoundSkip, blocks.CallbackRoundProblem, blocks.CallbackRoundProblemAnother, blocks.CallbackRoundNote:
		return h.submitRound(ctx, r)
	}
	return bot.Reply{}
}

// formField is where a form shows why it was refused.
var formField = map[string]string{
	blocks.CallbackDeclare: blocks.FieldTitle, blocks.CallbackDeclareFromMessage: blocks.FieldTitle, blocks.CallbackDeclareAnother: blocks.FieldTitle,
	blocks.CallbackUpdate: blocks.FieldText, blocks.CallbackResolve: blocks.FieldSummary, blocks.CallbackCancel: blocks.FieldReason,
	blocks.CallbackPublish: blocks.FieldText, blocks.CallbackSent: blocks.FieldText,
	blocks.CallbackStepSkip: blocks.FieldReason, blocks.CallbackStepBlock: blocks.FieldReason,
	blocks.CallbackLearn: blocks.FieldText, blocks.CallbackAction: blocks.FieldText,
	blocks.CallbackRoundSkip: blocks.FieldReason, blocks.CallbackRoundProblem: blocks.FieldText, blocks.CallbackRoundProblemAnother: blocks.FieldText,
	blocks.CallbackRoundNote: blocks.FieldText,
}

// submit applies a verb.
func (h *Handlers) submit(ctx context.Context, r bot.Request, decide store.Decision) bot.Reply {
	return h.submitAs(ctx, r, incident.Acting, decide)
}

// submitAs is submit for what comes to another deed than acting on the incident.
func (h *Handlers) submitAs(ctx context.Context, r bot.Request, d incident.Deed, decide store.Decision) bot.Reply {
	field := formField[r.View.CallbackID]
	t, err := blocks.ParseMetadata(r.View.PrivateMetadata)
	if err != nil {
		return bot.Reply{ViewErrors: map[string]string{field: "This form belongs to another version of mayday. Close it and open it again."}}
	}
	inc, err := h.aboutIncident(ctx, r, t, d)
	c := incident.Change{Incident: inc}
	if err == nil {
		c, err = h.record(ctx, r, inc.Ref(), decide)
	}
	switch {
	case err == nil, errors.Is(err, store.ErrDuplicate):
		return bot.Reply{}
	case errors.Is(err, store.ErrAnother), errors.Is(err, store.ErrNotFound):
		return bot.Reply{ViewErrors: map[string]string{field: blocks.FormAnother(t.Incident)}}
	}
	return h.markForm(r, c.Incident, err)
}

// markForm keeps a form open with the reason why it was not recorded, under its main field.
func (h *Handlers) markForm(r bot.Request, inc incident.Incident, err error) bot.Reply {
	mark := func(why string) bot.Reply {
		return bot.Reply{ViewErrors: map[string]string{formField[r.View.CallbackID]: why}}
	}
	var refused *incident.Refusal
	if errors.As(err, &refused) {
		return mark(blocks.RefusedPlain(inc, refused))
	}
	h.noteSilence(err)
	h.Log.Error("a form could not be recorded", zap.Int64("incident", inc.ID), zap.Error(err))
	if errors.Is(err, store.ErrUnconfirmed) {
		return mark(blocks.FormNotConfirmed)
	}
	return mark(blocks.FormNotRecorded)
}

// tell says something to one person after the acknowledgement: where they are,
// or else by direct message.
func (h *Handlers) tell(ctx context.Context, r bot.Request, m blocks.Message) {
	var err error
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Replace: r.Kind == bot.Action && r.Private}
	switch {
	case r.ResponseURL != "":
		err = h.Slack.Respond(ctx, r.ResponseURL, out)
	case strings.HasPrefix(r.Channel, "C") || strings.HasPrefix(r.Channel, "G"):
		err = h.Slack.PostEphemeral(ctx, r.Channel, r.User, out)
	}
	if err != nil || (r.ResponseURL == "" && r.Channel == "") {
		// In a channel that the app is not in, only a direct message reaches them.
		_, err = h.Slack.Post(ctx, r.User, out)
	}
	if err != nil {
		h.Log.Warn("a person could not be answered", zap.Error(err))
	}
}
