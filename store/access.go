package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/routine"
)

// Greeted are the people whom the runbook listed when mayday looked.
func (s *Store) Greeted(ctx context.Context) (map[routine.Person]bool, error) {
	rows, err := s.pool.Query(ctx, `select person from mayday.newcomer`)
	if err != nil {
		return nil, wrap(err, "list the contacts that are known")
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	all := map[routine.Person]bool{}
	for _, p := range list {
		all[p] = true
	}
	return all, wrap(err, "list the contacts that are known")
}

// Greet remembers people whom the runbook lists, all together; whoever is known already is left as they are.
func (s *Store) Greet(ctx context.Context, list []routine.NewcomerChange) error {
	err := s.commit(ctx, func(tx *transaction) error {
		for _, c := range list {
			tag, err := tx.Exec(ctx, `insert into mayday.newcomer (person, doc) values ($1, $2) on conflict do nothing`, c.Newcomer.Person, c.Newcomer)
			if err != nil {
				return err
			}
			if tag.RowsAffected() == 0 {
				continue
			}
			if err := s.insertRoutine(ctx, tx, "access", c.Effects); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap(err, "remember contacts")
}

// Newcomer reads one; ErrNotFound when there is none.
func (s *Store) Newcomer(ctx context.Context, p routine.Person) (n routine.Newcomer, err error) {
	err = s.pool.QueryRow(ctx, `select doc from mayday.newcomer where person = $1`, p).Scan(&n)
	if errors.Is(err, pgx.ErrNoRows) {
		return n, ErrNotFound
	}
	return n, wrap(err, "read the list of a contact")
}

// UpdateNewcomer locks somebody's list, lets decide look at it and stores what it returns.
func (s *Store) UpdateNewcomer(ctx context.Context, p routine.Person, keys []string, decide func(n routine.Newcomer, now time.Time) routine.NewcomerChange) (routine.Newcomer, error) {
	var out routine.Newcomer
	err := s.commit(ctx, func(tx *transaction) error {
		var raw []byte
		b := &pgx.Batch{}
		b.Queue(`select doc from mayday.newcomer where person = $1 for update`, p).QueryRow(func(row pgx.Row) error {
			if err := row.Scan(&raw); !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			return ErrNotFound
		})
		claim(b, keys, `null::bigint`)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		n, err := readRow[routine.Newcomer](raw)
		if err != nil {
			return err
		}
		c := decide(n.value, s.Now())
		out = c.Newcomer
		doc, err := withUnknown(n.whole, n.value, c.Newcomer)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update mayday.newcomer set doc = $2 where person = $1`, p, doc); err != nil {
			return err
		}
		return s.insertRoutine(ctx, tx, "access", c.Effects)
	})
	return out, wrap(err, "update the list of a contact")
}
