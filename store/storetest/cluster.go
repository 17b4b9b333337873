package storetest

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"mayday/store/localpg"
)

// Cluster is a primary and a standby that has everything before the primary says
// that it is committed. Make one with NewCluster.
type Cluster struct {
	Primary, Standby *localpg.Server
}

// NewCluster runs two servers until the test ends.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{}
	first, second := Home(t), Home(t)
	c.Primary = serve(t, first, nil)
	c.copy(t, second)
	from := connection(t, c.Primary)
	c.Standby = serve(t, second, map[string]string{
		"primary_conninfo": fmt.Sprintf("host=%s port=%s user=%s application_name=standby", from.Get("host"), from.Get("port"), from.Get("user"))})
	Run(t, c.Primary.URL(), "ALTER SYSTEM SET synchronous_standby_names = 'standby'", "ALTER SYSTEM SET synchronous_commit = 'remote_apply'", "SELECT pg_reload_conf()")
	return c
}

// serve runs a server that can be followed.
func serve(t testing.TB, dir string, settings map[string]string) *localpg.Server {
	t.Helper()
	all := map[string]string{"fsync": "off", "wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on", "wal_receiver_status_interval": "1s"}
	for name, value := range settings {
		all[name] = value
	}
	s, err := localpg.Start(t.Context(), localpg.Options{Dir: dir, Settings: all})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

// connection is what an address says besides the database.
func connection(t testing.TB, s *localpg.Server) url.Values {
	t.Helper()
	u, err := url.Parse(s.URL())
	require.NoError(t, err)
	q := u.Query()
	q.Set("user", u.User.Username())
	return q
}

// copy puts the primary as it is now into a home, for a standby.
func (c *Cluster) copy(t testing.TB, dir string) {
	t.Helper()
	var bin string
	conn, err := pgx.Connect(t.Context(), c.Primary.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT setting FROM pg_config() WHERE name = 'BINDIR'").Scan(&bin))
	from := connection(t, c.Primary)
	home := filepath.Join(dir, "postgres")
	data := filepath.Join(home, "pg"+strconv.Itoa(c.Primary.Major))
	require.NoError(t, os.RemoveAll(data))
	out, err := exec.Command(filepath.Join(bin, "pg_basebackup"), "-D", data, "-h", from.Get("host"), "-p", from.Get("port"), "-U", from.Get("user"),
		"--checkpoint=fast", "--wal-method=stream", "--no-sync").CombinedOutput()
	require.NoError(t, err, string(out))
	require.NoError(t, os.WriteFile(filepath.Join(data, "standby.signal"), nil, 0o600))
	info, err := os.Stat(c.Primary.Dir)
	require.NoError(t, err)
	who := info.Sys().(*syscall.Stat_t)
	require.NoError(t, filepath.WalkDir(home, func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			err = os.Lchown(path, int(who.Uid), int(who.Gid))
		}
		return err
	}))
}

// Both is an address that names two servers, in this order.
func Both(t testing.TB, first, second *localpg.Server) string {
	t.Helper()
	a, b := connection(t, first), connection(t, second)
	return fmt.Sprintf("host=%s,%s port=%s,%s user=%s dbname=mayday sslmode=disable", a.Get("host"), b.Get("host"), a.Get("port"), b.Get("port"), a.Get("user"))
}

// Fence makes a server refuse to write from now on, also in sessions that are open.
func Fence(t testing.TB, s *localpg.Server) {
	t.Helper()
	Run(t, s.URL(), "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
}

// Unfence takes Fence back.
func Unfence(t testing.TB, s *localpg.Server) {
	t.Helper()
	Run(t, s.URL(), "ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")
}

// Promote makes the standby a primary that waits for nobody.
func (c *Cluster) Promote(t testing.TB) {
	t.Helper()
	Run(t, c.Standby.URL(), "SELECT pg_promote()")
	Run(t, c.Standby.URL(), "ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
}

// Run executes statements one by one.
func Run(t testing.TB, url string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	for _, sql := range statements {
		_, err := conn.Exec(t.Context(), sql)
		require.NoError(t, err, sql)
	}
}
