package handlers

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/store"
	"mayday/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// newURL is the address of a database with the schema in it.
func newURL(t testing.TB) string {
	return storetest.Clone(t, "handlers", func(ctx context.Context, url string) error {
		st, err := store.Open(ctx, store.Config{URL: url})
		if err == nil {
			st.Close()
		}
		return err
	})
}

// TestAPinIsNotLostWithTheDatabase: an event that cannot be recorded is left to
// Slack to send again; one that is nobody's is acknowledged.
func TestAPinIsNotLostWithTheDatabase(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), store.Config{URL: newURL(t)})
	require.NoError(t, err)
	h := &Handlers{Store: st, Log: zap.NewNop()}
	pin := bot.Request{Kind: bot.EventKind, Keys: []string{"event:1"}, Event: &bot.Event{Type: "reaction_added", Reaction: "pushpin", Channel: "C1", TS: "1.2", User: "U1"}}

	assert.False(t, h.Handle(context.Background(), pin).Redeliver, "this channel is no incident's")
	st.Close()
	assert.True(t, h.Handle(context.Background(), pin).Redeliver, "the database is away")
}
