package outline

import (
	"testing"

	"github.com/stretchr/testify/assert"
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
