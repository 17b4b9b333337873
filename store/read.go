package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// Incident reads one; ErrNotFound when there is none, ErrAnother when the number is
// another one's by now.
func (s *Store) Incident(ctx context.Context, ref incident.Ref) (incident.Incident, error) {
	var d document
	err := s.one(ctx, nil, `doc`, `id = $1`, ref.Incident, func(row pgx.Row) (err error) {
		d, err = scanDocument(row)
		return err
	})
	if err == nil && !ref.Means(d.Ref()) {
		return incident.Incident{}, ErrAnother
	}
	return d.Incident, wrap(err, "read an incident")
}

// See is Incident for those who only look at it. Those who ask while it stands as it does share what is read.
func (s *Store) See(ctx context.Context, ref incident.Ref) (Seen, error) {
	seen, err := s.see(ctx, "#"+strconv.FormatInt(ref.Incident, 10), `id = $1`, ref.Incident)
	if err == nil && !ref.Means(seen.Ref()) {
		return Seen{}, ErrAnother
	}
	return seen, wrap(err, "read an incident")
}

// SeeIn reads the incident whose channel it is; ErrNotFound when it is no incident's. Those who ask while it stands as
// it does share what is read.
func (s *Store) SeeIn(ctx context.Context, channel string) (Seen, error) {
	if channel == "" {
		return Seen{}, ErrNotFound
	}
	seen, err := s.see(ctx, channel, `channel_id = $1`, channel)
	return seen, wrap(err, "read an incident by its channel")
}

// InChannel is SeeIn for those who need no more than the incident. It must not be written to.
func (s *Store) InChannel(ctx context.Context, channel string) (incident.Incident, error) {
	seen, err := s.SeeIn(ctx, channel)
	return seen.Incident, err
}

// Delivered reports whether a delivery with one of these keys was acted upon.
func (s *Store) Delivered(ctx context.Context, keys []string) (there bool, err error) {
	err = s.pool.QueryRow(ctx, `select exists (select from mayday.delivery where key = any($1))`, keys).Scan(&there)
	return there, wrap(err, "look for a delivery")
}

// Filter narrows List.
type Filter struct {
	// Live leaves out what is resolved, closed or cancelled.
	Live bool
	// Word must occur in the title, the severity or the channel's name; empty admits all.
	Word string
	// Since leaves out what was declared before it.
	Since time.Time
	// Visible leaves out private incidents in which this person takes no part;
	// empty leaves out every private one.
	Visible incident.Person
	// Part leaves out those in which this person takes no part, but for the one whose channel is
	// PartOr; empty admits all.
	Part   incident.Person
	PartOr string
	// Limit defaults to 20.
	Limit int
}

// List reads incidents, newest first. What stands as it did may be shared: it must not be written to.
func (s *Store) List(ctx context.Context, f Filter) ([]incident.Incident, error) {
	if f.Limit <= 0 {
		f.Limit = 20
	}
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	rows, err := s.pool.Query(ctx, `select id, doc from mayday.incident
		where (not $1 or status in ('open', 'investigating', 'identified', 'monitoring'))
		  and ($2 = '' or title ilike '%' || $2 || '%' or severity ilike $2 or doc ->> 'channel_name' ilike '%' || $2 || '%')
		  and declared_at >= $3
		  and (not coalesce((doc -> 'private')::boolean, false) or doc -> 'responders' @> to_jsonb($4::text))
		  and ($6 = '' or doc -> 'responders' @> to_jsonb($6::text) or doc ->> 'channel_id' = nullif($7, ''))
		order by declared_at desc, id desc limit $5`, f.Live, escape.Replace(f.Word), f.Since, f.Visible, f.Limit, f.Part, f.PartOr)
	if err != nil {
		return nil, wrap(err, "list incidents")
	}
	of := &s.kept
	if f.Limit > mostKept { // they would take the place of all others
		of = nil
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (incident.Incident, error) {
		seen, err := of.scan(row)
		return seen.Incident, err
	})
	return list, wrap(err, "list incidents")
}

// CountLive is how many incidents go on.
func (s *Store) CountLive(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, `select count(*) from mayday.incident where status in ('open', 'investigating', 'identified', 'monitoring')`).Scan(&n)
	return n, wrap(err, "count open incidents")
}

// Timeline reads the events of an incident with a Seq over after, oldest first,
// at most limit of them; a limit of 0 reads all.
func (s *Store) Timeline(ctx context.Context, id int64, after, limit int) ([]incident.Event, error) {
	if limit <= 0 {
		limit = 1 << 30
	}
	var evs []incident.Event
	err := s.quickly(ctx, nil, func(rows pgx.Rows) (err error) {
		evs, err = pgx.CollectRows(rows, pgx.RowTo[incident.Event])
		return err
	}, `select doc from mayday.event where incident_id = $1 and seq > $2 order by seq limit $3`, id, after, limit)
	return evs, wrap(err, "read a timeline")
}
