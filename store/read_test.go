package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

func TestInChannel(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	_, err := s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C042", "inc-1-p1", now)
	})
	require.NoError(t, err)
	found, err := s.InChannel(t.Context(), "C042")
	require.NoError(t, err)
	assert.Equal(t, inc.ID, found.ID)
	here, err := s.List(t.Context(), Filter{Part: "U0GUEST", PartOr: "C042"})
	require.NoError(t, err)
	assert.Len(t, here, 1, "where they are")
	for _, other := range []string{"C043", ""} {
		_, err = s.InChannel(t.Context(), other)
		assert.ErrorIs(t, err, ErrNotFound, other)
	}
	second := declare(t, s)
	_, err = s.Update(t.Context(), second.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C042", "inc-1-p1", now)
	})
	require.Error(t, err, "one channel is one incident's")
}

// listed declares incidents that List can tell apart, a minute after each other.
func listed(t *testing.T) *Store {
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	for _, d := range []incident.Declaration{
		{Title: "100% of _payments_ fail"}, {Title: "payments are slow"}, {Title: "secret leak", Private: true}, {Title: "old news"},
	} {
		d.Policy, d.By = policy(), ana
		inc, err := s.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) { return incident.Declare(ref, d, now) })
		require.NoError(t, err)
		if d.Title == "old news" {
			_, err = s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Resolve(inc, ben, "", now)
			})
			require.NoError(t, err)
		}
		clock.Advance(time.Minute)
	}
	return s
}

func TestList(t *testing.T) {
	t.Parallel()
	s := listed(t)
	for name, tt := range map[string]struct {
		f    Filter
		want []string
	}{
		"all that everybody may see, newest first": {Filter{}, []string{"old news", "payments are slow", "100% of _payments_ fail"}},
		"those that go on":                         {Filter{Live: true}, []string{"payments are slow", "100% of _payments_ fail"}},
		"a private one, for whoever takes part":    {Filter{Live: true, Visible: ana}, []string{"secret leak", "payments are slow", "100% of _payments_ fail"}},
		"not for others":                           {Filter{Word: "secret", Visible: ben}, nil},
		"nor for a name that is part of hers":      {Filter{Word: "secret", Visible: "U0"}, nil},
		"by a word":                                {Filter{Word: "PAYMENTS"}, []string{"payments are slow", "100% of _payments_ fail"}},
		"by a severity":                            {Filter{Word: "p1", Limit: 1}, []string{"old news"}},
		"a wildcard is a sign like others":         {Filter{Word: "100%"}, []string{"100% of _payments_ fail"}},
		"so is an underscore":                      {Filter{Word: "_payments_"}, []string{"100% of _payments_ fail"}},
		"and a backslash":                          {Filter{Word: `\`}, nil},
		"those that somebody takes part in":        {Filter{Part: ben}, []string{"old news"}},
		"and no private one, unless visible":       {Filter{Part: ana, Live: true}, []string{"payments are slow", "100% of _payments_ fail"}},
		"nobody takes part in none":                {Filter{Part: "U0NOBODY"}, nil},
		"nor in one without a channel":             {Filter{Part: "U0NOBODY", PartOr: "C042"}, nil},
		"since":                                    {Filter{Since: t0.Add(time.Minute)}, []string{"old news", "payments are slow"}},
		"at most":                                  {Filter{Limit: 1}, []string{"old news"}},
	} {
		got, err := s.List(t.Context(), tt.f)
		require.NoError(t, err, name)
		var titles []string
		for _, inc := range got {
			titles = append(titles, inc.Title)
		}
		assert.Equal(t, tt.want, titles, name)
	}
	n, err := s.CountLive(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 3, n)
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	for _, text := range []string{"a", "b", "c"} {
		_, err := s.Update(t.Context(), inc.Ref(), nil, note(text))
		require.NoError(t, err)
	}
	evs, err := s.Timeline(t.Context(), inc.ID, inc.Revision, 2)
	require.NoError(t, err)
	require.Len(t, evs, 2)
	assert.Equal(t, []string{"a", "b"}, []string{evs[0].Text, evs[1].Text})
	all, err := s.Timeline(t.Context(), inc.ID, 0, 0)
	require.NoError(t, err)
	assert.Len(t, all, inc.Revision+3)
}
