package routine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestTheTeamsTimeRunsFasterOnlyFromItsBeginningOn: weeks before a demo lasted weeks, so that what happened in them is
// found there.
func TestTheTeamsTimeRunsFasterOnlyFromItsBeginningOn(t *testing.T) {
	begun := time.Date(2026, 11, 29, 21, 51, 0, 0, time.UTC)
	p := Pace{Real: begun, Team: begun.Add(-13 * time.Hour), Factor: 600}
	week := 7 * 24 * time.Hour
	assert.Equal(t, p.Team.Add(-week), p.team(begun.Add(-week)))
	assert.Equal(t, p.Team.Add(10*time.Hour), p.team(begun.Add(time.Minute)))
	for _, d := range []time.Duration{-week, -time.Second, 0, time.Second, time.Hour} {
		assert.Equal(t, begun.Add(d), p.real(p.team(begun.Add(d))), d)
	}
}
