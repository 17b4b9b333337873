package storetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/localpg"
)

// TestHomesAreApart: each test's server has data of its own, from the first start on, and nothing stays.
func TestHomesAreApart(t *testing.T) {
	var homes []string
	t.Run("two servers", func(t *testing.T) {
		for range 2 {
			home := Home(t)
			homes = append(homes, home)
			server, err := localpg.Start(t.Context(), localpg.Options{Dir: home, Settings: careless})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, server.Stop(context.Background())) })
			assert.False(t, server.Cold, "nothing has to be made")
			Run(t, server.URL(), "CREATE TABLE only_here (n int)")
		}
	})
	require.Len(t, homes, 2)
	for _, home := range homes {
		assert.NoDirExists(t, home)
	}
}

// TestHomesOfKilledProcessesAreRemoved, and those of others that live are not.
func TestHomesOfKilledProcessesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	ended := exec.Command("true")
	require.NoError(t, ended.Run())
	dead := filepath.Join(dir, fmt.Sprintf("%s%d-1", homePrefix, ended.Process.Pid))
	alive := filepath.Join(dir, fmt.Sprintf("%s%d-1", homePrefix, os.Getppid()))
	other := filepath.Join(dir, homePrefix+"sweet")
	for _, home := range []string{dead, alive, other} {
		require.NoError(t, os.Mkdir(home, 0o755))
	}
	require.NoError(t, removeHomes(dir))
	assert.NoDirExists(t, dead)
	assert.DirExists(t, alive)
	assert.DirExists(t, other)
}
