package workers

import (
	"context"
	"fmt"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// caughtUp is how many of the first events are told together because they happened while Slack was away: all up to the
// event that it is back. 0 when it was not away, or an earlier attempt tried them otherwise.
func caughtUp(untold []store.Untold) int {
	n := 0
	for i, u := range untold {
		if !u.TriedAt.Equal(untold[0].TriedAt) {
			break
		}
		if u.Event.Kind == incident.EventSlackBack {
			n = i + 1
		}
	}
	return n
}

// triedBeforeOutage finds out what became of what was tried just before Slack was away. What did not arrive is told with
// the rest of what happened then.
func (w *Workers) triedBeforeOutage(ctx context.Context, inc incident.Incident, untold []store.Untold) ([]store.Untold, error) {
	for len(untold) > 0 && !untold[0].TriedAt.IsZero() && caughtUp(untold) == 0 && outageIn(untold) {
		n := together(untold)
		var seqs []int
		for _, u := range untold[:n] {
			seqs = append(seqs, u.Event.Seq)
		}
		ts, err := w.toldAlready(ctx, inc, bot.Message{Key: key(inc.Ref(), fmt.Sprintf("event/%d", seqs[0]))}, untold[0].TriedAt)
		if err != nil {
			return nil, err
		}
		if ts == "" {
			err = w.Store.NotTelling(ctx, inc.ID, seqs)
			for i := range seqs {
				untold[i].TriedAt = time.Time{}
			}
			return untold, err
		}
		if err := w.Store.Told(ctx, inc.ID, seqs, ts); err != nil {
			return nil, err
		}
		if err := w.Store.SaveShown(ctx, inc.ID, toldAs(seqs[0]), store.Shown{Channel: inc.ChannelID, TS: ts}); err != nil {
			return nil, err
		}
		untold = untold[n:]
	}
	return untold, nil
}

func outageIn(untold []store.Untold) bool {
	for _, u := range untold {
		if u.Event.Kind == incident.EventSlackBack {
			return true
		}
	}
	return false
}
