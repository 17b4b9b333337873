package handlers

import (
	"context"
	"fmt"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// onIncident are the commands about one incident, and atHand those that show the
// runbook. The others are about none. Each is in the file of its name, or, as a short
// form, in that of the command which it is a form of.
var (
	onIncident = map[string]func(*Handlers, context.Context, bot.Request, incident.Incident, line) bot.Reply{
		"ack": (*Handlers).ack, "decline": (*Handlers).decline, "onmyway": (*Handlers).onMyWay, "sev": (*Handlers).sev,
		"status": (*Handlers).status, "investigating": (*Handlers).status, "identified": (*Handlers).status, "monitoring": (*Handlers).status,
		"handover": (*Handlers).handover,
		"take":     (*Handlers).take, "role": (*Handlers).take,
		"lead": (*Handlers).take, "comms": (*Handlers).take, "scribe": (*Handlers).take, "expert": (*Handlers).take,
		"steps": (*Handlers).steps, "step": (*Handlers).step, "done": (*Handlers).step, "skip": (*Handlers).step, "blocked": (*Handlers).step,
		"undo": (*Handlers).step, "assign": (*Handlers).step,
		"playbook": (*Handlers).playbook, "probe": (*Handlers).probe, "run": (*Handlers).run, "sql": (*Handlers).sql,
		"update": (*Handlers).update, "note": (*Handlers).note, "action": (*Handlers).action, "publish": (*Handlers).publish, "sent": (*Handlers).sent,
		"page": (*Handlers).page, "snooze": (*Handlers).snooze,
		"resolve": (*Handlers).resolve, "reopen": (*Handlers).reopen, "cancel": (*Handlers).cancel, "close": (*Handlers).close,
		"private":  (*Handlers).private,
		"timeline": (*Handlers).timeline, "export": (*Handlers).export, "learn": (*Handlers).learn, "postmortem": (*Handlers).postmortem,
	}
	// atSight are those of them that, without more words, show an incident as it stands.
	atSight = map[string]func(*Handlers, context.Context, bot.Request, store.Seen) bot.Reply{
		"status": (*Handlers).card, "steps": (*Handlers).stepList, "step": (*Handlers).stepList, "playbook": (*Handlers).stepList, "run": (*Handlers).queryList,
	}
	aboutNone = map[string]func(*Handlers, context.Context, bot.Request, line) bot.Reply{
		"declare": (*Handlers).declare, "drill": (*Handlers).drill,
		"list": (*Handlers).list, "find": (*Handlers).find, "help": (*Handlers).help, "mute": (*Handlers).mute, "unmute": (*Handlers).unmute, "doctor": (*Handlers).doctor,
		"oncall": (*Handlers).onCall, "testpage": (*Handlers).testPage,
		"query": (*Handlers).query, "trend": (*Handlers).trend, "digest": (*Handlers).digest,
	}
	atHand = map[string]func(rb *playbooks.Runbook, rest string) bot.Reply{
		"runbook": runbook, "contacts": contacts, "matrix": matrix, "dashboards": dashboards, "statuspages": statuspages, "checklist": checklist, "access": access,
	}
)

// command answers a slash command.
func (h *Handlers) command(ctx context.Context, r bot.Request) bot.Reply {
	l := parse(r.Text)
	switch {
	case l.verb == "" && l.rest == "":
		return h.bare(ctx, r)
	case l.verb == "":
		return h.declared(ctx, r, l.rest, false)
	case l.verb == unknownVerb:
		return unknownCommand(l.rest)
	}
	if do, ok := aboutNone[l.verb]; ok {
		return without(do(h, ctx, r, l), leftOver(l))
	}
	if show, ok := atHand[l.verb]; ok {
		if err := h.mayAsk(ctx, r); err != nil {
			return h.failed(incident.Incident{}, err)
		}
		if l.verb == "runbook" && strings.EqualFold(strings.TrimSpace(l.rest), "age") {
			return h.runbookAge(ctx, r)
		}
		if l.verb == "statuspages" {
			return h.ownStatusPage(r, without(statuspages(h.Runbook(), blocks.Unescape(l.rest)), leftOver(l)))
		}
		return without(show(h.Runbook(), blocks.Unescape(l.rest)), leftOver(l))
	}
	if l.verb == "handover" {
		if reply, shift := h.handOverShift(ctx, r, l); shift {
			return reply
		}
	}
	inc, rest, bad := h.locate(ctx, r, l)
	if bad != nil {
		return *bad
	}
	l.rest = strings.TrimSpace(rest)
	if err := h.admit(ctx, r, inc.Incident, deedOf(l)); err != nil {
		return h.failed(inc.Incident, err)
	}
	return carryOut(ctx, h, r, inc, l)
}

func carryOut(ctx context.Context, h *Handlers, r bot.Request, inc store.Seen, l line) bot.Reply {
	if show, ok := atSight[l.verb]; ok && deedOf(l) == incident.Seeing {
		return without(show(h, ctx, r, inc), leftOver(l))
	}
	return without(onIncident[l.verb](h, ctx, r, inc.Incident, l), leftOver(l))
}

// on carries a command out that was typed elsewhere, on the incident that was then chosen.
func (h *Handlers) on(ctx context.Context, r bot.Request, t blocks.Target) bot.Reply {
	l := parse(t.Name)
	if onIncident[l.verb] == nil {
		return unknownCommand(t.Name)
	}
	inc, err := h.aboutIncident(ctx, r, t, deedOf(l))
	if err != nil {
		return h.failed(inc, err)
	}
	return carryOut(ctx, h, r, store.Seen{Incident: inc}, l)
}

// deedOf is what a command on an incident comes to. Without more words, some only show.
func deedOf(l line) incident.Deed {
	switch l.verb {
	case "timeline", "steps":
		return incident.Seeing
	case "status", "step", "playbook":
		if l.rest == "" {
			return incident.Seeing
		}
	case "run":
		if l.rest == "" {
			return incident.Seeing
		}
		return incident.Querying
	case "sql":
		return incident.TypingSQL
	case "publish":
		return incident.Publishing
	}
	return incident.Acting
}

// unknownCommand answers a line that names an incident and no command.
func unknownCommand(text string) bot.Reply {
	word, _ := firstWord(text)
	next := "`/incident help` says what to do when."
	if near := nearVerb(word); near != "" {
		next = fmt.Sprintf("Did you mean `%s`? ", near) + next
	}
	return problem(fmt.Sprintf("There is no command %q.", incident.Line(blocks.Unescape(word), 40)), next)
}

// bare is "/incident" alone: the card inside an incident's channel, the form elsewhere.
func (h *Handlers) bare(ctx context.Context, r bot.Request) bot.Reply {
	inc, err := h.Store.SeeIn(ctx, r.Channel)
	if err == nil {
		if err := h.admit(ctx, r, inc.Incident, incident.Seeing); err != nil {
			return h.failed(inc.Incident, err)
		}
		return h.card(ctx, r, inc)
	}
	if err != store.ErrNotFound {
		return h.failed(inc.Incident, err)
	}
	return h.declareForm(ctx, r, blocks.Prefill{})
}
