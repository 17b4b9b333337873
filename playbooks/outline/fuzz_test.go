package outline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse: whatever bytes come, Parse returns a tree whose spans nest, and a
// line of plain words is found in the node that owns it.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/kinds/*.md")
	require.NoError(f, err)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(raw)
	}
	for seed := range uint64(20) {
		f.Add([]byte(strings.Join(nasty(seed).lines, "\n")))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 20_000 {
			return
		}
		d := Parse("x.md", raw)
		checkTree(t, d)
		if strings.Contains(string(raw), "--") || len(d.Faults) > 0 {
			return // comments, front matter and tables may hide words, and Faults tell
		}
		for i, s := range d.Lines {
			if i < d.FrontEnd || !plainWords(s) {
				continue
			}
			n := d.Owner(i + 1)
			require.NotNil(t, n, "line %d %q of\n%s\n%s", i+1, s, numbered(d.Lines), dump(d))
			if b, ok := n.(*Block); !ok || b.Kind != Markup && b.Kind != Code {
				for _, word := range strings.Fields(s) {
					require.Contains(t, ownText(n), word, "line %d of\n%s\n%s", i+1, numbered(d.Lines), dump(d))
				}
			}
		}
	})
}

// plainWords: the line is nothing but a few words of small letters.
func plainWords(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz ") == "" && len(strings.Fields(s)) > 1 && !importLine(strings.TrimSpace(s))
}
