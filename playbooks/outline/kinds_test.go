package outline

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the trees of testdata/kinds anew")

// TestKinds compares the trees of the texts in testdata/kinds, one file an idea.
func TestKinds(t *testing.T) {
	files, err := filepath.Glob("testdata/kinds/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			raw, err := os.ReadFile(name)
			require.NoError(t, err)
			d := Parse(name, raw)
			checkTree(t, d)
			got := dump(d)
			for _, f := range d.Faults {
				got += fmt.Sprintf("fault %d serious=%t %s\n", f.Line, f.Serious, f.What)
			}
			for _, r := range d.Refs {
				got += fmt.Sprintf("ref %d %s %q\n", r.Line, r.Target, r.Text)
			}
			tree := strings.TrimSuffix(name, ".md") + ".tree"
			if *update {
				require.NoError(t, os.WriteFile(tree, []byte(got), 0o644))
			}
			want, err := os.ReadFile(tree)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}
