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

func (h *hand) unarchive() error {
	return h.w.unarchiveChannel(h.t.Context(), incident.UnarchiveChannel{Ref: h.inc.Ref()}, try{})
}

func TestAChannelIsArchivedThoughSomethingCannotBeSaidThere(t *testing.T) {
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

func TestWhatAReopenedIncidentSaysWaitsForItsChannel(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Topic)
	h.closed()
	require.NoError(t, h.archive(time.Now()))
	h.reopen()
	var later *laterError
	fresh := try{Since: time.Now()}
	for _, s := range []incident.Surface{incident.Card, incident.Topic} {
		require.ErrorAs(t, h.w.show(t.Context(), incident.Show{Ref: h.inc.Ref(), Surface: s, Revision: h.row().Revision}, fresh), &later, s)
	}
	require.ErrorAs(t, h.w.speak(t.Context(), incident.Speak{Ref: h.inc.Ref()}, fresh), &later)
	// Somebody archived it by hand, and nobody brings it back.
	assert.True(t, final(h.w.speak(t.Context(), incident.Speak{Ref: h.inc.Ref()}, try{Since: time.Now().Add(-backWithin)})))

	require.NoError(t, h.unarchive())
	assert.False(t, h.archived())
	require.NoError(t, h.unarchive(), "one that is back is a success")
	h.shown(incident.Card)
	require.NoError(t, h.speak(t.Context()))
	assert.Len(t, h.messages("again"), 1)
}

func TestAChannelThatStaysArchivedIsToldElsewhere(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Announcement)
	h.closed()
	require.NoError(t, h.archive(time.Now()))
	h.reopen()
	h.sim.Mischief().FailNext("conversations.unarchive", 1, slacksim.Fault{Error: "restricted_action"})
	err := h.unarchive()
	require.True(t, final(err), err)
	require.NoError(t, staysArchived(h.w, t.Context(), incident.UnarchiveChannel{Ref: h.inc.Ref()}, explain(err)))
	assert.Equal(t, 1, h.asked("alarm"))
	require.NoError(t, h.speak(t.Context()), "that is said already")
	assert.Len(t, h.untold(), 2)

	require.NoError(t, h.unarchive())
	assert.NotContains(t, h.row().Troubles, troubleArchived)
	require.NoError(t, h.speak(t.Context()))
	assert.Empty(t, h.untold())
}

func TestAChannelIsBroughtBackOnlyWhileItsIncidentIsLive(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.closed()
	require.NoError(t, h.archive(time.Now()))
	require.NoError(t, h.unarchive())
	assert.True(t, h.archived())
	h.reopen()
	require.NoError(t, h.archive(time.Now()))
	require.NoError(t, h.unarchive())
	require.NoError(t, h.archive(time.Now()), "the close was overtaken")
	assert.False(t, h.archived())
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
