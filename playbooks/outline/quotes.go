package outline

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// quote reads a block quote: an admonition with the tone of its mark
// ("> [!WARNING]"), "quote" without one.
func (b *builder) quote(q *ast.Blockquote) *Block {
	out := &Block{Kind: Admonition, Line: b.lineAt(q.Pos()), Tone: "quote"}
	out.End = out.Line
	waiting := b.told
	b.told = nil
	if p, ok := q.FirstChild().(*ast.Paragraph); ok {
		vs := b.visuals(p)
		if len(vs) > 0 {
			if tone, title, ok := quoteMark(vs[0].whole()); ok {
				out.Tone, out.Title, out.End = tone, title, vs[0].end
				vs = vs[1:]
			}
		}
		b.prose(vs, &out.Blocks)
		q.RemoveChild(q, p)
	}
	b.blocks(q, &out.Blocks)
	if n := len(out.Blocks); n > 0 {
		out.End = out.Blocks[n-1].End
	}
	b.told = append(waiting, b.told...)
	return out
}

// quoteMark reads "[!WARNING]" and "[!tip]- Title".
func quoteMark(s string) (tone, title string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(s), "[!")
	if !ok {
		return "", "", false
	}
	tone, title, ok = strings.Cut(rest, "]")
	if !ok || tone == "" || len(tone) > 30 {
		return "", "", false
	}
	return strings.ToLower(strings.TrimSpace(tone)), oneLine(strings.TrimLeft(title, "+-")), true
}
