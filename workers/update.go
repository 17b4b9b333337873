package workers

import (
	"context"
	"fmt"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// updateName is the name under which an update stands below the announcement.
func updateName(seq int) string { return fmt.Sprintf("update/%d", seq) }

// passOnUpdate posts an update as a reply below the announcement: the announcement's edit
// notifies nobody, and whoever follows its thread is to hear. Without an announcement
// there is nobody who follows it. Of the updates that Slack did not take while it was away only the newest is no old news.
func (w *Workers) passOnUpdate(ctx context.Context, fx incident.PassOnUpdate, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("update/%d/%d", fx.Incident, fx.Seq), func(ctx context.Context) error {
		inc, ev, err := w.alarming(ctx, fx.Ref, fx.Seq)
		if err != nil || ev.Seq == 0 || inc.Private {
			return err
		}
		if inc.UpdateOvertaken(ev) {
			return nil
		}
		announcement, err := w.Store.Shown(ctx, inc.ID, string(incident.Announcement))
		if err != nil || announcement.TS == "" {
			return err
		}
		m := blocks.PassedOn(w.named(ctx, inc, ev), ev)
		err = w.postOnce(ctx, inc.Ref(), updateName(ev.Seq), announcement.Channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Thread: announcement.TS})
		if deaf[bot.CodeOf(err)] {
			return w.followAnnouncement(ctx, announcement.Channel, err)
		}
		return err
	})
	if err == nil && !alone {
		return notYet(ringAgain)
	}
	return err
}
