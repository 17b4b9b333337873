package incident

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// told is a sentence of each kind of event, and of each way to say it.
var told = []struct {
	ev   Event
	want string
}{
	{Event{Kind: EventDeclared, By: ana, To: "P0", Text: "checkout is down", Note: "Site Down"}, "@U0ANA declared P0: checkout is down · playbook Site Down"},
	{Event{Kind: EventDeclared, By: ana, To: "P0", Text: "checkout is down"}, "@U0ANA declared P0: checkout is down"},
	{Event{Kind: EventChannelOpened, To: "inc-1"}, "Channel #inc-1 opened"},
	{Event{Kind: EventChannelFailed, Text: "the name is taken"}, "The incident's channel could not be opened: the name is taken"},
	{Event{Kind: EventAcknowledged, By: ana, To: "lead"}, "@U0ANA acknowledged and leads"},
	{Event{Kind: EventDeclined, By: ben}, "@U0BEN cannot come"},
	{Event{Kind: EventOnMyWay, By: ben}, "@U0BEN is on the way"},
	{Event{Kind: EventAcknowledged, By: ana}, "@U0ANA acknowledged"},
	{Event{Kind: EventStatusChanged, By: ana, From: "open", To: "identified"}, "@U0ANA moved the status from open to identified"},
	{Event{Kind: EventSeverityChanged, By: ana, From: "P1", To: "P0", Note: "all regions", Due: t0}, "@U0ANA changed the severity from P1 to P0: all regions (the reminders are no longer snoozed)"},
	{Event{Kind: EventSeverityChanged, By: ana, From: "P1", To: "P0"}, "@U0ANA changed the severity from P1 to P0"},
	{Event{Kind: EventRoleTaken, By: ana, Whom: ana, To: "lead"}, "@U0ANA took the role lead"},
	{Event{Kind: EventRoleTaken, By: ana, Whom: ben, To: "lead"}, "@U0ANA gave the role lead to @U0BEN"},
	{Event{Kind: EventHandoverAsked, By: ana, Whom: ben, Note: "it is quiet"}, "@U0ANA asked @U0BEN to take the lead: it is quiet"},
	{Event{Kind: EventHandedOver, By: ben, Whom: ana, To: "lead"}, "@U0BEN took the role lead over from @U0ANA"},
	{Event{Kind: EventHandoverDeclined, By: ben, Whom: ana}, "@U0BEN does not take the lead over from @U0ANA"},
	{Event{Kind: EventHandoverUnanswered, By: ana, Whom: ben}, "@U0BEN has not answered whether they take the lead over from @U0ANA"},
	{Event{Kind: EventJoined, By: ana}, "@U0ANA did that from outside the channel and was invited to it"},
	{Event{Kind: EventStepDone, By: ana, Step: 2, Text: "Look", Note: "it is red"}, "@U0ANA finished step 2 (Look): it is red"},
	{Event{Kind: EventStepSkipped, By: ana, Step: 2, Text: "Look"}, "@U0ANA skipped step 2 (Look)"},
	{Event{Kind: EventStepBlocked, By: ana, Step: 2, Text: "Look", Note: "no access"}, "@U0ANA is blocked at step 2 (Look): no access"},
	{Event{Kind: EventStepUndone, By: ana, Step: 2, Text: "Look", From: "done"}, "@U0ANA took back that step 2 (Look) was done"},
	{Event{Kind: EventStepAssigned, By: ana, Whom: ben, Step: 2, Text: "Look"}, "@U0ANA assigned step 2 (Look) to @U0BEN"},
	{Event{Kind: EventPlaybookAdded, By: ana, To: "Slow", Text: "steps 9 to 12"}, "@U0ANA added the playbook Slow: steps 9 to 12"},
	{Event{Kind: EventPlaybookSwitched, By: ana, From: "Site Down", To: "Slow"}, "@U0ANA switched the playbook from Site Down to Slow"},
	{Event{Kind: EventUpdated, By: ana, Text: "rolling back"}, "Update by @U0ANA: rolling back"},
	{Event{Kind: EventNoted, Text: "a note"}, "mayday noted: a note"},
	{Event{Kind: EventActionAdded, By: ana, Text: "alert"}, "@U0ANA added a follow-up: alert"},
	{Event{Kind: EventActionAdded, By: ana, Whom: ben, Text: "alert", Note: "Friday"}, "@U0ANA added a follow-up for @U0BEN: alert, due Friday"},
	{Event{Kind: EventPaged, Contact: "CTO", Text: string(Escalated)}, "Paging CTO, because the runbook escalates to them"},
	{Event{Kind: EventPaged, Contact: "CTO", Text: string(OnCall)}, "Paging CTO, who is on call"},
	{Event{Kind: EventPaged, Contact: "CTO", Text: string(NoResponse)}, "Paging CTO, because nobody acknowledged"},
	{Event{Kind: EventPaged, Contact: "CTO", Text: string(Unreachable)}, "Paging CTO, because the person before could not be reached"},
	{Event{Kind: EventPaged, Contact: "On-Call Engineer (Ana)", Text: string(OnCall)}, "Paging On-Call Engineer (Ana)"},
	{Event{Kind: EventUnsnoozed, By: ana}, "@U0ANA ended the snooze: reminders come again"},
	{Event{Kind: EventStepAssigned, By: ana, Whom: ana, Step: 2, Text: "Look"}, "@U0ANA took step 2 (Look)"},
	{Event{Kind: EventPaged, By: ana, Whom: ben, Note: "help"}, "@U0ANA paged @U0BEN: help"},
	{Event{Kind: EventPageDelivered, Contact: "CTO", Whom: ben}, "CTO @U0BEN was paged by direct message"},
	{Event{Kind: EventPageDelivered, Contact: "CTO (@U0BEN)", Whom: ben}, "CTO (@U0BEN) was paged by direct message"},
	{Event{Kind: EventPageFailed, Contact: "CTO", Text: "not in Slack", Phone: "+1 555"}, "CTO could not be paged: not in Slack · phone +1 555"},
	{Event{Kind: EventPageFailed, Text: "not in Slack"}, "somebody could not be paged: not in Slack"},
	{Event{Kind: EventTurnUnsure, Contact: "On-call", Text: "its calendar names nobody now"}, "Whose turn it is as On-call is not sure: its calendar names nobody now"},
	{Event{Kind: EventMethodSent, Contact: "CTO", From: "SMS"}, "CTO was called by SMS"},
	{Event{Kind: EventMethodSent, Whom: ana, From: "ntfy", Note: "it may arrive twice"}, "@" + ana + " was called by ntfy: it may arrive twice"},
	{Event{Kind: EventMethodSent, Contact: "CTO", From: "ntfy", Text: "two attempts were broken off", Phone: "+1 555"}, "Whether CTO was called by ntfy is not known: two attempts were broken off · phone +1 555"},
	{Event{Kind: EventMethodDelivered, Contact: "CTO", From: "phone"}, "The call to CTO was taken, by them or by a mailbox"},
	{Event{Kind: EventMethodDelivered, Contact: "CTO", From: "SMS"}, "The message to CTO by SMS arrived"},
	{Event{Kind: EventMethodUnclear, Contact: "CTO", From: "SMS"}, "CTO answered by SMS in words that mayday does not understand, and was told which it does"},
	{Event{Kind: EventMethodSpared, Contact: "CTO", From: "phone", Text: "three calls went there within ten minutes"}, "CTO was not called by phone as well: three calls went there within ten minutes"},
	{Event{Kind: EventMethodFailed, Contact: "CTO", From: "SMS", Text: "Twilio is away", Phone: "+1 555"}, "CTO could not be called by SMS: Twilio is away · phone +1 555"},
	{Event{Kind: EventPageOverdue, Contact: "CTO", Phone: "+1 555"}, "Could not page CTO within two minutes, phone +1 555"},
	{Event{Kind: EventPageWaits, Contact: "CTO", Phone: "+1 555"}, "Slack has not taken the page to CTO yet, after two minutes; it is sent as soon as Slack does, phone +1 555"},
	{Event{Kind: EventNobodyToPage}, "Nobody could be paged: the runbook names no further contact that mayday can find in Slack. Call somebody."},
	{Event{Kind: EventEscalationDue}, "Not resolved yet, and the runbook says to escalate now, but names nobody for this severity"},
	{Event{Kind: EventEscalationDue, Contact: "CTO"}, "Not resolved yet: the runbook says to escalate now, to CTO"},
	{Event{Kind: EventRespondReminded, Due: t0}, "Half of the response time is gone and nobody has acknowledged; respond by 10:00"},
	{Event{Kind: EventRespondBreached, Due: t0}, "Nobody acknowledged in time; it was due 10:00"},
	{Event{Kind: EventResolveBreached, Due: t0}, "Not resolved in time; it was due 10:00"},
	{Event{Kind: EventUpdateReminded, Due: t0}, "An update was due 10:00"},
	{Event{Kind: EventUpdateReminded, Due: t0, Late: 59 * time.Second}, "An update was due 10:00 (59 s late: mayday was not running)"},
	{Event{Kind: EventUpdateReminded, Due: t0, Late: time.Minute}, "An update was due 10:00 (1 min late: mayday was not running)"},
	{Event{Kind: EventUpdateReminded, Due: t0, Late: 80 * time.Minute}, "An update was due 10:00 (1 h 20 min late: mayday was not running)"},
	{Event{Kind: EventUpdateReminded, Due: t0, Late: time.Hour}, "An update was due 10:00 (1 h 0 min late: mayday was not running)"},
	{Event{Kind: EventSnoozed, By: ana, Due: t0, Note: "waiting"}, "@U0ANA snoozed the reminders until 10:00: waiting"},
	{Event{Kind: EventCommunicated, By: ana}, "@U0ANA marked the external communication as sent"},
	{Event{Kind: EventPublishAsked, By: ana, To: "identified", Text: "It is known"}, "@U0ANA asked to tell customers (identified): It is known"},
	{Event{Kind: EventPublished, By: ana, To: "identified", Text: "It is known", Link: "https://stspg.io/1"}, "@U0ANA told customers on the status page (identified): It is known · https://stspg.io/1"},
	{Event{Kind: EventPublished, By: ana, To: "identified", Text: "It is known", Note: "it was resolved"}, "@U0ANA told customers on the status page (identified): It is known. Somebody had changed it there: it was resolved"},
	{Event{Kind: EventPublishFailed, By: ana, To: "identified", Text: "It is known", Note: "It answered 401"}, "Telling customers on the status page failed (identified): It answered 401. The text was: It is known"},
	{Event{Kind: EventResolved, By: ana, Text: "rolled back"}, "@U0ANA resolved the incident: rolled back"},
	{Event{Kind: EventReopened, By: ana, Note: "it is back"}, "@U0ANA reopened the incident: it is back"},
	{Event{Kind: EventCancelled, By: ana, Note: "a test"}, "@U0ANA cancelled the incident: a test"},
	{Event{Kind: EventClosed, By: ana}, "@U0ANA closed the incident"},
	{Event{Kind: EventPostmortemRequested, By: ana}, "@U0ANA asked for the post-mortem"},
	{Event{Kind: EventPostmortemFiled, Link: "https://g/7"}, "The post-mortem is ready: https://g/7"},
	{Event{Kind: EventPostmortemFailed, Text: "no right"}, "The post-mortem could not be filed: no right"},
	{Event{Kind: EventGaveUp, To: "set the topic", Text: "no right"}, "mayday could not set the topic: no right"},
	{Event{Kind: EventQueried, From: string(Snapshot), To: "2 queries", Text: "fine"}, "Snapshot of 2 queries: fine"},
	{Event{Kind: EventQueried, From: string(Afterwards), To: "2 queries", Text: "fine"}, "Then and now, 2 queries: fine"},
	{Event{Kind: EventQueried, By: ana, From: string(Differences), To: "2 queries", Text: "fine"}, "@U0ANA compared with the snapshot, 2 queries: fine"},
	{Event{Kind: EventQueried, By: ana, From: string(AskedAll), To: "2 queries", Text: "fine"}, "@U0ANA ran the playbook's queries, 2 queries: fine"},
	{Event{Kind: EventQueried, By: ana, From: string(Asked), To: "Users", Text: "1 row"}, "@U0ANA ran the query Users: 1 row"},
	{Event{Kind: EventQueryRefused, By: ana, To: "DROP", Text: "it changes"}, "@U0ANA was refused to run `DROP`: it changes"},
	{Event{Kind: EventProbed, From: string(ProbeOpening), Text: "all 2 fine"}, "Checked by mayday itself: all 2 fine"},
	{Event{Kind: EventProbed, By: ana, From: string(ProbeAsked), Step: 1, Text: "fine"}, "@U0ANA checked step 1: fine"},
	{Event{Kind: EventProbed, By: ana, From: string(ProbeAsked), Text: "fine"}, "@U0ANA checked: fine"},
	{Event{Kind: EventPinned, Whom: ben, Text: "it is red", Link: "https://s/1", Files: []Link{{"graph", "https://s/f"}}}, "@U0BEN wrote: it is red · https://s/1 · file graph https://s/f"},
	{Event{Kind: EventPinned}, "An app posted"},
	{Event{Kind: EventPinEdited, Text: "it is green"}, "A message on the timeline was edited: it is green"},
	{Event{Kind: EventUnpinned, By: ana}, "@U0ANA took a message off the timeline"},
	{Event{Kind: EventExportRequested, By: ana}, "@U0ANA asked for the timeline as files"},
	{Event{Kind: EventTracked, Link: "https://g/7"}, "The tracking issue is open: https://g/7"},
	{Event{Kind: EventTrackingFailed, Text: "no right"}, "The tracking issue could not be kept up to date: no right"},
	{Event{Kind: EventIssueClosed}, "Somebody closed the tracking issue on GitHub. That changes nothing here: the incident goes on"},
	{Event{Kind: EventIssueRemarked, To: "octo", Text: "resolve"}, "octo wrote on the tracking issue: “resolve”. That changes nothing here"},
	{Event{Kind: EventActionFiled, Text: "alert", Link: "https://g/8"}, "The follow-up has an issue: alert https://g/8"},
	{Event{Kind: EventGitHubRetried, By: ana}, "@U0ANA asked to try GitHub again"},
	{Event{Kind: EventLearned, By: ana, Note: "restart it"}, "@U0ANA suggested a change to the runbook: restart it"},
	{Event{Kind: EventLearned, By: ana, Step: 1, Text: "Look", Note: "restart it"}, "@U0ANA suggested a change to the runbook at step 1 (Look): restart it"},
	{Event{Kind: EventRunbookProposed, Link: "https://g/9"}, "A change to the runbook is proposed for review: https://g/9"},
	{Event{Kind: EventPostmortemClosed, Link: "https://g/7"}, "The post-mortem is closed on GitHub: https://g/7"},
	{Event{Kind: EventPostmortemOpen, Due: t0, Link: "https://g/7"}, "The post-mortem was to be closed by 10:00 and is still open: https://g/7"},
	{Event{Kind: EventChannelRenamed, From: "inc-1", To: "kasse"}, "The channel was renamed from #inc-1 to #kasse"},
	{Event{Kind: EventChannelLost, To: string(Archived)}, "The incident's channel is archived, so nothing can be said there. Open it and choose Unarchive; mayday comes back by itself and says what waits"},
	{Event{Kind: EventChannelLost, To: string(Removed)}, "mayday is not in the incident's channel any more, so nothing can be said there. Invite it there; it then says what waits"},
	{Event{Kind: EventChannelLost, To: string(Vanished)}, "The incident's channel is gone, or private and without mayday, so nothing can be said there. If it is private, invite mayday there"},
	{Event{Kind: EventChannelBack}, "mayday can write in the channel again"},
	{Event{Kind: EventSlackBack, Due: t0, At: t0.Add(6 * time.Hour)}, "Slack was away from 10:00 until 16:00"},
	{Event{Kind: EventSlackBack, Due: t0, At: t0.Add(6 * time.Hour), Stopped: true}, "mayday did not run from 10:00 until 16:00"},
	{Event{Kind: EventMadePrivate, By: ana}, "@U0ANA made the incident private"},
	{Event{Kind: EventMadePrivate, By: ana, Link: "https://g/1", To: emptied}, "@U0ANA made the incident private. Its tracking issue is emptied: https://g/1"},
	{Event{Kind: EventMadePrivate, Text: "its channel was made private", Link: "https://g/1"}, "mayday made the incident private: its channel was made private. What stands on GitHub is not touched any more: https://g/1"},
	{Event{Kind: EventRoleLost, Whom: ben, To: "lead"}, "The account of @U0BEN is deactivated: nobody is lead now"},
	{Event{Kind: EventIssueMoved, Link: "https://g/o/1"}, "The tracking issue was transferred to another repository: https://g/o/1. mayday does not write there"},
	{Event{Kind: EventIssueReplaced, Link: "https://g/8"}, "The tracking issue was deleted on GitHub. A new one takes its place: https://g/8"},
	{Event{Kind: EventAlertAttached, From: "sentry", Text: "TypeError", Note: "and 2 more", Due: t0, Link: "https://s/1"}, "Alert from sentry: TypeError and 2 more, since 10:00 · https://s/1"},
	{Event{Kind: EventAlertAttached, By: ana, From: "sentry", Text: "TypeError"}, "@U0ANA attached: Alert from sentry: TypeError"},
	{Event{Kind: EventAlertRepeated, From: "sentry", Text: "TypeError", Step: 7}, "Alert from sentry: TypeError is still firing, heard 7 times"},
	{Event{Kind: EventAlertAgain, From: "sentry", Text: "TypeError"}, "Alert from sentry: TypeError fires again"},
	{Event{Kind: EventAlertQuiet, From: "sentry", Text: "TypeError", Due: t0}, "Alert from sentry: TypeError has been quiet since 10:00"},
	{Event{Kind: EventChanged, From: "ci", Text: "deploy 4f3c2a1 of shop", Note: "ben", To: "production", Link: "https://c/1"}, "Changed: deploy 4f3c2a1 of shop by ben (production), from ci · https://c/1"},
	{Event{Kind: EventChanged, From: "ci", Text: "Flag on"}, "Changed: Flag on, from ci"},
	{Event{Kind: EventPostmortemUntouched, Due: t0, Link: "https://g/7"}, "Nobody has worked on the post-mortem yet; a draft was due 10:00: https://g/7"},
}

func TestEveryEventIsToldInItsWords(t *testing.T) {
	seen := map[EventKind]bool{}
	for _, c := range told {
		assert.Equal(t, c.want, c.ev.Sentence(plain))
		seen[c.ev.Kind] = true
	}
	f, err := parser.ParseFile(token.NewFileSet(), "events.go", nil, 0)
	require.NoError(t, err)
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		if v, ok := node.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			n++
			kind := EventKind(strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`))
			assert.True(t, seen[kind], "no sentence is expected of %q", kind)
			assert.NotEqual(t, string(kind), Event{Kind: kind}.Sentence(plain), "%q has no sentence", kind)
		}
		return true
	})
	assert.Equal(t, n, len(seen))
	assert.Equal(t, "something new", Event{Kind: "something new"}.Sentence(plain), "what a newer version wrote is told as it is")
}
