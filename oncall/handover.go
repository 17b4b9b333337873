package oncall

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// AnswerWithin is how long whoever is asked to take a shift over has to answer. After it the one who asked is told.
const AnswerWithin = 10 * time.Minute

// Turn is a shift that is handed over.
type Turn struct {
	// Roster is the key of the source that gave the shift, and Role what the contact is called.
	Roster string `json:"roster"`
	Role   string `json:"role"`
	// Until is the end of the shift, with which the handover ends.
	Until time.Time `json:"until"`
}

// Answer is what became of a handover.
type Answer string

// What may become of it. Whoever did not answer in time may still accept.
const (
	Waits      Answer = ""
	Accepted   Answer = "accepted"
	Declined   Answer = "declined"
	Unanswered Answer = "unanswered"
	// Withdrawn: somebody else was asked meanwhile, or the shift is over.
	Withdrawn Answer = "withdrawn"
)

// Handover is that somebody asked another to take the rest of a shift over. By and To are Slack ids.
type Handover struct {
	ID    string `json:"id"`
	By    string `json:"by"`
	To    string `json:"to"`
	Turns []Turn `json:"turns"`
	// Gave is what the source of each turn calls By, by its key.
	Gave map[string]Person `json:"gave,omitempty"`
	Note string            `json:"note,omitempty"`
	At   time.Time         `json:"at"`
	// ToName is what To is called, and Due when whoever asked is told that there was no answer.
	ToName     string    `json:"to_name,omitempty"`
	Due        time.Time `json:"due"`
	Answer     Answer    `json:"answer,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// Asks reports whether it may still be answered.
func (h Handover) Asks() bool { return h.Answer == Waits || h.Answer == Unanswered }

// Until is when the last of its shifts ends.
func (h Handover) Until() (until time.Time) {
	for _, t := range h.Turns {
		if t.Until.After(until) {
			until = t.Until
		}
	}
	return until
}

// Shifts are what an accepted handover makes of the turns of a source.
func (h Handover) Shifts(roster string) (shifts Roster) {
	for _, t := range h.Turns {
		if h.Answer == Accepted && t.Roster == roster && h.AnsweredAt.Before(t.Until) {
			shifts = append(shifts, Shift{Person{Handle: h.To, Name: h.ToName}, h.AnsweredAt, t.Until})
		}
	}
	return shifts
}

// Why a handover is refused.
var (
	ErrNotAsked = errors.New("it is asked of somebody else, or not any more")
	ErrAnswered = errors.New("it was answered")
	ErrOver     = errors.New("the shift is over")
)

// HandoverChange is what a decision returns. One whose Handover is as before stores nothing.
type HandoverChange struct {
	Handover Handover
	Effects  []Effect
}

// Effect is something to do in the world.
type Effect interface{ Kind() string }

// ShowShiftHandover draws the direct message to whoever is asked, and tells the one who asked, and the operators, what came of it.
type ShowShiftHandover struct {
	ID string `json:"id"`
}

// Kind names the effect.
func (ShowShiftHandover) Kind() string { return "show_shift_handover" }

// Ask begins a handover.
func Ask(h Handover, now time.Time) HandoverChange {
	h.At, h.Due, h.Answer, h.AnsweredAt = now.UTC(), now.UTC().Add(AnswerWithin), Waits, time.Time{}
	return changed(h)
}

// AnswerHandover accepts one, or declines it. Only whoever is asked does so, once, while a shift of it lasts.
func AnswerHandover(h Handover, by string, a Answer, now time.Time) (HandoverChange, error) {
	switch {
	case h.To != by || h.Answer == Withdrawn:
		return HandoverChange{Handover: h}, ErrNotAsked
	case !h.Asks():
		return HandoverChange{Handover: h}, ErrAnswered
	case !now.Before(h.Until()):
		return HandoverChange{Handover: h}, ErrOver
	}
	h.Answer, h.AnsweredAt = a, now.UTC()
	return changed(h), nil
}

// Expire says that nobody answered, once that is due. Anything else leaves it as it is.
func Expire(h Handover, now time.Time) HandoverChange {
	if h.Answer != Waits || now.Before(h.Due) {
		return HandoverChange{Handover: h}
	}
	h.Answer, h.AnsweredAt = Unanswered, now.UTC()
	return changed(h)
}

// Withdraw takes one back that is not answered: another is asked in its place.
func Withdraw(h Handover, now time.Time) HandoverChange {
	if !h.Asks() {
		return HandoverChange{Handover: h}
	}
	h.Answer, h.AnsweredAt = Withdrawn, now.UTC()
	return changed(h)
}

func changed(h Handover) HandoverChange {
	h.Turns = slices.Clone(h.Turns)
	return HandoverChange{h, []Effect{ShowShiftHandover{h.ID}}}
}

// Is reports whether a person of a source is a Slack account, by its id, its e-mail address, or its full name when the source gives no address.
func (p Person) Is(id, email, name string) bool {
	switch {
	case p.Handle != "" && p.Handle == id:
		return true
	case p.Email != "":
		return strings.EqualFold(p.Email, email)
	}
	return p.Name != "" && p.Handle == "" && strings.EqualFold(p.Name, name)
}
