package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river/rivertype"

	"mayday/incident"
)

// Evidence is what one query answered, already masked, or why it gave no answer.
type Evidence struct {
	// Place in the run, from 0.
	Place int
	Why   incident.QueryReason
	// Name of the runbook's query; empty for a statement that somebody typed.
	Name  string
	Title string
	By    incident.Person
	At    time.Time
	// Answer as JSON; nil when there is none, then Problem says why.
	Answer  json.RawMessage
	Problem string
}

// SaveEvidence records the answers of one run (the job that asked) and what the
// decision makes of them, together. A run that was saved before is left as it is.
func (s *Store) SaveEvidence(ctx context.Context, ref incident.Ref, job int64, list []Evidence, decide Decision) error {
	err := s.within(ctx, func(tx *transaction) error {
		var inc document
		saved := int64(0)
		b := &pgx.Batch{}
		lock(b, ref, &inc)
		for _, ev := range list {
			b.Queue(`insert into mayday.evidence (incident_id, job, place, why, name, title, by, at, answer, problem)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
				ref.Incident, job, ev.Place, string(ev.Why), ev.Name, ev.Title, ev.By, ev.At, ev.Answer, ev.Problem).Exec(func(tag pgconn.CommandTag) error {
				saved += tag.RowsAffected()
				return nil
			})
		}
		err := tx.SendBatch(ctx, b).Close()
		if err != nil || saved == 0 {
			return err
		}
		_, err = s.apply(ctx, tx, inc, decide)
		return err
	})
	return wrap(err, fmt.Sprintf("save evidence of incident %d", ref.Incident))
}

const evidenceColumns = `place, why, name, title, by, at, answer, problem`

// EvidenceOf reads what a run saved, in its order; nothing when it saved nothing yet.
func (s *Store) EvidenceOf(ctx context.Context, id, job int64) ([]Evidence, error) {
	return s.evidence(ctx, `select `+evidenceColumns+` from mayday.evidence where incident_id = $1 and job = $2 order by place`, id, job)
}

// FirstEvidence reads, by name of the query, the first answer that the snapshot
// at declaration got, or else the oldest that anybody got.
func (s *Store) FirstEvidence(ctx context.Context, id int64) (map[string]Evidence, error) {
	return s.named(ctx, `select distinct on (name) `+evidenceColumns+` from mayday.evidence
		where incident_id = $1 and name <> '' and answer is not null order by name, why <> 'snapshot', at, job`, id)
}

// NewestEvidence reads, by name of the query, the newest answer or failure since a moment.
func (s *Store) NewestEvidence(ctx context.Context, id int64, since time.Time) (map[string]Evidence, error) {
	return s.named(ctx, `select distinct on (name) `+evidenceColumns+` from mayday.evidence
		where incident_id = $1 and name <> '' and at >= $2 order by name, at desc, job desc`, id, since)
}

func (s *Store) named(ctx context.Context, sql string, args ...any) (map[string]Evidence, error) {
	list, err := s.evidence(ctx, sql, args...)
	m := make(map[string]Evidence, len(list))
	for _, ev := range list {
		m[ev.Name] = ev
	}
	return m, err
}

func (s *Store) evidence(ctx context.Context, sql string, args ...any) ([]Evidence, error) {
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, wrap(err, "read evidence")
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (ev Evidence, err error) {
		err = r.Scan(&ev.Place, &ev.Why, &ev.Name, &ev.Title, &ev.By, &ev.At, &ev.Answer, &ev.Problem)
		return ev, err
	})
	return list, wrap(err, "read evidence")
}

// Audit is one line of the audit: a statement that was asked for. It holds no
// literal of the statement and no value of the answer.
type Audit struct {
	At       time.Time
	Incident int64
	By, Name string
	// Statement with ? for literals; Fingerprint names it.
	Statement, Fingerprint string
	// Verdict is "ran", "refused" (then by Rule) or "failed" (then of Class, with the server's Code).
	Verdict, Rule, Class, Code string
	Database, Role             string
	// Backend is the server's process id; 0 when it was never reached.
	Backend          uint32
	Duration, Waited time.Duration
	Rows, Bytes      int
	// More: a cap ended the answer.
	More bool
}

// SaveAudit adds a line. Nothing changes or removes one.
func (s *Store) SaveAudit(ctx context.Context, a Audit) error {
	_, err := s.pool.Exec(ctx, `insert into mayday.audit (at, incident_id, by, name, statement, fingerprint, verdict, rule, class, code,
		database, role, backend, duration_us, waited_us, rows, bytes, more) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		a.At, a.Incident, a.By, a.Name, a.Statement, a.Fingerprint, a.Verdict, a.Rule, a.Class, a.Code,
		a.Database, a.Role, int64(a.Backend), a.Duration.Microseconds(), a.Waited.Microseconds(), a.Rows, a.Bytes, a.More)
	return wrap(err, "write the audit")
}

// CancelRun stops a run of queries of this incident, on whichever replica it is;
// false when it has ended already or is none of this incident.
func (s *Store) CancelRun(ctx context.Context, ref incident.Ref, job int64) (bool, error) {
	row, err := s.jobs.JobGet(ctx, job)
	if errors.Is(err, rivertype.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, wrap(err, "find a run")
	}
	var fx incident.RunQueries
	if row.Kind != fx.Kind() || row.FinalizedAt != nil {
		return false, nil
	}
	if err := json.Unmarshal(row.EncodedArgs, &fx); err != nil || !fx.Means(ref) {
		return false, wrap(err, "read a run")
	}
	_, err = s.jobs.JobCancel(ctx, job)
	return err == nil, wrap(err, "stop a run")
}
