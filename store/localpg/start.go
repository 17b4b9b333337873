//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// startLimit is how long a server may take to answer. Crash recovery of a
	// small database takes about a second, on a machine that has nothing else to do.
	startLimit = time.Minute
	// probeEvery is the pause between two attempts to connect while it starts.
	probeEvery = 5 * time.Millisecond
	// logLimit is the size of postgres.log from which a start sets it aside as postgres.log.old.
	logLimit = 1 << 20

	// Source: PostgreSQL, appendix "Error Codes", classes 3D and 57.
	invalidCatalogName = "3D000"
	cannotConnectNow   = "57P03"
)

// Start runs a server on the directory of o and returns when it answers. The
// first start makes the data; later ones find it. It fails with ErrRunning
// when another process holds the directory and with ErrNoPrograms when there
// is no PostgreSQL and none can be downloaded. When ctx ends during the start nothing stays behind.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = func(string) {}
	}
	if o.MaxConnections == 0 {
		o.MaxConnections = defaultConnections
	}
	home, err := claim(o.Dir)
	if err != nil {
		return nil, err
	}
	release, err := home.lock()
	if err != nil {
		return nil, err
	}
	s, err := home.start(ctx, o)
	if err != nil {
		return nil, errors.Join(home.explain(err), release())
	}
	s.release = release
	return s, nil
}

// start does the work of Start under the lock.
func (h home) start(ctx context.Context, o Options) (*Server, error) {
	bin, err := programsFor(ctx, h.dir, h.own, o.Log)
	if err != nil {
		return nil, err
	}
	socket, err := h.socketDir()
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: h.dir, Major: bin.major, socket: socket}
	data := dataDir(h.dir, bin.major)
	if s.Cold = !initialised(data); s.Cold {
		o.Log(fmt.Sprintf("making a private PostgreSQL %d in %s", bin.major, h.dir))
		if err := h.initialise(ctx, bin, data, o.Settings["fsync"] == "off"); err != nil {
			return nil, err
		}
	}
	if err := h.stopOrphan(ctx, bin, data, o.Log); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit,
		fmt.Errorf("PostgreSQL did not answer within %s; see %s", startLimit, h.logFile()))
	defer cancel()
	return s, s.run(ctx, h, bin, append([]string{"-D", data}, settings(socket, o)...))
}

// run launches the server until it answers or fails for good.
func (s *Server) run(ctx context.Context, h home, bin programs, args []string) error {
	for {
		said, err := h.openLog()
		if err != nil {
			return err
		}
		s.proc, err = launch(h.command(bin, "postgres", args...), said.File)
		if err != nil {
			return errors.Join(fmt.Errorf("run postgres: %w", err), said.Close())
		}
		err = s.answer(ctx)
		output := said.output()
		if err == nil {
			return said.Close()
		}
		// ctx may be over; the server must go all the same
		err = errors.Join(err, s.proc.stop(context.WithoutCancel(ctx)), said.Close())
		if !stillDying(output) || ctx.Err() != nil {
			return fmt.Errorf("start PostgreSQL: %w%s", err, lastWords(output))
		}
		pause(ctx, 20*probeEvery)
	}
}

// stillDying recognises in a server's last words that its predecessor, killed
// a moment ago, still holds the data: it will let go by itself.
func stillDying(output string) bool {
	return strings.Contains(output, `lock file "postmaster.pid" already exists`) ||
		strings.Contains(output, "pre-existing shared memory block")
}

// lastWords appends the end of a server's log to an error.
func lastWords(output string) string {
	output = strings.TrimSpace(output)
	if output == "" {
		return ""
	}
	lines := strings.Split(output, "\n")
	return "\n  " + strings.Join(lines[max(0, len(lines)-5):], "\n  ")
}

// answer waits until the server accepts connections to its database, which it makes when it is missing.
func (s *Server) answer(ctx context.Context) error {
	for {
		conn, err := pgx.Connect(ctx, s.URL())
		if err == nil {
			return conn.Close(ctx)
		}
		var refused *pgconn.PgError
		switch {
		case errors.As(err, &refused) && refused.Code == invalidCatalogName:
			return create(ctx, s.AdminURL("postgres"))
		case errors.As(err, &refused) && refused.Code != cannotConnectNow:
			return err
		}
		select {
		case <-s.proc.exited:
			return fmt.Errorf("it stopped while starting: %w", s.proc.err)
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(probeEvery):
		}
	}
}

// create makes the database through a connection to another one.
func create(ctx context.Context, admin string) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize())
	return errors.Join(err, conn.Close(ctx))
}

// initialise makes a data directory beside its place and moves it there when it
// is whole, so that a killed initdb never leaves half of one. careless skips the flush to disk.
func (h home) initialise(ctx context.Context, bin programs, data string, careless bool) error {
	unfinished := data + ".init"
	if err := os.RemoveAll(unfinished); err != nil {
		return fmt.Errorf("clear an interrupted initdb: %w", err)
	}
	args := []string{"-D", unfinished, "-U", user, "-A", "trust", "-E", "UTF8", "--no-locale"}
	if careless {
		args = append(args, "-N")
	}
	if out, err := runProgram(ctx, h.command(bin, "initdb", args...)); err != nil {
		return fmt.Errorf("initdb: %w%s", err, lastWords(out))
	}
	if err := os.Rename(unfinished, data); err != nil {
		return fmt.Errorf("keep the new database: %w", err)
	}
	return nil
}

// stopOrphan stops a server that outlived its mayday: where the kernel does not
// end it together with its parent, or when it is not done yet.
func (h home) stopOrphan(ctx context.Context, bin programs, data string, log func(string)) error {
	pid := postmaster(data)
	if pid == 0 {
		return nil
	}
	log(fmt.Sprintf("stopping the PostgreSQL (process %d) of a mayday that was killed", pid))
	var out string
	var err error
	for _, mode := range []string{"fast", "immediate"} {
		out, err = runProgram(ctx, h.command(bin, "pg_ctl", "-D", data, "-m", mode, "-w", "-t", "10", "stop"))
		if err == nil || postmaster(data) == 0 {
			return nil
		}
	}
	return fmt.Errorf("stop the earlier PostgreSQL, process %d: %w%s", pid, err, lastWords(out))
}

// settings are the command line of the server: small, private, and as durable as PostgreSQL is.
func settings(socket string, o Options) []string {
	values := map[string]string{
		"listen_addresses":        "",
		"unix_socket_directories": socket,
		"port":                    port,
		"unix_socket_permissions": "0700",
		"max_connections":         fmt.Sprint(o.MaxConnections),
		"shared_buffers":          "16MB",
		"min_wal_size":            "32MB",
		"max_wal_size":            "128MB",
		"wal_level":               "minimal", // nobody replicates it
		"max_wal_senders":         "0",
		"max_worker_processes":    "1",
		"max_parallel_workers":    "0",
		"autovacuum_max_workers":  "1",
		"jit":                     "off",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"lc_messages":             "C", // stillDying reads them
		"log_min_messages":        "warning",
		"logging_collector":       "off",
	}
	maps.Copy(values, o.Settings)
	var args []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		args = append(args, "-c", name+"="+values[name])
	}
	return args
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// serverLog is the part of postgres.log that one server writes.
type serverLog struct {
	*os.File
	from int64
}

// logFile is where the servers of this home write what they have to say.
func (h home) logFile() string { return filepath.Join(h.dir, "postgres.log") }

// openLog opens the log for one more server, and sets a large one aside.
func (h home) openLog() (serverLog, error) {
	if info, err := os.Stat(h.logFile()); err == nil && info.Size() > logLimit {
		if err := os.Rename(h.logFile(), h.logFile()+".old"); err != nil {
			return serverLog{}, fmt.Errorf("set the log aside: %w", err)
		}
	}
	f, err := os.OpenFile(h.logFile(), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return serverLog{}, fmt.Errorf("open the log: %w", err)
	}
	err = h.own(f.Name())
	var from int64
	if err == nil {
		from, err = f.Seek(0, io.SeekEnd)
	}
	if err != nil {
		return serverLog{}, errors.Join(fmt.Errorf("open the log: %w", err), f.Close())
	}
	return serverLog{f, from}, nil
}

// output is what the server has said so far; empty when that cannot be read.
func (l serverLog) output() string {
	b, err := io.ReadAll(io.NewSectionReader(l, l.from, logLimit))
	if err != nil {
		return ""
	}
	return string(b)
}
