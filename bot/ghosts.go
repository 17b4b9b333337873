package bot

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// countGhosts says so when Slack counts more connections than all replicas hold: ghosts, or another program with
// our app's token, swallow a part of the commands. Replicas that start or end meanwhile are no ghosts: the larger
// of two counts is taken. extra are those that are being replaced here; each other replica may be replacing one.
func (s *Socket) countGhosts(c *connection, reported, extra int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-c.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	replicas, expected := 1, 0 // this one is
	for _, pause := range []time.Duration{0, s.cfg.Settling} {
		if !sleep(ctx, pause) {
			return
		}
		n, err := s.count(ctx)
		if err != nil {
			return // nobody knows
		}
		replicas = max(replicas, n)
		if expected = replicas*s.cfg.Connections + extra + replicas - 1; reported <= expected {
			return
		}
	}
	s.cfg.Log.Warn("Slack counts more connections than mayday holds: ghosts or another process swallow a part of the commands",
		zap.Int("num_connections", reported), zap.Int("expected", expected))
}

func (s *Socket) count(ctx context.Context) (replicas int, err error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	return s.cfg.Replicas(ctx)
}
