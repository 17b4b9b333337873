package bot

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// slackConnections is how many connections an app may have over all its processes; Slack closes the eleventh at
// once with the reason too_many_websockets. Slack: Socket Mode, "up to 10 WebSocket connections".
const slackConnections = 10

// mayHold says whether this process may hold its connection number place, counted from 0. All replicas share what
// Slack allows, and one stays free for whoever replaces theirs. The first is always tried.
func (s *Socket) mayHold(ctx context.Context, place int) bool {
	if place == 0 {
		return true
	}
	replicas, err := s.count(ctx)
	return err != nil || place < (slackConnections-1)/max(1, replicas) // on error nobody knows
}

// hold waits until this process may hold the connection. False means that ctx ended.
func (s *Socket) hold(ctx context.Context, place int) bool {
	for !s.mayHold(ctx, place) {
		if !sleep(ctx, s.cfg.Settling) {
			return false
		}
	}
	return ctx.Err() == nil
}

// spare gives a connection up when there are so many replicas that each may hold fewer.
func (s *Socket) spare(ctx context.Context, place int, c *connection) {
	if place == 0 {
		return
	}
	look := time.NewTicker(s.cfg.Settling)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.leaving:
			return
		case <-look.C:
		}
		if !s.mayHold(ctx, place) {
			s.cfg.Log.Info("a connection to Slack is left to another replica", zap.Int64("socket", c.number))
			c.goAway(reasonShared)
			s.desk.settle(closeTimeout)
			c.farewell()
			return
		}
	}
}
