//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package localpg

import (
	"context"
	"errors"
)

// process does not exist here: Start never succeeds.
type process struct{}

func (*process) stop(context.Context) error { return nil }

// Start fails on this system: set DATABASE_URL.
func Start(context.Context, Options) (*Server, error) {
	return nil, errors.New("mayday runs a private PostgreSQL only on Linux, macOS and BSD: set DATABASE_URL to a PostgreSQL that you have")
}
