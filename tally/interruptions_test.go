package tally

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func TestInterruptionsAreCountedByTheHoursOfOnesOwnDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	chicago, err := time.LoadLocation("America/Chicago")
	require.NoError(t, err)
	zone := func(p incident.Person) *time.Location {
		if p == "ana" {
			return berlin
		}
		return chicago
	}
	// The clocks of Berlin change on 25 October 2026, those of Chicago a week later.
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 10, day, hour, minute, 0, 0, time.UTC) }
	calls := []Call{
		{"ana", at(24, 7, 0), false},  // 9:00 of summer
		{"ana", at(25, 8, 0), false},  // 9:00 of winter
		{"ana", at(25, 7, 59), false}, // 8:59
		{"ana", at(26, 17, 0), false}, // 18:00
		{"ana", at(26, 22, 0), false}, // 23:00
		{"ana", at(26, 2, 0), true},   // 3:00
		{"ben", at(26, 22, 0), false}, // 17:00
		{"ben", at(27, 4, 30), false}, // 23:30
		{"ben", at(27, 5, 0), false},  // 0:00
		{"ben", at(1, 0, 0), false},   // before
		{"ana", at(31, 23, 0), false}, // after
		{"chi", at(26, 12, 0), true},  // private
	}
	from, to := at(20, 0, 0), at(31, 0, 0)
	assert.Equal(t, Hours{2, 1, 3}, Interrupted(calls, "ana", berlin, from, to), "one's own private ones count")
	assert.Equal(t, []Share{{"ana", Hours{2, 1, 2}}, {"ben", Hours{1, 0, 2}}}, Shares(calls, zone, from, to))
	assert.Equal(t, 6, Hours{1, 2, 3}.Total())
	assert.Equal(t, Hours{2, 2, 5}, Hours{1, 2, 3}.Plus(Hours{1, 0, 2}))
	assert.Empty(t, Shares(nil, zone, from, to))
}
