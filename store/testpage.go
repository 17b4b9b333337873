package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/routine"
)

// Tester reads what somebody tried; one who never did is a new one.
func (s *Store) Tester(ctx context.Context, p routine.Person) (routine.Tester, error) {
	t := routine.Tester{Person: p}
	err := s.pool.QueryRow(ctx, `select doc from mayday.tester where person = $1`, p).Scan(&t)
	return t, wrap(ignore(err, pgx.ErrNoRows), "read the test pages of somebody")
}

// UpdateTester locks the test pages of somebody, lets decide look at them and stores what it returns. keys name the delivery that asked for it:
// ErrDuplicate when one was seen before.
func (s *Store) UpdateTester(ctx context.Context, p routine.Person, keys []string, decide func(t routine.Tester, now time.Time) routine.TesterChange) (out routine.Tester, err error) {
	err = s.commit(ctx, func(tx *transaction) error {
		var raw []byte
		b := &pgx.Batch{}
		b.Queue(`insert into mayday.tester (person, doc) values ($1, jsonb_build_object('person', $1::text, 'revision', 0)) on conflict do nothing`, p)
		b.Queue(`select doc from mayday.tester where person = $1 for update`, p).QueryRow(func(row pgx.Row) error { return row.Scan(&raw) })
		claim(b, keys, `null::bigint`)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		t, err := readRow[routine.Tester](raw)
		if err != nil {
			return err
		}
		c := decide(t.value, s.Now())
		out = c.Tester
		if c.Tester.Revision == t.value.Revision {
			return s.insertRoutine(ctx, tx, "test page", c.Effects)
		}
		doc, err := withUnknown(t.whole, t.value, c.Tester)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update mayday.tester set doc = $2 where person = $1`, p, doc); err != nil {
			return err
		}
		return s.insertRoutine(ctx, tx, "test page", c.Effects)
	})
	return out, wrap(err, "update the test pages of somebody")
}
