package playbooks

import (
	"os"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var grammarExample = regexp.MustCompile("(?s)````markdown\n(.*?)````\n\n```text\n(.*?)```\n")

// The page that explains the reading is true: each of its examples is read as it says.
func TestExamplesOfTheGrammarAreReadAsItSays(t *testing.T) {
	const path = "../docs/runbook-grammar.md"
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	if *update {
		page = grammarExample.ReplaceAllFunc(page, func(m []byte) []byte {
			text := grammarExample.FindSubmatch(m)[1]
			return []byte("````markdown\n" + string(text) + "````\n\n```text\n" + exampleReading(t, text) + "```\n")
		})
		require.NoError(t, os.WriteFile(path, page, 0o644))
	}
	examples := grammarExample.FindAllSubmatch(page, -1)
	require.GreaterOrEqual(t, len(examples), 9)
	for _, m := range examples {
		assert.Equal(t, string(m[2]), exampleReading(t, m[1]), "%s", m[1])
	}
}

// exampleReading is what an example is read as, a line each, without blanks at the ends of lines.
func exampleReading(t *testing.T, text []byte) string {
	t.Helper()
	r, err := Read(fstest.MapFS{"runbook.md": {Data: text}}, "runbook.md")
	require.NoError(t, err)
	return blankEnds.ReplaceAllString(understood(r)+"\n", "\n")
}

var blankEnds = regexp.MustCompile(`[ ;]+\n`)
