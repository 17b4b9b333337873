package storetest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/store/localpg"
)

// Pair is a PostgreSQL server and one that follows it by streaming replication.
type Pair struct{ Primary, Standby *localpg.Server }

// NewPair starts both; they stop when t ends. The standby has what the primary
// commits a moment later, until Cut.
func NewPair(t testing.TB) Pair {
	t.Helper()
	dir, err := os.MkdirTemp("", "mayday-pair-") // t.TempDir is closed to PostgreSQL's user
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	first, second := filepath.Join(dir, "1"), filepath.Join(dir, "2")
	p := Pair{Primary: startServer(t, first)}
	home, err := filepath.Rel(first, p.Primary.Dir)
	if err == nil {
		err = p.copyTo(second, home)
	}
	if err != nil {
		t.Fatalf("make a standby: %v", err)
	}
	p.Standby = startServer(t, second)
	return p
}

// copyTo makes the data directory of a standby that is to start in dir. home is
// where a server keeps its data below such a directory.
func (p Pair) copyTo(dir, home string) error {
	of, err := pgx.ParseConfig(p.Primary.AdminURL("postgres"))
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	dir = filepath.Join(dir, home)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	program := fmt.Sprintf("/usr/lib/postgresql/%d/bin/pg_basebackup", p.Primary.Major)
	if _, err := os.Stat(program); err != nil {
		program = "pg_basebackup"
	}
	data := filepath.Join(dir, fmt.Sprintf("pg%d", p.Primary.Major))
	from := fmt.Sprintf("host=%s port=%d user=%s dbname=postgres", of.Host, of.Port, of.User)
	// -R makes it a standby that follows the primary.
	if out, err := exec.Command(program, "-d", from, "-D", data, "-c", "fast", "-X", "stream", "-R").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	info, err := os.Stat(p.Primary.Dir)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("nobody knows whose %s is", p.Primary.Dir)
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(owner.Uid), int(owner.Gid))
	})
}

func startServer(t testing.TB, dir string) *localpg.Server {
	t.Helper()
	s, err := localpg.Start(t.Context(), localpg.Options{Dir: dir, Settings: map[string]string{
		"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on", "fsync": "off"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Cut keeps from the standby what the primary commits from now on. What it
// committed before has arrived.
func (p Pair) Cut(t testing.TB) {
	t.Helper()
	var at string
	ask(t, p.Primary, `select pg_current_wal_lsn()::text`, &at)
	until(t, "the standby has all", func() bool {
		var there bool
		ask(t, p.Standby, `select coalesce(pg_last_wal_replay_lsn() >= '`+at+`', false)`, &there)
		return there
	})
	tell(t, p.Standby, `alter system set primary_conninfo = ''`)
	tell(t, p.Standby, `select pg_reload_conf()`)
	until(t, "nothing is sent any more", func() bool {
		var n int
		ask(t, p.Primary, `select count(*) from pg_stat_replication`, &n)
		return n == 0
	})
}

// Promote makes the standby a primary: it takes writes when Promote returns.
func (p Pair) Promote(t testing.TB) {
	t.Helper()
	tell(t, p.Standby, `select pg_promote()`)
	until(t, "the standby writes", func() bool {
		var reads bool
		ask(t, p.Standby, `select pg_is_in_recovery()`, &reads)
		return !reads
	})
}

func tell(t testing.TB, s *localpg.Server, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.AdminURL("postgres"))
	if err == nil {
		_, err = conn.Exec(t.Context(), sql)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(context.Background())
}

func ask(t testing.TB, s *localpg.Server, sql string, answer any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.AdminURL("postgres"))
	if err == nil {
		err = conn.QueryRow(t.Context(), sql).Scan(answer)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(context.Background())
}

func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}
