package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// step is a change, the incident that it changed (a zero one when it is new) and
// the document as it was read: several changes may follow one reading.
type step struct {
	stored document
	before incident.Incident
	incident.Change
}

// save writes rows and what hangs on them: events, timers, jobs.
func (s *Store) save(ctx context.Context, tx *transaction, steps []step) error {
	w, err := writingOf(steps)
	if err != nil || w.empty() {
		return err
	}
	jobs, err := jobsOfSteps(steps)
	if err != nil {
		return err
	}
	var again []incident.Effect
	b := &pgx.Batch{}
	w.queue(b, func(id int64, clock incident.Clock) {
		again = append(again, incident.TakeBackAside{Ref: w.refs[id], Clock: clock, At: s.Now()})
	})
	if len(w.timers.of) > 0 {
		tx.rings = append(tx.rings, clockRing)
	}
	if w.listed != (incident.Ref{}) {
		b.Queue(`select exists (select from mayday.offer where state = 'offered')`).QueryRow(func(row pgx.Row) error {
			var waits bool
			err := row.Scan(&waits)
			if waits {
				again = append(again, incident.ShowOffers{Ref: w.listed})
			}
			return err
		})
	}
	queueJobs(b, tx, jobs)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	return s.enqueueAlso(ctx, tx, again)
}

// writing is what steps change, by table and column: however many incidents and events there are, a table is written
// with one statement. A statement for each row took twice the time when thousands of clocks ran out together.
type writing struct {
	refs map[int64]incident.Ref
	// listed is an incident that offers list now and did not before, or the other way round; zero when there is none.
	listed incident.Ref
	rows   struct { // of incidents, in the order in which they were changed first
		ids   []int64
		docs  []string
		saves []int // how many steps
		made  []time.Time
	}
	events struct {
		ids   []int64
		seqs  []int
		at    []time.Time
		kinds []string
		docs  []string
		aloud []bool
	}
	timers struct {
		of     []int64 // the incidents whose timers are written anew
		ids    []int64
		clocks []string
		due    []time.Time
	}
}

func (w *writing) empty() bool { return len(w.rows.ids) == 0 }

func writingOf(steps []step) (*writing, error) {
	w := &writing{refs: map[int64]incident.Ref{}}
	last, rearmed := map[int64]step{}, map[int64]bool{}
	saves := map[int64]int{}
	for _, st := range steps {
		if st.Empty() {
			continue
		}
		id := st.Incident.ID
		if saves[id]++; saves[id] == 1 {
			w.rows.ids = append(w.rows.ids, id)
			w.refs[id] = st.Incident.Ref()
		}
		if first, ok := last[id]; ok {
			st.before.ID = first.before.ID // 0 when this very transaction makes it
		}
		last[id] = st
		if (st.before.ID != 0 && st.before.ListedBeside()) != st.Incident.ListedBeside() {
			w.listed = st.Incident.Ref()
		}
		rearmed[id] = rearmed[id] || !sameTimers(st.before.Timers(), st.Incident.Timers())
		if err := w.tell(id, st.Events); err != nil {
			return nil, err
		}
	}
	for _, id := range w.rows.ids {
		st := last[id]
		doc, err := st.stored.with(st.Incident)
		if err != nil {
			return nil, err
		}
		w.rows.docs = append(w.rows.docs, string(doc))
		w.rows.saves = append(w.rows.saves, saves[id])
		if st.before.ID == 0 {
			w.rows.made = append(w.rows.made, st.Incident.DeclaredAt)
		}
		if rearmed[id] {
			w.arm(id, st.Incident.Timers())
		}
	}
	return w, nil
}

func (w *writing) tell(id int64, events []incident.Event) error {
	e := &w.events
	for _, ev := range events {
		doc, err := json.Marshal(ev)
		if err != nil {
			return err
		}
		e.ids, e.seqs, e.at = append(e.ids, id), append(e.seqs, ev.Seq), append(e.at, ev.At)
		e.kinds, e.docs, e.aloud = append(e.kinds, string(ev.Kind)), append(e.docs, string(doc)), append(e.aloud, ev.Aloud)
	}
	return nil
}

func (w *writing) arm(id int64, timers []incident.Timer) {
	w.timers.of = append(w.timers.of, id)
	for _, t := range timers {
		w.timers.ids = append(w.timers.ids, id)
		w.timers.clocks, w.timers.due = append(w.timers.clocks, string(t.Clock)), append(w.timers.due, t.Due)
	}
}

// queue adds the statements to a batch. again is called for each clock that was set aside and is tried again because
// of it.
func (w *writing) queue(b *pgx.Batch, again func(id int64, clock incident.Clock)) {
	if len(w.rows.made) > 0 { // an incident is made alone
		b.Queue(`insert into mayday.incident (id, doc, declared_at) select * from unnest($1::bigint[], $2::text[]::jsonb[], $3::timestamptz[])`, w.rows.ids, w.rows.docs, w.rows.made)
	} else {
		b.Queue(`update mayday.incident i set doc = w.doc, saved = i.saved + w.saves from unnest($1::bigint[], $2::text[]::jsonb[], $3::int[]) w (id, doc, saves) where i.id = w.id`,
			w.rows.ids, w.rows.docs, w.rows.saves)
	}
	if e := &w.events; len(e.ids) > 0 {
		b.Queue(`insert into mayday.event (incident_id, seq, at, kind, doc, aloud) select * from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::text[], $5::text[]::jsonb[], $6::bool[])`,
			e.ids, e.seqs, e.at, e.kinds, e.docs, e.aloud)
	}
	t := &w.timers
	if len(t.of) > 0 {
		b.Queue(`delete from mayday.timer t using unnest($1::bigint[]) w (id) where t.incident_id = w.id returning incident_id, clock, aside_at is not null`, t.of).Query(func(rows pgx.Rows) error {
			var id int64
			var clock string
			var aside bool
			_, err := pgx.ForEachRow(rows, []any{&id, &clock, &aside}, func() error {
				if aside {
					again(id, incident.Clock(clock))
				}
				return nil
			})
			return err
		})
	}
	if len(t.ids) > 0 {
		b.Queue(`insert into mayday.timer (incident_id, clock, due_at) select * from unnest($1::bigint[], $2::text[], $3::timestamptz[])`, t.ids, t.clocks, t.due)
	}
}

func sameTimers(a, b []incident.Timer) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Clock != b[i].Clock || !a[i].Due.Equal(b[i].Due) {
			return false
		}
	}
	return true
}
