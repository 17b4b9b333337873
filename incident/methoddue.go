package incident

import (
	"slices"
	"time"
)

const (
	// unreachedAfter is how long Slack may be silent about a page until its person is called by other methods.
	unreachedAfter = 30 * time.Second
	// halfwayUnknown is when people are called by other methods where no escalation is to come.
	halfwayUnknown = 5 * time.Minute
)

// reachClock is when the first of the methods is due by which people are to be called; false when none is. It follows
// from the pages alone: an answer ends it, whoever gave it.
func (inc Incident) reachClock() (due time.Time, ok bool) {
	for page := range inc.Pages {
		for m := range inc.Reaches[page].Methods {
			if at, waits := inc.methodDue(page, m); waits && (!ok || at.Before(due)) {
				due, ok = at, true
			}
		}
	}
	return due, ok
}

// methodDue is when the person of Pages[page] is called by a method; false when not at all, or it was begun.
func (inc Incident) methodDue(page, m int) (due time.Time, ok bool) {
	p, r := inc.Pages[page], inc.Reaches[page]
	rule := r.Methods[m].Rule
	_, begun := r.Attempts[m]
	switch {
	case begun || inc.PageAnswered(page):
		return time.Time{}, false
	case inc.Drill && p.Why != Requested: // nobody is woken to practise, unless somebody asks for that
		return time.Time{}, false
	case len(rule.Only) > 0 && !slices.ContainsFunc(rule.Only, inc.isSeverity):
		return time.Time{}, false
	}
	due = later(inc.ruled(p, r, rule), r.FoundAt)
	if rule.Nights && !inc.mayRest(r.Rest, due) {
		return time.Time{}, false
	}
	if until := inc.Plan.Snoozed; p.Why != Requested && until.After(due) {
		due = until
	}
	return due, true
}

// ruled is when a method is due by its rule, or at once where the page did not reach anybody in Slack.
func (inc Incident) ruled(p Page, r Reach, rule MethodRule) time.Time {
	at, rests := inc.halfway(p), inc.mayRest(r.Rest, later(p.At, r.FoundAt))
	switch {
	case rule.After.Set:
		at = p.At.Add(rule.After.D)
	case rests && (rule.Nights || inc.Policy.Rank(inc.Severity) == 0):
		at = p.At
	}
	switch {
	case p.Failed != "":
		return earlier(at, later(p.FailedAt, p.At))
	case p.DeliveredAt.IsZero():
		return earlier(at, p.At.Add(unreachedAfter))
	}
	return at
}

// halfway is the middle between a page and the next escalation, in business hours where the severity asks for them.
func (inc Incident) halfway(p Page) time.Time {
	at := p.At.Add(halfwayUnknown)
	if next, planned := inc.Plan.Due[ClockEscalate]; planned && next.After(p.At) {
		at = p.At.Add(next.Sub(p.At) / 2)
	}
	if inc.Rung().BusinessHours {
		return inc.Policy.Hours.Next(at).UTC()
	}
	return at
}

// mayRest reports whether somebody may not look at Slack at a moment: they are in do-not-disturb, or outside of the
// working hours where they are. Of whom nothing is known that may be.
func (inc Incident) mayRest(r Rest, at time.Time) bool {
	if !at.Before(r.From) && at.Before(r.Until) || r.Zone == "" {
		return true
	}
	h := inc.Policy.Hours
	h.Zone = r.Zone
	return !h.Contains(at)
}

// isSeverity reports whether a word means the incident's severity.
func (inc Incident) isSeverity(word string) bool {
	s, ok := inc.Policy.Find(word)
	return ok && s.Label == inc.Severity
}
