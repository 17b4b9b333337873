package chaos

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The linker leaves out the methods that nobody calls, unless the program may ask for a method by a name that it
// computes. Templates of the standard library do: with them the program is a quarter larger, of which 4 MB are resident.
// Source: https://github.com/golang/go/blob/master/src/cmd/link/internal/ld/deadcode.go, "ReflectMethod"
func TestTheProgramHoldsOnlyWhatItCalls(t *testing.T) {
	path, err := binary()
	require.NoError(t, err)
	program, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, bytes.Contains(program, []byte("encoding/json.(*decodeState).object")), "names of functions stand in the program")
	for _, name := range []string{"text/template.(*state).evalField", "github.com/google/go-github/v62/github.(*RepositoriesService).CreateFork"} {
		assert.False(t, bytes.Contains(program, []byte(name)), "%s is in the program: draw pages with gomponents, and see docs/decisions/0056-only-what-is-called.md", name)
	}
}
