package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// QueueDriver is for the job queue's client. It differs from River's own in two things:
// the connection that listens is dropped when it leads to a server that is the
// primary no more (such a one answers every ping, and nobody notifies it), and a job that
// is to be tried again in a moment wakes its queue when that moment has come. River leaves
// those to its next poll.
type QueueDriver struct {
	*riverpgxv5.Driver
	s *Store
}

// QueueDriver is for the job queue's own client, which works on the same database.
func (s *Store) QueueDriver() *QueueDriver { return &QueueDriver{riverpgxv5.New(s.pool), s} }

// GetListener makes what hears of new jobs.
func (d *QueueDriver) GetListener(p *riverdriver.GetListenenerParams) riverdriver.Listener {
	return &queueListener{Listener: d.Driver.GetListener(p), s: d.s}
}

// GetExecutor makes what asks the database outside of a caller's transaction.
func (d *QueueDriver) GetExecutor() riverdriver.Executor {
	return &queueExecutor{d.Driver.GetExecutor(), d.s}
}

type queueExecutor struct {
	riverdriver.Executor
	s *Store
}

// soonEnough is how far away the time of a job may be that is left to a bell; later ones are woken by Replica.Run, up to
// a second too late. A turn in Slack's rates comes within half a minute, and is over by then.
const soonEnough = 40 * time.Second

// JobSetStateIfRunningMany writes down what came of jobs. One that is put off for a while is available with a time, as
// River does it with those of the next few seconds.
func (e *queueExecutor) JobSetStateIfRunningMany(ctx context.Context, p *riverdriver.JobSetStateIfRunningManyParams) ([]*rivertype.JobRow, error) {
	soon := e.s.DatabaseTime().Add(soonEnough)
	for i, state := range p.State {
		if state == rivertype.JobStateScheduled && p.ScheduledAt[i] != nil && p.ScheduledAt[i].Before(soon) {
			p.State[i] = rivertype.JobStateAvailable
		}
	}
	rows, err := e.Executor.JobSetStateIfRunningMany(ctx, p)
	for _, r := range rows {
		if r.State == rivertype.JobStateAvailable {
			e.s.bell.ringAt(r.ScheduledAt, jobRing(r.Queue))
		}
	}
	return rows, err
}

type queueListener struct {
	riverdriver.Listener
	s    *Store
	conn *pgx.Conn
}

// takenFor is the key of a context whose value, a **pgx.Conn, is told which connection
// of the pool was taken: River keeps the one that it listens on to itself.
type takenFor struct{}

// Connect takes a connection out of the pool.
func (l *queueListener) Connect(ctx context.Context) error {
	return l.Listener.Connect(context.WithValue(ctx, takenFor{}, &l.conn))
}

// Ping is called every five seconds, while nothing else is asked on the connection.
func (l *queueListener) Ping(ctx context.Context) error {
	if err := l.Listener.Ping(ctx); err != nil {
		return err
	}
	return l.s.lines.prove(ctx, l.conn)
}
