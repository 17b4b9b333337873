package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

// TestWhatIsKnownOfACallByAnotherMethod: begun, given up, taken by its service, and who answers it.
func TestWhatIsKnownOfACallByAnotherMethod(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	inc := declare(t, s)
	try := func() MethodTry {
		m, err := s.MethodTry(t.Context(), inc.ID, 1, 2)
		require.NoError(t, err)
		return m
	}
	begin := func() { require.NoError(t, s.BeginMethodTry(t.Context(), inc.ID, 1, 2, "+44", KeyHash("token"))) }
	assert.Zero(t, try())
	begin()
	assert.Equal(t, MethodTry{Tries: 1, TriedAt: t0}, try())
	clock.Advance(time.Minute)
	begin()
	assert.Equal(t, MethodTry{Tries: 2, TriedAt: t0.Add(time.Minute)}, try())
	require.NoError(t, s.MethodNotSent(t.Context(), inc.ID, 1, 2))
	assert.Equal(t, MethodTry{Tries: 2}, try())
	about := func() bool {
		sent, err := s.SentAbout(t.Context(), "+44", inc.ID)
		require.NoError(t, err)
		return sent
	}
	assert.False(t, about(), "nothing left")
	begin()
	clock.Advance(time.Second)
	require.NoError(t, s.MethodTook(t.Context(), inc.ID, 1, 2, "SM1", "+1"))
	sent := t0.Add(time.Minute)
	assert.Equal(t, MethodTry{Tries: 3, SentAt: sent, Receipt: "SM1", Sender: "+1"}, try(), "it was sent when the attempt began")
	assert.True(t, about())
	other, err := s.SentAbout(t.Context(), "+44", inc.ID+1)
	require.NoError(t, err)
	assert.False(t, other)

	n, err := s.SentTo(t.Context(), "+44", sent)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	n, err = s.SentTo(t.Context(), "+44", sent.Add(time.Millisecond))
	require.NoError(t, err)
	assert.Zero(t, n)
	for _, c := range []struct {
		after, until time.Time
		later        bool
	}{{sent.Add(-time.Second), sent, true}, {sent, sent.Add(time.Hour), false}, {sent.Add(-time.Hour), sent.Add(-time.Second), false}} {
		later, err := s.SentLater(t.Context(), "+44", c.after, c.until)
		require.NoError(t, err)
		assert.Equal(t, c.later, later, c)
	}
	ids, err := s.Receipts(t.Context(), sent)
	require.NoError(t, err)
	assert.Equal(t, []string{"SM1"}, ids)
	ids, err = s.Receipts(t.Context(), sent.Add(time.Millisecond))
	require.NoError(t, err)
	assert.Empty(t, ids)
	require.NoError(t, s.BeginMethodTry(t.Context(), inc.ID, 3, 0, "mail", nil))
	require.NoError(t, s.MethodTook(t.Context(), inc.ID, 3, 0, "", ""))
	ids, err = s.Receipts(t.Context(), t0)
	require.NoError(t, err)
	assert.Equal(t, []string{"SM1"}, ids, "what has no name of its own is not asked after")

	c, err := s.CallOf(t.Context(), "token")
	require.NoError(t, err)
	assert.Equal(t, []any{inc.ID, 1, 2}, []any{c.Ref.Incident, c.Page, c.Method})
	_, err = s.CallOf(t.Context(), "another")
	require.ErrorIs(t, err, ErrNotFound)
}
