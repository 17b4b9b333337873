package blocks

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"mayday/incident"
)

// Target is what a click is about and what it expects to find: it travels in a
// button's value, an option's value, the block id of a users_select, and a
// modal's private_metadata. Fields that do not matter are zero.
type Target struct {
	Incident int64
	// UID of the incident, in the action id beside the value, or in a modal's
	// private_metadata. Empty in what a version before identities drew.
	UID      string
	Playbook string
	// Step counts from 1; 0 when the click is about no step.
	Step int
	// Page is a page number from 1, or for ActionPageNext how many pages there were.
	Page int
	// Name is the one word more that the action needs: a status, a query.
	Name string
}

// Ref is the incident that the click is about.
func (t Target) Ref() incident.Ref { return incident.Ref{Incident: t.Incident, UID: t.UID} }

var errTarget = errors.New("not a target")

// String is the short stable form, "42", "42/site-down/3" or "42///2"; only
// what stands before the last field that is set is written. The UID is not in it.
func (t Target) String() string {
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	s := strings.Join([]string{strconv.FormatInt(t.Incident, 10), url.PathEscape(t.Playbook), number(int64(t.Step)), number(int64(t.Page))}, "/")
	if t.Name != "" {
		return s + "/" + t.Name
	}
	return strings.TrimRight(s, "/")
}

// ParseTarget reads what String wrote. Anything else is an error: the value
// came from another version of mayday, or from nobody.
func ParseTarget(s string) (Target, error) {
	parts := strings.SplitN(s, "/", 5)
	for len(parts) < 5 {
		parts = append(parts, "")
	}
	id, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || id < 0 {
		return Target{}, errTarget
	}
	t := Target{Incident: id, Name: parts[4]}
	if t.Playbook, err = url.PathUnescape(parts[1]); err != nil {
		return Target{}, errTarget
	}
	for i, n := range []*int{&t.Step, &t.Page} {
		if parts[2+i] == "" {
			continue
		}
		if *n, err = strconv.Atoi(parts[2+i]); err != nil || *n < 0 {
			return Target{}, errTarget
		}
	}
	return t, nil
}

// assignPrefix makes the block id of a users_select unique in its message.
const assignPrefix = "assign:"

// TargetOf finds the Target of an action: in its value, or, for a users_select,
// whose value is the person, in its block id. The UID stands in the action id.
func TargetOf(actionID, blockID, value string) (Target, error) {
	if Verb(actionID) == ActionStepAssign {
		rest, ok := strings.CutPrefix(blockID, assignPrefix)
		if !ok {
			return Target{}, errTarget
		}
		value = rest
	}
	t, err := ParseTarget(value)
	t.UID = uidOf(actionID)
	return t, err
}

// metadata is a modal's private_metadata: the Target, with the UID in the place of
// the name, which no form about an incident has.
func metadata(t Target) string {
	t.Name = t.UID
	return value(t, maxMetadata)
}

// ParseMetadata reads the private_metadata of a modal about an incident.
func ParseMetadata(s string) (Target, error) {
	t, err := ParseTarget(s)
	t.UID, t.Name = t.Name, ""
	return t, err
}
