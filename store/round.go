package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"mayday/routine"
)

// RoundShown is what stands in Slack of a round; the zero Shown when it was never shown.
func (s *Store) RoundShown(ctx context.Context, ref routine.Ref) (Shown, error) {
	var sh Shown
	err := s.pool.QueryRow(ctx, `select channel, ts, revision, digest, coalesce(tried_at, '0001-01-01Z') from mayday.round
		where routine = $1 and period = $2::date`, ref.Routine, string(ref.Period)).Scan(&sh.Channel, &sh.TS, &sh.Revision, &sh.Digest, &sh.TriedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return sh, ErrNotFound
	}
	return sh, wrap(err, "read where a round stands")
}

// ShowingRound records that the message of a round is about to be posted or edited. from is as it was read;
// ErrOvertaken means that somebody else changed it since.
func (s *Store) ShowingRound(ctx context.Context, ref routine.Ref, from Shown) error {
	tag, err := s.pool.Exec(ctx, `update mayday.round set tried_at = coalesce(tried_at, now())
		where routine = $1 and period = $2::date and ts = $3 and digest = $4 and tried_at is not distinct from $5`,
		ref.Routine, string(ref.Period), from.TS, from.Digest, known(from.TriedAt))
	if err == nil && tag.RowsAffected() == 0 {
		return ErrOvertaken
	}
	return wrap(err, "record an attempt")
}

// SaveRoundShown records what stands in Slack now and clears the attempt.
func (s *Store) SaveRoundShown(ctx context.Context, ref routine.Ref, sh Shown) error {
	_, err := s.pool.Exec(ctx, `update mayday.round set channel = $3, ts = $4, revision = $5, digest = $6, tried_at = null
		where routine = $1 and period = $2::date`, ref.Routine, string(ref.Period), sh.Channel, sh.TS, sh.Revision, sh.Digest)
	return wrap(err, "record where a round stands")
}
