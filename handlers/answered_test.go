package handlers

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// TestAnAnswerWithoutADatabaseIsNotCalledRecorded: on the page, by form and by telephone.
func TestAnAnswerWithoutADatabaseIsNotCalledRecorded(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	d.st.Close()
	page := d.ask(http.MethodGet, "/ack/"+ackToken, "")
	assert.Equal(t, http.StatusServiceUnavailable, page.Code)
	assert.Contains(t, page.Body.String(), "It is not known whether that was recorded")
	pressed := d.ask(http.MethodPost, "/ack/"+ackToken, "answer=acknowledge")
	assert.Equal(t, http.StatusServiceUnavailable, pressed.Code)
	assert.Contains(t, d.ask(http.MethodPost, "/ack/"+ackToken+"/call", "Digits=1").Body.String(), "It could not be recorded")
	assert.Zero(t, d.acked)
}

// TestAnAnswerThatCannotBeWrittenIsNotCalledRecorded: what can be read is shown all the same.
func TestAnAnswerThatCannotBeWrittenIsNotCalledRecorded(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	_, err := d.st.Pool().Exec(t.Context(), `alter table mayday.event rename to away`)
	require.NoError(t, err)
	pressed := d.ask(http.MethodPost, "/ack/"+ackToken, "answer=acknowledge")
	assert.Equal(t, http.StatusServiceUnavailable, pressed.Code)
	assert.Contains(t, pressed.Body.String(), "It is not known whether that was recorded")
	assert.Contains(t, d.ask(http.MethodPost, "/ack/"+ackToken+"/call", "Digits=1").Body.String(), "It could not be recorded")
	assert.False(t, d.row().Acknowledged())
	assert.Zero(t, d.acked)
}

// TestWhoComesToHelpIsAskedThat once somebody leads, and once only.
func TestWhoComesToHelpIsAskedThat(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, "U0BEN001", now)
	})
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageThese(inc, "U0BEN001", []incident.Page{{Contact: -1, Person: "U0CHI001"}}, "help", now)
	})
	const token = "aaaaaaaaaaaaaaaaaaaaaa"
	page := len(d.row().Pages) - 1
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MethodsFound(inc, page, []incident.Method{{Kind: incident.Push, Service: incident.Ntfy, Key: "k", Person: "U0CHI001"}}, incident.Rest{}, now)
	})
	require.NoError(t, d.st.BeginMethodTry(t.Context(), d.ref.Incident, page, 0, "k", store.KeyHash(token)))
	asked := d.ask(http.MethodGet, "/ack/"+token, "").Body.String()
	assert.Contains(t, asked, "You are asked to help.")
	assert.Contains(t, asked, ">On my way</button>")
	assert.NotContains(t, asked, ">Acknowledge</button>")
	assert.Contains(t, d.ask(http.MethodPost, "/ack/"+token, "answer=acknowledge").Body.String(), "Recorded.")
	assert.Contains(t, d.ask(http.MethodPost, "/ack/"+token, "answer=acknowledge").Body.String(), "This was answered")
}

// TestATelephoneHearsWhatCameOfIt: a wrong number, and an incident that is over.
func TestATelephoneHearsWhatCameOfIt(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	wrong := d.ask(http.MethodPost, "/ack/"+strings.Repeat("z", 22)+"/call", "Digits=1")
	assert.Equal(t, http.StatusNotFound, wrong.Code)
	assert.Empty(t, wrong.Body.String())
	d.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, "U0BEN001", "no", now)
	})
	assert.Contains(t, d.ask(http.MethodPost, "/ack/"+ackToken+"/call", "Digits=1").Body.String(), "This incident is over")
	assert.Zero(t, d.acked)
}

// TestTheLengthsOfATokenThatAreLookedFor.
func TestTheLengthsOfATokenThatAreLookedFor(t *testing.T) {
	t.Parallel()
	d := newAckDesk(t)
	d.st.Close() // whatever is looked for is not answered
	for length, code := range map[int]int{15: http.StatusNotFound, 16: http.StatusServiceUnavailable, 64: http.StatusServiceUnavailable, 65: http.StatusNotFound} {
		assert.Equal(t, code, d.ask(http.MethodGet, "/ack/"+strings.Repeat("a", length), "").Code, length)
	}
}

// TestWhoIsNotInThisWorkspaceIsForeign: Slack says so, or hides them.
func TestWhoIsNotInThisWorkspaceIsForeign(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"user_not_found", "user_not_visible"} {
		l := newLodge(t, incident.Access{})
		inc := l.declare(nil)
		l.h.People = hidden{code}
		c := l.h.caller(t.Context(), bot.Request{User: "U0ELSE", UserName: "else"}, true)
		assert.Equal(t, []any{incident.Foreign, "else"}, []any{c.Standing, c.Name}, code)
		assert.Regexp(t, refusedAsGuest, l.does(bot.Request{Kind: bot.Command, Text: "ack 2", User: "U0ELSE", Channel: elsewhere}).Text)
		assert.False(t, l.state(inc.ID).Acknowledged())
	}
}

// TestOldAcquaintancesAreLookedAtAgain: after an hour, and sooner where the diagnosed database is at stake.
func TestOldAcquaintancesAreLookedAtAgain(t *testing.T) {
	t.Parallel()
	people := crowd{"U0ANA01": {ID: "U0ANA01", Guest: true}}
	h, _ := guarded(t, false, people)
	of := func(age time.Duration, sure bool) incident.Standing {
		h.met.known = map[string]acquaintance{"U0ANA01": {bot.User{ID: "U0ANA01"}, time.Now().Add(-age)}}
		return h.caller(t.Context(), bot.Request{User: "U0ANA01"}, sure).Standing
	}
	assert.Equal(t, incident.Member, of(knownFor/2, false))
	assert.Equal(t, incident.Guest, of(knownFor*2, false))
	assert.Equal(t, incident.Member, of(surelyFor/2, true))
	assert.Equal(t, incident.Guest, of(surelyFor*2, true))
	delete(people, "U0ANA01") // Slack says nothing
	assert.Equal(t, incident.Member, of(knownFor*2, false), "what it said last counts")
	assert.Equal(t, incident.Unknown, of(surelyFor*2, true), "but not there")

	var met acquaintances
	for i := range mostKnown {
		met.put(string(rune(i)), bot.User{})
	}
	assert.Len(t, met.known, mostKnown)
	met.put("one more", bot.User{})
	assert.Len(t, met.known, 1)
}

// hidden is a Slack that answers for nobody, with a code.
type hidden struct{ code string }

func (h hidden) User(context.Context, string) (bot.User, error) {
	return bot.User{}, &bot.Error{Method: "users.info", Code: h.code}
}

func (hidden) GroupMembers(context.Context, string) ([]string, error) { return nil, nil }
