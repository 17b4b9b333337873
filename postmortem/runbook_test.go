package postmortem

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const shortRunbook = "# Site down (P0)\n\n## Immediate\n\n1. Ask the **site** itself\n2. Restart the pooler\n   - wait a minute\n\n```bash\n# expect 200\ncurl -I https://example.com\n```\n\n## Later\n\n- Restart the pooler\n"

func TestANoteGoesBelowItsStep(t *testing.T) {
	for name, c := range map[string]struct {
		near string
		line int
		want string
	}{
		"a list item, markup aside":       {"Ask the site itself", 5, "1. Ask the **site** itself\n\n   > note\n\n2. Restart"},
		"the nearer of two":               {"Restart the pooler", 16, "## Later\n\n- Restart the pooler\n\n  > note\n"},
		"the nearer of two, above":        {"Restart the pooler", 3, "2. Restart the pooler\n\n   > note\n\n   - wait a minute"},
		"a step of a code block follows":  {"expect 200", 10, "curl -I https://example.com\n```\n\n> note\n\n## Later"},
		"words that are gone, at the end": {"Drain the queue", 5, "- Restart the pooler\n\n> note\n"},
		"no step, at the end":             {"", 0, "- Restart the pooler\n\n> note\n"},
	} {
		got := insertNote(shortRunbook, Proposal{Near: c.near, Line: c.line, Note: "> note"})
		assert.Contains(t, got, c.want, name)
		assert.Equal(t, 1, strings.Count(got, "> note"), name)
		assert.Empty(t, lost(shortRunbook, got), "%s: no line is lost", name)
	}
}

// lost are the lines of before that are not in after, in order.
func lost(before, after string) []string {
	var gone []string
	rest := strings.Split(after, "\n")
	for _, l := range strings.Split(before, "\n") {
		i := 0
		for i < len(rest) && rest[i] != l {
			i++
		}
		if i == len(rest) {
			gone = append(gone, l)
			continue
		}
		rest = rest[i+1:]
	}
	return gone
}

func TestLineEndsOfARunbookStay(t *testing.T) {
	got := insertNote(strings.ReplaceAll(shortRunbook, "\n", "\r\n"), Proposal{Near: "Ask the site itself", Line: 5, Note: "> one\n> two"})
	assert.Equal(t, strings.Count(got, "\n"), strings.Count(got, "\r\n"))
	assert.Contains(t, got, "   > one\r\n   > two\r\n")
}

func FuzzInsertNote(f *testing.F) {
	f.Add(shortRunbook, "expect 200", 10)
	f.Add("", "", 0)
	f.Add("```\nopen", "open", 1)
	f.Fuzz(func(t *testing.T, text, near string, line int) {
		got := insertNote(text, Proposal{Near: near, Line: line, Note: "> the note"})
		assert.Contains(t, got, "> the note")
		assert.Empty(t, lost(strings.TrimRight(tidy(text), "\n"), tidy(got)))
	})
}
