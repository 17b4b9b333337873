package bot

import (
	"context"
	"time"
)

const (
	// tokenRefusals is how often in a row auth.test must refuse our token before it counts as gone: one odd
	// answer of Slack must not end every replica.
	tokenRefusals = 3
	tokenPause    = time.Second
	// tokenEvery is how often a token that nobody uses is looked at: better now than with the next incident.
	tokenEvery = 10 * time.Minute
)

// suspect notes that a call was refused because of our token.
func (c *Client) suspect() {
	select {
	case c.refused <- struct{}{}:
	default: // noted already
	}
}

// WatchToken waits until Slack does not accept the bot token any more (revoked, or the app was removed) and gives
// the *Error of class Token that says what to do; nil when ctx ends. What any call learns is confirmed with
// auth.test, several times in a row; no answer confirms nothing. To be run once. Slack: auth.test.
func (c *Client) WatchToken(ctx context.Context) error {
	look := time.NewTicker(tokenEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		case <-c.refused:
			c.cfg.Log.Warn("Slack refused the bot token; mayday asks whether it means that")
		}
		if err := c.confirm(ctx); err != nil {
			return err
		}
	}
}

// confirm gives the refusal of our token if it stands.
func (c *Client) confirm(ctx context.Context) error {
	for n := 1; ; n++ {
		_, err := c.Self(ctx)
		if ClassOf(err) != Token {
			return nil
		}
		if n == tokenRefusals {
			return err
		}
		if !sleep(ctx, tokenPause) {
			return nil
		}
	}
}
