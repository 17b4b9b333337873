package blocks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

const (
	// mostCaughtUp is how many lines a catch-up has: what one reads before one acts. The first and the last count most.
	mostCaughtUp = 30
	// maxCaughtUp is how long one of them is, in characters.
	maxCaughtUp = 250
)

// catchUp is what happened while Slack was away: one message, in order, that mentions only who is still called.
func catchUp(inc incident.Incident, evs []incident.Event, back incident.Event) Message {
	head := fmt.Sprintf("%s, %s–%s.", wasMissing(back.Stopped), clock(back.Due, back.At), clock(back.At, back.At))
	lines := caughtUp(inc, evs, back.At)
	if len(lines) > 0 {
		head = strings.TrimSuffix(head, ".") + ". Meanwhile:"
	}
	var parts []slack.Block
	all := strings.Join(append([]string{":hourglass_flowing_sand: *" + head + "*"}, lines...), "\n")
	for _, text := range pieces(all, maxText) {
		parts = append(parts, section(text))
	}
	still := ""
	if called := stillCalled(inc); len(called) > 0 {
		var names []string
		for _, p := range called {
			names = append(names, call(p))
		}
		still = "Nobody has acknowledged yet: " + strings.Join(names, " ")
		parts = append(parts, section(still))
	}
	if asks(inc) {
		parts = append(parts, row(primary(button(ActionAcknowledge, about(inc), "Acknowledge"))))
	}
	return message(joined(" ", shorten(joined(" ", append([]string{head}, lines...)...), maxFallback-200), still), parts...)
}

// wasMissing says why nothing was said.
func wasMissing(stopped bool) string {
	if stopped {
		return "mayday did not run"
	}
	return "Slack was away"
}

// caughtUp are the lines of a catch-up. Calls that come one after the other, and that they did not arrive, are one line.
func caughtUp(inc incident.Incident, evs []incident.Event, now time.Time) []string {
	var lines []string
	for i := 0; i < len(evs); {
		n := 1
		for i+n < len(evs) && calls[evs[i].Kind] && calls[evs[i+n].Kind] {
			n++
		}
		told := ""
		if calls[evs[i].Kind] {
			told = calledInVain(inc, evs[i:i+n])
		} else {
			told = sentenceIn(inc, evs[i], quiet(inc))
		}
		if told != "" {
			lines = append(lines, clock(evs[i].At, now)+" "+shorten(strings.ReplaceAll(told, "\n", " "), maxCaughtUp))
		}
		i += n
	}
	if left := len(lines) - mostCaughtUp; left > 0 {
		from := mostCaughtUp / 2
		lines = slices.Replace(lines, from, from+left, fmt.Sprintf("… %d more: %s", left, command("timeline")))
	}
	return lines
}

// calls are what clocks do to find somebody while Slack is away.
var calls = map[incident.EventKind]bool{incident.EventPaged: true, incident.EventPageOverdue: true, incident.EventPageWaits: true,
	incident.EventPageFailed: true, incident.EventNobodyToPage: true}

// calledInVain says who was called how often, and who cannot be; empty of events that say neither.
func calledInVain(inc incident.Incident, evs []incident.Event) string {
	var who, besides []string
	times := map[string]int{}
	for _, ev := range evs {
		switch ev.Kind {
		case incident.EventPaged:
			name := line(ev.Contact, 100)
			if name == "" {
				name = unmentioned(inc, ev.Whom)
			}
			if times[name]++; times[name] == 1 {
				who = append(who, name)
			}
		case incident.EventPageFailed:
			if said := full(sentenceIn(inc, ev, quiet(inc))); !slices.Contains(besides, said) {
				besides = append(besides, said)
			}
		}
	}
	for i, name := range who {
		if n := times[name]; n > 1 {
			who[i] = fmt.Sprintf("%s (%d times)", name, n)
		}
	}
	called := ""
	switch {
	case len(who) > 0:
		called = "Called " + strings.Join(who, ", ") + "; Slack did not take it" + byOtherMethods(inc) + "."
		if inc.SlackOutage.Stopped {
			called = "To be called: " + strings.Join(who, ", ") + "."
		}
	case len(besides) == 0 && evs[0].Kind == incident.EventNobodyToPage:
		called = sentenceIn(inc, evs[0], quiet(inc))
	}
	return joined(" ", append([]string{called}, besides...)...)
}

// byOtherMethods names the methods by which people were called while Slack was away; empty when there was none.
func byOtherMethods(inc incident.Incident) string {
	var labels []string
	for i, p := range inc.Pages {
		for m, a := range inc.Reaches[i].Attempts {
			if label := inc.Reaches[i].Methods[m].Label(); inc.SlackOutage.Holds(p.At) && !a.SentAt.IsZero() && !slices.Contains(labels, label) {
				labels = append(labels, label)
			}
		}
	}
	if len(labels) == 0 {
		return ""
	}
	slices.Sort(labels)
	return ", they were called by " + strings.Join(labels, ", ")
}

// quiet is voice for what is long past: it mentions nobody.
func quiet(inc incident.Incident) incident.Voice {
	v := voice(inc)
	v.Person = func(p incident.Person) string { return unmentioned(inc, p) }
	v.Call = v.Person
	return v
}

// unmentioned is named for who must not be mentioned, also where their name is not known.
func unmentioned(inc incident.Incident, p incident.Person) string {
	switch {
	case inc.Names[p] != "":
		return named(inc, p)
	case personID.MatchString(p):
		return "somebody"
	case groupID.MatchString(p):
		return "a user group"
	}
	return call(p)
}

// stillCalled are the people and user groups who are called and have not answered, each once, as far as Slack's ids of them
// are known.
func stillCalled(inc incident.Incident) []incident.Person {
	var list []incident.Person
	for _, p := range inc.StillCalled() {
		who := p.Person
		if who == "" && p.Contact >= 0 {
			who = contactID(inc.Policy.Contacts[p.Contact])
		}
		if (personID.MatchString(who) || groupID.MatchString(who)) && !slices.Contains(list, who) {
			list = append(list, who)
		}
	}
	return list[:min(len(list), mostReminded)]
}

// pieces cuts lines into texts of at most limit characters each.
func pieces(lines string, limit int) []string {
	var out []string
	for _, l := range strings.Split(lines, "\n") {
		if n := len(out) - 1; n >= 0 && len(out[n])+1+len(l) <= limit {
			out[n] += "\n" + l
		} else {
			out = append(out, l)
		}
	}
	return out
}

// toldLate says of what happened at a moment that Slack could not be told then; empty of what it was.
func toldLate(inc incident.Incident, at time.Time) string {
	o := inc.SlackOutage
	if !o.Holds(at) {
		return ""
	}
	return fmt.Sprintf(":hourglass_flowing_sand: Told late: %s from %s to %s", wasMissing(o.Stopped), clock(o.From, o.To), clock(o.To, o.To))
}
