package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"mayday/store/localpg"
)

// homes of tests lie beside those of the servers of whole processes, in memory where there is room.
const (
	homePrefix   = "home-" // then the process that made it, and a number
	templateHome = "template"
)

var homesMade atomic.Int64

// Home is a directory for a server of the test's own, for localpg.Options: its data is a copy of data that was made
// once, so that a start takes a tenth of a first one. It is removed when t ends; the server must be stopped by then. Its
// settings are the caller's.
func Home(t testing.TB) string {
	t.Helper()
	template, err := theTemplate()
	if err != nil {
		t.Fatalf("these tests need PostgreSQL: %v", err)
	}
	home := filepath.Join(filepath.Dir(template), fmt.Sprintf("%s%d-%d", homePrefix, os.Getpid(), homesMade.Add(1)))
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Errorf("remove the data of the test's server: %v", err)
		}
	})
	// PostgreSQL's user owns what is in it, and goes on to.
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", template, home).CombinedOutput(); err != nil {
		t.Fatalf("copy the data for the test's server: %v\n%s", err, out)
	}
	return home
}

// theTemplate finds or makes the data that homes are copies of, and removes the homes of killed processes.
var theTemplate = sync.OnceValues(func() (string, error) {
	dir, err := stateDir(inMemory)
	if err != nil {
		return "", err
	}
	return templateIn(dir)
})

func templateIn(dir string) (string, error) {
	template := filepath.Join(dir, templateHome)
	if err := removeHomes(dir); err != nil {
		return "", err
	}
	if _, err := os.Stat(template); err == nil {
		return template, nil
	}
	// It is made elsewhere and moved when it is whole: another process may make one as well.
	own := filepath.Join(dir, fmt.Sprintf("%s%d-%s", homePrefix, os.Getpid(), templateHome))
	server, err := localpg.Start(context.Background(), localpg.Options{Dir: own, Settings: careless})
	if err != nil {
		return "", err
	}
	if err := server.Stop(context.Background()); err != nil {
		return "", err
	}
	if err := os.Rename(own, template); err != nil {
		if _, there := os.Stat(template); there != nil {
			return "", fmt.Errorf("keep the data for servers of tests: %w", err)
		}
		return template, os.RemoveAll(own)
	}
	return template, nil
}

// removeHomes removes what processes left that are no more.
func removeHomes(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, homePrefix+"*"))
	if err != nil {
		return fmt.Errorf("list the homes of test servers: %w", err)
	}
	for _, home := range left {
		number, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(home), homePrefix), "-")
		pid, err := strconv.Atoi(number)
		if err != nil || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			continue
		}
		if err := os.RemoveAll(home); err != nil {
			return fmt.Errorf("remove the data of a killed test: %w", err)
		}
	}
	return nil
}
