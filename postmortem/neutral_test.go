package postmortem

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"mayday/incident"
)

// GitHub looks for these in rendered text that is in no code and no link.
var lively = regexp.MustCompile(`(?i)(^|[^a-z0-9])@[a-z0-9]|#[0-9]|\bgh-[0-9]|\b[0-9a-f]{7,40}\b`)

var gfm = goldmark.New(goldmark.WithExtensions(extension.GFM))

// live renders Markdown as GitHub would and returns what would come to life in it.
func live(md string) []string {
	src := []byte(md)
	var found []string
	var b strings.Builder
	flush := func() {
		found = append(found, lively.FindAllString(b.String(), -1)...)
		b.Reset()
	}
	ast.Walk(gfm.Parser().Parse(text.NewReader(src)), func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeBlock && in {
			flush()
		}
		switch n := n.(type) {
		case *ast.CodeSpan, *ast.Link, *ast.AutoLink:
			flush()
			return ast.WalkSkipChildren, nil
		case *ast.RawHTML:
			b.WriteByte('\n')
		case *ast.Image:
			found = append(found, "an image")
		case *ast.Text:
			if in {
				b.WriteString(unescape(string(n.Segment.Value(src))))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte('\n')
				}
			}
		}
		return ast.WalkContinue, nil
	})
	flush()
	return found
}

var backslash = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)

func unescape(s string) string {
	s = backslash.ReplaceAllString(s, "$1")
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#96;", "`", "&#36;", "$", "&amp;", "&").Replace(s)
}

func assertQuiet(t *testing.T, md string) {
	t.Helper()
	assert.Empty(t, live(md), "comes to life on GitHub")
}

func TestLiveSeesWhatIsLive(t *testing.T) {
	for _, s := range []string{"@team", "a (@team)", `\@team`, "x #12", `\#12`, "acme/shop#12", "GH-12", "at a1b2c3d", "![x](http://y)", "a*@team*"} {
		assert.NotEmpty(t, live(s), s)
	}
	for _, s := range []string{"`@team`", "ana@example.com", "https://example.com/#12", "```\n@team\n```", "#word", "x@\u200bteam"} {
		assert.Empty(t, live(s), s)
	}
}

func TestLine(t *testing.T) {
	d := newDraft(incident.Incident{}, nil, options(t))
	for in, want := range map[string]string{
		"plain words, 3 of 4.":                     "plain words, 3 of 4.",
		"hi <@UANA> and <@UNOBODY>":                "hi Ana Ruiz and UNOBODY",
		"<@UZOE|zoe> in <#C1|general>":             "zoe in \\#\u200bgeneral",
		"<!channel> <!here> <!subteam^S1|@ops>":    "@\u200bchannel @\u200bhere @\u200bops",
		"<!date^1392734382^{date}|18 Feb>":         "18 Feb",
		"<https://a.example/x?y=1&z=2|the page>":   "the page (<https://a.example/x?y=1&z=2>)",
		"<mailto:ana@example.com|ana@example.com>": "ana@example.com",
		"see https://a.example/x_(y).":             "see <https://a.example/x_(y)>.",
		"(https://a.example/x)":                    "(<https://a.example/x>)",
		"a &lt; b &amp;&amp; c > d":                "a &lt; b &amp;&amp; c &gt; d",
		"www.x.org, ftp://x.org":                   `www\.x.org, ftp\://x.org`,
		"R&D &copy;":                               "R&amp;D &amp;copy;",
		"#123 and GH-4 and acme/shop#5":            "\\#\u200b123 and GH\u200b-4 and acme/shop\\#\u200b5",
		"rolled back to a1b2c3d":                   "rolled back to `a1b2c3d`",
		"the facade at 1234":                       "the facade at 1234",
		"ana@example.com @ana":                     "ana@example.com @\u200bana",
		"a***@example.com":                         `a\*\*\*@` + "\u200bexample.com",
		"*bold* _it_ `code` ~no~ [x](y)":           "\\*bold\\* \\_it\\_ &#96;code&#96; \\~no\\~ \\[x\\](y)",
		"- item":                                   "\\- item",
		"12. item":                                 "12\\. item",
		"cost $5":                                  "cost &#36;5",
		"one\ntwo\x00\u202e":                       "one two",
		"<script>alert(1)</script>":                "&lt;script&gt;alert(1)&lt;/script&gt;",
		"":                                         "",
	} {
		assert.Equal(t, want, d.line(in), "%q", in)
	}
}

// What quiet writes shows exactly the text that came in.
func TestQuietShowsTheText(t *testing.T) {
	for _, s := range []string{hostile, `\*_[]()#+-.!|<>~$&`, "a\\`b", "&amp;lt;", "1) x", "=== x", "+ x", "#", "@", "a@b"} {
		s = incident.Line(s, unlimited)
		var out bytes.Buffer
		require.NoError(t, gfm.Convert([]byte(quiet(s)), &out))
		html := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(out.String(), "")
		shown := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&", space, "").Replace(strings.TrimSpace(html))
		assert.Equal(t, s, shown)
	}
}

func FuzzNeutral(f *testing.F) {
	for _, s := range []string{hostile, "@a", "`a1b2c3d`", "https://x.y/@a#1|z", "<https://x|@a>", "http://@a", "a@b.c@team", "\\\\@x", "&#64;team", "@<b></b>team", "www.x.com/@team", "#\u200d1", "http://a<@UANA>1", "b999999@c.a", "ac@te.f@b.f@ba", "a@b.cc@team"} {
		f.Add(s)
	}
	d := newDraft(incident.Incident{}, nil, DraftOptions{Name: func(p incident.Person) string { return "@" + p + " #1" }})
	f.Fuzz(func(t *testing.T, s string) {
		for _, md := range []string{d.line(s), d.paragraph(s), "- 10:00 " + d.block(d.plain(s), "<br>"), d.quietTitle(s), "| " + d.line(s) + " | x |", fence(answer(s))} {
			if !utf8.ValidString(md) {
				t.Fatalf("%q is no UTF-8", md)
			}
			for l := range strings.SplitSeq(md, "\n") {
				if openMark.MatchString(l) || closeMark.MatchString(l) || strings.HasPrefix(l, "<!--") {
					t.Fatalf("a hidden marker comes out of %q: %q", s, l)
				}
			}
		}
		for _, md := range []string{d.line(s), d.paragraph(s), "- 10:00 " + d.block(d.plain(s), "<br>"), fence(answer(s))} {
			if found := live(md); len(found) > 0 {
				t.Fatalf("%q comes to life in %q, from %q", found, md, s)
			}
		}
		line := d.line(s)
		if strings.Contains(line, "\n") {
			t.Fatalf("%q has several lines", line)
		}
		doc := gfm.Parser().Parse(text.NewReader([]byte(line)))
		if line != "" && (doc.ChildCount() != 1 || doc.FirstChild().Kind() != ast.KindParagraph) {
			t.Fatalf("%q is no single paragraph", line)
		}
	})
}

func TestKeyOf(t *testing.T) {
	for in, want := range map[string]string{"mayday:42:a": "mayday:42:a", "a --> b": "a-b", "x--y": "x-y", "ü": ""} {
		assert.Equal(t, want, keyOf(in))
	}
}
