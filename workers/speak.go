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
		for len(untold) > 0 {
			n := together(untold)
			if err := w.tell(ctx, inc, untold[:n]); err != nil {
				return err
			}
			untold = untold[n:]
		}
		return nil
	})
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}

// together is how many of the first events are told in one message: who was
// called, one after the other, and who could not be. What an earlier attempt
// tried together stays together, so that it can be found again.
func together(untold []store.Untold) int {
	n := 1
	for n < len(untold) && aboutPages[untold[0].Event.Kind] && aboutPages[untold[n].Event.Kind] && untold[n].TriedAt.Equal(untold[0].TriedAt) {
		n++
	}
	return n
}

var aboutPages = map[incident.EventKind]bool{incident.EventPaged: true, incident.EventPageFailed: true, incident.EventNobodyToPage: true}

func (w *Workers) tell(ctx context.Context, inc incident.Incident, told []store.Untold) error {
	first := told[0]
	if first.Event.Kind == incident.EventPaged || first.Event.Kind == incident.EventRespondBreached {
		ctx = bot.Urgent(ctx)
	}
	if err := settle(ctx, first.TriedAt); err != nil {
		return err
	}
	var seqs []int
	var evs []incident.Event
	for _, u := range told {
		seqs = append(seqs, u.Event.Seq)
		evs = append(evs, u.Event)
	}
	ctx = bot.OnTurn(ctx, func(ctx context.Context) error { return w.Store.Telling(ctx, inc.ID, seqs) })
	m := blocks.Events(inc, evs)
	posted, err := w.postOnce(ctx, inc.ChannelID, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.ID, fmt.Sprintf("event/%d", seqs[0]))}, !first.TriedAt.IsZero(), first.TriedAt)
	if err != nil {
		return err
	}
	return w.Store.Told(ctx, inc.ID, seqs, posted.TS)
}
