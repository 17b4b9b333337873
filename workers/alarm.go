package workers

import (
	"context"
	"fmt"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// alarm says below the announcement, and in the announce channel itself, that
// somebody could not be paged. An edit of the announcement would notify nobody.
func (w *Workers) alarm(ctx context.Context, fx incident.Alarm, t try) error {
	inc, err := w.Store.Incident(ctx, fx.Incident)
	if err != nil || inc.Private {
		return err
	}
	evs, err := w.Store.Timeline(ctx, inc.ID, fx.Seq-1, 1)
	if err != nil || len(evs) == 0 {
		return err
	}
	announcement, err := w.Store.Shown(ctx, inc.ID, string(incident.Announcement))
	if err != nil {
		return err
	}
	if announcement.TS == "" {
		return notYet(500 * time.Millisecond)
	}
	m := blocks.Alarm(inc, evs[0])
	_, err = w.postOnce(bot.Urgent(ctx), announcement.Channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Thread: announcement.TS, Broadcast: true,
		Key: key(inc.ID, fmt.Sprintf("alarm/%d", fx.Seq))}, t.again(), t.Since)
	return err
}
