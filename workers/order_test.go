package workers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot/blocks"
	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// walking gives the incident of a hand two steps.
func (h *hand) walking() {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := incident.SwitchPlaybook(inc, h.inc.DeclaredBy, incident.Playbook{Slug: "slow", Title: "Slow", Steps: []incident.Step{{Text: "look at the queue"}, {Text: "restart the workers"}}}, now)
		c.Effects = nil
		return c, err
	})
}

// drawn are the calls to Slack that change something, in order, with what a message says.
func (h *hand) drawn() (list []string) {
	for _, c := range h.sim.Calls() {
		switch {
		case c.Method == "pins.add":
			list = append(list, "pin")
		case c.Method != "chat.postMessage":
		case strings.Contains(c.Args["metadata"], `/card"`):
			list = append(list, "card")
		case strings.Contains(c.Args["metadata"], `/step"`):
			list = append(list, "step")
		default:
			list = append(list, "other")
		}
	}
	return list
}

func TestTheFirstStepFollowsTheCardAtOnce(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.walking()
	h.shown(incident.Card)
	assert.Equal(t, []string{"card", "step", "pin"}, h.drawn(), "the pin is a call that people need not wait for")
	h.shown(incident.StepMessage) // its own job finds nothing to do
	h.acknowledge()
	h.shown(incident.Card)
	assert.Equal(t, []string{"card", "step", "pin"}, h.drawn(), "only a new card is followed")
}

// TestTheFirstStepIsPostedOnceThoughTwoDrawIt: the job of the card and its own, however long Slack takes.
func TestTheFirstStepIsPostedOnceThoughTwoDrawIt(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.walking()
	h.sim.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{Hang: time.Millisecond})
	h.sim.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{Hang: 4 * time.Second})
	drawn := make(chan error, 1)
	go func() { drawn <- h.show(t.Context(), incident.Card) }()
	h.wait("the step is on its way", func() bool { return h.calls("chat.postMessage") == 2 })
	var later *laterError
	require.ErrorAs(t, h.show(t.Context(), incident.StepMessage), &later)
	require.NoError(t, <-drawn)
	h.shown(incident.StepMessage)
	h.only(h.inc.ChannelID, "step")
}

func TestWhatIsToldOfANewIncidentLetsTheFirstStepGoAhead(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.walking()
	// The card stands, and whoever posted it died before the step.
	inc := h.row()
	sh, err := h.w.stand(t.Context(), incident.Card, inc, store.Shown{}, inc.ChannelID, blocks.Card(inc, h.st.Now()))
	require.NoError(t, err)
	require.NoError(t, h.st.SaveShown(t.Context(), inc.ID, string(incident.Card), sh))
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PagePerson(inc, h.inc.DeclaredBy, h.inc.DeclaredBy, "help", now)
	})
	speak := func(asked time.Time) error {
		return h.w.speak(t.Context(), incident.Speak{Ref: h.inc.Ref()}, try{Since: asked})
	}
	var later *laterError
	require.ErrorAs(t, speak(h.st.DatabaseTime()), &later)
	assert.Equal(t, []string{"card"}, h.drawn())
	require.NoError(t, speak(h.st.DatabaseTime().Add(-stepAtMost)), "but not for ever")
	assert.Equal(t, []string{"card", "other"}, slices.Compact(h.drawn()))
}

func TestEffectsGiveWayToPeopleWhoWait(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	first, more := 0, 0
	before := len(h.sim.Calls())
	h.w.Yield = func(_ context.Context, most time.Duration) {
		if most == yieldCall {
			more++
			assert.Less(t, len(h.sim.Calls())-before, more, "before each call")
			return
		}
		first++
		assert.Equal(t, yieldFirst, most)
		assert.True(t, first > 1 || more == 0, "before anything of it is done")
	}
	h.alive()
	inc := h.row()
	job := &river.Job[incident.Show]{JobRow: &rivertype.JobRow{ID: 1, Kind: incident.Show{}.Kind(), Attempt: 1, CreatedAt: h.st.DatabaseTime()},
		Args: incident.Show{Ref: inc.Ref(), Surface: incident.Card, Revision: inc.Revision}}
	// By hand, because the queue has work of its own, which gives way as well.
	h.wait("the card stands", func() bool {
		if h.w.replica.Check(t.Context()) != nil {
			return false // it has given no sign of life for a moment, and begins nothing
		}
		return (&worker[incident.Show]{w: h.w, do: h.w.show}).Work(t.Context(), job) == nil
	})
	assert.Positive(t, first)
	assert.GreaterOrEqual(t, more, len(h.sim.Calls())-before)
	assert.GreaterOrEqual(t, more, 2, "the post and the pin")
}

func TestWhoMayNotCallAnyMoreDoesNotAfterItGaveWay(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.w.Yield = func(context.Context, time.Duration) {}
	assert.True(t, errors.Is(h.w.mayCall(t.Context()), h.w.replica.Check(t.Context())))
	require.Error(t, h.w.mayCall(t.Context()), "this replica gave no sign of life")
}

// TestEffectsLetAPageGoAhead: one that begins while somebody is being paged waits for that, and not for ever.
func TestEffectsLetAPageGoAhead(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	var begun atomic.Int64
	r.cfg.Yield = func(_ context.Context, most time.Duration) {
		if most == yieldFirst {
			begun.CompareAndSwap(0, time.Now().UnixNano())
		}
	}
	calls := len(r.sim.Calls())
	r.work()
	r.w.calling.Begin() // and never ended
	_, err := r.st.Update(t.Context(), r.inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		return incident.Change{Incident: inc, Effects: []incident.Effect{incident.Show{Ref: inc.Ref(), Surface: incident.Card, Revision: inc.Revision}}}, nil
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(r.sim.Calls()) > calls }, 30*time.Second, 5*time.Millisecond)
	assert.GreaterOrEqual(t, r.sim.Calls()[calls].At.Sub(time.Unix(0, begun.Load())), pageFirst)
}

func TestAPageGoesFirstUntilItHasEnded(t *testing.T) {
	t.Parallel()
	var w Workers
	over, went := w.goFirst(), make(chan struct{})
	go func() { w.calling.Yield(t.Context(), time.Hour); close(went) }()
	over()
	<-went
	w.goFirst() // whose end nobody tells
	w.calling.Yield(t.Context(), time.Hour)
}
