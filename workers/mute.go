package workers

import (
	"context"
	"fmt"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// tellMute says in the operators' channel that a source is muted, or heard again.
func (w *Workers) tellMute(ctx context.Context, fx incident.TellMute, t try) error {
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.MuteNotice(fx.Mute)
	key := fmt.Sprintf("mute/%d", fx.Mute.ID)
	if !fx.Mute.EndedAt.IsZero() {
		key += "/ended"
	}
	return w.postSought(ctx, channel, w.hushed(ctx, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key}), t.again(), t.Since)
}
