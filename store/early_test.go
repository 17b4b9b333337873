package store

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatStaysTakesTheStartsConnections: with the settings of all others and outside of a transaction, and a new one
// where one is broken or all are taken.
func TestWhatStaysTakesTheStartsConnections(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	early := s.early.conns
	require.Len(t, early, staying)
	processes := map[uint32]bool{}
	for _, c := range early {
		processes[c.PgConn().PID()] = true
	}
	_, err := s.pool.Exec(t.Context(), `select pg_terminate_backend($1)`, early[0].PgConn().PID())
	require.NoError(t, err)
	reused := 0
	for range staying + 1 {
		c, err := s.connect(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close(context.Background()) })
		var limit string
		require.NoError(t, c.QueryRow(t.Context(), `show idle_in_transaction_session_timeout`).Scan(&limit))
		assert.Equal(t, "5s", limit)
		assert.Equal(t, byte('I'), c.PgConn().TxStatus())
		if processes[c.PgConn().PID()] {
			reused++
		}
	}
	assert.Equal(t, staying-1, reused)
}

// TestWhatNobodyTookIsClosed: after a while, and with the Store.
func TestWhatNobodyTookIsClosed(t *testing.T) {
	t.Parallel()
	for _, end := range []func(s *Store){
		func(s *Store) { s.early.over.Reset(0) },
		func(s *Store) { s.Close() },
	} {
		address := newURL(t)
		s, watch := open(t, address, nil), open(t, address, nil)
		var processes []int32
		for _, c := range s.early.conns {
			processes = append(processes, int32(c.PgConn().PID()))
		}
		require.Len(t, processes, staying)
		end(s)
		require.Eventually(t, func() bool {
			return count(t, watch, `select count(*) from pg_stat_activity where pid = any($1)`, processes) == 0
		}, patience, 5*time.Millisecond)
		assert.Nil(t, s.early.take())
	}
}
