package workers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// page has somebody paged, for a reason, and gives the effect that sends it.
func (h *hand) page(whom incident.Person, why incident.PageReason) incident.SendPage {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PagePerson(inc, h.inc.DeclaredBy, whom, "", now)
	})
	n := len(h.row().Pages) - 1
	h.set(func(inc *incident.Incident) { inc.Pages[n].Why = why })
	return incident.SendPage{Ref: h.inc.Ref(), Page: n}
}

// pages changes the direct messages when jobs in the queue ask for it, and says how many did.
func (h *hand) pages() (asked int) {
	h.t.Helper()
	rows, err := h.st.Pool().Query(h.t.Context(), `delete from river.river_job where kind = 'show' and args->>'surface' = 'pages' returning 1`)
	require.NoError(h.t, err)
	for rows.Next() {
		asked++
	}
	require.NoError(h.t, rows.Err())
	if asked > 0 {
		var later *laterError
		if err := h.show(h.t.Context(), incident.PageMessages); !errors.As(err, &later) { // one may be on its way
			require.NoError(h.t, err)
		}
	}
	return asked
}

// sending begins to send a page; its first message is on its way for a second.
func (h *hand) sending(fx incident.SendPage) (sent <-chan error) {
	h.t.Helper()
	h.sim.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{Hang: time.Second})
	ended := make(chan error, 1)
	go func() { ended <- h.w.sendPage(h.t.Context(), fx, try{}) }()
	h.wait("the page is on its way", func() bool { return h.calls("chat.postMessage") == 1 })
	return ended
}

func TestAPageOfUnknownOutcomeArrivesOnce(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	fx := h.page(ana, incident.OnCall)
	send := func(ctx context.Context) error { return h.w.sendPage(ctx, fx, try{}) }
	h.lost("chat.postMessage", unheard, send)
	require.NoError(t, send(t.Context()))
	assert.Contains(t, looks(h.only(h.sim.Direct(ana), "page/0/"+ana)), `"button"`)
	assert.False(t, h.row().Pages[0].DeliveredAt.IsZero())

	require.NoError(t, send(t.Context()))
	h.only(h.sim.Direct(ana), "page/0/"+ana)
	h.acknowledge()
	assert.Equal(t, 1, h.pages())
	assert.NotContains(t, looks(h.only(h.sim.Direct(ana), "page/0/"+ana)), `"button"`, "there is nothing to acknowledge any more")
}

// TestWhoWasReachedIsCalledByNameAfterARestart, also where Slack cannot be asked: a text says who else was called.
func TestWhoWasReachedIsCalledByNameAfterARestart(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ben, _ := h.sim.UserByName("ben")
	h.w.met(bot.User{ID: ben.ID, RealName: "Ben Weber"})
	fx, later := h.page(ben.ID, incident.OnCall), h.page(h.inc.DeclaredBy, incident.OnCall)
	require.NoError(t, h.w.sendPage(t.Context(), fx, try{}))
	h.w.names.Clear()
	assert.Equal(t, []string{"Ben Weber"}, h.w.othersCalled(h.row(), later.Page))
}

func TestAPageThatArrivesAfterTheAcknowledgementLosesItsButton(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	fx := h.page(ana, incident.OnCall)
	sent := h.sending(fx)
	h.acknowledge()
	h.pages()
	require.NoError(t, <-sent)
	h.pages()
	assert.NotContains(t, looks(h.only(h.sim.Direct(ana), "page/0/"+ana)), `"button"`)
}

// TestAPageFollowsASnooze: what it says of the time to respond is that of the row.
func TestAPageFollowsASnooze(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	h.set(func(inc *incident.Incident) {
		inc.Policy.Severities[0].Respond = incident.Within(5 * time.Minute)
		inc.Plan.Due = map[incident.Clock]time.Time{incident.ClockRespond: inc.DeclaredAt.Add(5 * time.Minute)}
	})
	fx := h.page(ana, incident.OnCall)
	require.NoError(t, h.w.sendPage(t.Context(), fx, try{}))
	says := func() string { return looks(h.only(h.sim.Direct(ana), "page/0/"+ana)) }
	due := func() string {
		at, ok := h.row().Deadline(incident.ClockRespond)
		require.True(t, ok)
		return fmt.Sprintf("Respond by <!date^%d^", at.Unix())
	}
	before := due()
	require.Contains(t, says(), before)
	h.pages()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Snooze(inc, ana, 30*time.Minute, "the provider knows", now)
	})
	require.NotEqual(t, before, due())
	assert.Equal(t, 1, h.pages(), "the snooze asks for it")
	assert.Contains(t, says(), due())
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Unsnooze(inc, ana, now)
	})
	assert.Equal(t, before, due())
	assert.Equal(t, 1, h.pages(), "and so does its end")
	assert.Contains(t, says(), before)
}

// group has a user group paged and gives the effect and its members.
func (h *hand) group() (incident.SendPage, []incident.Person) {
	h.t.Helper()
	var members []incident.Person
	for _, name := range []string{"ben", "chidi", "mia"} {
		u, ok := h.sim.UserByName(name)
		require.True(h.t, ok)
		members = append(members, u.ID)
	}
	fx := h.page(h.inc.DeclaredBy, incident.OnCall)
	h.set(func(inc *incident.Incident) {
		inc.Policy.Contacts = []incident.Contact{{Name: "Engineers", Slack: "S0GROUP001"}}
		inc.Pages[fx.Page].Contact, inc.Pages[fx.Page].Person = 0, ""
	})
	return fx, members
}

// reached are those of some people who have the page.
func (h *hand) reached(people []incident.Person) (list []incident.Person) {
	for _, p := range people {
		if len(h.keyed(h.sim.Direct(p), "page/0/"+p)) > 0 {
			list = append(list, p)
		}
	}
	return list
}

func TestAPageToAGroupIsDeliveredWithTheFirst(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{"one fails": {HTTP: 500}, "the rest have to wait": {HTTP: 429, RetryAfter: 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			fx, members := h.group()
			send := func(ctx context.Context) error { return h.w.sendPage(ctx, fx, try{}) }
			// The first is reached, and then Slack falters.
			h.sim.Mischief().FailNext("conversations.open", 1, slacksim.Fault{Hang: 20 * time.Millisecond})
			h.sim.Mischief().FailNext("conversations.open", 1, f)
			err := send(t.Context())
			require.Error(t, err)
			assert.False(t, h.row().Pages[0].DeliveredAt.IsZero())
			limited := bot.ClassOf(err) == bot.RateLimited
			assert.Equal(t, f.RetryAfter > 0, limited)
			if limited {
				assert.Equal(t, members[:1], h.reached(members), "the others would be turned away as well")
			} else {
				assert.Len(t, h.reached(members), 2)
			}

			require.NoError(t, send(t.Context()))
			assert.Equal(t, members, h.reached(members))
			require.NoError(t, send(t.Context()))
			for _, p := range members {
				h.only(h.sim.Direct(p), "page/0/"+p)
			}
		})
	}
}

func TestNobodyElseOfAGroupIsWokenOnceSomebodyAnswered(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	fx, members := h.group()
	sent := h.sending(fx)
	h.acknowledge()
	h.pages()
	require.NoError(t, <-sent)
	reached := h.reached(members)
	require.Len(t, reached, 1)
	assert.NotContains(t, looks(h.only(h.sim.Direct(reached[0]), "page/0/"+reached[0])), `"text":"Acknowledge"`)
}

func TestAPageIsSentByOneAtATime(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	fx := h.page(ana, incident.OnCall)
	sent := h.sending(fx)
	var later *laterError
	require.ErrorAs(t, h.w.sendPage(t.Context(), fx, try{}), &later)
	require.NoError(t, <-sent)
	require.NoError(t, h.w.sendPage(t.Context(), fx, try{}))
	h.only(h.sim.Direct(ana), "page/0/"+ana)
	assert.Equal(t, 1, strings.Count(looks(h.only(h.sim.Direct(ana), "page/0/"+ana)), `"text":"Acknowledge"`))
}

func TestAPageOfUnknownOutcomeLosesItsButtonToo(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	fx := h.page(ana, incident.OnCall)
	send := func(ctx context.Context) error { return h.w.sendPage(ctx, fx, try{}) }
	h.lost("chat.postMessage", unheard, send)
	h.acknowledge() // with that very button
	h.pages()
	require.NoError(t, send(t.Context()))
	h.pages()
	assert.NotContains(t, looks(h.only(h.sim.Direct(ana), "page/0/"+ana)), `"button"`)
}
