// Package store is the only door to durable state. Update locks an incident's
// row, calls a pure decision and commits row, events, timers and one job per
// effect together, or nothing at all. Nothing else changes an incident:
// commands, buttons, clocks and the results of side effects pass through it.
//
// It must not know Slack, nor decide anything.
package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"go.uber.org/zap"

	"mayday/incident"
	"mayday/routine"
)

// What a caller may have to tell apart.
var (
	// ErrNotFound: there is no such incident.
	ErrNotFound = errors.New("no such incident")
	// ErrDuplicate: the same delivery was acted upon before. The incident that it
	// led to is returned beside it.
	ErrDuplicate = errors.New("delivered before")
	// ErrAnother: another incident has this number by now, because the database lost
	// the one that is meant.
	ErrAnother = errors.New("another incident has this number by now")
	// ErrOvertaken: somebody else did, or began, what was to be done.
	ErrOvertaken = errors.New("somebody else does this by now")
	// ErrUnconfirmed: the connection was lost, or the time was over, while Postgres
	// committed. The change may be recorded or not.
	ErrUnconfirmed = errors.New("it is not known whether this was recorded")
)

// Config is what a Store needs.
type Config struct {
	// URL of mayday's own database, with the password in it: never logged.
	URL string
	// Clock gives the time of every transaction, and judges what is due. Default: the database's.
	Clock Clock
	// Wall is this machine's own clock, which is compared with the database's. Default time.Now.
	Wall func() time.Time
	// Log for what has no caller. Default: none.
	Log *zap.Logger
}

// Store is the door. It is safe for concurrent use.
type Store struct {
	pool  *pgxpool.Pool
	locks *locks
	lines *lines
	early early
	// jobs is for what is asked of the queue besides putting jobs into it.
	jobs  *river.Client[pgx.Tx]
	bell  *bell
	inbox *inbox
	// looks are readings that several callers share, and kept what they found.
	looks looks
	kept  kept
	// pages and reads are what is read, and marks and saves what is written down, for those who call people at the same time.
	pages        *together[pageOf, pageRead]
	reads        *together[lineOf, lineRead]
	marks, saves *together[[]Call, struct{}]
	// quiet ends what runs beside the callers, and waits for it.
	quiet func()
	clock Clock
	// time is the database's clock: clock itself, unless another one was given.
	time *databaseClock
	log  *zap.Logger
	// stuck counts the firings in a row that the database's being away ended.
	stuck atomic.Int32
	// highest is the highest number that this process took.
	highest atomic.Int64
	// Fired, when set, is told of every clock that fired and when it was due.
	Fired func(c incident.Clock, due, at time.Time)
}

// Open connects and brings the schema up to date. Several replicas may open the
// same database at once.
func Open(ctx context.Context, c Config) (*Store, error) {
	pc, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, errors.New("DATABASE_URL is not a Postgres URL; write it like postgres://user:password@host:5432/mayday")
	}
	pc.ConnConfig.RuntimeParams["application_name"] = "mayday"
	if c.Wall == nil {
		c.Wall = time.Now
	}
	own := &databaseClock{wall: c.Wall}
	// Of several hosts the one that writes is taken.
	pc.ConnConfig.ValidateConnect = func(ctx context.Context, c *pgconn.PgConn) error { return writable(ctx, c, own) }
	if c.Clock == nil {
		c.Clock = own
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	all := &lines{clock: own}
	pool, err := newPool(ctx, pc, mostConns, all)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	s := &Store{pool: pool, lines: all, clock: c.Clock, time: own, log: c.Log}
	if err := s.prepare(ctx, pc.ConnConfig); err != nil {
		pool.Close()
		return nil, err
	}
	s.locks = newLocks(s)
	s.pages, s.reads = &together[pageOf, pageRead]{do: s.readPages}, &together[lineOf, lineRead]{do: s.readLines}
	s.marks, s.saves = &together[[]Call, struct{}]{do: s.writeMarks}, &together[[]Call, struct{}]{do: s.writeCalls}
	s.bell = &bell{s: s, wake: make(chan struct{}, 1), rings: map[ring]struct{}{}}
	beside, end := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { s.bell.run(beside) })
	s.inbox = newInbox(s)
	running.Go(func() { s.inbox.run(beside) })
	s.quiet = func() { end(); running.Wait() }
	s.jobs, err = river.NewClient(s.QueueDriver(), &river.Config{Schema: Schema, Logger: QueueLogger(s.log)})
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("set up the job queue: %w", err)
	}
	return s, nil
}

// prepare makes sure that the database can be worked with. Whoever waits longer than
// a minute for another replica's migrations, or for an answer, begins again.
func (s *Store) prepare(ctx context.Context, cfg *pgx.ConnConfig) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	patient := s.pool.Config().ConnConfig
	patient.ConnectTimeout = cfg.ConnectTimeout // a database that wakes up takes longer than a command may wait
	all, err := connectAll(ctx, patient, 1+probes)
	if err == nil {
		err = sharesNoProcess(ctx, all)
	}
	if err != nil {
		closeAll(ctx, all)
		return fmt.Errorf("open the database: %w", err)
	}
	current, err := upToDate(ctx, all[0])
	if err == nil && !current {
		err = migrate(ctx, cfg)
	}
	if err != nil {
		closeAll(ctx, all)
		return fmt.Errorf("prepare the database: %w", err)
	}
	s.early.keep(ctx, all)
	return nil
}

// mostConns bounds the pool of a process; four connections more stay open, and a fifth while locks are held.
// PostgreSQL's default takes 100 of all processes together.
const mostConns = 16

// Close gives the connections back.
func (s *Store) Close() {
	s.quiet()
	s.locks.close()
	s.early.close(context.Background())
	s.pool.Close()
}

// Pool is for the job queue's own client, which works on the same database.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Now is the time that the next transaction would get.
func (s *Store) Now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// CheckWrites writes something and takes it back. It reports whether a change could
// be recorded now, ErrReadOnly among the reasons why not.
func (s *Store) CheckWrites(ctx context.Context) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return wrap(err, "begin")
	}
	_, err = tx.Exec(ctx, `insert into mayday.delivery (key) values ('readiness/' || gen_random_uuid())`)
	if readOnly(err) {
		err = ErrReadOnly
	}
	return wrap(errors.Join(err, tx.Rollback(ctx)), "write")
}

// Decision is a verb of package incident with its arguments filled in.
type Decision func(inc incident.Incident, now time.Time) (incident.Change, error)

// Declare takes the next number and a new UID, and stores what decide makes of
// them. keys name the delivery that asked for it; when one of them was seen
// before, the incident of that time is returned with ErrDuplicate.
func (s *Store) Declare(ctx context.Context, keys []string, decide func(ref incident.Ref, now time.Time) (incident.Change, error)) (incident.Incident, error) {
	inc, err := s.declare(ctx, keys, decide)
	if errors.Is(err, errHistoryLost) {
		if err = s.skip(ctx); err == nil {
			inc, err = s.declare(ctx, keys, decide)
		}
	}
	if errors.Is(err, ErrDuplicate) {
		return s.delivered(ctx, keys)
	}
	return inc, wrap(err, "declare")
}

func (s *Store) declare(ctx context.Context, keys []string, decide func(ref incident.Ref, now time.Time) (incident.Change, error)) (incident.Incident, error) {
	var out incident.Incident
	err := s.commit(ctx, func(tx *transaction) error {
		var number int64
		var changes lately
		b := &pgx.Batch{}
		s.number(b, &number)
		s.lately(b, &changes)
		claim(b, keys, `currval('mayday.incident_id')`)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		c, err := decide(incident.Ref{Incident: number, UID: newUID()}, s.Now())
		if err != nil {
			return err
		}
		c = incident.WithChanges(c, changes.list, changes.newest)
		out = c.Incident
		return s.save(ctx, tx, []step{{Change: c}})
	})
	return out, err
}

// newUID is 60 random bits as 12 letters and digits: few enough to travel in a
// button, and enough that no two incidents of one number share them.
func newUID() string { return strings.ToLower(rand.Text()[:12]) }

// Update locks an incident, lets decide look at it and stores what it returns.
// A decision that changes nothing stores nothing. The Change is returned as it
// was stored; *incident.Refusal, ErrNotFound, ErrAnother and ErrDuplicate come back as they are.
func (s *Store) Update(ctx context.Context, ref incident.Ref, keys []string, decide Decision) (incident.Change, error) {
	var out incident.Change
	err := s.commit(ctx, func(tx *transaction) error {
		var inc document
		b := &pgx.Batch{}
		lock(b, ref, &inc)
		claim(b, keys, `$2`, ref.Incident)
		err := tx.SendBatch(ctx, b).Close()
		out.Incident = inc.Incident
		if err != nil {
			return err
		}
		out, err = s.apply(ctx, tx, inc, decide)
		return err
	})
	return out, wrap(err, fmt.Sprintf("update incident %d", ref.Incident))
}

// apply calls a decision on a locked incident and writes what it says.
func (s *Store) apply(ctx context.Context, tx *transaction, inc document, decide Decision) (incident.Change, error) {
	c, err := decide(inc.Incident, s.Now())
	if err != nil || c.Empty() {
		return incident.Change{Incident: inc.Incident}, err
	}
	return c, s.save(ctx, tx, []step{{inc, inc.Incident, c}})
}

// lock reads an incident and holds its row, as part of a batch.
func lock(b *pgx.Batch, ref incident.Ref, to *document) {
	b.Queue(`select doc from mayday.incident where id = $1 for update`, ref.Incident).QueryRow(func(row pgx.Row) (err error) {
		*to, err = scanMeant(ref, row)
		return err
	})
}

// scanMeant is scanDocument for a row that was found by its number: another incident
// that has it by now is ErrAnother.
func scanMeant(ref incident.Ref, row pgx.Row) (document, error) {
	d, err := scanDocument(row)
	if err == nil && !ref.Means(d.Ref()) {
		return document{}, ErrAnother
	}
	return d, err
}

func scanOne(row pgx.Row) (incident.Incident, error) {
	d, err := scanDocument(row)
	return d.Incident, err
}

// claim makes sure that a delivery is acted upon once, as part of a batch: ErrDuplicate when it
// was before. id is the incident as SQL, which may speak of args as $2 and so on.
func claim(b *pgx.Batch, keys []string, id string, args ...any) {
	if len(keys) == 0 {
		return
	}
	b.Queue(`insert into mayday.delivery (key, incident_id) select k, `+id+` from unnest($1::text[]) k on conflict do nothing`,
		append([]any{keys}, args...)...).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() < int64(len(keys)) {
			return ErrDuplicate
		}
		return nil
	})
}

// delivered finds the incident to which an earlier delivery led. It was recorded at
// that time, also when it cannot be read now.
func (s *Store) delivered(ctx context.Context, keys []string) (incident.Incident, error) {
	inc, err := scanOne(s.pool.QueryRow(ctx, `select i.doc from mayday.delivery d join mayday.incident i on i.id = d.incident_id
		where d.key = any($1) limit 1`, keys))
	if err != nil {
		return inc, fmt.Errorf("find what an earlier delivery led to: %w: %w", ErrUnconfirmed, err)
	}
	return inc, ErrDuplicate
}

// wrap says what was being done. What callers tell apart stays as it is.
func wrap(err error, doing string) error {
	var r *incident.Refusal
	var ofRound *routine.Refusal
	if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrAnother) || errors.Is(err, ErrDuplicate) || errors.As(err, &r) || errors.As(err, &ofRound) {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
