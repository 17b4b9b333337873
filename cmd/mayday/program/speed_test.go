package program

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

// TestTheSpeedChangesFromTheDocumentsOwnTimes: not from those of the speed before, and what is in hand elsewhere stays as it is.
func TestTheSpeedChangesFromTheDocumentsOwnTimes(t *testing.T) {
	t.Parallel()
	r, err := openRunbook(Config{}, Options{Log: zap.NewNop(), Speed: 10})
	require.NoError(t, err)
	respond := func() time.Duration { return r.current().Policy.Severities[0].Respond.D }
	slow := r.current()
	require.Equal(t, 90*time.Second, respond())
	(&Program{runbook: r}).SetSpeed(60)
	assert.Equal(t, 15*time.Second, respond())
	assert.Equal(t, 90*time.Second, slow.Policy.Severities[0].Respond.D)
	r.setSpeed(1)
	assert.Equal(t, 15*time.Minute, respond())
}
