package workers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// takeBack has an alert that is over say so where it was sounded. It edits, so that
// nobody is notified, and what may not be edited is left.
func (w *Workers) takeBack(ctx context.Context, fx incident.TakeBack, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("alarm/%d/%d", fx.Incident, fx.Seq), func(ctx context.Context) error {
		inc, ev, err := w.alarming(ctx, fx.Ref, fx.Seq)
		if err != nil || ev.Seq == 0 {
			return err
		}
		return errors.Join(
			w.unsound(ctx, inc, ev, incident.Alarm{Ref: fx.Ref, Seq: fx.Seq}),
			w.unsound(ctx, inc, ev, incident.Alarm{Ref: fx.Ref, Seq: fx.Seq, Lead: true}),
		)
	})
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}

// unsound edits an alarm whose alert is over. One that nobody heard is not made.
func (w *Workers) unsound(ctx context.Context, inc incident.Incident, ev incident.Event, fx incident.Alarm) error {
	what := alarmName(fx)
	sh, err := w.Store.Shown(ctx, inc.ID, what)
	if err != nil || sh == (store.Shown{}) {
		return err
	}
	m := blocks.Alarm(inc, ev)
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.Ref(), what)}
	if !sh.TriedAt.IsZero() {
		channel, thread, err := w.heard(ctx, inc, fx)
		if err != nil {
			return err
		}
		sought := out
		sought.Thread = thread
		if err := w.reconcile(ctx, inc.Ref(), what, &sh, cmp.Or(sh.Channel, channel), w.sought(ctx, channel, sought)); err != nil {
			return err
		}
	}
	// What was said of an incident that became private was emptied where others read it.
	if sh.TS == "" || inc.Private && !strings.HasPrefix(sh.Channel, "D") {
		return nil
	}
	return w.amend(ctx, inc, what, sh, out)
}

// amend edits a message that stays as it is from then on.
func (w *Workers) amend(ctx context.Context, inc incident.Incident, what string, sh store.Shown, m bot.Message) error {
	err := w.marking(ctx, inc.ID, what, sh, sh, func(ctx context.Context) error { return w.Slack.Edit(ctx, sh.Channel, sh.TS, m) })
	if final(err) {
		w.unimportant(inc, "take back what it said", err)
		return nil
	}
	if err != nil {
		return err
	}
	return w.Store.SaveShown(ctx, inc.ID, what, sh)
}

// worked records that what mayday gave up on works again.
func (w *Workers) worked(ctx context.Context, inc incident.Incident, what string) error {
	if inc.Troubles[what].IsZero() {
		return nil
	}
	return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Worked(inc, what, now)
	})
}
