package playbooks

import (
	"slices"

	"mayday/incident"
	"mayday/oncall"
)

// roster takes a calendar that a contact names for who is on call, "On-call: https://…/calendar.ics". A second one is of
// overrides. The address of a third, which may be a secret as well, is not repeated.
func (r *reader) roster(d *doc, c *incident.Contact, f entryField) bool {
	s, ok := calendarIn(f.value, f.links)
	if !ok {
		return false
	}
	switch {
	case c.Roster == "":
		c.Roster = s.Key
	case c.Overrides == "" && c.Roster != s.Key:
		c.Overrides = s.Key
	default:
		r.notice(d, f.line, "contact "+c.Title()+" names more calendars than one and one of overrides; the first two are used", "remove it, or give it to a contact of its own")
		return true
	}
	if !slices.Contains(r.book.Rosters, s) {
		r.book.Rosters = append(r.book.Rosters, s)
	}
	return true
}

// calendarIn finds the address of a calendar in what a field says, or among its links.
func calendarIn(value string, links []incident.Link) (oncall.Source, bool) {
	if s, ok := oncall.Calendar(value); ok {
		return s, true
	}
	for _, l := range links {
		if s, ok := oncall.Calendar(l.URL); ok {
			return s, true
		}
	}
	return oncall.Source{}, false
}
