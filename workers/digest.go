package workers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/postmortem"
	"mayday/store"
)

const (
	// factDigest holds the Monday whose digest was sent last.
	factDigest = "digest"
	// digestHour is when it is sent, by the team's clock.
	digestHour = 9
	// digestReach is how old an incident may be whose work is still asked after.
	digestReach = 180 * 24 * time.Hour
	// mostDigested bounds how many incidents one digest looks through.
	mostDigested = 500
	// digestAgain is the pause after a failure.
	digestAgain = 5 * time.Minute
)

// RunDigest tells the operators on Monday mornings what of the follow-ups and
// post-mortems is overdue, once however many replicas run, until ctx is done. One
// that fell due while mayday was down is told late.
func (w *Workers) RunDigest(ctx context.Context) {
	for ctx.Err() == nil {
		now := w.Clock.Now()
		monday := w.monday(now)
		err := w.digest(ctx, monday)
		if err != nil && ctx.Err() == nil {
			var later *laterError
			if !errors.As(err, &later) {
				w.Log.Warn("the weekly digest could not be sent yet", zap.Error(err))
			}
			store.SystemClock{}.Wait(ctx, time.Now().Add(digestAgain), nil)
			continue
		}
		w.Clock.Wait(ctx, w.nextMonday(now), nil)
	}
}

// monday is the last Monday morning that is over.
func (w *Workers) monday(now time.Time) time.Time {
	l := now.In(w.Zone)
	back := (int(l.Weekday()) + 6) % 7
	m := time.Date(l.Year(), l.Month(), l.Day()-back, digestHour, 0, 0, 0, w.Zone)
	if m.After(now) {
		m = time.Date(l.Year(), l.Month(), l.Day()-back-7, digestHour, 0, 0, 0, w.Zone)
	}
	return m
}

// nextMonday is the first one that is to come. It is counted by the team's clock: seven
// times 24 hours are not a week when the clocks change.
func (w *Workers) nextMonday(now time.Time) time.Time { return w.monday(now).AddDate(0, 0, 7) }

// digest sends the one of a Monday, unless it was sent. The first Monday that an
// installation knows of is only remembered.
func (w *Workers) digest(ctx context.Context, monday time.Time) error {
	if w.Library == nil {
		return nil
	}
	alone, err := w.Store.Alone(ctx, factDigest, func(ctx context.Context) error {
		day := monday.Format(time.DateOnly)
		sent, err := w.Store.Fact(ctx, factDigest)
		if err != nil || sent >= day {
			return err
		}
		if sent != "" {
			if err := w.sendDigest(ctx, monday, day); err != nil {
				return err
			}
		}
		return w.Store.SaveFact(ctx, factDigest, day)
	})
	if err == nil && !alone {
		return notYet(digestAgain)
	}
	return err
}

func (w *Workers) sendDigest(ctx context.Context, monday time.Time, day string) error {
	overdue, err := w.overdue(ctx, monday)
	if err != nil || len(overdue) == 0 {
		return err
	}
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.Digest(overdue, w.Zone)
	return w.postSought(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: "digest/" + day}, true, monday)
}

// overdue asks GitHub after everything whose day is over: closed is closed.
func (w *Workers) overdue(ctx context.Context, at time.Time) ([]blocks.Overdue, error) {
	incs, err := w.Store.List(ctx, store.Filter{Since: at.Add(-digestReach), Limit: mostDigested})
	if err != nil {
		return nil, err
	}
	var list []blocks.Overdue
	add := func(number int, o blocks.Overdue) error {
		issue, err := w.Library.Issue(ctx, number)
		var ge *postmortem.Error
		if errors.As(err, &ge) && (ge.Status == http.StatusNotFound || ge.Status == http.StatusGone) {
			return nil // deleted: nobody can close it any more
		}
		if _, moved := postmortem.MovedTo(err); moved {
			return nil // it is other people's now
		}
		if err == nil && issue.Open {
			list = append(list, o)
		}
		return err
	}
	for _, inc := range incs {
		if r := inc.Review; inc.PostmortemNumber > 0 && !r.Done && !r.CloseDue.IsZero() && r.CloseDue.Before(at) {
			if err := add(inc.PostmortemNumber, blocks.Overdue{Incident: inc, URL: inc.PostmortemURL, Due: r.CloseDue}); err != nil {
				return nil, err
			}
		}
		for _, a := range inc.Actions {
			if a.Number > 0 && !a.Due.IsZero() && a.Due.Before(at) {
				if err := add(a.Number, blocks.Overdue{Incident: inc, Action: a, URL: a.URL, Due: a.Due}); err != nil {
					return nil, err
				}
			}
		}
	}
	return list, nil
}
