package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// awake works from nine to five where it is ten in the morning of a Tuesday at t0; asleep lives where it is night then.
var awake, asleep = Rest{Zone: "UTC"}, Rest{Zone: "Pacific/Auckland"}

// reachable is an incident whose first page found some methods at once.
func reachable(t *testing.T, severity string, rest Rest, list ...Method) Incident {
	t.Helper()
	for i := range list {
		list[i].Key = string(rune('a' + i))
	}
	c, err := MethodsFound(declared(t, severity), 0, list, rest, t0)
	require.NoError(t, err)
	assert.Empty(t, c.Events, "nothing happened yet")
	return c.Incident
}

func dueAt(t *testing.T, inc Incident) time.Duration {
	t.Helper()
	due, ok := inc.Deadline(ClockReach)
	if !ok {
		return -1
	}
	return due.Sub(t0)
}

func TestWhenSomebodyIsCalledByAnotherMethod(t *testing.T) {
	sms := Method{Kind: SMS}
	ruled := func(r MethodRule) Method { return Method{Kind: SMS, Rule: r} }
	taken := func(inc Incident) Incident { return delivered(t, inc, t0) }
	for name, c := range map[string]struct {
		inc  Incident
		want time.Duration // -1: never
	}{
		"half of the time to the next escalation": {taken(reachable(t, "P1", awake, sms)), 15 * time.Minute},
		"of P0, which escalates at once":          {taken(reachable(t, "P0", awake, sms)), 450 * time.Second},
		"a lesser severity waits for a sleeper":   {taken(reachable(t, "P1", asleep, sms)), 15 * time.Minute},
		"a rule":                                  {taken(reachable(t, "P1", awake, ruled(MethodRule{After: Within(5 * time.Minute)}))), 5 * time.Minute},
		"a rule at once":                          {taken(reachable(t, "P1", awake, ruled(MethodRule{After: Within(0)}))), -1},
		"another severity":                        {taken(reachable(t, "P1", asleep, ruled(MethodRule{Only: []string{"sev0"}}))), -1},
		"its severity by another name":            {taken(reachable(t, "P1", awake, ruled(MethodRule{Only: []string{"high"}}))), 15 * time.Minute},
		"nights, by day":                          {taken(reachable(t, "P1", awake, ruled(MethodRule{Nights: true}))), -1},
		"Slack is silent":                         {reachable(t, "P1", awake, sms), 30 * time.Second},
		"Slack is silent, and a rule says later":  {reachable(t, "P1", awake, ruled(MethodRule{After: Within(time.Hour)})), 30 * time.Second},
	} {
		assert.Equal(t, c.want, dueAt(t, c.inc), name)
	}
}

func TestWithoutAnEscalationToComeTheOtherMethodGoesAfterFiveMinutes(t *testing.T) {
	inc := delivered(t, reachable(t, "P1", awake, Method{Kind: SMS}), t0)
	delete(inc.Plan.Due, ClockEscalate)
	assert.Equal(t, 5*time.Minute, dueAt(t, inc))
}

func TestWhoMayBeAsleepIsCalledAtOnceForTheGravest(t *testing.T) {
	for name, rest := range map[string]Rest{
		"night where they are": asleep,
		"do-not-disturb":       {Zone: "UTC", From: t0.Add(-time.Hour), Until: t0.Add(time.Hour)},
		"nobody knows":         {},
	} {
		c, err := MethodsFound(declared(t, "P0"), 0, []Method{{Kind: SMS, Key: "a"}}, rest, t0.Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, []Effect{ReachBy{Ref: c.Incident.Ref(), Page: 0, Method: 0, Way: wayTelephone, Due: t0.Add(time.Second)}}, c.Effects, name)
		assert.Equal(t, time.Duration(-1), dueAt(t, c.Incident), "and not again")
		again, err := MethodsFound(c.Incident, 0, []Method{{Kind: SMS, Key: "a"}}, rest, t0.Add(time.Minute))
		require.NoError(t, err)
		assert.True(t, again.Empty(), "it is found once")
	}
	later := Rest{Zone: "UTC", From: t0.Add(5 * time.Hour), Until: t0.Add(9 * time.Hour)}
	c, err := MethodsFound(declared(t, "P0"), 0, []Method{{Kind: SMS, Key: "a"}}, later, t0)
	require.NoError(t, err)
	assert.Empty(t, c.Effects, "a do-not-disturb that is to come is none")
}

func TestAnAnswerEndsWhatWouldCall(t *testing.T) {
	inc := delivered(t, reachable(t, "P1", awake, Method{Kind: SMS}), t0)
	at := t0.Add(time.Minute)
	for name, end := range map[string]func() (Change, error){
		"acknowledged": func() (Change, error) { return Acknowledge(inc, ben, at) },
		"declined":     func() (Change, error) { return Decline(inc, ana, "", at) },
		"resolved":     func() (Change, error) { return Resolve(inc, ben, "fixed", at) },
		"cancelled":    func() (Change, error) { return Cancel(inc, ben, "no", at) },
	} {
		c, err := end()
		require.NoError(t, err, name)
		assert.Equal(t, time.Duration(-1), dueAt(t, c.Incident), name)
	}
	snoozed, err := Snooze(inc, ben, 40*time.Minute, "we know", at)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, dueAt(t, snoozed.Incident), 41*time.Minute, "a snooze wakes nobody")
}

func TestSlackRefusesAPageAndTheOtherMethodGoesAtOnce(t *testing.T) {
	inc := reachable(t, "P1", awake, Method{Kind: SMS, Rule: MethodRule{After: Within(time.Hour)}})
	c, err := PageFailed(inc, 0, "this account is deactivated", t0.Add(3*time.Second))
	require.NoError(t, err)
	assert.Equal(t, 3*time.Second, dueAt(t, c.Incident))
	fired, err := Fire(c.Incident, Timer{ClockReach, t0.Add(3 * time.Second)}, t0.Add(4*time.Second))
	require.NoError(t, err)
	assert.Equal(t, []Effect{ReachBy{Ref: inc.Ref(), Page: 0, Method: 0, Way: wayTelephone, Due: t0.Add(3 * time.Second)}}, fired.Effects)
	assert.Empty(t, fired.Events)
	assert.True(t, fired.Silent)
}

func TestADrillWakesNobodyUnlessSomebodyAsks(t *testing.T) {
	inc := declared(t, "P0")
	inc.Drill = true
	c, err := MethodsFound(inc, 0, []Method{{Kind: SMS, Key: "a"}}, Rest{}, t0)
	require.NoError(t, err)
	assert.Empty(t, c.Effects)
	assert.Equal(t, time.Duration(-1), dueAt(t, c.Incident))
	asked, err := PagePerson(c.Incident, ben, chidi, "try it", t0)
	require.NoError(t, err)
	c, err = MethodsFound(asked.Incident, len(asked.Incident.Pages)-1, []Method{{Kind: SMS, Key: "b"}}, Rest{}, t0)
	require.NoError(t, err)
	assert.Equal(t, 1, effectKinds(c.Effects)["reach_by"])
}

func TestBusinessHoursWakeNobodyAtNight(t *testing.T) {
	inc := reachable(t, "P3", asleep, Method{Kind: SMS})
	inc = delivered(t, inc, t0)
	due, ok := inc.Deadline(ClockReach)
	require.True(t, ok)
	assert.True(t, inc.Policy.Hours.Contains(due), "%v", due)
}

// What nobody knows is said aloud while nobody answered, and an answer to it is heard.
func TestACallOfWhichNobodyKnowsWhetherItWasTaken(t *testing.T) {
	c, err := MethodsFound(declared(t, "P0"), 0, []Method{{Kind: SMS, Key: "a"}, {Kind: Push, Service: Ntfy, Key: "b"}}, Rest{}, t0)
	require.NoError(t, err)
	h := &history{t: t, inc: c.Incident}
	h.then(MethodUnknown(h.inc, 0, 0, "two attempts were broken off", t0.Add(time.Second)))
	assert.Contains(t, h.fx, PollMethod{Ref: h.inc.Ref(), Page: 0, Method: 0, Way: wayTelephone})
	assert.Equal(t, []string{"Whether On-Call Engineer (Ana) was called by SMS is not known: two attempts were broken off · phone +1 555 0100"}, h.told())
	assert.True(t, h.evs[0].Aloud)
	again, err := MethodUnknown(h.inc, 0, 0, "once more", t0.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, again.Empty())
	h.then(Acknowledge(h.inc, "U0ANA", t0.Add(2*time.Second)))
	h.then(MethodUnknown(h.inc, 0, 1, "two attempts were broken off", t0.Add(3*time.Second)))
	last := h.evs[len(h.evs)-1]
	assert.Equal(t, EventMethodSent, last.Kind)
	assert.False(t, last.Aloud, "somebody answered")
}

func TestWhatBecomesOfACall(t *testing.T) {
	c, err := MethodsFound(declared(t, "P0"), 0, []Method{{Kind: SMS, Key: "a"}, {Kind: Push, Service: Ntfy, Key: "b"}}, Rest{}, t0)
	require.NoError(t, err)
	assert.Equal(t, 2, effectKinds(c.Effects)["reach_by"])
	h := &history{t: t, inc: c.Incident}
	h.then(MethodSent(h.inc, 0, 0, "", t0.Add(time.Second)))
	assert.Contains(t, h.fx, PollMethod{Ref: h.inc.Ref(), Page: 0, Method: 0, Way: wayTelephone})
	h.then(MethodDelivered(h.inc, 0, 0, t0.Add(2*time.Second)))
	h.then(MethodFailed(h.inc, 0, 1, "ntfy cannot be reached", t0.Add(3*time.Second)))
	assert.Equal(t, []string{"On-Call Engineer (Ana) was called by SMS", "The message to On-Call Engineer (Ana) by SMS arrived",
		"On-Call Engineer (Ana) could not be called by ntfy: ntfy cannot be reached · phone +1 555 0100"}, h.told())
	assert.False(t, h.evs[0].Aloud)
	assert.True(t, h.evs[2].Aloud, "what failed is said")
	for _, again := range []func() (Change, error){
		func() (Change, error) { return MethodSent(h.inc, 0, 0, "", t0.Add(time.Minute)) },
		func() (Change, error) { return MethodDelivered(h.inc, 0, 0, t0.Add(time.Minute)) },
		func() (Change, error) { return MethodFailed(h.inc, 0, 1, "again", t0.Add(time.Minute)) },
		func() (Change, error) { return MethodSent(h.inc, 0, 7, "", t0.Add(time.Minute)) },
	} {
		c, err := again()
		require.NoError(t, err)
		assert.True(t, c.Empty(), "it is recorded once")
	}
}

func TestAnAnswerByAnotherMethodIsThatOfTheButton(t *testing.T) {
	c, err := MethodsFound(declared(t, "P0"), 0, []Method{{Kind: SMS, Key: "a", Person: ana}}, Rest{}, t0)
	require.NoError(t, err)
	inc := c.Incident
	acked, err := AnsweredBy(inc, 0, 0, MethodAnswer{}, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, ana, acked.Incident.AcknowledgedBy)
	assert.Equal(t, "@"+ana+" acknowledged by SMS and leads", acked.Events[0].Sentence(plain))
	assert.Contains(t, acked.Effects, TellAnswered{Ref: inc.Ref(), Page: 0, Method: 0, Way: wayTelephone})

	_, err = AnsweredBy(acked.Incident, 0, 0, MethodAnswer{}, t0.Add(2*time.Minute))
	var r *Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, Already, r.Reason)

	declined, err := AnsweredBy(inc, 0, 0, MethodAnswer{Decline: true}, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, EventDeclined, declined.Events[0].Kind)
	assert.Equal(t, EventPaged, declined.Events[1].Kind, "the next is called")

	other, err := Acknowledge(inc, ben, t0.Add(time.Minute))
	require.NoError(t, err)
	helps, err := AnsweredBy(other.Incident, 0, 0, MethodAnswer{}, t0.Add(2*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, "@"+ana+" is on the way, as they answered by SMS", helps.Events[0].Sentence(plain))

	inc.Reaches[0].Methods[0].Person = ""
	unknown, err := AnsweredBy(inc, 0, 0, MethodAnswer{}, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, "On-Call Engineer (Ana)", unknown.Incident.AcknowledgedBy, "where Slack did not say who that is")
	assert.Empty(t, unknown.Incident.Roles[Lead])
	assert.NotContains(t, unknown.Incident.Responders, "On-Call Engineer (Ana)", "there is no such account to invite")
}

// Who was asked to help and does something helps, without having to say so.
func TestWhoTakesPartIsNotCalledAgain(t *testing.T) {
	acked, err := Acknowledge(declared(t, "P1"), ben, t0.Add(time.Minute))
	require.NoError(t, err)
	asked, err := PagePerson(acked.Incident, ben, chidi, "look at the queue", t0.Add(2*time.Minute))
	require.NoError(t, err)
	page := len(asked.Incident.Pages) - 1
	found, err := MethodsFound(asked.Incident, page, []Method{{Kind: SMS, Key: "a", Person: chidi}}, awake, t0.Add(2*time.Minute))
	require.NoError(t, err)
	inc := found.Incident
	assert.NotEqual(t, time.Duration(-1), dueAt(t, inc), "he is called, whoever acknowledged")
	at := t0.Add(150 * time.Second)
	for name, does := range map[string]func() (Change, error){
		"says so":      func() (Change, error) { return OnMyWay(inc, chidi, at) },
		"marks a step": func() (Change, error) { return MarkStep(inc, chidi, StepRef{Number: 1}, StepDone, "", at) },
		"updates":      func() (Change, error) { return Announce(inc, chidi, "it is the queue", time.Hour, at) },
		"takes a role": func() (Change, error) { return TakeRole(inc, chidi, chidi, "scribe", at) },
	} {
		c, err := does()
		require.NoError(t, err, name)
		assert.Equal(t, time.Duration(-1), dueAt(t, c.Incident), name)
	}
}

// TestWordsThatAreNotUnderstoodAreExplainedOnce for each call, and not once somebody answered.
func TestWordsThatAreNotUnderstoodAreExplainedOnce(t *testing.T) {
	called, err := MethodsFound(declared(t, "P0"), 0, []Method{{Kind: SMS, Key: "a"}}, Rest{}, t0)
	require.NoError(t, err)
	h := called.Incident
	c, err := ReplyUnclear(h, 0, 0, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, t0.Add(time.Minute), c.Incident.Reaches[0].Attempts[0].UnclearAt)
	assert.Contains(t, c.Effects, ExplainReply{Ref: h.Ref(), Page: 0, Method: 0, Way: wayTelephone})
	require.Len(t, c.Events, 1)
	assert.False(t, c.Events[0].Aloud)
	again, err := ReplyUnclear(c.Incident, 0, 0, t0.Add(2*time.Minute))
	require.NoError(t, err)
	assert.True(t, again.Empty())
	acked, err := Acknowledge(h, ben, t0.Add(time.Minute))
	require.NoError(t, err)
	late, err := ReplyUnclear(acked.Incident, 0, 0, t0.Add(2*time.Minute))
	require.NoError(t, err)
	assert.True(t, late.Empty())
}
