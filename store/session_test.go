package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

// pooled runs a PgBouncer in front of a database and gives its address. Without
// PgBouncer the test is skipped, and fails in CI: no part of mayday needs it.
func pooled(t *testing.T, database, mode string) string {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/pgbouncer") // outside the PATH of ordinary users on Debian
	}
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("pgbouncer is not installed, so the pooler was not tested: scripts/setup installs it")
	}
	if err != nil {
		t.Skip("SKIPPED: pgbouncer is not installed, so the pooler was not tested: apt-get install pgbouncer")
	}
	u, err := url.Parse(database)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	host, serverPort := u.Query().Get("host"), u.Query().Get("port")
	if host == "" {
		host, serverPort = u.Hostname(), u.Port()
	}
	dir := t.TempDir()
	require.NoError(t, openDir(dir))
	file := filepath.Join(dir, "pgbouncer.ini")
	require.NoError(t, os.WriteFile(file, []byte(fmt.Sprintf(`[databases]
* = host=%s port=%s user=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = %s
`, host, serverPort, u.User.Username(), port, mode)), 0o644))
	cmd := exec.Command(program, "-q", file)
	if os.Geteuid() == 0 { // it refuses to run as root
		who, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, err := strconv.Atoi(who.Uid)
		require.NoError(t, err)
		gid, err := strconv.Atoi(who.Gid)
		require.NoError(t, err)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address := fmt.Sprintf("postgres://mayday@127.0.0.1:%d%s?sslmode=disable", port, u.Path)
	require.Eventually(t, func() bool {
		c, err := pgx.Connect(t.Context(), address)
		if err == nil {
			err = c.Close(t.Context())
		}
		return err == nil
	}, patience, 20*time.Millisecond, "pgbouncer does not answer")
	return address
}

func TestAPoolerInTransactionModeIsRefusedWithWords(t *testing.T) {
	t.Parallel()
	address := pooled(t, newURL(t), "transaction")
	_, err := Open(t.Context(), Config{URL: address})
	require.ErrorIs(t, err, ErrPooler)
	assert.ErrorContains(t, err, "session mode")
	assert.False(t, Away(err), "waiting does not help")
	require.ErrorIs(t, CheckSessions(t.Context(), address), ErrPooler)
}

func TestAPoolerInSessionModeServes(t *testing.T) {
	t.Parallel()
	direct := newURL(t)
	address := pooled(t, direct, "session")
	s := open(t, address, storetest.NewClock(t0))
	inc := declare(t, s)
	tick(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go s.Replica("pooled").Run(ctx)
	require.Eventually(t, func() bool {
		return count(t, s, `select count(*) from mayday.replica r where id = 'pooled' and `+alive) == 1
	}, patience, 20*time.Millisecond, "its sign of life holds")
	_, err := s.Update(t.Context(), inc.Ref(), nil, note("x"))
	require.NoError(t, err)
}

func TestADirectAddressIsFine(t *testing.T) {
	require.NoError(t, CheckSessions(t.Context(), newURL(t)))
}

// TestASessionThatIsLostIsNoPooler, whichever of them it is, and nothing is wrong with those that are there.
func TestASessionThatIsLostIsNoPooler(t *testing.T) {
	t.Parallel()
	cfg, err := pgx.ParseConfig(newURL(t))
	require.NoError(t, err)
	for lost := range 1 + probes {
		all, err := connectAll(t.Context(), cfg, 1+probes)
		require.NoError(t, err)
		require.NoError(t, sharesNoProcess(t.Context(), all))
		for _, c := range all {
			assert.Equal(t, byte('I'), c.PgConn().TxStatus(), "they are as they were")
		}
		require.NoError(t, all[lost].Close(t.Context()))
		err = sharesNoProcess(t.Context(), all)
		require.Error(t, err)
		require.NotErrorIs(t, err, ErrPooler)
		closeAll(t.Context(), all)
	}
}

// TestASessionThatIsLostWhileItIsAskedAgainIsNoPooler: another process is what a pooler shows, and none is none.
func TestASessionThatIsLostWhileItIsAskedAgainIsNoPooler(t *testing.T) {
	t.Parallel()
	w := storetest.NewWire(t, newURL(t))
	var asked atomic.Int64
	w.Tap(func(m storetest.Message) storetest.Fate {
		if !m.FromServer && m.Kind == 'Q' && bytes.HasPrefix(m.Body, []byte("select pg_backend_pid()")) && asked.Add(1) == 2 {
			return storetest.LostWhole
		}
		return storetest.Delivered
	})
	err := CheckSessions(t.Context(), w.URL)
	require.ErrorContains(t, err, "ask for the server process")
	assert.NotErrorIs(t, err, ErrPooler)
	assert.EqualValues(t, 2, asked.Load())
}

func TestWhatGoesByItself(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := l.Addr().String()
	require.NoError(t, l.Close())
	_, err = Open(t.Context(), Config{URL: "postgres://mayday@" + closed + "/mayday?sslmode=disable"})
	require.Error(t, err)
	assert.True(t, Away(err), "nobody listens yet: %v", err)

	u, err := url.Parse(newURL(t))
	require.NoError(t, err)
	u.Path = "/no_such_database"
	_, err = Open(t.Context(), Config{URL: u.String()})
	require.Error(t, err)
	assert.False(t, Away(err), "somebody has to make it: %v", err)
	assert.False(t, Away(errors.New("anything else")))
}

// TestWhichErrorsOfTheStartGoByThemselves: whoever starts mayday waits for these, and mends the others.
func TestWhichErrorsOfTheStartGoByThemselves(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(newURL(t))
	require.NoError(t, err)
	q := u.Query()
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	_, standby := Open(t.Context(), Config{URL: u.String()})
	require.ErrorIs(t, standby, ErrReadOnly)
	for want, all := range map[bool][]error{
		true: {
			standby, // which may be promoted
			&pgconn.PgError{Code: "57P03"}, &pgconn.PgError{Code: "53300"}, fmt.Errorf("connect: %w", &pgconn.PgError{Code: "08006"}),
			&net.OpError{Op: "dial", Err: errors.New("no route")}, io.ErrUnexpectedEOF, context.DeadlineExceeded,
		},
		false: {
			&pgconn.PgError{Code: "28P01"}, &pgconn.PgError{Code: "3D000"}, &pgconn.PgError{Code: "42501"}, ErrPooler, ErrNewer, io.EOF,
		},
	} {
		for _, err := range all {
			assert.Equal(t, want, Away(err), "%v", err)
		}
	}
}
