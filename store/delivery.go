package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"mayday/incident"
)

// Untold is an aloud event that still has to be posted.
type Untold struct {
	Event incident.Event
	// TriedAt is set when an earlier attempt may have succeeded without our knowing.
	TriedAt time.Time
}

// Untold lists what has to be told in an incident's channel, in order.
func (s *Store) Untold(ctx context.Context, id int64) ([]Untold, error) {
	rows, err := s.pool.Query(ctx, `select doc, coalesce(tried_at, '0001-01-01Z') from mayday.event
		where incident_id = $1 and aloud and told_at is null order by seq`, id)
	if err != nil {
		return nil, wrap(err, "read what is untold")
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (u Untold, err error) {
		err = r.Scan(&u.Event, &u.TriedAt)
		return u, err
	})
	return list, wrap(err, "read what is untold")
}

// Spoken is an event that was told, and the message's timestamp in the channel.
type Spoken struct {
	Event incident.Event
	TS    string
}

// Spoken lists what was told in an incident's channel and stands there, in order.
func (s *Store) Spoken(ctx context.Context, id int64) ([]Spoken, error) {
	rows, err := s.pool.Query(ctx, `select doc, told_ts from mayday.event where incident_id = $1 and aloud and told_ts <> '' order by seq`, id)
	if err != nil {
		return nil, wrap(err, "read what was told")
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (sp Spoken, err error) {
		err = r.Scan(&sp.Event, &sp.TS)
		return sp, err
	})
	return list, wrap(err, "read what was told")
}

// Telling records that events are about to be posted together. triedAt is as it was
// read; ErrOvertaken means that one of them was tried or told by somebody else since,
// who may have got the lock while this one waited for its turn.
func (s *Store) Telling(ctx context.Context, id int64, seqs []int, triedAt time.Time) error {
	tag, err := s.pool.Exec(ctx, `update mayday.event set tried_at = coalesce(tried_at, now()) where incident_id = $1 and seq = any($2)
		and told_at is null and tried_at is not distinct from $3`, id, seqs, known(triedAt))
	if err == nil && tag.RowsAffected() < int64(len(seqs)) {
		return ErrOvertaken
	}
	return wrap(err, "record an attempt")
}

// known is a time, or null for the zero one.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// NotTelling takes an attempt back that certainly posted nothing.
func (s *Store) NotTelling(ctx context.Context, id int64, seqs []int) error {
	_, err := s.pool.Exec(ctx, `update mayday.event set tried_at = null where incident_id = $1 and seq = any($2)`, id, seqs)
	return wrap(err, "take an attempt back")
}

// Told records where events were posted; an empty ts is of those that nobody can post.
func (s *Store) Told(ctx context.Context, id int64, seqs []int, ts string) error {
	_, err := s.pool.Exec(ctx, `update mayday.event set told_at = now(), told_ts = $3 where incident_id = $1 and seq = any($2)`, id, seqs, ts)
	return wrap(err, "record what was told")
}

// Shown is what stands in Slack of a surface.
type Shown struct {
	Channel string
	// TS of the message, empty when there is none.
	TS string
	// Revision of the incident that it shows, and a digest of how it looks.
	Revision int
	Digest   string
	// Pinned is set once it is pinned in its channel.
	Pinned bool
	// TriedAt is set while a post or an edit is under way or its outcome unknown.
	TriedAt time.Time
}

// shownColumns of mayday.surface are read into columns.
const shownColumns = `channel, ts, revision, digest, pinned, coalesce(tried_at, '0001-01-01Z')`

func (sh *Shown) columns() []any {
	return []any{&sh.Channel, &sh.TS, &sh.Revision, &sh.Digest, &sh.Pinned, &sh.TriedAt}
}

// Shown reads a surface; the zero Shown when it was never shown.
func (s *Store) Shown(ctx context.Context, id int64, surface string) (Shown, error) {
	var sh Shown
	err := s.pool.QueryRow(ctx, `select `+shownColumns+` from mayday.surface
		where incident_id = $1 and surface = $2`, id, surface).Scan(sh.columns()...)
	if errors.Is(err, pgx.ErrNoRows) {
		return Shown{}, nil
	}
	return sh, wrap(err, "read a surface")
}

// Showing records that a surface is about to be posted or edited. from is the row as
// it was read; ErrOvertaken means that somebody else changed it since.
func (s *Store) Showing(ctx context.Context, id int64, surface string, from Shown) error {
	tag, err := s.pool.Exec(ctx, `insert into mayday.surface (incident_id, surface, tried_at) values ($1, $2, now())
		on conflict (incident_id, surface) do update set tried_at = coalesce(mayday.surface.tried_at, now())
		where mayday.surface.ts = $3 and mayday.surface.digest = $4 and mayday.surface.tried_at is not distinct from $5`, id, surface, from.TS, from.Digest, known(from.TriedAt))
	if err == nil && tag.RowsAffected() == 0 {
		return ErrOvertaken
	}
	return wrap(err, "record an attempt")
}

// SaveShown records what stands in Slack now and clears the attempt.
func (s *Store) SaveShown(ctx context.Context, id int64, surface string, sh Shown) error {
	return wrap(saveShown(ctx, s.pool, id, surface, sh), "record a surface")
}

// SaveSuperseding is SaveShown for a message that took the place of another one, and has
// that one removed, in one transaction.
func (s *Store) SaveSuperseding(ctx context.Context, sh Shown, old incident.Supersede) error {
	err := s.commit(ctx, func(tx *transaction) error {
		if err := saveShown(ctx, tx, old.Incident, old.Surface, sh); err != nil {
			return err
		}
		return s.enqueueFor(ctx, tx, old.Incident, old)
	})
	return wrap(err, "record a surface")
}

func saveShown(ctx context.Context, db executor, id int64, surface string, sh Shown) error {
	_, err := db.Exec(ctx, `insert into mayday.surface (incident_id, surface, channel, ts, revision, digest, pinned) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (incident_id, surface) do update set channel = $3, ts = $4, revision = $5, digest = $6, pinned = $7, tried_at = null,
			below = case when mayday.surface.ts = $4 then mayday.surface.below else 0 end`,
		id, surface, sh.Channel, sh.TS, sh.Revision, sh.Digest, sh.Pinned)
	return err
}

// executor is a transaction, or the pool.
type executor interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Fact reads a small fact; empty when it is not known.
func (s *Store) Fact(ctx context.Context, key string) (string, error) {
	var v string
	err := s.pool.QueryRow(ctx, `select value from mayday.fact where key = $1`, key).Scan(&v)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return v, wrap(err, "read a fact")
}

// Installation is a random name that this database has for good. It tells its
// incidents from those of another installation that shares a repository.
func (s *Store) Installation(ctx context.Context) (string, error) {
	var v string
	err := s.pool.QueryRow(ctx, `with made as (insert into mayday.fact (key, value) values ('installation', left(replace(gen_random_uuid()::text, '-', ''), 12))
		on conflict do nothing returning value) select value from made union all select value from mayday.fact where key = 'installation' limit 1`).Scan(&v)
	return v, wrap(err, "read the installation's name")
}

// SaveFact remembers a small fact.
func (s *Store) SaveFact(ctx context.Context, key, value string) error {
	_, err := s.pool.Exec(ctx, `insert into mayday.fact (key, value) values ($1, $2) on conflict (key) do update set value = $2`, key, value)
	return wrap(err, "remember a fact")
}

// ShownPages reads every call of an incident's pages, those that stand nowhere too.
func (s *Store) ShownPages(ctx context.Context, id int64) ([]Call, error) {
	return s.calls(ctx, `where incident_id = $1 and surface like 'page/%' order by surface`, id)
}
