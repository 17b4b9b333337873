package handlers

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

func TestWindowsAreUnderstood(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	assert.NoError(t, err)
	now := time.Date(2026, 3, 3, 20, 0, 0, 0, time.UTC) // 21:00 there
	for text, want := range map[string]struct {
		from time.Time
		d    time.Duration
		why  string
	}{
		"2h deploying a fix":          {time.Time{}, 2 * time.Hour, "deploying a fix"},
		"30m":                         {time.Time{}, 30 * time.Minute, ""},
		"at 22:00 2h deploying":       {time.Date(2026, 3, 3, 21, 0, 0, 0, time.UTC), 2 * time.Hour, "deploying"},
		"from 20:30 1h":               {time.Date(2026, 3, 4, 19, 30, 0, 0, time.UTC), time.Hour, ""},
		"at 21:00 1h":                 {time.Date(2026, 3, 3, 20, 0, 0, 0, time.UTC), time.Hour, ""},
		"at 2026-03-01 10:00 1h":      {time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), time.Hour, ""},
		"at 2026-03-09 02:00 4h move": {time.Date(2026, 3, 9, 1, 0, 0, 0, time.UTC), 4 * time.Hour, "move"},
	} {
		w, ok := windowOf("sentry", text, berlin, now)
		assert.True(t, ok, text)
		assert.True(t, want.from.Equal(w.From), "%s: %s", text, w.From)
		assert.Equal(t, want.d, w.For, text)
		assert.Equal(t, want.why, w.Why, text)
	}
	for _, text := range []string{"", "deploying", "at noon 2h", "at 22:00", "at 2026-03-09 2h", "at 2h 3h"} {
		_, ok := windowOf("sentry", text, berlin, now)
		assert.False(t, ok, text)
	}
}

// muting is a lodge with the source sentry and the app deploys, whose team lives in Berlin.
func muting(t *testing.T) *lodge {
	t.Helper()
	l := newLodge(t, incident.Access{})
	require.NoError(t, l.h.Store.AddSource(t.Context(), store.Source{Name: "sentry", Way: incident.ToOffer}, "0123456789abcdef0123456789abcdef", ""))
	l.app("deploys")
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	l.h.Zone = zone
	return l
}

// app has an app post an alert into an alert channel.
func (l *lodge) app(source string) {
	l.t.Helper()
	require.NoError(l.t, l.h.Store.Receive(l.t.Context(), store.Received{Source: source, Path: "slack", Header: map[string]string{}, Body: []byte("{}")}))
	_, err := l.h.Store.Hear(l.t.Context(), store.Hearing{
		Read: func(p store.Received) (store.Understood, error) {
			return store.Understood{Reports: []incident.Report{{Source: p.Source, Key: "k", State: incident.Firing, Title: "disk full", Message: incident.MessageRef{Channel: "C1", TS: "1.1"}}}}, nil
		},
		Judge: func(incident.Report) (incident.Found, incident.Way) { return incident.Found{}, incident.ToLog },
	})
	require.NoError(l.t, err)
}

func (l *lodge) mutes() []incident.Mute {
	l.t.Helper()
	list, err := l.h.Store.Mutes(l.t.Context())
	require.NoError(l.t, err)
	return list
}

func TestSourcesAreMutedAndHeardAgain(t *testing.T) {
	t.Parallel()
	l := muting(t)
	assert.Contains(t, l.types("mute", elsewhere).Text, "No source of alerts is muted")
	assert.Contains(t, l.types("mute SENTRY 2h deploying r&amp;d", elsewhere).Text, "sentry")
	require.Len(t, l.mutes(), 1)
	first := l.mutes()[0]
	assert.Equal(t, []any{"sentry", "U0ANA01", "deploying r&d", 2 * time.Hour}, []any{first.Source, first.By, first.Why, first.Until.Sub(first.From)})
	l.types("mute deploys 30m", elsewhere)
	l.types("mute all at 2099-03-09 02:00 1h", elsewhere)
	assert.Len(t, l.mutes(), 2, "and not as long ahead as that")
	at := l.h.Store.Now().In(l.h.Zone).AddDate(0, 0, 3).Format("2006-01-02") + " 02:00"
	l.types("mute All at "+at+" 1h move", elsewhere)
	require.Len(t, l.mutes(), 3)
	assert.Equal(t, at, l.mutes()[2].From.In(l.h.Zone).Format("2006-01-02 15:04"), "by the team's clock")
	assert.Contains(t, l.types("mute", elsewhere).Text, "3 windows")

	assert.Contains(t, inJSON(t, l.types("unmute nothing", elsewhere).Blocks), `Nothing is muted as \"nothing\"`)
	assert.NotContains(t, inJSON(t, l.types("unmute", elsewhere).Blocks), "Nothing is muted as")
	assert.Len(t, l.mutes(), 3)
	assert.Contains(t, l.types("Unmute all", elsewhere).Text, "All alerts", "the last of the list")
	assert.Len(t, l.mutes(), 2)
	assert.Contains(t, l.types("mute end DEPLOYS", elsewhere).Text, "deploys")
	assert.Contains(t, l.types(fmt.Sprintf("unmute #%d", first.ID), elsewhere).Text, "sentry")
	assert.Empty(t, l.mutes())
	var by string
	require.NoError(t, l.h.Store.Pool().QueryRow(t.Context(), `select doc ->> 'ended_by' from mayday.mute where id = $1`, first.ID).Scan(&by))
	assert.Equal(t, "U0ANA01", by)
}

func TestWhatCannotBeMutedIsSaid(t *testing.T) {
	t.Parallel()
	l := muting(t)
	for text, says := range map[string]string{
		"mute sentry":                        "For how long?",
		"mute sentry later":                  "For how long?",
		"mute sentry 8d":                     "at most a week",
		"mute nothing 1h":                    "There is no source \"nothing\". There are `sentry`, `deploys`, and `all`.",
		"mute sentry at 2098-01-01 10:00 1h": "within 90 days",
	} {
		assert.Contains(t, l.types(text, elsewhere).Text, says, text)
	}
	assert.Empty(t, l.mutes())
	bare := newLodge(t, incident.Access{})
	assert.Contains(t, bare.types("mute sentry 1h", elsewhere).Text, "No source of alerts is set up")
	bare.types("mute all 1h", elsewhere)
	assert.Empty(t, bare.mutes(), "there is none of all")
	bare.app("deploys") // what apps post into an alert channel needs no source
	bare.types("mute all 1h", elsewhere)
	assert.Len(t, bare.mutes(), 1)
	bare.types("mute deploys at 23:59 1h", elsewhere)
	require.Len(t, bare.mutes(), 2)
	assert.Equal(t, "23:59", bare.mutes()[1].From.UTC().Format("15:04"), "without a zone it is UTC")
}

func TestAMuteSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	require.NoError(t, b.truth.AddSource(t.Context(), store.Source{Name: "sentry", Way: incident.ToOffer}, "0123456789abcdef0123456789abcdef", ""))
	for _, text := range []string{"mute sentry 2h", "unmute sentry"} {
		b.judge(text, always, func() bot.Request {
			return bot.Request{Kind: bot.Command, Text: text, User: "U0ANA01", Channel: elsewhere}
		})
	}
	b.judge("mute end", always, func() bot.Request {
		b.types("mute sentry 2h", elsewhere)
		return bot.Request{Kind: bot.Command, Text: "mute end sentry", User: "U0ANA01", Channel: elsewhere}
	})
}
