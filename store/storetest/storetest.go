// Package storetest gives tests of any room a real PostgreSQL and a clock that they move by hand.
//
// The rule of this room: every test has a database of its own, cloned from a
// template that is made once a process and dropped when the test ends. A machine
// without PostgreSQL fails the tests: a skip would hide in CI. It knows no
// tables: what goes into a template is the caller's. It must not import store, whose tests import it.
package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// urlVariable names a PostgreSQL server to use instead of a private one; its
// user must be allowed to create databases.
const urlVariable = "MAYDAY_TEST_DATABASE_URL"

// Database is the URL of a new, empty database, dropped when t ends.
func Database(t testing.TB) string {
	t.Helper()
	return newDatabase(t, connect(t), "template1")
}

// Clone is the URL of a new database that is a copy of a template, dropped when
// t ends. The first call with a template's name has prepare fill it (run the
// migrations, insert rows) through the URL that it is given; later calls with that name copy
// it. prepare must close its connections. When it fails, every test that wants the template fails.
func Clone(t testing.TB, template string, prepare func(ctx context.Context, url string) error) string {
	t.Helper()
	s := connect(t)
	made, _ := templates.LoadOrStore(template, sync.OnceValues(func() (string, error) {
		return s.makeTemplate(prepare)
	}))
	name, err := made.(func() (string, error))()
	if err != nil {
		t.Fatalf("prepare the template database %q: %v", template, err)
	}
	return newDatabase(t, s, name)
}

// Main runs the tests of a package, then what else is to end, and stops the private server, if one was
// started; use it as the whole of TestMain. Without it the server ends a moment after the process.
func Main(m *testing.M, ends ...func() error) {
	code := m.Run()
	for _, end := range append(ends, stop) {
		if err := end(); err != nil {
			fmt.Fprintln(os.Stderr, "storetest:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// prefix of every database made here; the rest tells processes and databases apart.
const prefix = "mayday_test_"

var (
	templates sync.Map // template name → func() (database name, error)
	process   = strings.ToLower(rand.Text()[:8])
	count     atomic.Int64
)

// connect gives the server of this process or ends the test.
func connect(t testing.TB) *server {
	t.Helper()
	s, err := theServer()
	if err != nil {
		t.Fatalf("these tests need PostgreSQL: %v", err)
	}
	return s
}

func newName(kind string) string {
	return fmt.Sprintf("%s%s_%s%d", prefix, process, kind, count.Add(1))
}

// makeTemplate creates a database, has it prepared and closes it, because
// PostgreSQL copies only a database to which nobody is connected.
func (s *server) makeTemplate(prepare func(ctx context.Context, url string) error) (string, error) {
	ctx := context.Background() // it outlives the test that happens to come first
	name := newName("template")
	if err := s.admin(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	address, err := s.database(name)
	if err != nil {
		return "", err
	}
	if err := prepare(ctx, address); err != nil {
		return "", errors.Join(err, s.admin(ctx, dropDatabase(name)))
	}
	return name, s.admin(ctx, "ALTER DATABASE "+name+" WITH ALLOW_CONNECTIONS false")
}

// newDatabase copies a template for one test.
func newDatabase(t testing.TB, s *server, template string) string {
	t.Helper()
	name := newName("")
	address, err := s.database(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.admin(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template+s.copying); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.admin(context.Background(), dropDatabase(name)); err != nil {
			t.Error(err)
		}
	})
	return address
}

// dropDatabase cuts connections that a test left open. Source: PostgreSQL 13, DROP DATABASE … WITH (FORCE).
func dropDatabase(name string) string { return "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)" }

// server is where the databases of this process live.
type server struct {
	// url of a database that always exists, for CREATE and DROP DATABASE.
	url string
	// copying ends a CREATE DATABASE … TEMPLATE: how to copy. May be empty.
	copying string

	mu   sync.Mutex
	idle []*pgx.Conn // that nobody uses; a new one costs a third of a new database
}

// admin runs one statement outside a transaction.
func (s *server) admin(ctx context.Context, sql string) error {
	conn, err := s.take(ctx)
	if err != nil {
		return fmt.Errorf("reach the test server: %w", err)
	}
	if _, err := conn.Exec(ctx, sql); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", sql, err), conn.Close(context.WithoutCancel(ctx)))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, conn)
	return nil
}

// take gives a connection that works, for one caller.
func (s *server) take(ctx context.Context) (*pgx.Conn, error) {
	s.mu.Lock()
	var conn *pgx.Conn
	if last := len(s.idle) - 1; last >= 0 {
		conn, s.idle = s.idle[last], s.idle[:last]
	}
	s.mu.Unlock()
	if conn != nil && conn.Ping(ctx) == nil {
		return conn, nil
	}
	return pgx.Connect(ctx, s.url) // a test may have ended the one that was idle
}

// database is the server's URL with another database in it.
func (s *server) database(name string) (string, error) {
	u, err := url.Parse(s.url)
	if err != nil || u.Scheme == "" {
		// not the parser's message: it would repeat the password
		return "", fmt.Errorf("%s is not a URL like postgres://user@host:5432/postgres", urlVariable)
	}
	u.Path = "/" + name
	q := u.Query()
	q.Set("connect_timeout", "30") // on a machine with much to do a connection takes long, and no test is about how long
	u.RawQuery = q.Encode()
	return u.String(), nil
}
