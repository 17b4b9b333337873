package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
	"mayday/lazyregexp"
)

// Source is a sender of alerts that the team let in.
type Source struct {
	Name string
	// Way is incident.ToOffer or incident.ToLog.
	Way    incident.Way
	MadeAt time.Time
	// BeatEvery is how long it may stay silent at its heartbeat; 0 when it has none. BeatAt is
	// when it was heard there last; zero when never.
	BeatEvery time.Duration
	BeatAt    time.Time
	Secrets   []Secret
}

// Secret is what a source proves itself by: a key of which only the hash is kept, or a secret
// with which the sender signs. It is never logged.
type Secret struct {
	Hash    []byte
	Signing SigningSecret
	MadeAt  time.Time
	// EndsAt is until when a replaced one is good; zero for the newest.
	EndsAt time.Time
}

// SigningSecret prints as nothing that helps anybody.
type SigningSecret string

// String hides it.
func (SigningSecret) String() string { return "[redacted]" }

// GoString hides it.
func (SigningSecret) GoString() string { return "[redacted]" }

// Reveal is the secret itself, to compute with or to be shown once.
func (s SigningSecret) Reveal() string { return string(s) }

// NewSigningSecret is 192 random bits as Standard Webhooks writes a secret.
func NewSigningSecret() SigningSecret {
	var b [24]byte
	_, _ = rand.Read(b[:]) // it never fails (crypto/rand)
	return SigningSecret("whsec_" + base64.StdEncoding.EncodeToString(b[:]))
}

// KeyHash is what is kept of a key.
func KeyHash(key string) []byte {
	h := sha256.Sum256([]byte(key))
	return h[:]
}

// NewKey is 128 random bits as 32 hexadecimal digits: the form of a routing key of PagerDuty.
func NewKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// rotated is how long a replaced secret stays good.
const rotated = 24 * time.Hour

var (
	// ErrSourceName: a name is not usable in an address.
	ErrSourceName = errors.New("the name of a source is 1 to 40 of a-z, 0-9 and -, and begins with a letter")
	// ErrSourceThere: there is a source of this name already.
	ErrSourceThere = errors.New("there is a source of this name already")

	sourceName = lazyregexp.New(`^[a-z][a-z0-9-]{0,39}$`)
)

// AddSource lets a sender in. Exactly one of key and signing is given; of key only the hash is kept.
func (s *Store) AddSource(ctx context.Context, src Source, key string, signing SigningSecret) error {
	if !sourceName.MatchString(src.Name) || src.Name == incident.EverySource {
		return ErrSourceName
	}
	err := s.commit(ctx, func(tx *transaction) error {
		tag, err := tx.Exec(ctx, `insert into mayday.source (name, way, made_at, beat_every_s, beat_at) values ($1, $2, $3, $4, case when $4 > 0 then $3::timestamptz end) on conflict do nothing`,
			src.Name, string(src.Way), s.Now(), int(src.BeatEvery/time.Second))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return ErrSourceThere
		}
		return s.addSecret(ctx, tx, src.Name, key, signing, time.Time{})
	})
	return wrapBut(err, "add a source", ErrSourceThere)
}

func (s *Store) addSecret(ctx context.Context, tx *transaction, source, key string, signing SigningSecret, ends time.Time) error {
	var hash []byte
	var kept *string
	if signing == "" {
		hash = KeyHash(key)
	} else {
		plain := string(signing)
		kept = &plain
	}
	_, err := tx.Exec(ctx, `insert into mayday.source_secret (source, hash, signing, made_at, ends_at) values ($1, $2, $3, $4, $5)`, source, hash, kept, s.Now(), known(ends))
	return err
}

// RotateSource gives a source a new secret. The one before stays good for a day, and any older one ends.
func (s *Store) RotateSource(ctx context.Context, name, key string, signing SigningSecret) error {
	err := s.commit(ctx, func(tx *transaction) error {
		if err := lockSource(ctx, tx, name); err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(`delete from mayday.source_secret where source = $1 and ends_at is not null`, name)
		b.Queue(`update mayday.source_secret set ends_at = $2 where source = $1 and ends_at is null`, name, s.Now().Add(rotated))
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		return s.addSecret(ctx, tx, name, key, signing, time.Time{})
	})
	return wrapBut(err, "rotate the secret of a source", ErrNotFound)
}

// LendKey makes a key of a source that is good for a moment only: to try the source out.
func (s *Store) LendKey(ctx context.Context, name string, lasts time.Duration) (key string, err error) {
	key = NewKey()
	err = s.commit(ctx, func(tx *transaction) error {
		if err := lockSource(ctx, tx, name); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from mayday.source_secret where source = $1 and ends_at < $2`, name, s.Now()); err != nil {
			return err
		}
		return s.addSecret(ctx, tx, name, key, "", s.Now().Add(lasts))
	})
	return key, wrapBut(err, "make a key", ErrNotFound)
}

func lockSource(ctx context.Context, tx *transaction, name string) error {
	var there bool
	err := tx.QueryRow(ctx, `select true from mayday.source where name = $1 for update`, name).Scan(&there)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// RemoveSource shuts a sender out. What it posted stays.
func (s *Store) RemoveSource(ctx context.Context, name string) error {
	tag, err := s.pool.Exec(ctx, `delete from mayday.source where name = $1`, name)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return wrapBut(err, "remove a source", ErrNotFound)
}

// Sources lists the senders with the secrets that are good now, by name.
func (s *Store) Sources(ctx context.Context) ([]Source, error) {
	rows, err := s.pool.Query(ctx, `select s.name, s.way, s.made_at, s.beat_every_s, coalesce(s.beat_at, '0001-01-01Z'), x.hash, coalesce(x.signing, ''),
			coalesce(x.made_at, '0001-01-01Z'), coalesce(x.ends_at, '0001-01-01Z')
		from mayday.source s left join mayday.source_secret x on x.source = s.name and (x.ends_at is null or x.ends_at > $1) order by s.name, x.id desc`, s.Now())
	if err != nil {
		return nil, wrap(err, "read the sources")
	}
	var list []Source
	var src Source
	var sec Secret
	var way string
	var every int
	_, err = pgx.ForEachRow(rows, []any{&src.Name, &way, &src.MadeAt, &every, &src.BeatAt, &sec.Hash, &sec.Signing, &sec.MadeAt, &sec.EndsAt}, func() error {
		if n := len(list); n == 0 || list[n-1].Name != src.Name {
			list = append(list, Source{Name: src.Name, Way: incident.Way(way), MadeAt: src.MadeAt.UTC(), BeatEvery: time.Duration(every) * time.Second, BeatAt: src.BeatAt.UTC()})
		}
		if sec.Hash != nil || sec.Signing != "" {
			of := &list[len(list)-1]
			of.Secrets = append(of.Secrets, Secret{append([]byte(nil), sec.Hash...), sec.Signing, sec.MadeAt.UTC(), sec.EndsAt.UTC()})
		}
		return nil
	})
	return list, wrap(err, "read the sources")
}

// Beat notes that a source was heard of at its heartbeat.
func (s *Store) Beat(ctx context.Context, source string) error {
	now := s.Now()
	var missed bool
	err := s.pool.QueryRow(ctx, `with was as (select beat_every_s > 0 and coalesce(beat_at, made_at) + beat_every_s * interval '1 second' <= $2 missed from mayday.source where name = $1),
		now as (update mayday.source set beat_at = $2 where name = $1) select coalesce((select missed from was), false)`, source, now).Scan(&missed)
	if err == nil && missed {
		poke(s.inbox.arrived)
	}
	return wrap(err, "note a heartbeat")
}

// wrapBut is wrap that leaves one more error as it is.
func wrapBut(err error, doing string, plain error) error {
	if errors.Is(err, plain) {
		return plain
	}
	return wrap(err, doing)
}

// SourcesAt are the names of the sources in a database that is not open; none where the schema is not there yet.
func SourcesAt(ctx context.Context, url string) ([]string, error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	var there bool
	if err := c.QueryRow(ctx, `select to_regclass('mayday.source') is not null`).Scan(&there); err != nil || !there {
		return []string{}, err
	}
	rows, err := c.Query(ctx, `select name from mayday.source order by name`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
