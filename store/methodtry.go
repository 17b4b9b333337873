package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// MethodTry is what is known of the attempts at a call by a contact method.
type MethodTry struct {
	// Tries counts the attempts that were begun.
	Tries int
	// TriedAt is when one began of which nothing is known; zero when all is.
	TriedAt time.Time
	// SentAt is when the service took the message; zero while it did not.
	SentAt time.Time
	// Receipt is the service's own name of the message, and Sender the number it came from; either may be empty.
	Receipt, Sender string
}

const tryColumns = `tries, tried_at, sent_at, receipt, sender`

func scanTry(row pgx.Row) (t MethodTry, err error) {
	var tried, sent *time.Time
	err = row.Scan(&t.Tries, &tried, &sent, &t.Receipt, &t.Sender)
	if tried != nil {
		t.TriedAt = tried.UTC()
	}
	if sent != nil {
		t.SentAt = sent.UTC()
	}
	return t, err
}

// MethodTry gives what is known of a call; the zero value before the first attempt.
func (s *Store) MethodTry(ctx context.Context, id int64, page, method int) (MethodTry, error) {
	t, err := scanTry(s.pool.QueryRow(ctx, `select `+tryColumns+` from mayday.method_try where incident_id = $1 and page = $2 and method = $3`, id, page, method))
	if errors.Is(err, pgx.ErrNoRows) {
		return MethodTry{}, nil
	}
	return t, wrap(err, "read what became of a call")
}

// BeginMethodTry writes down that an attempt begins. key names the address, and hash is of the token that acknowledges
// the page; nil where there is no address to open.
func (s *Store) BeginMethodTry(ctx context.Context, id int64, page, method int, key string, hash []byte) error {
	_, err := s.pool.Exec(ctx, `insert into mayday.method_try as m (incident_id, page, method, key, tries, tried_at, token_hash) values ($1, $2, $3, $4, 1, $5, $6)
		on conflict (incident_id, page, method) do update set tries = m.tries + 1, tried_at = excluded.tried_at, key = excluded.key, token_hash = coalesce(excluded.token_hash, m.token_hash)`,
		id, page, method, key, s.Now(), hash)
	return wrap(err, "begin a call")
}

// MethodNotSent writes down that an attempt certainly sent nothing.
func (s *Store) MethodNotSent(ctx context.Context, id int64, page, method int) error {
	_, err := s.pool.Exec(ctx, `update mayday.method_try set tried_at = null where incident_id = $1 and page = $2 and method = $3`, id, page, method)
	return wrap(err, "take a call back")
}

// MethodTook writes down that the service took the message of a call.
func (s *Store) MethodTook(ctx context.Context, id int64, page, method int, receipt, sender string) error {
	_, err := s.pool.Exec(ctx, `update mayday.method_try set tried_at = null, sent_at = coalesce(tried_at, $6), receipt = $4, sender = $5
		where incident_id = $1 and page = $2 and method = $3`, id, page, method, receipt, sender, s.Now())
	return wrap(err, "keep a receipt")
}

// Receipts are those of all messages that services took since a time.
func (s *Store) Receipts(ctx context.Context, since time.Time) (ids []string, err error) {
	rows, err := s.pool.Query(ctx, `select receipt from mayday.method_try where sent_at >= $1 and receipt <> ''`, since)
	if err == nil {
		ids, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	return ids, wrap(err, "look for receipts")
}

// SentTo counts the messages that went to an address since a time.
func (s *Store) SentTo(ctx context.Context, key string, since time.Time) (n int, err error) {
	err = s.pool.QueryRow(ctx, `select count(*) from mayday.method_try where key = $1 and sent_at >= $2`, key, since).Scan(&n)
	return n, wrap(err, "count the calls of somebody")
}

// SentLater reports whether another message went to the same address after one that went at a time, and not after another.
func (s *Store) SentLater(ctx context.Context, key string, after, until time.Time) (later bool, err error) {
	err = s.pool.QueryRow(ctx, `select exists (select from mayday.method_try where key = $1 and sent_at > $2 and sent_at <= $3)`, key, after, until).Scan(&later)
	return later, wrap(err, "look for later calls")
}

// SentAbout reports whether a message about an incident went to an address.
func (s *Store) SentAbout(ctx context.Context, key string, id int64) (sent bool, err error) {
	err = s.pool.QueryRow(ctx, `select exists (select from mayday.method_try where key = $1 and incident_id = $2 and sent_at is not null)`, key, id).Scan(&sent)
	return sent, wrap(err, "look for calls about an incident")
}

// MethodCall is a call by a contact method: which method of which page.
type MethodCall struct {
	Ref          incident.Ref
	Page, Method int
}

// CallOf finds the call that a token acknowledges; ErrNotFound for any other.
func (s *Store) CallOf(ctx context.Context, token string) (c MethodCall, err error) {
	err = s.pool.QueryRow(ctx, `select incident_id, page, method from mayday.method_try where token_hash = $1`, KeyHash(token)).Scan(&c.Ref.Incident, &c.Page, &c.Method)
	if errors.Is(err, pgx.ErrNoRows) {
		return MethodCall{}, ErrNotFound
	}
	return c, wrap(err, "look for the call of a token")
}
