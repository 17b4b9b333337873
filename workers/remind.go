package workers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
)

// remindOfRound tells whoever is on a round, or else on call, what is left of it, in its thread.
func (w *Workers) remindOfRound(ctx context.Context, fx routine.SendReminder, t try) error {
	round, err := w.Store.Round(ctx, fx.Ref)
	if err != nil || round.Over() || len(round.Left()) == 0 {
		return err
	}
	sh, err := w.Store.RoundShown(ctx, fx.Ref)
	if err != nil {
		return err
	}
	if sh.TS == "" {
		return notYet(time.Second)
	}
	who := round.On
	if who == "" {
		if who, err = w.onCall(ctx); err != nil {
			return err
		}
	}
	m := blocks.RoundReminder(round, who)
	alone, err := w.Store.Alone(ctx, roundKey(fx.Ref)+"/reminder", func(ctx context.Context) error {
		out := bot.Message{Text: m.Text, Blocks: m.Blocks, Thread: sh.TS, Key: fmt.Sprintf("%s/reminder", roundKey(fx.Ref))}
		return w.postSought(ctx, sh.Channel, out, t.again(), t.Since)
	})
	if err == nil && !alone {
		return notYet(time.Second)
	}
	return err
}

// onCall is whoever the runbook names first who can be reached; empty when nobody can.
func (w *Workers) onCall(ctx context.Context) (incident.Person, error) {
	if w.Runbook == nil {
		return "", nil
	}
	for _, c := range w.Runbook().Policy.Contacts {
		if !c.Reachable() {
			continue
		}
		people, _, err := w.turn(ctx, c)
		if err != nil && !final(err) {
			return "", err
		}
		if i := slices.IndexFunc(people, func(p incident.Person) bool { return p != "" }); err == nil && i >= 0 {
			return people[i], nil
		}
	}
	return "", nil
}
