package routine

import (
	"slices"
	"time"
)

// mostNotes bounds the remarks on a round; the thread of its message holds all.
const mostNotes = 50

// AddNote keeps a remark on a round, which people may also make once it is closed. line is an item's number, 0 for none.
func AddNote(r Routine, round Round, by Person, line int, text string, now time.Time) (Change, error) {
	if text = tidy(text, maxLine); text == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "note it"}
	}
	e := begin(r, round, now)
	if line < 0 || line > len(e.Round.Lines) {
		line = 0
	}
	e.Round.Notes = append(e.Round.Notes, Note{By: by, At: e.now, Text: text, Line: line})
	if extra := len(e.Round.Notes) - mostNotes; extra > 0 {
		e.Round.Notes = slices.Delete(e.Round.Notes, 0, extra)
	}
	return e.done()
}
