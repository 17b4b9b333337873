package routine

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"mayday/effort"
)

func init() { effort.Properties(20, 100, 5000) }

// t0 is a Tuesday.
var t0 = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

var working = Calendar{Zone: "UTC", Hour: 9 * time.Hour, Worked: []time.Weekday{1, 2, 3, 4, 5}}

func drawCalendar(t *rapid.T) Calendar {
	c := Calendar{
		Zone:   rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"}).Draw(t, "zone"),
		Hour:   time.Duration(rapid.IntRange(0, 23*60+59).Draw(t, "hour")) * time.Minute,
		Worked: rapid.SampledFrom([][]time.Weekday{nil, {1, 2, 3, 4, 5}, {0, 1, 2, 3, 4}, {3}, {1, 2, 3, 4, 5, 6}}).Draw(t, "worked"),
	}
	for _, n := range rapid.SliceOfN(rapid.IntRange(0, 500), 0, 60).Draw(t, "holidays") {
		c.Off = append(c.Off, Day("2026-01-01").Add(n))
	}
	if rapid.Bool().Draw(t, "long holiday") {
		for n := range 40 {
			c.Off = append(c.Off, Day("2026-06-20").Add(n))
		}
	}
	slices.Sort(c.Off)
	c.Off = slices.Compact(c.Off)
	return c
}

func drawCadence(t *rapid.T) Cadence {
	c := Cadence{Every: rapid.SampledFrom([]Every{Daily, Weekly, Monthly, Quarterly, Yearly}).Draw(t, "every")}
	switch c.Every {
	case Daily:
		c.Days = rapid.SampledFrom([][]time.Weekday{nil, {0, 1, 2, 3, 4, 5, 6}, {1, 4}}).Draw(t, "days")
	case Weekly:
		c.Step = rapid.IntRange(0, 3).Draw(t, "step")
		c.Named = rapid.Bool().Draw(t, "named")
	default:
		c.Named, c.Nth = rapid.Bool().Draw(t, "named"), rapid.IntRange(-1, 4).Draw(t, "nth")
		if c.Every == Monthly && rapid.Bool().Draw(t, "dated") {
			c.Named, c.Date = false, rapid.IntRange(1, 31).Draw(t, "date")
		}
	}
	if c.Named {
		c.Weekday = time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
	}
	if rapid.Bool().Draw(t, "timed") {
		c.At = time.Duration(rapid.IntRange(1, 24*60-1).Draw(t, "at")) * time.Minute
	}
	return c
}

// TestEachPeriodHasOneRound: a clock that is always on time begins in each period one round, on the day and at the
// wall-clock time that the runbook says, and on no day off but where a month's would be lost.
func TestEachPeriodHasOneRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, c := drawCalendar(t), drawCadence(t)
		from := t0.AddDate(0, 0, rapid.IntRange(-30, 30).Draw(t, "from"))
		last, at := Day(""), from
		var days []Day
		for at.Before(from.AddDate(1, 0, 0)) {
			p, due, ok := c.next(last, at, cal)
			if !ok {
				break
			}
			require.True(t, due.After(at), "the future")
			require.Greater(t, p.First, last, "another period")
			day := DayOf(due.In(cal.Location()))
			want, _ := c.DayOf(p, cal)
			require.Equal(t, want, day, "on the day of the period")
			require.True(t, day >= p.First && day < p.End, "within it")
			named := c.Named && day.Weekday() == c.Weekday || slices.Contains(c.Days, day.Weekday())
			if !cal.Works(day) && (!named || cal.Holiday(day)) {
				require.Contains(t, []Every{Monthly, Quarterly, Yearly}, c.Every, "a day off: %s", day)
				for d := p.First; d < p.End; d = d.Add(1) {
					require.False(t, cal.Works(d), "it comes on a day off though %s is worked", d)
				}
			}
			days, last, at = append(days, day), p.First, due
		}
		if len(days) < 2 {
			return
		}
		// No period between the first and the last is without a round, unless it has none.
		had := map[Day]bool{}
		for _, d := range days {
			had[c.periodOf(d).First] = true
		}
		for p := c.periodOf(days[0]); p.First < days[len(days)-1]; p = c.periodOf(p.End) {
			_, has := c.DayOf(p, cal)
			require.Equal(t, has, had[p.First], "the period of %s", p.First)
		}
	})
}

// history drives a routine as the store does.
type history struct {
	r     Routine
	round Round
	all   []Round // closed ones, and the one in hand at the end
}

func (h *history) take(t require.TestingT, c Change, err error) {
	require.NoError(t, err)
	if c.Empty() {
		return
	}
	h.r = c.Routine
	if c.Closed != nil {
		h.all = append(h.all, *c.Closed)
	}
	h.round = c.Round
}

// fire fires all clocks that ran out by a moment.
func (h *history) fire(t require.TestingT, now time.Time) {
	for n := 0; ; n++ {
		require.Less(t, n, 20, "the clocks come to rest")
		timers := h.r.Timers()
		if len(timers) == 0 || timers[0].Due.After(now) {
			return
		}
		c, err := Fire(h.r, h.round, timers[0], now)
		h.take(t, c, err)
	}
}

// TestRoundsOverDowntime: whatever mayday's clock is like (on time, down for a minute, a day, a month), whatever becomes
// of the runbook and the speed meanwhile, no period has two rounds, rounds follow one another, at most one is caught up
// at a time, none begins on a day off that could wait, and every missed one is counted.
func TestRoundsOverDowntime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Planning{Checklist: &Checklist{Slug: "list", Name: "List", Cadence: drawCadence(t), Items: []Item{{Text: "look"}}}, Calendar: drawCalendar(t)}
		h, now := &history{}, t0
		c, err := Plan(h.r, h.round, p, now)
		h.take(t, c, err)
		begun := 0
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 7 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 31 * 24 * time.Hour}).Draw(t, "gap"))
			if h.r.Next.After(now) && rapid.Bool().Draw(t, "on time") {
				now = h.r.Next
			}
			if rapid.IntRange(0, 9).Draw(t, "edit") == 0 {
				edited := *p.Checklist
				edited.Cadence = drawCadence(t)
				edited.Items = append(slices.Clone(edited.Items), Item{Text: fmt.Sprint("more ", now)})
				p.Checklist = &edited
				before := h.round.clone()
				c, err := Plan(h.r, h.round, p, now)
				h.take(t, c, err)
				require.Equal(t, before.Lines, h.round.Lines, "a round that goes on keeps its items")
			}
			before := h.round.Period
			h.fire(t, now)
			if h.round.Period != before {
				begun++
				require.Greater(t, h.round.Period, before)
				require.Equal(t, now, h.round.BegunAt)
				today := DayOf(now.In(p.Calendar.Location()))
				if h.round.Late && !p.Calendar.Works(today) && h.r.Checklist.Cadence.Every == Weekly {
					day, _ := h.r.Checklist.Cadence.DayOf(h.r.Checklist.Cadence.periodOf(h.round.Period), p.Calendar)
					require.Equal(t, day, today, "a late weekly round begins on a day off only where that is its day")
				}
			}
			if !h.r.Next.IsZero() {
				require.True(t, h.r.Next.After(now))
			}
		}
		if h.round.Period != "" {
			h.all = append(h.all, h.round)
		}
		require.Len(t, h.all, begun)
		for i, round := range h.all {
			require.Equal(t, i < len(h.all)-1, round.Over(), "each is closed by the next")
			if i > 0 {
				require.Greater(t, round.Period, h.all[i-1].Period)
				require.Equal(t, round.BegunAt, h.all[i-1].ClosedAt)
			}
		}
	})
}

// TestMissedRoundsAreCounted: a daily list after a month of downtime begins once, late, and says how many did not happen.
func TestMissedRoundsAreCounted(t *testing.T) {
	h := &history{}
	c, err := Plan(h.r, h.round, Planning{Checklist: &Checklist{Slug: "m", Cadence: Cadence{Every: Daily}, Items: []Item{{Text: "x"}}}, Calendar: working}, t0)
	h.take(t, c, err)
	h.fire(t, time.Date(2026, 3, 4, 9, 1, 0, 0, time.UTC))
	assert.False(t, h.round.Late)
	assert.Zero(t, h.round.Missed)
	h.fire(t, time.Date(2026, 4, 8, 11, 0, 0, 0, time.UTC)) // a Wednesday
	assert.Equal(t, Day("2026-04-08"), h.round.Period)
	assert.True(t, h.round.Late)
	assert.Equal(t, 24, h.round.Missed)
	h.fire(t, time.Date(2026, 4, 11, 11, 0, 0, 0, time.UTC)) // a Saturday: Friday's is lost
	assert.Equal(t, Day("2026-04-08"), h.round.Period)
	h.fire(t, time.Date(2026, 4, 13, 9, 0, 0, 0, time.UTC))
	assert.Equal(t, Day("2026-04-13"), h.round.Period)
	assert.False(t, h.round.Late)
	assert.Equal(t, 2, h.round.Missed)
}

// TestAWeeklyRoundWaitsForAWorkingDay: back on a Saturday, Monday's round is lost; back on a holiday, it waits for the next day.
func TestAWeeklyRoundWaitsForAWorkingDay(t *testing.T) {
	cal := working
	cal.Off = []Day{"2026-03-11"}
	h := &history{}
	c, err := Plan(h.r, h.round, Planning{Checklist: &Checklist{Slug: "w", Cadence: Cadence{Every: Weekly}, Items: []Item{{Text: "x"}}}, Calendar: cal}, t0)
	h.take(t, c, err)
	h.fire(t, time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC))
	assert.Empty(t, h.round.Period, "not on the holiday")
	h.fire(t, time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC))
	assert.Equal(t, Day("2026-03-09"), h.round.Period)
	assert.True(t, h.round.Late)
	h.fire(t, time.Date(2026, 3, 21, 12, 0, 0, 0, time.UTC))
	assert.Equal(t, Day("2026-03-09"), h.round.Period, "the week is over")
	h.fire(t, time.Date(2026, 3, 23, 9, 0, 0, 0, time.UTC))
	assert.Equal(t, Day("2026-03-23"), h.round.Period)
	assert.Equal(t, 1, h.round.Missed)
}

// TestSpeed: at sixty times the speed a day takes 24 minutes, and the team's time never goes back.
func TestSpeed(t *testing.T) {
	list := &Checklist{Slug: "m", Cadence: Cadence{Every: Daily}, Items: []Item{{Text: "x"}}}
	cal := working
	cal.Worked = nil
	h := &history{}
	c, err := Plan(h.r, h.round, Planning{Checklist: list, Calendar: cal, Factor: 60, Morning: true}, t0)
	h.take(t, c, err)
	h.fire(t, t0.Add(time.Second))
	assert.Equal(t, Day("2026-03-03"), h.round.Period, "the day of a demo begins at once")
	h.fire(t, t0.Add(24*time.Minute+time.Second))
	assert.Equal(t, Day("2026-03-04"), h.round.Period)
	c, err = Plan(h.r, h.round, Planning{Checklist: list, Calendar: cal, Factor: 1}, t0.Add(25*time.Minute))
	h.take(t, c, err)
	assert.Equal(t, Day("2026-03-05"), h.r.NextOf)
	assert.WithinDuration(t, t0.Add(47*time.Hour), h.r.Next, 24*time.Hour)
	h.fire(t, h.r.Next)
	assert.Equal(t, Day("2026-03-05"), h.round.Period)
}
