package blocks

import (
	"fmt"
	"slices"
	"strings"

	"mayday/incident"
)

// Refused tells somebody why their click or command changed nothing: what is the
// case, who did it and when, and what to type instead. The text is escaped.
func Refused(inc incident.Incident, r *incident.Refusal) string {
	tell, ok := refusals[r.Reason]
	if !ok {
		return fmt.Sprintf("Nothing changed: mayday could not %s.", Escape(r.Verb))
	}
	return tell(inc, r)
}

// refusals has a sentence for every reason that there is.
var refusals = map[incident.Reason]func(incident.Incident, *incident.Refusal) string{
	incident.Already:         already,
	incident.Overtaken:       overtaken,
	incident.Over:            over,
	incident.NotOver:         notOver,
	incident.UnknownSeverity: unknownSeverity,
	incident.UnknownStatus: func(_ incident.Incident, r *incident.Refusal) string {
		if r.Verb == "publish" {
			return unknown("status", r)
		}
		return unknown("status", r) + " Type " + command("status "+first(r.Choices, "investigating")) + "."
	},
	incident.UnknownRole: func(_ incident.Incident, r *incident.Refusal) string {
		return unknown("role", r) + " Type " + command("take "+first(r.Choices, "lead")) + "."
	},
	incident.NoSuchStep: noSuchStep,
	incident.NoSteps: func(_ incident.Incident, r *incident.Refusal) string {
		return fmt.Sprintf("The playbook %s has no steps. To walk another: %s.", quoted(r.Word), command("playbook <scenario>"))
	},
	incident.NeedsText: needsText,
	incident.NothingToUndo: func(_ incident.Incident, r *incident.Refusal) string {
		if r.Word != "" {
			return fmt.Sprintf("Step %s has no mark to undo. See %s.", line(r.Word, 10), command("steps"))
		}
		return "No step is marked yet, so there is nothing to undo. See " + command("steps") + "."
	},
	incident.NobodyLeft: func(inc incident.Incident, _ *incident.Refusal) string {
		s := "The runbook names nobody else for this severity whom mayday can page. Name somebody: " + command("page @name why") + "."
		if len(inc.Policy.Contacts) > 0 {
			s += " Phone numbers: " + command("contacts") + "."
		}
		return s
	},
	incident.NotPaged: notPaged,
	incident.NotLead: func(inc incident.Incident, r *incident.Refusal) string {
		if r.By == "" {
			return "Nobody leads, so there is nothing to hand over. Take the lead: " + command("take lead") + ", or give it to somebody at once: " + command("role lead @name") + "."
		}
		return named(inc, r.By) + " leads, and only who leads asks somebody to take over. To give the lead to somebody at once: " + command("role lead @name") + "."
	},
	incident.NotAsked: func(inc incident.Incident, r *incident.Refusal) string {
		if r.By == "" {
			return "This was asked of somebody else. " + command("status") + " says who leads."
		}
		return "You are not asked any more: " + named(inc, r.By) + " leads. To take the lead all the same: " + command("take lead") + "."
	},
	incident.NotAcknowledged: func(incident.Incident, *incident.Refusal) string {
		return "Nobody has acknowledged yet. If you take it: " + command("ack") + "."
	},
	incident.NotForDrills: func(incident.Incident, *incident.Refusal) string {
		return "This is a drill: customers are told nothing of it."
	},
	incident.NotConfirmed: func(incident.Incident, *incident.Refusal) string {
		return "Nothing is published: the incident is private. Tick the box if everybody may read the text."
	},
	incident.NotNeeded: func(inc incident.Incident, _ *incident.Refusal) string {
		return fmt.Sprintf("The runbook does not ask for external communication at %s. To record that you told somebody: %s.", label(inc), command("note <text>"))
	},
	incident.NotHere: func(inc incident.Incident, _ *incident.Refusal) string {
		if where := channel(inc.ChannelID); where != "" {
			return "Queries are run in the incident's own channel, where everybody sees the answer: " + where + "."
		}
		return "Queries are run in the incident's own channel, and it has none yet."
	},
	incident.NoChannel: func(inc incident.Incident, _ *incident.Refusal) string {
		if inc.ChannelID == "" {
			return "Files are posted in the incident's own channel, and it has none."
		}
		return "The incident's channel is archived, so no file can be posted there. Unarchive it in Slack and then " + command("reopen <reason>") + "."
	},
	incident.NotAllowed:   notAllowed,
	incident.OnlyInside:   onlyInside,
	incident.NotForGuests: notForGuests,
	incident.NotListed: func(incident.Incident, *incident.Refusal) string {
		return "Only the people whom the operators of mayday named may declare incidents here. Tell one of them, or call somebody: " + command("contacts") + "."
	},
	incident.NotKnown: func(incident.Incident, *incident.Refusal) string {
		return "Slack did not say just now who you are, so nothing was run. Try again in a minute; the runbook's own queries: " + command("run") + "."
	},
	incident.NoProbes: noProbes,
	incident.NoQueries: func(_ incident.Incident, r *incident.Refusal) string {
		return fmt.Sprintf("The playbook %s has no queries. One of the whole runbook by a word of its name: %s.", quoted(r.Word), command("run <word>"))
	},
}

// outsiders are the words for who is no full member of the workspace.
var outsiders = map[string]string{
	string(incident.Guest):   "You are a guest in this workspace",
	string(incident.Foreign): "You belong to another workspace",
}

// onlyInside is for what one does in the incident's channel only. A channel is
// named to full members: the others see the channels that they are in.
func onlyInside(inc incident.Incident, r *incident.Refusal) string {
	if who := outsiders[r.Word]; who != "" {
		return who + ": for you this works in the channel of an incident that you are in."
	}
	if where := channel(inc.ChannelID); where != "" {
		return "Nothing changed: here that is done in the incident's own channel. Join " + where + " and type it there."
	}
	return "Nothing changed: here that is done in the incident's own channel, and it has none yet."
}

func notForGuests(_ incident.Incident, r *incident.Refusal) string {
	who := outsiders[r.Word]
	if who == "" {
		return "Nothing changed: mayday takes no orders from bots."
	}
	return fmt.Sprintf("%s, so mayday cannot let you %s. Ask a full member to do it.", who, line(r.Verb, 40))
}

func notAllowed(_ incident.Incident, r *incident.Refusal) string {
	if r.Verb == "run queries here" {
		return "Outside of incidents and of the operators' channel, the runbook's queries are for those who may type SQL, as a rule the people whom the runbook's contacts list. Ask in the operators' channel, or in an incident's: " + command("run") + "."
	}
	named := " The runbook's own queries are open to everybody in the channel: " + command("run") + "."
	switch r.Word {
	case incident.SQLContacts:
		return "Only the people in the runbook's contacts, by e-mail address or Slack id, may type SQL of their own. " + command("contacts") + " shows them." + named
	case incident.SQLResponders:
		return "Only responders of this incident may type SQL of their own: those who declared it, hold a role or were paged; in a drill, the runbook's contacts. Take a role: " + command("take expert") + "." + named
	case incident.SQLOff:
		return "Typing SQL is switched off here." + named
	}
	return "Only the people whom the operators of mayday named may type SQL of their own." + named
}

// already says that it was done before. Which words fit depends on what was done.
func already(inc incident.Incident, r *incident.Refusal) string {
	by := ""
	if r.By != "" {
		by = " by " + named(inc, r.By)
	}
	if !r.At.IsZero() {
		by += ", " + moment(r.At)
	}
	switch r.Verb {
	case "make private":
		return "The incident is private already. If its channel is not, make it private in its settings."
	case "acknowledge":
		return "Already acknowledged" + by + "."
	case "say that you are on your way":
		if inc.AcknowledgedBy == r.By {
			return "You acknowledged, " + moment(r.At) + ", so everybody expects you already."
		}
		return "You said so before, " + moment(r.At) + "."
	case "decline":
		return "You said so before, " + moment(r.At) + ", and the next was paged."
	case "resolve":
		return "Already resolved" + by + ". To take it up again: " + command("reopen <reason>") + "."
	case "end the snooze":
		return "The reminders are not snoozed. To snooze them: " + command("snooze 15m <reason>") + "."
	case "cancel":
		return "Already cancelled" + by + "."
	case "close":
		return "Already closed" + by + "."
	case "page":
		return fmt.Sprintf("Nothing changed: %s was paged%s, after this button was drawn.", pagedName(r), by)
	case "mark as sent":
		return "The external communication was already marked as sent" + by + "."
	case "publish":
		return "Nothing was published: meanwhile customers were told something else" + by + ". Open the form again to see what they read."
	case "set the status":
		return fmt.Sprintf("The status is already %s.", line(r.Word, 40))
	case "change the severity":
		return fmt.Sprintf("The severity is already %s.", line(r.Word, 40))
	case "take a role":
		return fmt.Sprintf("%s already has the role %s.", named(inc, r.By), line(r.Word, 40))
	case "assign the step":
		return fmt.Sprintf("The step is already assigned to %s.", named(inc, r.By))
	case "switch the playbook":
		return fmt.Sprintf("%s is already the playbook in hand. Its steps: %s.", line(r.Word, 80), command("steps"))
	case "add the playbook":
		return fmt.Sprintf("The steps of %s are in hand already: %s.", line(r.Word, 80), command("steps"))
	case "finish the step", "skip the step", "block the step":
		return markedAlready(inc, r, by)
	}
	return "That was already done" + by + "."
}

// markedAlready says that a step was marked before; by is who did so and when. A command means the playbook in hand.
func markedAlready(inc incident.Incident, r *incident.Refusal, by string) string {
	s := fmt.Sprintf("Step %d is already %s%s", r.Step.Number, line(r.Word, 40), by)
	if w := inc.Walk(); w == nil || w.Playbook.Slug != r.Step.Playbook {
		return s + ", in a playbook that is not in hand now."
	}
	return s + ". To take that back: " + command(fmt.Sprintf("step %d undo", r.Step.Number)) + "."
}

// overtaken says what somebody else did a moment ago, and how to say which step one means.
func overtaken(inc incident.Incident, r *incident.Refusal) string {
	s := fmt.Sprintf("Nothing changed: %s marked step %d as %s a moment ago.", named(inc, r.By), r.Step.Number, line(r.Word, 40))
	if r.Verb == "undo" {
		return s + " To take that back: " + command(fmt.Sprintf("step %d undo", r.Step.Number)) + "."
	}
	if w := inc.Walk(); w != nil && w.Current() >= 0 {
		does := map[string]string{"finish the step": "done", "skip the step": "skip <why>", "block the step": "blocked <reason>"}[r.Verb]
		s += fmt.Sprintf(" If you mean step %d: %s.", w.Current()+1, command(fmt.Sprintf("step %d %s", w.Current()+1, does)))
	}
	return s
}

// notPaged says who was paged, to somebody who was not.
func notPaged(inc incident.Incident, _ *incident.Refusal) string {
	var who []string
	for _, p := range inc.Pages {
		one := line(inc.ContactTitle(p), 100)
		if one == "" {
			one = named(inc, p.Person)
		}
		if !slices.Contains(who, one) && len(who) < 5 {
			who = append(who, one)
		}
	}
	if len(who) == 0 {
		return "Nothing changed: nobody is paged for this incident. To page somebody: " + command("page next") + "."
	}
	is := " is"
	if len(who) > 1 {
		is = " are"
	}
	return "Nothing changed: you are not paged for this incident, " + strings.Join(who, ", ") + is + ". To page somebody else: " + command("page next") + "."
}

// pagedName is whom somebody else paged meanwhile.
func pagedName(r *incident.Refusal) string {
	if r.Word == "" {
		return "somebody else"
	}
	return line(r.Word, 100)
}

// over says that the incident goes on no more, and how to take it up again.
func over(inc incident.Incident, r *incident.Refusal) string {
	s := fmt.Sprintf("Nothing changed: the incident was %s by %s", r.Status, named(inc, r.By))
	if !r.At.IsZero() {
		s += ", " + moment(r.At)
	}
	return s + ". To take it up again: " + command("reopen <reason>") + "."
}

func notOver(inc incident.Incident, r *incident.Refusal) string {
	switch r.Verb {
	case "reopen":
		return fmt.Sprintf("The incident is still %s, so there is nothing to reopen.", r.Status)
	case "close":
		return fmt.Sprintf("The incident is still %s. Resolve it first: %s. If it was none: %s.", r.Status, command("resolve <summary>"), command("cancel <reason>"))
	case "write the post-mortem":
		return fmt.Sprintf("The incident is still %s. The post-mortem is written when it is resolved: %s.", r.Status, command("resolve <summary>"))
	}
	return fmt.Sprintf("The incident is still %s. Resolve it first: %s.", r.Status, command("resolve <summary>"))
}

func unknownSeverity(_ incident.Incident, r *incident.Refusal) string {
	if len(r.Choices) == 0 {
		return "The runbook names no severities, so nothing can be declared. Whoever runs mayday can see why with `mayday runbook`."
	}
	example := command("sev " + first(r.Choices, "p1") + " <reason>")
	if r.Verb == "declare" {
		example = command(first(r.Choices, "p1") + " <what is wrong>")
	}
	return unknown("severity", r) + " Type " + example + "."
}

// unknown says what was typed and what there is.
func unknown(what string, r *incident.Refusal) string {
	s := fmt.Sprintf("There is no %s %s", what, quoted(r.Word))
	if strings.TrimSpace(r.Word) == "" {
		s = "No " + what + " was named"
	}
	var choices []string
	for _, c := range r.Choices {
		choices = append(choices, line(c, 40))
	}
	return s + "; there are " + strings.Join(choices[:min(len(choices), 12)], ", ") + "."
}

func noSuchStep(_ incident.Incident, r *incident.Refusal) string {
	last := first(r.Choices, "")
	if r.Word == "0" || r.Word == "" {
		return "Every step is marked already. To take one up again: " + command("step "+line(last, 10)+" undo") + "."
	}
	return fmt.Sprintf("There is no step %s; the last one is %s. See %s.", line(r.Word, 10), line(last, 10), command("steps"))
}

// needsText says what is missing, with the line to type.
func needsText(_ incident.Incident, r *incident.Refusal) string {
	if r.Verb == "publish" {
		return "Please say " + line(r.Word, 120) + "."
	}
	example, ok := map[string]string{
		"update": "update <text>", "note": "note <text>", "action": "action <text> @name by friday",
		"cancel": "cancel <reason>", "block the step": fmt.Sprintf("step %d blocked <reason>", r.Step.Number), "snooze": "snooze 15m <reason>", "learn": "learn <text>",
	}[r.Verb]
	if !ok {
		example = "help"
	}
	return fmt.Sprintf("Please say %s: %s.", line(r.Word, 120), command(example))
}

func first(words []string, otherwise string) string {
	if len(words) == 0 {
		return otherwise
	}
	return strings.ToLower(incident.Line(words[0], 40))
}

func quoted(s string) string { return "“" + line(s, 60) + "”" }

// noProbes says which steps have something to check.
func noProbes(inc incident.Incident, r *incident.Refusal) string {
	if len(r.Choices) == 0 {
		return fmt.Sprintf("The playbook %s names no address that mayday could check.", quoted(inc.Walk().Playbook.Title))
	}
	what := "That step names no address to check."
	if r.Word != "" {
		what = fmt.Sprintf("Step %s names no address to check.", line(r.Word, 10))
	}
	return what + fmt.Sprintf(" Those that do: %s. Type %s.", line(strings.Join(r.Choices, ", "), 100), command("probe "+r.Choices[0]))
}
