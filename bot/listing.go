package bot

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// place is where the search for a channel was broken off.
type place struct {
	cursor string // of the page that comes next; "" for the first
	public bool   // the private ones may not be listed: the scope is missing
	at     time.Time
}

// placeKept is how long a search can be taken up again. Slack does not say how long it knows a cursor.
const placeKept = 5 * time.Minute

// listing finds channels by name. One at a time reads the list: what it sees answers those who wait, too, and
// the rate leaves no room for two.
type listing struct {
	turn chan struct{}
	mu   sync.Mutex
	left map[string]place // by the name that was looked for
}

func newListing() *listing {
	return &listing{turn: make(chan struct{}, 1), left: make(map[string]place)}
}

// resume gives where the search for a name goes on.
func (l *listing) resume(name string) place {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.left, func(_ string, p place) bool { return time.Since(p.at) > placeKept })
	return l.left[name]
}

func (l *listing) breakOff(name string, p place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.at = time.Now()
	l.left[name] = p
}

// forget makes the next search for a name begin anew.
func (l *listing) forget(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.left, name)
}

// ChannelNamed finds a channel by its exact name (without #), archived ones too; code "channel_not_found" when
// there is none that we may see. A name seen before costs one call; otherwise the list is read page by page
// (20 pages of 200 a minute). One who is turned away between pages goes on there when asking again.
// Slack: conversations.list, conversations.info.
func (c *Client) ChannelNamed(ctx context.Context, name string) (Channel, error) {
	if got, known, err := c.known(ctx, name); known || err != nil {
		return got, err
	}
	select {
	case c.listing.turn <- struct{}{}:
		defer func() { <-c.listing.turn }()
	case <-ctx.Done():
		return Channel{}, turned("conversations.list", ctx.Err())
	}
	if got, known, err := c.known(ctx, name); known || err != nil { // by one who read the list meanwhile
		return got, err
	}
	at := c.listing.resume(name)
	got, err := c.listed(ctx, name, &at)
	if !at.public && ClassOf(err) == Missing {
		// Without groups:read the public ones are what we may see.
		at = place{public: true}
		got, err = c.listed(ctx, name, &at)
	}
	if at.cursor != "" && CodeOf(err) == "invalid_cursor" {
		at = place{public: at.public}
		got, err = c.listed(ctx, name, &at)
	}
	if class := ClassOf(err); class == RateLimited || class == Retry {
		c.listing.breakOff(name, at)
	} else {
		c.listing.forget(name)
	}
	return got, err
}

// known verifies what we remember of a name.
func (c *Client) known(ctx context.Context, name string) (Channel, bool, error) {
	id, seen := c.names.Load(name)
	if !seen {
		return Channel{}, false, nil
	}
	got, err := c.ChannelInfo(ctx, id.(string))
	if err == nil && got.Name == name {
		return got, true, nil
	}
	if err != nil && ClassOf(err) != Gone {
		return Channel{}, false, err
	}
	c.names.Delete(name)
	return Channel{}, false, nil
}

// listed reads the list from a place on, which it moves along.
func (c *Client) listed(ctx context.Context, name string, at *place) (Channel, error) {
	types := []string{"public_channel", "private_channel"}
	if at.public {
		types = types[:1]
	}
	for {
		var page []slack.Channel
		var next string
		err := c.call(ctx, "conversations.list", "", func(ctx context.Context) (err error) {
			page, next, err = c.api.GetConversationsContext(ctx, &slack.GetConversationsParameters{
				Cursor: at.cursor, Limit: pageSize, Types: types, TeamID: c.cfg.TeamID,
			})
			return err
		})
		if err != nil {
			return Channel{}, err
		}
		var found *slack.Channel
		for i := range page {
			c.names.Store(page[i].Name, page[i].ID)
			if page[i].Name == name {
				found = &page[i]
			}
		}
		if found != nil {
			return channelOf(found), nil
		}
		if next == "" {
			return Channel{}, &Error{Method: "conversations.list", Code: "channel_not_found", Class: Gone, Detail: "no channel #" + name}
		}
		at.cursor = next
	}
}
