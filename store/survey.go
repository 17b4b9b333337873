package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"mayday/incident"
)

// Survey is the job that looks at the announce channel, and has a look taken at the
// channel of every open incident.
type Survey struct{}

// Kind names the job.
func (Survey) Kind() string { return "survey" }

// AskSurvey has a survey made soon, by any replica.
func (s *Store) AskSurvey(ctx context.Context) error {
	err := s.commit(ctx, func(tx *transaction) error {
		return s.insert(ctx, tx, []river.InsertManyParams{{Args: Survey{}, InsertOpts: &river.InsertOpts{Queue: QueueSlack, MaxAttempts: maxAttempts}}})
	})
	return wrap(err, "ask for a survey")
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
