package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/routine"
)

// factAge holds the month of which the runbook's age was looked at last, by its first day.
const factAge = "runbook/age"

// AgeRunbook has the runbook's age looked at when a month's turn has come, once however many replicas ask.
func (s *Store) AgeRunbook(ctx context.Context, month routine.Day) error {
	err := s.commit(ctx, func(tx *transaction) error {
		if _, err := tx.Exec(ctx, `insert into mayday.fact (key, value) values ($1, '') on conflict do nothing`, factAge); err != nil {
			return err
		}
		var last routine.Day
		if err := tx.QueryRow(ctx, `select value from mayday.fact where key = $1 for update`, factAge).Scan(&last); err != nil {
			return err
		}
		remember, check := routine.TurnOfMonth(last, month)
		if !remember {
			return nil
		}
		if _, err := tx.Exec(ctx, `update mayday.fact set value = $2 where key = $1`, factAge, string(month)); err != nil || !check {
			return err
		}
		return s.insertRoutine(ctx, tx, factAge, []routine.Effect{routine.CheckRunbook{Month: month}})
	})
	return wrap(err, "look whether it is time to look at the runbook's age")
}

// ScenariosUsed are the scenarios of incidents that were declared and of alerts that were offered since a moment.
func (s *Store) ScenariosUsed(ctx context.Context, since time.Time) (map[string]bool, error) {
	rows, err := s.pool.Query(ctx, `select distinct w -> 'playbook' ->> 'slug' from mayday.incident, jsonb_array_elements(doc -> 'walks') w where declared_at >= $1
		union select doc -> 'found' ->> 'scenario' from mayday.offer where grew_at >= $1 and doc -> 'found' ->> 'scenario' is not null`, since)
	if err != nil {
		return nil, wrap(err, "look which scenarios were of use")
	}
	slugs, err := pgx.CollectRows(rows, pgx.RowTo[*string])
	used := map[string]bool{}
	for _, slug := range slugs {
		if slug != nil {
			used[*slug] = true
		}
	}
	return used, wrap(err, "look which scenarios were of use")
}

// Since is when this installation began; zero when that is not known.
func (s *Store) Since(ctx context.Context) (time.Time, error) {
	var at *time.Time // nobody's minimum is null
	if err := s.pool.QueryRow(ctx, `select min(at) from mayday.migration`).Scan(&at); err != nil || at == nil {
		return time.Time{}, wrap(err, "look since when there is this installation")
	}
	return at.UTC(), nil
}
