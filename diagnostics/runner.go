package diagnostics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Config is everything that a Runner needs to know.
type Config struct {
	// URL of the database that is diagnosed, with a read-only role. It holds a
	// password and is never shown.
	URL string
	// MaxRunning is how many statements run at once. Default 2.
	MaxRunning int
	// MaskColumns are name patterns (*, ?) of columns that are shown masked.
	// Default DefaultMaskColumns; credentials are always masked.
	MaskColumns []string
	// AllowFunctions are functions of the database that only read, as
	// "schema.name". They bypass the guard: allow only what you have read.
	AllowFunctions []string
	// StatementTimeout ends a statement on the server. Default 5 s.
	StatementTimeout time.Duration
	// Rates limit how often is asked; the zero value takes the defaults.
	Rates RateLimits
	// Audit hears of every request when it has ended; nil is allowed. It gets the
	// context of the request, which may have been cancelled.
	Audit func(context.Context, Audit)
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// String shows nothing of the configuration: the URL holds a password.
func (c Config) String() string { return "diagnostics.Config [redacted]" }

// GoString is String, for %#v.
func (c Config) GoString() string { return c.String() }

// Runner runs statements on one database. It keeps no connection open. It is
// safe for concurrent use.
type Runner struct {
	dial     *pgx.ConnConfig
	where    string // host and port, for people
	database string
	limits   limits
	allow    map[string]bool
	masker   *masker
	rates    *Rates
	line     line
	audit    func(context.Context, Audit)
	now      func() time.Time

	loading sync.Mutex // held while the catalogue is read
	mu      sync.Mutex
	snap    *snapshot
	held    map[string]backend // by whose statements still run although they were given up
}

// ErrURL says that Config.URL cannot be used. It does not repeat the URL.
var ErrURL = errors.New("is no Postgres address: write postgres://user:password@host:5432/database")

// Open makes a Runner and tries to read the catalogue. It fails only when the
// configuration is wrong: a database that is down now may come back, and each
// Run says so until then.
func Open(ctx context.Context, c Config) (*Runner, error) {
	r, err := newRunner(c)
	if err != nil {
		return nil, err
	}
	_, _ = r.reload(ctx) // each Run tries again and says what is wrong
	return r, nil
}

func newRunner(c Config) (*Runner, error) {
	dial, err := pgx.ParseConfig(c.URL)
	if err != nil || c.URL == "" {
		return nil, ErrURL // the library's error repeats parts of the URL
	}
	r := &Runner{dial: dial, database: dial.Database, limits: defaultLimits, allow: map[string]bool{}, held: map[string]backend{}, masker: newMasker(c.MaskColumns),
		rates: NewRates(c.Rates), line: line{room: 2}, audit: c.Audit, now: c.Now}
	r.where = net.JoinHostPort(dial.Host, strconv.Itoa(int(dial.Port)))
	if strings.HasPrefix(dial.Host, "/") {
		r.where = "the local socket"
	}
	if c.MaxRunning > 0 {
		r.line.room = c.MaxRunning
	}
	if c.StatementTimeout > 0 {
		r.limits.statement = c.StatementTimeout
	}
	if r.now == nil {
		r.now = time.Now
	}
	for _, name := range c.AllowFunctions {
		if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
			continue
		}
		if !strings.Contains(name, ".") {
			return nil, fmt.Errorf("allowed function %q needs its schema: public.%s", name, name)
		}
		r.allow[name] = true
	}
	dial.ConnectTimeout = r.limits.connect
	dial.MaxProtocolMessageBodyLen = r.limits.message
	dial.DefaultQueryExecMode = pgx.QueryExecModeExec
	dial.RuntimeParams["client_encoding"] = "UTF8"
	dial.RuntimeParams["standard_conforming_strings"] = "on"
	return r, nil
}

// Waiting is how many statements stand in line.
func (r *Runner) Waiting() int { return r.line.length() }

// Judge judges a statement by the catalogue as it was last read, or by
// JudgeShape alone when it was never read; Run then fails closed. nil admits it.
func (r *Runner) Judge(sql string) *Refusal {
	snap := r.current()
	if snap == nil {
		return JudgeShape(sql)
	}
	_, refusal := snap.judge(sql)
	return refusal
}

func (s *snapshot) judge(sql string) (statement, *Refusal) {
	stmt, refusal := judge(sql, s.words)
	if refusal == nil && s.blocked != nil && stmt.kind != KindShow {
		refusal = s.blocked
	}
	return stmt, refusal
}

func (r *Runner) current() *snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.snap
}

// fresh is a snapshot that is not too old, read again when needed.
func (r *Runner) fresh(ctx context.Context) (*snapshot, error) {
	snap := r.current()
	if snap != nil && r.now().Sub(snap.at) < snapshotAge {
		return snap, nil
	}
	return r.reload(ctx)
}

// reload reads the catalogue. It fails closed: the old snapshot is not used when
// the new one cannot be had.
func (r *Runner) reload(ctx context.Context) (*snapshot, error) {
	before := r.current()
	r.loading.Lock()
	defer r.loading.Unlock()
	if now := r.current(); now != before {
		return now, nil // somebody else read it while we waited
	}
	ctx, cancel := context.WithTimeout(ctx, r.limits.statement+r.limits.connect)
	defer cancel()
	snap, err := r.readCatalogue(ctx)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.snap = snap
	return snap, nil
}

func (r *Runner) readCatalogue(ctx context.Context) (*snapshot, error) {
	config := r.dial.Copy()
	config.RuntimeParams["application_name"] = "mayday:catalogue"
	// A view's stored definition is one value of any size.
	config.MaxProtocolMessageBodyLen = 64 << 20
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect for the catalogue: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	snap, err := loadSnapshot(ctx, conn, r.allow, r.masker, r.now())
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	return snap, nil
}

// connect opens a connection for one statement.
func (r *Runner) connect(ctx context.Context, application string) (*pgconn.PgConn, error) {
	config := r.dial.Config.Copy()
	config.RuntimeParams["application_name"] = application
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return conn, nil
}

// application is the application_name of a request, "mayday:42:U123"; Postgres
// keeps 63 bytes of plain ASCII.
func application(req Request) string {
	name := fmt.Sprintf("mayday:%d:%s", req.Incident, req.By)
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, name)
	return name[:min(len(name), 63)]
}
