package bot

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSilentIsSinceTheFirstCallWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	client, f := newClientThatWaits(t, hasty)
	assert.Zero(t, client.Silent(), "nothing was asked")
	answer := func(status int, body string) {
		f.on("auth.test", func(url.Values) (int, string) { return status, body })
	}
	ask := func() error {
		_, err := client.Self(t.Context())
		return err
	}
	answer(503, `<html>no</html>`)
	began := time.Now()
	require.True(t, Unanswered(ask()))
	since := client.Silent()
	assert.False(t, since.Before(began))
	answer(200, `{"ok":false,"error":"fatal_error"}`)
	require.True(t, Unanswered(ask()), "at fault is no answer")
	assert.Equal(t, since, client.Silent(), "since the first")
	answer(200, `{"ok":false,"error":"channel_not_found"}`)
	require.False(t, Unanswered(ask()), "a refusal is one")
	assert.Zero(t, client.Silent())

	answer(200, `{"ok":false,"error":"service_unavailable"}`)
	require.True(t, Unanswered(ask()))
	answer(429, `{"ok":false,"error":"ratelimited"}`)
	require.False(t, Unanswered(ask()), "so is a rate limit")
	assert.Zero(t, client.Silent())

	hung := make(chan struct{})
	t.Cleanup(func() { close(hung) })
	f.on("auth.test", func(url.Values) (int, string) { <-hung; return 200, `{"ok":true}` })
	given, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := client.Self(given)
	require.Error(t, err)
	assert.Zero(t, client.Silent(), "who gives up himself knows nothing")
	require.True(t, Unanswered(ask()))
	assert.NotZero(t, client.Silent(), "one that hangs is silent")
}
