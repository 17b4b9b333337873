package outline

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"mayday/effort"
)

// ownText are the words of a node itself, without those of the nodes below it.
func ownText(n Node) string {
	var out []string
	lines := func(ls []Line) {
		for _, l := range ls {
			out = append(out, l.Whole())
		}
	}
	switch n := n.(type) {
	case *Section:
		out = append(out, n.Title)
	case *Item:
		lines(n.Lines)
	case *Row:
		for _, c := range n.Cells {
			out = append(out, c.Text)
		}
	case *Block:
		lines(n.Lines)
		out = append(out, n.Title, n.Tone)
		if n.Code != nil {
			out = append(out, n.Code.Text)
		}
		if n.Table != nil {
			out = append(out, n.Table.Head...)
		}
	}
	return strings.Join(out, "\n")
}

// everyNode calls f for each node with the span that it has to lie in.
func everyNode(d *Document, f func(n Node, from, to int)) {
	var blocks func(bs []*Block, from, to int)
	blocks = func(bs []*Block, from, to int) {
		for _, b := range bs {
			f(b, from, to)
			from = b.End + 1
			blocks(b.Blocks, b.Line, b.End)
			at := b.Line
			for _, it := range b.Items {
				f(it, at, b.End)
				at = it.End + 1
				blocks(it.Blocks, it.Line, it.End)
			}
			if b.Table != nil {
				at := b.Line
				for _, r := range b.Table.Rows {
					f(r, at, b.End)
					at = r.End + 1
				}
			}
		}
	}
	var section func(s *Section, from, to int)
	section = func(s *Section, from, to int) {
		f(s, from, to)
		end := s.End
		if len(s.Subs) > 0 {
			end = s.Subs[0].Line - 1
		}
		first := s.Line
		if s.Level > 0 {
			first = s.TitleEnd + 1
		}
		blocks(s.Blocks, first, end)
		at := first
		for _, sub := range s.Subs {
			section(sub, at, s.End)
			at = sub.End + 1
		}
	}
	section(d.Root, 1, len(d.Lines))
}

// checkTree fails when spans do not nest or are not in order.
func checkTree(tb testing.TB, d *Document) {
	tb.Helper()
	everyNode(d, func(n Node, from, to int) {
		a, z := n.Span()
		if a < from || z > to || a > z {
			tb.Fatalf("%T %d-%d lies outside %d-%d in\n%s\n%s", n, a, z, from, to, numbered(d.Lines), dump(d))
		}
	})
}

func numbered(lines []string) string {
	var b strings.Builder
	for i, s := range lines {
		fmt.Fprintf(&b, "%3d %q\n", i+1, s)
	}
	return b.String()
}

// writer makes nasty Markdown in which every line to be read has a word of its own.
type writer struct {
	r     *rand.Rand
	lines []string
	words map[string]int // the line of each word
}

func (w *writer) word() string {
	s := fmt.Sprintf("q%dz", len(w.words)+1)
	w.words[s] = len(w.lines) + 1
	return s
}

func (w *writer) put(indent int, format string, args ...any) {
	for line := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
		w.lines = append(w.lines, strings.Repeat(" ", indent)+line)
	}
}

func (w *writer) blank() {
	if w.r.IntN(3) > 0 {
		w.lines = append(w.lines, "")
	}
}

func (w *writer) pick(all ...string) string { return all[w.r.IntN(len(all))] }

// block writes one construct at an indentation.
func (w *writer) block(indent, depth int) {
	switch k := w.r.IntN(24); {
	case k < 3:
		for range 1 + w.r.IntN(3) {
			w.put(indent, w.pick("%s goes on", "**%s:** text", "see `%s` now", "*%s* and more  ", "%s.", "_%s_ 検査", "- %s"), w.word())
		}
	case k < 6:
		mark := w.pick("-", "*", "1.", "2)", "•", "①", "[ ]", "☐", "- [x]", "a)", "1、", "–")
		for range 1 + w.r.IntN(3) {
			w.put(indent, "%s %s", mark, w.word())
			if depth > 0 && w.r.IntN(2) == 0 {
				w.block(indent+w.r.IntN(5), depth-1)
			}
			w.blank()
		}
	case k < 9:
		f := w.pick("```", "~~~", "````")
		w.put(indent, "%s%s", f, w.pick("", "bash", "mermaid"))
		for range w.r.IntN(3) {
			w.put(indent, w.pick("echo %s", "# %s", "  - %s", "<!-- %s", "{{ %s }}"), w.word())
		}
		if w.r.IntN(8) > 0 {
			w.put(indent, "%s", f)
		}
	case k == 9:
		w.put(indent, "%s ```bash", w.pick("-", "1."))
		w.put(indent+w.r.IntN(4), "echo %s", w.word())
		w.put(indent+w.r.IntN(4), "```")
	case k < 11:
		w.put(indent, "%s %s", w.pick("#", "##", "####", "######"), w.word())
	case k == 11:
		w.put(indent, "%s", w.word())
		w.put(indent, "%s", w.pick("===", "---"))
	case k == 12:
		w.put(indent, w.pick("**%s**", "**%s:**", "__%s__", "⚠️ **%s**", "**%s**:"), w.word())
	case k == 13:
		w.put(indent, "> %s%s", w.pick("", "[!NOTE] ", "- ", "# "), w.word())
		w.put(indent, "> %s", w.word())
	case k == 14:
		w.put(indent, "| %s | b |", w.word())
		w.put(indent, "|---|---|")
		for range w.r.IntN(3) {
			w.put(indent, "| a | %s |", w.word())
		}
	case k == 15:
		w.put(indent, `%s note "%s"`, w.pick("!!!", "???"), w.word())
		w.block(indent+4, depth-1)
	case k == 16:
		w.put(indent, ":::%s %s", w.pick("danger", "tip", "details"), w.word())
		w.block(indent, depth-1)
		w.put(indent, ":::")
	case k == 17:
		w.put(indent, "<details>")
		w.put(indent, "<summary>%s</summary>", w.word())
		w.blank()
		w.block(indent, depth-1)
		w.put(indent, "</details>")
	case k == 18:
		w.put(indent, `%s "%s"`, w.pick("===", `{{< tab`), w.word())
		if strings.HasPrefix(strings.TrimSpace(w.lines[len(w.lines)-1]), "{{<") {
			w.lines[len(w.lines)-1] += " >}}"
			w.block(indent, depth-1)
			w.put(indent, "{{< /tab >}}")
		}
	case k == 19:
		w.put(indent, "<table><tr><td>%s</td>", w.word())
		w.put(indent, w.pick("<td>%s</td>", "<td><ul><li>%s</li></ul></td>", "%s"), w.word())
		w.put(indent, "</tr></table>")
	case k == 20:
		w.put(indent, w.pick("<h2>%s</h2>", "<p>%s</p>", "<ul><li>%s</li></ul>", "<b>%s</b>"), w.word())
	case k == 21:
		w.put(indent, "%s", w.pick("<!-- mayday: step -->", "<!-- nothing", "[x]: http://a.io/x", "import A from 'b'", "<div>", "</div>", "<!-- of\n## two\nlines -->", "---"))
	case k == 22:
		w.put(indent, "%s <!-- mayday: step -->", w.word())
	default:
		w.put(indent, w.pick("##%s", "[^1]: %s", "<%s", "</details> %s", "{%% %s", "::: %s :::x", "\t%s", "        %s", "=== %s", "!!! %s"), w.word())
	}
}

func nasty(seed uint64) *writer {
	w := &writer{r: rand.New(rand.NewPCG(seed, 1)), words: map[string]int{}}
	for range 2 + w.r.IntN(8) {
		w.block(w.r.IntN(10)/7*w.r.IntN(5), 2)
		w.blank()
	}
	return w
}

// TestNothingIsLost: whatever is mixed, every word stands in the node that owns its line.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for seed := range effort.Choose(uint64(200), 2_000, 20_000) {
		w := nasty(seed)
		text := strings.Join(w.lines, "\n")
		d := Parse("x.md", []byte(text))
		checkTree(t, d)
		for word, line := range w.words {
			n := d.Owner(line)
			if n == nil || !strings.Contains(ownText(n), word) {
				require.Failf(t, "lost", "seed %d: %s of line %d is not in %T\n%s\n%s", seed, word, line, n, numbered(d.Lines), dump(d))
			}
		}
	}
}
