package blocks

import (
	"slices"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// PublishView is what the form to tell customers shows besides the incident.
type PublishView struct {
	// Page is what the status page is called and Link its address; each empty when it is not known.
	Page, Link string
	// Components of it; none when they could not be read in time.
	Components []incident.Component
	// Notice is what the form begins with.
	Notice incident.Notice
	// Confirm asks whether a private incident is really to be published.
	Confirm bool
}

// PublishModal is the form to tell customers on the status page: what stands in it is what they read.
func PublishModal(inc incident.Incident, v PublishView) slack.ModalViewRequest {
	t := about(inc)
	t.Page = len(inc.Publication.Posts)
	n := v.Notice
	fields := []slack.Block{small(publishWhere(inc, v)), section(publishWarning(inc, v))}
	if inc.Publication.ID == "" {
		fields = append(fields, input(FieldTitle, "Title", "", false, oneLine(FieldTitle, n.Title, incident.MaxTitle)))
	}
	fields = append(fields, input(FieldText, "What customers read", "A draft, without what is only for us. They read exactly what stands here", false, begun(paragraphOf(FieldText), n.Text)),
		publicStatusChoice(n.Status), componentChoice(v.Components, n.Components), stateChoice(v.Components, n), notifyBox(n.Notify))
	if v.Confirm {
		sure := slack.NewCheckboxGroupsBlockElement(FieldConfirm, option(OptionConfirm, "Everybody may read this"))
		fields = append(fields, input(FieldConfirm, "The incident is private", "", false, sure))
	}
	return modal(CallbackPublish, "Tell customers", "Publish", metadata(t), fields...)
}

func publishWhere(inc incident.Incident, v PublishView) string {
	where := "Everybody can read the status page"
	if v.Page != "" {
		where = "Everybody can read " + link(v.Link, v.Page)
	}
	if last, ok := inc.Publication.Last(); ok && inc.Publication.ID != "" {
		return joined(" · ", where, link(inc.Publication.URL, "what stands there")+" is "+string(last.Status)+", by "+named(inc, last.By)+", "+moment(last.PublishedAt))
	}
	return joined(" · ", where, "if you told customers elsewhere: "+command("sent"))
}

func publishWarning(inc incident.Incident, v PublishView) string {
	switch {
	case v.Confirm:
		return ":warning: *This incident is private, and nothing is published yet.* Read the text once more: it must say nothing that only those who are in the channel may know."
	case inc.Private:
		return ":lock: This incident is private. The draft says nothing of it."
	}
	return ""
}

// SentModal is the form to tell customers where mayday has no status page to write to: the text to copy, and the button that
// marks it as sent.
func SentModal(inc incident.Incident, n incident.Notice) slack.ModalViewRequest {
	return modal(CallbackSent, "Tell customers", "Mark as sent", metadata(about(inc)),
		section("mayday has no status page to write to. Copy this draft, mend it, and send it where your customers read. Then press *Mark as sent*."),
		input(FieldText, "A draft to copy", "From the last update, without what is only for us. Nothing of it is sent by mayday", true,
			begun(paragraphOf(FieldText), joined("\n\n", n.Title, n.Text))))
}

// customersLag says that customers still read of an incident which is over that it goes on; empty where they do not.
func customersLag(inc incident.Incident) string {
	if !inc.CustomersLag() {
		return ""
	}
	return "Customers still read that it goes on"
}

// paragraphOf is a field of several lines, and begun gives it what it begins with.
func paragraphOf(field string) *slack.PlainTextInputBlockElement {
	return slack.NewPlainTextInputBlockElement(nil, field).WithMultiline(true).WithMaxLength(incident.MaxText)
}

func begun(e *slack.PlainTextInputBlockElement, text string) slack.BlockElement {
	if text = incident.Paragraph(text, incident.MaxText); text != "" {
		return e.WithInitialValue(text)
	}
	return e
}

func publicStatusChoice(chosen incident.PublicStatus) slack.Block {
	var options []*slack.OptionBlockObject
	var initial *slack.OptionBlockObject
	for _, s := range incident.PublicStatuses {
		o := option(string(s), string(s))
		if s == chosen {
			initial = o
		}
		options = append(options, o)
	}
	m := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose", maxPlaceholder), FieldStatus, options...)
	m.InitialOption = initial
	return input(FieldStatus, "Status", "", false, m)
}

// componentChoice offers the page's components, those chosen that were named before; nil without any.
func componentChoice(all, before []incident.Component) slack.Block {
	var options, initial []*slack.OptionBlockObject
	for _, c := range all {
		id, name := incident.Line(c.ID, maxChoice), incident.Line(c.Name, maxOption)
		if id == "" || id != c.ID || name == "" || len(options) == maxOptions {
			continue
		}
		o := option(id, name)
		if slices.ContainsFunc(before, func(b incident.Component) bool { return b.ID == c.ID }) {
			initial = append(initial, o)
		}
		options = append(options, o)
	}
	if len(options) == 0 {
		return nil
	}
	m := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plain("None", maxPlaceholder), FieldComponents, options...)
	m.InitialOptions = initial
	return input(FieldComponents, "Components", "Left empty: they stay as they are", true, m)
}

var stateWords = map[incident.ComponentState]string{incident.Operational: "operational", incident.DegradedPerformance: "degraded performance",
	incident.PartialOutage: "partial outage", incident.MajorOutage: "major outage", incident.UnderMaintenance: "under maintenance"}

// stateChoice offers the state of the components that are chosen; nil without components.
func stateChoice(all []incident.Component, n incident.Notice) slack.Block {
	if componentChoice(all, nil) == nil {
		return nil
	}
	chosen := incident.PartialOutage
	switch {
	case n.Status == incident.PublicResolved:
		chosen = incident.Operational
	case len(n.Components) > 0 && n.Components[0].State != "":
		chosen = n.Components[0].State
	}
	var options []*slack.OptionBlockObject
	var initial *slack.OptionBlockObject
	for _, s := range incident.ComponentStates {
		o := option(string(s), stateWords[s])
		if s == chosen {
			initial = o
		}
		options = append(options, o)
	}
	return choice(FieldState, "They are", "The state of the components that you chose", initial, options)
}

func notifyBox(yes bool) slack.Block {
	o := option(OptionNotify, "Send it to the page's subscribers")
	boxes := slack.NewCheckboxGroupsBlockElement(FieldNotify, o)
	if yes {
		boxes.InitialOptions = append(boxes.InitialOptions, o)
	}
	return input(FieldNotify, "Subscribers", "", true, boxes)
}

// customersBox asks whether customers are to be told as well; nil where they cannot be.
func customersBox(offered bool, words string, yes bool) slack.Block {
	if !offered {
		return nil
	}
	o := option(OptionCustomers, words)
	boxes := slack.NewCheckboxGroupsBlockElement(FieldCustomers, o)
	if yes {
		boxes.InitialOptions = append(boxes.InitialOptions, o)
	}
	return input(FieldCustomers, "Customers", "You see the text before it is published", true, boxes)
}
