package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// Hearing is how what was posted is understood.
type Hearing struct {
	// Read understands a post. An error is kept with the post, which is not read again.
	Read func(Received) (Understood, error)
	// Judge says what the runbook knows of a report, and what the team wants done with it.
	Judge func(incident.Report) (incident.Found, incident.Way)
}

// Understood is what a post says.
type Understood struct {
	Reports []incident.Report
	Changes []incident.ChangeEvent
}

const (
	// hearLock lets one at a time interpret: reports of one alert must be taken in the order in which they came.
	hearLock = 7704
	// hearOfEach is how many posts of each source are interpreted together: a flood of one source takes its turn with the others.
	hearOfEach = 40
	// wakeTogether is how many signals, and offers, that are due are woken together.
	wakeTogether = 200
)

// unheard reads the oldest posts of every source that has some: each source is found by a step through the index.
const unheard = `with recursive of (source) as (
	  (select source from mayday.received where heard_at is null order by source limit 1)
	  union all
	  select (select r.source from mayday.received r where r.heard_at is null and r.source > of.source order by r.source limit 1) from of where of.source is not null)
	select r.id, r.source, r.path, r.at, r.headers, r.body from of
	cross join lateral (select * from mayday.received where source = of.source and heard_at is null order by id limit $1) r
	order by r.id`

// Hear interprets what was posted and not yet understood, and does what is due. It reports how
// many posts that were: when there were some, there may be more.
func (s *Store) Hear(ctx context.Context, h Hearing) (heard int, err error) {
	err = s.within(ctx, func(tx *transaction) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, hearLock); err != nil {
			return err
		}
		now := s.Now()
		posts, err := s.unheard(ctx, tx)
		if err != nil {
			return err
		}
		heard = len(posts)
		reports, changes, problems := readPosts(posts, h)
		beats, err := s.beats(ctx, tx, h, now)
		if err != nil {
			return err
		}
		if reports, err = s.sameMessages(ctx, tx, reports, now); err != nil {
			return err
		}
		var unnumbered error
		board, err := s.board(ctx, tx, slices.Concat(reports, beats), now, func() (id int64) {
			if err := tx.QueryRow(ctx, `select nextval('mayday.offer_id')`).Scan(&id); err != nil {
				unnumbered = err
			}
			return id
		})
		if err != nil {
			return err
		}
		for _, r := range reports {
			board.Hear(r.Report, r.found, r.way, now)
		}
		for _, r := range beats {
			sig := board.Signals[incident.SignalID{Source: r.Source, Key: r.Key}]
			if missed := sig != nil && sig.Open; missed != (r.State == incident.Firing) {
				board.Hear(r.Report, r.found, r.way, now)
			}
		}
		board.Wake(now)
		if unnumbered != nil {
			return unnumbered
		}
		if err := s.saveChanges(ctx, tx, changes); err != nil {
			return err
		}
		return s.saveBoard(ctx, tx, board, posts, problems)
	})
	return heard, wrap(err, "interpret what was posted")
}

func (s *Store) unheard(ctx context.Context, tx *transaction) ([]Received, error) {
	rows, err := tx.Query(ctx, unheard, hearOfEach)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (p Received, err error) {
		err = r.Scan(&p.ID, &p.Source, &p.Path, &p.At, &p.Header, &p.Body)
		p.At = p.At.UTC()
		return p, err
	})
}

// judged is a report with what is known of it.
type judged struct {
	incident.Report
	found incident.Found
	way   incident.Way
}

// beats are the reports of the sources that have a heartbeat: each is missed or there.
func (s *Store) beats(ctx context.Context, tx *transaction, h Hearing, now time.Time) (list []judged, err error) {
	rows, err := tx.Query(ctx, `select name, beat_every_s, coalesce(beat_at, made_at) from mayday.source where beat_every_s > 0 order by name`)
	if err != nil {
		return nil, err
	}
	var b incident.Heartbeat
	var every int
	_, err = pgx.ForEachRow(rows, []any{&b.Source, &every, &b.At}, func() error {
		b.Every = time.Duration(every) * time.Second
		r := b.Report(now)
		found, way := h.Judge(r)
		list = append(list, judged{r, found, way})
		return nil
	})
	return list, err
}

func readPosts(posts []Received, h Hearing) (list []judged, changes []incident.ChangeEvent, problems []string) {
	problems = make([]string, len(posts))
	for i, p := range posts {
		said, err := h.Read(p)
		if err != nil {
			problems[i] = incident.Line(err.Error(), 300)
			continue
		}
		for _, c := range said.Changes {
			changes = append(changes, c.Clean(p.At))
		}
		for _, r := range said.Reports {
			r = r.Clean(p.At) // which lets go of a time that cannot be
			if r.At.IsZero() && r.State == incident.Firing {
				r.At = p.At.UTC() // it may have waited
			}
			found, way := h.Judge(r)
			list = append(list, judged{r, found, way})
		}
	}
	return list, changes, problems
}

// board reads all that reports are judged by, and locks what they may change. next gives the number of a new offer.
func (s *Store) board(ctx context.Context, tx *transaction, reports []judged, now time.Time, next func() int64) (*incident.Board, error) {
	b := incident.NewBoard(next)
	sources, keys := make([]string, len(reports)), make([]string, len(reports))
	groups, scenarios := []string{}, []string{}
	for i, r := range reports {
		sources[i], keys[i] = r.Source, r.Key
		groups = append(groups, incident.GroupOf(r.found, r.Source))
		if r.found.Scenario != "" {
			scenarios = append(scenarios, r.found.Scenario)
		}
	}
	ids := []int64{}
	signals := func(sql string, args ...any) error {
		rows, err := tx.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[incident.Signal])
		for _, sig := range list {
			b.Signals[sig.ID()] = &sig
			ids = append(ids, sig.Offer)
		}
		return err
	}
	if len(reports) > 0 {
		if err := signals(`select doc from mayday.signal where (source, key) in (select * from unnest($1::text[], $2::text[])) for update`, sources, keys); err != nil {
			return nil, err
		}
	}
	if err := signals(`select doc from mayday.signal where wake_at <= $1 order by wake_at limit $2 for update`, now, wakeTogether); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `select doc from mayday.offer where id = any ($1) or grouped = any ($2) and grew_at > $3
		or id in (select id from mayday.offer where wake_at <= $4 order by wake_at limit $5) order by id for update`, ids, groups, now.Add(-incident.GatherWithin), now, wakeTogether)
	if err != nil {
		return nil, err
	}
	offers, err := pgx.CollectRows(rows, pgx.RowTo[incident.Offer])
	if err != nil {
		return nil, err
	}
	for _, o := range offers {
		b.Offers[o.ID] = &o
	}
	if rows, err = tx.Query(ctx, `select id, doc from mayday.mute where until_at > $1`, now); err != nil {
		return nil, err
	}
	if b.Mutes, err = pgx.CollectRows(rows, scanMute); err != nil {
		return nil, err
	}
	if len(scenarios) > 0 {
		if b.Going, err = going(ctx, tx, scenarios); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// going are the incidents of some scenarios to which alerts may be attached, the newest first.
func going(ctx context.Context, tx *transaction, scenarios []string) ([]incident.Going, error) {
	rows, err := tx.Query(ctx, `select id, coalesce(doc ->> 'uid', ''), array(select w -> 'playbook' ->> 'slug' from jsonb_array_elements(doc -> 'walks') w)
		from mayday.incident where status in ('open', 'investigating', 'identified', 'monitoring')
		  and not coalesce((doc -> 'private')::boolean, false) and not coalesce((doc -> 'drill')::boolean, false)
		  and exists (select from jsonb_array_elements(doc -> 'walks') w where w -> 'playbook' ->> 'slug' = any ($1))
		order by id desc limit 50`, scenarios)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (g incident.Going, err error) {
		err = r.Scan(&g.Ref.Incident, &g.Ref.UID, &g.Scenarios)
		return g, err
	})
}

// saveBoard writes back what changed, with a job for each effect.
func (s *Store) saveBoard(ctx context.Context, tx *transaction, board *incident.Board, posts []Received, problems []string) error {
	b := &pgx.Batch{}
	for id := range board.ChangedSignals {
		sig := board.Signals[id]
		doc, err := json.Marshal(sig)
		if err != nil {
			return err
		}
		b.Queue(`insert into mayday.signal (source, key, doc, seen_at, wake_at) values ($1, $2, $3, $4, $5)
			on conflict (source, key) do update set doc = $3, seen_at = $4, wake_at = $5`, sig.Source, sig.Key, doc, sig.SeenAt, known(sig.Wake()))
	}
	draw := map[int64]bool{}
	for _, id := range sortedOffers(board.ChangedOffers) {
		if err := queueOffer(b, *board.Offers[id], draw); err != nil {
			return err
		}
	}
	if len(posts) > 0 {
		ids, bodies := packed(posts, problems)
		b.Queue(`update mayday.received r set heard_at = $1, problem = x.problem, body = x.body from unnest($2::bigint[], $3::text[], $4::bytea[]) x (id, problem, body) where r.id = x.id`,
			s.Now(), ids, problems, bodies)
	}
	if b.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	return s.enqueueBoard(ctx, tx, board, draw)
}

// enqueueBoard makes the jobs. Of an offer one drawing is enough, and none where one is on its way.
func (s *Store) enqueueBoard(ctx context.Context, tx *transaction, board *incident.Board, draw map[int64]bool) error {
	var effects []incident.Effect
	for _, fx := range board.Effects {
		show, ok := fx.(incident.ShowOffer)
		switch {
		case !ok || show.Anew:
			effects = append(effects, fx)
		case draw[show.Offer]:
			draw[show.Offer] = false
			effects = append(effects, fx)
		}
	}
	return s.enqueueAlso(ctx, tx, effects)
}

func sortedOffers(m map[int64]bool) []int64 {
	ids := make([]int64, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// NextAlert is when Hear has something to do without anything being posted: now when something
// waits, the zero time when nothing does.
func (s *Store) NextAlert(ctx context.Context) (at time.Time, err error) {
	var waits bool
	var next *time.Time
	err = s.pool.QueryRow(ctx, `with beat as (select coalesce(beat_at, made_at) + beat_every_s * interval '1 second' due, coalesce((g.doc -> 'open')::boolean, false) missed
			from mayday.source s left join mayday.signal g on g.source = s.name and g.key = $2 where beat_every_s > 0)
		select exists (select from mayday.received where heard_at is null) or exists (select from beat where missed <> (due <= $1)),
		least((select min(wake_at) from mayday.signal where wake_at is not null), (select min(wake_at) from mayday.offer where wake_at is not null),
			(select min(due) from beat where due > $1))`, s.Now(), incident.HeartbeatKey).Scan(&waits, &next)
	switch {
	case err != nil:
		return at, wrap(err, "look for alerts")
	case waits:
		return s.Now(), nil
	case next != nil:
		return next.UTC(), nil
	}
	return at, nil
}
