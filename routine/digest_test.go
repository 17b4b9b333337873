package routine

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"mayday/effort"
)

func planned(t require.TestingT, cal Calendar, now time.Time) Digest {
	c, err := PlanDigest(Digest{}, DigestPlanning{On: true, Calendar: cal}, now)
	require.NoError(t, err)
	require.False(t, c.Empty())
	require.True(t, c.Digest.Next.After(now), "the first morning is ahead")
	return c.Digest
}

// digestOf is the digest that a change asks for; false when it asks for none.
func digestOf(c DigestChange) (SendDigest, bool) {
	for _, fx := range c.Effects {
		if d, ok := fx.(SendDigest); ok {
			return d, true
		}
	}
	return SendDigest{}, false
}

// TestEveryMorningOnce: a clock that is on time has one digest each working day, at the hour, none on a day off, and
// asks for the numbers each day; the first of a week looks back upon the week, the first of a month upon the month.
func TestEveryMorningOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal := drawCalendar(t)
		d := planned(t, cal, t0)
		weeks, months := map[Day]int{}, map[Day]int{}
		day := DayOf(d.Next.In(cal.Location()))
		for range effort.Choose(60, 400, 400) {
			now := d.Next
			require.Equal(t, day.At(cal.Hour, cal.Location()), now, "each day at its hour")
			c, err := Morning(d, now)
			require.NoError(t, err)
			require.Contains(t, c.Effects, TakeReadings{day})
			fx, sent := digestOf(c)
			require.Equal(t, cal.Works(day), sent, day)
			if sent {
				require.Equal(t, day, fx.Day)
				require.True(t, fx.Since.Before(now) && !fx.Since.Before(now.Add(-longestNight)))
				weeks[fx.Week]++
				months[fx.Month]++
			}
			again, err := Morning(c.Digest, now)
			require.NoError(t, err)
			require.True(t, again.Empty(), "another replica does nothing")
			d, day = c.Digest, day.Add(1)
			require.Equal(t, day.At(cal.Hour, cal.Location()), d.Next)
		}
		delete(weeks, "")
		delete(months, "")
		for week, n := range weeks {
			require.Equal(t, 1, n, week)
			require.Equal(t, time.Monday, week.Weekday())
		}
		for month, n := range months {
			require.Equal(t, 1, n, month)
			require.Equal(t, "01", string(month[8:]))
		}
	})
}

// TestMorningsAfterDowntime: whenever mayday comes back, at most one digest comes, never before the hour nor on a day
// off; no day has two, no week and no month is looked back upon twice, and the clock always goes on ahead.
func TestMorningsAfterDowntime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal := drawCalendar(t)
		d := planned(t, cal, t0)
		now := t0
		var days, weeks, months []Day
		for range rapid.IntRange(1, 60).Draw(t, "returns") {
			now = now.Add(time.Duration(rapid.IntRange(1, 40*24*60).Draw(t, "minutes")) * time.Minute)
			if rapid.Bool().Draw(t, "planned anew") {
				cal.Hour = time.Duration(rapid.IntRange(0, 23).Draw(t, "hour")) * time.Hour
				c, err := PlanDigest(d, DigestPlanning{On: true, Calendar: cal}, now)
				require.NoError(t, err)
				d = c.Digest
			}
			c, err := Morning(d, now)
			require.NoError(t, err)
			today := DayOf(now.In(cal.Location()))
			fx, sent := digestOf(c)
			if sent {
				require.Equal(t, today, fx.Day)
				require.True(t, cal.Works(today))
				require.False(t, today.At(cal.Hour, cal.Location()).After(now), "not before the hour")
				require.NotContains(t, days, today)
				days = append(days, today)
				if fx.Week != "" {
					require.NotContains(t, weeks, fx.Week)
					require.Less(t, fx.Week, today)
					require.True(t, fx.Week.Add(14) > today, "the week before this one")
					weeks = append(weeks, fx.Week)
				}
				if fx.Month != "" {
					require.NotContains(t, months, fx.Month)
					require.Equal(t, fx.Month.NextMonth(1), today.NextMonth(0))
					months = append(months, fx.Month)
				}
			}
			require.False(t, !d.Next.After(now) && !c.Digest.Next.After(now), "the clock goes on")
			d = c.Digest
		}
		assert.True(t, slices.IsSorted(days))
	})
}

func TestADigestThatIsOffHasNoMornings(t *testing.T) {
	d := planned(t, working, t0)
	c, err := PlanDigest(d, DigestPlanning{}, t0)
	require.NoError(t, err)
	assert.True(t, c.Digest.Next.IsZero())
	off := c.Digest
	for _, again := range []func() (DigestChange, error){
		func() (DigestChange, error) { return Morning(off, t0.AddDate(0, 0, 3)) },
		func() (DigestChange, error) { return PlanDigest(off, DigestPlanning{}, t0) },
		func() (DigestChange, error) {
			return PlanDigest(d, DigestPlanning{On: true, Calendar: working}, t0.Add(time.Hour))
		},
	} {
		c, err := again()
		require.NoError(t, err)
		assert.True(t, c.Empty())
	}
}

// TestWhoIsMentioned: at most once in seven days, the same for the same day however often it is asked, and nobody who
// muted it.
func TestWhoIsMentioned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := planned(t, working, t0)
		last := map[Person]Day{}
		day := Day("2026-03-03")
		for range 60 {
			if p := rapid.SampledFrom([]Person{"U0ANA", "U0BEN", ""}).Draw(t, "mutes"); p != "" {
				verb := rapid.SampledFrom([]func(Digest, Person, time.Time) (DigestChange, error){MuteDigest, UnmuteDigest}).Draw(t, "verb")
				c, err := verb(d, p, t0)
				require.NoError(t, err)
				d = c.Digest
			}
			owners := rapid.SliceOfDistinct(rapid.SampledFrom([]Person{"U0ANA", "U0BEN", "U0CHIDI", ""}), rapid.ID).Draw(t, "owners")
			c, err := CallOwners(d, owners, day)
			require.NoError(t, err)
			again, err := CallOwners(c.Digest, owners, day)
			require.NoError(t, err)
			require.True(t, again.Empty(), "to ask again changes nothing")
			for _, p := range owners {
				_, muted := d.Muted[p]
				calls := c.Digest.Calls(p, day)
				switch before, ever := last[p]; {
				case muted || p == "":
					require.False(t, calls)
				case !ever || before.Add(7) <= day:
					require.True(t, calls)
					last[p] = day
				default:
					require.False(t, calls, "%s was mentioned on %s, and it is %s", p, before, day)
				}
			}
			d, day = c.Digest, day.Add(rapid.IntRange(1, 5).Draw(t, "days"))
		}
	})
}

func TestTheFirstDigestLooksBackOnlyWhenItIsDue(t *testing.T) {
	for name, c := range map[string]struct {
		start       time.Time
		week, month Day
	}{
		"installed on a Tuesday":        {t0, "", ""},
		"installed on a Sunday":         {time.Date(2026, 3, 8, 10, 0, 0, 0, time.UTC), "2026-03-02", ""},
		"on the last day of a month":    {time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC), "", "2026-03-01"},
		"on a Sunday that ends a month": {time.Date(2026, 5, 31, 10, 0, 0, 0, time.UTC), "2026-05-25", "2026-05-01"},
	} {
		d := planned(t, working, c.start)
		change, err := Morning(d, d.Next)
		require.NoError(t, err)
		fx, sent := digestOf(change)
		require.True(t, sent, name)
		assert.Equal(t, c.week, fx.Week, name)
		assert.Equal(t, c.month, fx.Month, name)
	}
}

func TestADemoBeginsInTheMorning(t *testing.T) {
	c, err := PlanDigest(Digest{}, DigestPlanning{On: true, Calendar: Calendar{Zone: "UTC", Hour: 9 * time.Hour}, Factor: 60, Morning: true}, t0)
	require.NoError(t, err)
	assert.True(t, c.Digest.Next.Sub(t0) < time.Second)
	c, err = Morning(c.Digest, c.Digest.Next)
	require.NoError(t, err)
	fx, sent := digestOf(c)
	assert.True(t, sent)
	assert.Equal(t, Day("2026-02-23"), fx.Week)
	assert.Equal(t, 24*time.Minute, c.Digest.Next.Sub(c.Digest.Pace.real(Day("2026-03-03").At(9*time.Hour, time.UTC))), "a day of sixty times the speed")
}

func TestAListToTick(t *testing.T) {
	needs := []Need{{Text: "psql"}, {Text: "curl"}, {Text: "Vercel account"}}
	assert.Empty(t, Greet("U0ANA", needs, true, t0).Effects, "who was there before is not new")
	assert.Empty(t, Greet("U0ANA", nil, false, t0).Effects, "nothing is needed")
	c := Greet("U0ANA", needs, false, t0)
	assert.Equal(t, []Effect{SendAccess{"U0ANA"}}, c.Effects)

	c = TickNeeds(c.Newcomer, 0, 2, []int{0, 1}, "D1", "1.1", t0)
	assert.Equal(t, []Effect{ShowAccess{"U0ANA", "D1", "1.1"}}, c.Effects)
	assert.Equal(t, 2, c.Newcomer.Done())
	c = TickNeeds(c.Newcomer, 0, 2, []int{1}, "D1", "1.1", t0)
	assert.Equal(t, 1, c.Newcomer.Done(), "a tick can be taken back")
	c = TickNeeds(c.Newcomer, 2, 10, []int{2, 0, 7, -1}, "D1", "1.1", t0)
	assert.Equal(t, 2, c.Newcomer.Done(), "only those that were asked about")
	c = TickNeeds(c.Newcomer, 0, 2, []int{0, 1}, "D1", "1.1", t0)
	assert.Contains(t, c.Effects, Effect(TellAccess{"U0ANA"}))
	assert.Empty(t, needs[0].DoneAt, "what was given is left as it is")
	c = TickNeeds(c.Newcomer, 0, 2, nil, "D1", "1.1", t0)
	c = TickNeeds(c.Newcomer, 0, 2, []int{0, 1}, "D1", "1.1", t0)
	assert.NotContains(t, c.Effects, Effect(TellAccess{"U0ANA"}), "it is told once")
}
