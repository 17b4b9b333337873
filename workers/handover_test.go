package workers

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/oncall"
	"mayday/playbooks"
	"mayday/routine"
	"mayday/sim/phones"
	slacksim "mayday/sim/slack"
)

// handing is a room in which ana leads and asked ben to lead.
func handing(t *testing.T) (h *hand, ben incident.Person) {
	t.Helper()
	h = newHand(t)
	u, _ := h.sim.UserByName("ben")
	h.acknowledge()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AskHandover(inc, h.inc.DeclaredBy, u.ID, "it is quiet", now)
	})
	return h, u.ID
}

// direct are the messages in the conversation with somebody that have some words.
func (h *hand) direct(who incident.Person, words string) (list []slacksim.Message) {
	for _, m := range h.sim.Messages(h.sim.Direct(who)) {
		if strings.Contains(m.Text, words) {
			list = append(list, m)
		}
	}
	return list
}

// TestAHandoverIsAskedOnceWhateverSlackAnswers: also when the first answer is lost.
func TestAHandoverIsAskedOnceWhateverSlackAnswers(t *testing.T) {
	t.Parallel()
	h, ben := handing(t)
	fx := incident.ShowHandover{Ref: h.inc.Ref()}
	h.sim.Mischief().FailNext("chat.postMessage", 1, unheard)
	require.Error(t, h.w.showHandover(t.Context(), fx, try{Number: 1}))
	for range 2 {
		require.NoError(t, h.w.showHandover(t.Context(), fx, try{Number: 2}))
	}
	require.Len(t, h.direct(ben, "asks you to take the lead"), 1)
	assert.Empty(t, h.direct(h.inc.DeclaredBy, "answered"))

	due, _ := h.row().Deadline(incident.ClockHandover)
	h.change(func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		return incident.Fire(inc, incident.Timer{Clock: incident.ClockHandover, Due: due}, due)
	})
	for range 2 {
		require.NoError(t, h.w.showHandover(t.Context(), fx, try{Number: 1}))
	}
	assert.Len(t, h.direct(h.inc.DeclaredBy, "has not answered for 10 min"), 1)
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AcceptHandover(inc, ben, 0, now)
	})
	require.NoError(t, h.w.showHandover(t.Context(), fx, try{Number: 1}))
	require.Len(t, h.direct(ben, "You accepted"), 1)
	assert.NotContains(t, string(h.direct(ben, "You accepted")[0].Blocks), "accept_handover")
}

func TestWhatIsWithdrawnBeforeItWasAskedIsNotAsked(t *testing.T) {
	t.Parallel()
	h, ben := handing(t)
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Resolve(inc, ben, "done", now)
	})
	require.NoError(t, h.w.showHandover(t.Context(), incident.ShowHandover{Ref: h.inc.Ref()}, try{Number: 1}))
	assert.Empty(t, h.direct(ben, ""))
}

// TestAShiftIsHandedOver: asked, accepted, called, told; and it ends.
func TestAShiftIsHandedOver(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	ben, _ := r.sim.UserByName("ben")
	ana := r.inc.DeclaredBy
	require.NoError(t, r.says(shifts(r.st.Now(), "ana@example.com", "@"+ben.ID)))
	until := r.st.Now().Add(30 * time.Minute)
	asked, err := r.st.AskShiftHandover(t.Context(), nil, oncall.Handover{By: ana, To: ben.ID, ToName: "ben", Turns: []oncall.Turn{{Roster: r.contact.Roster, Role: "On-call", Until: until}}, Note: "it is quiet"})
	require.NoError(t, err)
	show := func() {
		t.Helper()
		require.NoError(t, r.w.showShiftHandover(t.Context(), oncall.ShowShiftHandover{ID: asked.ID}, try{Number: 2, Since: r.st.Now()}))
	}
	called := func() incident.Person {
		t.Helper()
		people, unsure, err := r.w.turn(t.Context(), r.contact)
		require.NoError(t, err)
		require.Len(t, people, 1)
		assert.Empty(t, unsure)
		return people[0]
	}
	show()
	show()
	require.Len(t, r.direct(ben.ID, "asks you to take over as On-call"), 1)
	assert.Equal(t, ana, called(), "asked is not accepted")

	r.answers(asked.ID, ben.ID, oncall.Accepted)
	show()
	show()
	assert.Equal(t, ben.ID, called())
	assert.Len(t, r.direct(ben.ID, "You accepted"), 1)
	assert.Len(t, r.direct(ana, "took over as On-call"), 1)
	told := 0
	for _, m := range r.sim.Messages("incidents") {
		if strings.Contains(m.Text, "took over from") {
			told++
			assert.NotContains(t, m.Text, "<@")
		}
	}
	assert.Equal(t, 1, told)

	_, err = r.st.Pool().Exec(t.Context(), `update mayday.handover set until_at = now(), doc = jsonb_set(doc, '{turns,0,until}', to_jsonb(now()))`)
	require.NoError(t, err)
	assert.Equal(t, ana, called(), "it ends with the shift")
}

// answers has somebody answer a handover.
func (r *rota) answers(id, by string, a oncall.Answer) {
	r.t.Helper()
	_, err := r.st.UpdateShiftHandover(r.t.Context(), id, nil, func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
		return oncall.AnswerHandover(h, by, a, now)
	})
	require.NoError(r.t, err)
}

func TestWhoHandsAShiftOverHearsOfNoAnswer(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	ben, _ := r.sim.UserByName("ben")
	h, err := r.st.AskShiftHandover(t.Context(), nil, oncall.Handover{By: r.inc.DeclaredBy, To: ben.ID, Turns: []oncall.Turn{{Roster: "k", Role: "On-call", Until: r.st.Now().Add(time.Hour)}}})
	require.NoError(t, err)
	r.w.expireHandovers(t.Context())
	got, err := r.st.ShiftHandover(t.Context(), h.ID)
	require.NoError(t, err)
	assert.Equal(t, oncall.Waits, got.Answer, "there is time")
	_, err = r.st.Pool().Exec(t.Context(), `update mayday.handover set due_at = now(), doc = jsonb_set(doc, '{due}', to_jsonb(now()))`)
	require.NoError(t, err)
	r.w.expireHandovers(t.Context())
	require.NoError(t, r.w.showShiftHandover(t.Context(), oncall.ShowShiftHandover{ID: h.ID}, try{Number: 1}))
	assert.Len(t, r.direct(r.inc.DeclaredBy, "has not answered whether to take over as On-call"), 1)
}

func TestATestPageArrives(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.w.Runbook = func() *playbooks.Runbook { return &playbooks.Runbook{} }
	ana := h.inc.DeclaredBy
	_, err := h.st.UpdateTester(t.Context(), ana, nil, routine.AskTestPage)
	require.NoError(t, err)
	fx := routine.SendTestPage{Person: ana, Number: 1}
	h.sim.Mischief().FailNext("chat.postMessage", 1, unheard)
	require.Error(t, h.w.sendTestPage(t.Context(), fx, try{Number: 1, Since: h.st.Now()}))
	require.NoError(t, h.w.sendTestPage(t.Context(), fx, try{Number: 2, Since: h.st.Now()}))
	require.Len(t, h.direct(ana, "This is a test page"), 1)
	tester, err := h.st.Tester(t.Context(), ana)
	require.NoError(t, err)
	assert.False(t, tester.Tests[0].Ways[0].SentAt.IsZero())
	assert.Zero(t, tester.Arrived())
	m := h.direct(ana, "This is a test page")[0]
	_, err = h.st.UpdateTester(t.Context(), ana, nil, func(o routine.Tester, now time.Time) routine.TesterChange {
		return routine.TestPageArrived(o, 1, routine.Direct, h.sim.Direct(ana), m.TS, now)
	})
	require.NoError(t, err)
	require.NoError(t, h.w.showTestPage(t.Context(), routine.ShowTestPage{Person: ana, Number: 1, Channel: h.sim.Direct(ana), TS: m.TS}, try{}))
	assert.Len(t, h.direct(ana, "The test page arrived"), 1)
}

// TestATestPageIsSentByEveryMethod once, and what is not taken is said.
func TestATestPageIsSentByEveryMethod(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+", P0 only, nights", "Pushover: "+anasKey)
	ana := p.inc.DeclaredBy
	p.phones.Mischief().FailNext("POST Messages", 1, phones.Fault{HTTP: 400})
	_, err := p.st.UpdateTester(t.Context(), ana, nil, routine.AskTestPage)
	require.NoError(t, err)
	p.sim.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{Error: "fatal_error"})
	fx := routine.SendTestPage{Person: ana, Number: 1}
	require.Error(t, p.w.sendTestPage(t.Context(), fx, try{Number: 1, Since: p.st.Now()}))
	taken := len(p.phones.Taken())
	assert.Equal(t, 1, taken, "methods do not wait for Slack")
	require.NoError(t, p.w.sendTestPage(t.Context(), fx, try{Number: 2, Since: p.st.Now()}))
	assert.Len(t, p.phones.Taken(), taken, "nobody's telephone rings twice")
	require.Len(t, p.direct(ana, "This is a test page"), 1)
	said := string(p.direct(ana, "This is a test page")[0].Blocks)
	assert.Contains(t, said, "It was not sent by SMS")
	assert.Contains(t, said, "It was sent by Pushover")
	assert.NotContains(t, said, anasNumber)
}

// TestContactsWhoNeverTriedAreRemindedOnceAMonth by direct message, and not when they are met.
func TestContactsWhoNeverTriedAreRemindedOnceAMonth(t *testing.T) {
	t.Parallel()
	r := newRota(t)
	r.contact.Roster = ""
	ana := r.inc.DeclaredBy
	morning := func(day routine.Day) (jobs int) {
		t.Helper()
		require.NoError(t, r.w.greetContacts(t.Context(), routine.GreetContacts{Day: day}, try{}))
		require.NoError(t, r.st.Pool().QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'remind_of_test_page'`).Scan(&jobs))
		return jobs
	}
	assert.Zero(t, morning("2026-11-02"))
	assert.Zero(t, morning("2026-11-30"))
	assert.Equal(t, 1, morning("2026-12-01"))
	assert.Equal(t, 1, morning("2026-12-02"))
	fx := routine.RemindOfTestPage{Person: ana, Month: "2026-12-01"}
	require.NoError(t, r.w.remindOfTestPage(t.Context(), fx, try{Number: 1}))
	assert.Len(t, r.direct(ana, "was never tried"), 1)
	_, err := r.st.UpdateDigest(t.Context(), nil, func(d routine.Digest, now time.Time) (routine.DigestChange, error) {
		return routine.MuteDigest(d, ana, now)
	})
	require.NoError(t, err)
	assert.Equal(t, 1, morning("2027-01-04"), "muted")
}
