package workers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// others declares incidents without channels in which somebody is paged, beside that of
// the hand, and gives the hand of each.
func (h *hand) others(n int, whom incident.Person) (hands []*hand, pages []incident.SendPage) {
	h.t.Helper()
	for range n {
		inc, err := h.st.Declare(h.t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
			c, err := incident.Declare(ref, incident.Declaration{Title: "storm", Severity: "P1", By: whom, Policy: h.inc.Policy}, now)
			c.Effects = nil
			return c, err
		})
		require.NoError(h.t, err)
		r := *h.room
		r.inc = inc
		one := &hand{&r, h.w}
		hands, pages = append(hands, one), append(pages, one.page(whom, incident.OnCall))
	}
	return hands, pages
}

// waiting is a page's call of somebody, as it stands in line.
func waiting(of *hand, fx incident.SendPage, who incident.Person) store.Call {
	return store.Call{Incident: of.inc.ID, Page: fx.Page, Person: who}
}

// until makes attempts at a page until it is done, as the queue does.
func (h *hand) until(fx incident.SendPage) error {
	for {
		err := h.w.sendPage(h.t.Context(), fx, try{})
		var later *laterError
		if !errors.As(err, &later) {
			return err
		}
		time.Sleep(later.after / 10)
	}
}

func TestPagesThatWaitForOnePersonGoOutTogether(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	hands, pages := h.others(8, ana)
	var all sync.WaitGroup
	for i, one := range hands {
		all.Go(func() { assert.NoError(t, one.until(pages[i])) })
	}
	all.Wait()
	ts := map[string]bool{}
	for _, one := range hands {
		m := one.only(h.sim.Direct(ana), "page/0/"+ana)
		ts[m.TS] = true
		assert.False(t, one.row().Pages[0].DeliveredAt.IsZero())
	}
	assert.Less(t, len(ts), len(hands), "Slack takes one message a second to a person")
	assert.Equal(t, 1, h.calls("conversations.open"), "a conversation is opened once")

	// One of those that share a message is acknowledged: the others still ask.
	asking := func(one *hand) int {
		return strings.Count(looks(one.only(h.sim.Direct(ana), "page/0/"+ana)), `"text":"Acknowledge"`)
	}
	i := slices.IndexFunc(hands, func(one *hand) bool { return asking(one) > 1 })
	require.GreaterOrEqual(t, i, 0)
	before := asking(hands[i])
	hands[i].acknowledge()
	hands[i].shown(incident.PageMessages)
	assert.Equal(t, before-1, asking(hands[i]))
	shared := hands[i].only(h.sim.Direct(ana), "page/0/"+ana)
	assert.Contains(t, looks(shared), "You acknowledged at")
}

func TestAMessageForSeveralPagesOfUnknownOutcomeArrivesOnce(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{"it stands": unheard, "it does not": {HTTP: 500}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			ana := h.inc.DeclaredBy
			hands, pages := h.others(4, ana)
			channel, err := h.w.direct(t.Context(), ana)
			require.NoError(t, err)
			for i, one := range hands[1:] { // they came while another message was being written
				h.enqueue(channel, waiting(one, pages[i+1], ana))
			}
			hands[0].lost("chat.postMessage", f, func(ctx context.Context) error { return h.w.sendPage(ctx, pages[0], try{}) })
			assert.False(t, hands[0].row().Tries[0].At.IsZero(), "it was tried")
			assert.Empty(t, hands[1].row().Tries, "of the others nobody says so but their own jobs")
			began := time.Now()
			for i, one := range hands {
				require.NoError(t, one.until(pages[i]))
			}
			assert.Less(t, time.Since(began), 4*2*time.Second, "one look is for all of them")
			for _, one := range hands {
				one.only(h.sim.Direct(ana), "page/0/"+ana)
				assert.False(t, one.row().Pages[0].DeliveredAt.IsZero())
			}
		})
	}
}

func TestWhoIsNotToBeCalledAnyMoreIsNotTakenAlong(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	hands, pages := h.others(2, ana)
	channel, err := h.w.direct(t.Context(), ana)
	require.NoError(t, err)
	h.enqueue(channel, waiting(hands[1], pages[1], ana))
	hands[1].acknowledge()
	require.NoError(t, hands[0].until(pages[0]))
	assert.Empty(t, hands[1].keyed(h.sim.Direct(ana), "page/0/"+ana))
	require.NoError(t, hands[1].until(pages[1]))
	assert.Empty(t, hands[1].keyed(h.sim.Direct(ana), "page/0/"+ana))
	assert.True(t, hands[1].row().Pages[0].DeliveredAt.IsZero())
	assert.Zero(t, h.one("surface where ts = '' and surface like 'page/%'"), "nothing waits for ever")
}

func TestAPageGetsTheLinkWhenThereIsAChannel(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	hands, pages := h.others(1, ana)
	one := hands[0]
	require.NoError(t, one.until(pages[0]))
	assert.Contains(t, looks(one.only(h.sim.Direct(ana), "page/0/"+ana)), "Its channel is being opened")
	one.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C0LATER001", "inc-2", now)
	})
	assert.Equal(t, 1, one.pages())
	assert.Contains(t, looks(one.only(h.sim.Direct(ana), "page/0/"+ana)), "#C0LATER001")
	edits := h.calls("chat.update")
	one.shown(incident.PageMessages)
	assert.Equal(t, edits, h.calls("chat.update"), "it shows that already")
}

func TestAPageThatIsOnItsWayWhenTheChannelOpensGetsTheLink(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	hands, pages := h.others(1, ana)
	one := hands[0]
	sent := one.sending(pages[0])
	one.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C0LATER001", "inc-2", now)
	})
	assert.Equal(t, 1, one.pages(), "it cannot be edited yet")
	require.NoError(t, <-sent)
	assert.Contains(t, looks(one.only(h.sim.Direct(ana), "page/0/"+ana)), "#C0LATER001")
}

func TestATriedPageIsRememberedAsTried(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault slacksim.Fault
		tried bool
	}{
		"a failure":          {slacksim.Fault{HTTP: 500}, true},
		"a turn of Slack's":  {slacksim.Fault{HTTP: 429, RetryAfter: 30}, false},
		"a refusal for good": {slacksim.Fault{Error: "cannot_dm_bot"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			fx := h.page(h.inc.DeclaredBy, incident.OnCall)
			h.lost("conversations.open", tt.fault, func(ctx context.Context) error { return h.w.sendPage(ctx, fx, try{}) })
			assert.Equal(t, tt.tried, !h.row().Tries[0].At.IsZero())
		})
	}
}

// TestPagesStandAloneBesideTheReleaseBefore: it knows of one page a message, and what it
// draws of that takes the place of all the others.
func TestPagesStandAloneBesideTheReleaseBefore(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	_, err := h.st.Pool().Exec(t.Context(), `insert into mayday.replica (id) values ('of the release before')`)
	require.NoError(t, err)
	hands, pages := h.others(3, ana)
	channel, err := h.w.direct(t.Context(), ana)
	require.NoError(t, err)
	for i, one := range hands {
		h.enqueue(channel, waiting(one, pages[i], ana))
	}
	ts := map[string]bool{}
	for i, one := range hands {
		require.NoError(t, one.until(pages[i]))
		ts[one.only(h.sim.Direct(ana), "page/0/"+ana).TS] = true
	}
	assert.Len(t, ts, len(hands))
}

func (h *hand) enqueue(channel string, c store.Call) {
	h.t.Helper()
	_, err := h.st.Enqueue(h.t.Context(), channel, c)
	require.NoError(h.t, err)
}

// TestALongLineAsksNoMoreOftenThanAShortOne: while somebody is being written to, all others who wait for the same person ask again.
func TestALongLineAsksNoMoreOftenThanAShortOne(t *testing.T) {
	t.Parallel()
	for waiting, least := range map[int]time.Duration{0: ringAgain, 1: ringAgain, 20: ringAgain, 21: ringAgain, 200: 5 * ringAgain, 1000: 25 * ringAgain} {
		for range 20 {
			pause := inLine(waiting)
			assert.GreaterOrEqual(t, pause, least, "%d wait", waiting)
			assert.LessOrEqual(t, pause, max(ringAgain, 3*least), "%d wait", waiting)
		}
	}
	h := newHand(t)
	ana := h.inc.DeclaredBy
	_, pages := h.others(1, ana)
	channel, err := h.w.direct(t.Context(), ana)
	require.NoError(t, err)
	for i := range 100 {
		h.enqueue(channel, store.Call{Incident: h.inc.ID, Page: 10 + i, Person: ana})
	}
	alone, err := h.st.Alone(t.Context(), "ring/"+channel, func(context.Context) error {
		var later *laterError
		require.ErrorAs(t, h.w.sendPage(t.Context(), pages[0], try{}), &later)
		assert.GreaterOrEqual(t, later.after, 5*ringAgain/2)
		return nil
	})
	require.NoError(t, err)
	require.True(t, alone)
}
