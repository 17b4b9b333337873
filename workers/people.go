package workers

import (
	"context"
	"sync"
	"time"

	"mayday/bot"
)

// knowFor is how long an account that was found is not looked up again. Slack
// allows 50 look-ups a minute, and a storm of incidents asks for the same few
// people; one who is deactivated meanwhile is noticed when the message is refused.
const knowFor = 5 * time.Minute

// people remembers accounts by what the runbook calls them. The zero value is ready.
type people struct {
	mu    sync.Mutex
	known map[string]known
}

type known struct {
	user bot.User
	at   time.Time
}

// find gives an account that was found a moment ago, or looks it up. Failures
// and deactivated accounts are not remembered.
func (p *people) find(ctx context.Context, name string, look func(context.Context, string) (bot.User, error)) (bot.User, error) {
	p.mu.Lock()
	k, ok := p.known[name]
	p.mu.Unlock()
	if ok && time.Since(k.at) < knowFor {
		return k.user, nil
	}
	u, err := look(ctx, name)
	if err != nil || u.Deleted {
		return u, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[string]known{}
	}
	p.known[name] = known{u, time.Now()}
	return u, nil
}
