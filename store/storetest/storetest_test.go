package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { Main(m) }

// query runs one statement that returns one text.
func query(t testing.TB, url, sql string) (answer string) {
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&answer))
	return answer
}

// execute is a prepare function that runs sql.
func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

const tables = "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'"

func TestEveryTestHasItsOwnDatabase(t *testing.T) {
	var first, second string
	t.Run("one", func(t *testing.T) {
		first = Database(t)
		require.NoError(t, execute(t.Context(), first, "CREATE TABLE mine (n int)"))
		second = Database(t)
		assert.Equal(t, "1", query(t, first, tables))
		assert.Equal(t, "0", query(t, second, tables))
	})
	_, err := pgx.Connect(t.Context(), first)
	require.ErrorContains(t, err, "does not exist", "dropped when its test ended")
}

func TestCloneMakesItsTemplateOnce(t *testing.T) {
	t.Parallel()
	var prepared atomic.Int64
	prepare := func(ctx context.Context, url string) error {
		prepared.Add(1)
		return execute(ctx, url, "CREATE TABLE greeting AS SELECT 'hello' AS word")
	}
	t.Run("copies", func(t *testing.T) {
		for range 8 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				url := Clone(t, "greeting", prepare)
				assert.Equal(t, "hello", query(t, url, "SELECT word FROM greeting"))
				require.NoError(t, execute(t.Context(), url, "DROP TABLE greeting"))
			})
		}
	})
	assert.EqualValues(t, 1, prepared.Load())
}

func TestAConnectionLeftOpenIsCut(t *testing.T) {
	var conn *pgx.Conn
	t.Run("leaves a connection", func(t *testing.T) {
		var err error
		conn, err = pgx.Connect(t.Context(), Database(t))
		require.NoError(t, err)
	})
	require.Error(t, conn.Ping(t.Context()))
}

// failing catches what a test that must fail says.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = format
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			f.said += " " + err.Error()
		}
	}
	panic(f)
}

// mustFail runs a test that has to end with Fatalf and returns what it said.
func mustFail(t *testing.T, test func(t testing.TB)) string {
	f := &failing{TB: t}
	assert.PanicsWithValue(t, f, func() { test(f) })
	return f.said
}

func TestATemplateThatCannotBePreparedFailsEveryTest(t *testing.T) {
	broken := func(context.Context, string) error { return errors.New("migration 3 is broken") }
	for range 2 {
		said := mustFail(t, func(t testing.TB) { Clone(t, "broken", broken) })
		assert.Contains(t, said, "migration 3 is broken")
	}
}

func TestLeftoversOfAKilledRunAreDropped(t *testing.T) {
	url := os.Getenv(urlVariable)
	if url != "" {
		t.Skip("on a shared server another process may be using them")
	}
	s := connect(t)
	kept := Database(t) // taken for a leftover below: this test runs alone
	require.NoError(t, s.dropLeftovers(t.Context()))
	_, err := pgx.Connect(t.Context(), kept)
	require.ErrorContains(t, err, "does not exist")
	templates.Clear()
}

func TestTheServerMustBeNamedByAURL(t *testing.T) {
	for _, url := range []string{"host=db password=hunter2", "postgres://u:hunter2@[db/x"} {
		_, err := (&server{url: url}).database("x")
		require.ErrorContains(t, err, urlVariable)
		assert.NotContains(t, err.Error(), "hunter2")
	}
	got, err := (&server{url: "postgres://u:p@db:5433/postgres?sslmode=require"}).database("mine")
	require.NoError(t, err)
	assert.Equal(t, "postgres://u:p@db:5433/mine?connect_timeout=30&sslmode=require", got)
}

func TestWhereServersKeepTheirData(t *testing.T) {
	onDisk, err := stateDir(filepath.Join(t.TempDir(), "missing"))
	require.NoError(t, err)
	if os.Geteuid() == 0 {
		assert.Equal(t, "/var/cache/mayday-test", onDisk, "root's is open to PostgreSQL's user")
	}
	memory := t.TempDir()
	own := filepath.Join(memory, fmt.Sprintf("mayday-test-%d", os.Geteuid()))
	for range 2 { // made, and then found
		dir, err := stateDir(memory)
		require.NoError(t, err)
		assert.Equal(t, own, dir)
	}
	require.NoError(t, os.Remove(own))
	require.NoError(t, os.Symlink(t.TempDir(), own))
	dir, err := stateDir(memory)
	require.NoError(t, err)
	assert.Equal(t, onDisk, dir, "what somebody else put there is left alone")
}

func TestStartIn(t *testing.T) {
	t.Setenv("MAYDAY_PG_BIN", t.TempDir())
	dir, err := os.MkdirTemp("", "mayday-storetest-")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	_, err = startIn(t.Context(), filepath.Join(dir, "state"))
	require.ErrorContains(t, err, "apt-get install -y postgresql", "it says what to do, and does not try 64 times")
}

func BenchmarkClone(b *testing.B) {
	prepare := func(ctx context.Context, url string) error {
		return execute(ctx, url, "CREATE TABLE greeting AS SELECT 'hello' AS word")
	}
	Clone(b, "benchmark", prepare)
	for b.Loop() {
		Clone(b, "benchmark", prepare)
	}
}
