package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"mayday/incident"
)

// Offer reads one; ErrNotFound when there is none.
func (s *Store) Offer(ctx context.Context, id int64) (o incident.Offer, err error) {
	err = scanOffer(s.pool.QueryRow(ctx, `select doc from mayday.offer where id = $1`, id), &o)
	return o, wrap(err, "read an offer")
}

func scanOffer(row pgx.Row, o *incident.Offer) error {
	var raw []byte
	err := row.Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	*o = incident.Offer{} // what an attempt before this one made of it must not show through
	return json.Unmarshal(raw, o)
}

// OfferShown begins to draw an offer: it reads it and where its message stands. From then on a
// change asks for another drawing.
func (s *Store) OfferShown(ctx context.Context, id int64) (o incident.Offer, sh Shown, err error) {
	var raw []byte
	err = s.pool.QueryRow(ctx, `update mayday.offer set drawing = false where id = $1
		returning doc, channel, ts, revision, digest, coalesce(tried_at, '0001-01-01Z')`, id).Scan(&raw, &sh.Channel, &sh.TS, &sh.Revision, &sh.Digest, &sh.TriedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return o, sh, ErrNotFound
	}
	if sh.TriedAt.IsZero() {
		sh.TriedAt = time.Time{} // in no zone
	}
	if err == nil {
		err = json.Unmarshal(raw, &o)
	}
	return o, sh, wrap(err, "read an offer")
}

// ShowingOffer records that an offer's message is about to be posted or edited. from is as it
// was read; ErrOvertaken means that somebody else changed it since.
func (s *Store) ShowingOffer(ctx context.Context, id int64, from Shown) error {
	tag, err := s.pool.Exec(ctx, `update mayday.offer set tried_at = coalesce(tried_at, now()) where id = $1 and ts = $2 and digest = $3 and tried_at is not distinct from $4`,
		id, from.TS, from.Digest, known(from.TriedAt))
	if err == nil && tag.RowsAffected() == 0 {
		return ErrOvertaken
	}
	return wrap(err, "record an attempt")
}

// SaveOfferShown records what stands in Slack now of an offer, and clears the attempt.
func (s *Store) SaveOfferShown(ctx context.Context, id int64, sh Shown) error {
	_, err := s.pool.Exec(ctx, `update mayday.offer set channel = $2, ts = $3, revision = $4, digest = $5, tried_at = null where id = $1`, id, sh.Channel, sh.TS, sh.Revision, sh.Digest)
	return wrap(err, "record an offer's message")
}

// DeclareOffer is Declare for an offer, which decide gives to the incident.
func (s *Store) DeclareOffer(ctx context.Context, keys []string, id int64, decide func(o incident.Offer, ref incident.Ref, now time.Time) (incident.Offer, incident.Change, error)) (incident.Incident, incident.Offer, error) {
	inc, o, err := s.declareOffer(ctx, keys, id, decide)
	if errors.Is(err, errHistoryLost) {
		if err = s.skip(ctx); err == nil {
			inc, o, err = s.declareOffer(ctx, keys, id, decide)
		}
	}
	return inc, o, wrap(err, "declare for an offer")
}

func (s *Store) declareOffer(ctx context.Context, keys []string, id int64, decide func(incident.Offer, incident.Ref, time.Time) (incident.Offer, incident.Change, error)) (out incident.Incident, o incident.Offer, err error) {
	err = s.commit(ctx, func(tx *transaction) error {
		var number int64
		var changes lately
		b := &pgx.Batch{}
		lockOffer(b, id, &o)
		s.number(b, &number)
		s.lately(b, &changes)
		claim(b, keys, `currval('mayday.incident_id')`)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		next, c, err := decide(o, incident.Ref{Incident: number, UID: newUID()}, s.Now())
		if err != nil {
			return err
		}
		c = incident.WithChanges(c, changes.list, changes.newest)
		o, out = next, c.Incident
		if err := s.save(ctx, tx, []step{{Change: c}}); err != nil {
			return err
		}
		return s.saveOffer(ctx, tx, o)
	})
	return out, o, err
}

// AttachOffer changes an incident for an offer, which is given to it. The lock of the incident comes first.
func (s *Store) AttachOffer(ctx context.Context, keys []string, id int64, ref incident.Ref, decide func(inc incident.Incident, o incident.Offer, now time.Time) (incident.Change, incident.Offer, error)) (c incident.Change, o incident.Offer, err error) {
	err = s.commit(ctx, func(tx *transaction) error {
		var inc document
		b := &pgx.Batch{}
		lock(b, ref, &inc)
		lockOffer(b, id, &o)
		claim(b, keys, `$2`, ref.Incident)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		c = incident.Change{Incident: inc.Incident}
		next, err := incident.Change{}, error(nil)
		if next, o, err = decide(inc.Incident, o, s.Now()); err != nil {
			return err
		}
		c = next
		if err := s.save(ctx, tx, []step{{inc, inc.Incident, c}}); err != nil {
			return err
		}
		return s.saveOffer(ctx, tx, o)
	})
	return c, o, wrap(err, "attach an offer")
}

// UpdateOffer locks an offer, lets decide look at it and stores what it returns.
func (s *Store) UpdateOffer(ctx context.Context, keys []string, id int64, decide func(o incident.Offer, now time.Time) (incident.Offer, error)) (o incident.Offer, err error) {
	err = s.commit(ctx, func(tx *transaction) error {
		b := &pgx.Batch{}
		lockOffer(b, id, &o)
		claim(b, keys, `null`)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		next, err := decide(o, s.Now())
		if err != nil {
			return err
		}
		o = next
		return s.saveOffer(ctx, tx, o)
	})
	return o, wrap(err, "change an offer")
}

func lockOffer(b *pgx.Batch, id int64, to *incident.Offer) {
	b.Queue(`select doc from mayday.offer where id = $1 for update`, id).QueryRow(func(row pgx.Row) error { return scanOffer(row, to) })
}

// saveOffer writes an offer that is there, and has it drawn.
func (s *Store) saveOffer(ctx context.Context, tx *transaction, o incident.Offer) error {
	b := &pgx.Batch{}
	draw := map[int64]bool{}
	if err := queueOffer(b, o, draw); err != nil {
		return err
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	if w := o.Wake(); !w.IsZero() {
		tx.after = append(tx.after, func() { poke(s.inbox.arrived) })
	}
	if !draw[o.ID] {
		return nil
	}
	return s.enqueueFor(ctx, tx, o.Incident.Incident, incident.ShowOffer{Offer: o.ID})
}

// queueOffer adds what writes an offer to a batch. draw tells whether a drawing has to be asked
// for: one that is on its way will show this too.
func queueOffer(b *pgx.Batch, o incident.Offer, draw map[int64]bool) error {
	doc, err := json.Marshal(o)
	if err != nil {
		return err
	}
	b.Queue(`insert into mayday.offer as o (id, doc, grew_at, wake_at, drawing) values ($1, $2, $3, $4, true)
		on conflict (id) do update set doc = excluded.doc, grew_at = excluded.grew_at, wake_at = excluded.wake_at, drawing = true
		returning coalesce((select drawing from mayday.offer where id = $1), false)`, o.ID, doc, o.GrewAt, known(o.Wake())).QueryRow(func(row pgx.Row) error {
		var onItsWay bool
		err := row.Scan(&onItsWay)
		draw[o.ID] = !onItsWay
		return err
	})
	return nil
}

// mostRedrawn is how many offers are drawn anew when an incident opens or ends, the newest of those that wait.
const mostRedrawn = 100

// RedrawOffers has the offers that wait drawn anew. Their rows are locked in the order in which Hear locks them.
func (s *Store) RedrawOffers(ctx context.Context) error {
	err := s.commit(ctx, func(tx *transaction) error {
		rows, err := tx.Query(ctx, `with waits as (select id from mayday.offer where id in (select id from mayday.offer where state = 'offered' order by id desc limit $1) and not drawing order by id for update)
			update mayday.offer o set drawing = true from waits where o.id = waits.id and o.state = 'offered' returning o.id`, mostRedrawn)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		var effects []incident.Effect
		for _, id := range ids {
			effects = append(effects, incident.ShowOffer{Offer: id})
		}
		return s.enqueueFor(ctx, tx, 0, effects...)
	})
	return wrap(err, "have offers drawn anew")
}

// SaveMute writes a mute, and has the operators told; one with a number is there already.
func (s *Store) SaveMute(ctx context.Context, keys []string, mute incident.Mute) (m incident.Mute, err error) {
	err = s.commit(ctx, func(tx *transaction) error {
		m = mute // an attempt before this one was given a number that is lost with it
		b := &pgx.Batch{}
		claim(b, keys, `null`)
		doc, err := json.Marshal(m)
		if err != nil {
			return err
		}
		until := m.Until
		if !m.EndedAt.IsZero() {
			until = m.EndedAt
		}
		if m.ID == 0 {
			b.Queue(`insert into mayday.mute (doc, until_at) values ($1, $2) returning id`, doc, until).QueryRow(func(row pgx.Row) error { return row.Scan(&m.ID) })
		} else {
			b.Queue(`update mayday.mute set doc = $2, until_at = $3 where id = $1`, m.ID, doc, until).Exec(func(pgconn.CommandTag) error { return nil })
			// What was silent because of it is looked at again now.
			b.Queue(`update mayday.offer set wake_at = $1 where state = 'muted' and wake_at > $1`, s.Now()) // a look changes nothing where somebody pressed the button
		}
		tx.after = append(tx.after, func() { poke(s.inbox.arrived) })
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		return s.enqueueFor(ctx, tx, 0, incident.TellMute{Mute: m})
	})
	return m, wrap(err, "write a mute")
}

// Mutes lists the windows that are not over, the next to end first.
func (s *Store) Mutes(ctx context.Context) ([]incident.Mute, error) {
	rows, err := s.pool.Query(ctx, `select id, doc from mayday.mute where until_at > $1 order by until_at, id`, s.Now())
	if err != nil {
		return nil, wrap(err, "read what is muted")
	}
	list, err := pgx.CollectRows(rows, scanMute)
	return list, wrap(err, "read what is muted")
}

func scanMute(r pgx.CollectableRow) (m incident.Mute, err error) {
	var id int64
	err = r.Scan(&id, &m)
	m.ID = id
	return m, err
}
