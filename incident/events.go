package incident

import "time"

// EventKind names what happened, in the past tense.
type EventKind string

// What may happen to an incident.
const (
	EventDeclared            EventKind = "declared"
	EventChannelOpened       EventKind = "channel_opened"
	EventChannelFailed       EventKind = "channel_failed"
	EventChannelRenamed      EventKind = "channel_renamed"
	EventChannelLost         EventKind = "channel_lost"
	EventChannelBack         EventKind = "channel_back"
	EventMadePrivate         EventKind = "made_private"
	EventSlackBack           EventKind = "slack_back"
	EventRoleLost            EventKind = "role_lost"
	EventAcknowledged        EventKind = "acknowledged"
	EventDeclined            EventKind = "declined"
	EventOnMyWay             EventKind = "on_my_way"
	EventStatusChanged       EventKind = "status_changed"
	EventSeverityChanged     EventKind = "severity_changed"
	EventRoleTaken           EventKind = "role_taken"
	EventHandoverAsked       EventKind = "handover_asked"
	EventHandedOver          EventKind = "handed_over"
	EventHandoverDeclined    EventKind = "handover_declined"
	EventHandoverUnanswered  EventKind = "handover_unanswered"
	EventJoined              EventKind = "joined"
	EventStepDone            EventKind = "step_done"
	EventStepSkipped         EventKind = "step_skipped"
	EventStepBlocked         EventKind = "step_blocked"
	EventStepUndone          EventKind = "step_undone"
	EventStepAssigned        EventKind = "step_assigned"
	EventPlaybookSwitched    EventKind = "playbook_switched"
	EventPlaybookAdded       EventKind = "playbook_added"
	EventUpdated             EventKind = "updated"
	EventNoted               EventKind = "noted"
	EventActionAdded         EventKind = "action_added"
	EventPaged               EventKind = "paged"
	EventPageDelivered       EventKind = "page_delivered"
	EventPageFailed          EventKind = "page_failed"
	EventTurnUnsure          EventKind = "turn_unsure"
	EventMethodSent          EventKind = "method_sent"
	EventMethodDelivered     EventKind = "method_delivered"
	EventMethodFailed        EventKind = "method_failed"
	EventMethodSpared        EventKind = "method_spared"
	EventMethodUnclear       EventKind = "method_unclear"
	EventPageOverdue         EventKind = "page_overdue"
	EventPageWaits           EventKind = "page_waits"
	EventNobodyToPage        EventKind = "nobody_to_page"
	EventEscalationDue       EventKind = "escalation_due"
	EventRespondReminded     EventKind = "respond_reminded"
	EventRespondBreached     EventKind = "respond_breached"
	EventResolveBreached     EventKind = "resolve_breached"
	EventUpdateReminded      EventKind = "update_reminded"
	EventSnoozed             EventKind = "snoozed"
	EventUnsnoozed           EventKind = "unsnoozed"
	EventCommunicated        EventKind = "communicated"
	EventPublishAsked        EventKind = "publish_asked"
	EventPublished           EventKind = "published"
	EventPublishFailed       EventKind = "publish_failed"
	EventResolved            EventKind = "resolved"
	EventReopened            EventKind = "reopened"
	EventCancelled           EventKind = "cancelled"
	EventClosed              EventKind = "closed"
	EventPostmortemRequested EventKind = "postmortem_requested"
	EventPostmortemFiled     EventKind = "postmortem_filed"
	EventPostmortemFailed    EventKind = "postmortem_failed"
	EventGaveUp              EventKind = "gave_up"
	EventQueried             EventKind = "queried"
	EventQueryRefused        EventKind = "query_refused"
	EventProbed              EventKind = "probed"
	EventPinned              EventKind = "pinned"
	EventPinEdited           EventKind = "pin_edited"
	EventUnpinned            EventKind = "unpinned"
	EventExportRequested     EventKind = "export_requested"
	EventTracked             EventKind = "tracked"
	EventIssueMoved          EventKind = "issue_moved"
	EventIssueReplaced       EventKind = "issue_replaced"
	EventTrackingFailed      EventKind = "tracking_failed"
	EventIssueClosed         EventKind = "issue_closed"
	EventIssueRemarked       EventKind = "issue_remarked"
	EventActionFiled         EventKind = "action_filed"
	EventGitHubRetried       EventKind = "github_retried"
	EventLearned             EventKind = "learned"
	EventRunbookProposed     EventKind = "runbook_proposed"
	EventPostmortemClosed    EventKind = "postmortem_closed"
	EventPostmortemOpen      EventKind = "postmortem_open"
	EventPostmortemUntouched EventKind = "postmortem_untouched"
	EventAlertAttached       EventKind = "alert_attached"
	EventAlertRepeated       EventKind = "alert_repeated"
	EventAlertAgain          EventKind = "alert_again"
	EventAlertQuiet          EventKind = "alert_quiet"
	EventChanged             EventKind = "changed"
)

// Event is one line of the timeline. Which fields are set depends on the kind;
// Event.Sentence is the table of what each means.
type Event struct {
	// Seq counts from 1 within an incident, without gaps.
	Seq  int       `json:"seq"`
	At   time.Time `json:"at"`
	Kind EventKind `json:"kind"`
	// By is who did it; empty when a clock or mayday did.
	By Person `json:"by,omitempty"`
	// Whom is the person it was done to, Contact the contact's title.
	Whom    Person `json:"whom,omitempty"`
	Contact string `json:"contact,omitempty"`
	// Phone of a contact that could not be reached otherwise.
	Phone string `json:"phone,omitempty"`
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
	// Text is what somebody wrote, or the words of a step.
	Text string `json:"text,omitempty"`
	Note string `json:"note,omitempty"`
	// Step counts from 1; 0 when the event is not about a step.
	Step  int       `json:"step,omitempty"`
	Clock Clock     `json:"clock,omitempty"`
	Due   time.Time `json:"due,omitzero"`
	// Late is how long after Due a clock fired because mayday was not running; zero when on time.
	Late time.Duration `json:"late,omitempty"`
	// Stopped says of an outage that no mayday ran, and not that Slack was away.
	Stopped bool   `json:"stopped,omitempty"`
	Link    string `json:"link,omitempty"`
	// Files are attached to a message, whose timestamp in the channel is Ref.
	Files []Link `json:"files,omitempty"`
	Ref   string `json:"ref,omitempty"`
	// Aloud events are told in the incident's channel.
	Aloud bool `json:"aloud,omitempty"`
}
