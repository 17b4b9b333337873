package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
	"mayday/oncall"
)

// Roster is what is known of a calendar or another source that says who is on call.
type Roster struct {
	Key string
	oncall.Kept
	// Unread counts the events of a calendar that were not understood, or name nobody.
	Unread int
	// ETag and Modified are the calendar's own words for what was read.
	ETag, Modified string
}

const rosterColumns = `key, shifts, unread, etag, modified, problem, coalesce(read_at, '0001-01-01Z')`

func scanRoster(row pgx.Row) (r Roster, err error) {
	var shifts []byte
	if err = row.Scan(&r.Key, &shifts, &r.Unread, &r.ETag, &r.Modified, &r.Problem, &r.ReadAt); err != nil {
		return Roster{}, err
	}
	return r, json.Unmarshal(shifts, &r.Shifts)
}

// RosterTurn says that the calendar with this key is to be read now, by whoever asks first: once every so often, however
// many replicas there are. ok is false when it is not time yet.
func (s *Store) RosterTurn(ctx context.Context, key string, every time.Duration) (r Roster, ok bool, err error) {
	now := s.Now()
	r, err = scanRoster(s.pool.QueryRow(ctx, `insert into mayday.roster as r (key, asked_at) values ($1, $2)
		on conflict (key) do update set asked_at = excluded.asked_at where r.asked_at <= $3
		returning `+rosterColumns, key, now, now.Add(-every)))
	if errors.Is(err, pgx.ErrNoRows) {
		return Roster{}, false, nil
	}
	return r, err == nil, wrap(err, "take the turn of a calendar")
}

// SaveRoster keeps what a calendar says, with the time now.
func (s *Store) SaveRoster(ctx context.Context, r Roster) error {
	if r.Shifts == nil {
		r.Shifts = oncall.Roster{}
	}
	shifts, err := json.Marshal(r.Shifts)
	if err != nil {
		return wrap(err, "write a calendar")
	}
	_, err = s.pool.Exec(ctx, `update mayday.roster set shifts = $2, unread = $3, etag = $4, modified = $5, problem = '', read_at = $6 where key = $1`,
		r.Key, shifts, r.Unread, r.ETag, r.Modified, s.Now())
	return wrap(err, "keep a calendar")
}

// RosterSame keeps that a calendar says what it said before.
func (s *Store) RosterSame(ctx context.Context, key string) error {
	_, err := s.pool.Exec(ctx, `update mayday.roster set problem = '', read_at = $2 where key = $1`, key, s.Now())
	return wrap(err, "keep a calendar")
}

// RosterFailed keeps why a calendar could not be read. What it said last stands.
func (s *Store) RosterFailed(ctx context.Context, key, problem string) error {
	_, err := s.pool.Exec(ctx, `update mayday.roster set problem = $2 where key = $1`, key, problem)
	return wrap(err, "keep that a calendar was not read")
}

// OnCall gives what is known of the source of a contact, of its overrides and of what was handed over; nothing is when nobody ever asked them.
func (s *Store) OnCall(ctx context.Context, c incident.Contact) (oncall.Kept, error) {
	handed, gave, err := s.handed(ctx, c.Roster)
	if err != nil {
		return oncall.Kept{}, err
	}
	kept, err := s.Roster(ctx, c.Roster)
	kept.Handed, kept.Gave = handed, gave
	if err != nil && !errors.Is(err, ErrNotFound) || c.Overrides == "" {
		return kept.Kept, ignore(err, ErrNotFound)
	}
	over, err := s.Roster(ctx, c.Overrides)
	kept.Over = &over.Kept
	return kept.Kept, ignore(err, ErrNotFound)
}

// ignore is an error unless it is that one.
func ignore(err, that error) error {
	if errors.Is(err, that) {
		return nil
	}
	return err
}

// Roster gives what is known of a calendar; ErrNotFound when nobody ever asked it.
func (s *Store) Roster(ctx context.Context, key string) (Roster, error) {
	r, err := scanRoster(s.pool.QueryRow(ctx, `select `+rosterColumns+` from mayday.roster where key = $1`, key))
	if errors.Is(err, pgx.ErrNoRows) {
		return Roster{}, ErrNotFound
	}
	return r, wrap(err, "read a calendar")
}
