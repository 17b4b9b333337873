package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// history collects what happens to one incident.
type history struct {
	t   *testing.T
	inc Incident
	evs []Event
	fx  []Effect
}

func (h *history) then(c Change, err error) *history {
	h.t.Helper()
	require.NoError(h.t, err)
	h.inc, h.fx = c.Incident, c.Effects
	h.evs = append(h.evs, c.Events...)
	return h
}

func (h *history) told() []string {
	var out []string
	for _, ev := range Timeline(h.evs) {
		out = append(out, ev.Sentence(plain))
	}
	return out
}

func TestMessagesOnTheTimeline(t *testing.T) {
	h := &history{t: t, inc: declared(t, "P0")}
	said := Said{TS: "1.1", Author: ben, At: t0.Add(-time.Hour), Text: "it <broke>", Link: "https://slack/1", Files: []Link{{Name: "graph", URL: "https://slack/f"}}}
	h.then(Note(h.inc, ana, "a note", t0))
	h.then(PinMessage(h.inc, ana, said, false, t0.Add(time.Minute)))
	assert.Equal(t, []string{"@" + ben + " wrote: it <broke> · https://slack/1 · file graph https://slack/f", "@" + ana + " noted: a note"}, h.told(), "at its own time")

	again, err := PinMessage(h.inc, ben, said, false, t0)
	require.NoError(t, err)
	assert.True(t, again.Empty(), "a second pin changes nothing")

	said.Text = "it broke at nine"
	h.then(PinMessage(h.inc, ana, said, false, t0.Add(2*time.Minute)))
	assert.Contains(t, h.told()[0], "it broke at nine")
	assert.Len(t, h.told(), 2, "an edit takes the place of the old words")

	h.then(UnpinMessage(h.inc, ana, "1.1", t0.Add(3*time.Minute)))
	assert.Len(t, h.told(), 1)
	again, err = UnpinMessage(h.inc, ana, "1.1", t0)
	require.NoError(t, err)
	assert.True(t, again.Empty())

	h.then(PinMessage(h.inc, ana, said, true, t0.Add(4*time.Minute)))
	assert.Len(t, h.told(), 2, "what was struck out can come back")
	assert.True(t, h.inc.Pins["1.1"].ByHand)

	h.then(PinMessage(h.inc, ana, Said{TS: "2.2", At: t0.Add(time.Hour), Link: "https://slack/2"}, false, t0))
	assert.Equal(t, "An app posted · https://slack/2", h.told()[2], "a message without words is there by its link")
}

func TestFollowUpsAndTheirIssues(t *testing.T) {
	h := &history{t: t, inc: declared(t, "P0")}
	due := EndOfDay(t0, 3)
	h.then(AddActionDue(h.inc, ana, ben, "alert", due, t0))
	assert.Equal(t, 1, effectKinds(h.fx)["file_follow_up"])
	assert.Equal(t, "@"+ana+" added a follow-up for @"+ben+": alert, due Friday, 6 March 2026", h.told()[0])
	_, err := AddActionDue(h.inc, ana, "", "too late", EndOfDay(t0, -1), t0)
	require.Error(t, err)

	h.then(ActionFiled(h.inc, 0, 12, "https://github/12", false, t0))
	assert.Equal(t, 12, h.inc.Actions[0].Number)
	again, err := ActionFiled(h.inc, 0, 12, "https://github/12", false, t0)
	require.NoError(t, err)
	assert.True(t, again.Empty())
	h.then(Resolve(h.inc, ana, "", t0))
	h.then(PostmortemIssue(h.inc, 13, "https://github/13", t0))
	assert.Equal(t, 1, effectKinds(h.fx)["file_follow_up"], "it is linked once there is something to link it to")
	h.then(ActionFiled(h.inc, 0, 12, "https://github/12", true, t0))
	h.then(AddAction(h.inc, ana, "", "later", t0))
	h.then(ActionFiled(h.inc, 1, 14, "https://github/14", true, t0))
	assert.Equal(t, 1, effectKinds(h.fx)["file_postmortem"], "the post-mortem is brought up to date")

	private := declared(t, "P0")
	private.Private = true
	c, err := AddAction(private, ana, "", "quiet", t0)
	require.NoError(t, err)
	assert.Zero(t, effectKinds(c.Effects)["file_follow_up"], "what is private stays in Slack")
}

func TestThePostmortemIsAskedAfter(t *testing.T) {
	h := &history{t: t, inc: declared(t, "P0")}
	h.then(ChannelOpened(h.inc, "C1", "inc", t0))
	h.then(Resolve(h.inc, ana, "", t0))
	h.then(PostmortemIssue(h.inc, 13, "https://github/13", t0))
	look := func(open, edited bool) []Event {
		h.t.Helper()
		due, ok := h.inc.Deadline(ClockReview)
		require.True(t, ok)
		require.True(t, officeHours.Contains(due), "nobody is reminded at %v", due)
		before := len(h.evs)
		h.then(Fire(h.inc, Timer{ClockReview, due}, due))
		require.Equal(t, 1, effectKinds(h.fx)["review_postmortem"])
		h.then(PostmortemReviewed(h.inc, ReviewPostmortem{h.inc.Ref(), due}, open, edited, due))
		return h.evs[before:]
	}
	assert.Equal(t, t0.AddDate(0, 0, 1), h.inc.Review.DraftDue)
	assert.Equal(t, EventPostmortemUntouched, look(true, false)[0].Kind, "a working day later")
	assert.Empty(t, look(true, true), "somebody works on it")
	due, _ := h.inc.Deadline(ClockReview)
	assert.Equal(t, time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC), due, "five working days from a Tuesday")
	for range mostReminders - 1 {
		assert.Equal(t, EventPostmortemOpen, look(true, true)[0].Kind)
	}
	_, ok := h.inc.Deadline(ClockReview)
	assert.False(t, ok, "the digest goes on alone")
	h.then(RequestPostmortem(h.inc, ana, t0.AddDate(0, 0, 20)))
	due, ok = h.inc.Deadline(ClockReview)
	assert.True(t, ok, "whoever asks for it is reminded again")
	h.then(Fire(h.inc, Timer{ClockReview, due}, due))
	h.then(ReviewFailed(h.inc, "the issue is gone", due))
	_, ok = h.inc.Deadline(ClockReview)
	assert.False(t, ok, "what cannot be looked at is told once")

	h.then(Reopen(h.inc, ana, "", t0.AddDate(0, 1, 0)))
	h.then(Resolve(h.inc, ana, "", t0.AddDate(0, 1, 0)))
	assert.Equal(t, EventPostmortemClosed, look(false, false)[0].Kind, "closed is closed, in the channel too")
	_, ok = h.inc.Deadline(ClockReview)
	assert.False(t, ok)
}

func TestWhatTheRunbookShouldSay(t *testing.T) {
	h := &history{t: t, inc: declared(t, "P0")}
	_, err := Learn(h.inc, ana, StepRef{}, "early", t0)
	require.Error(t, err)
	h.then(Resolve(h.inc, ana, "", t0))
	_, err = Learn(h.inc, ana, StepRef{}, " ", t0)
	require.Error(t, err)
	h.then(Learn(h.inc, ana, StepRef{Playbook: "site-down", Number: 1}, "ask the API too", t0))
	assert.Equal(t, 1, effectKinds(h.fx)["teach_runbook"])
	assert.Equal(t, 1, h.inc.Lessons[0].Step)
	h.then(PostmortemIssue(h.inc, 13, "https://github/13", t0))
	assert.Equal(t, 1, effectKinds(h.fx)["teach_runbook"], "it waits for the post-mortem")
	h.then(LessonTold(h.inc, 0, true, "https://github/pull/14", t0))
	assert.Equal(t, EventRunbookProposed, h.evs[len(h.evs)-1].Kind)
}
