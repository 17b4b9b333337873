package playbooks

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

var (
	commentText = regexp.MustCompile(`(?s)<!--(.*?)-->`)
	anyTag      = regexp.MustCompile(`(?s)</?[A-Za-z][^>]*>`)
	blockTag    = regexp.MustCompile(`(?i)</?(p|div|li|ul|ol|tr|table|h[1-6]|br|summary|details|pre)\b[^>]*>`)
)

// html reads a block of HTML: comments for what they tell, the words between
// tags as a paragraph. Tables and lists in HTML are reported, because a person
// sees structure there that is not read.
func (b *builder) html(n *ast.HTMLBlock, dst *[]block) {
	var raw strings.Builder
	no := 0
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		if i == 0 {
			no = b.lineAt(seg.Start)
		}
		raw.Write(seg.Value(b.src))
	}
	if n.HasClosure() {
		raw.Write(n.ClosureLine.Value(b.src))
	}
	s := raw.String()
	for _, m := range commentText.FindAllString(s, -1) {
		b.comment(m, no)
	}
	s = commentText.ReplaceAllString(s, "")
	if low := strings.ToLower(s); strings.Contains(low, "<table") || strings.Contains(low, "<li") || strings.Contains(low, "<pre") {
		b.r.problem(b.d, no, "a table, list or block written in HTML is not read", "write it in Markdown")
		return
	}
	s = blockTag.ReplaceAllString(s, "\n")
	s = anyTag.ReplaceAllString(s, "")
	var lines []line
	for _, text := range strings.Split(s, "\n") {
		if text = oneLine(string(unescape([]byte(text)))); text != "" {
			lines = append(lines, line{no: no, text: text, links: bareLinks(text, nil)})
		}
	}
	if len(lines) > 0 {
		*dst = append(*dst, block{line: no, prose: lines, part: b.part(PartProse, no)})
	}
}

var directive = regexp.MustCompile(`(?is)^<!--\s*(aliases?|severity|name|slug)\s*:\s*(.*?)\s*-->$`)

// comment reads "<!-- aliases: db, pool -->" for the section that it stands in.
// Any other HTML comment is for authors only.
func (b *builder) comment(s string, no int) {
	m := directive.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return
	}
	key := strings.ToLower(m[1])
	s1 := b.here()
	if s1.told == nil {
		s1.told = map[string]told{}
	}
	if key == "alias" {
		key = "aliases"
	}
	s1.told[key] = told{text: m[2], line: no}
}
