package outline

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a wrapped sentence is one line": {"One sentence that\ngoes on here.\n", `
  p 1-2 1-2 "One sentence that goes on here."
`},
		"a hard break and a label begin lines": {"**Impact:** high\n**Owner:** me\na\\\nb\n", `
  p 1-4 1 [Impact] "high" / 2-3 [Owner] "me a" / 4 "b"
`},
		"a bold label is a section": {"# T\n\n**Symptoms:**\n- a\n\n**Fix**\n\nDo it.\n", `
  h1 1-9 "T"
    h7 3-5 "Symptoms"
      ul 4-4
        - 4-4 4 "a"
    h7 6-9 "Fix"
      p 8-8 8 "Do it."
`},
		"letters without spaces": {"日本語の\nテスト\n", `
  p 1-2 1-2 "日本語のテスト"
`},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, "\n"+dump(Parse("x.md", []byte(c.text))))
		})
	}
}

func TestAFileOfHeadingsOnlyIsBoundedAndSaysSo(t *testing.T) {
	d := Parse("x.md", []byte(strings.Repeat("# Ferry\n", maxSections+2*pieceLines+1)))
	var told []Fault
	for _, f := range d.Faults {
		if f.Serious {
			told = append(told, f)
		}
	}
	require.Len(t, told, 1)
	assert.Contains(t, told[0].What, "60000 headings")
	assert.Greater(t, told[0].Line, maxSections)
	assert.Equal(t, told[0].Line-1, len(d.Root.Subs), "all before the place is read")
}
