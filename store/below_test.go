package store

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMessagesBelowAreCountedForTheStepMessageAlone, from where it stands.
func TestMessagesBelowAreCountedForTheStepMessageAlone(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	below := func() int {
		t.Helper()
		n, err := s.Below(t.Context(), inc.ID)
		require.NoError(t, err)
		return n
	}
	came := func(channel, ts string) { t.Helper(); require.NoError(t, s.CountBelow(t.Context(), channel, ts, 3)) }
	assert.Zero(t, below(), "there is none yet")
	came("C1", "1700000009.000000")
	sh := Shown{Channel: "C1", TS: "1700000010.000000", Revision: 1, Digest: "a"}
	require.NoError(t, s.SaveShown(t.Context(), inc.ID, "step", sh))
	require.NoError(t, s.SaveShown(t.Context(), inc.ID, "card", Shown{Channel: "C1", TS: "1700000009.000000"}))
	for _, ts := range []string{"1700000009.000000", "1700000010.000000"} { // above it, and itself
		came("C1", ts)
	}
	came("C2", "1700000011.000000")
	assert.Zero(t, below())
	came("C1", "1700000011.000000")
	came("C1", "1700000012.000000")
	sh.Revision = 2
	require.NoError(t, s.SaveShown(t.Context(), inc.ID, "step", sh))
	assert.Equal(t, 2, below(), "an edit moves nothing")
	came("C1", "1700000013.000000")
	came("C1", "1700000014.000000")
	assert.Equal(t, 3, below(), "more makes no difference")
	sh.TS = "1700000015.000000"
	require.NoError(t, s.SaveShown(t.Context(), inc.ID, "step", sh))
	assert.Zero(t, below(), "it stands elsewhere now")
}
