package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	"mayday/oncall"
	"mayday/playbooks"
	"mayday/store"
)

// rostered is a mayday with a contact without a source, then one for each of some sources, in their order.
func rostered(t *testing.T, rosters ...oncall.Roster) (*Handlers, []string) {
	t.Helper()
	h := onDuty(t, anas)
	rb := *h.Runbook()
	rb.Policy.Contacts = []incident.Contact{{Role: "CTO", Name: "Ben Okafor", Email: "ben@example.com"}}
	var keys []string
	for i, shifts := range rosters {
		source, ok := oncall.Line([]string{"PagerDuty: PONE111", "PagerDuty: PTWO222", "PagerDuty: PTHREE3"}[i])
		require.True(t, ok)
		keys = append(keys, source.Key)
		rb.Policy.Contacts = append(rb.Policy.Contacts, incident.Contact{Role: []string{"On-Call Engineer", "Manager", "DBA"}[i], Roster: source.Key})
		_, _, err := h.Store.RosterTurn(t.Context(), source.Key, 0)
		require.NoError(t, err)
		require.NoError(t, h.Store.SaveRoster(t.Context(), store.Roster{Key: source.Key, Kept: oncall.Kept{Shifts: shifts}}))
	}
	h.Runbook = func() *playbooks.Runbook { return &rb }
	return h, keys
}

// TestTheShiftsThatAreHandedOver are those that end of whoever asks, and none of others.
func TestTheShiftsThatAreHandedOver(t *testing.T) {
	t.Parallel()
	now := time.Now()
	ana, ben := oncall.Person{Email: "ana@example.com"}, oncall.Person{Email: "ben@example.com"}
	until := now.Add(2 * time.Hour).UTC().Truncate(time.Second)
	shift := func(p oncall.Person, until time.Time) oncall.Roster {
		return oncall.Roster{{Person: p, From: now.Add(-time.Hour), Until: until}}
	}
	h, keys := rostered(t, shift(ana, oncall.Forever), shift(ana, until), shift(ben, until))
	assert.Contains(t, types(t, h, "U0ANA01", "handover <@U0BEN01> look"), "Ben Okafor is asked to take over as Manager until")
	o := newest(t, h)
	require.Len(t, o.Turns, 1, "nobody knows when the other ends")
	assert.Equal(t, []any{keys[1], "Manager"}, []any{o.Turns[0].Roster, o.Turns[0].Role})
	assert.WithinDuration(t, until, o.Turns[0].Until, time.Second)
	assert.Equal(t, map[string]oncall.Person{keys[0]: ana, keys[1]: ana}, o.Gave)

	h, _ = rostered(t, shift(ben, oncall.Forever))
	assert.Contains(t, types(t, h, "U0ANA01", "handover <@U0BEN01>"), "You have no shift now", "that ben's has no end is nothing to ana")

	h, _ = rostered(t, shift(ana, until))
	for who, u := range h.People.(crowd) {
		h.met.put(who, u)
		h.met.known[who] = acquaintance{u, time.Now().Add(-2 * knownFor)}
	}
	h.People = crowd{}
	assert.Contains(t, types(t, h, "U0ANA01", "handover <@U0BEN01>"), "Ben Okafor is asked to take over", "while Slack is silent, by what it said last")
	assert.Equal(t, "Ben Okafor", newest(t, h).ToName)
}

// TestAnIncidentOrAShiftIsHandedOver: with a number before somebody it is the incident's lead, and a number of anything else names none.
func TestAnIncidentOrAShiftIsHandedOver(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	answer(t, h, bot.Request{Kind: bot.Command, Text: "ack"}, "U0ANA01", "C0INC01")
	assert.Contains(t, types(t, h, "U0ANA01", "handover 2 nodes are down"), "did not tell mayday who is to take over")
	assert.Contains(t, types(t, h, "U0ANA01", "handover 1 <@U0BEN01>"), "asked Ben Okafor to take the lead")
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "handover <@U0CHI01>"}, "U0BEN01", "C0INC01"), "Ana Ruiz leads", "only who leads hands it over")
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	assert.Equal(t, "Ben Okafor", inc.Names["U0BEN01"])
}
