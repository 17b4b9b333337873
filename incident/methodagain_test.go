package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Who declined one page is called by the next as everybody is: the answer was to the page before it.
func TestADeclineAnswersNoLaterPage(t *testing.T) {
	declined, err := Decline(delivered(t, declared(t, "P1"), t0), ana, "", t0.Add(time.Minute))
	require.NoError(t, err)
	inc := declined.Incident
	called, err := PagePerson(inc, ben, ana, "please", t0.Add(10*time.Minute))
	require.NoError(t, err)
	page := len(called.Incident.Pages) - 1
	c, err := MethodsFound(called.Incident, page, []Method{{Kind: SMS, Key: "a", Person: ana, Rule: MethodRule{After: Within(0)}}}, awake, t0.Add(10*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, 1, effectKinds(c.Effects)["reach_by"], "she is called anew")
	assert.Contains(t, stillCalledPeople(c.Incident), ana)
	again, err := AnsweredBy(c.Incident, page, 0, MethodAnswer{Decline: true}, t0.Add(11*time.Minute))
	require.NoError(t, err)
	assert.True(t, again.Incident.PageAnswered(page))

	acked, err := Acknowledge(inc, ben, t0.Add(5*time.Minute))
	require.NoError(t, err)
	called, err = PagePerson(acked.Incident, ben, ana, "we need you after all", t0.Add(20*time.Minute))
	require.NoError(t, err)
	page = len(called.Incident.Pages) - 1
	assert.False(t, called.Incident.PageAnswered(page), "what she said before was to another page")
	c, err = OnMyWay(called.Incident, ana, t0.Add(21*time.Minute))
	require.NoError(t, err)
	assert.True(t, c.Incident.PageAnswered(page))
}

// stillCalledPeople are the people of StillCalled.
func stillCalledPeople(inc Incident) (people []Person) {
	for _, p := range inc.StillCalled() {
		people = append(people, p.Person)
	}
	return people
}

// While Slack does not say who somebody is, their "I can't" pages the next all the same.
func TestADeclineOfSomebodyWhoIsNotKnownPagesTheNext(t *testing.T) {
	c, err := MethodsFound(declared(t, "P1"), 0, []Method{{Kind: SMS, Key: "a", Rule: MethodRule{After: Within(0)}}}, awake, t0)
	require.NoError(t, err)
	declined, err := AnsweredBy(c.Incident, 0, 0, MethodAnswer{Decline: true}, t0.Add(time.Minute))
	require.NoError(t, err)
	require.Len(t, declined.Events, 2)
	assert.Equal(t, "@On-Call Engineer (Ana) cannot come, as they answered by SMS", declined.Events[0].Sentence(plain))
	assert.Equal(t, EventPaged, declined.Events[1].Kind, "the next is called")
	assert.True(t, declined.Incident.PageAnswered(0))
	assert.NotContains(t, declined.Incident.Responders, "On-Call Engineer (Ana)", "there is no such account to invite")
	_, err = AnsweredBy(declined.Incident, 0, 0, MethodAnswer{Decline: true}, t0.Add(2*time.Minute))
	var r *Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, Already, r.Reason)
	acked, err := AnsweredBy(declined.Incident, 0, 0, MethodAnswer{}, t0.Add(2*time.Minute))
	require.NoError(t, err)
	assert.True(t, acked.Incident.Acknowledged(), "who declined may still acknowledge")
}
