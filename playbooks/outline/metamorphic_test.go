package outline

import (
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func runbooks(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{"../default.md", "testdata/kinds/lists.md", "testdata/kinds/labels.md", "testdata/kinds/told.md"} {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		out[name] = string(raw)
	}
	return out
}

func same(t *testing.T, name, a, b string) {
	t.Helper()
	assert.Equal(t, shape(Parse(name, []byte(a))), shape(Parse(name, []byte(b))), name)
}

func TestOtherLineEndsAreTheSame(t *testing.T) {
	for name, text := range runbooks(t) {
		same(t, name, text, strings.ReplaceAll(text, "\n", "\r\n"))
		same(t, name, text, strings.ReplaceAll(text, "\n", "\r"))
	}
}

func TestOtherBulletsAreTheSame(t *testing.T) {
	bullet := regexp.MustCompile(`(?m)^( *)- `)
	for name, text := range runbooks(t) {
		same(t, name, text, bullet.ReplaceAllString(text, "$1* "))
		same(t, name, text, bullet.ReplaceAllString(text, "$1+ "))
	}
}

func TestDeeperHeadingsAreTheSame(t *testing.T) {
	for name, text := range runbooks(t) {
		lines := strings.Split(text, "\n")
		var fences tracker
		for i, s := range lines {
			if !fences.code(s) && hashes(s) > 0 {
				lines[i] = "#" + s
			}
		}
		same(t, name, text, strings.Join(lines, "\n"))
	}
}

func TestBlankLinesBetweenPartsChangeNothing(t *testing.T) {
	part := regexp.MustCompile(`\n\n+`)
	for name, text := range runbooks(t) {
		if strings.HasSuffix(name, "default.md") {
			continue // there are blank lines in its code
		}
		same(t, name, text, part.ReplaceAllString(text, "\n\n\n"))
	}
}

// TestWrappingChangesNothing breaks the lines of plain paragraphs and items at random.
func TestWrappingChangesNothing(t *testing.T) {
	const text = `# Title

The pool is empty because a deploy leaks connections, and every request waits for one until it times out.

1. Restart the workers one after the other and watch the graph until it falls below one half again.
2. Ask the database team to look at the slow query log of the last hour.

   They answer within a quarter of an hour and write what they found into the channel.

- A point with **bold words** and a [link to a page](https://docs.shop.io/a/b) in the middle of it.

> A quote that goes on for a while, so that it is worth a second line at least.
`
	want := shape(Parse("x.md", []byte(text)))
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		var out strings.Builder
		lead := ""
		for line := range strings.SplitSeq(text, "\n") {
			switch {
			case strings.HasPrefix(line, "1.") || strings.HasPrefix(line, "2.") || strings.HasPrefix(line, "   "):
				lead = "   "
			case strings.HasPrefix(line, "- "):
				lead = "  "
			case strings.HasPrefix(line, "> "):
				lead = "> "
			default:
				lead = ""
			}
			for i, word := range strings.Split(line, " ") {
				switch {
				case i == 0 || strings.HasPrefix(line, "#") || i < 5:
					out.WriteString(map[bool]string{true: "", false: " "}[i == 0])
				case r.IntN(6) == 0:
					out.WriteString("\n" + lead)
				default:
					out.WriteString(" ")
				}
				out.WriteString(word)
			}
			out.WriteString("\n")
		}
		require.Equal(t, want, shape(Parse("x.md", []byte(out.String()))), "seed %d:\n%s", seed, out.String())
	}
}
