package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What workers report may be late, or of an incident that has the number of another: what the row does not hold changes nothing.
func TestWhatTheRowDoesNotHoldChangesNothing(t *testing.T) {
	inc := reachable(t, "P0", awake, Method{Kind: SMS})
	inc = first(AddAction(inc, ana, ben, "alert earlier", t0)).Incident
	inc = first(Publish(inc, ana, notice("Orders are late."), 0, false, t0)).Incident
	over := first(Learn(first(Resolve(inc, ana, "fixed", t0)).Incident, ana, StepRef{}, "look at the pool first", t0)).Incident
	pages, methods := len(inc.Pages), len(inc.Reaches[0].Methods)
	for name, of := range map[string]struct {
		n      int
		change func(n int) (Change, error)
	}{
		"follow-up":          {len(inc.Actions), func(n int) (Change, error) { return ActionFiled(inc, n, 7, "https://g/7", true, t0) }},
		"lesson":             {len(over.Lessons), func(n int) (Change, error) { return LessonTold(over, n, true, "", t0) }},
		"post":               {len(inc.Publication.Posts), func(n int) (Change, error) { return PublishTried(inc, n, t0) }},
		"what a page found":  {pages, func(n int) (Change, error) { return MethodsFound(inc, n, []Method{{Kind: SMS}}, awake, t0) }},
		"page that arrives":  {pages, func(n int) (Change, error) { return PageDelivered(inc, n, []Person{ben}, t0) }},
		"page that fails":    {pages, func(n int) (Change, error) { return PageFailed(inc, n, "gone", t0) }},
		"page that is tried": {pages, func(n int) (Change, error) { return PageTried(inc, n, t0, t0) }},
		"turn":               {pages, func(n int) (Change, error) { return TurnUnsure(inc, n, "gone", t0) }},
		"method":             {methods, func(n int) (Change, error) { return MethodSent(inc, 0, n, "", t0) }},
		"page of a method":   {pages, func(n int) (Change, error) { return MethodSent(inc, n, 0, "", t0) }},
	} {
		for _, n := range []int{-1, of.n, of.n + 1} {
			c, err := of.change(n)
			assert.NoError(t, err, "%s %d", name, n)
			assert.True(t, c.Empty(), "%s %d", name, n)
		}
	}
	live := declared(t, "P0")
	assert.Equal(t, NobodyLeft, reasonOf(t, second(PageContact(live, ana, len(live.Policy.Contacts), "", t0))))
	asked := led(t)
	assert.Equal(t, NotAsked, reasonOf(t, second(AcceptHandover(asked, ben, len(asked.Handovers), t0))))
}

func TestWhomAPageCalls(t *testing.T) {
	p := Policy{Contacts: []Contact{
		{Role: "Lead", Email: "lead@example.com", Phone: "+1 555 0100", Slack: "@lead"}, {Role: "Shift", Roster: "r1", Email: "x@example.com"},
		{Role: "Team", Slack: "S0123456"}, {Role: "Handle", Slack: "@dbas"},
	}}
	inc := Incident{Policy: p, Responders: []Person{ana, ben}}
	for _, c := range []struct {
		page  Page
		calls bool
		title string
		phone string
	}{
		{Page{Contact: -1, Person: ben}, true, "", ""},
		{Page{Contact: -1, Person: ana}, false, "", ""},
		{Page{Contact: 0, Person: ana}, false, "Lead", "+1 555 0100"},
		{Page{Contact: 1, Person: ana}, true, "Shift", ""},
		{Page{Contact: 2, Person: ana}, true, "Team", ""},
		{Page{Contact: 3, Person: ana}, true, "Handle", ""},
		{Page{Contact: 4, Person: ana}, false, "", ""}, // which the policy does not have
	} {
		assert.Equal(t, c.calls, inc.Calls(c.page, ben), "%+v", c.page)
		assert.False(t, inc.Calls(c.page, chidi), "who takes no part: %+v", c.page)
		assert.Equal(t, c.title, inc.ContactTitle(c.page))
		assert.Equal(t, c.phone, inc.Phone(c.page))
	}
}
