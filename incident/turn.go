package incident

import "time"

// TurnUnsure says aloud, once a page, what was wrong with the calendar that says whose turn it is, and who is called all the
// same: the page goes on.
func TurnUnsure(inc Incident, page int, why string, now time.Time) (Change, error) {
	if page < 0 || page >= len(inc.Pages) || inc.Pages[page].TurnSaid || !inc.Status.Live() {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.Pages[page].TurnSaid = true
	e.record(Event{Kind: EventTurnUnsure, Contact: e.Incident.ContactTitle(e.Incident.Pages[page]), Text: why, Aloud: true})
	return e.done()
}
