package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// sameMessages gives reports that apps posted as messages the key of their message: an edit is about the same alert
// whatever it says now, and so is what the same app says in the message's thread. A reply to anything else is left out.
func (s *Store) sameMessages(ctx context.Context, tx *transaction, reports []judged, now time.Time) ([]judged, error) {
	b := &pgx.Batch{}
	var drop []int
	for i := range reports {
		r := &reports[i]
		of := r.Message
		switch {
		case of.Channel == "":
		case of.Thread == "":
			b.Queue(`insert into mayday.app_message as m (channel, ts, source, key, at) values ($1, $2, $3, $4, $5)
				on conflict (channel, ts) do update set at = m.at returning source, key`, of.Channel, of.TS, r.Source, r.Key, now).QueryRow(func(row pgx.Row) error {
				return row.Scan(&r.Source, &r.Key)
			})
		default:
			b.Queue(`select key from mayday.app_message where channel = $1 and ts = $2 and source = $3`, of.Channel, of.Thread, r.Source).QueryRow(func(row pgx.Row) error {
				err := row.Scan(&r.Key)
				if errors.Is(err, pgx.ErrNoRows) {
					drop = append(drop, i)
					return nil
				}
				return err
			})
		}
	}
	if b.Len() == 0 {
		return reports, nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, err
	}
	for _, i := range slices.Backward(drop) {
		reports = slices.Delete(reports, i, i+1)
	}
	return reports, nil
}

// AppSources are the sources that are apps: those that posted an alert into an alert channel of late, by name.
func (s *Store) AppSources(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, appSources, s.Now().Add(-appsLately))
	if err != nil {
		return nil, wrap(err, "read which apps post alerts")
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return list, wrap(err, "read which apps post alerts")
}

const (
	appSources = `select distinct source from mayday.app_message where at > $1 order by source limit 50`
	// appsLately is how long an app counts among the sources after its last alert.
	appsLately = 30 * 24 * time.Hour
)

// AppSourcesAt is AppSources for a database that is not open; none where the schema is not there yet.
func AppSourcesAt(ctx context.Context, url string) ([]string, error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	var there bool
	if err := c.QueryRow(ctx, `select to_regclass('mayday.app_message') is not null`).Scan(&there); err != nil || !there {
		return nil, err
	}
	rows, err := c.Query(ctx, appSources, time.Now().Add(-appsLately))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
