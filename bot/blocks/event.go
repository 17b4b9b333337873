package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// alarming events are marked, because somebody has to do something about them.
var alarming = map[incident.EventKind]bool{
	incident.EventChannelFailed: true, incident.EventPageFailed: true, incident.EventMethodFailed: true, incident.EventPageOverdue: true, incident.EventPageWaits: true, incident.EventNobodyToPage: true,
	incident.EventRespondBreached: true, incident.EventResolveBreached: true, incident.EventEscalationDue: true,
	incident.EventStepBlocked: true, incident.EventPostmortemFailed: true, incident.EventGaveUp: true,
	incident.EventRoleLost: true, incident.EventChannelLost: true, incident.EventIssueMoved: true, incident.EventIssueReplaced: true,
	incident.EventTrackingFailed: true, incident.EventIssueClosed: true, incident.EventIssueRemarked: true,
	incident.EventPublishFailed: true,
}

func alarms(ev incident.Event) bool {
	return alarming[ev.Kind] || ev.Kind == incident.EventMethodSent && ev.Text != "" // nobody knows whether it was
}

// Event is what is told in the incident's channel of an aloud event.
func Event(inc incident.Incident, ev incident.Event) Message {
	told := shorten(sentence(inc, ev), maxText)
	text := told
	if a, _ := inc.Alert(ev.Seq); a.End != "" {
		return message(a.Sentence(voice(inc))+". Before: "+told, section(":white_check_mark: "+a.Sentence(voice(inc))), small("Before: "+told))
	}
	if ev.Kind == incident.EventPublishFailed {
		return unpublished(inc, ev)
	}
	if ev.Kind == incident.EventNoted {
		return message(text, small(told))
	}
	switch {
	case overcome(inc, ev):
		return message(text, section(struck(told)))
	case alarms(ev):
		told = ":warning: " + told
	}
	if ev.Kind == incident.EventResolved {
		told = ":white_check_mark: " + told
	}
	return message(text, section(told), small(aside(inc, ev)), row(eventButtons(inc, ev)...))
}

// unpublished says that customers were not told, with the text to copy.
func unpublished(inc incident.Incident, ev incident.Event) Message {
	text := shorten(sentence(inc, ev), maxText)
	copied := ev.Text
	ev.Text = ""
	return message(text, section(":warning: "+shorten(sentence(inc, ev), maxText)), small("The text, to copy where your customers read:"),
		preformatted(copied, incident.MaxText), row(eventButtons(inc, ev)...))
}

// Events is Event for several that are told together: who was called, one after
// the other, and who could not be; or all that happened while Slack was away. One event is told as Event tells it.
func Events(inc incident.Incident, evs []incident.Event) Message {
	if last := evs[len(evs)-1]; last.Kind == incident.EventSlackBack {
		return catchUp(inc, evs[:len(evs)-1], last)
	}
	if len(evs) == 1 {
		return Event(inc, evs[0])
	}
	var lines []string
	for _, ev := range evs {
		told := shorten(sentence(inc, ev), maxText/len(evs))
		if alarms(ev) {
			told = ":warning: " + told
		}
		lines = append(lines, told)
	}
	return message(strings.Join(lines, ". "), section(lines...), row(eventButtons(inc, evs[len(evs)-1])...))
}

// Alarm is Event for the announce channel, as a reply below the announcement:
// people who are not in the incident's channel can use a telephone too.
func Alarm(inc incident.Incident, ev incident.Event) Message {
	told := fmt.Sprintf("%s: %s", naming(inc), shorten(sentence(inc, ev), maxText-200))
	if a, _ := inc.Alert(ev.Seq); a.End != "" {
		over := fmt.Sprintf("%s: %s", naming(inc), a.Sentence(voice(inc)))
		return message(over, section(":white_check_mark: "+over), small("Before: "+shorten(sentence(inc, ev), maxText-200)))
	}
	where := ""
	if ev.Kind == incident.EventChannelLost {
		where = openChannel(inc)
	}
	return message(told, section(":warning: "+told), small(where))
}

// AsksFor reports whether events of a kind are told with buttons that go when they are
// not wanted any more, or tell of something wrong whose end nothing else tells, so that
// their message is drawn anew.
func AsksFor(kind incident.EventKind) bool { return asking[kind] }

var asking = map[incident.EventKind]bool{incident.EventResolved: true, incident.EventCancelled: true,
	incident.EventPaged: true, incident.EventRespondBreached: true, incident.EventResolveBreached: true,
	incident.EventEscalationDue: true, incident.EventStepBlocked: true, incident.EventRoleLost: true,
	incident.EventGaveUp: true, incident.EventTrackingFailed: true, incident.EventPostmortemFailed: true, incident.EventAlertQuiet: true, incident.EventSlackBack: true}

// overcome reports whether what an event says is blocked is not any more.
func overcome(inc incident.Incident, ev incident.Event) bool {
	if ev.Kind != incident.EventStepBlocked {
		return false
	}
	for _, w := range inc.Walks {
		if i := ev.Step - 1; i >= 0 && i < len(w.Playbook.Steps) && w.Marks[i].State == incident.StepBlocked && w.Marks[i].At.Equal(ev.At) {
			return false
		}
	}
	return true
}

// full ends a sentence with a stop, unless it has one.
func full(s string) string {
	for _, stop := range []string{".", "!", "?", "…"} {
		if strings.HasSuffix(s, stop) {
			return s
		}
	}
	return s + "."
}

// sentence is incident.Event.Sentence in Slack's markup. The words that the
// sentence takes as they are (severity labels, a channel's name, an address) come
// from a runbook or from outside, so they are made safe here.
func sentence(inc incident.Incident, ev incident.Event) string {
	return sentenceIn(inc, ev, voice(inc))
}

func sentenceIn(inc incident.Incident, ev incident.Event, v incident.Voice) string {
	switch ev.Kind {
	case incident.EventPlaybookSwitched, incident.EventPlaybookAdded, incident.EventAlertAttached, incident.EventAlertRepeated, incident.EventAlertAgain, incident.EventAlertQuiet, incident.EventChanged, incident.EventQueried, incident.EventQueryRefused, incident.EventIssueRemarked: // Sentence escapes these
	default:
		ev.From, ev.To = line(ev.From, 100), line(ev.To, 100)
	}
	if ev.Link != "" {
		ev.Link = link(ev.Link, linkNames[ev.Kind])
	}
	if ev.Kind == incident.EventPaged && ev.Whom == "" {
		ev.Whom = called(inc, ev)
	}
	return ev.Sentence(v)
}

// linkNames are the words of a link; without one the address stands for itself.
var linkNames = map[incident.EventKind]string{incident.EventPinned: "open", incident.EventPinEdited: "open", incident.EventAlertAttached: "open",
	incident.EventAlertRepeated: "open", incident.EventAlertAgain: "open", incident.EventAlertQuiet: "open", incident.EventChanged: "open", incident.EventPublished: "open"}

// Called are the people whom the telling of some events mentions, who are to be in the
// channel before. A user group's members are not among them.
func Called(inc incident.Incident, evs []incident.Event) []incident.Person {
	if evs[len(evs)-1].Kind == incident.EventSlackBack {
		return slices.DeleteFunc(stillCalled(inc), func(p incident.Person) bool { return !personID.MatchString(p) })
	}
	var people []incident.Person
	for _, ev := range evs {
		if ev.Kind == incident.EventPaged && ev.Whom == "" {
			ev.Whom = called(inc, ev)
		}
		v := voice(inc)
		v.Call = func(p incident.Person) string {
			if personID.MatchString(p) {
				people = append(people, p)
			}
			return ""
		}
		ev.Sentence(v)
	}
	return people
}

// called is who was meant by a page that named a contact: the user group that the runbook
// gives, else the person once mayday found them, else the person that the runbook gives.
// Empty where nobody knows.
func called(inc incident.Incident, ev incident.Event) string {
	for _, p := range inc.Pages {
		if !p.At.Equal(ev.At) || inc.ContactTitle(p) != ev.Contact || p.Contact < 0 {
			continue
		}
		id := contactID(inc.Policy.Contacts[p.Contact])
		if p.Person != "" && !groupID.MatchString(id) {
			return p.Person
		}
		return id
	}
	return ""
}

// contactID is the id of a person or user group that the runbook gives for a contact; else it is empty.
func contactID(c incident.Contact) string {
	if personID.MatchString(c.Slack) || groupID.MatchString(c.Slack) {
		return c.Slack
	}
	return ""
}

// aside is the small print below an event.
func aside(inc incident.Incident, ev incident.Event) string {
	switch ev.Kind {
	case incident.EventUpdated:
		if !ev.Due.IsZero() {
			return "Next update by " + moment(ev.Due)
		}
	case incident.EventResolved, incident.EventCancelled:
		if lag := customersLag(inc); lag != "" {
			return ":loudspeaker: " + lag
		}
		if inc.NeedsCommunication() {
			return ":loudspeaker: External communication is still required"
		}
	case incident.EventPostmortemFailed, incident.EventTrackingFailed:
		return "To try again: " + command("postmortem")
	case incident.EventRoleLost:
		return "To take it: " + command("take "+ev.To) + ", or give it to somebody: " + command("role "+ev.To+" @name")
	case incident.EventMadePrivate:
		return madePrivate(inc, ev)
	case incident.EventPublished:
		if ev.To != string(incident.PublicResolved) {
			return "Later updates for customers: tick the box in the form of " + command("update")
		}
	case incident.EventIssueClosed:
		return "To end the incident: " + command("resolve <summary>")
	case incident.EventIssueRemarked:
		return "Commands are understood in this channel only, beginning with " + command("help")
	case incident.EventRoleTaken:
		if ev.To == string(incident.Lead) && ev.By != ev.Whom {
			return "The lead decides, hands out roles and keeps the updates coming"
		}
	}
	return ""
}

// madePrivate says what only people can do once an incident is private.
func madePrivate(inc incident.Incident, ev incident.Event) string {
	var list []string
	if ev.By != "" {
		list = append(list, "Make the channel private too, in its settings: an app may not. Until then whoever opens it can read it")
	}
	if inc.Publication.ID != "" {
		list = append(list, "What customers read on the status page stays there")
	}
	if ev.Link != "" {
		list = append(list, "GitHub shows the old title and text of the issue in its history: delete the issue if they must not be read")
	}
	if inc.PostmortemURL != "" || slices.ContainsFunc(inc.Actions, func(a incident.Action) bool { return a.Number > 0 }) {
		list = append(list, "The post-mortem and the issues of follow-ups stay as people wrote them")
	}
	return strings.Join(list, "\n")
}

// eventButtons are for what an event asks people to do. They are drawn for the
// incident as it is now: when it is over there are none.
func eventButtons(inc incident.Incident, ev incident.Event) []slack.BlockElement {
	t := about(inc)
	switch ev.Kind {
	case incident.EventRoleLost:
		if inc.Status.Live() && ev.To == string(incident.Lead) && inc.Roles[incident.Lead] == "" {
			return []slack.BlockElement{button(ActionTakeLead, t, "Take lead")}
		}
	case incident.EventResolved:
		var tell slack.BlockElement
		if inc.NeedsCommunication() || customersLag(inc) != "" {
			tell = button(ActionPublish, t, "Tell customers")
		}
		return []slack.BlockElement{tell, button(ActionFollowUp, t, "Add follow-up"), button(ActionLearn, t, "What should the runbook say next time?")}
	case incident.EventCancelled:
		if customersLag(inc) != "" {
			return []slack.BlockElement{button(ActionPublish, t, "Tell customers")}
		}
	case incident.EventPublishFailed:
		return []slack.BlockElement{button(ActionPublish, t, "Tell customers")}
	case incident.EventAlertQuiet:
		if inc.Status.Live() {
			return []slack.BlockElement{button(ActionResolve, t, "Resolve…")}
		}
	case incident.EventPaged:
		if asks(inc) {
			return []slack.BlockElement{primary(button(ActionAcknowledge, t, "Acknowledge"))}
		}
	case incident.EventRespondBreached:
		if inc.Status.Live() && !inc.Acknowledged() {
			return []slack.BlockElement{primary(button(ActionAcknowledge, t, "Acknowledge")), pageNextButton(inc)}
		}
	case incident.EventStepBlocked:
		if inc.Status.Live() {
			return []slack.BlockElement{pageNextButton(inc)}
		}
	case incident.EventEscalationDue:
		if inc.Status.Live() && ev.Contact != "" {
			return []slack.BlockElement{pageNextButton(inc)}
		}
	case incident.EventResolveBreached:
		if !inc.Status.Live() {
			return nil
		}
		return []slack.BlockElement{button(ActionUpdate, t, "Update"), pageNextButton(inc)}
	}
	return nil
}
