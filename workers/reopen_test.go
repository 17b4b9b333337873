package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// closed ends the incident, with all drawn and told.
func (h *hand) closed() {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Resolve(inc, h.inc.DeclaredBy, "over", now)
	})
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Close(inc, h.inc.DeclaredBy, now)
	})
	h.shown(incident.Card)
	require.NoError(h.t, h.speak(h.t.Context()))
}

func (h *hand) archive(since time.Time) error {
	return h.w.archiveChannel(h.t.Context(), incident.ArchiveChannel{Ref: h.inc.Ref()}, try{Since: since})
}

func (h *hand) reopen() {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Reopen(inc, h.inc.DeclaredBy, "again", now)
	})
}

func (h *hand) archived() bool {
	ch, _ := h.sim.Channel(h.inc.ChannelID)
	return ch.Archived
}

func TestAChannelIsArchivedThoughSomethingCannotBeSaidThere(t *testing.T) {
	t.Parallel()
	for name, what := range map[string]string{"an event": troubleSpeak, "the card": troubleDraw(incident.Card)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.closed()
			h.change(giveUp(what, "why"))
			if what == troubleDraw(incident.Card) {
				require.NoError(t, h.speak(t.Context()))
			} else {
				h.shown(incident.Card)
			}
			var later *laterError
			require.ErrorAs(t, h.archive(time.Now()), &later, "it may work yet")
			assert.False(t, h.archived())
			require.NoError(t, h.archive(time.Now().Add(-time.Minute)))
			assert.True(t, h.archived())
		})
	}
}

func TestAChannelIsNotArchivedBeforeAllIsSaid(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.closed()
	h.note("one word more")
	var later *laterError
	require.ErrorAs(t, h.archive(time.Now().Add(-time.Minute)), &later)
	h.shown(incident.Card)
	require.ErrorAs(t, h.archive(time.Now().Add(-time.Minute)), &later)
	require.NoError(t, h.speak(t.Context()))
	require.NoError(t, h.archive(time.Now()))
	assert.True(t, h.archived())
}

// look takes a look at the channel, and carries out what its return asks for.
func (h *hand) look() {
	h.t.Helper()
	require.NoError(h.t, h.w.lookAtChannel(h.t.Context(), incident.LookAtChannel{Ref: h.inc.Ref()}, try{}))
}

// attempt is one attempt at an effect as the queue makes it.
func (h *hand) attempt(fx incident.Effect, since time.Time) error {
	h.t.Helper()
	t := try{Since: since, Number: 1}
	var err error
	switch fx := fx.(type) {
	case incident.Show:
		err = h.w.show(h.t.Context(), fx, t)
	case incident.Speak:
		err = h.w.speak(h.t.Context(), fx, t)
	case incident.ExportTimeline:
		err = h.w.exportTimeline(h.t.Context(), fx, t)
	}
	if err == nil || elsewhere(fx) {
		return err
	}
	return h.w.afterRefusal(h.t.Context(), fx.Kind(), fx.Of(), t, err)
}

func TestWhatAReopenedIncidentSaysWaitsForItsChannel(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Topic)
	h.shown(incident.Announcement)
	h.closed()
	require.NoError(t, h.archive(time.Now()))
	h.reopen()
	assert.Equal(t, incident.Archived, h.row().Away, "whoever reopens is told at once")
	require.NoError(t, h.speak(t.Context()))
	h.shown(incident.Card)
	assert.Empty(t, h.messages("again"))
	h.look()
	h.look()
	assert.Equal(t, 2, h.asked("alarm"), "the announce channel and the lead, once")
	assert.Zero(t, h.calls("conversations.unarchive"), "a bot cannot")

	require.NoError(t, h.sim.Unarchive("ana", h.inc.ChannelID))
	h.look()
	assert.Empty(t, h.row().Away)
	h.shown(incident.Card)
	require.NoError(t, h.speak(t.Context()))
	assert.Len(t, h.messages("again"), 1)
}

func TestAReopenedIncidentWhoseChannelWasNotArchivedYet(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.closed()
	h.reopen()
	require.NoError(t, h.archive(time.Now()), "the close was overtaken")
	assert.False(t, h.archived())
	h.look()
	assert.Empty(t, h.row().Away)
	assert.Zero(t, h.asked("alarm"), "nobody is told what never was")
}

// TestAChannelThatDoesNotHearIsNoReasonToGiveUp: by whatever word Slack refuses, the row says so, and all is said in order afterwards.
func TestAChannelThatDoesNotHearIsNoReasonToGiveUp(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lose, back func(h *hand) error
		away       incident.Away
	}{
		"archived by hand": {func(h *hand) error { return h.sim.Archive("ana", h.inc.ChannelID) }, func(h *hand) error { return h.sim.Unarchive("ana", h.inc.ChannelID) }, incident.Archived},
		"private, and taken out": {func(h *hand) error {
			if err := h.sim.ConvertToPrivate("ana", h.inc.ChannelID); err != nil {
				return err
			}
			return h.sim.Kick("ana", h.inc.ChannelID, "mayday")
		}, func(h *hand) error { return h.sim.Invite("ana", h.inc.ChannelID, "mayday") }, incident.Vanished},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.shown(incident.Card)
			require.NoError(t, tt.lose(h))
			h.note("first")
			h.note("second")
			require.NoError(t, h.attempt(incident.Speak{Ref: h.inc.Ref()}, time.Now()), "it waits, and is asked for again by the return")
			assert.Equal(t, tt.away, h.row().Away)
			assert.Equal(t, 2, h.asked("alarm"))
			require.NoError(t, h.attempt(incident.Show{Ref: h.inc.Ref(), Surface: incident.Card, Revision: h.row().Revision}, time.Now()))
			var later *laterError
			require.ErrorAs(t, h.attempt(incident.ExportTimeline{Ref: h.inc.Ref(), Revision: 1}, time.Now()), &later)
			assert.Equal(t, 2, h.asked("alarm"), "told once")

			require.NoError(t, tt.back(h))
			h.look()
			assert.Empty(t, h.row().Away)
			require.NoError(t, h.speak(t.Context()))
			first, second := h.messages("first"), h.messages("second")
			require.Len(t, first, 1)
			require.Len(t, second, 1)
			assert.Less(t, first[0].TS, second[0].TS)
			assert.Empty(t, h.untold())
		})
	}
}

func TestAPublicChannelIsJoinedAgainWithoutAWord(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	require.NoError(t, h.sim.Kick("ana", h.inc.ChannelID, "mayday"))
	h.note("somebody took it out")
	var later *laterError
	require.ErrorAs(t, h.attempt(incident.Speak{Ref: h.inc.Ref()}, time.Now()), &later, "again at once")
	require.NoError(t, h.attempt(incident.Speak{Ref: h.inc.Ref()}, time.Now()))
	assert.Len(t, h.messages("somebody took it out"), 1)
	assert.Zero(t, h.asked("alarm"))
	assert.Empty(t, h.row().Away)
}

// TestWhatACancelledIncidentStillHasToSayIsSaid: mayday was taken out just before, and comes back for that only.
func TestWhatACancelledIncidentStillHasToSayIsSaid(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	require.NoError(t, h.sim.Kick("ana", h.inc.ChannelID, "mayday"))
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, h.inc.DeclaredBy, "false alarm", now)
	})
	var later *laterError
	require.ErrorAs(t, h.attempt(incident.Speak{Ref: h.inc.Ref()}, time.Now()), &later, "again at once")
	require.NoError(t, h.attempt(incident.Speak{Ref: h.inc.Ref()}, time.Now()))
	assert.Len(t, h.messages("false alarm"), 1)
	require.NoError(t, h.sim.Kick("ana", h.inc.ChannelID, "mayday"))
	h.look()
	assert.Equal(t, 1, h.calls("conversations.join"), "there is nothing left to say")
}

func TestADeletedChannelIsTold(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	require.NoError(t, h.sim.DeleteChannel("ana", h.inc.ChannelID))
	h.note("into the void")
	require.NoError(t, h.attempt(incident.Speak{Ref: h.inc.Ref()}, time.Now()))
	assert.Equal(t, incident.Vanished, h.row().Away)
	assert.Equal(t, 2, h.asked("alarm"))
}

func TestAChannelWithAnotherIdHasTheSameMessages(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	old := h.inc.ChannelID
	now := h.sim.ChangeID(old)
	h.change(func(inc incident.Incident, at time.Time) (incident.Change, error) {
		return incident.ChannelMoved(inc, old, now, at)
	})
	require.NoError(t, h.w.lookAtChannel(t.Context(), incident.LookAtChannel{Ref: h.inc.Ref(), Was: old}, try{}))
	h.inc.ChannelID = now
	h.acknowledge()
	h.shown(incident.Card)
	assert.Len(t, h.left(now, "card"), 1, "edited where it stands")
	require.NoError(t, h.speak(t.Context()))
	assert.Empty(t, h.untold())
}

// untold are the events that nobody heard yet.
func (h *hand) untold() (kinds []incident.EventKind) {
	h.t.Helper()
	list, err := h.st.Untold(h.t.Context(), h.inc.ID)
	require.NoError(h.t, err)
	for _, u := range list {
		kinds = append(kinds, u.Event.Kind)
	}
	return kinds
}

// asked counts what was asked for of a kind.
func (h *hand) asked(kind string) (n int) {
	h.t.Helper()
	require.NoError(h.t, h.st.Pool().QueryRow(h.t.Context(), `select count(*) from river.river_job where kind = $1`, kind).Scan(&n))
	return n
}

// drawings counts the jobs that ask for a surface to be drawn.
func (h *hand) drawings(s incident.Surface) (n int) {
	h.t.Helper()
	require.NoError(h.t, h.st.Pool().QueryRow(h.t.Context(), `select count(*) from river.river_job where kind = 'show' and args->>'surface' = $1`, string(s)).Scan(&n))
	return n
}

func TestBookmarksAreListedOnceForEachAttempt(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.w.Bookmarks = func() []incident.Link {
		return []incident.Link{{Name: "Web", URL: "https://a.example"}, {Name: "Logs", URL: "https://b.example"}, {Name: "Costs", URL: "https://c.example"}}
	}
	add := func() error { return h.w.addBookmarks(t.Context(), incident.AddBookmarks{Ref: h.inc.Ref()}, try{}) }
	h.sim.Mischief().FailNext("bookmarks.add", 1, slacksim.Fault{HTTP: 429, RetryAfter: 3})
	assert.Equal(t, bot.RateLimited, bot.ClassOf(add()))
	require.NoError(t, add())
	assert.Equal(t, 2, h.calls("bookmarks.list"))
	ch, _ := h.sim.Channel(h.inc.ChannelID)
	assert.Len(t, ch.Bookmarks, 3)
	h.w.Bookmarks = func() []incident.Link { return nil }
	require.NoError(t, add())
	assert.Equal(t, 2, h.calls("bookmarks.list"), "there is nothing to put there")
}

// TestAnIssueThatWasDeletedBeforeItsLinkStoodIsNoBookmark: the next one brings its own.
func TestAnIssueThatWasDeletedBeforeItsLinkStoodIsNoBookmark(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.TrackingOpened(inc, 7, "https://github.com/acme/ops/issues/7", "Checkout is slow", nil, now)
	})
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		deleted, ok := incident.TrackingDeleted(inc, 7, now)
		require.True(t, ok)
		return deleted, nil
	})
	require.NoError(t, h.w.addBookmarks(t.Context(), incident.AddBookmarks{Ref: h.inc.Ref(), Tracking: true}, try{}))
	assert.Zero(t, h.calls("bookmarks.list"))
}

func TestWhatCallsPeopleGoesBeforeTrimmings(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.note("a note")
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Change{Incident: inc, Effects: []incident.Effect{incident.Show{Ref: inc.Ref(), Surface: incident.ReminderMessage}}}, nil
	})
	priority := map[string]int{}
	rows, err := h.st.Pool().Query(t.Context(), `select kind || coalesce(args->>'surface', ''), priority from river.river_job`)
	require.NoError(t, err)
	for rows.Next() {
		var what string
		var p int
		require.NoError(t, rows.Scan(&what, &p))
		priority[what] = p
	}
	require.NoError(t, rows.Err())
	for _, first := range []string{"speak", "showcard", "showreminder"} {
		assert.Equal(t, 1, priority[first], first)
	}
	assert.Equal(t, 2, priority["showtopic"])
}
