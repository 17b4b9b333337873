package handlers

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// clicked answers a button or a select. What it is about stands in its value;
// whether that is still so, the decision finds out under the row's lock.
func (h *Handlers) clicked(ctx context.Context, r bot.Request) bot.Reply {
	verb := blocks.Verb(r.ActionID)
	if verb == blocks.ActionLink {
		return bot.Reply{}
	}
	if from, ok := blocks.AccessFrom(r.ActionID); ok { // what is ticked stands in its value
		return h.ticked(ctx, r, from)
	}
	t, err := blocks.TargetOf(r.ActionID, r.BlockID, r.Value)
	if err != nil {
		return problem("This button belongs to another version of mayday.", "`/incident status` shows the incident as it is now.")
	}
	switch verb {
	case blocks.ActionRoundTake, blocks.ActionRoundDone, blocks.ActionRoundSkip, blocks.ActionRoundProblem, blocks.ActionRoundNote:
		return h.roundClicked(ctx, r, verb, t)
	case blocks.ActionDeclare:
		return h.declareForm(ctx, r, blocks.Prefill{Severity: t.Name})
	case blocks.ActionChoose:
		reply := h.choose(ctx, r, t)
		reply.Replace = true // the question is answered
		return reply
	case blocks.ActionOn:
		reply := h.on(ctx, r, t)
		reply.Replace = true
		return reply
	case blocks.ActionArrived:
		return h.testPageArrived(ctx, r, t)
	case blocks.ActionAcceptShift, blocks.ActionDeclineShift:
		return h.shiftAnswered(ctx, r, verb, t)
	case blocks.ActionDeclareOffer, blocks.ActionAttach, blocks.ActionMute:
		return h.offered(ctx, r, verb, t)
	case blocks.ActionRunbook:
		if err := h.mayAsk(ctx, r); err != nil {
			return h.failed(incident.Incident{}, err)
		}
		if pb, ok := h.Runbook().Scenario(t.Playbook); ok {
			return say(blocks.Scenario(pb, max(1, t.Page)))
		}
		if t.Name == "query" {
			return say(blocks.Queries(h.Runbook(), h.sqlOff(), t.Page))
		}
		if show, ok := atHand[t.Name]; ok {
			return show(h.Runbook(), pageWord(t.Page))
		}
		return say(blocks.RunbookIndex(h.Runbook(), 1))
	}
	inc, err := h.aboutIncident(ctx, r, t, deedOfClick(verb))
	if err != nil {
		return h.failed(inc, err)
	}
	return h.actionOn(ctx, r, inc, verb, t)
}

// aboutIncident finds the incident that a click or a form is about, if it is there
// for whoever made it and they may do what it is for.
func (h *Handlers) aboutIncident(ctx context.Context, r bot.Request, t blocks.Target, d incident.Deed) (incident.Incident, error) {
	inc, err := h.meant(ctx, r, t)
	if err == nil && !inc.VisibleTo(r.User, r.Channel) {
		err = store.ErrNotFound
	}
	if err != nil {
		return incident.Incident{}, err
	}
	return inc, h.admit(ctx, r, inc, d)
}

// deedOfClick is what a button or a menu comes to.
func deedOfClick(verb string) incident.Deed {
	switch verb {
	case blocks.ActionTimeline:
		return incident.Seeing
	case blocks.ActionRunQuery, blocks.ActionRunAll, blocks.ActionStopQuery:
		return incident.Querying
	case blocks.ActionPublish:
		return incident.Publishing
	}
	return incident.Acting
}

func (h *Handlers) choose(ctx context.Context, r bot.Request, t blocks.Target) bot.Reply {
	if t.Incident == 0 {
		return h.fromChoice(ctx, r, t)
	}
	inc, err := h.aboutIncident(ctx, r, t, incident.Acting)
	if err != nil {
		return h.failed(inc, err)
	}
	return h.playbook(ctx, r, inc, line{rest: t.Playbook})
}

// meant finds the incident that a click or a form is about, and refuses another one
// that has its number by now.
func (h *Handlers) meant(ctx context.Context, r bot.Request, t blocks.Target) (incident.Incident, error) {
	inc, err := h.Store.Incident(ctx, t.Ref())
	if err != nil || t.UID != "" {
		return inc, err
	}
	ok, err := h.Store.MeansByNumber(ctx, inc, r.Channel, r.MessageTS)
	if err == nil && !ok {
		err = store.ErrAnother
	}
	if err != nil {
		return incident.Incident{}, err
	}
	return inc, nil
}

func (h *Handlers) actionOn(ctx context.Context, r bot.Request, inc incident.Incident, verb string, t blocks.Target) bot.Reply {
	if form, ok := h.form(inc, verb, t); ok {
		return h.openModal(r, form)
	}
	switch verb {
	case blocks.ActionJoin:
		return h.join(r, inc)
	case blocks.ActionPublish:
		return h.publish(ctx, r, inc, line{})
	case blocks.ActionProbe:
		return h.probeStep(ctx, r, inc, incident.StepRef{Playbook: t.Playbook, Number: t.Step})
	case blocks.ActionTimeline:
		return h.timeline(ctx, r, inc, line{rest: pageWord(t.Page)})
	case blocks.ActionRunQuery, blocks.ActionRunAll, blocks.ActionStopQuery:
		return h.queryAction(ctx, r, inc, verb, t)
	case blocks.ActionStepAssign:
		if bad := h.idle(ctx, r.Value); bad != nil {
			return *bad
		}
	}
	reply := h.click(ctx, r, inc, meaning(r, verb, t))
	if blocks.InList(t) && reply.Text == "" {
		return h.listAgain(ctx, inc)
	}
	return reply
}

// form is the modal that a button opens. A button of an incident that moved on
// opens none: the decision refuses it with who did what.
func (h *Handlers) form(inc incident.Incident, verb string, t blocks.Target) (slack.ModalViewRequest, bool) {
	if verb == blocks.ActionFollowUp {
		return blocks.ActionModal(inc), true
	}
	if !inc.Status.Live() {
		return blocks.LearnModal(inc), verb == blocks.ActionLearn
	}
	switch verb {
	case blocks.ActionUpdate:
		return blocks.UpdateModal(inc, h.tellsCustomers(inc)), true
	case blocks.ActionResolve:
		return blocks.ResolveModal(inc, h.tellsCustomers(inc)), true
	case blocks.ActionCancel:
		return blocks.CancelModal(inc), true
	case blocks.ActionStepSkip, blocks.ActionStepBlock:
		if w, ok := walkOf(inc, t.Playbook); !ok || marked(w, t.Step) {
			return slack.ModalViewRequest{}, false
		}
		if verb == blocks.ActionStepSkip {
			return blocks.SkipModal(inc, t), true
		}
		return blocks.BlockModal(inc, t), true
	}
	return slack.ModalViewRequest{}, false
}

// meaning is the verb of package incident for a click.
func meaning(r bot.Request, verb string, t blocks.Target) store.Decision {
	ref := incident.StepRef{Playbook: t.Playbook, Number: t.Step}
	return func(inc incident.Incident, now time.Time) (incident.Change, error) {
		switch verb {
		case blocks.ActionAcknowledge:
			return incident.Acknowledge(inc, r.User, now)
		case blocks.ActionDecline:
			return incident.Decline(inc, r.User, r.Channel, now)
		case blocks.ActionOnMyWay:
			return incident.OnMyWay(inc, r.User, now)
		case blocks.ActionAcceptHandover:
			return incident.AcceptHandover(inc, r.User, t.Page-1, now)
		case blocks.ActionDeclineHandover:
			return incident.DeclineHandover(inc, r.User, t.Page-1, now)
		case blocks.ActionTakeLead:
			return incident.TakeRole(inc, r.User, r.User, string(incident.Lead), now)
		case blocks.ActionStatus:
			return incident.SetStatus(inc, r.User, t.Name, now)
		case blocks.ActionSeverity:
			return incident.ChangeSeverity(inc, r.User, t.Name, "", now)
		case blocks.ActionStepDone:
			if !blocks.InList(t) {
				return incident.MarkShownStep(inc, r.User, ref, incident.StepDone, now)
			}
			return incident.MarkStep(inc, r.User, ref, incident.StepDone, "", now)
		case blocks.ActionStepSkip:
			return incident.MarkStep(inc, r.User, ref, incident.StepSkipped, "", now)
		case blocks.ActionStepBlock:
			return incident.MarkStep(inc, r.User, ref, incident.StepBlocked, "", now)
		case blocks.ActionStepUndo:
			return incident.UndoStep(inc, r.User, ref, now)
		case blocks.ActionStepAssign:
			return incident.AssignStep(inc, r.User, r.Value, ref, now)
		case blocks.ActionPageNext:
			return incident.PageNextOnce(inc, r.User, t.Page, now)
		case blocks.ActionSnooze:
			d, _ := duration(t.Name)
			return incident.SnoozeUpdates(inc, r.User, d, now)
		case blocks.ActionCommunicated:
			return incident.MarkCommunicated(inc, r.User, now)
		case blocks.ActionReopen:
			return incident.Reopen(inc, r.User, "", now)
		case blocks.ActionClose:
			return incident.Close(inc, r.User, now)
		case blocks.ActionPostmortem:
			return incident.RequestPostmortem(inc, r.User, now)
		case blocks.ActionLearn:
			return incident.Learn(inc, r.User, ref, "", now)
		case blocks.ActionUpdate:
			return incident.Announce(inc, r.User, "", 0, now)
		case blocks.ActionResolve:
			return incident.Resolve(inc, r.User, "", now)
		}
		return incident.Cancel(inc, r.User, "", now)
	}
}

// join brings whoever clicked into the channel.
func (h *Handlers) join(r bot.Request, inc incident.Incident) bot.Reply {
	if inc.ChannelID == "" || inc.Private {
		return problem("This channel cannot be joined from here.", "Ask somebody who is in it to invite you.")
	}
	return bot.Reply{Text: blocks.Joining(inc), Replace: true, After: func(ctx context.Context) {
		failed, err := h.Slack.Invite(ctx, inc.ChannelID, r.User)
		if err != nil || len(failed) > 0 {
			h.tell(ctx, r, blocks.Problem("Slack did not let mayday invite you.", "Open the channel by its name and join it there."))
		}
	}}
}
