package workers

import (
	"context"
	"errors"
	"sync"

	"mayday/diagnostics"
	"mayday/routine"
)

// takeReadings asks the queries that answer with one number and keeps their numbers. Which of them a round or an
// earlier attempt asked today is not asked again. What the database did not answer is asked once more by the next
// attempt; one that gives no number today leaves a gap.
func (w *Workers) takeReadings(ctx context.Context, fx routine.TakeReadings, _ try) error {
	if w.Diagnostics == nil || w.Runbook == nil {
		return nil
	}
	known, err := w.Store.AllReadings(ctx, fx.Day, fx.Day)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var list []routine.Reading
	var failed error
	both := w.newCrew(2)
	for _, q := range w.Runbook().Numbers() {
		if known[q.Name] != nil {
			continue
		}
		both.run(func() {
			if ctx.Err() != nil {
				return
			}
			result, err := w.Diagnostics.Run(ctx, diagnostics.Request{SQL: q.SQL, Name: q.Name})
			mu.Lock()
			defer mu.Unlock()
			var failure *diagnostics.Failure
			if errors.As(err, &failure) {
				failed = err
			}
			if err != nil {
				return // the audit has it
			}
			if v := number(result); v != nil {
				list = append(list, routine.Reading{Query: q.Name, Day: fx.Day, Value: *v})
			}
		})
	}
	both.wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(w.Store.SaveReadings(ctx, list), failed)
}
