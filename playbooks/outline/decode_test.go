package outline

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func utf16Bytes(s string, big bool) []byte {
	out := []byte{0xff, 0xfe}
	if big {
		out = []byte{0xfe, 0xff}
	}
	for _, u := range utf16.Encode([]rune(s)) {
		lo, hi := byte(u), byte(u>>8)
		if big {
			lo, hi = hi, lo
		}
		out = append(out, lo, hi)
	}
	return out
}

func TestEveryEncodingKeepsItsLetters(t *testing.T) {
	const text = "# Störung\n\n- Größe prüfen – café\n"
	for name, raw := range map[string][]byte{
		"UTF-8":                                []byte(text),
		"UTF-8 with a mark":                    []byte("\xef\xbb\xbf" + text),
		"UTF-16 little endian":                 utf16Bytes(text, false),
		"UTF-16 big endian":                    utf16Bytes(text, true),
		"UTF-16 without a mark, little endian": utf16Bytes(text, false)[2:],
		"UTF-16 without a mark, big endian":    utf16Bytes(text, true)[2:],
		"Windows-1252":                         []byte("# St\xf6rung\n\n- Gr\xf6\xdfe pr\xfcfen \x96 caf\xe9\n"),
		"CRLF":                                 []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"CR":                                   []byte(strings.ReplaceAll(text, "\n", "\r")),
	} {
		t.Run(name, func(t *testing.T) {
			d := Parse("x.md", raw)
			require.Len(t, d.Root.Subs, 1)
			assert.Equal(t, "Störung", d.Root.Subs[0].Title)
			assert.Equal(t, "Größe prüfen – café", d.Root.Subs[0].Blocks[0].Items[0].Lines[0].Text)
		})
	}
}

func TestAFewBrokenBytesDoNotMakeUTF8Another(t *testing.T) {
	d := Parse("x.md", []byte("# Größe prüfen für café \xff\n"))
	assert.Equal(t, "Größe prüfen für café \ufffd", d.Root.Subs[0].Title)
	require.Len(t, d.Faults, 1)
	assert.False(t, d.Faults[0].Serious)
}

func TestWhatDoesNotShowIsDropped(t *testing.T) {
	for in, want := range map[string]string{
		"re\u200bstart":         "restart",
		"\ufeffrestart":         "restart",
		"re\u00adstart\u2060":   "restart",
		"re\u00a0start":         "re start",
		"re\x07start":           "restart",
		"a\u202eb":              "ab",
		"a\u200db":              "ab",
		"👩\u200d🚒 on call":      "👩\u200d🚒 on call",
		"می\u200cخواهم":         "می\u200cخواهم",
		"tab\tkept":             "tab\tkept",
		"wide\u3000space":       "wide\u3000space",
		"entity &#8203;dropped": "entity &#8203;dropped",
	} {
		assert.Equal(t, want, visible(in), "%q", in)
	}
}

func TestFrontMatter(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		end  int
		want map[string]string
	}{
		"YAML": {"---\nTitle: Pool empty\naliases: [db, pool]\nowner:\n  team: shop\nlinks:\n  - name: a\n    url: b\n---\n# x\n", 9,
			map[string]string{"title": "Pool empty", "aliases": "db, pool", "owner.team": "shop", "links.1.name": "a", "links.1.url": "b"}},
		"TOML": {"+++\ntitle = \"x\"\n[owner]\nteam = \"shop\"\n[[links]]\nname = \"a\"\n+++\n", 7,
			map[string]string{"title": "x", "owner.team": "shop", "links.1.name": "a"}},
		"a comment":         {"<!--\nseverity: P1\n-->\n# x\n", 3, map[string]string{"severity": "P1"}},
		"a rule is none":    {"---\n\nText: here\nmore\n\n---\n", 0, map[string]string{}},
		"a broken one":      {"---\ntitle: [x\n---\n", 3, map[string]string{}},
		"without an end":    {"---\ntitle: x\n\n# a\n", 0, map[string]string{}},
		"an ordinary title": {"# title: x\n", 0, map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			d := Parse("x.md", []byte(c.text))
			assert.Equal(t, c.end, d.FrontEnd)
			assert.Equal(t, c.want, d.Front)
		})
	}
	d := Parse("x.md", []byte("---\ntitle: [x\n---\n"))
	require.Len(t, d.Faults, 1)
	assert.True(t, d.Faults[0].Serious)
}
