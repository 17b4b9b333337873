package handlers

import (
	"context"
	"errors"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// numberMeaning is what a bare number may be that the words of a command begin with. "#42" is an incident wherever it stands.
type numberMeaning int

const (
	// numberNames: an incident, because the command takes no number there.
	numberNames numberMeaning = iota
	// numberCounts: the command's own, that of a step or of minutes.
	numberCounts
	// numberEither: an incident, or the beginning of what somebody says: "note 2 nodes down".
	numberEither
)

// speaking are the verbs behind which people write whatever they like.
var speaking = map[string]bool{"note": true, "update": true, "resolve": true, "cancel": true, "reopen": true, "action": true, "learn": true, "publish": true}

// numberOf says what the number is that the words of a command begin with: "step 4 done" is of a step, "step 42 4 done" of an incident and a
// step, and "skip 4 2 nodes are enough" may be both.
func numberOf(l line) numberMeaning {
	first, rest := firstWord(l.rest)
	second, more := firstWord(rest)
	switch l.verb {
	case "done", "skip", "blocked":
		if isNumber(first) && isNumber(second) && more != "" {
			return numberEither
		}
		fallthrough
	case "step", "undo", "assign", "probe":
		if isNumber(first) && !isNumber(second) {
			return numberCounts
		}
	case "snooze":
		_, ok := duration(second)
		switch {
		case isNumber(first) && isNumber(second) && more != "":
			return numberEither
		case isNumber(first) && !ok && !strings.EqualFold(second, "off"):
			return numberCounts
		}
	}
	if speaking[l.verb] && rest != "" {
		return numberEither
	}
	return numberNames
}

// locate finds the incident that a command is about: one named first in the
// text, or the one whose channel it was typed in. rest is the text without the name.
func (h *Handlers) locate(ctx context.Context, r bot.Request, l line) (inc store.Seen, rest string, bad *bot.Reply) {
	here, err := h.Store.SeeIn(ctx, r.Channel)
	inside := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		reply := h.failed(incident.Incident{}, err)
		return inc, "", &reply
	}
	if named, rest, ok := takeIncident(l.rest, false); ok {
		inc, bad = h.incidentNamed(ctx, r, named)
		return inc, rest, bad
	}
	named, rest, numbered := takeIncident(l.rest, true)
	switch means := numberOf(l); {
	case inside && numbered:
		return h.numberedHere(ctx, r, l, here, named, rest)
	case inside:
		return here, l.rest, nil
	case !numbered || means == numberCounts:
		reply := h.elsewhere(ctx, r)
		return inc, "", &reply
	case means == numberEither:
		reply := h.whichNumber(ctx, r, l, named, rest)
		return inc, "", &reply
	}
	inc, bad = h.incidentNamed(ctx, r, named)
	return inc, rest, bad
}

// incidentNamed is the incident that somebody named, where they may know of it.
func (h *Handlers) incidentNamed(ctx context.Context, r bot.Request, ref reference) (inc store.Seen, bad *bot.Reply) {
	var err error
	if ref.channel != "" {
		inc, err = h.Store.SeeIn(ctx, ref.channel)
	} else {
		inc, err = h.Store.See(ctx, incident.Ref{Incident: ref.id})
	}
	if err == nil && !inc.VisibleTo(r.User, r.Channel) {
		err = store.ErrNotFound
	}
	if err != nil {
		reply := h.failed(incident.Incident{}, err)
		return inc, &reply
	}
	return inc, nil
}

// numberedHere is locate within an incident's channel, where words come first that begin with a bare number. The channel's incident is meant;
// but a verb that takes no words can mean another by it.
func (h *Handlers) numberedHere(ctx context.Context, r bot.Request, l line, here store.Seen, ref reference, rest string) (store.Seen, string, *bot.Reply) {
	own := ref.id == here.ID
	switch {
	case own && (rest == "" && speaking[l.verb] || wordless[l.verb]):
		return here, rest, nil
	case !wordless[l.verb]:
		return here, l.rest, nil
	}
	other, bad := h.incidentNamed(ctx, r, ref)
	if bad != nil || h.admit(ctx, r, other.Incident, deedOf(l)) != nil {
		return here, l.rest, nil // it names nothing, and is told as left out
	}
	verb, _ := firstWord(strings.TrimSpace(r.Text))
	reply := say(blocks.WhichOfTwo(verb, here.Incident, other.Incident))
	return here, "", &reply
}

// whichNumber asks whether a number names an incident, or begins what somebody says of one that they did not name.
func (h *Handlers) whichNumber(ctx context.Context, r bot.Request, l line, ref reference, rest string) bot.Reply {
	inc, bad := h.incidentNamed(ctx, r, ref)
	if bad != nil || h.admit(ctx, r, inc.Incident, deedOf(l)) != nil {
		return h.elsewhere(ctx, r)
	}
	open, err := h.seen(ctx, r, store.Filter{Live: true, Limit: 4})
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	verb, _ := firstWord(strings.TrimSpace(r.Text))
	return say(blocks.WhichNumber(verb, l.rest, rest, inc.Incident, open))
}
