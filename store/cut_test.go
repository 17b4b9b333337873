package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

// wireOf opens a store at the end of a wire, and another one beside it that sees the truth.
func wireOf(t *testing.T) (s *Store, w *storetest.Wire, truth *Store) {
	url := newURL(t)
	w = storetest.NewWire(t, url)
	return open(t, w.URL, nil), w, open(t, url, nil)
}

// settled waits until the server has nothing left to do for connections that were cut.
func settled(t testing.TB, truth *Store) {
	t.Helper()
	require.Eventually(t, func() bool {
		return count(t, truth, `select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
			and backend_type = 'client backend' and state <> 'idle'`) == 0
	}, patience, time.Millisecond)
}

func says(m storetest.Message, sql string) bool {
	return m.Kind == 'Q' && bytes.Equal(m.Body, append([]byte(sql), 0))
}

// cancels recognises the request to stop what another connection asked for.
// Source: PostgreSQL, "Message Formats", CancelRequest.
func cancels(m storetest.Message) bool {
	return m.Kind == 0 && len(m.Body) == 12 && binary.BigEndian.Uint32(m.Body) == 80877102
}

// boundary is a fate for the nth message after "begin", counted in both directions.
type boundary struct {
	nth  int64
	fate storetest.Fate
	// forGood: no new connection works either.
	forGood bool
	// seen counts the messages; asked is the number of "commit".
	seen, asked atomic.Int64
	begun, cut  atomic.Bool
}

func (b *boundary) decide(m storetest.Message) storetest.Fate {
	if says(m, "begin; "+takesWrites) {
		b.begun.Store(true)
	}
	if b.cut.Load() && b.forGood {
		return storetest.LostWhole
	}
	if !b.begun.Load() || b.cut.Load() {
		return storetest.Delivered
	}
	n := b.seen.Add(1)
	if says(m, "commit") {
		b.asked.Store(n)
	}
	if n == b.nth && b.cut.CompareAndSwap(false, true) {
		return b.fate
	}
	return storetest.Delivered
}

// judge compares an answer with how often there is what was to be recorded.
func judge(t testing.TB, key string, err error, there int) (answer string) {
	t.Helper()
	switch {
	case err == nil:
		assert.Equal(t, 1, there, "answered as recorded: %s", key)
		return "recorded"
	case errors.Is(err, ErrUnconfirmed):
		assert.LessOrEqual(t, there, 1, key)
		return "not confirmed"
	default:
		assert.Zero(t, there, "answered as not recorded (%v): %s", err, key)
		return "not recorded"
	}
}

// TestACutAtAnyMessageIsToldAsItIs: whichever message of a transaction is the last
// one, what is answered "recorded" is, once, and what is answered "not recorded" is not.
// Long before the commit every other message is the last for good; with MAYDAY_SOAK=1 each
// is both the last of its connection and the last of all.
func TestACutAtAnyMessageIsToldAsItIs(t *testing.T) {
	t.Parallel()
	s, w, truth := wireOf(t)
	inc := declare(t, truth)
	for name, c := range map[string]struct {
		do    func(ctx context.Context, key string) error
		there func(key string) int
	}{
		"a declaration": {func(ctx context.Context, key string) error {
			_, err := s.Declare(ctx, []string{key}, declaration(key))
			return err
		}, func(key string) int {
			return count(t, truth, `select count(*) from mayday.incident where title = $1`, key)
		}},
		"a change": {func(ctx context.Context, key string) error {
			_, err := s.Update(ctx, inc.Ref(), []string{key}, note(key))
			return err
		}, func(key string) int {
			return count(t, truth, `select count(*) from mayday.event where kind = 'noted' and doc ->> 'text' = $1`, key)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var whole *boundary
			for _, key := range []string{name + " first", name + " whole"} { // the very first one asks for more
				whole = &boundary{}
				s.pool.Reset()
				w.Tap(whole.decide)
				require.NoError(t, c.do(t.Context(), key))
				require.Equal(t, 1, c.there(key), "the truth is looked for where it is")
			}
			require.Greater(t, whole.seen.Load(), int64(20))
			answers := map[string]int{}
			for nth := int64(1); nth <= whole.seen.Load(); nth++ {
				fates := map[storetest.Fate]string{storetest.LostWhole: "before"} // what is before one is after another
				outages := []bool{nth%2 == 0}
				if nth > whole.asked.Load()-3 || os.Getenv("MAYDAY_SOAK") != "" {
					outages = []bool{false, true}
				}
				if nth > whole.asked.Load()-3 {
					fates[storetest.LostHalf], fates[storetest.LastOne] = "within", "after"
				}
				for fate, word := range fates {
					for _, forGood := range outages {
						key := fmt.Sprintf("%s %s %d %t", name, word, nth, forGood)
						b := &boundary{nth: nth, fate: fate, forGood: forGood}
						s.pool.Reset() // every time the statements are prepared anew: the messages are the same
						w.Tap(b.decide)
						ctx, cancel := context.WithTimeout(t.Context(), patience)
						err := c.do(ctx, key)
						cancel()
						w.Tap(nil)
						settled(t, truth)
						answers[judge(t, key, err, c.there(key))]++
					}
				}
			}
			t.Log(whole.seen.Load(), "messages:", answers)
			for _, answer := range []string{"recorded", "not recorded", "not confirmed"} {
				assert.Positive(t, answers[answer], answer)
			}
		})
	}
}

// TestACommitWithoutAnAnswerIsNotConfirmed: the server was asked to commit, does so,
// and the connection breaks before its answer.
func TestACommitWithoutAnAnswerIsNotConfirmed(t *testing.T) {
	s, w, truth := wireOf(t)
	for range 12 {
		var asked atomic.Bool
		w.Tap(func(m storetest.Message) storetest.Fate {
			switch {
			case says(m, "commit"):
				asked.Store(true)
				return storetest.LastOne
			case cancels(m): // the driver asks the server to stop when a connection breaks, and may be quicker than the commit
				return storetest.LostWhole
			}
			return storetest.Delivered
		})
		_, err := s.Declare(t.Context(), nil, declaration("cut"))
		require.True(t, asked.Load())
		require.ErrorIs(t, err, ErrUnconfirmed)
	}
	settled(t, truth)
	assert.Equal(t, 12, count(t, truth, `select count(*) from mayday.incident`), "all were recorded")
}

// TestOnlyPostgresSaysWhatCameOfACommit: without its answer nobody knows.
func TestOnlyPostgresSaysWhatCameOfACommit(t *testing.T) {
	t.Parallel()
	wire := storetest.NewWire(t, newURL(t))
	s := open(t, wire.URL, nil)
	impatient, end := context.WithCancelCause(t.Context())
	err := s.commit(impatient, func(*transaction) error {
		wire.Cut()
		time.AfterFunc(300*time.Millisecond, func() { end(context.DeadlineExceeded) })
		return nil
	})
	require.ErrorIs(t, err, ErrUnconfirmed)

	_, err = s.pool.Exec(t.Context(), `create table late (n int unique deferrable initially deferred)`)
	require.NoError(t, err)
	err = s.commit(t.Context(), func(tx *transaction) error {
		_, err := tx.Exec(t.Context(), `insert into late values (1), (1)`)
		return err
	})
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrUnconfirmed, "Postgres said no")

	ctx, cancel := context.WithCancel(t.Context())
	err = s.commit(ctx, func(*transaction) error { cancel(); return ctx.Err() })
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, ErrUnconfirmed, "it was never asked to")
}

func TestAnswersToACommit(t *testing.T) {
	for _, c := range []struct {
		severity, code string
		refused        bool
	}{
		{"ERROR", "40001", true},  // serialization_failure
		{"ERROR", "23505", true},  // a deferred constraint
		{"ERROR", "P0001", true},  // a deferred trigger
		{"ERROR", "25P02", true},  // in_failed_sql_transaction
		{"ERROR", "40003", false}, // statement_completion_unknown
		{"FATAL", "57P01", false}, // cut by an administrator, perhaps while it waited for a standby
		{"FATAL", "08P01", false}, // a pooler lost the server
		{"PANIC", "53100", false}, // the log could not be flushed
		{"PANIC", "XX000", false},
		{"ERROR", "XX000", false},
		{"ERROR", "58030", false},
		{"", "57P01", false},
		{"FATAL", "25P03", false}, // idle_in_transaction_session_timeout, of a class that is refused otherwise
		{"PANIC", "23505", false},
	} {
		assert.Equal(t, c.refused, refused(&pgconn.PgError{Severity: c.severity, Code: c.code}), c)
	}
	assert.False(t, refused(pgconn.ErrConnClosed))
	assert.True(t, refused(&pgconn.PgError{Severity: "FATAL", SeverityUnlocalized: "ERROR", Code: "23505"}), "a severity in the server's language says nothing")
	assert.False(t, refused(&pgconn.PgError{Severity: "FATALE", SeverityUnlocalized: "FATAL", Code: "25P03"}))
}

// TestADeliveryOfBeforeIsNeverCalledUnrecorded: the same delivery again, while the
// incident to which it led cannot be read.
func TestADeliveryOfBeforeIsNeverCalledUnrecorded(t *testing.T) {
	t.Parallel()
	s, w, truth := wireOf(t)
	inc, err := s.Declare(t.Context(), []string{"trigger/1"}, declaration("once"))
	require.NoError(t, err)
	w.Tap(func(m storetest.Message) storetest.Fate {
		if bytes.Contains(m.Body, []byte("mayday.delivery d join")) {
			return storetest.LostWhole
		}
		return storetest.Delivered
	})
	_, err = s.Declare(t.Context(), []string{"trigger/1"}, declaration("once"))
	require.ErrorIs(t, err, ErrUnconfirmed)
	w.Tap(nil)
	again, err := s.Declare(t.Context(), []string{"trigger/1"}, declaration("once"))
	require.ErrorIs(t, err, ErrDuplicate)
	assert.Equal(t, inc.ID, again.ID)
	assert.Equal(t, 1, count(t, truth, `select count(*) from mayday.incident`))
}
