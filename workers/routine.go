package workers

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"mayday/routine"
	"mayday/store"
)

// Rounds is what the runbook and the settings say of the rounds of its checklists.
type Rounds struct {
	// Lists is empty where rounds are switched off.
	Lists    []routine.Checklist
	Calendar routine.Calendar
	// Factor and Morning are as in routine.Planning.
	Factor  float64
	Morning bool
	// Age: the runbook's age is looked at each month.
	Age bool
	// Digest says whether there are digests, and DigestAt at which time of day the morning begins.
	Digest   bool
	DigestAt time.Duration
	// KeepOff: the holidays are not known now, and those that were known stand.
	KeepOff bool
}

const (
	// planEvery is how often it is looked whether the runbook, the holidays or the speed changed.
	planEvery = 5 * time.Second
	// planSoon is the pause at the start, until the holidays were looked for.
	planSoon = 50 * time.Millisecond
	// planAgain is the pause after a failure.
	planAgain = 10 * time.Second
)

// RunRoutines keeps the clocks of the checklists in line with the runbook and the settings until ctx is done. Every
// replica does, and they come to the same.
func (w *Workers) RunRoutines(ctx context.Context) {
	if w.Rounds == nil {
		return
	}
	var planned *Rounds
	for ctx.Err() == nil {
		pause := planEvery
		now := w.Rounds()
		if now == nil {
			pause = planSoon
		} else if now != planned {
			if err := w.plan(ctx, *now); err != nil {
				pause = planAgain
				if ctx.Err() == nil {
					w.Log.Warn("the rounds of the checklists could not be planned yet", zap.Error(err))
				}
			} else {
				if planned == nil && w.Planned != nil {
					w.Planned()
				}
				planned = now
			}
		}
		store.SystemClock{}.Wait(ctx, time.Now().Add(pause), nil)
	}
}

// plan hands each checklist to its routine, and lets those go that the runbook has no more.
func (w *Workers) plan(ctx context.Context, rounds Rounds) error {
	if err := w.planDigest(ctx, rounds); err != nil {
		return err
	}
	planning := routine.Planning{Calendar: rounds.Calendar, Factor: rounds.Factor, Morning: rounds.Morning}
	there, err := w.Store.Routines(ctx)
	if err != nil {
		return err
	}
	for i := range rounds.Lists {
		planning.Checklist = &rounds.Lists[i]
		if rounds.KeepOff {
			planning.Calendar.Off = there[planning.Checklist.Slug].Calendar.Off
		}
		if err := w.planOne(ctx, planning.Checklist.Slug, planning); err != nil {
			return err
		}
	}
	for slug := range there {
		if !slices.ContainsFunc(rounds.Lists, func(c routine.Checklist) bool { return c.Slug == slug }) {
			if err := w.planOne(ctx, slug, routine.Planning{}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Workers) planOne(ctx context.Context, slug string, p routine.Planning) error {
	return w.Store.PlanRoutine(ctx, slug, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		return routine.Plan(r, round, p, now)
	})
}

// recordRound passes what became of an effect through the one door.
func (w *Workers) recordRound(ctx context.Context, ref routine.Ref, decide store.RoutineDecision) error {
	_, err := w.Store.UpdateRoutine(ctx, ref, nil, decide)
	return err
}
