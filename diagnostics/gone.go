package diagnostics

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// backend is the server's process of one statement. The time at which the
// transaction began tells it from whatever the process does later, for somebody
// else behind a pooler, or as another process with the same number.
type backend struct {
	pid   uint32
	began string
}

// goneSQL says whether a transaction goes on. A role sees its own sessions whole,
// so no further right is needed.
const goneSQL = `SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE pid = $1::int AND xact_start = $2::timestamptz`

// How a second connection looks whether a statement that was given up is gone:
// often at first, because a cancel request works within milliseconds, and no
// longer than people wait before they are answered; then rarely until it is.
const (
	lookFor    = 2 * time.Second
	lookFirst  = 5 * time.Millisecond
	lookEvery  = 250 * time.Millisecond
	lookRarely = 10 * time.Second
)

// whereabouts is what is known of a statement that was given up.
type whereabouts int

const (
	gone    whereabouts = iota // the server has ended it
	running                    // it is still there
	unknown                    // the server cannot be asked
	down                       // nobody is let in: another statement would be told so, too
)

// look asks by a connection of its own until the backend is gone or lookFor has passed.
func (r *Runner) look(ctx context.Context, b backend) whereabouts {
	if b.pid == 0 {
		return gone // nothing was begun
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookFor)
	defer cancel()
	conn, err := r.connect(ctx, "mayday:look")
	if err != nil {
		if server := (*pgconn.PgError)(nil); errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &server) && server.Code == "57P03" {
			return down
		}
		return unknown
	}
	defer hangUp(conn)
	var seen time.Time
	for pause := lookFirst; ; pause = min(2*pause, lookEvery) {
		there, err := exists(ctx, conn, b)
		switch {
		case err == nil && !there:
			return gone
		case err == nil:
			seen = time.Now()
		case ctx.Err() == nil:
			return unknown
		}
		select {
		case <-ctx.Done():
			if time.Since(seen) > lookFor/2 {
				return unknown // a server that stopped answering has shown nothing since
			}
			return running
		case <-time.After(pause):
		}
	}
}

func exists(ctx context.Context, conn *pgconn.PgConn, b backend) (bool, error) {
	result := conn.ExecParams(ctx, goneSQL, [][]byte{fmt.Append(nil, b.pid), []byte(b.began)}, nil, nil, nil).Read()
	if result.Err != nil {
		return false, result.Err
	}
	return len(result.Rows) == 1 && string(result.Rows[0][0]) != "0", nil
}

// wait returns when the backend is gone, or the server. It never gives up: a
// statement that cannot be ended has its place until it ends by itself.
func (r *Runner) wait(b backend) {
	for pause := lookEvery; ; pause = min(2*pause, lookRarely) {
		if seen := r.look(context.Background(), b); seen == gone || seen == down {
			return
		}
		time.Sleep(pause)
	}
}

// outcome completes what is said of a statement that was given up, with what a
// second connection saw.
func (f *Failure) outcome(seen whereabouts, b backend) *Failure {
	told := *f
	if b.pid == 0 {
		return &told // nothing was sent
	}
	told.Backend = b.pid
	if f.Class == ClassStopped {
		told.What = "Stopped."
	}
	switch seen {
	case gone:
		told.What += " The statement is gone from the server."
	case running:
		told.Running = true
		told.What += fmt.Sprintf(" It still runs on the server, in process %d, and does not react to being cancelled.", b.pid)
		told.Next = fmt.Sprintf("Its place in line is kept until it has ended. An administrator of the database can try SELECT pg_terminate_backend(%d); "+
			"if that does not help either, only its own end does, or a restart of the server.", b.pid)
	case unknown, down:
		told.Running = seen == unknown // who comes next is told that the server is down, and need not wait in line for that
		told.What += fmt.Sprintf(" Whether it still runs on the server, in process %d, is not known: the server cannot be asked.", b.pid)
		told.Next = fmt.Sprintf("An administrator of the database sees it with SELECT state, query FROM pg_stat_activity WHERE pid = %d, and ends it with pg_terminate_backend(%d).", b.pid, b.pid)
	}
	return &told
}

// ended leaves the line when the statement is gone from the server, later if it
// is not, and gives what is said of it.
func (r *Runner) ended(ctx context.Context, req Request, typed bool, at backend, err error) error {
	err = r.explain(ctx, err, req.SQL)
	failure, ok := err.(*Failure)
	if ok && failure.Class == ClassTimeout && typed && req.By != "" {
		r.rates.TimedOut(r.now(), req.By)
	}
	if !ok || failure.Code != "" {
		r.line.leave(typed) // the server, or the guard, has spoken
		return err
	}
	told := failure.outcome(r.look(ctx, at), at)
	if !told.Running {
		r.line.leave(typed)
		return told
	}
	if typed && req.By != "" {
		r.hold(req.By, at)
	}
	go func() {
		r.wait(at)
		r.release(req.By, at)
		r.line.leave(typed)
	}()
	return told
}

// still says that a person's earlier statement runs on: nobody holds two places.
func (r *Runner) still(req Request, typed bool) *Failure {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, holds := r.held[req.By]
	if !typed || !holds {
		return nil
	}
	return &Failure{Class: ClassRate, What: fmt.Sprintf("Your last statement still runs on the server, in process %d.", at.pid),
		Next: fmt.Sprintf("Wait until it has ended, or have it ended: SELECT pg_terminate_backend(%d). The runbook's queries still run.", at.pid)}
}

func (r *Runner) hold(by string, at backend) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[by] = at
}

func (r *Runner) release(by string, at backend) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held[by] == at {
		delete(r.held, by)
	}
}
