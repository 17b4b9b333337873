package incident

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// desk is a board with a clock: reports are heard one after the other, and what asks for its time is woken.
type desk struct {
	*Board
	now  time.Time
	last int64
}

func newDesk() *desk {
	d := &desk{now: t0}
	d.Board = NewBoard(func() int64 { d.last++; return d.last })
	return d
}

var foundSite = Found{Scenario: "site-down", Title: "Site Down", Why: "its label", Severity: "P0"}

func firing(key string) Report {
	return Report{Source: "sentry", Key: key, State: Firing, Title: "Alert " + key}
}

func quiet(key string) Report { return Report{Source: "sentry", Key: key, State: Quiet} }

func (d *desk) hear(r Report) *desk { d.Hear(r, foundSite, ToOffer, d.now); return d }

// pass lets time pass, and wakes whatever is due on the way.
func (d *desk) pass(t time.Duration) *desk {
	until := d.now.Add(t)
	for {
		next := until
		for _, s := range d.Signals {
			if w := s.Wake(); !w.IsZero() && w.Before(next) {
				next = w
			}
		}
		for _, o := range d.Offers {
			if w := o.Wake(); !w.IsZero() && w.Before(next) {
				next = w
			}
		}
		d.now = later(next, d.now)
		d.Wake(d.now)
		if !next.Before(until) {
			return d
		}
	}
}

// tells are what is told in incidents, in order.
func (d *desk) tells() (list []Telling) {
	for _, fx := range d.Effects {
		if t, ok := fx.(TellAlert); ok {
			list = append(list, t.What)
		}
	}
	return list
}

func TestOneKeyIsCountedInOneOffer(t *testing.T) {
	d := newDesk()
	for range 5 {
		d.hear(firing("a")).pass(time.Minute)
	}
	require.Len(t, d.Offers, 1)
	o := d.Offers[1]
	assert.Equal(t, Offered, o.State)
	assert.Equal(t, 5, o.Count)
	assert.Equal(t, []int{1, 1}, []int{o.Signals, o.Open})
	d.hear(quiet("a"))
	assert.Equal(t, Ended, o.State, "nobody took it")
	assert.Equal(t, d.now, o.QuietSince)
	d.hear(quiet("a")).hear(quiet("never heard of"))
	assert.Len(t, d.Signals, 1)
	assert.Equal(t, 0, o.Open)
}

func TestManyKeysOfOneScenarioAreOneOffer(t *testing.T) {
	d := newDesk()
	for i := range 1000 {
		d.hear(firing(fmt.Sprint(i))).pass(10 * time.Millisecond)
	}
	require.Len(t, d.Offers, 1)
	o := d.Offers[1]
	assert.Equal(t, 1000, o.Signals)
	assert.Len(t, o.Titles, mostTitles)
	d.pass(GatherWithin + time.Second).hear(firing("late"))
	assert.Len(t, d.Offers, 2, "one that begins later is news")
	for i := range 1000 {
		d.hear(quiet(fmt.Sprint(i)))
	}
	assert.Equal(t, Ended, o.State)
	assert.Equal(t, Offered, d.Offers[2].State)
}

func TestAlertsOfAnIncidentThatGoesOnAreAttached(t *testing.T) {
	d := newDesk()
	d.Going = []Going{{Ref: Ref{Incident: 42}, Scenarios: []string{"site-down"}}}
	d.hear(firing("a"))
	o := d.Offers[1]
	assert.Equal(t, Attached, o.State)
	assert.Equal(t, int64(42), o.Incident.Incident)
	for range 40 {
		d.pass(time.Minute).hear(firing("a"))
	}
	assert.Equal(t, []Telling{AttachedToIt, StillFiring, StillFiring}, d.tells(), "once in a quarter of an hour")
	d.hear(quiet("a"))
	assert.Equal(t, NowQuiet, d.tells()[3])
	assert.Equal(t, Attached, o.State)
}

func TestFlappingIsOneLine(t *testing.T) {
	d := newDesk()
	d.Going = []Going{{Ref: Ref{Incident: 42}, Scenarios: []string{"site-down"}}}
	for range 10 {
		d.hear(firing("a")).pass(30 * time.Second)
		d.hear(quiet("a")).pass(30 * time.Second)
	}
	require.Len(t, d.Offers, 1)
	o := d.Offers[1]
	assert.False(t, o.FlappingSince.IsZero())
	assert.Equal(t, 1, o.Open, "its quiet is held")
	assert.Equal(t, []Telling{AttachedToIt, NowQuiet}, d.tells(), "it was quiet once before it was known to flap")
	last := d.now.Add(-30 * time.Second)
	d.pass(9 * time.Minute)
	assert.Equal(t, 1, o.Open)
	d.pass(time.Minute)
	assert.Equal(t, 0, o.Open)
	assert.Equal(t, last, o.QuietSince, "quiet since it was quiet, not since it was believed")
	d.pass(5 * time.Minute).hear(firing("a"))
	assert.Len(t, d.Offers, 1, "it is the same again")
}

func TestWhatIsMutedIsOfferedWhenItFiresStill(t *testing.T) {
	d := newDesk()
	d.Mutes = []Mute{{Source: "sentry", From: d.now, Until: d.now.Add(2 * time.Hour)}}
	d.hear(firing("a")).hear(Report{Source: "cron", Key: "a", State: Firing, Title: "x"})
	assert.Equal(t, Muted, d.Offers[1].State)
	assert.Equal(t, Muted, d.Offers[2-1].State)
	d.pass(time.Hour).hear(firing("b"))
	d.hear(quiet("b"))
	d.pass(59 * time.Minute)
	assert.Equal(t, Muted, d.Offers[1].State)
	d.pass(2 * time.Minute)
	assert.Equal(t, Offered, d.Offers[1].State)
	assert.Contains(t, d.Effects, Effect(ShowOffer{Offer: 1, Anew: true, Revision: d.Offers[1].Revision}))

	ended := newDesk()
	ended.Mutes = []Mute{{Source: EverySource, From: t0, Until: t0.Add(time.Hour)}}
	ended.hear(firing("a")).pass(time.Minute).hear(quiet("a"))
	assert.Equal(t, Ended, ended.Offers[1].State)
	ended.pass(2 * time.Hour)
	assert.Equal(t, Ended, ended.Offers[1].State, "nothing is said of what is over")

	early := newDesk()
	early.Mutes = []Mute{{Source: EverySource, From: t0, Until: t0.Add(time.Hour)}}
	early.hear(firing("a"))
	var err error
	early.Mutes[0], err = early.Mutes[0].Unmute("U1", t0.Add(time.Minute))
	require.NoError(t, err)
	early.now = t0.Add(2 * time.Minute)
	early.Wake(early.now)
	assert.Equal(t, Offered, early.Offers[1].State, "somebody ended it early")
}

func TestWhatIsHeardOfNoMoreIsOver(t *testing.T) {
	d := newDesk()
	d.hear(firing("a")).pass(ForgottenAfter - time.Minute)
	assert.Equal(t, Offered, d.Offers[1].State)
	d.pass(time.Minute)
	assert.Equal(t, Ended, d.Offers[1].State)
	assert.Equal(t, t0, d.Offers[1].QuietSince, "as far as anybody knows")
}

func TestTheTeamsWays(t *testing.T) {
	d := newDesk()
	d.Hear(firing("a"), foundSite, ToLog, d.now)
	assert.Empty(t, d.Offers)
	assert.True(t, d.Signals[SignalID{"sentry", "a"}].Open)
	d.Hear(firing("b"), foundSite, ToDeclare, d.now)
	assert.Equal(t, BeingDeclared, d.Offers[1].State)
	assert.Contains(t, d.Effects, Effect(DeclareOffer{Offer: 1}))
	d.Hear(firing("c"), foundSite, ToDeclare, d.now)
	assert.Len(t, d.Offers, 1, "one incident for all")

	w := Ways{Declare: []DeclareRule{{Source: "pingdom"}, {Severity: "p0", Scenario: "Site-Down"}}, Logged: func(s string) bool { return s == "noise" }}
	for _, c := range []struct {
		source string
		found  Found
		want   Way
	}{
		{"pingdom", Found{}, ToDeclare}, {"sentry", foundSite, ToDeclare}, {"sentry", Found{Scenario: "site-down", Severity: "P1"}, ToOffer},
		{"sentry", Found{Severity: "P0"}, ToOffer}, {"noise", foundSite, ToLog},
	} {
		assert.Equal(t, c.want, w.Of(c.source, c.found), c)
	}
	assert.Equal(t, ToOffer, Ways{Declare: []DeclareRule{{}}}.Of("sentry", foundSite), "a rule that names nothing names nothing")
}

// TestAnyReportsKeepTheBoardTrue: whatever is reported in whatever order, the offers count what the signals say.
func TestAnyReportsKeepTheBoardTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk()
		if rapid.Bool().Draw(t, "muted") {
			d.Mutes = []Mute{{Source: "sentry", From: t0, Until: t0.Add(time.Hour)}}
		}
		founds := []Found{foundSite, {}, {Scenario: "db", Severity: "P1"}}
		for range rapid.IntRange(1, 60).Draw(t, "reports") {
			r := Report{Source: rapid.SampledFrom([]string{"sentry", "cron"}).Draw(t, "source"), Key: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"),
				State: rapid.SampledFrom([]ReportState{Firing, Firing, Quiet, Noticed}).Draw(t, "state"), Title: "x"}
			way := rapid.SampledFrom([]Way{ToOffer, ToOffer, ToLog, ToDeclare}).Draw(t, "way")
			d.Hear(r, rapid.SampledFrom(founds).Draw(t, "found"), way, d.now)
			d.pass(time.Duration(rapid.IntRange(0, 40).Draw(t, "minutes")) * time.Minute)
			open := map[int64]int{}
			for _, s := range d.Signals {
				if s.Open {
					open[s.Offer]++
				}
			}
			for id, o := range d.Offers {
				require.Equal(t, open[id], o.Open, "offer %d", id)
				require.Equal(t, o.Open == 0, !o.QuietSince.IsZero(), "offer %d", id)
				require.GreaterOrEqual(t, o.Count, o.Signals)
				require.False(t, o.State == Offered && o.Open == 0, "an offer of nothing waits")
			}
		}
		d.pass(2 * ForgottenAfter)
		for _, o := range d.Offers {
			require.Zero(t, o.Open, "everything ends")
		}
	})
}

func TestReportsAreCleaned(t *testing.T) {
	r := Report{Key: string(make([]byte, 300)) + "k\u202e", Title: " a\n\x00b ", Link: "javascript:alert(1)", At: t0.Add(time.Hour), Labels: map[string]string{"a": "\x07", "b": "c\u202ed"}}.Clean(t0)
	assert.Equal(t, "k", r.Key)
	assert.Equal(t, "a b", r.Title)
	assert.Empty(t, r.Link)
	assert.True(t, r.At.IsZero(), "an hour ahead")
	assert.Equal(t, map[string]string{"b": "cd"}, r.Labels)
	assert.Equal(t, "Alert without a title", Report{}.Clean(t0).Title)
	for link, want := range map[string]string{"https://x.example.com/a?b=c#d": "https://x.example.com/a?b=c#d", "HTTP://x": "HTTP://x", "https://x|y": "", "https://x>y": "", "ftp://x": "", "https://x y": "", "//x": "", "https://x\u202ey": ""} {
		assert.Equal(t, want, Report{Link: link}.Clean(t0).Link, link)
	}
	long := Report{Key: "é" + string(make([]rune, 0)) + fmt.Sprintf("%0300d", 7)}.Clean(t0)
	assert.LessOrEqual(t, len(long.Key), MaxKey)
}

func TestAMuteIsPlannedAndEnded(t *testing.T) {
	m, err := MuteSource(Window{Source: "Sentry", For: 2 * time.Hour, Why: "deploying"}, "U1", t0)
	require.NoError(t, err)
	assert.True(t, m.Covers("sentry", t0))
	assert.False(t, m.Covers("cron", t0))
	assert.False(t, m.Covers("sentry", t0.Add(2*time.Hour)))
	plan, err := MuteSource(Window{Source: EverySource, From: t0.Add(time.Hour), For: time.Hour}, "U1", t0)
	require.NoError(t, err)
	assert.False(t, plan.Covers("cron", t0))
	assert.True(t, plan.Covers("cron", t0.Add(time.Hour)))
	for _, w := range []Window{{For: time.Hour}, {Source: "x"}, {Source: "x", For: 8 * 24 * time.Hour}, {Source: "x", For: time.Hour, From: t0.Add(91 * 24 * time.Hour)}} {
		_, err := MuteSource(w, "U1", t0)
		assert.Error(t, err, w)
	}
	ended, err := m.Unmute("U2", t0.Add(time.Minute))
	require.NoError(t, err)
	_, err = ended.Unmute("U3", t0.Add(time.Hour))
	var refused *Refusal
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "U2", refused.By)
}
