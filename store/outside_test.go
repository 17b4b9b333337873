package store

import (
	"context"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

// outside are those who look at a database without opening it: to check it, mayday running there or not.
func outside() map[string]func(context.Context, string) error {
	return map[string]func(context.Context, string) error{
		"check writes":   CheckWrites,
		"check sessions": CheckSessions,
		"inspect skew":   func(ctx context.Context, url string) error { _, _, err := InspectSkew(ctx, url); return err },
		"sizes":          func(ctx context.Context, url string) error { _, err := SizesAt(ctx, url); return err },
		"sources":        func(ctx context.Context, url string) error { _, err := SourcesAt(ctx, url); return err },
		"app sources":    func(ctx context.Context, url string) error { _, err := AppSourcesAt(ctx, url); return err },
	}
}

// TestWhoLooksFromOutsideLeavesNoSession: of those that a server has there are few, and a check may run every minute.
func TestWhoLooksFromOutsideLeavesNoSession(t *testing.T) {
	t.Parallel()
	w := storetest.NewWire(t, newURL(t))
	var begun, ended atomic.Int64
	w.Tap(func(m storetest.Message) storetest.Fate {
		switch {
		case m.FromServer:
		case m.Kind == 0:
			begun.Add(1)
		case m.Kind == 'X': // Terminate
			ended.Add(1)
		}
		return storetest.Delivered
	})
	for name, look := range outside() {
		begun.Store(0)
		ended.Store(0)
		require.NoError(t, look(t.Context(), w.URL), name)
		assert.Positive(t, begun.Load(), name)
		assert.Eventually(t, func() bool { return ended.Load() == begun.Load() }, patience, 5*time.Millisecond, name)
	}
}

// TestWhoLooksFromOutsideSaysWhatFails: where nobody answers, and where the role may not read, nothing is taken for an empty answer.
func TestWhoLooksFromOutsideSaysWhatFails(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := "postgres://mayday@" + l.Addr().String() + "/mayday?sslmode=disable"
	require.NoError(t, l.Close())
	for name, look := range outside() {
		err := look(t.Context(), nobody)
		require.Error(t, err, name)
		assert.True(t, Away(err), "%s: %v", name, err)
	}

	owner := newURL(t)
	s := open(t, owner, nil)
	var role string
	require.NoError(t, s.pool.QueryRow(t.Context(), `select 'outside_' || current_database()`).Scan(&role))
	set(t, s, `create role `+role+` login password 'outside'`)
	t.Cleanup(func() {
		_, _ = s.pool.Exec(context.Background(), `drop owned by `+role+`; drop role `+role)
	})
	u, err := url.Parse(owner)
	require.NoError(t, err)
	u.User = url.UserPassword(role, "outside")
	mayUse := map[string]bool{"check writes": true, "check sessions": true}
	for _, grant := range []string{`select 1`, `grant usage on schema mayday, river to ` + role} {
		set(t, s, grant)
		mayUse["sizes"] = strings.Contains(grant, "usage") // which reads no table
		for name, look := range outside() {
			err := look(t.Context(), u.String())
			if name == "inspect skew" {
				continue // a role that may read nothing is shown no columns
			}
			assert.Equal(t, mayUse[name], err == nil, "%s after %q: %v", name, grant, err)
		}
	}
}

// TestOfADatabaseWithoutASchemaThereIsNothing, and that is no error: mayday has not begun there yet.
func TestOfADatabaseWithoutASchemaThereIsNothing(t *testing.T) {
	t.Parallel()
	empty := storetest.Database(t)
	sizes, err := SizesAt(t.Context(), empty)
	require.NoError(t, err)
	assert.Empty(t, sizes)
	_, others, err := InspectSkew(t.Context(), empty)
	require.NoError(t, err)
	assert.Empty(t, others)
	apps, err := AppSourcesAt(t.Context(), empty)
	require.NoError(t, err)
	assert.Empty(t, apps)
	require.NoError(t, CheckWrites(t.Context(), empty))
	u, err := url.Parse(empty)
	require.NoError(t, err)
	q := u.Query()
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	require.ErrorIs(t, CheckWrites(t.Context(), u.String()), ErrReadOnly)
	require.EqualError(t, CheckSessions(t.Context(), "postgres://mayday:hunter2@host:notaport/x"),
		"DATABASE_URL is not a Postgres URL; write it like postgres://user:password@host:5432/mayday")
}
