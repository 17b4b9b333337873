package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// lockPulse is the pause between two looks whether locks still hold, and LockLostWithin how long after their loss
	// the work that they protect may go on.
	lockPulse      = 500 * time.Millisecond
	LockLostWithin = 3 * lockPulse
)

// Alone runs do while no other replica or worker does the same; it returns false at once when somebody does. The lock
// ends with the session that holds it, also when this process dies; do's context ends when the lock is lost.
func (s *Store) Alone(ctx context.Context, what string, do func(context.Context) error) (bool, error) {
	held, release, err := s.locks.take(ctx, what)
	if err != nil || held == nil {
		return false, wrap(err, "take a lock")
	}
	defer release()
	return true, do(held)
}

// locks are those of Alone. One session holds them all, so that those of twenty people who are called in the same
// moment cost one round trip, and who holds one takes no connection from anybody. Whoever does the same in this process
// is known here; the session tells it from others. While it holds any, a transaction is open in it in which nothing is
// done: Postgres ends the session of a process that stands still only then (idle_in_transaction_session_timeout).
type locks struct {
	s    *Store
	asks *together[lockAsk, bool]

	mu      sync.Mutex // of the session: one question at a time
	session *pgx.Conn  // nil while there is none
	begun   bool       // a transaction is open in it
	watched bool
	closed  bool
	rest    *time.Timer // closes a session that nobody needs

	named sync.Map // what is taken here, or about to be: string → nothing
	held  map[*hold]struct{}
}

// hold is a lock that is held, until lose is called.
type hold struct {
	what string
	lose context.CancelCauseFunc
}

// lockAsk asks for a lock, or gives it back.
type lockAsk struct {
	*hold
	giveBack bool
}

func newLocks(s *Store) *locks {
	l := &locks{s: s, held: map[*hold]struct{}{}}
	l.asks = &together[lockAsk, bool]{do: l.ask}
	l.rest = time.AfterFunc(time.Hour, l.tire)
	l.rest.Stop()
	return l
}

// take gives the context of whoever has the lock, nil when somebody else has it. release must be called.
func (l *locks) take(ctx context.Context, what string) (held context.Context, release func(), err error) {
	if _, taken := l.named.LoadOrStore(what, nil); taken {
		return nil, nil, nil
	}
	held, lose := context.WithCancelCause(ctx)
	h := &hold{what, lose}
	// Not with ctx: a lock that nobody waits for any more would stay.
	got, err := l.asks.ask(context.WithoutCancel(ctx), lockAsk{hold: h})
	if err != nil || !got {
		lose(nil)
		l.named.Delete(what)
		return nil, nil, err
	}
	return held, func() {
		lose(nil)
		// What cannot be given back is lost with its session.
		_, _ = l.asks.ask(context.WithoutCancel(ctx), lockAsk{hold: h, giveBack: true})
		l.named.Delete(what)
	}, nil
}

// ask gives locks back and takes others, in a session that is proved by that.
func (l *locks) ask(ctx context.Context, asks []lockAsk) ([]bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n := 1; ; n++ {
		answers, err := l.tryAsk(ctx, asks)
		if err == nil || n == 2 || ctx.Err() != nil {
			return answers, err
		}
	}
}

// tryAsk is one attempt. When it fails nothing is held any more. Locked.
func (l *locks) tryAsk(ctx context.Context, asks []lockAsk) ([]bool, error) {
	answers := make([]bool, len(asks))
	var back, wanted []string
	for i, a := range asks {
		_, mine := l.held[a.hold]
		switch {
		case !a.giveBack:
			wanted = append(wanted, a.what)
		case mine:
			back = append(back, a.what)
		default:
			answers[i] = true // it was lost
		}
	}
	if len(back)+len(wanted) == 0 {
		return answers, nil
	}
	if err := l.open(ctx); err != nil {
		return nil, err
	}
	got := map[string]bool{}
	stay := len(l.held) > len(back)
	err := l.s.lines.within(ctx, proveWithin, func(ctx context.Context) error {
		b := &pgx.Batch{}
		l.s.lines.proof(b)
		if l.begun {
			b.Queue(`commit`)
		}
		if len(back) > 0 {
			b.Queue(`select pg_advisory_unlock(7702, hashtext(what)) from unnest($1::text[]) what`, back)
		}
		if stay || len(wanted) > 0 {
			b.Queue(`begin`)
			b.Queue(`select what, pg_try_advisory_lock(7702, hashtext(what)) from unnest($1::text[]) what`, wanted).Query(func(rows pgx.Rows) error {
				var what string
				var mine bool
				_, err := pgx.ForEachRow(rows, []any{&what, &mine}, func() error { got[what] = mine; return nil })
				return err
			})
		}
		return l.session.SendBatch(ctx, b).Close()
	})
	if err != nil {
		l.drop(ctx, err)
		return nil, err
	}
	l.begun = stay || len(wanted) > 0
	for i, a := range asks {
		switch {
		case a.giveBack:
			delete(l.held, a.hold)
			answers[i] = true
		case got[a.what]:
			l.held[a.hold] = struct{}{}
			answers[i] = true
		}
	}
	l.look(ctx)
	return answers, nil
}

// open makes a session when there is none. Locked.
func (l *locks) open(ctx context.Context) (err error) {
	if l.closed {
		return errClosed
	}
	if l.session == nil || l.session.IsClosed() {
		l.drop(ctx, errors.New("its session was closed"))
		l.session, err = l.s.connect(ctx)
	}
	return err
}

// drop ends the session, and what it protected. Locked.
func (l *locks) drop(ctx context.Context, why error) {
	for h := range l.held {
		h.lose(fmt.Errorf("the lock was lost: %w", why))
	}
	clear(l.held)
	if l.session != nil {
		_ = l.session.Close(context.WithoutCancel(ctx)) // it may be broken
		l.session, l.begun = nil, false
	}
}

// look has the session looked at while locks are held, and closed once nobody has needed it for a while. Locked.
func (l *locks) look(ctx context.Context) {
	if len(l.held) > 0 {
		if !l.watched {
			l.watched = true
			go l.watch()
		}
		return
	}
	l.rest.Reset(idleFor)
	if !l.begun {
		return
	}
	// Somebody else holds all that was wanted.
	l.begun = false
	if _, err := l.session.Exec(ctx, `commit`); err != nil {
		l.drop(ctx, err)
	}
}

// watch ends the work that locks protect when their session is gone: another replica may have taken them by then.
func (l *locks) watch() {
	for {
		time.Sleep(lockPulse)
		if !l.prove() {
			return
		}
	}
}

// prove looks whether the session still holds; false when nothing is held any more.
func (l *locks) prove() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.watched = len(l.held) > 0; !l.watched {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*lockPulse)
	defer cancel()
	// A lock on a server that is the primary no more protects nothing.
	if err := writable(ctx, l.session.PgConn(), l.s.time); err != nil {
		l.drop(ctx, err)
	}
	return true
}

// tire closes a session in which nothing is held.
func (l *locks) tire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.held) == 0 {
		l.drop(context.Background(), errors.New("nobody needed it"))
	}
}

// close ends the session and with it what is held.
func (l *locks) close() {
	l.rest.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.drop(context.Background(), errClosed)
}

var errClosed = errors.New("the store is closed")
