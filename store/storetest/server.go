package storetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"

	"github.com/jackc/pgx/v5"

	"mayday/store/localpg"
)

// places is how many test processes can have a private server at a time;
// `go test ./...` runs at most one for each core.
const places = 64

// careless settings make a server faster and unable to survive a power cut, which tests do not need.
var careless = map[string]string{
	"fsync":              "off",
	"full_page_writes":   "off",
	"synchronous_commit": "off",
	"autovacuum":         "off", // it would delay CREATE DATABASE … TEMPLATE
}

var (
	started   *localpg.Server // under startedMu; nil without a private server
	startedMu sync.Mutex
)

// theServer starts the private server with the first call, or finds the one that urlVariable names.
var theServer = sync.OnceValues(func() (*server, error) {
	if address := os.Getenv(urlVariable); address != "" {
		return &server{url: address}, nil
	}
	dir, err := stateDir(inMemory)
	if err != nil {
		return nil, err
	}
	private, err := startIn(context.Background(), dir)
	if err != nil {
		return nil, err
	}
	startedMu.Lock()
	defer startedMu.Unlock()
	started = private
	s := &server{url: private.AdminURL("postgres")}
	if private.Major >= 15 {
		// without fsync copying files takes 17 ms, the default (through the log) 50 ms and more
		s.copying = " STRATEGY file_copy"
	}
	return s, s.dropLeftovers(context.Background())
})

// inMemory is a file system of Linux that lives in memory. Copying and dropping a
// database, which each test does, takes a third of the processor's time there.
const inMemory = "/dev/shm"

// roomInMemory is how much must be free there: a server and its databases need 200 MB,
// and a container that was given the usual 64 MB has too little.
const roomInMemory = 2 << 30

// stateDir is where the servers of test processes keep their data from run to
// run: a warm start takes a tenth of a cold one. memory is where to look for room first. Root's must be open to PostgreSQL's user.
func stateDir(memory string) (string, error) {
	own := filepath.Join(memory, "mayday-test-"+strconv.Itoa(os.Geteuid()))
	var free syscall.Statfs_t
	if syscall.Statfs(memory, &free) == nil && free.Bavail > uint64(roomInMemory/free.Bsize) && makeOwn(own) {
		return own, nil
	}
	if os.Geteuid() == 0 {
		return "/var/cache/mayday-test", nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place for a test server: %w; set HOME or %s", err, urlVariable)
	}
	return filepath.Join(cache, "mayday-test"), nil
}

// makeOwn makes a directory where everybody may write, and says whether it is ours.
func makeOwn(dir string) bool {
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return false
	}
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	who, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(who.Uid) == os.Geteuid()
}

// startIn starts a server in the first place below dir that no other process uses.
func startIn(ctx context.Context, dir string) (*localpg.Server, error) {
	for place := range places {
		o := localpg.Options{
			Dir:            filepath.Join(dir, strconv.Itoa(place)),
			Settings:       careless,
			MaxConnections: 500,
		}
		s, err := localpg.Start(ctx, o)
		switch {
		case err == nil:
			return s, nil
		case errors.Is(err, localpg.ErrNoPrograms):
			return nil, err
		case !errors.Is(err, localpg.ErrRunning):
			return nil, fmt.Errorf("%w\n  if the machine crashed, its test data may be damaged: remove %s", err, o.Dir)
		}
	}
	return nil, fmt.Errorf("all %d places below %s are in use", places, dir)
}

// dropLeftovers drops what a killed test process left in this place.
func (s *server) dropLeftovers(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return fmt.Errorf("reach the test server: %w", err)
	}
	rows, err := conn.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix)
	if err != nil {
		return errors.Join(fmt.Errorf("list the test databases: %w", err), conn.Close(ctx))
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		_, dropErr := conn.Exec(ctx, dropDatabase(name))
		err = errors.Join(err, dropErr)
	}
	return errors.Join(err, conn.Close(ctx))
}

// stop stops the private server, if this process has one.
func stop() error {
	startedMu.Lock()
	defer startedMu.Unlock()
	if started == nil {
		return nil
	}
	return started.Stop(context.Background())
}
