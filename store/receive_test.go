package store

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

// TestAPostIsWrittenDownOnce, as it came and whatever else of that name others deliver; whoever interprets it is told.
func TestAPostIsWrittenDownOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	post := func(source, delivery string) error {
		return s.Receive(t.Context(), Received{Source: source, Path: "in", Delivery: delivery, Header: map[string]string{"a": "b"}, Body: []byte("x")})
	}
	for _, p := range [][2]string{{"ci", "1"}, {"ci", "1"}, {"ci", "2"}, {"cron", "1"}, {"ci", ""}, {"ci", ""}} {
		require.NoError(t, post(p[0], p[1]))
	}
	assert.Equal(t, 5, count(t, s, `select count(*) from mayday.received where path = 'in' and at = $1 and headers ->> 'a' = 'b' and body = 'x' and heard_at is null`, t0))
	assert.Equal(t, 2, count(t, s, `select count(*) from mayday.received where delivery is null`))
	set(t, s, `create function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`)
	set(t, s, `create trigger broken before insert on mayday.received for each statement execute function broken()`)
	// Whoever posts is answered a moment before it is said that something arrived, and that before the next post is looked at.
	require.ErrorContains(t, post("ci", "3"), "broken")
	<-s.Arrived()
	for range 2 {
		require.ErrorContains(t, post("ci", "3"), "broken")
	}
	assert.Empty(t, s.Arrived(), "nothing has")
	s.Close()
	ended, end := context.WithCancel(t.Context())
	end()
	require.ErrorIs(t, s.Receive(ended, Received{}), context.Canceled)
}

// TestNoMorePostsWaitThanCanBeWrittenDown: those that wait share commits in the order in which they came, and when mayday ends
// each is told that it was not recorded.
func TestNoMorePostsWaitThanCanBeWrittenDown(t *testing.T) {
	t.Parallel()
	in := newInbox(&Store{})
	s := &Store{inbox: in}
	gone, leave := context.WithCancel(t.Context())
	leave()
	for i := range mostWaiting {
		require.ErrorIs(t, s.Receive(gone, Received{Source: fmt.Sprint(i)}), context.Canceled)
	}
	require.ErrorIs(t, s.Receive(gone, Received{}), ErrFull)
	for n := range mostWaiting / receiveTogether {
		list := in.take()
		require.Len(t, list, receiveTogether)
		for i, w := range list {
			require.Equal(t, fmt.Sprint(n*receiveTogether+i), w.post.Source)
		}
	}
	assert.Empty(t, in.take())
	assert.Nil(t, in.waiting, "what was posted is let go")

	<-in.wake
	one := waiting{done: make(chan error, 1)}
	in.waiting = []waiting{one}
	in.run(gone)
	require.ErrorIs(t, <-one.done, context.Canceled)
}
