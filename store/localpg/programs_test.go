package localpg

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseVersion(t *testing.T) {
	for out, want := range map[string]int{
		"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n": 15,
		"postgres (PostgreSQL) 17":                               17,
		"postgres (PostgreSQL) 18beta1\n":                        18,
		"postgres (PostgreSQL) 9.6.24\n":                         9,
		"postgres (PostgreSQL) devel":                            0,
		"postgres (EnterpriseDB) 15":                             0,
		"":                                                       0,
	} {
		assert.Equal(t, want, parseVersion(out), out)
	}
}

func TestChoose(t *testing.T) {
	found := []programs{{"/17", 17}, {"/15", 15}}
	for name, c := range map[string]struct {
		data   []string
		chosen int
		left   int
	}{
		"no data: the newest":                      {nil, 17, 0},
		"data of the older, which is installed":    {[]string{"pg15"}, 15, 0},
		"data of both":                             {[]string{"pg15", "pg17"}, 17, 0},
		"data of one that is gone":                 {[]string{"pg14"}, 17, 14},
		"data of one that is gone and one that is": {[]string{"pg14", "pg15"}, 15, 0},
		"an unfinished initdb is no data":          {[]string{"pg15.init"}, 17, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "[odd*name]")
			for _, data := range c.data {
				require.NoError(t, os.MkdirAll(filepath.Join(dir, data), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(dir, data, "PG_VERSION"), nil, 0o600))
			}
			chosen, left := choose(found, dir)
			assert.Equal(t, c.chosen, chosen.major)
			assert.Equal(t, c.left, left)
		})
	}
}

func TestWithoutProgramsThereIsOneCommandToRun(t *testing.T) {
	empty := t.TempDir()
	t.Setenv(binVariable, empty)
	_, err := programsFor(t.Context(), t.TempDir(), keepOwner, silent)
	require.ErrorIs(t, err, ErrNoPrograms)
	assert.ErrorContains(t, err, "MAYDAY_PG_BIN="+empty)
	assert.ErrorContains(t, err, "sudo apt-get install -y postgresql")
	assert.ErrorContains(t, err, "DATABASE_URL")
	assert.Contains(t, remedy("darwin"), "brew install")
}

func TestTheVariableIsTheOnlyPlaceLookedAt(t *testing.T) {
	found, err := findPrograms(t.Context())
	require.NoError(t, err, "install PostgreSQL to run this test: %s", remedy("linux"))
	t.Setenv(binVariable, found[0].dir)
	again, err := findPrograms(t.Context())
	require.NoError(t, err)
	assert.Equal(t, found[:1], again)
}

func keepOwner(string) error { return nil }

func silent(string) {}
