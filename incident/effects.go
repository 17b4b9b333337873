package incident

import "time"

// Effect is something to do in the world. Effects are plain values that name
// their kind, so that they can be job arguments without this package knowing
// of any queue. A worker may run one more than once: each must find out by
// itself whether it was done already.
type Effect interface {
	Kind() string
	// Of is the incident that the effect belongs to.
	Of() Ref
}

// Ref names an incident. A database that lost part of its history may give a
// number a second time; the UID tells the two incidents apart for good.
type Ref struct {
	Incident int64 `json:"incident"`
	// UID is chosen at random when the incident is declared. Empty where a person
	// typed a number, and in what a version before identities wrote: then the
	// number alone counts.
	UID string `json:"uid,omitempty"`
}

// Of is the incident that the effect belongs to.
func (r Ref) Of() Ref { return r }

// Means reports whether an incident is the one that is meant.
func (r Ref) Means(inc Ref) bool {
	return r.Incident == inc.Incident && (r.UID == "" || r.UID == inc.UID)
}

// Surface is a thing in Slack that is edited in place and always drawn from the row.
type Surface string

// The surfaces of an incident.
const (
	// Card is the pinned message at the top of the incident's channel.
	Card Surface = "card"
	// StepMessage is the live message of the current step.
	StepMessage Surface = "step"
	// Topic is the channel's topic.
	Topic Surface = "topic"
	// Announcement is the message in the announce channel.
	Announcement Surface = "announcement"
	// ReminderMessage is the one live reminder; a newer one replaces it.
	ReminderMessage Surface = "reminder"
	// DirectReminder is that reminder in a direct message to whoever has to act, once it
	// was not answered in the channel.
	DirectReminder Surface = "direct_reminder"
	// PageMessages are the direct messages of all pages: they lose their button
	// once somebody acknowledged.
	PageMessages Surface = "pages"
	// AskingMessages are what was told in the channel with buttons: who was called, which
	// deadline was missed, what is blocked. They lose what is not asked for any more.
	AskingMessages Surface = "asking"
)

// Show draws a surface from the row. Revision is the one that asked for it; a
// surface that already shows a newer one is left alone.
type Show struct {
	Ref
	Surface  Surface `json:"surface"`
	Revision int     `json:"revision"`
	// ToEnd has a step message that more than FarAbove others came below stand at the end of the channel.
	ToEnd bool `json:"to_end,omitempty"`
	// Prove has a message written also where it would look the same, which tells whether it still stands.
	Prove bool `json:"prove,omitempty"`
}

// Kind names the effect.
func (Show) Kind() string { return "show" }

// Speak tells every aloud event that was not told yet in the channel, in order.
type Speak struct {
	Ref
}

// Kind names the effect.
func (Speak) Kind() string { return "speak" }

// Alarm tells in the announce channel what the event Seq says: that somebody
// could not be paged, that nobody is left to page, that the channel hears nothing.
type Alarm struct {
	Ref
	Seq int `json:"seq"`
	// Lead tells whoever leads by direct message instead, or else who declared.
	Lead bool `json:"lead,omitempty"`
}

// Kind names the effect.
func (Alarm) Kind() string { return "alarm" }

// Supersede removes a message whose place another one has taken, because Slack does not
// let it be edited. Where it cannot be removed either, its thread says that it is out of date.
type Supersede struct {
	Ref
	// Surface that the message was of, or what else it was.
	Surface string `json:"surface"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// Kind names the effect.
func (Supersede) Kind() string { return "supersede" }

// TellOperators tells those who run mayday, and the incident's channel where that can
// be, that something of the incident was set aside because it failed again and again:
// a clock, or else a job.
type TellOperators struct {
	Ref
	Clock Clock `json:"clock,omitempty"`
	// Job is the queue's number of the job, and What its kind.
	Job  int64  `json:"job,omitempty"`
	What string `json:"what,omitempty"`
}

// Kind names the effect.
func (TellOperators) Kind() string { return "tell_operators" }

// TellNoClockFires tells those who run mayday that no incident's clock fires any more,
// because the machine of every replica shows a wrong time. It is of no incident.
type TellNoClockFires struct {
	Ref
	Since time.Time `json:"since"`
}

// Kind names the effect.
func (TellNoClockFires) Kind() string { return "tell_no_clock_fires" }

// TakeBackAside has the message that a clock was set aside say that it is tried again. It
// is an effect of its own because the release before would tell TellOperators anew.
type TakeBackAside struct {
	Ref
	Clock Clock `json:"clock"`
	// At is when that began.
	At time.Time `json:"at"`
}

// Kind names the effect.
func (TakeBackAside) Kind() string { return "take_back_aside" }

// TakeBackNoClock has the message of TellNoClockFires say that clocks fire again. It is of
// no incident.
type TakeBackNoClock struct {
	Ref
	// Since no clock fired, and At one did again.
	Since time.Time `json:"since"`
	At    time.Time `json:"at"`
}

// Kind names the effect.
func (TakeBackNoClock) Kind() string { return "take_back_no_clock" }
