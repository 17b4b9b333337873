package store

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

// TestCheckRightsTriesWhatRunNeeds: what it does not complain of, Open can do, and the other way round.
func TestCheckRightsTriesWhatRunNeeds(t *testing.T) {
	t.Parallel()
	owner := storetest.Database(t)
	c, err := pgx.Connect(t.Context(), owner)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	name := "rights_" + strings.ToLower(strings.NewReplacer("/", "", "-", "_").Replace(c.Config().Database))
	do := func(sql string) {
		t.Helper()
		_, err := c.Exec(t.Context(), strings.NewReplacer("ROLE", name, "DB", pgx.Identifier{c.Config().Database}.Sanitize()).Replace(sql))
		require.NoError(t, err, sql)
	}
	do(`create role ROLE login password 'rights'; revoke create on database DB from public`)
	t.Cleanup(func() {
		_, _ = c.Exec(context.Background(), strings.NewReplacer("ROLE", name).Replace(`drop owned by ROLE; drop role ROLE`))
	})
	u, err := url.Parse(owner)
	require.NoError(t, err)
	u.User = url.UserPassword(name, "rights")
	weak := u.String()
	opens := func() bool {
		st, err := Open(t.Context(), Config{URL: weak})
		if err == nil {
			st.Close()
		}
		return err == nil
	}
	said := func() string {
		t.Helper()
		lacks, err := CheckRights(t.Context(), weak)
		require.NoError(t, err)
		var all []string
		for _, l := range lacks {
			require.NotEmpty(t, l.Fix)
			all = append(all, l.What+" → "+l.Fix)
		}
		return strings.Join(all, "\n")
	}

	got := said()
	assert.Contains(t, got, "cannot make mayday's tables")
	assert.Contains(t, got, "grant create on database")
	assert.False(t, opens())
	do(`grant create on database DB to ROLE`)
	assert.Empty(t, said())
	var there int
	require.NoError(t, c.QueryRow(t.Context(), `select count(*) from pg_namespace where nspname in ('mayday', 'river')`).Scan(&there))
	assert.Zero(t, there, "what was tried is rolled back")
	assert.True(t, opens())
	assert.Empty(t, said())

	// Later: a role that did not make the tables.
	do(`reassign owned by ROLE to current_user; revoke all on all tables in schema mayday from ROLE`)
	assert.Contains(t, said(), "cannot use mayday's tables: permission denied for")
	do(`revoke execute on function pg_try_advisory_lock(int, int) from public`)
	assert.Contains(t, said(), "advisory locks")
}
