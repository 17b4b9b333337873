package bot

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARevokedTokenIsNoticedByAnyCall(t *testing.T) {
	t.Parallel()
	client, f := newTestClient(t)
	ended := make(chan error, 1)
	go func() { ended <- client.WatchToken(t.Context()) }()
	f.on("auth.test", no("token_revoked"))
	f.on("pins.add", no("token_revoked"))
	require.Equal(t, Token, ClassOf(client.Pin(t.Context(), "C1", "1.1")))
	select {
	case err := <-ended:
		assert.Equal(t, Token, ClassOf(err))
		require.ErrorContains(t, err, "SLACK_BOT_TOKEN is not accepted")
		assert.Len(t, f.called("auth.test"), tokenRefusals, "it was made sure")
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
}

func TestAnOddRefusalAndASilentSlackEndNothing(t *testing.T) {
	client, f := newTestClient(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- client.WatchToken(ctx) }()
	f.on("pins.add", no("token_revoked"))
	for n, answer := range []func(url.Values) (int, string){
		ok(`"user_id":"UBOT"`),
		func(url.Values) (int, string) { return 500, "" },
		func(url.Values) (int, string) { return -1, "" },
	} {
		f.on("auth.test", answer)
		require.Equal(t, Token, ClassOf(client.Pin(t.Context(), "C1", "1.1")))
		eventually(t, func() bool { return len(f.called("auth.test")) == n+1 && len(client.refused) == 0 })
	}
	cancel()
	require.NoError(t, <-ended)
}
