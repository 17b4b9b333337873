package blocks

import (
	"strings"

	"mayday/lazyregexp"
)

// Action ids: the word on the button is the word in the code. Where one block
// holds several buttons of one kind, Slack wants their ids to differ: then the
// id is "choose:1". The UID of the incident follows: "acknowledge::k3jq…". Verb
// takes both off again.
const (
	ActionAcknowledge = "acknowledge"
	ActionDecline     = "decline"   // whoever was paged cannot come: the next is paged
	ActionOnMyWay     = "on_my_way" // a helper comes; somebody else acknowledged
	ActionTakeLead    = "take_lead"

	ActionAcceptHandover  = "accept_handover"  // Target.Page is the number of the handover, from 1
	ActionDeclineHandover = "decline_handover" // the same
	ActionAcceptShift     = "accept_shift"     // Target.Name is the id of the handover of a shift
	ActionDeclineShift    = "decline_shift"    // the same
	ActionArrived         = "arrived"          // Target.Page is the number of a test page

	ActionUpdate       = "update"       // opens UpdateModal
	ActionResolve      = "resolve"      // opens ResolveModal
	ActionStatus       = "status"       // static_select; Target.Name is the status
	ActionSeverity     = "severity"     // static_select; Target.Name is the label
	ActionStepDone     = "step_done"    // Target.Playbook and Step
	ActionStepSkip     = "step_skip"    // opens SkipModal
	ActionStepBlock    = "step_block"   // opens BlockModal
	ActionStepUndo     = "step_undo"    // Target.Playbook and Step
	ActionStepAssign   = "step_assign"  // users_select; the Target is in the block id
	ActionPageNext     = "page_next"    // Target.Page is how many pages there were
	ActionSnooze       = "snooze"       // static_select; Target.Name is "15m", "30m" or "1h"
	ActionCommunicated = "communicated" // external communication was sent; drawn by the release before
	ActionPublish      = "publish"      // opens PublishModal, or SentModal where there is no status page
	ActionReopen       = "reopen"
	ActionClose        = "close"
	ActionCancel       = "cancel" // opens CancelModal
	ActionPostmortem   = "postmortem"
	ActionRunQuery     = "run_query"     // Target.Name is the query's name
	ActionRunAll       = "run_all"       // every query of the playbook in hand
	ActionStopQuery    = "stop_query"    // Target.Page is the number of the run
	ActionProbe        = "probe"         // Target.Playbook and Step
	ActionDeclare      = "declare"       // opens DeclareModal
	ActionLearn        = "learn"         // opens LearnModal
	ActionFollowUp     = "follow_up"     // opens ActionModal
	ActionJoin         = "join"          // invites whoever clicks into the incident's channel
	ActionChoose       = "choose"        // one of several scenarios; see Choices
	ActionOn           = "on"            // Target.Name is a command that was typed elsewhere, for this incident
	ActionTimeline     = "timeline"      // Target.Page is the page to show, from 1
	ActionRunbook      = "runbook"       // Target.Playbook, and Target.Page from 1
	ActionDeclareOffer = "declare_offer" // Target.Incident is the number of the offer, and Step its Mark, here and in the next two
	ActionAttach       = "attach"        // Target.Page is the incident, and Name its UID
	ActionMute         = "mute"
	ActionLink         = "link" // a button with an address: nothing to do but to acknowledge
	ActionRoundTake    = "round_take"
	ActionRoundDone    = "round_done"    // Target.RoundOf, and Target.Step is the item
	ActionRoundSkip    = "round_skip"    // opens RoundSkipModal
	ActionRoundProblem = "round_problem" // opens RoundProblemModal
	ActionRoundNote    = "round_note"    // opens RoundNoteModal
	ActionAccess       = "access"        // checkboxes; the number of the first follows, see AccessFrom
)

// Callback ids of modals and shortcuts.
const (
	CallbackDeclare             = "declare_incident"
	CallbackDeclareFromMessage  = "declare_from_message"
	CallbackDeclareAnother      = "declare_another" // the same form, after an incident was shown that may be the same
	CallbackAddToTimeline       = "add_to_timeline"
	CallbackUpdate              = "update"
	CallbackPublish             = "publish"
	CallbackSent                = "sent"
	CallbackResolve             = "resolve"
	CallbackCancel              = "cancel"
	CallbackStepSkip            = "step_skip"
	CallbackStepBlock           = "step_block"
	CallbackAction              = "action"
	CallbackLearn               = "learn"
	CallbackRoundSkip           = "round_skip"
	CallbackRoundProblem        = "round_problem"
	CallbackRoundProblemAnother = "round_problem_another" // the same form, after an incident was shown that may be the same
	CallbackRoundNote           = "round_note"
)

// Inputs of the modals. Each is both the block id and the action id of its input.
const (
	FieldTitle    = "title"
	FieldSeverity = "severity"
	FieldScenario = "scenario" // the slug, or its first 75 characters, which find it too
	FieldOptions  = "options"  // checkboxes: OptionPrivate, OptionDrill
	FieldText     = "text"
	FieldNext     = "next" // a duration as people type it: "30m", "1h"
	FieldSummary  = "summary"
	FieldReason   = "reason"
	FieldOwner    = "owner" // a user id
	FieldDue      = "due"   // a date, "2026-03-09"
	FieldThen     = "then"  // one of routine.Then
	FieldStep     = "step"  // the number of a step of the playbook in hand

	FieldStatus     = "status"     // one of incident.PublicStatuses
	FieldComponents = "components" // ids of the status page's components
	FieldState      = "state"      // one of incident.ComponentStates
	FieldNotify     = "notify"     // checkbox: OptionNotify
	FieldCustomers  = "customers"  // checkbox: OptionCustomers
	FieldConfirm    = "confirm"    // checkbox: OptionConfirm
)

// Values of checkboxes, the first two those of FieldOptions, the others each of the field of its name.
const (
	OptionPrivate   = "private"
	OptionDrill     = "drill"
	OptionCustomers = "customers"
	OptionNotify    = "notify"
	OptionConfirm   = "confirm"
)

// Verb is the action constant of an action id: "choose" for "choose:2".
func Verb(actionID string) string {
	verb, _, _ := strings.Cut(actionID, ":")
	return verb
}

// actionID adds the UID of an incident to the id of a button or menu. It travels
// here and not in the value, because an option has no room for it, and because
// the release before this one reads both and passes over what it does not know.
func actionID(action, uid string) string {
	switch {
	case !uidForm.MatchString(uid):
		return action
	case strings.Contains(action, ":"):
		return action + ":" + uid
	}
	return action + "::" + uid
}

// uidForm is how the store makes UIDs; anything else is none.
var uidForm = lazyregexp.New(`^[a-z2-7]{12}$`)

// uidOf is the UID in an action id; empty when there is none.
func uidOf(actionID string) string {
	if parts := strings.SplitN(actionID, ":", 3); len(parts) == 3 {
		return parts[2]
	}
	return ""
}

// IsPin reports whether an emoji (its name without colons) puts a message on the timeline.
func IsPin(emoji string) bool { return emoji == "pushpin" || emoji == "round_pushpin" }
