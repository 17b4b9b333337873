package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"mayday/routine"
)

// RoutineDecision is a verb of package routine with its arguments filled in. round is the one in question; the zero
// Round when there is none yet.
type RoutineDecision func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error)

// row is a document as it was read, with what a newer release may have written into it besides.
type row[T any] struct {
	value T
	whole json.RawMessage // nil when nothing in it is unknown here
}

func readRow[T any](raw []byte) (r row[T], err error) {
	if raw == nil {
		return r, nil
	}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if strict.Decode(&r.value) == nil {
		return r, nil
	}
	r = row[T]{whole: bytes.Clone(raw)}
	return r, json.Unmarshal(raw, &r.value)
}

// PlanRoutine is UpdateRoutine for a routine that may not be there yet. A decision that changes nothing leaves it so.
func (s *Store) PlanRoutine(ctx context.Context, slug string, decide RoutineDecision) error {
	err := s.commit(ctx, func(tx *transaction) error {
		// Two replicas that plan a new list at once make one of it.
		if _, err := tx.Exec(ctx, `insert into mayday.routine (slug, doc) values ($1, '{}') on conflict do nothing`, slug); err != nil {
			return err
		}
		_, err := s.decideRoutine(ctx, tx, routine.Ref{Routine: slug}, decide)
		return err
	})
	return wrap(err, "plan the rounds of "+slug)
}

// UpdateRoutine locks a routine, lets decide look at it and at one of its rounds, and stores what it returns. A ref
// without a period means the newest round. *routine.Refusal, ErrNotFound and ErrDuplicate come back as they are.
func (s *Store) UpdateRoutine(ctx context.Context, ref routine.Ref, keys []string, decide RoutineDecision) (routine.Change, error) {
	var out routine.Change
	err := s.commit(ctx, func(tx *transaction) error {
		if len(keys) > 0 {
			b := &pgx.Batch{}
			claim(b, keys, `null::bigint`)
			if err := tx.SendBatch(ctx, b).Close(); err != nil {
				return err
			}
		}
		var err error
		out, err = s.decideRoutine(ctx, tx, ref, decide)
		return err
	})
	return out, wrap(err, fmt.Sprintf("update the round %s of %s", ref.Period, ref.Routine))
}

// decideRoutine calls a decision on a locked routine and writes what it says.
func (s *Store) decideRoutine(ctx context.Context, tx *transaction, ref routine.Ref, decide RoutineDecision) (routine.Change, error) {
	rawRoutine, rawRound, err := lockRoutine(ctx, tx, ref, `select doc from mayday.routine where slug = $1 for update`, ref.Routine)
	if err == nil && (rawRoutine == nil || ref.Period != "" && rawRound == nil) {
		err = ErrNotFound
	}
	if err != nil {
		return routine.Change{}, err
	}
	return s.applyRoutine(ctx, tx, ref.Routine, rawRoutine, rawRound, decide)
}

// lockRoutine locks a routine by a statement, and reads it and one of its rounds, the newest where ref names none; nil
// for what is not there. The round is read by a statement of its own: one that waits for a lock reads what it joins as
// it was before. Source: PostgreSQL, "Transaction Isolation", Read Committed.
func lockRoutine(ctx context.Context, tx *transaction, ref routine.Ref, lock string, args ...any) (rawRoutine, rawRound []byte, err error) {
	b := &pgx.Batch{}
	into := func(to *[]byte) func(pgx.Row) error {
		return func(row pgx.Row) error {
			if err := row.Scan(to); !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			return nil
		}
	}
	b.Queue(lock, args...).QueryRow(into(&rawRoutine))
	b.Queue(`select d.doc from mayday.routine r join mayday.round d on d.routine = r.slug
		and d.period = coalesce(nullif($2, '')::date, (r.doc ->> 'last')::date) where r.slug = $1`, ref.Routine, string(ref.Period)).QueryRow(into(&rawRound))
	err = tx.SendBatch(ctx, b).Close()
	return rawRoutine, rawRound, err
}

func (s *Store) applyRoutine(ctx context.Context, tx *transaction, slug string, rawRoutine, rawRound []byte, decide RoutineDecision) (routine.Change, error) {
	r, err := readRow[routine.Routine](rawRoutine)
	if err != nil {
		return routine.Change{}, unfit{fmt.Errorf("read the routine %s: %w", slug, err)}
	}
	round, err := readRow[routine.Round](rawRound)
	if err != nil {
		return routine.Change{}, unfit{fmt.Errorf("read a round of %s: %w", slug, err)}
	}
	c, err := decide(r.value, round.value, s.Now())
	if err != nil || c.Empty() {
		return c, err
	}
	return c, s.saveRoutine(ctx, tx, slug, r, round, c)
}

// saveRoutine writes rows and what hangs on them: the clock, readings, jobs.
func (s *Store) saveRoutine(ctx context.Context, tx *transaction, slug string, r row[routine.Routine], round row[routine.Round], c routine.Change) error {
	doc, err := withUnknown(r.whole, r.value, c.Routine)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`update mayday.routine set doc = $2, due_at = $3 where slug = $1`, slug, doc, known(c.Routine.Due()))
	for _, changed := range []*routine.Round{c.Closed, &c.Round} {
		if changed == nil || changed.Period == "" {
			continue
		}
		before := row[routine.Round]{}
		if changed.Period == round.value.Period {
			before = round
		}
		doc, err := withUnknown(before.whole, before.value, *changed)
		if err != nil {
			return err
		}
		b.Queue(`insert into mayday.round (routine, period, doc, begun_at) values ($1, $2::date, $3, $4)
			on conflict (routine, period) do update set doc = $3`, slug, string(changed.Period), doc, changed.BegunAt)
	}
	for _, reading := range c.Readings {
		b.Queue(`insert into mayday.reading (query, day, value) values ($1, $2::date, $3) on conflict (query, day) do update set value = $3`,
			reading.Query, string(reading.Day), reading.Value)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	if !c.Routine.Due().Equal(r.value.Due()) {
		tx.rings = append(tx.rings, clockRing)
	}
	return s.insertRoutine(ctx, tx, slug, c.Effects)
}

// routineAgain is how long a clock of a routine that could not fire is left alone.
const routineAgain = time.Minute

// fireRoutines fires the clocks of routines that are due and that nobody else holds, and says how many it looked at.
func (s *Store) fireRoutines(ctx context.Context) (n int, err error) {
	rows, err := s.pool.Query(ctx, `select slug from mayday.routine where due_at <= $1 order by due_at limit $2`, s.Now(), fireTogether)
	if err != nil {
		return 0, err
	}
	slugs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, err
	}
	for _, slug := range slugs {
		fired, err := s.fireRoutine(ctx, slug)
		if err != nil && away(err) {
			return n, err
		}
		if err != nil {
			s.log.Error("a clock of a checklist could not fire", zap.String("routine", slug), zap.Error(err))
			if _, err := s.pool.Exec(ctx, `update mayday.routine set due_at = $2 where slug = $1`, slug, s.Now().Add(routineAgain)); err != nil {
				return n, err
			}
		}
		if fired {
			n++
		}
	}
	return n, nil
}

// fireRoutine fires the clocks of one routine that ran out; false when another replica holds it.
func (s *Store) fireRoutine(ctx context.Context, slug string) (fired bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	err = s.within(ctx, func(tx *transaction) error {
		rawRoutine, rawRound, err := lockRoutine(ctx, tx, routine.Ref{Routine: slug},
			`select doc from mayday.routine where slug = $1 and due_at <= $2 for update skip locked`, slug, s.Now())
		if err != nil || rawRoutine == nil {
			return err
		}
		fired = true
		c, err := s.applyRoutine(ctx, tx, slug, rawRoutine, rawRound, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			timers := r.Timers()
			if len(timers) == 0 || timers[0].Due.After(now) {
				return routine.Change{Routine: r, Round: round}, nil
			}
			return routine.Fire(r, round, timers[0], now)
		})
		if err == nil && c.Empty() { // the row says when
			_, err = tx.Exec(ctx, `update mayday.routine set due_at = $2 where slug = $1`, slug, known(c.Routine.Due()))
		}
		return err
	})
	return fired, err
}

// Routines are all routines, by their slugs.
func (s *Store) Routines(ctx context.Context) (map[string]routine.Routine, error) {
	rows, err := s.pool.Query(ctx, `select slug, doc from mayday.routine`)
	if err != nil {
		return nil, wrap(err, "list the routines")
	}
	all := map[string]routine.Routine{}
	var slug string
	var r routine.Routine
	_, err = pgx.ForEachRow(rows, []any{&slug, &r}, func() error { all[slug], r = r, routine.Routine{}; return nil })
	return all, wrap(err, "list the routines")
}

// Round reads one; ErrNotFound when there is none.
func (s *Store) Round(ctx context.Context, ref routine.Ref) (routine.Round, error) {
	return s.round(ctx, `routine = $1 and period = $2::date`, ref.Routine, string(ref.Period))
}

// RoundAt reads the round whose message it is; ErrNotFound when it is no round's.
func (s *Store) RoundAt(ctx context.Context, channel, ts string) (routine.Round, error) {
	return s.round(ctx, `channel = $1 and ts = $2 and ts <> ''`, channel, ts)
}

func (s *Store) round(ctx context.Context, where string, args ...any) (r routine.Round, err error) {
	err = s.pool.QueryRow(ctx, `select doc from mayday.round where `+where, args...).Scan(&r)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, ErrNotFound
	}
	return r, wrap(err, "read a round")
}

// Rounds are the rounds of all checklists that began since a moment, the newest first.
func (s *Store) Rounds(ctx context.Context, since time.Time) ([]routine.Round, error) {
	rows, err := s.pool.Query(ctx, `select doc from mayday.round where begun_at >= $1 order by begun_at desc, routine`, since)
	if err != nil {
		return nil, wrap(err, "list rounds")
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[routine.Round])
	return list, wrap(err, "list rounds")
}

// Readings are the numbers that a query answered from one day to another, both included, by day.
func (s *Store) Readings(ctx context.Context, query string, from, to routine.Day) (map[routine.Day]float64, error) {
	rows, err := s.pool.Query(ctx, `select day::text, value from mayday.reading where query = $1 and day between $2::date and $3::date`, query, string(from), string(to))
	if err != nil {
		return nil, wrap(err, "read what a query answered before")
	}
	all := map[routine.Day]float64{}
	var day routine.Day
	var value float64
	_, err = pgx.ForEachRow(rows, []any{&day, &value}, func() error { all[day] = value; return nil })
	return all, wrap(err, "read what a query answered before")
}
