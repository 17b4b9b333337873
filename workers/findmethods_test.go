package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/oncall"
	"mayday/store"
)

// TestTheNumberOfAContactIsThatOfWhomItNames, also where a schedule says who is on call: of them while they have the shift, and of nobody else.
func TestTheNumberOfAContactIsThatOfWhomItNames(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+", at once")
	p.contact.Roster = "rota"
	p.set(func(inc *incident.Incident) { inc.Policy.Contacts = []incident.Contact{p.contact} })
	shift := func(who oncall.Person) {
		t.Helper()
		_, _, err := p.st.RosterTurn(t.Context(), "rota", 0)
		require.NoError(t, err)
		now := p.st.Now()
		require.NoError(t, p.st.SaveRoster(t.Context(), store.Roster{Key: "rota",
			Kept: oncall.Kept{Shifts: []oncall.Shift{{Person: who, From: now.Add(-time.Hour), Until: now.Add(time.Hour)}}}}))
	}
	ben, _ := p.sim.UserByName("ben")
	for _, tt := range []struct {
		who  oncall.Person
		want int
	}{
		{oncall.Person{Name: "Ana", Email: "ana@example.com"}, 1}, {oncall.Person{Name: "Ana Ruiz"}, 1},
		{oncall.Person{Name: "Ben", Email: "ben@example.com"}, 0}, {oncall.Person{Handle: ben.ID}, 0},
	} {
		shift(tt.who)
		_, list, err := p.w.methodsOf(t.Context(), incident.Incident{Policy: p.row().Policy, Pages: []incident.Page{{Contact: 0}}}, 0)
		require.NoError(t, err)
		assert.Len(t, list, tt.want, "while %v has the shift", tt.who)
	}

	// While Slack does not answer, too.
	shift(oncall.Person{Name: "Ana", Email: "ana@example.com"})
	p.sim.Mischief().FailRate("*", 1, unheard, 1)
	require.Len(t, p.called(), 1)
}

// TestAnAnswerIsHeardThoughNobodyKnowsWhetherTheTextWasTaken: the service broke off twice, and the text arrived.
func TestAnAnswerIsHeardThoughNobodyKnowsWhetherTheTextWasTaken(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+", at once")
	due := p.called()
	require.Len(t, due, 1)
	require.NoError(t, p.st.BeginMethodTry(t.Context(), p.inc.ID, 0, 0, p.contact.Methods[0].Key, nil))
	require.NoError(t, p.st.MethodTook(t.Context(), p.inc.ID, 0, 0, "", ""))
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	p.phones.Text(anasNumber, "1")
	poll := incident.PollMethod{Ref: p.inc.Ref(), Page: 0, Method: 0}
	var later *laterError
	require.ErrorAs(t, p.w.pollMethod(t.Context(), poll, try{}), &later)
	assert.True(t, p.row().Acknowledged())
	require.NoError(t, p.w.pollMethod(t.Context(), poll, try{}), "there is nothing more to hear")
}
