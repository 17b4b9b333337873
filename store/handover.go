package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/oncall"
)

// HandoverDecision is a decision on a handover of a shift, with its arguments filled in.
type HandoverDecision func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error)

// AskShiftHandover stores a handover of shifts, whose id it gives, in place of those by the same person that nobody answered. keys name the delivery that asked for it:
// ErrDuplicate when one was seen before.
func (s *Store) AskShiftHandover(ctx context.Context, keys []string, h oncall.Handover) (oncall.Handover, error) {
	h.ID = newUID()
	err := s.commit(ctx, func(tx *transaction) error {
		if len(keys) > 0 {
			b := &pgx.Batch{}
			claim(b, keys, `null::bigint`)
			if err := tx.SendBatch(ctx, b).Close(); err != nil {
				return err
			}
		}
		now := s.Now()
		rows, err := tx.Query(ctx, `select id from mayday.handover where until_at > $1 and doc ->> 'by' = $2 order by id for update`, now, h.By)
		if err != nil {
			return err
		}
		before, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, id := range before {
			if _, err := s.decideHandover(ctx, tx, id, func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
				return oncall.Withdraw(h, now), nil
			}); err != nil {
				return err
			}
		}
		c := oncall.Ask(h, now)
		h = c.Handover
		if _, err := tx.Exec(ctx, `insert into mayday.handover (id, doc, due_at, until_at) values ($1, $2, $3, $4)`, h.ID, h, h.Due, h.Until()); err != nil {
			return err
		}
		return s.insertHandover(ctx, tx, c)
	})
	return h, wrap(err, "ask for a handover")
}

// UpdateShiftHandover locks a handover, lets decide look at it and stores what it returns; ErrNotFound when there is none.
func (s *Store) UpdateShiftHandover(ctx context.Context, id string, keys []string, decide HandoverDecision) (out oncall.Handover, err error) {
	err = s.commit(ctx, func(tx *transaction) error {
		if len(keys) > 0 {
			b := &pgx.Batch{}
			claim(b, keys, `null::bigint`)
			if err := tx.SendBatch(ctx, b).Close(); err != nil {
				return err
			}
		}
		out, err = s.decideHandover(ctx, tx, id, decide)
		return err
	})
	return out, wrap(err, "update a handover")
}

func (s *Store) decideHandover(ctx context.Context, tx *transaction, id string, decide HandoverDecision) (oncall.Handover, error) {
	var raw []byte
	err := tx.QueryRow(ctx, `select doc from mayday.handover where id = $1 for update`, id).Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return oncall.Handover{}, ErrNotFound
	}
	if err != nil {
		return oncall.Handover{}, err
	}
	h, err := readRow[oncall.Handover](raw)
	if err != nil {
		return oncall.Handover{}, err
	}
	c, err := decide(h.value, s.Now())
	if err != nil || len(c.Effects) == 0 {
		return c.Handover, err
	}
	doc, err := withUnknown(h.whole, h.value, c.Handover)
	if err != nil {
		return c.Handover, err
	}
	due := known(c.Handover.Due)
	if c.Handover.Answer != oncall.Waits {
		due = nil
	}
	if _, err := tx.Exec(ctx, `update mayday.handover set doc = $2, due_at = $3 where id = $1`, id, doc, due); err != nil {
		return c.Handover, err
	}
	return c.Handover, s.insertHandover(ctx, tx, c)
}

// insertHandover stores one job per effect.
func (s *Store) insertHandover(ctx context.Context, tx *transaction, c oncall.HandoverChange) error {
	jobs, err := jobsAbout(map[string]string{"handover": c.Handover.ID}, c.Effects)
	if err != nil {
		return err
	}
	return s.insert(ctx, tx, jobs)
}

// ShiftHandover reads one; ErrNotFound when there is none.
func (s *Store) ShiftHandover(ctx context.Context, id string) (h oncall.Handover, err error) {
	err = s.pool.QueryRow(ctx, `select doc from mayday.handover where id = $1`, id).Scan(&h)
	if errors.Is(err, pgx.ErrNoRows) {
		return h, ErrNotFound
	}
	return h, wrap(err, "read a handover")
}

// DueShiftHandovers are those that were to be answered by now.
func (s *Store) DueShiftHandovers(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, `select id from mayday.handover where due_at <= $1 order by due_at limit 100`, s.Now())
	if err != nil {
		return nil, wrap(err, "look for handovers without an answer")
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return ids, wrap(err, "look for handovers without an answer")
}

// handed are the shifts of a source that were handed over and have not ended, and whose each was.
func (s *Store) handed(ctx context.Context, roster string) (shifts oncall.Roster, gave []oncall.Person, err error) {
	rows, err := s.pool.Query(ctx, `select doc from mayday.handover where until_at > $1 and doc ->> 'answer' = 'accepted' order by id`, s.Now())
	if err != nil {
		return nil, nil, wrap(err, "read who took shifts over")
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[oncall.Handover])
	for _, h := range list {
		for _, shift := range h.Shifts(roster) {
			shifts, gave = append(shifts, shift), append(gave, h.Gave[roster])
		}
	}
	return shifts, gave, wrap(err, "read who took shifts over")
}
