package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// Survey is the job that looks at the announce channel, and has a look taken at the
// channels of open incidents, some in each survey.
type Survey struct{}

// Kind names the job.
func (Survey) Kind() string { return "survey" }

// AskSurvey has a survey made soon, by any replica.
func (s *Store) AskSurvey(ctx context.Context) error {
	err := s.commit(ctx, func(tx *transaction) error {
		return s.enqueueAlone(ctx, tx, Survey{})
	})
	return wrap(err, "ask for a survey")
}

// surveyed is the key of the fact that keeps the number of the incident that the last survey ended with.
const surveyed = "survey/after"

// LookAround has the channels of open incidents looked at, at most most of them: it begins after the one with which the
// last survey ended, and goes round. Looks that still wait count among them, so that no more are asked for than are
// made. n is how many were asked for.
func (s *Store) LookAround(ctx context.Context, most int) (n int, err error) {
	err = s.commit(ctx, func(tx *transaction) error {
		var after int64
		if err := tx.QueryRow(ctx, `insert into mayday.fact (key, value) values ($1, '0') on conflict (key) do update set value = fact.value returning value::bigint`, surveyed).Scan(&after); err != nil {
			return err
		}
		var waiting int
		if err := tx.QueryRow(ctx, `select count(*) from river.river_job where kind = $1 and state in ('available', 'retryable', 'running', 'scheduled')`, incident.LookAtChannel{}.Kind()).Scan(&waiting); err != nil {
			return err
		}
		next, err := nextLive(ctx, tx, after, most-waiting)
		if n = len(next); err != nil || n == 0 {
			return err
		}
		var jobs []job
		for _, ref := range next {
			more, err := jobsFor(ref.Incident, incident.LookAtChannel{Ref: ref, Holders: true})
			if err != nil {
				return err
			}
			jobs = append(jobs, more...)
		}
		if _, err := tx.Exec(ctx, `update mayday.fact set value = $2::bigint::text where key = $1`, surveyed, next[n-1].Incident); err != nil {
			return err
		}
		return s.insert(ctx, tx, jobs)
	})
	return n, wrap(err, "ask for looks at channels")
}

// nextLive names open incidents that have a channel, at most most of them: those after a number, then those up to it.
func nextLive(ctx context.Context, tx pgx.Tx, after int64, most int) ([]incident.Ref, error) {
	const open = `select id, coalesce(doc ->> 'uid', '') uid from mayday.incident where status in ('open', 'investigating', 'identified', 'monitoring') and channel_id <> ''`
	rows, err := tx.Query(ctx, `select id, uid from (
		(`+open+` and id > $1 order by id limit $2) union all (`+open+` and id <= $1 order by id limit $2)) o order by id <= $1, id limit $2`, after, max(most, 0))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (ref incident.Ref, err error) {
		err = r.Scan(&ref.Incident, &ref.UID)
		return ref, err
	})
}

// channelFacts begins the keys of facts that keep which channel a setting means.
const channelFacts = "channel/"

// ChannelFact is the key of the fact that keeps which channel a setting means, by
// the name or id that the setting gives.
func ChannelFact(name string) string { return channelFacts + name }

// MeansChannel reports whether a setting means the channel with this id, or one that
// has this name (empty for no name).
func (s *Store) MeansChannel(ctx context.Context, id, name string) (means bool, err error) {
	err = s.pool.QueryRow(ctx, `select exists (select from mayday.fact where starts_with(key, $1) and (value = $2 or $3 <> '' and key = $1 || $3))`,
		channelFacts, id, name).Scan(&means)
	return means, wrap(err, "look for a setting's channel")
}

// MeansOneOf reports whether one of some settings, each a name or an id, means the channel with this id.
func (s *Store) MeansOneOf(ctx context.Context, id string, names []string) (means bool, err error) {
	keys := make([]string, len(names))
	for i, n := range names {
		if n == id {
			return true, nil
		}
		keys[i] = ChannelFact(n)
	}
	err = s.pool.QueryRow(ctx, `select exists (select from mayday.fact where key = any ($1) and value = $2)`, keys, id).Scan(&means)
	return means, wrap(err, "look for a setting's channel")
}

// Live reads every incident that goes on, private ones too, oldest first.
func (s *Store) Live(ctx context.Context) ([]incident.Incident, error) {
	rows, err := s.pool.Query(ctx, `select doc from mayday.incident where status in ('open', 'investigating', 'identified', 'monitoring') order by id`)
	if err != nil {
		return nil, wrap(err, "read the open incidents")
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[incident.Incident])
	return list, wrap(err, "read the open incidents")
}

// MoveShown follows a channel that got another id: the messages in it are the same.
func (s *Store) MoveShown(ctx context.Context, id int64, from, to string) error {
	_, err := s.pool.Exec(ctx, `update mayday.surface set channel = $3 where incident_id = $1 and channel = $2`, id, from, to)
	return wrap(err, "move an incident's messages")
}

// ShownLike reads the surfaces of an incident whose names begin with a word.
func (s *Store) ShownLike(ctx context.Context, id int64, prefix string) (map[string]Shown, error) {
	rows, err := s.pool.Query(ctx, `select surface, `+shownColumns+` from mayday.surface where incident_id = $1 and starts_with(surface, $2)`, id, prefix)
	if err != nil {
		return nil, wrap(err, "read messages")
	}
	list := map[string]Shown{}
	var name string
	var sh Shown
	_, err = pgx.ForEachRow(rows, append([]any{&name}, sh.columns()...), func() error {
		list[name] = sh
		return nil
	})
	return list, wrap(err, "read messages")
}

// Forgotten has a surface drawn again although it shows the row as it is.
func (s *Store) Forgotten(ctx context.Context, id int64, surface string) error {
	_, err := s.pool.Exec(ctx, `update mayday.surface set revision = 0, digest = '' where incident_id = $1 and surface = $2`, id, surface)
	return wrap(err, "forget how something looks")
}

// KnownChannel is the channel that a setting means, as it was found last, in the
// database at url; empty when none was found yet, or the schema is not there.
func KnownChannel(ctx context.Context, url, name string) (id string, err error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer c.Close(context.WithoutCancel(ctx))
	err = c.QueryRow(ctx, `select coalesce(max(value), '') from mayday.fact where key = $1`, ChannelFact(name)).Scan(&id)
	return id, err
}
