package store

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// looks lets those who ask for the same share what is read: of twenty people who type in one channel at once, each
// would ask for the same document. Who asks while a question is on its way does not get what that one finds, which may be
// of before a change that they have heard of, but what the next does. The zero value is ready.
type looks struct {
	mu    sync.Mutex
	under map[string]*reading // the last of each name that somebody waits for
}

// reading is of all who asked for it before its question was sent.
type reading struct {
	done chan struct{}
	sent bool
	seen Seen
	err  error
	next *reading // of those who came while it was under way
}

// finding reads an incident. It calls send right before it asks.
type finding func(ctx context.Context, send func()) (Seen, error)

// at gives what do reads, with a question that is sent after this call. What is shared must not be written to.
func (l *looks) at(ctx context.Context, name string, do finding) (Seen, error) {
	l.mu.Lock()
	mine := l.under[name]
	switch {
	case mine == nil:
		mine = &reading{done: make(chan struct{})}
		if l.under == nil {
			l.under = map[string]*reading{}
		}
		l.under[name] = mine
		go l.run(context.WithoutCancel(ctx), name, mine, do)
	case !mine.sent:
	case mine.next == nil:
		mine.next = &reading{done: make(chan struct{})}
		mine = mine.next
	default:
		mine = mine.next
	}
	l.mu.Unlock()
	select {
	case <-mine.done:
		return mine.seen, mine.err
	case <-ctx.Done():
		return Seen{}, ctx.Err()
	}
}

// lookWithin is how long a look may take: whoever asked has to be answered within three seconds.
const lookWithin = 2500 * time.Millisecond

// run looks for one after the other until nobody has asked meanwhile.
func (l *looks) run(ctx context.Context, name string, now *reading, do finding) {
	for now != nil {
		send := func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			now.sent = true
		}
		within, cancel := context.WithTimeout(ctx, lookWithin)
		now.seen, now.err = do(within, send)
		cancel()
		l.mu.Lock()
		close(now.done)
		if now = now.next; now == nil {
			delete(l.under, name)
		} else {
			l.under[name] = now
		}
		l.mu.Unlock()
	}
}

// see reads the incident that a condition finds, for all who ask for it by this name at the same time.
func (s *Store) see(ctx context.Context, name, where string, arg any) (Seen, error) {
	return s.looks.at(ctx, name, func(ctx context.Context, send func()) (seen Seen, err error) {
		err = s.one(ctx, send, `id, doc`, where, arg, func(row pgx.Row) (err error) {
			seen, err = s.kept.scan(row)
			return err
		})
		return seen, err
	})
}

// one reads the row of the incident that a condition finds; ErrNotFound when there is none. send, unless nil, is called
// right before it is asked for.
func (s *Store) one(ctx context.Context, send func(), columns, where string, arg any, scan func(pgx.Row) error) error {
	return s.quickly(ctx, send, func(rows pgx.Rows) error {
		if !rows.Next() {
			return ErrNotFound
		}
		return scan(rows)
	}, `select `+columns+` from mayday.incident where `+where, arg)
}

// quickly asks what takes milliseconds to answer, in the round trip in which its session is proved. send, unless nil, is
// called right before.
func (s *Store) quickly(ctx context.Context, send func(), read func(pgx.Rows) error, question string, args ...any) error {
	var found error
	err := s.proven(ctx, proveWithin, func(b *pgx.Batch) {
		b.Queue(question, args...).Query(func(rows pgx.Rows) error {
			found = read(rows)
			return rows.Err()
		})
		if send != nil {
			send()
		}
	})
	return cmp.Or(err, found)
}

// proven asks what queue adds to a batch in the round trip in which a session is proved, which may take so long. A
// session that does not pass, or is lost on the way, is replaced, and queue is called again.
func (s *Store) proven(ctx context.Context, most time.Duration, queue func(*pgx.Batch)) error {
	for n := 1; ; n++ {
		lost, err := s.tryProven(ctx, most, queue)
		if !lost || n == tries || ctx.Err() != nil {
			return err
		}
	}
}

// tryProven is one attempt; lost says that its session was.
func (s *Store) tryProven(ctx context.Context, most time.Duration, queue func(*pgx.Batch)) (lost bool, err error) {
	c, err := s.pool.Acquire(context.WithValue(ctx, provesItself{}, true))
	if err != nil {
		return false, err
	}
	defer c.Release()
	err = s.lines.within(ctx, most, func(ctx context.Context) error {
		b := &pgx.Batch{}
		s.lines.proof(b)
		queue(b)
		return c.SendBatch(ctx, b).Close()
	})
	lost = c.Conn().IsClosed() || errors.Is(err, ErrReadOnly)
	if err == nil {
		return lost, nil
	}
	if lost && ctx.Err() == nil {
		s.pool.Reset()
	}
	if errors.Is(err, ErrReadOnly) {
		_ = c.Conn().Close(context.WithoutCancel(ctx)) // nothing that it shows is to be believed
	}
	return lost, err
}
