package bot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"
)

// manyChannels answers conversations.list with one channel a page, the last of which is called "here".
func manyChannels(pages int) func(url.Values) (int, string) {
	return func(v url.Values) (int, string) {
		n, _ := strconv.Atoi(v.Get("cursor"))
		name, next := fmt.Sprintf("page-%d", n), strconv.Itoa(n+1)
		if n == pages-1 {
			name, next = "here", ""
		}
		return 200, fmt.Sprintf(`{"ok":true,"channels":[{"id":"C%d","name":%q}],"response_metadata":{"next_cursor":%q}}`, n, name, next)
	}
}

// hurry makes a method's bucket small and quick, so that a test runs into its limit.
func hurry(c *Client, method string) {
	b := c.plan.limits(context.Background(), method, "")[0]
	b.limit = rate.NewLimiter(20, 3)
}

// persist asks as the workers do: turned away, it comes back when it was told to. It gives up after so many times.
func persist(t *testing.T, most int, ask func(context.Context) error) error {
	for range most {
		err := ask(Patience(t.Context(), 10*time.Millisecond))
		var e *Error
		if !errors.As(err, &e) || e.Class != RateLimited {
			return err
		}
		time.Sleep(e.RetryAfter)
	}
	return errors.New("never came to an end")
}

func TestAChannelOnALatePageIsFoundByOneWhoIsTurnedAway(t *testing.T) {
	t.Parallel()
	for name, refusePrivate := range map[string]bool{"all scopes": false, "without groups:read": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, f := newTestClient(t)
			answer := manyChannels(30)
			f.on("conversations.list", func(v url.Values) (int, string) {
				if refusePrivate && strings.Contains(v.Get("types"), "private") {
					return 200, `{"ok":false,"error":"missing_scope","needed":"groups:read"}`
				}
				return answer(v)
			})
			hurry(client, "conversations.list")
			var got Channel
			require.NoError(t, persist(t, 200, func(ctx context.Context) (err error) {
				got, err = client.ChannelNamed(ctx, "here")
				return err
			}))
			assert.Equal(t, "C29", got.ID)
			asked := 30
			if refusePrivate {
				asked++
			}
			assert.Len(t, f.called("conversations.list"), asked, "no page is read twice")
			assert.Equal(t, Gone, ClassOf(persist(t, 200, func(ctx context.Context) error {
				_, err := client.ChannelNamed(ctx, "nowhere")
				return err
			})), "the end of the list is reached, too")
			_, err := client.ChannelNamed(t.Context(), "nowhere")
			assert.Equal(t, Gone, ClassOf(err))
			assert.Len(t, f.called("conversations.list"), 3*asked, "a listing that was finished begins anew")
		})
	}
}

func TestABrokenListingIsForgotten(t *testing.T) {
	client, f := newTestClient(t)
	f.on("conversations.list", manyChannels(6))
	f.on("conversations.create", ok(`"channel":{"id":"C9","name":"nowhere"}`))
	hurry(client, "conversations.list")
	look := func() error {
		_, err := client.ChannelNamed(Patience(t.Context(), 10*time.Millisecond), "nowhere")
		return err
	}
	cursor := func() string { calls := f.called("conversations.list"); return calls[len(calls)-1].Form.Get("cursor") }
	require.Equal(t, RateLimited, ClassOf(look()))
	require.NotEmpty(t, cursor())
	_, err := client.CreateChannel(t.Context(), "nowhere", false)
	require.NoError(t, err)
	client.names.Delete("nowhere")
	require.Eventually(t, func() bool { _ = look(); return cursor() == "" }, 10*time.Second, 60*time.Millisecond,
		"what was made meanwhile may be on the pages before")
}

func TestAListingGoesOnFromTheStartWhenSlackForgotItsPlace(t *testing.T) {
	t.Parallel()
	client, f := newTestClient(t)
	answer, refused := manyChannels(6), false
	f.on("conversations.list", func(v url.Values) (int, string) {
		if v.Get("cursor") == "3" && !refused {
			refused = true
			return 200, `{"ok":false,"error":"invalid_cursor"}`
		}
		return answer(v)
	})
	hurry(client, "conversations.list")
	var got Channel
	require.NoError(t, persist(t, 200, func(ctx context.Context) (err error) {
		got, err = client.ChannelNamed(ctx, "here")
		return err
	}))
	assert.True(t, refused)
	assert.Equal(t, "C5", got.ID)
}

func TestManyWhoLookForTheSameChannelReadTheListOnce(t *testing.T) {
	client, f := newTestClient(t)
	f.on("conversations.list", manyChannels(10))
	f.on("conversations.info", ok(`"channel":{"id":"C9","name":"here"}`))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := client.ChannelNamed(t.Context(), "here")
			assert.NoError(t, err)
			assert.Equal(t, "C9", got.ID)
		})
	}
	all.Wait()
	assert.Len(t, f.called("conversations.list"), 10)
}

func TestALongHistoryIsReadToItsEndByOneWhoIsTurnedAway(t *testing.T) {
	t.Parallel()
	client, f := newTestClient(t)
	f.on("conversations.history", func(v url.Values) (int, string) {
		n, _ := strconv.Atoi(v.Get("cursor"))
		if n == 29 {
			return 200, `{"ok":true,"messages":[{"ts":"7.7","metadata":{"event_type":"mayday","event_payload":{"key":"k"}}}]}`
		}
		return 200, fmt.Sprintf(`{"ok":true,"messages":[{"ts":"8.8"}],"response_metadata":{"next_cursor":"%d"}}`, n+1)
	})
	hurry(client, "conversations.history")
	var ts string
	var found bool
	require.NoError(t, persist(t, 20, func(ctx context.Context) (err error) {
		ts, found, err = client.Sent(ctx, "C1", "", "k", time.Now())
		return err
	}))
	assert.True(t, found)
	assert.Equal(t, "7.7", ts)
	assert.Len(t, f.called("conversations.history"), 30)
}
