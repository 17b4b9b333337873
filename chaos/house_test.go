// Package chaos runs the real program as processes, several of them on one
// database, breaks whatever can break while people work on incidents, and then
// counts: everything that was to be said must have been said exactly once.
//
// Rule of the room: it looks at the program only from outside (a simulated
// workspace, a database, signals), and it must be possible to repeat a run by its seed.
package chaos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	githubsim "mayday/sim/github"
	slacksim "mayday/sim/slack"
	"mayday/store/localpg"
	"mayday/store/storetest"
)

// binary builds the program once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mayday-chaos")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "mayday")
	out, err := exec.Command("go", "build", "-o", path, "mayday/cmd/mayday").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return path, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// house is a workspace, a database and the replicas that serve them.
type house struct {
	t        testing.TB
	sim      *slacksim.Sim
	github   *githubsim.Sim
	env      []string
	pgAt     localpg.Options
	pg       *localpg.Server
	wire     *storetest.Wire // to the database, where a test cuts it
	db       *pgxpool.Pool
	replicas []*replica
	logs     string
	deeds    []string // what storm did
	meddled  meddling // what people did to channels and messages

	mu      sync.Mutex
	pressed int // of people who go through checklists
}

func newHouse(t testing.TB, runbook string, o slacksim.Options) *house {
	t.Helper()
	h := &house{t: t, logs: t.TempDir()}
	var err error
	h.sim, err = slacksim.New(o)
	require.NoError(t, err)
	require.NoError(t, h.sim.Start("127.0.0.1:0"))
	h.github, err = githubsim.New(githubsim.Options{Hourly: 100_000})
	require.NoError(t, err)
	require.NoError(t, h.github.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = h.sim.Close(ctx) // sockets of killed processes may be open still
		_ = h.github.Close(ctx)
	})
	// Processes are killed here, and no machine loses its power: what the server handed to the kernel stays.
	h.pgAt = localpg.Options{Dir: storetest.Home(t), Settings: map[string]string{"fsync": "off"}}
	h.pg, err = localpg.Start(t.Context(), h.pgAt)
	require.NoError(t, err)
	t.Cleanup(func() { _ = h.pg.Stop(context.Background()) })
	h.db, err = pgxpool.New(t.Context(), h.pg.URL())
	require.NoError(t, err)
	t.Cleanup(h.db.Close)
	h.env = append(os.Environ(),
		"SLACK_BOT_TOKEN="+h.sim.BotToken(), "SLACK_APP_TOKEN="+h.sim.AppToken(), "SLACK_API_URL="+h.sim.APIURL(), "DATABASE_URL="+h.pg.URL(),
		"GITHUB_REPOSITORY="+h.github.Repository(), "GITHUB_TOKEN="+h.github.Token(), "GITHUB_API_URL="+h.github.URL(),
		"MAYDAY_HTTP_ADDR=127.0.0.1:0", "MAYDAY_LOG_FORMAT=json")
	if runbook != "" {
		h.env = append(h.env, "MAYDAY_RUNBOOK="+runbook)
	}
	return h
}

// replica is one process and those that came before it in its place.
type replica struct {
	h    *house
	name string
	path string // of the program
	env  []string
	cmd  *exec.Cmd
	said *bytes.Buffer // what the present process wrote to standard error
	done chan struct{} // closed when it ended
	// serves is the address of the present process once it serves; nil before and when it is gone. It may be read while
	// the process is killed and started.
	serves atomic.Pointer[string]
}

// replica adds a process to the house; settings override its environment.
func (h *house) replica(settings ...string) *replica {
	h.t.Helper()
	path, err := binary()
	require.NoError(h.t, err)
	return h.replicaOf(path, settings...)
}

// replicaOf is replica for another program.
func (h *house) replicaOf(path string, settings ...string) *replica {
	h.t.Helper()
	r := &replica{h: h, name: fmt.Sprintf("replica-%d", len(h.replicas)+1), path: path, env: append(append([]string{}, h.env...), settings...)}
	h.replicas = append(h.replicas, r)
	r.start()
	h.t.Cleanup(r.kill)
	return r
}

// tail is read while a process writes into it.
type tail struct {
	mu   sync.Mutex
	into *bytes.Buffer
	file *os.File
	of   *replica
}

func (w *tail) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.into.Write(b)
	if w.of.serves.Load() == nil {
		if address, ok := addressIn(w.into.String()); ok {
			w.of.serves.Store(&address)
		}
	}
	return w.file.Write(b)
}

// addressIn is the address in what a process wrote by the time that it serves.
func addressIn(log string) (address string, serves bool) {
	_, after, found := strings.Cut(log, `"health":"`)
	if found {
		address, _, found = strings.Cut(after, `/readyz"`)
	}
	return address, found
}

func (r *replica) start() {
	f, err := os.OpenFile(filepath.Join(r.h.logs, r.name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(r.h.t, err)
	r.said, r.done = &bytes.Buffer{}, make(chan struct{})
	r.cmd = exec.Command(r.path, "run")
	r.cmd.Env, r.cmd.Stderr = r.env, &tail{into: r.said, file: f, of: r}
	require.NoError(r.h.t, r.cmd.Start())
	cmd, done := r.cmd, r.done
	go func() {
		_ = cmd.Wait() // the exit code is read where it matters
		r.serves.Store(nil)
		_ = f.Close()
		close(done)
	}()
}

// log is what the process wrote so far.
func (r *replica) log() string {
	w := r.cmd.Stderr.(*tail)
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.into.String()
}

// ready waits until the process says that it serves, and gives its HTTP address.
func (r *replica) ready() (address string) {
	r.h.t.Helper()
	require.Eventually(r.h.t, func() (found bool) {
		address, found = addressIn(r.log())
		return found
	}, time.Minute, 10*time.Millisecond, "%s is not ready", r.name)
	return address
}

// kill ends the process without a warning.
func (r *replica) kill() {
	_ = r.cmd.Process.Signal(syscall.SIGKILL)
	<-r.done
}

// stop asks the process to end and gives its exit code.
func (r *replica) stop(within time.Duration) (int, error) {
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	return r.exit(within)
}

// exit waits for the process to end.
func (r *replica) exit(within time.Duration) (int, error) {
	select {
	case <-r.done:
		return r.cmd.ProcessState.ExitCode(), nil
	case <-time.After(within):
		return 0, errors.New("still running")
	}
}

// query reads rows of one column; it asks again while the database is away.
func query[T any](h *house, sql string, args ...any) []T {
	h.t.Helper()
	var list []T
	require.Eventually(h.t, func() bool {
		rows, err := h.db.Query(context.Background(), sql, args...)
		if err == nil {
			list, err = pgx.CollectRows(rows, pgx.RowTo[T])
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond, sql)
	return list
}

func (h *house) stopDatabase() { require.NoError(h.t, h.pg.Stop(context.Background())) }

func (h *house) startDatabase() {
	pg, err := localpg.Start(context.Background(), h.pgAt)
	require.NoError(h.t, err)
	h.pg = pg
}

// rest waits until nothing is under way. Jobs that failed are told to make their
// next attempt now; those that wait for their turn are not.
func (h *house) rest(within time.Duration) {
	h.t.Helper()
	quiet := 0
	ok := assert.Eventually(h.t, func() bool {
		_, err := h.db.Exec(context.Background(), `update river.river_job set state = 'available', scheduled_at = now() where state = 'retryable'`)
		n := query[int](h, `select count(*)::int from river.river_job where state in ('available', 'running', 'retryable', 'scheduled', 'pending')`)[0]
		due := query[int](h, `select count(*)::int from mayday.timer where due_at < now()`)[0]
		if err == nil && n+due == 0 {
			quiet++
		} else {
			quiet = 0
		}
		return quiet == 4
	}, within, 250*time.Millisecond, "the replicas do not come to rest")
	if !ok {
		for _, line := range query[string](h, `select format('%s %s %s attempt %s by %s: %s', kind, args, state, attempt, attempted_by[array_upper(attempted_by, 1)], errors[array_upper(errors, 1)] ->> 'error')
			from river.river_job where state in ('available', 'running', 'retryable', 'scheduled', 'pending')
			union all select format('incident %s: %s due %s attempt %s', incident_id, clock, due_at, attempt) from mayday.timer where due_at < now()
			union all select format('replica %s seen %s missing %s', id, seen_at, missing_since) from mayday.replica`) {
			h.t.Log(line)
		}
		h.t.FailNow()
	}
}

// lastWords shows what the replicas wrote, when a test failed.
func (h *house) lastWords() {
	if !h.t.Failed() {
		return
	}
	for _, r := range h.replicas {
		b, err := os.ReadFile(filepath.Join(h.logs, r.name))
		if err == nil {
			h.t.Logf("%s:\n%s", r.name, b[max(0, len(b)-8000):])
		}
	}
}
