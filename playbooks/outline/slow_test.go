package outline

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNothingIsSlow parses much of what makes careless readers quadratic. A
// linear reader needs about a tenth of a second for each.
func TestNothingIsSlow(t *testing.T) {
	if testing.Short() {
		t.Skip("several seconds of processor time")
	}
	const bytes, most = 128 << 10, 20 * time.Second
	for _, one := range []string{
		"# a\n", "**a**\n", "**a:** b\n", "<details>\n", "</details>\n", "<details><summary>a</summary>\n", ":::note\n", ":::\n", ":::note\n:::\n",
		"{{< a >}}\n", "{{< tab \"a\" >}}\n", "<!--\n", "-->\n", "<!-- a", "```\n", "1. a\n```\n", "1. a\n```\n```\n", "- a\n\n```\n```\n\n", "```\n## a\n", "- ", "> ", "- a\n  - b\n",
		"[ ] a\n", "a) b\n", "(1) a\n(2) b\n", "1、a\n（1）b\n", "– a\n", "– a\nb\n", "<table>\n", "<table><tr><td>a\n", "<ul><li>a</li>", "|a|b|\n|-|-|\n", "|a|\n", "a.b ", "a.com ",
		"http://a.io ", "[a](b) ", "[a]: b\n", "[", "*a ", "**a", "`a ", "a\n", "a:b\n", "=== \"a\"\n", "!!! a\n    ", "<Foo\n", "<Foo>\n", "{% highlight %}\n", "---\n", "a\n---\n", "\t", "##a\n", "[^a]: b\n",
		"1. a\n\n   b\n", "<!-- mayday: a -->\n", "a  \n", "中\n", "<b>", "&amp;", "\\*",
	} {
		text := []byte(strings.Repeat(one, bytes/len(one)))
		begun := time.Now()
		checkTree(t, Parse("x.md", text))
		took := time.Since(begun)
		require.Less(t, took, most, "%q", one)
	}
}
