package incident

import (
	"fmt"
	"time"
)

// Voice says how names, texts and times are written where a sentence is to
// stand: as Slack markup, as Markdown, or plainly. All fields are required.
type Voice struct {
	// Person writes somebody who did something or is spoken of, by a Slack user id that is
	// never empty. It calls nobody.
	Person func(Person) string
	// Call writes somebody who is called to act, who is to be notified.
	Call func(Person) string
	// Text escapes what somebody wrote.
	Text func(string) string
	// Code writes a statement, whose signs mean nothing but themselves.
	Code func(string) string
	// Time writes a moment.
	Time func(time.Time) string
}

// Sentence tells the event in one sentence (updates and notes may have several
// lines), without the time at which it happened. It is the only place that
// knows what the fields of each kind of event mean.
func (ev Event) Sentence(v Voice) string {
	s := ev.sentence(teller{ev, v})
	if ev.Late > 0 {
		s += fmt.Sprintf(" (%s late: mayday was not running)", For(ev.Late))
	}
	return s
}

// For writes a length of time, "40 s", "10 min" or "1 h 20 min".
func For(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}

func (ev Event) sentence(t teller) string {
	switch ev.Kind {
	case EventDeclared:
		return t.by() + " declared " + ev.To + ": " + t.text() + t.tail(" · playbook ", ev.Note)
	case EventChannelOpened:
		return "Channel #" + ev.To + " opened"
	case EventChannelFailed:
		return "The incident's channel could not be opened: " + t.text()
	case EventChannelRenamed:
		return "The channel was renamed from #" + ev.From + " to #" + ev.To
	case EventChannelLost:
		return lostSentence[Away(ev.To)]
	case EventChannelBack:
		return "mayday can write in the channel again"
	case EventSlackBack:
		if ev.Stopped {
			return "mayday did not run from " + t.v.Time(ev.Due) + " until " + t.v.Time(ev.At)
		}
		return "Slack was away from " + t.v.Time(ev.Due) + " until " + t.v.Time(ev.At)
	case EventMadePrivate:
		return t.by() + " made the incident private" + t.tail(": ", ev.Text) + ev.concealed(t)
	case EventAcknowledged:
		return t.by() + " acknowledged" + t.method() + t.when(ev.To != "", " and leads")
	case EventDeclined:
		return t.by() + " cannot come" + t.when(ev.From != "", ", as they answered"+t.method())
	case EventOnMyWay:
		return t.by() + " is on the way" + t.when(ev.From != "", ", as they answered"+t.method())
	case EventStatusChanged:
		return t.by() + " moved the status from " + ev.From + " to " + ev.To
	case EventSeverityChanged:
		return t.by() + " changed the severity from " + ev.From + " to " + ev.To + t.tail(": ", ev.Note) +
			t.when(!ev.Due.IsZero(), " (the reminders are no longer snoozed)")
	case EventRoleTaken:
		if ev.By == ev.Whom {
			return t.by() + " took the role " + ev.To
		}
		return t.by() + " gave the role " + ev.To + " to " + t.toWhom()
	case EventHandoverAsked:
		return t.by() + " asked " + t.whom() + " to take the lead" + t.tail(": ", ev.Note)
	case EventHandedOver:
		return t.by() + " took the role " + ev.To + " over from " + t.whom()
	case EventHandoverDeclined:
		return t.by() + " does not take the lead over from " + t.whom()
	case EventHandoverUnanswered:
		return t.whom() + " has not answered whether they take the lead over from " + t.by()
	case EventRoleLost:
		return "The account of " + t.whom() + " is deactivated: nobody is " + ev.To + " now"
	case EventJoined:
		return t.by() + " did that from outside the channel and was invited to it"
	case EventUpdated:
		return "Update by " + t.by() + ": " + t.text()
	case EventNoted:
		return t.by() + " noted: " + t.text()
	case EventActionAdded:
		return t.by() + " added a follow-up" + t.when(ev.Whom != "", " for "+t.toWhom()) + ": " + t.text() + t.tail(", due ", ev.Note)
	case EventCommunicated:
		return t.by() + " marked the external communication as sent"
	case EventPublishAsked:
		return t.by() + " asked to tell customers (" + ev.To + "): " + t.text()
	case EventPublished:
		return t.by() + " told customers on the status page (" + ev.To + "): " + t.text() + t.when(ev.Link != "", " · "+ev.Link) +
			t.tail(". Somebody had changed it there: ", ev.Note)
	case EventPublishFailed:
		return "Telling customers on the status page failed (" + ev.To + "): " + t.v.Text(ev.Note) + t.tail(". The text was: ", ev.Text)
	case EventSnoozed:
		return t.by() + " snoozed the reminders until " + t.v.Time(ev.Due) + t.tail(": ", ev.Note)
	case EventUnsnoozed:
		return t.by() + " ended the snooze: reminders come again"
	case EventResolved:
		return t.by() + " resolved the incident" + t.tail(": ", ev.Text) + t.tail("; ", ev.Note)
	case EventReopened:
		return t.by() + " reopened the incident" + t.tail(": ", ev.Note)
	case EventCancelled:
		return t.by() + " cancelled the incident" + t.tail(": ", ev.Note)
	case EventClosed:
		return t.by() + " closed the incident"
	case EventPostmortemRequested:
		return t.by() + " asked for the post-mortem"
	case EventPostmortemFiled:
		return "The post-mortem is ready: " + ev.Link
	case EventPostmortemFailed:
		return "The post-mortem could not be filed: " + t.text()
	case EventGaveUp:
		return "mayday could not " + ev.To + ": " + t.text()
	case EventQueried:
		return ev.queried(t)
	case EventProbed:
		return ev.probed(t)
	case EventQueryRefused:
		return t.by() + " was refused to run " + t.v.Code(ev.To) + ": " + t.text()
	}
	if s := ev.alertSentence(t); s != "" {
		return s
	}
	if s := ev.stepSentence(t); s != "" {
		return s
	}
	if s := ev.recordSentence(t); s != "" {
		return s
	}
	return ev.clockSentence(t)
}

// alertSentence tells of alerts and changes that came in.
func (ev Event) alertSentence(t teller) string {
	alert := "Alert from " + t.v.Text(ev.From) + ": " + t.text()
	link := t.when(ev.Link != "", " · "+ev.Link)
	switch ev.Kind {
	case EventAlertAttached:
		s := alert + t.tail(" ", ev.Note) + t.when(!ev.Due.IsZero(), ", since "+t.v.Time(ev.Due)) + link
		if ev.By != "" {
			return t.by() + " attached: " + s
		}
		return s
	case EventAlertRepeated:
		return alert + fmt.Sprintf(" is still firing, heard %d times", ev.Step) + t.tail(", ", ev.Note) + link
	case EventAlertAgain:
		return alert + " fires again" + link
	case EventAlertQuiet:
		return alert + " has been quiet since " + t.v.Time(ev.Due) + link
	case EventChanged:
		return "Changed: " + t.text() + t.tail(" by ", ev.Note) + t.when(ev.To != "", " ("+t.v.Text(ev.To)+")") + ", from " + t.v.Text(ev.From) + link
	}
	return ""
}

// concealed tells of the tracking issue of an incident that became private.
func (ev Event) concealed(t teller) string {
	if ev.To == emptied {
		return t.when(ev.Link != "", ". Its tracking issue is emptied: "+ev.Link)
	}
	return t.when(ev.Link != "", ". What stands on GitHub is not touched any more: "+ev.Link)
}

// lostSentence says why a channel cannot hear mayday, and what to do.
var lostSentence = map[Away]string{
	Archived: "The incident's channel is archived, so nothing can be said there. Open it and choose Unarchive; mayday comes back by itself and says what waits",
	Removed:  "mayday is not in the incident's channel any more, so nothing can be said there. Invite it there; it then says what waits",
	Vanished: "The incident's channel is gone, or private and without mayday, so nothing can be said there. If it is private, invite mayday there",
}

func (ev Event) queried(t teller) string {
	what := t.v.Text(ev.To)
	switch QueryReason(ev.From) {
	case Snapshot:
		return "Snapshot of " + what + ": " + t.text()
	case Afterwards:
		return "Then and now, " + what + ": " + t.text()
	case Differences:
		return t.by() + " compared with the snapshot, " + what + ": " + t.text()
	case AskedAll:
		return t.by() + " ran the playbook's queries, " + what + ": " + t.text()
	case AdHoc:
		return t.by() + " ran " + t.v.Code(ev.To) + ": " + t.text()
	}
	return t.by() + " ran the query " + what + ": " + t.text()
}

// recordSentence tells of the timeline itself and of issues.
func (ev Event) recordSentence(t teller) string {
	switch ev.Kind {
	case EventPinned:
		return ev.pinned(t)
	case EventPinEdited:
		return "A message on the timeline was edited: " + t.text()
	case EventUnpinned:
		return t.by() + " took a message off the timeline"
	case EventExportRequested:
		return t.by() + " asked for the timeline as files"
	case EventTracked:
		return "The tracking issue is open: " + ev.Link
	case EventIssueMoved:
		return "The tracking issue was transferred to another repository: " + ev.Link + ". mayday does not write there"
	case EventIssueReplaced:
		return "The tracking issue was deleted on GitHub. A new one takes its place: " + ev.Link
	case EventTrackingFailed:
		return "The tracking issue could not be kept up to date: " + t.text()
	case EventIssueClosed:
		return "Somebody closed the tracking issue on GitHub. That changes nothing here: the incident goes on"
	case EventIssueRemarked:
		return t.v.Text(ev.To) + " wrote on the tracking issue: “" + t.text() + "”. That changes nothing here"
	case EventActionFiled:
		return "The follow-up has an issue: " + t.text() + " " + ev.Link
	case EventLearned:
		return t.by() + " suggested a change to the runbook" + t.when(ev.Step > 0, fmt.Sprintf(" at step %d (%s)", ev.Step, t.text())) + t.tail(": ", ev.Note)
	case EventRunbookProposed:
		return "A change to the runbook is proposed for review: " + ev.Link
	case EventPostmortemClosed:
		return "The post-mortem is closed on GitHub: " + ev.Link
	case EventPostmortemOpen:
		return "The post-mortem was to be closed by " + t.v.Time(ev.Due) + " and is still open: " + ev.Link
	case EventPostmortemUntouched:
		return "Nobody has worked on the post-mortem yet; a draft was due " + t.v.Time(ev.Due) + ": " + ev.Link
	case EventGitHubRetried:
		return t.by() + " asked to try GitHub again"
	}
	return ""
}

// pinned tells a message of the channel with where it stands and what hangs on it.
func (ev Event) pinned(t teller) string {
	who := "An app"
	if ev.Whom != "" {
		who = t.whom()
	}
	s := who + " wrote: " + t.text()
	if ev.Text == "" {
		s = who + " posted"
	}
	if ev.Link != "" {
		s += " · " + ev.Link
	}
	for _, f := range ev.Files {
		s += " · file " + t.v.Text(f.Name) + " " + t.v.Text(f.URL)
	}
	return s
}

func (ev Event) stepSentence(t teller) string {
	step := fmt.Sprintf("step %d (%s)", ev.Step, t.text())
	switch ev.Kind {
	case EventStepDone:
		return t.by() + " finished " + step + t.tail(": ", ev.Note)
	case EventStepSkipped:
		return t.by() + " skipped " + step + t.tail(": ", ev.Note)
	case EventStepBlocked:
		return t.by() + " is blocked at " + step + t.tail(": ", ev.Note)
	case EventStepUndone:
		return t.by() + " took back that " + step + " was " + ev.From
	case EventStepAssigned:
		if ev.By == ev.Whom {
			return t.by() + " took " + step
		}
		return t.by() + " assigned " + step + " to " + t.toWhom()
	case EventPlaybookSwitched:
		return t.by() + " switched the playbook from " + t.v.Text(ev.From) + " to " + t.v.Text(ev.To) + t.tail("; ", ev.Note)
	case EventPlaybookAdded:
		return t.by() + " added the playbook " + t.v.Text(ev.To) + ": " + t.text() + t.tail("; ", ev.Note)
	}
	return ""
}

func (ev Event) clockSentence(t teller) string {
	switch ev.Kind {
	case EventPaged:
		if ev.By != "" {
			return t.by() + " paged " + t.calls() + t.tail(": ", ev.Note)
		}
		return "Paging " + t.calls() + t.calledBecause()
	case EventPageDelivered:
		return t.called() + " was paged by direct message"
	case EventPageFailed:
		return t.called() + " could not be paged: " + t.text() + t.tail(" · phone ", ev.Phone)
	case EventTurnUnsure:
		return "Whose turn it is as " + t.called() + " is not sure: " + t.text()
	case EventMethodSent:
		if ev.Text != "" {
			return "Whether " + t.called() + " was called" + t.method() + " is not known: " + t.text() + t.tail(" · phone ", ev.Phone)
		}
		return t.called() + " was called" + t.method() + t.tail(": ", ev.Note)
	case EventMethodDelivered:
		if ev.From == (Method{Kind: Call}).Label() {
			return "The call to " + t.called() + " was taken, by them or by a mailbox"
		}
		return "The message to " + t.called() + t.method() + " arrived"
	case EventMethodUnclear:
		return t.called() + " answered" + t.method() + " in words that mayday does not understand, and was told which it does"
	case EventMethodSpared:
		return t.called() + " was not called" + t.method() + " as well: " + t.text()
	case EventMethodFailed:
		return t.called() + " could not be called" + t.method() + ": " + t.text() + t.tail(" · phone ", ev.Phone)
	case EventPageOverdue:
		return "Could not page " + t.called() + " within two minutes" + t.tail(", phone ", ev.Phone)
	case EventPageWaits:
		return "Slack has not taken the page to " + t.called() + " yet, after two minutes; it is sent as soon as Slack does" + t.tail(", phone ", ev.Phone)
	case EventNobodyToPage:
		return "Nobody could be paged: the runbook names no further contact that mayday can find in Slack. Call somebody."
	case EventEscalationDue:
		if ev.Contact == "" {
			return "Not resolved yet, and the runbook says to escalate now, but names nobody for this severity"
		}
		return "Not resolved yet: the runbook says to escalate now, to " + t.v.Text(ev.Contact)
	case EventRespondReminded:
		return "Half of the response time is gone and nobody has acknowledged; respond by " + t.v.Time(ev.Due)
	case EventRespondBreached:
		return "Nobody acknowledged in time; it was due " + t.v.Time(ev.Due)
	case EventResolveBreached:
		return "Not resolved in time; it was due " + t.v.Time(ev.Due)
	case EventUpdateReminded:
		return "An update was due " + t.v.Time(ev.Due)
	}
	return string(ev.Kind)
}
