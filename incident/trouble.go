package incident

import "time"

// sayTroubleAgainAfter keeps one broken thing from being told over and over.
const sayTroubleAgainAfter = time.Hour

// GaveUp records that something mayday had to do did not work and will not be
// tried again: what ("set the topic"), and why in words for people. The same
// trouble is told at most once an hour.
func GaveUp(inc Incident, what, why string, now time.Time) (Change, error) {
	if told, ok := inc.Troubles[what]; ok && now.Sub(told) < sayTroubleAgainAfter {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.Troubles[what] = e.now
	e.record(Event{Kind: EventGaveUp, To: what, Text: Line(why, MaxText), Aloud: true})
	e.alert(what)
	return e.done()
}

// Worked records that what mayday gave up on works again. What it never gave up on
// changes nothing.
func Worked(inc Incident, what string, now time.Time) (Change, error) {
	if _, gaveUp := inc.Troubles[what]; !gaveUp {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	delete(e.Incident.Troubles, what)
	e.Silent = true
	e.works(EventGaveUp, what)
	return e.done()
}
