package handlers

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
	"mayday/store"
)

// query answers "/incident query": in an incident's channel as "run" does; elsewhere the list of the runbook's queries,
// or one of them by a word of its name, answered in the operators' channel to all and elsewhere to whoever asked.
func (h *Handlers) query(ctx context.Context, r bot.Request, l line) bot.Reply {
	inc, err := h.Store.SeeIn(ctx, r.Channel)
	switch {
	case err == nil:
		of := line{verb: "run", rest: l.rest}
		if err := h.admit(ctx, r, inc.Incident, deedOf(of)); err != nil {
			return h.failed(inc.Incident, err)
		}
		return carryOut(ctx, h, r, inc, of)
	case !errors.Is(err, store.ErrNotFound):
		return h.failed(inc.Incident, err)
	}
	word := strings.ToLower(strings.TrimSpace(blocks.Unescape(l.rest)))
	if page, failed := strconv.Atoi(word); word == "" || failed == nil {
		if err := h.mayAsk(ctx, r); err != nil {
			return h.failed(inc.Incident, err)
		}
		return say(blocks.Queries(h.Runbook(), h.sqlOff(), page))
	}
	operators := h.operators(ctx, r)
	if err := h.mayRead(ctx, r, operators); err != nil {
		return h.failed(inc.Incident, err)
	}
	if off := h.sqlOff(); off != "" {
		return problem(off, "`/incident query` lists the queries.")
	}
	q, bad := h.named(word, "query")
	if bad != nil {
		return *bad
	}
	fx := routine.AnswerQuery{By: r.User, Operators: operators, Name: q.Name, Title: q.Title, SQL: q.SQL}
	if operators {
		fx.Channel = r.Channel
	}
	in, cancel := inTime(ctx)
	defer cancel()
	if err := h.inquire(ctx, r, h.Store.Ask(in, r.Keys, fx)); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.QueryRuns(q.Title, !operators))
}

// named is the query of the runbook that a word means, or what to answer when it means none, or several.
func (h *Handlers) named(word, verb string) (q incident.QueryRun, bad *bot.Reply) {
	all := h.otherQueries(incident.Incident{})
	found := findQueries(all, word)
	if len(found) == 1 {
		return found[0], nil
	}
	reply := severalQueries(found, word, verb)
	if len(found) == 0 {
		reply = noQuery(all, word, verb)
	}
	return q, &reply
}

// operators reports whether a request comes from the operators' channel.
func (h *Handlers) operators(ctx context.Context, r bot.Request) bool {
	name := strings.TrimPrefix(h.OpsChannel, "#")
	if name == "" || r.Channel == "" {
		return false
	}
	id, err := h.Store.Fact(ctx, store.ChannelFact(name)) // where mayday speaks of itself
	if err == nil && id != "" {
		return id == r.Channel
	}
	return name == r.Channel || name == r.ChannelName
}

// mayRead refuses the runbook's queries outside of incidents, and what is kept of their answers, to who may not see
// it; nil admits it.
func (h *Handlers) mayRead(ctx context.Context, r bot.Request, operators bool) error {
	contacts := h.Runbook().Policy.Contacts
	who := h.caller(ctx, r, true)
	who.Groups = h.groupsOf(ctx, r.User, h.sqlGroups(contacts))
	return h.Access.AdmitQuery(who, operators, h.SQLUsers, contacts)
}
