package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheNextMondayIsAhead: also when the clocks change in between, or else the
// digest would be looked for without a pause for an hour.
func TestTheNextMondayIsAhead(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		w := &Workers{Config: Config{Zone: zone}}
		for at := time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2013; at = at.Add(30 * time.Minute) {
			last, next := w.monday(at), w.nextMonday(at)
			assert.False(t, last.After(at), "%s %s", name, at)
			require.True(t, next.After(at), "%s %s gives %s", name, at, next)
			assert.Equal(t, time.Monday, next.Weekday())
			assert.Equal(t, digestHour, next.Hour())
		}
	}
}
