package workers

import (
	"context"
	"fmt"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// speak tells in the channel what is aloud and untold, in order and once. Only
// one worker speaks in a channel at a time; the others come back later, in case
// it finished before it could see what they came for.
func (w *Workers) speak(ctx context.Context, fx incident.Speak, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("speak/%d", fx.Incident), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Incident)
		if err != nil || inc.ChannelID == "" {
			return err
		}
		if err := w.afterCard(ctx, inc); err != nil {
			return err
		}
		untold, err := w.Store.Untold(ctx, inc.ID)
		if err != nil {
			return err
		}
		for _, u := range untold {
			if err := w.tell(ctx, inc, u); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}

func (w *Workers) tell(ctx context.Context, inc incident.Incident, u store.Untold) error {
	if u.Event.Kind == incident.EventPaged || u.Event.Kind == incident.EventRespondBreached {
		ctx = bot.Urgent(ctx)
	}
	if err := w.Store.Telling(ctx, inc.ID, u.Event.Seq); err != nil {
		return err
	}
	m := blocks.Event(inc, u.Event)
	posted, err := w.postOnce(ctx, inc.ChannelID, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.ID, fmt.Sprint(u.Event.Seq))}, !u.TriedAt.IsZero(), u.TriedAt)
	if err != nil {
		return err
	}
	return w.Store.Told(ctx, inc.ID, u.Event.Seq, posted.TS)
}
