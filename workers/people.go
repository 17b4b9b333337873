package workers

import (
	"context"
	"maps"
	"sync"
	"time"

	"mayday/bot"
	"mayday/incident"
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

// zoneOf is where a person's day is, as Slack has it; the team's where it does not say.
func (w *Workers) zoneOf(ctx context.Context, p incident.Person) *time.Location {
	u, err := w.people.find(ctx, p, w.Slack.User)
	if err != nil || u.TZ == "" {
		return w.Zone
	}
	zone, err := time.LoadLocation(u.TZ)
	if err != nil {
		return w.Zone
	}
	return zone
}

// name is what a person is called; their id where Slack does not say.
func (w *Workers) name(ctx context.Context, p incident.Person) string {
	if n, ok := w.names.Load(p); ok {
		return n.(string)
	}
	if !incident.IsAccount(p) {
		return p // as it was typed in a terminal
	}
	u, err := w.Slack.User(ctx, p)
	if err != nil {
		return p
	}
	return w.met(u)
}

// met remembers what somebody is called whom Slack described for another reason.
func (w *Workers) met(u bot.User) string {
	n := incident.Line(u.Called(), 60)
	w.names.Store(u.ID, n)
	return n
}

// named completes an incident that is to be shown, and is not stored, with what those are
// called whom the row or some events name. So nobody is mentioned who is only spoken of.
func (w *Workers) named(ctx context.Context, inc incident.Incident, evs ...incident.Event) incident.Incident {
	return naming(inc, func(p incident.Person) string { return w.name(ctx, p) }, evs...)
}

// meet finds out what people are called who are on no row, before a call in whose turn
// Slack cannot be asked. It says nothing where Slack does not.
func (w *Workers) meet(ctx context.Context, inc incident.Incident, who ...incident.Person) {
	for _, p := range who {
		if p != "" && inc.Names[p] == "" {
			w.name(ctx, p)
		}
	}
}

// remembered is named without asking Slack: for what is put together when a call's turn has come.
func (w *Workers) remembered(inc incident.Incident) incident.Incident {
	return naming(inc, w.recall)
}

// recall gives what a person is called, as far as Slack said it; empty where it did not.
func (w *Workers) recall(p incident.Person) string {
	n, _ := w.names.Load(p)
	name, _ := n.(string)
	return name
}

func naming(inc incident.Incident, name func(incident.Person) string, evs ...incident.Event) incident.Incident {
	missing := inc.Nameless()
	for _, ev := range evs {
		for _, p := range []incident.Person{ev.By, ev.Whom} {
			if p != "" && inc.Names[p] == "" {
				missing = append(missing, p)
			}
		}
	}
	if len(missing) == 0 {
		return inc
	}
	names := make(map[incident.Person]string, len(inc.Names)+len(missing))
	maps.Copy(names, inc.Names)
	for _, p := range missing {
		names[p] = name(p)
	}
	inc.Names = names
	return inc
}
