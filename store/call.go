package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// Call is the direct message of a page to one person: a surface of an incident, and what
// stands in Slack of it. Several may share one message.
type Call struct {
	Incident int64
	Page     int
	Person   incident.Person
	Shown
}

// Surface is the name of a call's surface: "page/<n>/<person>".
func (c Call) Surface() string { return "page/" + strconv.Itoa(c.Page) + "/" + c.Person }

// Same reports whether two are of one page and person, whatever stands.
func (c Call) Same(other Call) bool {
	return c.Incident == other.Incident && c.Page == other.Page && c.Person == other.Person
}

// callOf reads the name of a surface; false when it is no page's.
func callOf(id int64, surface string, sh Shown) (Call, bool) {
	parts := strings.SplitN(surface, "/", 3)
	if len(parts) < 3 || parts[0] != "page" {
		return Call{}, false
	}
	n, err := strconv.Atoi(parts[1])
	return Call{id, n, parts[2], sh}, err == nil
}

// Sharing lists the calls that a direct message stands for.
func (s *Store) Sharing(ctx context.Context, channel, ts string) ([]Call, error) {
	return s.calls(ctx, `where channel = $1 and ts = $2 and surface like 'page/%' order by incident_id, surface`, channel, ts)
}

const selectCalls = `select incident_id, surface, ` + shownColumns + ` from mayday.surface `

func (s *Store) calls(ctx context.Context, where string, args ...any) ([]Call, error) {
	rows, err := s.pool.Query(ctx, selectCalls+where, args...)
	if err != nil {
		return nil, wrap(err, "read calls")
	}
	list, err := scanCalls(rows)
	return list, wrap(err, "read calls")
}

func scanCalls(rows pgx.Rows) (list []Call, err error) {
	var id int64
	var surface string
	var sh Shown
	_, err = pgx.ForEachRow(rows, append([]any{&id, &surface}, sh.columns()...), func() error {
		if sh.TriedAt.IsZero() {
			sh.TriedAt = time.Time{} // in no zone
		}
		if c, ok := callOf(id, surface, sh); ok {
			list = append(list, c)
		}
		return nil
	})
	return list, err
}

// Enqueue puts a call into the line of a direct conversation, where it may be already. It gives how many wait there
// besides those who come in the same moment, 1000 at most.
func (s *Store) Enqueue(ctx context.Context, channel string, c Call) (waiting int, err error) {
	err = s.pool.QueryRow(ctx, `with mine as (insert into mayday.surface (incident_id, surface, channel) values ($1, $2, $3) on conflict do nothing)
		select count(*) from (select from mayday.surface where channel = $3 and ts = '' and surface like 'page/%' limit 1000) as line`, c.Incident, c.Surface(), channel).Scan(&waiting)
	return waiting, wrap(err, "put a page in line")
}

// Calling records that calls are about to be posted, or their message to be edited,
// together. Each is as it was read, and none under way; ErrOvertaken means that somebody
// else changed or tried one since. Who records something at the same time shares the wait for the disk.
func (s *Store) Calling(ctx context.Context, channel string, list []Call) error {
	list = slices.Clone(list)
	for i := range list {
		list[i].Channel = channel
	}
	_, err := s.marks.ask(ctx, list)
	return wrap(err, "record an attempt")
}

func (s *Store) writeMarks(ctx context.Context, asked [][]Call) ([]struct{}, error) {
	list := slices.Concat(asked...)
	ids, surfaces := columnsOf(list)
	channels, ts, digests := make([]string, len(list)), make([]string, len(list)), make([]string, len(list))
	for i, c := range list {
		channels[i], ts[i], digests[i] = c.Channel, c.TS, c.Digest
	}
	return make([]struct{}, len(asked)), s.commit(ctx, func(tx *transaction) error {
		tag, err := tx.Exec(ctx, `insert into mayday.surface as s (incident_id, surface, channel, ts, digest, tried_at)
			select id, name, channel, ts, digest, now() from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[]) as x (id, name, channel, ts, digest)
			on conflict (incident_id, surface) do update set channel = excluded.channel, tried_at = now()
			where s.ts = excluded.ts and s.digest = excluded.digest and s.tried_at is null`, ids, surfaces, channels, ts, digests)
		if err == nil && tag.RowsAffected() < int64(len(list)) {
			return unfit{ErrOvertaken} // one of them; each is tried alone
		}
		return err
	})
}

// SaveCalls records what stands in Slack now of each call and clears the attempt. Who records something at the same
// time shares the wait for the disk.
func (s *Store) SaveCalls(ctx context.Context, list []Call) error {
	_, err := s.saves.ask(ctx, list)
	return wrap(err, "record calls")
}

func (s *Store) writeCalls(ctx context.Context, asked [][]Call) ([]struct{}, error) {
	list := slices.Concat(asked...)
	ids, surfaces := columnsOf(list)
	channels, ts, digests := make([]string, len(list)), make([]string, len(list)), make([]string, len(list))
	revisions := make([]int, len(list))
	for i, c := range list {
		channels[i], ts[i], digests[i], revisions[i] = c.Channel, c.TS, c.Digest, c.Revision
	}
	_, err := s.pool.Exec(ctx, `insert into mayday.surface (incident_id, surface, channel, ts, revision, digest)
		select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[])
		on conflict (incident_id, surface) do update set channel = excluded.channel, ts = excluded.ts, revision = excluded.revision, digest = excluded.digest, tried_at = null`,
		ids, surfaces, channels, ts, revisions, digests)
	return make([]struct{}, len(asked)), err
}

// LeaveLine forgets calls that nobody is to get any more and of which none stands.
func (s *Store) LeaveLine(ctx context.Context, list []Call) error {
	ids, surfaces := columnsOf(list)
	_, err := s.pool.Exec(ctx, `delete from mayday.surface where (incident_id, surface) in (select * from unnest($1::bigint[], $2::text[])) and ts = '' and tried_at is null`, ids, surfaces)
	return wrap(err, "take pages out of the line")
}

func columnsOf(list []Call) (ids []int64, surfaces []string) {
	for _, c := range list {
		ids, surfaces = append(ids, c.Incident), append(surfaces, c.Surface())
	}
	return ids, surfaces
}

// IncidentsOf reads incidents by their numbers; those that are gone are left out.
func (s *Store) IncidentsOf(ctx context.Context, ids []int64) (map[int64]incident.Incident, error) {
	rows, err := s.pool.Query(ctx, `select doc from mayday.incident where id = any($1)`, ids)
	if err != nil {
		return nil, wrap(err, "read incidents")
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[incident.Incident])
	found := make(map[int64]incident.Incident, len(list))
	for _, inc := range list {
		found[inc.ID] = inc
	}
	return found, wrap(err, "read incidents")
}
