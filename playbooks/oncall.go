package playbooks

import (
	"slices"
	"strings"

	"mayday/incident"
	"mayday/oncall"
)

// roster takes what a contact names for who is on call: "On-call: https://…/calendar.ics", "PagerDuty: PABC123". A second one
// is of overrides. The address of a third, which may be a secret as well, is not repeated.
func (r *reader) roster(d *doc, c *incident.Contact, f entryField) bool {
	s, ok := sourceIn(f)
	if !ok {
		return false
	}
	switch {
	case c.Roster == "":
		c.Roster = s.Key
	case c.Overrides == "" && c.Roster != s.Key:
		c.Overrides = s.Key
	default:
		r.notice(d, f.line, "contact "+c.Title()+" names more than one calendar or schedule and one of overrides; the first two are used", "remove it, or give it to a contact of its own")
		return true
	}
	if !slices.Contains(r.book.Rosters, s) {
		r.book.Rosters = append(r.book.Rosters, s)
	}
	return true
}

// sourceIn finds a calendar, or a schedule of another tool, in what a field says or among its links.
func sourceIn(f entryField) (oncall.Source, bool) {
	words := []string{f.value}
	for _, l := range f.links {
		words = append(words, l.URL)
	}
	for _, w := range words {
		if s, ok := oncall.Calendar(w); ok {
			return s, true
		}
	}
	for _, w := range words {
		if s, ok := oncall.Schedule(f.name, w); ok {
			return s, true
		}
	}
	return oncall.Source{}, false
}

// Source is the calendar or schedule with a key; one without kind and id when no contact names it.
func (r *Runbook) Source(key string) oncall.Source {
	for _, s := range r.Rosters {
		if s.Key == key {
			return s
		}
	}
	return oncall.Source{Key: key}
}

// OnCallSetting is a setting that says who is on call in a role.
type OnCallSetting struct {
	// Variable is its name, for whoever set it.
	Variable string
	// Role is the end of that name in words: "on call engineer".
	Role string
	// Sources are one, or one and that of its overrides.
	Sources []oncall.Source
}

// WithOnCall gives the runbook with what settings say of who is on call, which wins over what its contacts name. A role that no contact has
// becomes a contact before the others. What is of a kind that is not asked, because nothing is set up for it, is left out: then the contact is who the runbook names.
// unmatched are the variables whose role no contact has. r itself stays as it is.
func (r *Runbook) WithOnCall(settings []OnCallSetting, asked func(oncall.Kind) bool) (with *Runbook, unmatched []string) {
	out := *r
	out.Policy.Contacts = slices.Clone(r.Policy.Contacts)
	known := map[string]oncall.Source{}
	for _, s := range r.Rosters {
		known[s.Key] = s
	}
	var fresh []incident.Contact
	for _, set := range settings {
		c := &incident.Contact{Role: strings.ToUpper(set.Role[:1]) + set.Role[1:], Source: set.Variable}
		if i := inRole(out.Policy.Contacts, set.Role); i >= 0 {
			c = &out.Policy.Contacts[i]
		}
		c.Roster, c.Overrides = set.Sources[0].Key, ""
		if len(set.Sources) > 1 {
			c.Overrides = set.Sources[1].Key
		}
		for _, s := range set.Sources {
			known[s.Key] = s
		}
		if c.Source == set.Variable {
			fresh, unmatched = append(fresh, *c), append(unmatched, set.Variable)
		}
	}
	out.Policy.Contacts = append(fresh, out.Policy.Contacts...)
	out.Rosters = nil
	for i := range out.Policy.Contacts {
		out.keepAsked(&out.Policy.Contacts[i], known, asked)
	}
	return &out, unmatched
}

// keepAsked leaves a contact those sources that are asked. Overrides without what they override are none.
func (r *Runbook) keepAsked(c *incident.Contact, known map[string]oncall.Source, asked func(oncall.Kind) bool) {
	for _, key := range []*string{&c.Roster, &c.Overrides} {
		s, ok := known[*key]
		switch {
		case *key == "":
		case !ok || !asked(s.Kind):
			*key = ""
		case !slices.Contains(r.Rosters, s):
			r.Rosters = append(r.Rosters, s)
		}
	}
	if c.Roster == "" {
		c.Overrides = ""
	}
}

// InRole is the contact of a role: that of these words, or else the only one whose role has them.
func (r *Runbook) InRole(role string) (incident.Contact, bool) {
	i := inRole(r.Policy.Contacts, role)
	if i < 0 {
		return incident.Contact{}, false
	}
	return r.Policy.Contacts[i], true
}

// inRole is the index of the contact of a role: that of these words, or else the only one whose role has them; -1 when there is none.
func inRole(contacts []incident.Contact, role string) int {
	role = " " + plain(role) + " "
	found := -1
	for i, c := range contacts {
		switch words := " " + plain(c.Role) + " "; {
		case words == role:
			return i
		case strings.Contains(words, role) && found >= 0:
			found = len(contacts)
		case strings.Contains(words, role):
			found = i
		}
	}
	if found == len(contacts) {
		return -1
	}
	return found
}

// Whose is how a person is found whom a calendar or a schedule names: by the address or the user id that it gives, or as the
// contact of the runbook that has the name or the handle. False when it gives neither and no contact has them.
func (r *Runbook) Whose(p oncall.Person) (incident.Contact, bool) {
	if p.Email != "" || incident.IsAccount(p.Handle) || incident.IsGroup(p.Handle) {
		return incident.Contact{Name: p.Name, Email: p.Email, Slack: p.Handle}, true
	}
	for _, known := range r.Policy.Contacts {
		same := known.Name != "" && strings.EqualFold(known.Name, p.Name) || p.Handle != "" && strings.EqualFold(strings.TrimPrefix(known.Slack, "@"), p.Handle)
		if same && known.Email+known.Slack != "" {
			return known, true
		}
	}
	return incident.Contact{}, false
}
