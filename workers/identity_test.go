package workers

import (
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	"mayday/postmortem"
	"mayday/store"
)

// twin is the incident of the room as another history knows it: the same number,
// another identity.
func (h *hand) twin() incident.Incident {
	inc := h.row()
	inc.UID = "aaaaaaaaaaaa"
	return inc
}

// A job that was in hand when the database lost its incident does nothing to the
// one that has the number now, and is not tried again.
func TestAJobOfALostIncidentTouchesNoOther(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	lost := h.twin().Ref()
	before := h.row()
	posts := len(h.sim.Messages(h.inc.ChannelID))
	for name, err := range map[string]error{
		"show":    h.w.show(t.Context(), incident.Show{Ref: lost, Surface: incident.Card, Revision: before.Revision}, try{}),
		"speak":   h.w.speak(t.Context(), incident.Speak{Ref: lost}, try{}),
		"archive": h.w.archiveChannel(t.Context(), incident.ArchiveChannel{Ref: lost}, try{}),
		"channel": h.w.createChannel(t.Context(), incident.CreateChannel{Ref: lost, Name: "inc-1-other"}, try{}),
		"page":    h.w.sendPage(t.Context(), incident.SendPage{Ref: lost}, try{}),
		"failed":  channelFailed(h.w, t.Context(), incident.CreateChannel{Ref: lost}, "no"),
	} {
		assert.ErrorIs(t, err, store.ErrAnother, name)
	}
	assert.Equal(t, before, h.row())
	assert.Len(t, h.sim.Messages(h.inc.ChannelID), posts)
	k := &worker[stumble]{w: h.w}
	outcome, result := k.judge(t.Context(), &river.Job[stumble]{JobRow: &rivertype.JobRow{Kind: "stumble"}}, store.ErrAnother)
	assert.Equal(t, "given_up", outcome)
	assert.ErrorContains(t, result, store.ErrAnother.Error())
}

// The channel of the lost incident has the name that the new one wants, and a
// purpose that begins the same. A second attempt does not take it.
func TestTheChannelOfALostIncidentIsNotTaken(t *testing.T) {
	t.Parallel()
	for name, purposed := range map[string]func(h *hand) string{
		"named by its identity":   func(h *hand) string { return purpose(h.twin()) + purposeUID + h.twin().UID },
		"of the same words":       func(h *hand) string { return purpose(h.twin()) },
		"whose purpose came late": func(*hand) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHand(t)
			ch, err := h.cfg.Slack.CreateChannel(t.Context(), "inc-1-p1-x", false)
			require.NoError(t, err)
			if p := purposed(h); p != "" {
				require.NoError(t, h.cfg.Slack.SetPurpose(t.Context(), ch.ID, p))
			}
			second := try{Number: 2, Since: time.Now().Add(grace + 10*time.Second)}
			_, ok, err := h.w.ours(t.Context(), "inc-1-p1-x", h.row(), second)
			require.NoError(t, err)
			assert.False(t, ok)
		})
	}
}

// What the first attempt of this incident made is taken, whatever is in its purpose yet.
func TestTheChannelOfAnEarlierAttemptIsTaken(t *testing.T) {
	t.Parallel()
	for name, purposed := range map[string]func(h *hand) string{
		"named":               func(h *hand) string { return purpose(h.row()) },
		"by an older replica": func(h *hand) string { return purpose(h.row()) + purposeUID + h.row().UID },
		"without purpose yet": func(*hand) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHand(t)
			since := time.Now()
			ch, err := h.cfg.Slack.CreateChannel(t.Context(), "inc-1-p1-x", false)
			require.NoError(t, err)
			if p := purposed(h); p != "" {
				require.NoError(t, h.cfg.Slack.SetPurpose(t.Context(), ch.ID, p))
			}
			_, ok, err := h.w.ours(t.Context(), "inc-1-p1-x", h.row(), try{Number: 2, Since: since})
			require.NoError(t, err)
			assert.True(t, ok)
		})
	}
}

func TestAPurposeNamesTheIncidentAndFits(t *testing.T) {
	inc := incident.Incident{ID: 42, UID: "k3jq4h5g6f7d", Severity: "P0", Title: string(make([]rune, 300))}
	inc.Title = ""
	for range 60 {
		inc.Title += "word "
	}
	p := purpose(inc)
	assert.LessOrEqual(t, len([]rune(p)), 250)
	assert.NotContains(t, p, inc.UID, "people read it")
	fits, sure := purposeFits(p, inc)
	assert.True(t, fits && !sure, "another incident may have had the number: its age decides")
	named := p + purposeUID + inc.UID
	fits, sure = purposeFits(named, inc)
	assert.True(t, fits && sure)
	other := inc
	other.UID = "aaaaaaaaaaaa"
	fits, _ = purposeFits(named, other)
	assert.False(t, fits)
}

// Documents, comments, branches and messages of two incidents of one number never
// find each other.
func TestNothingIsFoundByANumberAlone(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	mine, theirs := h.row(), h.twin()
	a, err := h.w.draftOptions(t.Context(), mine)
	require.NoError(t, err)
	b, err := h.w.draftOptions(t.Context(), theirs)
	require.NoError(t, err)
	for _, inc := range []*incident.Incident{&mine, &theirs} {
		inc.Actions = []incident.Action{{Text: "more room"}}
		inc.Lessons = []incident.Lesson{{Text: "look sooner"}}
	}
	assert.NotEqual(t, postmortem.Draft(mine, nil, a).Marker, postmortem.Draft(theirs, nil, b).Marker)
	assert.NotEqual(t, postmortem.Tracking(mine, a).Marker, postmortem.Tracking(theirs, b).Marker)
	assert.NotEqual(t, postmortem.FollowUp(mine, 0, 0, "", a).Marker, postmortem.FollowUp(theirs, 0, 0, "", b).Marker)
	assert.NotEqual(t, postmortem.RunbookEdit(mine, 0, "r.md", a).Branch, postmortem.RunbookEdit(theirs, 0, "r.md", b).Branch)
	assert.NotEqual(t, key(mine.Ref(), "card"), key(theirs.Ref(), "card"))
	none := incident.Ref{Incident: 42}
	assert.Equal(t, "42/card", key(none, "card"), "as the version before wrote it")
}

// The operators hear once that numbers are skipped, also when Slack's answer was lost.
func TestTheOperatorsHearThatHistoryWasLost(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	_, err := h.cfg.Slack.CreateChannel(t.Context(), "incidents", false)
	if bot.CodeOf(err) != "name_taken" {
		require.NoError(t, err)
	}
	_, err = h.st.Pool().Exec(t.Context(), `update mayday.fact set value = '' where key = 'history'`)
	require.NoError(t, err)
	inc, err := h.st.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Change{Incident: incident.Incident{ID: ref.Incident, UID: ref.UID, DeclaredAt: now}, Silent: true}, nil
	})
	require.NoError(t, err)
	h.sim.Mischief().FailNext("chat.postMessage", 1, unheard)
	h.work()
	id, err := h.cfg.Slack.ChannelNamed(t.Context(), "incidents")
	require.NoError(t, err)
	told := func() (n int) {
		for _, m := range h.sim.Messages(id.ID) {
			if m.Bot && m.Subtype == "" {
				assert.Contains(t, m.Text, "#201")
				n++
			}
		}
		return n
	}
	require.Eventually(t, func() bool {
		var done bool
		err := h.st.Pool().QueryRow(t.Context(), `select state = 'completed' from river.river_job where kind = 'history_lost'`).Scan(&done)
		return err == nil && done
	}, 20*time.Second, 20*time.Millisecond)
	assert.Equal(t, 1, told())
	assert.Equal(t, int64(201), inc.ID)
}
