package program

import (
	"slices"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
)

// teamID is the id of a workspace; that of an organisation begins with E.
var teamID = lazyregexp.New(`^T[A-Z0-9]{5,}$`)

// access reads who may do what.
func (r *reader) access() incident.Access {
	return incident.Access{
		Declare: r.people("MAYDAY_DECLARE_USERS", incident.DeclareMembers, []string{incident.DeclareMembers, incident.DeclareGuests}, nil),
		ActFrom: r.oneOf("MAYDAY_ACT_FROM", incident.ActAnywhere, incident.ActAnywhere, incident.ActInside),
		Guests:  r.oneOf("MAYDAY_GUESTS", incident.GuestsAct, incident.GuestsAct, incident.GuestsRead, incident.GuestsOff),
	}
}

// sqlUsers reads who may type SQL; some words may stand beside ids.
func (r *reader) sqlUsers() string {
	return r.people("MAYDAY_SQL_USERS", incident.SQLContacts, []string{incident.SQLMembers, incident.SQLOff}, []string{incident.SQLContacts, incident.SQLResponders})
}

// people reads a setting that names people: one word that stands alone, or a list of
// ids and of words that may stand beside them. What is none of these is not repeated,
// because a token may have been pasted there.
func (r *reader) people(variable, standard string, alone, beside []string) string {
	v := r.value(variable, standard)
	if slices.Contains(alone, v) {
		return v
	}
	var names []string
	for _, name := range strings.Split(v, ",") {
		name = strings.TrimSpace(name)
		switch {
		case incident.IsAccount(name), incident.IsGroup(name), slices.Contains(beside, name):
			names = append(names, name)
		case slices.Contains(alone, name):
			r.bad(variable, name+" stands alone, with nothing beside it", name)
		case name != "":
			r.bad(variable, "has an entry that is neither "+strings.Join(append(slices.Clone(beside), alone...), ", ")+" nor the id of a user or user group", standard)
		}
	}
	return strings.Join(names, ",")
}
