package handlers

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/oncall"
	"mayday/playbooks"
	"mayday/store"
)

// onDuty is a mayday in which a source says who is on call as the first contact.
func onDuty(t *testing.T, shifts func(now time.Time) oncall.Roster) *Handlers {
	t.Helper()
	h, _ := guarded(t, false, crowd{
		"U0ANA01": {ID: "U0ANA01", RealName: "Ana Ruiz", Email: "ana@example.com", TZ: "Asia/Tokyo"}, "U0BEN01": {ID: "U0BEN01", RealName: "Ben Okafor", Email: "ben@example.com"},
		"U0BOT01": {ID: "U0BOT01", Bot: true, RealName: "An App"},
	})
	source, _ := oncall.Line("PagerDuty: PABC123")
	rb := playbooks.Default()
	rb.Policy.Contacts = []incident.Contact{{Role: "On-Call Engineer", Roster: source.Key, Email: "ana@example.com"}, {Role: "CTO", Name: "Ben Okafor", Email: "ben@example.com"}}
	rb.Rosters = []oncall.Source{source}
	h.Runbook = func() *playbooks.Runbook { return rb }
	_, _, err := h.Store.RosterTurn(t.Context(), source.Key, 0)
	require.NoError(t, err)
	require.NoError(t, h.Store.SaveRoster(t.Context(), store.Roster{Key: source.Key, Kept: oncall.Kept{Shifts: shifts(h.Store.Now())}}))
	return h
}

// anas is that ana is on call for two hours, and ben after her.
func anas(now time.Time) oncall.Roster {
	return oncall.Roster{{Person: oncall.Person{Email: "ana@example.com"}, From: now.Add(-time.Hour), Until: now.Add(2 * time.Hour)},
		{Person: oncall.Person{Email: "ben@example.com"}, From: now.Add(2 * time.Hour), Until: now.Add(4 * time.Hour)}}
}

// types is what somebody is answered who types a command outside of incidents.
func types(t *testing.T, h *Handlers, by, text string) string {
	t.Helper()
	return answer(t, h, bot.Request{Kind: bot.Command, Text: text}, by, "C0GENERAL")
}

// newest is the newest handover of a shift.
func newest(t *testing.T, h *Handlers) (o oncall.Handover) {
	t.Helper()
	require.NoError(t, h.Store.Pool().QueryRow(t.Context(), `select doc from mayday.handover order by doc ->> 'at' desc limit 1`).Scan(&o))
	return o
}

func TestAShiftIsHandedOverOutsideOfIncidents(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	assert.Contains(t, types(t, h, "U0ANA01", "handover <@U0BEN01|ben> it is <quiet>"), "Ben Okafor is asked to take over as On-Call Engineer until")
	o := newest(t, h)
	assert.Equal(t, "it is <quiet>", o.Note)
	assert.Equal(t, []string{"U0ANA01", "U0BEN01"}, []string{o.By, o.To})
	press := func(by, action string) string {
		return answer(t, h, bot.Request{Kind: bot.Action, ActionID: action, Value: blocks.Target{Name: o.ID}.String()}, by, "D0"+by)
	}
	assert.Contains(t, press("U0ANA01", blocks.ActionAcceptShift), "You are not asked any more")
	assert.Equal(t, "map[]", press("U0BEN01", blocks.ActionAcceptShift), "the message is drawn anew")
	assert.Contains(t, press("U0BEN01", blocks.ActionDeclineShift), "You answered this before")
	said := types(t, h, "U0CHI01", "oncall")
	assert.Contains(t, said, "Who is on call now")
	kept, err := h.Store.OnCall(t.Context(), h.Runbook().Policy.Contacts[0])
	require.NoError(t, err)
	assert.Equal(t, "U0BEN01", kept.First(h.Store.Now())[0].Person.Handle)
	assert.Contains(t, types(t, h, "U0ANA01", "handover <@U0BEN01>"), "You have no shift now", "it is ben's now")
	assert.Contains(t, types(t, h, "U0BEN01", "handover <@U0ANA01>"), "Ana Ruiz is asked to take over", "who took over may give it back")
}

func TestWhatOfAHandoverIsNotUnderstoodIsSaid(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	for text, want := range map[string]string{
		"handover":                "Who is to take over?",
		"handover @ben":           "Slack did not tell mayday who is to take over",
		"handover <@U0ANA01>":     "That is you",
		"handover <@U0BOT01>":     "cannot be given work",
		"handover #99 <@U0BEN01>": "There is no such incident",
	} {
		assert.Contains(t, types(t, h, "U0ANA01", text), want, text)
	}
	assert.Contains(t, types(t, h, "U0BEN01", "handover <@U0ANA01>"), "You have no shift now")
	endless := onDuty(t, func(now time.Time) oncall.Roster {
		return oncall.Roster{{Person: oncall.Person{Handle: "U0ANA01"}, From: now.Add(-time.Hour), Until: oncall.Forever}}
	})
	assert.Contains(t, types(t, endless, "U0ANA01", "handover <@U0BEN01>"), "Nobody knows when your shift as On-Call Engineer ends")
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Action, ActionID: blocks.ActionAcceptShift, Value: "0////nobody"}, "U0BEN01", "D0BEN"), "You are not asked any more")
}

// In an incident's channel, or with its number, it is the lead.
func TestTheLeadIsHandedOverInAnIncident(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	answer(t, h, bot.Request{Kind: bot.Command, Text: "ack"}, "U0ANA01", "C0INC01")
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "handover <@U0BEN01>"}, "U0ANA01", "C0INC01"), "asked Ben Okafor to take the lead")
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	require.Len(t, inc.Handovers, 1)
	press := bot.Request{Kind: bot.Action, ActionID: blocks.ActionAcceptHandover + "::" + inc.UID, Value: blocks.Target{Incident: 1, Page: 1}.String()}
	assert.Contains(t, answer(t, h, press, "U0CHI01", "D0CHI"), "This was asked of somebody else")
	assert.Contains(t, answer(t, h, press, "U0BEN01", "D0BEN"), "took the role lead over from Ana Ruiz")
	assert.Contains(t, types(t, h, "U0BEN01", "#1 handover <@U0ANA01>"), "asked Ana Ruiz to take the lead")
	var shifts int
	require.NoError(t, h.Store.Pool().QueryRow(t.Context(), `select count(*) from mayday.handover`).Scan(&shifts))
	assert.Zero(t, shifts)
}

func TestHowOftenOneWasCalledIsToldToOneself(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	// 18:30 in Tokyo is morning in UTC.
	at := h.Store.Now().UTC().Truncate(24 * time.Hour).Add(-24*time.Hour + 9*time.Hour + 30*time.Minute)
	_, err := h.Store.Update(t.Context(), incident.Ref{Incident: 1}, nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		inc.Pages = []incident.Page{{Contact: -1, Person: "U0ANA01", At: at}}
		inc.Revision++
		return incident.Change{Incident: inc, Silent: true}, nil
	})
	require.NoError(t, err)
	_, err = h.Store.Pool().Exec(t.Context(), `insert into mayday.surface (incident_id, surface, channel, ts) values (1, 'page/0/U0ANA01', 'D0ANA', '1.1')`)
	require.NoError(t, err)
	said := types(t, h, "U0ANA01", "oncall me")
	assert.Contains(t, said, "You are on call as On-Call Engineer until")
	assert.Contains(t, said, "paged 1 time: 0 in working hours (9–18), 1 in the evening (18–23), 0 at night")
	assert.Contains(t, types(t, h, "U0BEN01", "oncall me"), "You are not on call now by any calendar or schedule. In the last 30 days you were not paged.")
	assert.Contains(t, types(t, h, "U0BEN01", "oncall you"), "one word, or none")
}

func TestATestPageIsAskedFor(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	assert.Contains(t, types(t, h, "U0ANA01", "test-page"), "on its way to you")
	assert.Contains(t, types(t, h, "U0ANA01", "testpage"), "less than a minute ago")
	assert.Contains(t, types(t, h, "U0BEN01", "testpage"), "on its way to you", "that of one keeps nobody else from it")
	press := bot.Request{Kind: bot.Action, ActionID: blocks.ActionArrived, Value: blocks.Target{Page: 1}.String(), MessageTS: "1.1"}
	assert.Equal(t, "map[]", answer(t, h, press, "U0ANA01", "D0ANA"))
	tester, err := h.Store.Tester(t.Context(), "U0ANA01")
	require.NoError(t, err)
	assert.False(t, tester.Arrived().IsZero())
	assert.Contains(t, types(t, h, "U0ANA01", "oncall me"), "You are on call as")
}

// TestWhoASourceNames: by id or address, or through the contact that has the name or the handle which it gives.
func TestWhoASourceNames(t *testing.T) {
	ana := incident.Caller{ID: "U0ANA01", Email: "ana@example.com"}
	contacts := []incident.Contact{{Name: "Ana Ruiz", Email: "ana@example.com"}, {Name: "Ben Okafor", Slack: "U0BEN01"}, {Slack: "@pool", Email: "ANA@example.com"}, {Role: "CTO"}, {Name: "Chi"}}
	for _, c := range []struct {
		source oncall.Person
		who    incident.Caller
		is     bool
	}{
		{oncall.Person{Handle: "U0ANA01"}, ana, true},
		{oncall.Person{Email: "Ana@example.com"}, ana, true},
		{oncall.Person{Name: "ana ruiz"}, ana, true},
		{oncall.Person{Name: "ana ruiz"}, incident.Caller{ID: "U0ANA01"}, false},
		{oncall.Person{Name: "Ben Okafor"}, incident.Caller{ID: "U0BEN01"}, true},
		{oncall.Person{Name: "Ben Okafor"}, ana, false},
		{oncall.Person{Handle: "POOL"}, ana, true},
		{oncall.Person{Handle: "pond"}, ana, false},
		{oncall.Person{Name: "Chi"}, incident.Caller{ID: "U0CHI01"}, false}, // a contact without an address is nobody's
		{oncall.Person{}, incident.Caller{ID: "U0CHI01"}, false},
	} {
		assert.Equal(t, c.is, isCaller(c.source, c.who, contacts), c)
	}
}

// TestAShiftThatIsOverIsNotTakenOver, and whoever has no name is called by their id.
func TestAShiftThatIsOverIsNotTakenOver(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	assert.Contains(t, types(t, h, "U0ANA01", "handover <@U0NEW01> look"), "U0NEW01", "Slack does not say who that is")
	at := h.Store.Now()
	o, err := h.Store.AskShiftHandover(t.Context(), []string{"over"}, oncall.Handover{By: "U0ANA01", To: "U0BEN01", Turns: []oncall.Turn{{Roster: "r", Role: "On-Call", Until: at.Add(-time.Minute)}}})
	require.NoError(t, err)
	press := bot.Request{Kind: bot.Action, ActionID: blocks.ActionAcceptShift, Value: blocks.Target{Name: o.ID}.String()}
	assert.Contains(t, answer(t, h, press, "U0BEN01", "D0BEN"), "The shift is over")
	o, err = h.Store.AskShiftHandover(t.Context(), []string{"on"}, oncall.Handover{By: "U0ANA01", To: "U0BEN01", Turns: []oncall.Turn{{Roster: "r", Role: "On-Call", Until: at.Add(time.Hour)}}})
	require.NoError(t, err)
	press.Value = blocks.Target{Name: o.ID}.String()
	press.ActionID = blocks.ActionDeclineShift
	answer(t, h, press, "U0BEN01", "D0BEN")
	assert.Equal(t, oncall.Declined, newest(t, h).Answer)
}

// TestAHandoverSaysThatTheDatabaseIsAway.
func TestAHandoverSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	source, _ := oncall.Line("PagerDuty: PABC123")
	rb := *b.h.Runbook()
	rb.Policy.Contacts = []incident.Contact{{Role: "On-Call Engineer", Roster: source.Key}}
	b.h.Runbook = func() *playbooks.Runbook { return &rb }
	now := b.truth.Now()
	_, _, err := b.truth.RosterTurn(t.Context(), source.Key, 0)
	require.NoError(t, err)
	require.NoError(t, b.truth.SaveRoster(t.Context(), store.Roster{Key: source.Key, Kept: oncall.Kept{Shifts: oncall.Roster{{Person: oncall.Person{Handle: "U0ANA01"}, From: now.Add(-time.Hour), Until: now.Add(time.Hour)}}}}))
	b.judge("asked", always, func() bot.Request {
		return bot.Request{Kind: bot.Command, Text: "handover <@U0BEN01> look", User: "U0ANA01", Channel: elsewhere}
	})
	b.judge("answered", always, func() bot.Request {
		o, err := b.truth.AskShiftHandover(t.Context(), nil, oncall.Handover{By: "U0ANA01", To: "U0BEN01", Turns: []oncall.Turn{{Roster: "r", Role: "On-Call", Until: now.Add(time.Hour)}}})
		require.NoError(t, err)
		return bot.Request{Kind: bot.Action, ActionID: blocks.ActionAcceptShift, Value: blocks.Target{Name: o.ID}.String(), User: "U0BEN01", Channel: "D0BEN"}
	})
}

// Who cannot be called is told wherever somebody asks who is on call, before their shift begins.
func TestOnCallWarnsOfWhoHasNoAccount(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	shown := func() string {
		t.Helper()
		reply := h.Handle(t.Context(), bot.Request{Kind: bot.Command, Text: "oncall", User: "U0ANA01", Channel: "C0GENERAL", Keys: []string{"envelope:" + rand.Text()}})
		return inJSON(t, reply.Blocks)
	}
	require.Contains(t, shown(), "then ben@example.com from")
	c := h.Runbook().Policy.Contacts[0]
	stranger := oncall.Stranger{Person: oncall.Person{Email: "ben@example.com"}, Why: "no account has the address <b>"}
	for _, k := range []store.Strangers{{Told: []oncall.Stranger{stranger}}, {Telling: []oncall.Stranger{stranger}, Since: time.Now()}} {
		require.NoError(t, h.Store.SaveStrangers(t.Context(), c, k))
		assert.Contains(t, shown(), `then ben@example.com (:warning: no account has the address \u0026lt;b\u0026gt;) from`)
		assert.NotContains(t, shown(), "ana@example.com (")
	}
}

// dumb is a Slack that says nothing for as long as it is waited for.
type dumb struct{}

func (dumb) User(ctx context.Context, _ string) (bot.User, error) {
	<-ctx.Done()
	return bot.User{}, ctx.Err()
}

func (dumb) GroupMembers(ctx context.Context, _ string) ([]string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestASlackThatSaysNothingLeavesTheDatabaseItsTime: a handover asks who several people are.
func TestASlackThatSaysNothingLeavesTheDatabaseItsTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who  oncall.Person
		said string
	}{
		"known by id":              {oncall.Person{Handle: "U0ANA01"}, "is asked to take over as On-Call Engineer"},
		"known by an address only": {oncall.Person{Email: "ana@example.com"}, "Slack did not say in time who you are"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := onDuty(t, func(now time.Time) oncall.Roster {
				return oncall.Roster{{Person: c.who, From: now.Add(-time.Hour), Until: now.Add(2 * time.Hour)}}
			})
			h.People = dumb{}
			const given = 2500 * time.Millisecond
			ctx, cancel := context.WithTimeout(t.Context(), given)
			defer cancel()
			reply := h.Handle(ctx, bot.Request{Kind: bot.Command, Command: "/incident", Text: "handover <@U0BEN01> it is quiet", User: "U0ANA01", Channel: "C0GENERAL", Keys: []string{"envelope:" + rand.Text()}})
			assert.Contains(t, reply.Text, c.said)
			end, _ := ctx.Deadline()
			within, done := asking(ctx)
			defer done()
			until, _ := within.Deadline()
			assert.Equal(t, databaseTime, end.Sub(until))
		})
	}
}
