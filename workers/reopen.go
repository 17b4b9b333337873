package workers

import (
	"context"

	"mayday/incident"
)

// unarchiveChannel is what a release before this one asks for: a bot cannot take a
// channel out of the archive, so it is looked at.
func (w *Workers) unarchiveChannel(ctx context.Context, fx incident.UnarchiveChannel, t try) error {
	return w.lookAtChannel(ctx, incident.LookAtChannel{Ref: fx.Ref}, t)
}
