package workers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
)

func TestAnAccountIsLookedUpOnceAndAFailureAgain(t *testing.T) {
	var p people
	asked := map[string]int{}
	look := func(_ context.Context, name string) (bot.User, error) {
		asked[name]++
		switch name {
		case "gone@example.com":
			return bot.User{ID: "U2", Deleted: true}, nil
		case "nobody@example.com":
			return bot.User{}, errors.New("users_not_found")
		}
		return bot.User{ID: "U1"}, nil
	}
	for range 3 {
		u, err := p.find(t.Context(), "ana@example.com", look)
		require.NoError(t, err)
		assert.Equal(t, "U1", u.ID)
		u, err = p.find(t.Context(), "gone@example.com", look)
		require.NoError(t, err)
		assert.True(t, u.Deleted)
		_, err = p.find(t.Context(), "nobody@example.com", look)
		require.Error(t, err)
	}
	assert.Equal(t, map[string]int{"ana@example.com": 1, "gone@example.com": 3, "nobody@example.com": 3}, asked)

	p.known["ana@example.com"] = known{bot.User{ID: "U1"}, time.Now().Add(-knowFor)}
	_, err := p.find(t.Context(), "ana@example.com", look)
	require.NoError(t, err)
	assert.Equal(t, 2, asked["ana@example.com"], "after a while people may have changed")
}
