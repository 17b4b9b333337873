package outline

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/effort"
)

// TestNothingIsSlow parses much of what makes careless readers quadratic: eight
// times the text may take eight times as long, or a little more, and not sixty-four.
func TestNothingIsSlow(t *testing.T) {
	if effort.Raced {
		t.Skip("SKIPPED: the race detector changes what is slow; make test runs this without it")
	}
	const little, times, most, tries = 8 << 10, 8, 3 * 8, 4
	for _, one := range []string{
		"# a\n", "**a**\n", "**a:** b\n", "<details>\n", "</details>\n", "<details><summary>a</summary>\n", ":::note\n", ":::\n", ":::note\n:::\n",
		"{{< a >}}\n", "{{< tab \"a\" >}}\n", "<!--\n", "-->\n", "<!-- a", "```\n", "1. a\n```\n", "1. a\n```\n```\n", "- a\n\n```\n```\n\n", "```\n## a\n", "- ", "> ", "- a\n  - b\n",
		"[ ] a\n", "a) b\n", "(1) a\n(2) b\n", "1、a\n（1）b\n", "– a\n", "– a\nb\n", "<table>\n", "<table><tr><td>a\n", "<ul><li>a</li>", "|a|b|\n|-|-|\n", "|a|\n", "a.b ", "a.com ",
		"http://a.io ", "[a](b) ", "[a]: b\n", "[", "*a ", "**a", "`a ", "a\n", "a:b\n", "=== \"a\"\n", "!!! a\n    ", "<Foo\n", "<Foo>\n", "{% highlight %}\n", "---\n", "a\n---\n", "\t", "##a\n", "[^a]: b\n",
		"1. a\n\n   b\n", "<!-- mayday: a -->\n", "a  \n", "中\n", "<b>", "&amp;", "\\*",
	} {
		ratio := float64(most)
		for try := 0; try < tries && ratio >= most; try++ {
			small, large := parsing(t, one, little), parsing(t, one, little*times)
			ratio = large.Seconds() / max(small, time.Millisecond).Seconds()
		}
		require.Less(t, ratio, float64(most), "%q", one)
	}
}

// parsing is how much time of processors it takes to parse a text repeated to
// some bytes: a busy machine makes everything slow, and long things slower.
func parsing(t *testing.T, one string, bytes int) time.Duration {
	text := []byte(strings.Repeat(one, bytes/len(one)))
	begun := processorTime(t)
	d := Parse("x.md", text)
	took := processorTime(t) - begun
	checkTree(t, d)
	return took
}

// processorTime is what the process has used of all processors so far.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
