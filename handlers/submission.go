package handlers

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

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
	in := r.View.Values
	switch r.View.CallbackID {
	case blocks.CallbackDeclare, blocks.CallbackDeclareFromMessage:
		return h.submitDeclaration(ctx, r)
	case blocks.CallbackUpdate:
		next := time.Duration(0)
		if word := in.Get(blocks.FieldNext, blocks.FieldNext); word != "" {
			d, ok := duration(word)
			if !ok {
				return bot.Reply{ViewErrors: map[string]string{blocks.FieldNext: "Write a time such as 30m or 1h."}}
			}
			next = d
		}
		return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Announce(inc, r.User, in.Get(blocks.FieldText, blocks.FieldText), next, now)
		})
	case blocks.CallbackResolve:
		return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Resolve(inc, r.User, in.Get(blocks.FieldSummary, blocks.FieldSummary), now)
		})
	case blocks.CallbackCancel:
		return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Cancel(inc, r.User, in.Get(blocks.FieldReason, blocks.FieldReason), now)
		})
	case blocks.CallbackStepSkip:
		return h.submitStep(ctx, r, incident.StepSkipped)
	case blocks.CallbackStepBlock:
		return h.submitStep(ctx, r, incident.StepBlocked)
	case blocks.CallbackLearn:
		return h.submitLesson(ctx, r)
	case blocks.CallbackAction:
		return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			due, _ := day(in.Get(blocks.FieldDue, blocks.FieldDue), now.In(inc.Policy.Hours.Location()))
			return incident.AddActionDue(inc, r.User, in.Get(blocks.FieldOwner, blocks.FieldOwner), in.Get(blocks.FieldText, blocks.FieldText), due, now)
		})
	}
	return bot.Reply{}
}

// openedIn puts where a form is opened behind what it is about: a submission does
// not say, and what is private is there only for who is in its channel. It stands in
// the name, so that the release before reads the number, the playbook and the step.
func openedIn(channel, metadata string) string {
	if channel == "" || metadata == "" {
		return channel + metadata
	}
	return metadata + strings.Repeat("/", max(0, 4-strings.Count(metadata, "/"))) + " " + channel
}

// whereOpened takes it off again. A form that an older version opened says nothing
// of it, or, when it is about no incident, nothing else.
func whereOpened(metadata string) (channel, rest string) {
	if channelWord.MatchString(metadata) {
		return metadata, ""
	}
	if i := strings.LastIndexByte(metadata, ' '); i >= 0 {
		return metadata[i+1:], metadata[:i]
	}
	return "", metadata
}

var channelWord = regexp.MustCompile(`^[CDG][A-Z0-9]{2,}$`)

// formField is where a form shows why it was refused.
var formField = map[string]string{
	blocks.CallbackDeclare: blocks.FieldTitle, blocks.CallbackDeclareFromMessage: blocks.FieldTitle,
	blocks.CallbackUpdate: blocks.FieldText, blocks.CallbackResolve: blocks.FieldSummary, blocks.CallbackCancel: blocks.FieldReason,
	blocks.CallbackStepSkip: blocks.FieldReason, blocks.CallbackStepBlock: blocks.FieldReason,
	blocks.CallbackLearn: blocks.FieldText, blocks.CallbackAction: blocks.FieldText,
}

// submit applies a verb.
func (h *Handlers) submit(ctx context.Context, r bot.Request, decide store.Decision) bot.Reply {
	field := formField[r.View.CallbackID]
	t, err := blocks.ParseMetadata(r.View.PrivateMetadata)
	if err != nil {
		return bot.Reply{ViewErrors: map[string]string{field: "This form belongs to another version of mayday. Close it and open it again."}}
	}
	inc, err := h.aboutIncident(ctx, r, t, incident.Acting)
	c := incident.Change{Incident: inc}
	if err == nil {
		c, err = h.record(ctx, r, inc.Ref(), decide)
	}
	var refused *incident.Refusal
	switch {
	case err == nil, errors.Is(err, store.ErrDuplicate):
		return bot.Reply{}
	case errors.Is(err, store.ErrAnother), errors.Is(err, store.ErrNotFound):
		return bot.Reply{ViewErrors: map[string]string{field: blocks.FormAnother(t.Incident)}}
	case errors.As(err, &refused):
		return bot.Reply{ViewErrors: map[string]string{field: blocks.RefusedPlain(c.Incident, refused)}}
	}
	h.noteSilence(err)
	h.Log.Error("a form could not be recorded", zap.Int64("incident", t.Incident), zap.Error(err))
	if errors.Is(err, store.ErrUnconfirmed) {
		return bot.Reply{ViewErrors: map[string]string{field: blocks.FormNotConfirmed}}
	}
	return bot.Reply{ViewErrors: map[string]string{field: blocks.FormNotRecorded}}
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

// submitDeclaration opens an incident from the form.
func (h *Handlers) submitDeclaration(ctx context.Context, r bot.Request) bot.Reply {
	rb, in := h.Runbook(), r.View.Values
	var refused *incident.Refusal
	if err := h.mayDeclare(ctx, r); errors.As(err, &refused) {
		return bot.Reply{ViewErrors: map[string]string{formField[r.View.CallbackID]: blocks.RefusedPlain(incident.Incident{}, refused)}}
	}
	w := wish{severity: in.Get(blocks.FieldSeverity, blocks.FieldSeverity), title: in.Get(blocks.FieldTitle, blocks.FieldTitle)}
	for _, o := range in.All(blocks.FieldOptions, blocks.FieldOptions) {
		w.private = w.private || o == blocks.OptionPrivate
		w.drill = w.drill || o == blocks.OptionDrill
	}
	if slug := in.Get(blocks.FieldScenario, blocks.FieldScenario); slug != "" {
		w.playbook, _ = rb.Scenario(slug)
	}
	reply := h.open(ctx, r, rb, w)
	return bot.Reply{After: func(ctx context.Context) { h.tell(ctx, r, blocks.Message{Text: reply.Text, Blocks: reply.Blocks}) }}
}

func pageWord(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// tell says something to one person after the acknowledgement: where they are,
// or else by direct message.
func (h *Handlers) tell(ctx context.Context, r bot.Request, m blocks.Message) {
	var err error
	out := bot.Message{Text: m.Text, Blocks: m.Blocks}
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
