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
	"mayday/playbooks"
	"mayday/store"
)

// command answers a slash command.
func (h *Handlers) command(ctx context.Context, r bot.Request) bot.Reply {
	l := parse(r.Text)
	switch l.verb {
	case "":
		if l.rest == "" {
			return h.bare(ctx, r)
		}
		return h.declare(ctx, r, l.rest, false)
	case "declare":
		return h.declare(ctx, r, l.rest, true)
	case "drill":
		return h.drill(ctx, r, l.rest)
	case unknownVerb:
		return unknownCommand(l.rest)
	case "help":
		return say(blocks.Help(l.rest))
	case "list":
		return h.list(ctx, r, store.Filter{Live: true})
	case "find":
		return h.find(ctx, r, l.rest)
	}
	if atHand, ok := runbookVerbs[l.verb]; ok {
		if err := h.mayAsk(ctx, r); err != nil {
			return h.failed(incident.Incident{}, err)
		}
		return atHand(h.Runbook(), l.rest)
	}
	inc, rest, bad := h.locate(ctx, r, l.rest)
	if bad != nil {
		return *bad
	}
	rest = strings.TrimSpace(rest)
	if err := h.admit(ctx, r, inc, deedOf(l.verb, rest)); err != nil {
		return h.failed(inc, err)
	}
	return h.onIncident(ctx, r, inc, l.verb, rest)
}

// deedOf is what a command on an incident comes to. Without more words, some only show.
func deedOf(verb, rest string) incident.Deed {
	switch verb {
	case "timeline", "steps":
		return incident.Seeing
	case "status", "step", "playbook":
		if rest == "" {
			return incident.Seeing
		}
	case "run":
		if rest == "" {
			return incident.Seeing
		}
		return incident.Querying
	case "sql":
		return incident.TypingSQL
	}
	return incident.Acting
}

// unknownCommand answers a line that names an incident and no command.
func unknownCommand(text string) bot.Reply {
	word, _ := firstWord(text)
	next := "`/incident help` lists every command."
	if near := nearVerb(word); near != "" {
		next = fmt.Sprintf("Did you mean `%s`? ", near) + next
	}
	return problem(fmt.Sprintf("There is no command %q.", incident.Line(blocks.Unescape(word), 40)), next)
}

// bare is "/incident" alone: the card inside an incident's channel, the form elsewhere.
func (h *Handlers) bare(ctx context.Context, r bot.Request) bot.Reply {
	inc, err := h.Store.InChannel(ctx, r.Channel)
	if err == nil {
		if err := h.admit(ctx, r, inc, incident.Seeing); err != nil {
			return h.failed(inc, err)
		}
		return say(blocks.Card(inc, h.now()))
	}
	if err != store.ErrNotFound {
		return h.failed(inc, err)
	}
	return h.declareForm(ctx, r, blocks.Prefill{})
}

// onIncident carries out a verb on one incident.
func (h *Handlers) onIncident(ctx context.Context, r bot.Request, inc incident.Incident, verb, rest string) bot.Reply {
	switch verb {
	case "status":
		if rest == "" {
			return say(blocks.Card(inc, h.now()))
		}
		return h.change(ctx, r, inc, setStatus(r, rest))
	case "investigating", "identified", "monitoring":
		return h.change(ctx, r, inc, setStatus(r, verb))
	case "steps":
		return say(blocks.Steps(inc))
	case "step", "done", "skip", "blocked", "undo", "assign":
		return h.step(ctx, r, inc, verb, rest)
	case "playbook":
		return h.playbook(ctx, r, inc, rest)
	case "probe":
		n, err := strconv.Atoi(rest)
		if rest != "" && (err != nil || n < 1) {
			return problem(fmt.Sprintf("%q is no number of a step.", incident.Line(rest, 40)), "`/incident probe 3`, or `/incident probe` for the current step.")
		}
		return h.probe(ctx, r, inc, incident.StepRef{Number: n})
	case "take", "role", "lead", "comms", "scribe", "expert":
		return h.role(ctx, r, inc, verb, rest)
	case "timeline":
		return h.timeline(ctx, inc, rest)
	case "action":
		if rest == "" {
			return h.openModal(r, blocks.ActionModal(inc))
		}
	case "run":
		return h.query(ctx, r, inc, rest)
	case "sql":
		return h.sql(ctx, r, inc, rest)
	case "page":
		return h.page(ctx, r, inc, rest)
	case "snooze":
		return h.snooze(ctx, r, inc, rest)
	}
	return h.change(ctx, r, inc, decision(r, verb, rest))
}

// decision is the verb of package incident for a command whose arguments are plain text.
func decision(r bot.Request, verb, rest string) store.Decision {
	owner, text := incident.Person(""), rest
	if verb == "action" {
		owner, text = takePerson(rest)
	}
	text = blocks.Unescape(text)
	return func(inc incident.Incident, now time.Time) (incident.Change, error) {
		switch verb {
		case "ack":
			return incident.Acknowledge(inc, r.User, now)
		case "sev":
			word, why, _ := strings.Cut(text, " ")
			return incident.ChangeSeverity(inc, r.User, word, why, now)
		case "update":
			text, next := takeNext(text)
			return incident.Announce(inc, r.User, text, next, now)
		case "note":
			return incident.Note(inc, r.User, text, now)
		case "action":
			what, due := takeDue(text, now.In(inc.Policy.Hours.Location()))
			return incident.AddActionDue(inc, r.User, owner, what, due, now)
		case "learn":
			return incident.Learn(inc, r.User, incident.StepRef{Playbook: inc.Walks[inc.Active].Playbook.Slug}, text, now)
		case "export":
			return incident.RequestExport(inc, r.User, now)
		case "sent":
			return incident.MarkCommunicated(inc, r.User, now)
		case "resolve":
			return incident.Resolve(inc, r.User, text, now)
		case "reopen":
			return incident.Reopen(inc, r.User, text, now)
		case "cancel":
			return incident.Cancel(inc, r.User, text, now)
		case "close":
			return incident.Close(inc, r.User, now)
		case "postmortem":
			return incident.RequestPostmortem(inc, r.User, now)
		}
		return incident.Change{}, fmt.Errorf("no such verb %q", verb)
	}
}

func setStatus(r bot.Request, word string) store.Decision {
	return func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.SetStatus(inc, r.User, word, now)
	}
}

// role gives a role away: "take lead", "role scribe @ana", "lead @ana", "lead".
func (h *Handlers) role(ctx context.Context, r bot.Request, inc incident.Incident, verb, rest string) bot.Reply {
	whom, rest := takePerson(rest)
	role := verb
	if verb == "take" || verb == "role" {
		role, _, _ = strings.Cut(strings.TrimSpace(rest), " ")
	}
	if whom == "" {
		if strings.Contains(rest, "@") {
			return problem("Slack did not tell mayday whom you mean.", "Pick the person from the list that Slack offers after @, then send: `/incident role scribe @ana`")
		}
		whom = r.User
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.TakeRole(inc, r.User, whom, role, now)
	})
}

// step walks: "step 3 done", "step 3 skip not needed", "step done", "done", "skip 3 why".
func (h *Handlers) step(ctx context.Context, r bot.Request, inc incident.Incident, verb, rest string) bot.Reply {
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
			return say(blocks.Steps(inc))
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
		whom, _ := takePerson(typed)
		if whom == "" {
			whom = r.User
		}
		return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.AssignStep(inc, r.User, whom, ref, now)
		})
	}
	if whom, _ := takePerson(named + " " + typed); whom != "" {
		return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.AssignStep(inc, r.User, whom, ref, now)
		})
	}
	return problem(fmt.Sprintf("A step cannot be %q.", incident.Line(verb, 40)), "`/incident step 3 done`, `step 3 skip why`, `step 3 blocked why`, `step 3 undo`, `step 3 assign @ana`")
}

// playbook shows the one in hand, or switches to another.
func (h *Handlers) playbook(ctx context.Context, r bot.Request, inc incident.Incident, word string) bot.Reply {
	if word == "" {
		return say(blocks.Steps(inc))
	}
	rb := h.Runbook()
	pb, ok := rb.Scenario(word)
	for _, w := range inc.Walks {
		if w.Playbook.Slug == pb.Slug || w.Playbook.Slug == incident.Slug(word) {
			pb, ok = w.Playbook, true // the one in hand stays as it was when it was taken up
		}
	}
	if !ok {
		return unknownScenario(rb, word)
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.SwitchPlaybook(inc, r.User, pb, now)
	})
}

func unknownScenario(rb *playbooks.Runbook, word string) bot.Reply {
	next := "`/incident runbook` lists all scenarios."
	near := rb.Nearest(word, 3)
	if len(near) == 0 {
		for _, m := range rb.Match(word, 3) {
			near = append(near, m.Playbook.Slug)
		}
	}
	if len(near) > 0 {
		next = "The nearest: `" + strings.Join(near, "`, `") + "`. " + next
	}
	return problem(fmt.Sprintf("The runbook has no scenario %q.", incident.Line(word, 60)), next)
}

// snooze quietens reminders: "snooze 15m deploying the fix".
func (h *Handlers) snooze(ctx context.Context, r bot.Request, inc incident.Incident, rest string) bot.Reply {
	first, why, _ := strings.Cut(blocks.Unescape(rest), " ")
	d, ok := duration(first)
	if !ok {
		return problem("For how long?", "`/incident snooze 15m deploying the fix`; at most a day.")
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Snooze(inc, r.User, d, why, now)
	})
}
