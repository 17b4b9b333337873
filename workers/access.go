package workers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/routine"
)

// greetContacts looks for people whom the runbook lists for the first time. Those whom it lists when mayday looks for
// the first time are not new.
func (w *Workers) greetContacts(ctx context.Context, fx routine.GreetContacts, _ try) error {
	if w.Runbook == nil {
		return nil
	}
	known, err := w.Store.Greeted(ctx)
	if err != nil {
		return err
	}
	first, rb, now := len(known) == 0, w.Runbook(), w.Store.Now()
	var fresh []routine.NewcomerChange
	var everybody []routine.Person
	for _, c := range rb.Policy.Contacts {
		if !c.Reachable() {
			continue
		}
		people, _, err := w.turn(ctx, c)
		if err != nil && !final(err) {
			return err
		}
		everybody = append(everybody, people...)
		for _, p := range people {
			if p != "" && !known[p] {
				known[p] = true
				fresh = append(fresh, routine.Greet(p, rb.Needs(), first, now))
			}
		}
	}
	if err := w.remindTesters(ctx, everybody, fx.Day); err != nil || len(fresh) == 0 {
		return err
	}
	return w.Store.Greet(ctx, fresh)
}

// sendAccess sends somebody the list of what a responder needs.
func (w *Workers) sendAccess(ctx context.Context, fx routine.SendAccess, t try) error {
	n, err := w.Store.Newcomer(ctx, fx.Person)
	if err != nil {
		return err
	}
	channel, err := w.direct(ctx, fx.Person)
	if err != nil {
		return err
	}
	m := blocks.AccessList(n)
	return w.postSought(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: "access/" + fx.Person}, t.again(), t.Since)
}

// showAccess draws the list anew after a tick. One that somebody deleted stays away.
func (w *Workers) showAccess(ctx context.Context, fx routine.ShowAccess, _ try) error {
	n, err := w.Store.Newcomer(ctx, fx.Person)
	if err != nil {
		return err
	}
	m := blocks.AccessList(n)
	err = w.Slack.Edit(ctx, fx.Channel, fx.TS, bot.Message{Text: m.Text, Blocks: m.Blocks})
	if bot.CodeOf(err) == "message_not_found" {
		return nil
	}
	return err
}

// tellAccess tells the operators that somebody has all that a responder needs.
func (w *Workers) tellAccess(ctx context.Context, fx routine.TellAccess, t try) error {
	n, err := w.Store.Newcomer(ctx, fx.Person)
	if err != nil {
		return err
	}
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.AccessComplete(n, w.name(ctx, fx.Person))
	return w.postSought(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: "access/complete/" + fx.Person}, t.again(), t.Since)
}
