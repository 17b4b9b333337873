package incident

import (
	"time"
)

// Offer is what one message in the alert channel says: something fires, mayday knows a
// scenario for it or not, and somebody may declare, attach or mute it. All signals of one
// scenario that begin within GatherWithin are in one offer; without a scenario, all of one source.
type Offer struct {
	ID int64 `json:"id"`
	// Group is what its signals have in common: "scenario/site-down" or "source/sentry".
	Group  string     `json:"group"`
	State  OfferState `json:"state"`
	Source string     `json:"source"`
	Found  Found      `json:"found"`
	// Title, Link and Text are those of the first signal; Titles of the first few, each once.
	Title  string   `json:"title"`
	Link   string   `json:"link,omitempty"`
	Text   string   `json:"text,omitempty"`
	Titles []string `json:"titles,omitempty"`
	// Since is when the first signal began, by its sender; HeardAt when mayday heard of it.
	Since   time.Time `json:"since"`
	HeardAt time.Time `json:"heard_at"`
	// GrewAt is when the newest signal joined, LastAt when anything was heard of one.
	GrewAt time.Time `json:"grew_at"`
	LastAt time.Time `json:"last_at"`
	// Signals that ever joined, Open those that still fire, and Count all their reports.
	Signals int `json:"signals"`
	Open    int `json:"open"`
	Count   int `json:"count"`
	// QuietSince is set while none of them fires.
	QuietSince time.Time `json:"quiet_since,omitzero"`
	// FlappingSince is set when one of them opens and closes again and again.
	FlappingSince time.Time `json:"flapping_since,omitzero"`
	// By and At say who declared, attached or muted it; By is empty when a rule did.
	By Person    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
	// Incident is what it was declared as or attached to, in ChannelID.
	Incident Ref `json:"incident,omitzero"`
	// MutedUntil is when it is offered again if something still fires.
	MutedUntil time.Time `json:"muted_until,omitzero"`
	// ToldAt is when the incident's timeline had its last line about it.
	ToldAt time.Time `json:"told_at,omitzero"`
	// Message is the one that an app posted into an alert channel, in whose thread the alert is offered; zero for the
	// alert channel itself.
	Message MessageRef `json:"message,omitzero"`
	// Revision grows with every change of what the message shows.
	Revision int `json:"revision"`
}

// OfferState is what became of an offer.
type OfferState string

// What may become of an offer.
const (
	// Offered: it waits for somebody.
	Offered OfferState = "offered"
	// BeingDeclared: a rule says to declare it, which is about to happen.
	BeingDeclared OfferState = "declaring"
	// Declared and Attached: it belongs to an incident.
	Declared OfferState = "declared"
	Attached OfferState = "attached"
	// Muted: silent until MutedUntil.
	Muted OfferState = "muted"
	// Ended: nobody took it while something fired.
	Ended OfferState = "ended"
)

// Found is what the runbook knows of an alert.
type Found struct {
	// Scenario is a slug, Title its name; empty when no scenario fits. Why says by what it was found.
	Scenario string `json:"scenario,omitempty"`
	Title    string `json:"title,omitempty"`
	Why      string `json:"why,omitempty"`
	// Severity is a label of the runbook: the alert's own, else the scenario's usual one; may be empty.
	Severity string `json:"severity,omitempty"`
}

// Wake is when something becomes of the offer by itself; zero when nothing does.
func (o Offer) Wake() time.Time {
	if o.State == Muted {
		return o.MutedUntil
	}
	return time.Time{}
}

// Mark tells the offer from another one that has its number since the database lost it.
func (o Offer) Mark() int { return int(o.HeardAt.Unix()) }

// Waits reports whether somebody may still take it.
func (o Offer) Waits() bool { return o.State == Offered || o.State == Muted || o.State == Ended }

// ShowOffer draws the message of an offer as it is now.
type ShowOffer struct {
	Ref
	Offer int64 `json:"offer"`
	// Anew posts it as a new message, because an edit notifies nobody; the old one goes. A message
	// that shows Revision or a later one is new enough.
	Anew     bool `json:"anew,omitempty"`
	Revision int  `json:"revision,omitempty"`
}

// Kind names the effect.
func (ShowOffer) Kind() string { return "show_offer" }

// ShowOffers draws the messages of all offers that wait, because the list of incidents to which they may be attached changed.
type ShowOffers struct {
	Ref
}

// Kind names the effect.
func (ShowOffers) Kind() string { return "show_offers" }

// ListedBeside reports whether offers list the incident as one to which they may be attached.
func (inc Incident) ListedBeside() bool { return inc.Status.Live() && !inc.Private && !inc.Drill }

// DeclareOffer declares an incident for an offer, because a rule of the team says so.
type DeclareOffer struct {
	Ref
	Offer int64 `json:"offer"`
}

// Kind names the effect.
func (DeclareOffer) Kind() string { return "declare_offer" }

// TellAlert puts a line about an alert on the timeline of the incident that it belongs to.
type TellAlert struct {
	Ref
	Offer    int64     `json:"offer"`
	Revision int       `json:"revision"`
	What     Telling   `json:"what"`
	Source   string    `json:"source"`
	Title    string    `json:"title"`
	Link     string    `json:"link,omitempty"`
	Since    time.Time `json:"since"`
	Quiet    time.Time `json:"quiet,omitzero"`
	Count    int       `json:"count"`
	Signals  int       `json:"signals"`
}

// Kind names the effect.
func (TellAlert) Kind() string { return "tell_alert" }

// Telling is what a TellAlert tells.
type Telling string

// What may be told.
const (
	AttachedToIt Telling = "attached"
	StillFiring  Telling = "still"
	Joined       Telling = "joined"
	FiresAgain   Telling = "again"
	NowQuiet     Telling = "quiet"
)

// Alerted is the event that an offer makes in the incident that it becomes or joins.
func (o Offer) alerted(by Person) Event {
	return Event{Kind: EventAlertAttached, By: by, From: o.Source, Text: o.Title, Link: o.Link, Due: o.Since, Note: more(o.Signals), Aloud: true}
}

// more says how many others there are besides the first.
func more(signals int) string {
	switch {
	case signals <= 1:
		return ""
	case signals == 2:
		return "and 1 more"
	}
	return "and " + itoa(int64(signals-1)) + " more"
}

// taken refuses an offer that somebody took already.
func (o Offer) taken(verb string) error {
	if o.Waits() {
		return nil
	}
	return &Refusal{Reason: Already, Verb: verb, By: o.By, At: o.At}
}

// take gives the offer to an incident.
func (o Offer) take(state OfferState, ref Ref, by Person, now time.Time) Offer {
	o.State, o.Incident, o.By, o.At, o.MutedUntil, o.ToldAt = state, ref, by, now.UTC(), time.Time{}, now.UTC()
	o.Revision++
	return o
}

// DeclareFrom declares an incident for an offer, as Declare does, with the alert as its first
// event. An offer that somebody took already is refused.
func DeclareFrom(o Offer, ref Ref, d Declaration, now time.Time) (Offer, Change, error) {
	if err := o.taken("declare"); err != nil && o.State != BeingDeclared {
		return o, Change{}, err
	}
	d.Alert = &o
	if d.Title == "" {
		d.Title = o.Title
	}
	c, err := Declare(ref, d, now)
	if err != nil {
		return o, c, err
	}
	return o.take(Declared, ref, d.By, now), c, nil
}

// Attach puts an offer's alert on the timeline of an incident that goes on. An offer that
// somebody took already is refused.
func Attach(inc Incident, o Offer, by Person, now time.Time) (Change, error) {
	if err := o.taken("attach"); err != nil {
		return Change{}, err
	}
	if !inc.Status.Live() {
		return Change{}, inc.over("attach")
	}
	e := begin(inc, now)
	e.detect(o.Since)
	e.record(o.alerted(by))
	return e.done()
}

// AttachedTo is the offer after Attach.
func (o Offer) AttachedTo(ref Ref, by Person, now time.Time) Offer {
	return o.take(Attached, ref, by, now)
}

// MuteOffer silences an offer for a time.
func MuteOffer(o Offer, by Person, d time.Duration, now time.Time) (Offer, error) {
	switch {
	case o.State == Ended:
		return o, &Refusal{Reason: Already, Verb: "mute", At: o.QuietSince}
	case o.State == Muted:
		return o, &Refusal{Reason: Already, Verb: "mute", By: o.By, At: o.At}
	case o.taken("mute") != nil:
		return o, o.taken("mute")
	}
	o.State, o.MutedUntil, o.By, o.At = Muted, now.Add(d).UTC(), by, now.UTC()
	o.Revision++
	return o, nil
}

// Tell puts on the timeline what became of an alert that belongs to the incident. Of one that
// is over nothing is told but that alerts were attached.
func Tell(inc Incident, fx TellAlert, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	ev := Event{From: fx.Source, Text: fx.Title, Link: fx.Link, Due: fx.Since}
	switch fx.What {
	case AttachedToIt:
		e.detect(fx.Since)
		ev.Kind, ev.Note, ev.Aloud = EventAlertAttached, more(fx.Signals), true
	case NowQuiet:
		ev.Kind, ev.Due, ev.Aloud = EventAlertQuiet, fx.Quiet, true
	case FiresAgain:
		ev.Kind, ev.Aloud = EventAlertAgain, true
	default:
		ev.Kind, ev.Step, ev.Note = EventAlertRepeated, fx.Count, more(fx.Signals)
	}
	e.record(ev)
	return e.done()
}

// detect keeps the earliest time at which something noticed the incident.
func (e *edit) detect(at time.Time) {
	if at.IsZero() || at.After(e.now) {
		return
	}
	if inc := &e.Incident; inc.DetectedAt.IsZero() || at.Before(inc.DetectedAt) {
		inc.DetectedAt = at.UTC()
	}
}
