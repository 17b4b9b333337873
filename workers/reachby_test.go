package workers

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/methods"
	"mayday/playbooks"
	"mayday/sim/phones"
)

const (
	anasNumber = "+447700900123"
	anasKey    = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
)

// telephone is a hand whose services are simulated, and a contact whom they reach.
type telephone struct {
	*hand
	phones    *phones.Sim
	addresses map[string]incident.Destination
	contact   incident.Contact
}

// newTelephone has the contact reached as lines of a runbook say.
func newTelephone(t *testing.T, lines ...string) *telephone {
	t.Helper()
	p := &telephone{hand: newHand(t), phones: phones.New(phones.Options{Delivered: true}), addresses: map[string]incident.Destination{}}
	require.NoError(t, p.phones.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		require.NoError(t, p.phones.Close(context.Background()))
		assert.Empty(t, p.phones.Violations(), "a service would have refused this")
	})
	p.w.Methods = methods.New(methods.Config{
		Twilio:   methods.TwilioConfig{Account: phones.Account, Token: phones.AuthToken, From: phones.Number, URL: p.phones.TwilioURL()},
		Pushover: methods.PushoverConfig{Token: phones.PushoverToken, URL: p.phones.PushoverURL()},
	})
	p.w.LinkKey = []byte("a key")
	p.contact = incident.Contact{Role: "On-call", Name: "Ana Ruiz", Email: "ana@example.com"}
	for _, l := range lines {
		a, wrong, _ := incident.ReadMethod(l)
		require.Empty(t, wrong)
		p.contact.Methods = append(p.contact.Methods, a.Method)
		p.addresses[a.Key] = a.To
	}
	p.w.Config.Directory = func() Directory { return Directory{Addresses: p.addresses} }
	p.w.Runbook = func() *playbooks.Runbook {
		return &playbooks.Runbook{Policy: incident.Policy{Contacts: []incident.Contact{p.contact}}}
	}
	p.set(func(inc *incident.Incident) {
		inc.Policy.Contacts, inc.Policy.Methods = []incident.Contact{p.contact}, true
	})
	return p
}

// called has the contact paged, and their methods found; what is due at once is given.
func (p *telephone) called() (due []incident.ReachBy) {
	p.t.Helper()
	p.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageContact(inc, p.inc.DeclaredBy, 0, "", now)
	})
	require.NoError(p.t, p.w.findMethods(p.t.Context(), incident.FindMethods{Ref: p.inc.Ref(), Page: 0}, try{}))
	for m := range p.row().Reaches[0].Attempts {
		due = append(due, incident.ReachBy{Ref: p.inc.Ref(), Page: 0, Method: m, Due: p.st.Now()})
	}
	return due
}

func (p *telephone) attempt() incident.Attempt {
	p.t.Helper()
	_, _, a, ok := p.row().Attempted(0, 0)
	require.True(p.t, ok)
	return a
}

func (p *telephone) told() (texts []string) {
	p.t.Helper()
	rows, err := p.st.Timeline(p.t.Context(), p.inc.ID, 0, 100)
	require.NoError(p.t, err)
	for _, ev := range rows {
		texts = append(texts, string(ev.Kind)+" "+ev.From+" "+ev.Text+ev.Note)
	}
	return texts
}

func TestWhoMayBeAsleepIsFoundAndCalledOnce(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber)
	p.sim.Snooze("ana", true)
	due := p.called()
	require.Len(t, due, 1, "P1 is the gravest of this runbook, and she is in do-not-disturb")
	rest := p.row().Reaches[0].Rest
	assert.Equal(t, "UTC", rest.Zone)
	assert.True(t, rest.Until.After(p.st.Now()))
	for range 2 {
		require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	}
	require.Len(t, p.phones.Taken(), 1)
	assert.Equal(t, "mayday: P1 #1: x. Reply 1 to acknowledge, no if you can't", p.phones.Taken()[0].Text)
	assert.False(t, p.attempt().SentAt.IsZero())
}

func TestACallOfUnknownOutcomeIsLookedFor(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once")
	due := p.called()
	require.Len(t, due, 1)
	var later *laterError
	p.phones.Mischief().FailNext("POST Messages", 1, phones.Fault{ApplyFirst: true})
	require.ErrorAs(t, p.w.reachBy(t.Context(), due[0], try{}), &later)
	assert.True(t, p.attempt().SentAt.IsZero())
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	assert.Len(t, p.phones.Taken(), 1, "it was taken the first time")
	assert.False(t, p.attempt().SentAt.IsZero())

	// A service that cannot be asked gets it once more at most, and that is said.
	p = newTelephone(t, "Pushover: "+anasKey+" at once")
	due = p.called()
	p.phones.Mischief().FailNext("POST messages", 3, phones.Fault{ApplyFirst: true})
	for range 2 {
		require.ErrorAs(t, p.w.reachBy(t.Context(), due[0], try{}), &later)
	}
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	assert.Len(t, p.phones.Taken(), 2)
	assert.Contains(t, strings.Join(p.told(), "\n"), "method_sent Pushover two attempts were broken off")
}

// A service that died with two attempts under way is told: nobody knows whether it took them, and it cannot be asked.
func TestAServiceThatDiesInTheMiddleOfACallIsSaid(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "ntfy: http://127.0.0.1:1/dead, at once")
	p.w.Methods = methods.New(methods.Config{Guarded: http.DefaultClient})
	due := p.called()
	require.Len(t, due, 1)
	m := p.row().Reaches[0].Methods[0]
	for range mostUnknown { // as whoever is stopped while the request is on its way leaves it
		require.NoError(t, p.st.BeginMethodTry(t.Context(), p.inc.ID, 0, 0, m.Key, nil))
	}
	var later *laterError
	require.ErrorAs(t, p.w.reachBy(t.Context(), due[0], try{}), &later, "it may come back")
	_, err := p.st.Pool().Exec(t.Context(), `update mayday.method_try set tried_at = tried_at - $1::interval`, seekFor.String())
	require.NoError(t, err)
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	assert.Contains(t, strings.Join(p.told(), "\n"), "method_sent ntfy two attempts were broken off, and when it was asked: ntfy cannot be reached")
	evs, err := p.st.Timeline(t.Context(), p.inc.ID, 0, 1000)
	require.NoError(t, err)
	assert.True(t, evs[len(evs)-1].Aloud)
}

func TestACallThatFailsIsSaid(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once")
	due := p.called()
	var later *laterError
	p.phones.Mischief().FailNext("POST Messages", mostSendings, phones.Fault{HTTP: 503})
	for range mostSendings - 1 {
		require.ErrorAs(t, p.w.reachBy(t.Context(), due[0], try{}), &later)
	}
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	assert.Contains(t, p.attempt().Failed, "Twilio is away")
	assert.Empty(t, p.phones.Taken())

	p = newTelephone(t, "SMS: "+anasNumber+" at once")
	due = p.called()
	delete(p.addresses, p.contact.Methods[0].Key)
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	assert.Contains(t, p.attempt().Failed, "names it any more", "the runbook changed meanwhile")
}

func TestAnAnswerIsPolledAndAcknowledges(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once")
	due := p.called()
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	poll := func() error {
		return p.w.pollMethod(t.Context(), incident.PollMethod{Ref: p.inc.Ref(), Page: 0, Method: 0}, try{})
	}
	var later *laterError
	require.ErrorAs(t, poll(), &later)
	assert.False(t, p.attempt().DeliveredAt.IsZero())
	assert.False(t, p.row().Acknowledged())
	p.phones.Text(anasNumber, "ok")
	require.ErrorAs(t, poll(), &later)
	require.True(t, p.row().Acknowledged())
	assert.Equal(t, p.inc.DeclaredBy, p.row().AcknowledgedBy, "the Slack account of the contact")
	require.NoError(t, poll(), "what is answered is asked for no more")

	require.NoError(t, p.w.tellAnswered(t.Context(), incident.TellAnswered{Ref: p.inc.Ref(), Page: 0, Method: 0}, try{Number: 1}))
	require.NoError(t, p.w.tellAnswered(t.Context(), incident.TellAnswered{Ref: p.inc.Ref(), Page: 0, Method: 0}, try{Number: 2}))
	require.Len(t, p.phones.Taken(), 2, "told once")
	assert.Contains(t, p.phones.Taken()[1].Text, "You lead.")
}

// calledForAnother has the same number called for incident 2 as well.
func (p *telephone) calledForAnother() {
	p.t.Helper()
	t := p.t
	other, err := p.st.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		c, err := incident.Declare(ref, incident.Declaration{Title: "y", Severity: "P1", By: p.inc.DeclaredBy, Policy: p.row().Policy}, now)
		c.Effects = nil
		return c, err
	})
	require.NoError(t, err)
	require.EqualValues(t, 2, other.ID)
	require.NoError(t, p.st.BeginMethodTry(t.Context(), other.ID, 0, 0, p.contact.Methods[0].Key, nil))
	require.NoError(t, p.st.MethodTook(t.Context(), other.ID, 0, 0, "SM1", phones.Number))
}

// An answer without a number is to the last message.
func TestAnAnswerMeansTheLastMessage(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once")
	due := p.called()
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	p.calledForAnother()
	p.phones.Text(anasNumber, "ok")
	time.Sleep(1100 * time.Millisecond) // Twilio's times have whole seconds
	p.phones.Text(anasNumber, "yes")
	var later *laterError
	require.ErrorAs(t, p.w.pollMethod(t.Context(), incident.PollMethod{Ref: p.inc.Ref(), Page: 0, Method: 0}, try{}), &later)
	assert.False(t, p.row().Acknowledged(), "it was to the other")
	p.phones.Text(anasNumber, "1")
	require.ErrorAs(t, p.w.pollMethod(t.Context(), incident.PollMethod{Ref: p.inc.Ref(), Page: 0, Method: 0}, try{}), &later)
	assert.True(t, p.row().Acknowledged())
}

func TestPushoverEndsWhenSomebodyElseAnswers(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "Pushover: "+anasKey+" at once")
	due := p.called()
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	p.acknowledge()
	poll := incident.PollMethod{Ref: p.inc.Ref(), Page: 0, Method: 0}
	require.NoError(t, p.w.pollMethod(t.Context(), poll, try{}))
	assert.True(t, p.phones.Ended(p.phones.Taken()[0].ID), "nobody is to be woken any more")
}

// TestPushoverEndsAllThatItTook: what it took without saying so sounds for an hour as well.
func TestPushoverEndsAllThatItTook(t *testing.T) {
	t.Parallel()
	for lost := 1; lost <= mostUnknown; lost++ {
		p := newTelephone(t, "Pushover: "+anasKey+" at once")
		due := p.called()
		p.phones.Mischief().FailNext("POST messages", lost, phones.Fault{ApplyFirst: true})
		var later *laterError
		for range lost {
			require.ErrorAs(t, p.w.reachBy(t.Context(), due[0], try{}), &later)
		}
		require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
		poll := incident.PollMethod{Ref: p.inc.Ref(), Page: 0, Method: 0}
		require.ErrorAs(t, p.w.pollMethod(t.Context(), poll, try{}), &later, "nobody answered yet")
		p.acknowledge()
		require.NoError(t, p.w.pollMethod(t.Context(), poll, try{}))
		require.Len(t, p.phones.Taken(), 2)
		for i, m := range p.phones.Taken() {
			assert.True(t, p.phones.Ended(m.ID), "message %d of 2, of which %d are not known", i+1, lost)
		}
	}
}

func TestALinkIsTheSameForEachAttempt(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once")
	p.called()
	none, hash := p.w.callOf(p.row(), 0, 0)
	assert.Empty(t, none.Link)
	assert.Nil(t, hash)
	p.w.PublicURL = "https://mayday.acme.dev/"
	m, hash := p.w.callOf(p.row(), 0, 0)
	again, same := p.w.callOf(p.row(), 0, 0)
	assert.Equal(t, m, again)
	assert.Equal(t, hash, same)
	assert.Regexp(t, `^https://mayday\.acme\.dev/ack/[-_A-Za-z0-9]{22}$`, m.Link)
	assert.NotContains(t, m.Link, string(hash))
	other, _ := p.w.callOf(p.row(), 0, 1)
	assert.NotEqual(t, m.Link, other.Link)
	p.set(func(inc *incident.Incident) { inc.Private = true })
	private, _ := p.w.callOf(p.row(), 0, 0)
	assert.Empty(t, private.Title)
}

func TestTryMethods(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+", P0 only, nights", "Phone: "+anasNumber, "Pushover: "+anasKey)
	p.phones.Mischief().FailNext("POST Calls", 1, phones.Fault{HTTP: 400})
	assert.Equal(t, []TriedMethod{{"SMS", ""}, {"phone", "Twilio refused it with status 400: error 20429, see https://www.twilio.com/docs/api/errors/20429"}, {"Pushover", ""}},
		p.w.TryMethods(t.Context(), p.inc.DeclaredBy, p.contact))
	for _, taken := range p.phones.Taken() {
		assert.Contains(t, taken.Text, "A test by mayday")
	}
}

// While Slack is silent nobody waits for it: that is what other methods are for.
func TestMethodsAreFoundWhileSlackIsSilent(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber)
	p.sim.Mischief().FailRate("*", 1, phones.Fault{Hang: time.Minute}, 1)
	begun := time.Now()
	require.Len(t, p.called(), 1, "of whom nothing is known may be asleep")
	assert.Less(t, time.Since(begun), 10*time.Second)
	assert.Equal(t, incident.Rest{}, p.row().Reaches[0].Rest)
}

// In a storm a telephone is to be of use still.
func TestNobodyIsCalledWithoutEnd(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "Phone: "+anasNumber+" at once")
	due := p.called()
	for n := range enoughCalls {
		require.NoError(t, p.st.BeginMethodTry(t.Context(), p.inc.ID, 5+n, 0, p.contact.Methods[0].Key, nil))
		require.NoError(t, p.st.MethodTook(t.Context(), p.inc.ID, 5+n, 0, "CA", phones.Number))
	}
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	assert.Empty(t, p.phones.Taken())
	assert.Contains(t, strings.Join(p.told(), "\n"), "method_spared phone 3 others went there within ten minutes")
}

// Who answered for a private incident is told no more of it than the text said that called them.
func TestWhoAnsweredIsToldNothingPrivate(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once")
	due := p.called()
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	p.set(func(inc *incident.Incident) {
		inc.Private, inc.ChannelName = true, "inc-1-salaries"
		inc.LastUpdate = incident.Update{Text: "the salaries leaked", By: inc.DeclaredBy, At: p.st.Now()}
	})
	require.NoError(t, p.w.tellAnswered(t.Context(), incident.TellAnswered{Ref: p.inc.Ref(), Page: 0, Method: 0}, try{Number: 1}))
	require.Len(t, p.phones.Taken(), 2)
	assert.NotContains(t, p.phones.Taken()[1].Text, "salaries")
}

// The words of a call change while it is under way: others are called, the severity is raised.
func TestACallOfUnknownOutcomeIsFoundThoughItsWordsChanged(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once")
	due := p.called()
	var later *laterError
	p.phones.Mischief().FailNext("POST Messages", 1, phones.Fault{ApplyFirst: true})
	require.ErrorAs(t, p.w.reachBy(t.Context(), due[0], try{}), &later)
	p.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PagePerson(inc, p.inc.DeclaredBy, "U0CHIDI01", "", now)
	})
	p.set(func(inc *incident.Incident) {
		inc.Severity, inc.Title = "P0", "another title"
		inc.Names = map[incident.Person]string{"U0CHIDI01": "Chidi"}
	})
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	assert.Len(t, p.phones.Taken(), 1, "it was taken the first time")
	assert.False(t, p.attempt().SentAt.IsZero())
}

// What is not understood is answered once, with the words that are; a machine that answers the answer hears nothing more.
func TestATextThatIsNotUnderstoodIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	p := newTelephone(t, "SMS: "+anasNumber+" at once")
	due := p.called()
	require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
	poll := func() {
		t.Helper()
		var later *laterError
		require.ErrorAs(t, p.w.pollMethod(t.Context(), incident.PollMethod{Ref: p.inc.Ref()}, try{}), &later)
	}
	explain := func(number int) {
		t.Helper()
		require.NoError(t, p.w.explainReply(t.Context(), incident.ExplainReply{Ref: p.inc.Ref()}, try{Number: number}))
	}
	explained := func() (n int) {
		require.NoError(t, p.st.Pool().QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'explain_reply'`).Scan(&n))
		return n
	}
	p.phones.Text(anasNumber, "I am driving and read this later")
	poll()
	poll()
	require.Equal(t, 1, explained())
	explain(1)
	explain(2)
	p.phones.Text(anasNumber, "I am driving and read this later") // a machine answers that, too
	poll()
	assert.Equal(t, 1, explained())
	require.Len(t, p.phones.Taken(), 2)
	assert.Equal(t, "mayday did not understand that. Reply 1 to acknowledge, no if you can't", p.phones.Taken()[1].Text)
	assert.Contains(t, strings.Join(p.told(), "\n"), "method_unclear SMS")
	p.phones.Text(anasNumber, "1")
	poll()
	assert.True(t, p.row().Acknowledged())
	explain(1)
	assert.Len(t, p.phones.Taken(), 2, "who has acknowledged needs no more words")
}

// A text that names another incident for which they were called is that one's to answer, and words without a number are for the last.
func TestATextThatIsNotUnderstoodIsAnsweredForTheLastCall(t *testing.T) {
	t.Parallel()
	for body, answered := range map[string]bool{"what is this": false, "2 what": false, "20 minutes": false, "what is 1": true} {
		p := newTelephone(t, "SMS: "+anasNumber+" at once")
		due := p.called()
		require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
		p.calledForAnother()
		time.Sleep(1100 * time.Millisecond) // Twilio's times have whole seconds
		p.phones.Text(anasNumber, body)
		var later *laterError
		require.ErrorAs(t, p.w.pollMethod(t.Context(), incident.PollMethod{Ref: p.inc.Ref()}, try{}), &later)
		assert.Equal(t, answered, !p.attempt().UnclearAt.IsZero(), body)
	}
}

// Who wants no more texts gets none, not even an answer, and the team hears it.
func TestStopIsRespectedAndTold(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"STOP", "Unsubscribe.", "opt-out", "START"} {
		p := newTelephone(t, "SMS: "+anasNumber+" at once")
		due := p.called()
		require.NoError(t, p.w.reachBy(t.Context(), due[0], try{}))
		p.phones.Text(anasNumber, word)
		var later *laterError
		require.ErrorAs(t, p.w.pollMethod(t.Context(), incident.PollMethod{Ref: p.inc.Ref()}, try{}), &later)
		assert.Zero(t, p.attempt().UnclearAt, word)
		assert.Len(t, p.phones.Taken(), 1)
		if word == "START" {
			assert.Empty(t, p.attempt().Failed)
			continue
		}
		assert.Contains(t, p.attempt().Failed, "they answered STOP", word)
		untold, err := p.st.Untold(t.Context(), p.inc.ID)
		require.NoError(t, err)
		require.NotEmpty(t, untold)
		assert.Equal(t, incident.EventMethodFailed, untold[len(untold)-1].Event.Kind)
		require.NoError(t, p.w.pollMethod(t.Context(), incident.PollMethod{Ref: p.inc.Ref()}, try{}), "and nothing is asked any more")
	}
}
