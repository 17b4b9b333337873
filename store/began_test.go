package store

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// TestAnAlertBeganWhenItWasPosted, however long the post waited, where its sender does not say when; and the end of one when it is heard.
func TestAnAlertBeganWhenItWasPosted(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	receive(t, s, "cron", "firing a")
	clock.Advance(10 * time.Minute)
	hear(t, s)
	o, err := s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, []time.Time{t0, t0.Add(10 * time.Minute)}, []time.Time{o.Since, o.HeardAt})
	receive(t, s, "cron", "quiet a")
	clock.Advance(10 * time.Minute)
	hear(t, s)
	o, err = s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, t0.Add(20*time.Minute), o.QuietSince)

	h := plainly()
	said := t0.Add(15 * time.Minute)
	h.Read = func(p Received) (Understood, error) {
		return Understood{Reports: []incident.Report{{Source: p.Source, Key: "said", State: incident.Firing, At: said}}}, nil
	}
	receive(t, s, "ci", "x")
	clock.Advance(time.Hour)
	_, err = s.Hear(t.Context(), h)
	require.NoError(t, err)
	o, err = s.Offer(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, said, o.Since, "its sender knows best")
}

// TestWhatSendersSayIsPutInOrder: an alert has a title, its text has an end, and none begins after it was posted.
func TestWhatSendersSayIsPutInOrder(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	h := plainly()
	h.Read = func(p Received) (Understood, error) {
		return Understood{Reports: []incident.Report{{Source: p.Source, Key: "k", State: incident.Firing, Text: strings.Repeat("x", 100_000), At: p.At.Add(time.Hour)}}}, nil
	}
	receive(t, s, "ci", "x")
	clock.Advance(2 * time.Hour)
	_, err := s.Hear(t.Context(), h)
	require.NoError(t, err)
	o, err := s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, "Alert without a title", o.Title)
	assert.LessOrEqual(t, len(o.Text), incident.MaxText+len("…"))
	assert.Equal(t, t0, o.Since)
}

// TestWhatFiresAtTheEndOfASilenceIsOfferedAnew: by a new message, though a drawing of the old one may be on its way, because an edit is seen by nobody.
func TestWhatFiresAtTheEndOfASilenceIsOfferedAnew(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	receive(t, s, "cron", "firing a")
	hear(t, s)
	_, err := s.UpdateOffer(t.Context(), nil, 1, func(o incident.Offer, now time.Time) (incident.Offer, error) {
		return incident.MuteOffer(o, ana, time.Hour, now)
	})
	require.NoError(t, err)
	anew := func() int {
		return count(t, s, `select count(*) from river.river_job where kind = 'show_offer' and (args ->> 'anew')::boolean`)
	}
	clock.Advance(time.Hour - time.Second)
	hear(t, s)
	assert.Zero(t, anew())
	clock.Advance(time.Second)
	hear(t, s)
	assert.Equal(t, 1, anew())
	hear(t, s)
	assert.Equal(t, 1, anew())
}
