package handlers

import (
	"context"
	"errors"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/oncall"
	"mayday/store"
)

// handover asks somebody to take the lead: "handover @ben the rollback is running". They are asked privately, and lead once they accept.
func (h *Handlers) handover(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	whom, note, bad := h.takesOver(ctx, r, l)
	if bad != nil {
		return *bad
	}
	name := h.caller(ctx, bot.Request{User: whom}, false).Name // so that nobody is mentioned to whom a direct message goes
	return h.change(ctx, r, inc, naming(whom, name, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AskHandover(inc, r.User, whom, note, now)
	}))
}

// takesOver reads who is to take over, and what is said to them.
func (h *Handlers) takesOver(ctx context.Context, r bot.Request, l line) (whom incident.Person, note string, bad *bot.Reply) {
	whom, note = takePerson(l.rest)
	switch {
	case whom == "" && strings.TrimSpace(l.rest) == "":
		reply := problem("Who is to take over?", "Name a person, and what they have to know: `/incident handover @ben the pool is full`")
		return "", "", &reply
	case whom == "":
		reply := problem("Slack did not tell mayday who is to take over.", "Pick the person from the list that Slack offers after @, then send: `/incident handover @ben what they have to know`")
		return "", "", &reply
	case whom == r.User:
		reply := problem("That is you.", "Name who is to take over: `/incident handover @ben what they have to know`")
		return "", "", &reply
	}
	return whom, blocks.Unescape(note), h.idle(ctx, whom)
}

// handOverShift hands over the shift of whoever types outside of an incident's channel without naming one; false when it is about an incident.
func (h *Handlers) handOverShift(ctx context.Context, r bot.Request, l line) (bot.Reply, bool) {
	if _, _, named := takeIncident(l.rest, false); named {
		return bot.Reply{}, false
	}
	if _, rest, numbered := takeIncident(l.rest, true); numbered && personToken.MatchString(rest) { // a shift has no number
		return bot.Reply{}, false
	}
	_, err := h.Store.InChannel(ctx, r.Channel)
	if err == nil {
		return bot.Reply{}, false
	}
	if errors.Is(err, store.ErrNotFound) {
		err = h.mayAsk(ctx, r)
	}
	if err != nil {
		return h.failed(incident.Incident{}, err), true
	}
	whom, note, bad := h.takesOver(ctx, r, l)
	if bad != nil {
		return *bad, true
	}
	from := h.caller(ctx, r, false)
	turns, gave, endless, err := h.turnsOf(ctx, from)
	switch {
	case err != nil:
		return h.failed(incident.Incident{}, err), true
	case len(turns) == 0 && endless != "":
		return problem("Nobody knows when your shift as "+incident.Line(endless, 60)+" ends, so it cannot be handed over.", "Change it where it is kept. `/incident oncall` says where that is."), true
	case len(turns) == 0 && h.People != nil && from.Standing == incident.Unknown:
		return problem("Slack did not say in time who you are, so mayday cannot tell whether you have a shift.", "Send it again in a moment."), true
	case len(turns) == 0:
		return problem("You have no shift now, so there is none to hand over.", "`/incident oncall` says who is on call. The lead of an incident is handed over in its channel, or with its number: `/incident handover #42 @ben`"), true
	}
	to := h.caller(ctx, bot.Request{User: whom}, false)
	in, cancel := inTime(ctx)
	defer cancel()
	asked, err := h.Store.AskShiftHandover(in, r.Keys, oncall.Handover{By: r.User, To: whom, ToName: incident.Line(to.Name, 60), Turns: turns, Gave: gave, Note: incident.Line(note, incident.MaxText)})
	if err = h.inquire(ctx, r, err); err != nil {
		return h.failed(incident.Incident{}, err), true
	}
	if to.Name == "" {
		to.Name = whom
	}
	return say(blocks.ShiftAsked(asked, to.Name)), true
}

// turnsOf are the shifts that somebody has now, and what the source of each calls them, by its key. endless is a role whose shift ends at no known time; empty when there is none.
func (h *Handlers) turnsOf(ctx context.Context, c incident.Caller) (turns []oncall.Turn, gave map[string]oncall.Person, endless string, err error) {
	gave = map[string]oncall.Person{}
	now, contacts := h.now(), h.Runbook().Policy.Contacts
	for _, k := range contacts {
		if k.Roster == "" {
			continue
		}
		kept, err := h.Store.OnCall(ctx, k)
		if err != nil {
			return nil, nil, "", err
		}
		mine := false
		for _, s := range kept.First(now) {
			if isCaller(s.Person, c, contacts) {
				mine, gave[k.Roster] = true, s.Person
			}
		}
		if until := kept.Until(now); mine && until.IsZero() {
			endless = k.Title()
		} else if mine {
			turns = append(turns, oncall.Turn{Roster: k.Roster, Role: k.Title(), Until: until})
		}
	}
	return turns, gave, endless, nil
}

// isCaller reports whether a source names somebody: by id, by address or by name, as pages find them.
func isCaller(p oncall.Person, c incident.Caller, contacts []incident.Contact) bool {
	if p.Is(c.ID, c.Email, "") {
		return true
	}
	for _, k := range contacts {
		same := k.Name != "" && strings.EqualFold(k.Name, p.Name) || p.Handle != "" && strings.EqualFold(strings.TrimPrefix(k.Slack, "@"), p.Handle)
		if same && (k.SlackID() == c.ID || c.Email != "" && strings.EqualFold(k.Email, c.Email)) {
			return true
		}
	}
	return false
}

// shiftAnswered is the answer of whoever is asked to take a shift over.
func (h *Handlers) shiftAnswered(ctx context.Context, r bot.Request, verb string, t blocks.Target) bot.Reply {
	answer := oncall.Declined
	if verb == blocks.ActionAcceptShift {
		answer = oncall.Accepted
	}
	in, cancel := inTime(ctx)
	defer cancel()
	_, err := h.Store.UpdateShiftHandover(in, t.Name, r.Keys, func(o oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
		return oncall.AnswerHandover(o, r.User, answer, now)
	})
	switch err = h.inquire(ctx, r, err); {
	case err == nil, errors.Is(err, store.ErrDuplicate):
		return bot.Reply{}
	case errors.Is(err, oncall.ErrOver):
		return problem("The shift is over.", "`/incident oncall` says who is on call now.")
	case errors.Is(err, oncall.ErrAnswered):
		return problem("You answered this before.", "`/incident oncall` says who is on call now.")
	case errors.Is(err, oncall.ErrNotAsked), errors.Is(err, store.ErrNotFound):
		return problem("You are not asked any more.", "`/incident oncall` says who is on call now.")
	}
	return h.failed(incident.Incident{}, err)
}
