package incident

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// followedIncident is an open P0 whose severity gets a tracking issue.
func followedIncident(t require.TestingT, change func(*Declaration)) Change {
	policy := matrix()
	policy.Tracked = []string{"P0"}
	d := Declaration{Title: "x", Severity: "P0", Playbook: siteDown(), Policy: policy, By: ana}
	if change != nil {
		change(&d)
	}
	c, err := Declare(Ref{Incident: 7}, d, t0)
	require.NoError(t, err)
	require.Empty(t, tracks(c), "the issue names the channel, so it waits for it")
	c, err = ChannelOpened(c.Incident, "C1", "inc-7", t0)
	require.NoError(t, err)
	return c
}

func tracks(c Change) []Track {
	var out []Track
	for _, fx := range c.Effects {
		if track, ok := fx.(Track); ok {
			out = append(out, track)
		}
	}
	return out
}

func TestWhoGetsATrackingIssue(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Declaration)
		want   int
	}{
		"a severity of the setting": {nil, 1},
		"another severity":          {func(d *Declaration) { d.Severity = "P2" }, 0},
		"a private incident":        {func(d *Declaration) { d.Private = true }, 0},
		"a drill":                   {func(d *Declaration) { d.Drill = true }, 0},
		"without a repository":      {func(d *Declaration) { d.Policy.Tracked = nil }, 0},
	} {
		assert.Len(t, tracks(followedIncident(t, tt.change)), tt.want, name)
	}
	raised, err := ChangeSeverity(followedIncident(t, func(d *Declaration) { d.Severity = "P2" }).Incident, ana, "p0", "", t0)
	require.NoError(t, err)
	assert.Len(t, tracks(raised), 1, "raised to a severity of the setting")
}

// tracker plays the clock and the worker of one tracked incident.
type tracker struct {
	t           *rapid.T
	inc         Incident
	outstanding *Track
	last        time.Time
	newest      int // Seq of the last event that the issue has to hear of
}

func (k *tracker) see(c Change, err error) {
	require.NoError(k.t, err)
	for _, ev := range c.Events {
		if slices.Contains(followed, ev.Kind) {
			k.newest = ev.Seq
		}
	}
	for _, a := range tracks(c) {
		require.Nil(k.t, k.outstanding, "one at a time")
		require.True(k.t, k.last.IsZero() || a.At.Sub(k.last) >= trackEvery, "not more than one a minute: %v after %v", a.At, k.last)
		k.outstanding, k.last = &a, a.At
	}
	k.inc = c.Incident
}

func (k *tracker) clocks(now time.Time) {
	for range 20 {
		ts := k.inc.Timers()
		i := slices.IndexFunc(ts, func(t Timer) bool { return t.Clock == ClockTrack && !t.Due.After(now) })
		if i < 0 {
			return
		}
		k.see(Fire(k.inc, ts[i], now))
	}
	k.t.Fatal("the clock does not come to rest")
}

func (k *tracker) answer(now time.Time) {
	if k.outstanding == nil {
		return
	}
	fx := *k.outstanding
	k.outstanding = nil
	k.see(Tracked(k.inc, fx, Followed{Title: "x"}, now))
	again, err := Tracked(k.inc, fx, Followed{}, now)
	require.NoError(k.t, err)
	require.True(k.t, again.Empty(), "an old answer says nothing")
}

// TestTheIssueIsToldOfEverythingAndNotTooOften drives a tracked incident through
// random verbs, random time and a worker that answers when it likes.
func TestTheIssueIsToldOfEverythingAndNotTooOften(t *testing.T) {
	names := []string{"acknowledge", "severity", "status", "role", "update", "page", "resolve", "reopen"}
	rapid.Check(t, func(t *rapid.T) {
		now, k := t0, &tracker{t: t}
		k.see(followedIncident(t, nil), nil)
		for range rapid.IntRange(1, 30).Draw(t, "length") {
			now = now.Add(time.Duration(rapid.IntRange(0, 150).Draw(t, "seconds")) * time.Second)
			k.clocks(now)
			c, err := verbs[rapid.SampledFrom(names).Draw(t, "verb")](t, k.inc, now)
			var r *Refusal
			if !errors.As(err, &r) {
				k.see(c, err)
			}
			if rapid.Bool().Draw(t, "answered") {
				k.answer(now)
			}
		}
		for range 3 {
			k.answer(now)
			now = now.Add(trackEvery)
			k.clocks(now)
		}
		k.answer(now)
		require.GreaterOrEqual(t, k.inc.Track.Through, k.newest, "everything was told in the end")
		require.Equal(t, k.inc.Status.Live(), !k.inc.Track.Next.IsZero(), "what is over is watched no longer")
	})
}

func TestWhatPeopleDoOnTheIssueIsToldOnce(t *testing.T) {
	c := followedIncident(t, nil)
	fx := tracks(c)[0]
	f := Followed{ClosedByPerson: true, Remarks: []Remark{{Login: "ana", Text: "/ack\nnow"}}}
	c, err := Tracked(c.Incident, fx, f, t0)
	require.NoError(t, err)
	require.Len(t, c.Events, 2)
	assert.Equal(t, "Somebody closed the tracking issue on GitHub. That changes nothing here: the incident goes on", c.Events[0].Sentence(plain))
	assert.Equal(t, "ana wrote on the tracking issue: “/ack now”. That changes nothing here", c.Events[1].Sentence(plain))
	c, err = Fire(c.Incident, Timer{ClockTrack, t0.Add(watchEvery)}, t0.Add(watchEvery))
	require.NoError(t, err)
	require.Len(t, tracks(c), 1)
	c, err = Tracked(c.Incident, tracks(c)[0], Followed{ClosedByPerson: true}, t0.Add(watchEvery))
	require.NoError(t, err)
	assert.Empty(t, c.Events, "it was told")
}

func TestARefusalIsToldOnceAndTriedAgainWhenAsked(t *testing.T) {
	c, err := TrackingFailed(followedIncident(t, nil).Incident, "issues are switched off", t0)
	require.NoError(t, err)
	require.Len(t, c.Events, 1)
	c, err = Announce(c.Incident, ana, "on it", 0, t0.Add(time.Hour))
	require.NoError(t, err)
	assert.Empty(t, tracks(c))
	c, err = RequestPostmortem(c.Incident, ana, t0.Add(time.Hour))
	require.NoError(t, err)
	assert.Len(t, tracks(c), 1)
	_, err = RequestPostmortem(c.Incident, ana, t0.Add(time.Hour))
	var r *Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, NotOver, r.Reason)
}
