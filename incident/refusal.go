package incident

import "time"

// Reason is why a decision was refused.
type Reason string

// Why a decision may be refused.
const (
	// Already: somebody did it before; By and At say who and when.
	Already Reason = "already"
	// Overtaken: somebody else marked Step so recently that whoever meant the step to do now, or the mark made last,
	// may not have seen it; By and At say who and when, Word what became of it.
	Overtaken Reason = "overtaken"
	// Over: the incident is resolved, closed or cancelled.
	Over Reason = "over"
	// NotOver: it makes sense only after the incident.
	NotOver Reason = "not_over"
	// UnknownSeverity and UnknownStatus: Word is what was typed, Choices what there is.
	UnknownSeverity Reason = "unknown_severity"
	UnknownStatus   Reason = "unknown_status"
	UnknownRole     Reason = "unknown_role"
	// NoSuchStep: Word is the number; Choices holds the last number there is.
	NoSuchStep Reason = "no_such_step"
	// NoSteps: the playbook has none.
	NoSteps Reason = "no_steps"
	// NeedsText: something has to be said; Word names what.
	NeedsText Reason = "needs_text"
	// NothingToUndo: the step has no mark.
	NothingToUndo Reason = "nothing_to_undo"
	// NobodyLeft: no reachable contact can be paged.
	NobodyLeft Reason = "nobody_left"
	// NotPaged: it is for whoever was paged; the row says who that is.
	NotPaged Reason = "not_paged"
	// NotLead: it is for whoever leads, who is By; empty when nobody does.
	NotLead Reason = "not_lead"
	// NotAsked: it is for whoever was asked, as long as they are; By leads.
	NotAsked Reason = "not_asked"
	// NotAcknowledged: it makes sense once somebody acknowledged.
	NotAcknowledged Reason = "not_acknowledged"
	// NotForDrills: it would reach customers, and of a drill they hear nothing.
	NotForDrills Reason = "not_for_drills"
	// NotConfirmed: the incident is private, and nobody said yet that everybody may read it.
	NotConfirmed Reason = "not_confirmed"
	// NotNeeded: the severity does not ask for it.
	NotNeeded Reason = "not_needed"
	// NotHere: it is asked for outside the incident's channel.
	NotHere Reason = "not_here"
	// OnlyInside: it is done in the incident's own channel; Word is the standing of who asked.
	OnlyInside Reason = "only_inside"
	// NotForGuests: whoever has the standing that Word names may not do it anywhere.
	NotForGuests Reason = "not_for_guests"
	// NotListed: only those whom a setting names may declare.
	NotListed Reason = "not_listed"
	// NotKnown: Slack did not say in time who is asking.
	NotKnown Reason = "not_known"
	// NotAllowed: Word says to whom it is: "contacts" of the runbook, "responders", "listed" people, or "off" for nobody.
	NotAllowed Reason = "not_allowed"
	// NoChannel: there is no channel to post it in, or it is archived; Status says which.
	NoChannel Reason = "no_channel"
	// NoQueries: the playbook has none; Word is its title.
	NoQueries Reason = "no_queries"
	// NoProbes: the step names no address; Word is its number, Choices are the steps that name one.
	NoProbes Reason = "no_probes"
)

// Refusal is the error of a verb that does not apply. It changes nothing.
type Refusal struct {
	Reason Reason
	// Verb is the word on the button: "acknowledge", "resolve".
	Verb    string
	By      Person
	At      time.Time
	Word    string
	Choices []string
	Status  Status
	// Step is the step that it is about; the zero value when it is about none.
	Step StepRef
}

// Error names the reason for operators; people get a rendered sentence.
func (r *Refusal) Error() string { return "refused to " + r.Verb + ": " + string(r.Reason) }

func (inc Incident) over(verb string) error {
	by, at := inc.EndedBy, inc.EndedAt
	if inc.Status == Resolved {
		by, at = inc.ResolvedBy, inc.ResolvedAt
	}
	return &Refusal{Reason: Over, Verb: verb, Status: inc.Status, By: by, At: at}
}
