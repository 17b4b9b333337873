package workers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mayday/incident"
	"mayday/store"
)

// tellChange puts what was changed on the timeline of an incident, once.
func (w *Workers) tellChange(ctx context.Context, fx incident.TellChange, _ try) error {
	_, err := w.Store.Update(ctx, fx.Ref, []string{fmt.Sprintf("change/%d/%d", fx.Number, fx.Incident)}, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.NoteChange(inc, fx.What, now)
	})
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}

// seekChanges puts on the timeline what was written down while the incident was being declared. What was told
// already is not told again.
func (w *Workers) seekChanges(ctx context.Context, fx incident.SeekChanges, t try) error {
	list, err := w.Store.MissedChanges(ctx, fx)
	for _, c := range list {
		if err == nil {
			err = w.tellChange(ctx, c, t)
		}
	}
	return err
}
