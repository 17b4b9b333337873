package incident

import (
	"time"
)

// FollowMessage brings the timeline in line with a message of the incident's
// channel: on it when people marked it, with the words that it has now, and off
// it when nobody marks it any more or it is gone.
type FollowMessage struct {
	Ref
	// TS names the message in the channel (Slack: unique within a channel).
	TS string `json:"ts"`
	// By is who gave the reason to look.
	By Person `json:"by,omitempty"`
	// ByHand: By asked for it by the shortcut, so that no reaction is needed.
	ByHand bool `json:"by_hand,omitempty"`
	// Removed: By took a reaction away, so that the shortcut counts no longer.
	Removed bool `json:"removed,omitempty"`
}

// Kind names the effect.
func (FollowMessage) Kind() string { return "follow_message" }

// Pin is a message that is on the timeline.
type Pin struct {
	// Text as it was recorded last.
	Text string `json:"text"`
	// ByHand: somebody added it by the shortcut.
	ByHand bool `json:"by_hand,omitempty"`
}

// Said is a message of the channel as it stands.
type Said struct {
	TS string
	// Author is empty when an app wrote it.
	Author Person
	At     time.Time
	Text   string
	// Link opens the message, Files what is attached to it.
	Link  string
	Files []Link
}

// LookAt asks for a message to be read. It changes nothing of the incident: what
// came of it is recorded by PinMessage and UnpinMessage.
func LookAt(inc Incident, fx FollowMessage) (Change, error) {
	fx.Incident = inc.ID
	return Change{Incident: inc, Effects: []Effect{fx}}, nil
}

// PinMessage puts a message on the timeline, at its own time, or records that its
// words were changed. What stands there already in these words changes nothing.
func PinMessage(inc Incident, by Person, m Said, byHand bool, now time.Time) (Change, error) {
	m.Text = Paragraph(m.Text, MaxText)
	pin, there := inc.Pins[m.TS]
	e := begin(inc, now)
	ev := Event{Kind: EventPinned, By: by, Whom: m.Author, Text: m.Text, Link: m.Link, Files: m.Files, Ref: m.TS}
	switch {
	case there && pin.Text == m.Text:
		if byHand && !pin.ByHand {
			e.Incident.Pins[m.TS] = Pin{m.Text, true}
			e.Silent = true
		}
		return e.done()
	case there:
		ev.Kind = EventPinEdited
		e.record(ev)
	default:
		e.record(ev)
		e.Events[0].At = m.At.UTC()
	}
	e.Incident.Pins[m.TS] = Pin{m.Text, byHand || pin.ByHand}
	return e.done()
}

// UnpinMessage strikes a message out of the timeline. One that is not on it
// changes nothing.
func UnpinMessage(inc Incident, by Person, ts string, now time.Time) (Change, error) {
	if _, there := inc.Pins[ts]; !there {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	delete(e.Incident.Pins, ts)
	e.record(Event{Kind: EventUnpinned, By: by, Ref: ts})
	return e.done()
}
