package playbooks

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnUnchangedRunbookIsNotReadAgain: neither a file nor a folder, and what changed is. What reading keeps between
// documents may be let go at any time.
func TestAnUnchangedRunbookIsNotReadAgain(t *testing.T) {
	files := fstest.MapFS{"a.md": {Data: defaultText}, "b.md": {Data: []byte("# Mail is late\n\n1. Restart the worker.\n")}}
	for _, name := range []string{"a.md", "."} {
		files["a.md"].Data = defaultText
		first, err := Read(files, name)
		require.NoError(t, err)
		Forget()
		_, err = Read(files, name, ReadOptions{Known: first.Version})
		require.ErrorIs(t, err, ErrUnchanged)
		again, err := Read(files, name)
		require.NoError(t, err)
		assert.Equal(t, first, again)
		files["a.md"].Data = append([]byte("A word before it.\n\n"), defaultText...)
		changed, err := Read(files, name, ReadOptions{Known: first.Version})
		require.NoError(t, err)
		assert.NotEqual(t, first.Version, changed.Version)
	}
}
