package wire_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/sim/wire"
)

func TestAFeedHoldsUpNobody(t *testing.T) {
	var f wire.Feed[int]
	f.Tell(1) // nobody reads
	slow, stop := f.Subscribe(2)
	fast, end := f.Subscribe(5)
	defer end()
	for n := range 4 {
		f.Tell(n)
	}
	assert.Len(t, slow, 2, "the newest are lost")
	assert.Equal(t, 0, <-slow)
	assert.Len(t, fast, 4)
	stop()
	f.Tell(4)
	assert.Len(t, slow, 1, "nothing after the end")
	assert.Len(t, fast, 5)
}

func TestAServerEndsWithItsLastRequest(t *testing.T) {
	var s wire.Server
	require.NoError(t, s.Close(t.Context()), "what was never started")
	asked, answer := make(chan struct{}), make(chan struct{})
	var base string
	require.NoError(t, s.Start("127.0.0.1:0", func(at string) http.Handler {
		base = at
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(asked)
			<-answer
			wire.Answer(w, http.StatusTeapot, wire.Object{"ok": true})
		})
	}, func(err error) { assert.NoError(t, err) }))
	status := make(chan int, 1)
	go func() {
		r, err := http.Get(base + "/")
		if assert.NoError(t, err) {
			assert.NoError(t, r.Body.Close())
			status <- r.StatusCode
		}
	}()
	<-asked
	time.AfterFunc(20*time.Millisecond, func() { close(answer) })
	require.NoError(t, s.Close(t.Context()))
	assert.Equal(t, http.StatusTeapot, <-status)
	_, err := http.Get(base + "/")
	assert.Error(t, err)

	var second wire.Server
	l, at, err := wire.Listen("127.0.0.1:0")
	require.NoError(t, err)
	defer func() { assert.NoError(t, l.Close()) }()
	assert.Error(t, second.Start(at[len("http://"):], nil, nil), "a taken address is told at the start")
}

// Clients open connections ahead of need. The standard server takes one that has asked for nothing for a request that is
// about to come, for five seconds.
func TestAServerWaitsForNobodyWhoAsksForNothing(t *testing.T) {
	var s wire.Server
	var base string
	require.NoError(t, s.Start("127.0.0.1:0", func(at string) http.Handler {
		base = at
		return http.NotFoundHandler()
	}, func(err error) { assert.NoError(t, err) }))
	silent, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	require.NoError(t, err)
	defer func() { _ = silent.Close() }()
	r, err := http.Get(base + "/") // what comes later is served, so the silent one has been taken in
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	assert.NoError(t, s.Close(ctx))
}
