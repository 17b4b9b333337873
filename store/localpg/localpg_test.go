//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// childVariable makes this test binary start a server on the named directory and wait to be killed.
const childVariable = "MAYDAY_LOCALPG_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

// careless spares the disk: these tests kill processes, they do not cut the power.
var careless = map[string]string{"fsync": "off"}

// child is the life of a mayday that will be killed.
func child(dir string) {
	s, err := Start(context.Background(), Options{Dir: dir, Settings: careless})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(s.proc.cmd.Process.Pid)
	select {}
}

// stateDir is a directory below /tmp that PostgreSQL's user can reach; t.TempDir is closed to it.
func stateDir(t testing.TB) string {
	dir, err := os.MkdirTemp("", "mayday-localpg-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// start runs a server until the end of the test.
func start(t testing.TB, dir string) *Server {
	s, err := Start(t.Context(), Options{Dir: dir, Settings: careless, Log: func(line string) { t.Log(line) }})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Stop(context.Background())) })
	return s
}

func run(t testing.TB, url, sql string) {
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}

func ask(t testing.TB, url, sql string) (answer string) {
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&answer))
	return answer
}

func TestColdThenWarm(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	s := start(t, dir)
	assert.True(t, s.Cold)
	assert.GreaterOrEqual(t, s.Major, oldest)
	assert.Equal(t, "mayday", ask(t, s.URL(), "SELECT current_database()"))
	assert.Equal(t, "template1", ask(t, s.AdminURL("template1"), "SELECT current_database()"))
	run(t, s.URL(), "CREATE TABLE kept AS SELECT 42 AS n")
	require.NoError(t, s.Stop(t.Context()))
	require.NoError(t, s.Stop(t.Context()), "stopping twice is harmless")
	_, err := pgx.Connect(t.Context(), s.URL())
	require.Error(t, err, "the server is gone")

	s = start(t, dir)
	assert.False(t, s.Cold)
	assert.Equal(t, "42", ask(t, s.URL(), "SELECT n::text FROM kept"))
}

func TestNobodyElseCanReachIt(t *testing.T) {
	t.Parallel()
	s := start(t, stateDir(t))
	assert.Equal(t, "", ask(t, s.URL(), "SHOW listen_addresses"))
	for _, dir := range []string{s.Dir, s.socket} {
		info, err := os.Stat(dir)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o700), info.Mode().Perm(), dir)
	}
}

func TestItIsDurableUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	s, err := Start(t.Context(), Options{Dir: dir})
	require.NoError(t, err)
	assert.Equal(t, "on", ask(t, s.URL(), "SHOW fsync"))
	assert.Equal(t, "on", ask(t, s.URL(), "SHOW synchronous_commit"))
	assert.Equal(t, "100", ask(t, s.URL(), "SHOW max_connections"))
	require.NoError(t, s.Stop(t.Context()))

	s, err = Start(t.Context(), Options{Dir: dir, MaxConnections: 7, Settings: map[string]string{"fsync": "off", "application_name": "a b"}})
	require.NoError(t, err)
	defer s.Stop(context.Background())
	assert.Equal(t, "off", ask(t, s.URL(), "SHOW fsync"))
	assert.Equal(t, "7", ask(t, s.URL(), "SHOW max_connections"))
	assert.Equal(t, "a b", ask(t, s.URL(), "SHOW application_name"))
}

func TestTheCallersEnvironmentDoesNotMatter(t *testing.T) {
	for _, name := range []string{"PGPORT", "PGHOST", "PGUSER", "PGDATABASE", "PGDATA", "PGSSLMODE", "PGPASSWORD", "LC_ALL"} {
		t.Setenv(name, "9")
	}
	t.Setenv("PGSSLMODE", "require")
	s := start(t, stateDir(t))
	assert.Equal(t, "mayday mayday", ask(t, s.URL(), "SELECT current_user || ' ' || current_database()"))
}

func TestTwoCannotShareADirectory(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	s := start(t, dir)
	_, err := Start(t.Context(), Options{Dir: dir})
	require.ErrorIs(t, err, ErrRunning)
	assert.EqualError(t, err, "another mayday is already running on "+s.Dir)
	assert.Equal(t, "mayday", ask(t, s.URL(), "SELECT current_database()"), "the first is not disturbed")
}

// runChild starts this test binary as a mayday with a server on dir, as another user when uid is not ours.
func runChild(t *testing.T, dir string, account *syscall.Credential) (mayday *exec.Cmd, server int) {
	self, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	program := filepath.Join(stateDir(t), "mayday.test") // where the other user can read it
	// A child that another test starts meanwhile would have the file open for writing for a moment, and Linux runs no such file.
	syscall.ForkLock.RLock()
	err = os.WriteFile(program, self, 0o755)
	syscall.ForkLock.RUnlock()
	require.NoError(t, err)
	mayday = exec.Command(program)
	mayday.Env = append(os.Environ(), childVariable+"="+dir)
	mayday.SysProcAttr = &syscall.SysProcAttr{Credential: account}
	out, err := mayday.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, mayday.Start())
	t.Cleanup(func() { _ = mayday.Process.Kill(); _ = mayday.Wait() }) // ended by the test already
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	_, err = fmt.Sscan(line, &server)
	require.NoError(t, err, line)
	require.Contains(t, commandLine(server), dir)
	return mayday, server
}

// accounts are the users that a test can run a child as: ours and, as root, an ordinary one.
func accounts(t *testing.T) map[string]*syscall.Credential {
	accounts := map[string]*syscall.Credential{"as we are": nil}
	if os.Geteuid() == 0 {
		accounts["as nobody"] = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	return accounts
}

func TestAKilledMaydayLeavesNoServer(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("this kernel does not end a child with its parent; TestAnOrphanIsStopped covers it")
	}
	for name, account := range accounts(t) {
		t.Run(name, func(t *testing.T) {
			dir := stateDir(t)
			if account != nil {
				require.NoError(t, os.Chown(dir, int(account.Uid), int(account.Gid)))
			}
			mayday, server := runChild(t, dir, account)
			require.NoError(t, mayday.Process.Kill())
			assert.Eventually(t, func() bool { return commandLine(server) == "" }, time.Minute, 10*time.Millisecond)
			s := start(t, dir)
			assert.False(t, s.Cold)
		})
	}
}

func TestAStartRightAfterTheKill(t *testing.T) {
	t.Parallel()
	for name, account := range accounts(t) {
		for _, serverToo := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, server killed: %v", name, serverToo), func(t *testing.T) {
				dir := stateDir(t)
				if account != nil {
					require.NoError(t, os.Chown(dir, int(account.Uid), int(account.Gid)))
				}
				mayday, server := runChild(t, dir, account)
				url := (&Server{socket: filepath.Join(dir, "postgres", "s")}).URL()
				run(t, url, "CREATE TABLE kept AS SELECT 42 AS n")
				require.NoError(t, mayday.Process.Kill())
				if serverToo {
					require.NoError(t, syscall.Kill(server, syscall.SIGKILL))
				}
				require.Error(t, mayday.Wait())
				s := start(t, dir)
				assert.False(t, s.Cold)
				assert.Equal(t, "42", ask(t, s.URL(), "SELECT n::text FROM kept"))
			})
		}
	}
}

func TestAnOrphanIsStopped(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	orphan := start(t, dir)
	require.NoError(t, orphan.release(), "as if its mayday had died")
	start(t, dir)
	<-orphan.proc.exited
}

func TestAnInterruptedFirstStartIsRepeated(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	log := func(line string) {
		if strings.HasPrefix(line, "making") {
			time.AfterFunc(50*time.Millisecond, cancel) // in the middle of initdb
		}
	}
	_, err := Start(ctx, Options{Dir: dir, Log: log})
	require.ErrorIs(t, err, context.Canceled)
	s := start(t, dir)
	assert.True(t, s.Cold)
}

func TestAStartThatCannotWorkSaysWhy(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Options{Dir: stateDir(t), Settings: map[string]string{"no_such_setting": "1"}})
	require.ErrorContains(t, err, `unrecognized configuration parameter "no_such_setting"`)
}

func BenchmarkStartCold(b *testing.B) {
	for b.Loop() {
		benchmarkStart(b, stateDir(b))
	}
}

func BenchmarkStartWarm(b *testing.B) {
	dir := stateDir(b)
	benchmarkStart(b, dir)
	for b.Loop() {
		benchmarkStart(b, dir)
	}
}

func benchmarkStart(b *testing.B, dir string) {
	s, err := Start(b.Context(), Options{Dir: dir})
	require.NoError(b, err)
	b.StopTimer()
	require.NoError(b, s.Stop(context.Background()))
	b.StartTimer()
}
