package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// mostTargets is how many open incidents the menu of an offer lists.
const mostTargets = 20

// Offer is the one message about alerts in the alert channel. open are the incidents to which
// they may be attached, newest first; those of the same scenario need no offer. taken is the
// incident that has it, one without a number while none does; its names say who did so.
func Offer(o incident.Offer, taken incident.Incident, open []incident.Incident) Message {
	head := offerHead(o)
	text := fmt.Sprintf("%s from %s: %s", head, line(o.Source, 60), line(o.Title, incident.MaxTitle))
	facts := []string{"from " + line(o.Source, 60), "since " + moment(o.Since), offerCount(o)}
	if l := link(o.Link, "open"); o.Link != "" && l != "open" {
		facts = append(facts, l)
	}
	parts := []slack.Block{
		section(fmt.Sprintf("%s *%s* · %s", offerSign(o), head, line(o.Title, incident.MaxTitle)), joined(" · ", facts...)),
		small(offerOthers(o)),
		small(offerFound(o)),
		small(offerEnd(o, taken)),
	}
	return message(text, append(parts, row(offerButtons(o, open)...))...)
}

// offerSign is the sign before an offer.
func offerSign(o incident.Offer) string {
	switch {
	case o.State == incident.Muted:
		return ":mute:"
	case !o.QuietSince.IsZero():
		return ":white_check_mark:"
	case o.State == incident.Declared, o.State == incident.Attached:
		return ":link:"
	}
	return ":rotating_light:"
}

func offerHead(o incident.Offer) string {
	switch {
	case !o.QuietSince.IsZero():
		return "Alert, quiet"
	case !o.FlappingSince.IsZero():
		return "Alert, flapping"
	case o.Signals > 1:
		return count(o.Signals, "alert")
	}
	return "Alert"
}

// offerCount says how many fire still, and how often they were heard; nothing for the first time.
func offerCount(o incident.Offer) string {
	var parts []string
	if o.Signals > 1 && o.Open > 0 && o.Open < o.Signals {
		parts = append(parts, fmt.Sprintf("%d of %d still firing", o.Open, o.Signals))
	}
	if o.Count > o.Signals {
		parts = append(parts, fmt.Sprintf("heard %d times", o.Count))
	}
	return strings.Join(parts, ", ")
}

// offerOthers names the other alerts of an offer.
func offerOthers(o incident.Offer) string {
	var names []string
	for _, t := range o.Titles {
		if t != o.Title {
			names = append(names, line(t, 80))
		}
	}
	if len(names) == 0 {
		return ""
	}
	s := "Also: " + strings.Join(names, "; ")
	if more := o.Signals - 1 - len(names); more > 0 {
		s += fmt.Sprintf("; %d more", more)
	}
	return s
}

// offerFound says which scenario it is taken for, and why.
func offerFound(o incident.Offer) string {
	if o.Found.Scenario == "" {
		return "No scenario of the runbook fits this"
	}
	return fmt.Sprintf("Scenario %s, by %s", strong(line(o.Found.Title, 80)), line(o.Found.Why, 200))
}

// offerEnd says what became of it.
func offerEnd(o incident.Offer, taken incident.Incident) string {
	var parts []string
	switch o.State {
	case incident.Declared, incident.Attached:
		verb := map[incident.OfferState]string{incident.Declared: "Declared as ", incident.Attached: "Attached to "}[o.State]
		what := fmt.Sprintf("incident %d", o.Incident.Incident)
		if taken.ID != 0 && !taken.Private {
			what = joined(" ", naming(taken), channel(taken.ChannelID))
		}
		parts = append(parts, verb+what+" by "+named(taken, o.By))
	case incident.Muted:
		who := ""
		if o.By != "" {
			who = " by " + named(taken, o.By)
		}
		parts = append(parts, "Muted"+who+" until "+moment(o.MutedUntil)+"; offered again then if it still fires")
	case incident.Ended:
		parts = append(parts, "Nobody declared it")
	}
	if !o.QuietSince.IsZero() {
		parts = append(parts, "quiet since "+moment(o.QuietSince))
	}
	if !o.FlappingSince.IsZero() && o.QuietSince.IsZero() {
		parts = append(parts, "flapping since "+moment(o.FlappingSince)+": it has to be quiet for ten minutes")
	}
	return strings.Join(parts, " · ")
}

// offerButtons are for what people may do with an offer; none once it is taken or over.
func offerButtons(o incident.Offer, open []incident.Incident) []slack.BlockElement {
	if o.State != incident.Offered {
		return nil
	}
	t := Target{Incident: o.ID, Step: o.Mark()}
	words := joined(" ", "Declare", o.Found.Severity, o.Found.Scenario)
	list := []slack.BlockElement{primary(button(ActionDeclareOffer, t, words))}
	open = slices.DeleteFunc(slices.Clone(open), func(inc incident.Incident) bool { return !inc.ListedBeside() })
	var options []*slack.OptionBlockObject
	for _, inc := range open[:min(len(open), mostTargets)] {
		options = append(options, option(value(Target{Incident: o.ID, Step: o.Mark(), Page: int(inc.ID), Name: inc.UID}, maxChoice), fmt.Sprintf("#%d %s %s", inc.ID, inc.Severity, inc.Title)))
	}
	switch len(options) {
	case 0:
	case 1:
		list = append(list, slack.NewButtonBlockElement(ActionAttach, options[0].Value, plain(fmt.Sprintf("Attach to #%d", open[0].ID), maxButton)))
	default:
		list = append(list, menu(ActionAttach, "Attach to…", options...))
	}
	return append(list, button(ActionMute, t, "Mute 1 h"))
}

// OfferTaken answers a click on an offer.
func OfferTaken(o incident.Offer, inc incident.Incident) Message {
	switch o.State {
	case incident.Declared:
		return Declared(inc)
	case incident.Attached:
		text := "Attached to " + naming(inc) + "."
		return reply(text, section(":link: "+joined(" ", text, channel(inc.ChannelID))))
	}
	text := "Muted until " + moment(o.MutedUntil) + ". It is offered again then if it still fires."
	return reply(text, section(":mute: "+text))
}
