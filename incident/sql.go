package incident

import (
	"slices"
	"time"
)

// The words of the setting MAYDAY_SQL_USERS that are no ids. The default is SQLContacts.
const (
	SQLContacts   = "contacts"
	SQLResponders = "responders"
	SQLMembers    = "members"
	SQLOff        = "off"
)

// MaySQL says whether a person may run a statement of their own. setting holds
// words and ids of people and user groups with commas between: "contacts" of the
// runbook as it is now, "responders", "members", "off". Guests, people of other
// workspaces and whom Slack did not describe never may.
func MaySQL(inc Incident, c Caller, setting string, contacts []Contact) error {
	if err := MayRun(inc, inc.in(c.Channel)); err != nil {
		return err
	}
	if c.Standing == Unknown {
		return &Refusal{Reason: NotKnown, Verb: deeds[TypingSQL]}
	}
	if c.Standing != Member {
		return &Refusal{Reason: NotForGuests, Verb: deeds[TypingSQL], Word: string(c.Standing)}
	}
	if mayByAny(inc, c, setting, contacts) {
		return nil
	}
	return &Refusal{Reason: NotAllowed, Verb: deeds[TypingSQL], Word: settingWord(setting)}
}

// mayBy reports whether one word of the setting admits a caller. Whoever declares a
// drill responds to it, and that opens no database.
func mayBy(inc Incident, c Caller, word string, contacts []Contact) bool {
	switch word {
	case SQLOff:
		return false
	case SQLMembers:
		return true
	case SQLContacts:
		return c.IsContact(contacts)
	case SQLResponders:
		return !inc.Drill && slices.Contains(inc.Responders, c.ID) || c.IsContact(contacts)
	}
	return c.listed(word)
}

// QueryRefused records that a statement was not run: statement in the form in
// which it may be stored, and why.
func QueryRefused(inc Incident, by Person, statement, why string, now time.Time) (Change, error) {
	e := begin(inc, now)
	e.record(Event{Kind: EventQueryRefused, By: by, To: Line(statement, 200), Text: Line(why, MaxText)})
	return e.done()
}
