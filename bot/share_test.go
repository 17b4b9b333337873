package bot_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	slacksim "mayday/sim/slack"
)

// TestTenReplicasShareWhatSlackAllows: ten connections over all of them. Each has two while there are few.
func TestTenReplicasShareWhatSlackAllows(t *testing.T) {
	t.Parallel()
	o := workspace(t, slacksim.Options{})
	var replicas atomic.Int64
	var count tally
	var sockets []*bot.Socket
	begin := func() (end func()) {
		s := bot.NewSocket(bot.SocketConfig{
			AppToken: bot.Secret(o.AppToken()), APIURL: o.APIURL(), Handler: bot.HandlerFunc(count.Handle), Client: o.client, Settling: 20 * time.Millisecond,
			Replicas: func(context.Context) (int, error) { return int(replicas.Load()), nil },
		})
		sockets = append(sockets, s)
		replicas.Add(1)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		return func() {
			replicas.Add(-1)
			cancel()
			assert.NoError(t, <-ended)
		}
	}
	open := func(n int) {
		t.Helper()
		require.Eventually(t, func() bool { return o.Sockets() == n }, 30*time.Second, 10*time.Millisecond, "%d connections", n)
	}
	first := begin()
	open(2)
	var rest []func()
	for range 9 {
		rest = append(rest, begin())
	}
	require.Eventually(t, func() bool {
		return o.Sockets() == 10 && !slices.ContainsFunc(sockets, func(s *bot.Socket) bool { return !s.Connected() })
	}, 30*time.Second, 10*time.Millisecond, "one connection each")
	for i := range 30 {
		text := fmt.Sprint("shared ", i)
		r := o.Command("ana", "general", "/incident "+text)
		assert.True(t, r.Acked, r.Err)
		assert.EqualValues(t, 1, count.of(text))
	}
	var all sync.WaitGroup
	for _, end := range rest {
		all.Go(end)
	}
	all.Wait()
	open(2)
	first()
	assert.Empty(t, o.Violations())
}
