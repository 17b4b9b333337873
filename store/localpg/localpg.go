// Package localpg runs a private PostgreSQL for whoever gave no database: from
// programs that are on the machine, or else downloaded once.
//
// The rule of this room: data is never deleted and never left half made; no
// server outlives the program that started it; nobody but the owner can reach it
// (a Unix socket in a directory of mode 0700, no TCP). It knows nothing of mayday's tables.
package localpg

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

const (
	// database is created in every private server; user owns it and the server.
	database = "mayday"
	user     = "mayday"

	// port is the number in the socket's name, .s.PGSQL.5432.
	port = "5432"

	defaultConnections = 100
)

// ErrRunning means that another process has a server on the same directory.
var ErrRunning = errors.New("another mayday is already running")

// Options say where and how a server runs. The zero value is a server that
// keeps its data in DefaultDir and survives a power cut.
type Options struct {
	// Dir holds the data, the socket, the lock and the log, and nothing else.
	// It is made when missing. Empty means DefaultDir.
	Dir string
	// Settings are PostgreSQL parameters, name to value, that override those
	// of this package: {"fsync": "off"} for tests.
	Settings map[string]string
	// MaxConnections is PostgreSQL's max_connections. Zero means 100.
	MaxConnections int
	// Log is told, in a sentence each, what takes time or is unusual. Nil means silence.
	Log func(string)
}

// DefaultDir is $XDG_STATE_HOME/mayday, or ~/.local/state/mayday. Root, whose
// home the unprivileged user of PostgreSQL cannot enter, has /var/lib/mayday.
func DefaultDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/mayday", nil
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "mayday"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no place for a private PostgreSQL: %w; set XDG_STATE_HOME or DATABASE_URL", err)
	}
	return filepath.Join(home, ".local", "state", "mayday"), nil
}

// Server is a running PostgreSQL. Make one with Start; Stop it when done.
type Server struct {
	// Dir is the directory of Options, absolute.
	Dir string
	// Major is PostgreSQL's major version, 15.
	Major int
	// Cold is true when this start made the data directory.
	Cold bool

	socket  string
	proc    *process
	release func() error // frees the directory for the next start; may be called twice
}

// URL of the database "mayday", for pgx and anything else that understands libpq's URLs.
func (s *Server) URL() string { return s.AdminURL(database) }

// AdminURL is the URL of any database of this server, as its superuser.
// "postgres" and "template1" exist from the start.
func (s *Server) AdminURL(db string) string {
	u := url.URL{
		Scheme: "postgres",
		User:   url.User(user),
		Path:   "/" + db,
		// all that PGPORT and PGSSLMODE of the caller's environment would decide otherwise
		RawQuery: url.Values{"host": {s.socket}, "port": {port}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

// Stop shuts the server down: connections are cut, data is written. It is
// asked ever less politely until it is gone or ctx ends. Stopping twice is harmless.
func (s *Server) Stop(ctx context.Context) error {
	return errors.Join(s.proc.stop(ctx), s.release())
}
