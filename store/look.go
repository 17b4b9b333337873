package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// looks lets those who ask for the same share what is read: of twenty people who type in one channel at once, each
// would read and decode the same document. Who asks while a look is under way does not get that one, which may be of
// before a change that they have heard of, but the next. The zero value is ready.
type looks struct {
	mu    sync.Mutex
	under map[string]*reading // the last of each name that somebody waits for
}

// reading is of all who asked for it before it began.
type reading struct {
	done chan struct{}
	inc  incident.Incident
	err  error
	next *reading // of those who came while it was under way
}

// at gives what do reads, from a call of it that begins after this one. What is shared must not be written to.
func (l *looks) at(ctx context.Context, name string, do func(context.Context) (incident.Incident, error)) (incident.Incident, error) {
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
	case mine.next == nil:
		mine.next = &reading{done: make(chan struct{})}
		mine = mine.next
	default:
		mine = mine.next
	}
	l.mu.Unlock()
	select {
	case <-mine.done:
		return mine.inc, mine.err
	case <-ctx.Done():
		return incident.Incident{}, ctx.Err()
	}
}

// lookWithin is how long a look may take: whoever asked has to be answered within three seconds.
const lookWithin = 2500 * time.Millisecond

// run looks for one after the other until nobody has asked meanwhile.
func (l *looks) run(ctx context.Context, name string, now *reading, do func(context.Context) (incident.Incident, error)) {
	for now != nil {
		within, cancel := context.WithTimeout(ctx, lookWithin)
		now.inc, now.err = do(within)
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

// one reads the document that a condition finds, in the round trip in which its session is proved. A session that
// does not pass, or is lost on the way, is replaced.
func (s *Store) one(ctx context.Context, where string, arg any) (document, error) {
	for n := 1; ; n++ {
		d, lost, err := s.tryOne(ctx, where, arg)
		if !lost || n == tries || ctx.Err() != nil {
			return d, err
		}
	}
}

// tryOne is one attempt; lost says that its session was.
func (s *Store) tryOne(ctx context.Context, where string, arg any) (d document, lost bool, err error) {
	c, err := s.pool.Acquire(context.WithValue(ctx, provesItself{}, true))
	if err != nil {
		return document{}, false, err
	}
	defer c.Release()
	var found error
	err = s.lines.within(ctx, func(ctx context.Context) error {
		b := &pgx.Batch{}
		s.lines.proof(b)
		b.Queue(`select doc from mayday.incident where `+where, arg).QueryRow(func(row pgx.Row) error {
			d, found = scanDocument(row)
			return nil
		})
		return c.SendBatch(ctx, b).Close()
	})
	if err == nil {
		return d, c.Conn().IsClosed(), found
	}
	lost = c.Conn().IsClosed() || errors.Is(err, ErrReadOnly)
	if lost && ctx.Err() == nil {
		s.pool.Reset()
	}
	if errors.Is(err, ErrReadOnly) {
		_ = c.Conn().Close(context.WithoutCancel(ctx)) // nothing that it shows is to be believed
	}
	return document{}, lost, err
}
