package workers

import (
	"context"
	"errors"
	"sync"
	"time"

	"mayday/diagnostics"
	"mayday/routine"
)

// keepFor is how long it may take to keep what was answered by the time that an attempt was over.
const keepFor = 5 * time.Second

// takeReadings asks the queries that answer with one number and keeps their numbers, also when there was no time for
// all. Which of them a round or an earlier attempt asked today is not asked again. What the database could not answer
// now is asked once more by the next attempt; one that gives no number today, or cannot be answered, leaves a gap.
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
			if errors.As(err, &failure) && !faulty[failure.Class] {
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
	rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepFor)
	defer cancel()
	return errors.Join(ctx.Err(), w.Store.SaveReadings(rest, list), failed)
}
