// Package browser opens pages in a real Chromium, for the tests of every room that draws one.
//
// The rule of this room: one Chromium a test process, and for each page a profile of its own, so that tests share
// neither cookies nor storage. It knows no page: what is to be seen is the caller's.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// patience is how long one page may be in use, beginning with Open.
const patience = 3 * time.Minute

// names of the programs that do, the first that is found. The shell is Chromium without windows: it draws with the same
// engine, and takes a third of the processor's time.
var names = [...]string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// started is the Chromium of this process; its cancel function ends it.
var (
	started   context.Context // under startedMu; nil before the first page
	end       context.CancelFunc
	startedMu sync.Mutex
)

// Open shows a page in a window of so many pixels until t ends, and gives the context for chromedp's actions on it.
// Without Chromium the test is skipped on a developer's machine and fails where CI is "true". The first page starts
// Chromium, which Main or Close ends.
func Open(t testing.TB, width, height int64, url string) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, patience)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(url)))
	return ctx
}

// chromium starts the Chromium of this process when there is none.
func chromium(t testing.TB) context.Context {
	t.Helper()
	startedMu.Lock()
	defer startedMu.Unlock()
	if started != nil {
		return started
	}
	// It outlives the test that happens to come first.
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(chromedp.ExecPath(program(t)), chromedp.NoSandbox, chromedp.DisableGPU))
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		t.Fatalf("start Chromium: %v", err)
	}
	started, end = ctx, cancel
	return started
}

// program is the path of a Chromium; without one the test ends.
func program(t testing.TB) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("none of %v is in PATH: the page cannot be tested", names)
	}
	t.Skipf("SKIPPED: none of %v is in PATH, so the page was not tested; make test installs one", names)
	return ""
}

// Main runs the tests of a package and ends its Chromium; use it as the whole of TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if err := Close(); err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Close ends the Chromium of this process and removes its profile; without one it does nothing. A process that does
// not call it leaves the profile in the directory for temporary files.
func Close() error {
	startedMu.Lock()
	defer startedMu.Unlock()
	if started == nil {
		return nil
	}
	err := chromedp.Cancel(started)
	end()
	started = nil
	return err
}
