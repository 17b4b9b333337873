//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localpg

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDefaultDir(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/somewhere")
	dir, err := DefaultDir()
	require.NoError(t, err)
	if os.Geteuid() == 0 {
		assert.Equal(t, "/var/lib/mayday", dir)
		return
	}
	assert.Equal(t, "/somewhere/mayday", dir)
	t.Setenv("XDG_STATE_HOME", "relative/is/not/allowed/by/the/specification")
	t.Setenv("HOME", "/home/ana")
	dir, err = DefaultDir()
	require.NoError(t, err)
	assert.Equal(t, "/home/ana/.local/state/mayday", dir)
}

func TestALongPathHasItsSocketElsewhere(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(stateDir(t), strings.Repeat("long", 30))
	s := start(t, dir)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(s.socket)) })
	assert.False(t, strings.HasPrefix(s.socket, dir))
	assert.Equal(t, "mayday", ask(t, s.URL(), "SELECT current_database()"))
}

func TestADirectoryOfSomebodyElseIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make a directory that belongs to somebody else")
	}
	dir := stateDir(t)
	for _, uid := range []int{12345, 0} {
		target := filepath.Join(dir, "postgres")
		require.NoError(t, os.Mkdir(target, 0o755))
		require.NoError(t, os.Lchown(target, uid, uid))
		h := home{dir: target, account: &syscall.Credential{Uid: 65534, Gid: 65534}}
		err := h.private(target)
		if uid == 0 {
			require.NoError(t, err, "a start that was killed in between is taken up")
		} else {
			require.ErrorContains(t, err, "is not a directory of user 65534")
		}
		require.NoError(t, os.Remove(target))
	}
	require.NoError(t, os.Symlink("/etc", filepath.Join(dir, "link")))
	require.Error(t, home{dir: dir}.private(filepath.Join(dir, "link")), "a symbolic link may lead anywhere")
}

func TestRootIsToldOfADirectoryThatPostgresCannotEnter(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root drops to another user")
	}
	closed := stateDir(t)
	require.NoError(t, os.Chmod(closed, 0o700))
	_, err := Start(t.Context(), Options{Dir: filepath.Join(closed, "state")})
	require.ErrorContains(t, err, "cannot enter "+closed)
}

func TestAForeignProcessIsNotTakenForTheServer(t *testing.T) {
	data := t.TempDir()
	for _, content := range []string{"", "x", "-1\n", "0\n", "1\n/elsewhere\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(data, "postmaster.pid"), []byte(content), 0o600))
		assert.Zero(t, postmaster(data), "%q", content)
	}
}

func TestALargeLogIsSetAside(t *testing.T) {
	h := home{dir: t.TempDir()}
	require.NoError(t, os.WriteFile(h.logFile(), make([]byte, logLimit+1), 0o600))
	f, err := h.openLog()
	require.NoError(t, err)
	_, err = f.WriteString("fresh")
	require.NoError(t, err)
	assert.Equal(t, "fresh", f.output())
	require.NoError(t, f.Close())
	assert.FileExists(t, h.logFile()+".old")
}
