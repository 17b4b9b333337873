package page

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"mayday/playbooks"
)

var update = flag.Bool("update", false, "write the golden files anew")

// drawnOf is the page of a file or folder.
func drawnOf(t *testing.T, fsys fs.FS, name string) string {
	t.Helper()
	rb, err := playbooks.Read(fsys, name, playbooks.ReadOptions{Documents: true})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, Write(&b, rb))
	return b.String()
}

func TestGolden(t *testing.T) {
	out := drawnOf(t, os.DirFS("testdata"), "shop.md")
	// The golden file is about what is shown; style and script stand in their own files.
	out = strings.Replace(strings.Replace(out, style, "STYLE", 1), script, "SCRIPT", 1)
	out = strings.Replace(out, html.EscapeString(policyOf(script)), "POLICY", 1)
	out = regexp.MustCompile(`<(head|body|meta|title|style|header|section|p|ul|ol|li|details|dl|dt|nav|div|main|article|footer|button|script|h\d)\b`).ReplaceAllString(out, "\n$0") + "\n"
	if *update {
		require.NoError(t, os.WriteFile("testdata/shop.golden", []byte(out), 0o644))
	}
	want, err := os.ReadFile("testdata/shop.golden")
	require.NoError(t, err)
	assert.Equal(t, string(want), out, "run the test with -update and read the difference")
}

// Every line of every file is there, in its order and unchanged.
func TestTheDocumentIsShownAsWritten(t *testing.T) {
	files := fstest.MapFS{
		"a.md": {Data: []byte("# Disk full\n\n1. Delete & archive <old> files\n\n\tcode\n\nлюди 日本語 \"quoted\" 'it'\n")},
		"b.md": {Data: []byte("# Queue stuck\r\n\r\n- Restart it\r\n")},
	}
	lines := textOf(t, drawnOf(t, files, "."), "code")
	want := []string{"# Disk full", "", "1. Delete & archive <old> files", "", "\tcode", "", "люди 日本語 \"quoted\" 'it'", "# Queue stuck", "", "- Restart it"}
	assert.Subset(t, lines, want)
	assert.Contains(t, strings.Join(lines, "\n"), strings.Join(want[:7], "\n"))
}

// What a document says can never become markup, style, script or an address.
func TestHostileDocuments(t *testing.T) {
	evil := []string{
		`</code></div><script>alert(1)</script>`, `</style><script>alert(2)</script>`, `</script><img src=x onerror=alert(3)>`, `" onmouseover="alert(4)`, `' autofocus onfocus='alert(5)`,
		"`${alert(6)}`", `{{.Style}} {{template "correction"}}`, `[x](javascript:alert(7))`, `<!--> <svg/onload=alert(8)>`, `]]><b>`, "\u2028alert(9)\u2029", "\u202eevil", "<a href=//evil.example/>", "&lt;script&gt;",
	}
	var doc strings.Builder
	for i, e := range evil {
		fmt.Fprintf(&doc, "## %s %d (P7)\n\n**%s:**\n\n1. %s\n\n| a | %s |\n|---|---|\n| %s | b |\n\n```%s\n%s\n```\n\n<!-- mayday: aliases %s -->\n\n- Email: [%s]\n\n", e, i, e, e, e, e, e, e, e, e)
	}
	name := `x"><script>alert(0)<!script>.md`
	for _, target := range []string{name, "."} {
		out := drawnOf(t, fstest.MapFS{name: {Data: []byte(doc.String())}, "b.md": {Data: []byte("# B\n\n- do it\n")}}, target)
		shown := strings.Join(textOf(t, out, "code"), "\n")
		for _, e := range evil {
			for _, l := range strings.FieldsFunc(e, func(c rune) bool { return c == '\u2028' || c == '\u2029' }) {
				assert.True(t, strings.Contains(shown, strings.Trim(l, "\u202e ")), "%q is not shown as text", l)
			}
		}
		assert.NotContains(t, out, "\u202e", "nothing turns the page around")
		scripts, styles := 0, 0
		walk(t, out, func(n *html.Node) {
			if n.Type != html.ElementNode {
				return
			}
			switch n.Data {
			case "script":
				scripts++
				assert.Equal(t, script, n.FirstChild.Data)
			case "style":
				styles++
				assert.Equal(t, style, n.FirstChild.Data)
			case "img", "svg", "iframe", "object", "link", "base", "form":
				assert.Fail(t, "a document made an element", n.Data)
			}
			for _, a := range n.Attr {
				assert.False(t, strings.HasPrefix(a.Key, "on"), "%s of %s", a.Key, n.Data)
				if a.Key == "href" {
					assert.True(t, strings.HasPrefix(a.Val, "#"), "the page leads only into itself: %s", a.Val)
				}
				assert.NotEqual(t, "src", a.Key)
			}
		})
		assert.Equal(t, 1, scripts)
		assert.Equal(t, 1, styles)
	}
}

func TestNothingIsLoaded(t *testing.T) {
	for _, s := range []string{style, script, drawnOf(t, fstest.MapFS{"a.md": {Data: []byte("# Disk full\n\n1. Restart it\n2. TODO\n")}}, ".")} {
		for _, word := range []string{"http:", "https:", "url(", "@import", "fetch(", "XMLHttpRequest", "src="} {
			assert.NotContains(t, s, word)
		}
	}
	assert.Contains(t, policyOf(script), "default-src 'none'")
}

// Each anchor that the page links to is on the page, once.
func TestLinksOfThePageLeadSomewhere(t *testing.T) {
	out := drawnOf(t, fstest.MapFS{"a.md": {Data: []byte("# Disk full\n\n- [x](gone.md)\n")}, "b.md": {Data: []byte("# Queue stuck\n\n1. Restart it\n2. TODO\n")}}, ".")
	ids, links := map[string]int{}, 0
	walk(t, out, func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "id" {
				ids[a.Val]++
			}
		}
	})
	for id, n := range ids {
		assert.Equal(t, 1, n, id)
	}
	walk(t, out, func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "href" {
				links++
				assert.Equal(t, 1, ids[strings.TrimPrefix(a.Val, "#")], a.Val)
			}
		}
	})
	assert.Greater(t, links, 4)
}

func walk(t *testing.T, page string, visit func(*html.Node)) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	for n := range root.Descendants() {
		visit(n)
	}
}

// textOf are the texts of all elements of a name.
func textOf(t *testing.T, page, name string) []string {
	var out []string
	walk(t, page, func(n *html.Node) {
		if n.Type != html.ElementNode || n.Data != name {
			return
		}
		var b strings.Builder
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data)
			}
		}
		out = append(out, b.String())
	})
	return out
}
