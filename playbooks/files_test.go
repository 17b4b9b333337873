package playbooks

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const smallScenario = "# Relay down (P1)\n\n## Fix\n\n1. Restart the relay\n"

// within fails the test when f takes so long that it waits for something.
func within(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the reading waits for ever")
	}
}

// A pipe that is called relay.md has no end: to open it would wait for a writer.
func TestAPipeIsNoRunbook(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe.md"), 0o600))
	within(t, func() {
		_, err := ReadPath(filepath.Join(dir, "pipe.md"))
		require.ErrorContains(t, err, "named pipe")
	})
	require.NoError(t, os.WriteFile(filepath.Join(dir, "relay.md"), []byte(smallScenario), 0o600))
	within(t, func() {
		r, err := ReadPath(dir)
		require.NoError(t, err)
		assert.Equal(t, []string{"relay-down:1"}, bareScenarios(r))
		assert.Contains(t, findingsOf(r), "pipe.md: problem: this is a named pipe")
	})
}

func TestADeviceIsNoRunbook(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, "zero.md")))
	within(t, func() {
		_, err := ReadPath(filepath.Join(dir, "zero.md"))
		require.ErrorContains(t, err, "a device")
	})
}

// Links within the folder are followed, as a mounted ConfigMap needs it; those
// that lead out of it are said.
func TestLinksOutOfTheFolderAreNotFollowed(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret.md")
	require.NoError(t, os.WriteFile(secret, []byte("# Vault lost (P0)\n\n1. Call the bank\n"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "..data"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "..data", "relay.md"), []byte(smallScenario), 0o600))
	require.NoError(t, os.Symlink(filepath.Join("..data", "relay.md"), filepath.Join(dir, "relay.md")))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "vault.md")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "more")))
	r, err := ReadPath(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{"relay-down:1"}, bareScenarios(r))
	assert.Contains(t, findingsOf(r), "vault.md: problem: this link leads out of the folder")
	assert.Contains(t, findingsOf(r), "more: notice: this link leads out of the folder")
}

func TestMDXIsRead(t *testing.T) {
	r, err := Read(fstest.MapFS{"a/relay.mdx": {Data: []byte("import X from './x'\n\n" + smallScenario)}}, "a")
	require.NoError(t, err)
	assert.Equal(t, []string{"relay-down:1"}, bareScenarios(r))
}

func TestAReadingCanBeEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Read(fstest.MapFS{"a/relay.md": {Data: []byte(smallScenario)}}, "a", ReadOptions{Context: ctx})
	require.ErrorIs(t, err, context.Canceled)
	_, err = Read(fstest.MapFS{"relay.md": {Data: []byte(smallScenario)}}, "relay.md", ReadOptions{Context: ctx})
	require.ErrorIs(t, err, context.Canceled)
}

// bareScenarios are slugs with the number of their steps.
func bareScenarios(r *Runbook) []string {
	var out []string
	for _, p := range r.Scenarios {
		out = append(out, p.Slug+":"+itoa(len(p.Steps)))
	}
	return out
}
