package incident

import "time"

// Note adds a line to the timeline. It is possible after the incident too.
func Note(inc Incident, by Person, text string, now time.Time) (Change, error) {
	text = Paragraph(text, MaxText)
	if text == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "note", Word: "what to note"}
	}
	e := begin(inc, now)
	e.record(Event{Kind: EventNoted, By: by, Text: text, Aloud: true})
	return e.done()
}
