package localpg

import (
	"context"
	"fmt"
)

// Version names the PostgreSQL on this machine that Start would run, such as
// "PostgreSQL 15 in /usr/lib/postgresql/15/bin". The error says what to install.
func Version(ctx context.Context) (string, error) {
	found, err := findPrograms(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("PostgreSQL %d in %s", found[0].major, found[0].dir), nil
}
