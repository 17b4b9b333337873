package playbooks

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/effort"
)

// largeRunbook repeats the default runbook up to about 5 MB, the way a team's
// grown document repeats itself.
func largeRunbook() []byte {
	const size = 5 << 20
	var b bytes.Buffer
	for b.Len() < size {
		b.WriteString(DefaultText())
		b.WriteByte('\n')
	}
	return b.Bytes()[:size]
}

func BenchmarkReadDefault(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(DefaultText())))
	for b.Loop() {
		Default()
	}
}

func BenchmarkRead5MB(b *testing.B) {
	fsys := fstest.MapFS{"large.md": {Data: largeRunbook()}}
	b.ReportAllocs()
	b.SetBytes(5 << 20)
	for b.Loop() {
		if _, err := Read(fsys, "large.md"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadHeadings1MB reads a file of nothing but headings, which costs most for its size.
func BenchmarkReadHeadings1MB(b *testing.B) {
	fsys := fstest.MapFS{"x.md": {Data: []byte(strings.Repeat("# a\n", 1<<18))}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(fsys, "x.md"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	book := Default()
	b.ReportAllocs()
	for b.Loop() {
		book.Match("p1 users cannot log in", 3)
	}
}

// peakWhile is the largest heap seen while f runs, sampled every millisecond.
func peakWhile(f func()) uint64 {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse+m.StackInuse)
			select {
			case <-done:
				peak <- most
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(done)
	return <-peak
}

func TestLargeAndHostileDocumentsStayBounded(t *testing.T) {
	size := effort.Choose(4<<10, 32<<10, 256<<10)
	repeat := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, text := range map[string]func() string{
		"empty items":    func() string { return repeat("-\n") },
		"short items":    func() string { return repeat("- a\n") },
		"nested items":   func() string { return repeat("  - - - - - a\n") },
		"quotes":         func() string { return repeat("> ") },
		"quote lines":    func() string { return repeat(">>>>>>>>>>>>>>>>>>>>>>>>>>> a\n") },
		"brackets":       func() string { return repeat("[") },
		"bracket lines":  func() string { return repeat("[[[[[[[[[[[[[[[[[[[[\n") },
		"stars":          func() string { return repeat("*a **a ") },
		"star lines":     func() string { return repeat("*a **a _b\n") },
		"backticks":      func() string { return repeat("`a ``b ") },
		"fences":         func() string { return repeat("```a\n## b\n") },
		"headings":       func() string { return repeat("# a\n") },
		"scenarios":      func() string { return repeat("## a (P0)\n") },
		"scenario steps": func() string { return repeat("## a (P0)\n1. b\n") },
		"table":          func() string { return "|a|b|\n|-|-|\n" + repeat("|a|b|\n") },
		"wide table": func() string {
			return strings.Repeat("|a", 4000) + "|\n" + strings.Repeat("|-", 4000) + "|\n" + repeat("|\n")
		},
		"matrix":         func() string { return "|Severity|Response|\n|-|-|\n" + repeat("|P0|15 min|\n") },
		"sql":            func() string { return "```sql\n" + repeat("select 1;\n") },
		"sql quote":      func() string { return "```sql\nselect '" + repeat("a;\n") },
		"sql comments":   func() string { return "```sql\n" + repeat("/* -- \n") },
		"shell comments": func() string { return "```sh\n" + repeat("# a\n\n") },
		"html":           func() string { return repeat("<div>\n\n") },
		"comments":       func() string { return repeat("<!-- aliases: a -->\n") },
		"links":          func() string { return repeat("[a](#b) ") },
		"addresses":      func() string { return repeat("a.com b.io ") },
		"references":     func() string { return repeat("[a]: b\n") },
		"one long line":  func() string { return repeat("a") },
		"spaces":         func() string { return repeat(" ") },
		"tabs and lines": func() string { return repeat("\t\n") },
		"deep indentation": func() string {
			return repeat("                                                                    - a\n")
		},
		"staircase":         func() string { return staircase(size) },
		"zero bytes":        func() string { return repeat("\x00") },
		"not UTF-8":         func() string { return repeat("\xff\xfe\xff") },
		"checklists":        func() string { return repeat("# Daily\n- [ ] a\n") },
		"contacts":          func() string { return "# Contacts\n" + repeat("- A: a@b.co\n") },
		"contact labels":    func() string { return "# Contacts\n" + repeat("**A:**\n- Email: [x]\n") },
		"status pages":      func() string { return "# Status pages\n" + repeat("- A: status.b.co\n") },
		"severity list":     func() string { return "# Severity\n" + repeat("- P0: fix within 1 hour\n") },
		"entities":          func() string { return repeat("&amp;&#35;") },
		"bold labels":       func() string { return "# A (P0)\n" + repeat("**B:**\n- c\n\n") },
		"setext underlines": func() string { return repeat("a\n=\n") },
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{"x.md": {Data: []byte(text())}}
			var took time.Duration
			peak := peakWhile(func() {
				start := time.Now()
				_, err := Read(fsys, "x.md")
				took = time.Since(start)
				require.NoError(t, err)
			})
			assert.Less(t, took, time.Minute)
			t.Logf("%v, peak %d MB", took.Round(time.Millisecond), peak>>20)
		})
	}
}

// TestAGrownRunbookStaysSmall reads 5 MB; it takes seconds and is run with MAYDAY_SOAK=1.
func TestAGrownRunbookStaysSmall(t *testing.T) {
	text := largeRunbook()
	text = text[:effort.Choose(64<<10, 256<<10, len(text))]
	peak := peakWhile(func() {
		r, err := Read(fstest.MapFS{"x.md": {Data: text}}, "x.md")
		require.NoError(t, err)
		require.NotEmpty(t, r.Scenarios)
	})
	assert.Less(t, peak>>20, uint64(350), "megabytes")
	t.Logf("%d kB, peak %d MB", len(text)>>10, peak>>20)
}

// BenchmarkReadFolder reads 1,100 files of one scenario each.
func BenchmarkReadFolder(b *testing.B) {
	fsys := fstest.MapFS{}
	for i := range 1100 {
		fsys[fmt.Sprintf("runbooks/alert-%04d.md", i)] = &fstest.MapFile{Data: []byte(fmt.Sprintf("# AlertNumber%d\n\n## Meaning\n\nThe worker %d stands still.\n\n## Impact\n\nNobody gets mail.\n\n"+
			"## Diagnosis\n\n1. Look at the log of the worker\n2. Compare it with the others\n\n```bash\nworkerctl status %d\n```\n\n## Mitigation\n\nRestart the worker and wait for a minute.\n", i, i, i))}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(fsys, "runbooks"); err != nil {
			b.Fatal(err)
		}
	}
}

// staircase nests one list item more on each line.
func staircase(size int) string {
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		b.Write(bytes.Repeat([]byte(" "), 2*(i%400)))
		b.WriteString("- a\n")
	}
	return b.String()
}
