package stories

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics/sample"
	"mayday/store/storetest"
)

// diagnosed is the setting of a story that gives it a database to diagnose:
// "sample" with a read-only role, "harmful" with a role that could write, or
// "down", which does not answer.
const diagnosed = "DIAGNOSTICS"

// diagnose makes that database and points the settings at it. owner is the
// address with which the story changes what is in it.
func diagnose(t testing.TB, how string) (address, owner string) {
	t.Helper()
	if how == "down" {
		return "postgres://reader@127.0.0.1:1/sample?sslmode=disable&connect_timeout=1", ""
	}
	role := "reader_" + strings.ToLower(rand.Text()[:10])
	// Registered first, so that it runs after the database and its grants are gone.
	t.Cleanup(func() {
		conn, err := pgx.Connect(context.Background(), at(t, owner, "", "postgres"))
		require.NoError(t, err)
		defer conn.Close(context.Background())
		_, err = conn.Exec(context.Background(), "drop role "+role)
		require.NoError(t, err)
	})
	owner = storetest.Database(t)
	conn, err := pgx.Connect(t.Context(), owner)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	require.NoError(t, sample.Load(t.Context(), conn, role))
	if how == "harmful" {
		_, err = conn.Exec(t.Context(), "grant insert on users to "+role)
		require.NoError(t, err)
	}
	return at(t, owner, role, ""), owner
}

// at is an address with another user or database in it.
func at(t testing.TB, address, user, database string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	if user != "" {
		u.User = url.User(user)
	}
	if database != "" {
		u.Path = "/" + database
	}
	return u.String()
}

// change runs a statement on the diagnosed database as its owner.
func (w *world) change(sql string) bool {
	conn, err := pgx.Connect(w.t.Context(), w.owner)
	require.NoError(w.t, err)
	defer conn.Close(w.t.Context())
	_, err = conn.Exec(w.t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
	return err == nil || w.fail("%s: %v", sql, err)
}
