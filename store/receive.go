package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Received is what a sender posted, with nothing secret in it.
type Received struct {
	ID     int64
	Source string
	// Path is the endpoint that it came to.
	Path string
	At   time.Time
	// Delivery is the sender's own name of the post; empty when it has none.
	Delivery string
	Header   map[string]string
	Body     []byte
}

const (
	// receiveTogether is how many posts share a commit, and mostWaiting how many wait for theirs at most.
	receiveTogether = 200
	mostWaiting     = 1000
	// receiveWithin is how long a commit may take: most senders hang up after 5 to 15 seconds, and repeat.
	receiveWithin = 4 * time.Second
)

// inbox commits what is posted. Posts that come while one commit is under way share the next, so
// that a flood takes one connection of the pool, and commands have the others.
type inbox struct {
	s       *Store
	wake    chan struct{}
	arrived chan struct{} // has room for one: something was committed

	mu      sync.Mutex
	waiting []waiting
}

type waiting struct {
	post Received
	done chan error
}

func newInbox(s *Store) *inbox {
	return &inbox{s: s, wake: make(chan struct{}, 1), arrived: make(chan struct{}, 1)}
}

// ErrFull means that more is posted than can be written down.
var ErrFull = errors.New("too many posts wait to be written down")

// Receive writes down what was posted, and returns once it is committed. The same Delivery of
// a source again is left out, and no error.
func (s *Store) Receive(ctx context.Context, post Received) error {
	w := waiting{post, make(chan error, 1)}
	s.inbox.mu.Lock()
	if len(s.inbox.waiting) >= mostWaiting {
		s.inbox.mu.Unlock()
		return ErrFull
	}
	s.inbox.waiting = append(s.inbox.waiting, w)
	s.inbox.mu.Unlock()
	poke(s.inbox.wake)
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return ctx.Err() // it may be committed all the same: whoever asks again is counted twice
	}
}

// poke wakes whoever waits, unless that was done already.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run commits until ctx is done.
func (in *inbox) run(ctx context.Context) {
	for {
		select {
		case <-in.wake:
		case <-ctx.Done():
			for _, w := range in.take() {
				w.done <- ctx.Err()
			}
			return
		}
		for list := in.take(); len(list) > 0; list = in.take() {
			err := in.commit(ctx, list)
			for _, w := range list {
				w.done <- err
			}
			if err == nil {
				poke(in.arrived)
			}
		}
	}
}

func (in *inbox) take() []waiting {
	in.mu.Lock()
	defer in.mu.Unlock()
	n := min(len(in.waiting), receiveTogether)
	list := in.waiting[:n:n]
	in.waiting = in.waiting[n:]
	if len(in.waiting) == 0 {
		in.waiting = nil
	}
	return list
}

func (in *inbox) commit(ctx context.Context, list []waiting) error {
	ctx, cancel := context.WithTimeout(ctx, receiveWithin)
	defer cancel()
	return wrap(in.s.commit(ctx, func(tx *transaction) error {
		now := in.s.Now()
		b := &pgx.Batch{}
		for _, w := range list {
			headers, err := json.Marshal(w.post.Header)
			if err != nil {
				return err
			}
			var delivery *string
			if w.post.Delivery != "" {
				delivery = &w.post.Delivery
			}
			b.Queue(`insert into mayday.received (source, path, at, delivery, headers, body) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
				w.post.Source, w.post.Path, now, delivery, headers, w.post.Body)
		}
		return tx.SendBatch(ctx, b).Close()
	}), "write down what was posted")
}

// packed are the bodies of posts as they are kept, by their ids: with gzip, which makes half of them, once they were
// understood, and else as they came.
func packed(posts []Received, problems []string) (ids []int64, bodies [][]byte) {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	for i, p := range posts {
		body := p.Body
		if problems[i] == "" {
			b.Reset()
			zip.Reset(&b)
			_, _ = zip.Write(body) // a buffer takes everything
			_ = zip.Close()
			body = bytes.Clone(b.Bytes())
		}
		ids, bodies = append(ids, p.ID), append(bodies, body)
	}
	return ids, bodies
}

// Arrived tells, once for many, that something was posted here or is to be looked at.
func (s *Store) Arrived() <-chan struct{} { return s.inbox.arrived }

// FreshKey is the name in Received.Header of the key for an alert to which its sender gives none.
const FreshKey = "mayday-fresh-key"
