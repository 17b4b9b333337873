package routine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestEachMonthHasItsTurnOnce: whoever looks at any moments, however often and with whatever pauses, the turns are
// months in their order, each once, none before its first working day, and the last one is never left out.
func TestEachMonthHasItsTurnOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, last := drawCalendar(t), Day("")
		at := t0
		for range rapid.IntRange(1, 60).Draw(t, "looks") {
			month, next := MonthOf(cal, at)
			require.True(t, next.After(at))
			remember, check := TurnOfMonth(last, month)
			require.Equal(t, remember && last != "", check, "the first is only remembered")
			if remember {
				require.Greater(t, month, last)
				last = month
			}
			require.Equal(t, last, month, "never behind")
			due, _ := Cadence{Every: Monthly}.due(Cadence{Every: Monthly}.periodOf(month), cal)
			require.False(t, due.After(at), "not before its day")
			again, _ := MonthOf(cal, next.Add(-time.Second))
			require.Equal(t, month, again, "until the next")
			at = at.Add(time.Duration(rapid.IntRange(1, 90*24).Draw(t, "pause")) * time.Hour)
		}
	})
}

func TestTheTurnOfAMonthIsItsFirstWorkingDay(t *testing.T) {
	month, next := MonthOf(working, time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)) // a Sunday
	assert.Equal(t, Day("2026-10-01"), month)
	assert.Equal(t, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), next)
	month, next = MonthOf(working, next)
	assert.Equal(t, Day("2026-11-01"), month)
	assert.Equal(t, time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), next)
}
