package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mayday/handlers"
	"mayday/incident"
	"mayday/store"
)

// takeNumber takes the number of an incident off the front of arguments: 42, #42, inc-42; 0 without one. Arguments in quotes are one,
// and so no number. doubtful: it may be said as well, "2 nodes down".
func takeNumber(args []string) (number int64, doubtful bool, text string) {
	if len(args) > 0 {
		if n, bare, ok := handlers.Number(args[0]); ok {
			return n, bare && len(args) > 1, strings.Join(args[1:], " ")
		}
	}
	return 0, false, strings.Join(args, " ")
}

// speaking are the verbs behind which people write whatever they like, and which are about an incident that is open.
var speaking = []string{"update", "note", "resolve", "cancel"}

// spoken is the incident of a number in front of what somebody says, "note 2 nodes down". One that is open is meant, because without a number
// nothing is recorded while several are. Of none, and of a note on one that is over, it is asked.
func (t *terminal) spoken(ctx context.Context, verb string, number int64, text string) (incident.Incident, error) {
	inc, err := t.which(ctx, verb, number)
	var none unusable
	switch {
	case errors.As(err, &none):
		return inc, unusable{fmt.Errorf("nothing was recorded: %w. %s", none.error, inQuotes(verb, number, text))}
	case err == nil && !inc.Status.Live() && verb == "note": // the others are refused
		return inc, unusable{fmt.Errorf("nothing was recorded: incident %d is over (%s · %s). If it is meant: mayday incident %s inc-%d %s. %s",
			number, inc.Severity, t.title(inc), verb, number, forTerminal(text), inQuotes(verb, number, text))}
	}
	return inc, err
}

// inQuotes says how to write what begins with a number that is none of an incident.
func inQuotes(verb string, number int64, text string) string {
	return fmt.Sprintf("If %d is part of what you say, put all of it into quotes: mayday incident %s \"%d %s\"", number, verb, number, forTerminal(text))
}

// which finds the incident that a command is about: the one of that number, or else the only one that is open.
func (t *terminal) which(ctx context.Context, verb string, number int64) (incident.Incident, error) {
	if number > 0 {
		inc, err := t.st.Incident(ctx, incident.Ref{Incident: number})
		if err == nil && !inc.VisibleTo(t.by, "") {
			err = store.ErrNotFound
		}
		if errors.Is(err, store.ErrNotFound) {
			return inc, unusable{fmt.Errorf("there is no incident %d; mayday incident list shows those that are open", number)}
		}
		if err != nil {
			return inc, t.failed(inc, err)
		}
		return inc, nil
	}
	open, err := t.st.List(ctx, store.Filter{Live: true, Visible: t.by, Limit: mostListed})
	switch {
	case err != nil:
		return incident.Incident{}, t.failed(incident.Incident{}, err)
	case len(open) == 0:
		return incident.Incident{}, unusable{errors.New("no incident is open; mayday incident declare makes one")}
	case len(open) == 1:
		return open[0], nil
	}
	var list []string
	for _, inc := range open {
		list = append(list, fmt.Sprintf("  mayday incident %s %d …  %s · %s", verb, inc.ID, inc.Severity, t.title(inc)))
	}
	return incident.Incident{}, unusable{errors.New("several incidents are open; name one by its number:\n" + forTerminal(strings.Join(list, "\n")))}
}

// sameAs finds an open incident that a declaration may be about. What cannot be compared is declared.
func (t *terminal) sameAs(ctx context.Context, d handlers.Typed) (incident.Incident, bool) {
	open, err := t.st.List(ctx, store.Filter{Live: true, Visible: t.by})
	if err != nil {
		return incident.Incident{}, false
	}
	i := slices.IndexFunc(open, func(inc incident.Incident) bool { return inc.MayBe(d.Playbook.Slug, t.by, t.st.Now()) })
	if i < 0 {
		return incident.Incident{}, false
	}
	return open[i], true
}
