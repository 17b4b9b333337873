package incident

import (
	"slices"
	"strings"
	"time"
)

// TakeRole gives a role to somebody; by and whom are the same when they take it themselves.
func TakeRole(inc Incident, by, whom Person, role string, now time.Time) (Change, error) {
	r := Role(strings.ToLower(strings.TrimSpace(role)))
	if !slices.Contains(Roles, r) {
		return Change{}, &Refusal{Reason: UnknownRole, Verb: "take a role", Word: Line(role, 40), Choices: roleNames()}
	}
	if !inc.Status.Live() {
		return Change{}, inc.over("take a role")
	}
	if inc.Roles[r] == whom {
		return Change{}, &Refusal{Reason: Already, Verb: "take a role", By: whom, Word: string(r)}
	}
	e := begin(inc, now)
	from := e.Incident.Roles[r]
	e.Incident.Roles[r] = whom
	e.involve(by)
	e.involve(whom)
	e.record(Event{Kind: EventRoleTaken, By: by, Whom: whom, From: from, To: string(r), Aloud: true})
	if whom != by {
		e.bringIn(whom)
	}
	return e.done()
}

func roleNames() []string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return names
}
