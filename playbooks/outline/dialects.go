package outline

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown is CommonMark and GFM with what documentation tools add to them, and
// without blocks of HTML: what stands between tags is read as Markdown.
var markdown = goldmark.New(goldmark.WithParser(parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(boxParser{}, 90),
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(markParser{}, 650),
		util.Prioritized(htmlParser{}, 660),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	),
	parser.WithInlineParsers(parser.DefaultInlineParsers()...),
	parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
)), goldmark.WithExtensions(extension.Table, extension.TaskList, extension.Strikethrough))

// markNode is a line of marks, or several lines of one tag, or a comment.
type markNode struct {
	ast.BaseBlock
	marks []mark
	raw   string
	lines int
}

var kindMark = ast.NewNodeKind("Mark")

func (n *markNode) Kind() ast.NodeKind { return kindMark }

func (n *markNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// markParser reads lines of marks. A line ends the paragraph before it, so that
// what stands between two tags is read as Markdown.
type markParser struct{}

func (markParser) Trigger() []byte                             { return []byte("<{:ie") }
func (markParser) CanInterruptParagraph() bool                 { return true }
func (markParser) CanAcceptIndentedLine() bool                 { return false }
func (markParser) Close(ast.Node, text.Reader, parser.Context) {}

func (markParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	s := strings.TrimSpace(string(line))
	if (s[0] == 'i' || s[0] == 'e') && (!importLine(s) || inParagraph(pc)) {
		return nil, parser.NoChildren
	}
	n := &markNode{marks: marksOf(s), raw: s, lines: 1}
	if n.marks == nil && !unfinishedTag(s) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return n, parser.NoChildren
}

func inParagraph(pc parser.Context) bool {
	last := pc.LastOpenedBlock().Node
	return last != nil && last.Kind() == ast.KindParagraph
}

// unfinishedTag: the tag of a component goes on in the next line.
func unfinishedTag(s string) bool {
	return len(s) > 2 && s[0] == '<' && (s[1] >= 'A' && s[1] <= 'Z') && !strings.ContainsAny(s, ">")
}

func (markParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	const most = 40
	n := node.(*markNode)
	line, _ := reader.PeekLine()
	if n.marks != nil || n.lines >= most || !attributeLine(strings.TrimSpace(string(line))) {
		return parser.Close
	}
	n.raw += "\n" + strings.TrimSpace(string(line))
	n.lines++
	if end := strings.TrimRight(n.raw, " "); strings.HasSuffix(end, ">") {
		n.marks = marksOf(n.raw)
	}
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

// attributeLine: the line may stand between the beginning and the end of a tag.
func attributeLine(s string) bool {
	if s == "" || fenceOf(s).mark != "" || s[0] == '#' || s[0] == '<' {
		return false
	}
	return strings.IndexByte("/>{}", s[0]) >= 0 || strings.IndexByte(s, '=') > 0 || strings.IndexByte(s, ' ') < 0
}

// boxNode is an admonition or a tab whose body is indented.
type boxNode struct {
	ast.BaseBlock
	mark mark
	// indent of the body: four columns, or two or three when its first line has no more.
	indent int
}

var kindBox = ast.NewNodeKind("Box")

func (n *boxNode) Kind() ast.NodeKind { return kindBox }

func (n *boxNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// boxParser reads `!!! note "Title"`, `??? tip` and `=== "Linux"` with the body that is indented below.
type boxParser struct{}

func (boxParser) Trigger() []byte                             { return []byte("!?=") }
func (boxParser) CanInterruptParagraph() bool                 { return true }
func (boxParser) CanAcceptIndentedLine() bool                 { return false }
func (boxParser) Close(ast.Node, text.Reader, parser.Context) {}

func (boxParser) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	m, ok := boxMark(strings.TrimSpace(string(line)))
	if !ok {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &boxNode{mark: m}, parser.HasChildren
}

func (boxParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	n := node.(*boxNode)
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	if n.indent == 0 {
		width, _ := util.IndentWidth(line, reader.LineOffset())
		n.indent = max(2, min(width, 4))
	}
	at, padding := util.IndentPosition(line, reader.LineOffset(), n.indent)
	if at < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(at, padding)
	return parser.Continue | parser.HasChildren
}

// boxMark reads the line that opens an indented box.
func boxMark(s string) (mark, bool) {
	if len(s) < 5 {
		return mark{}, false
	}
	lead, rest := s[:3], strings.TrimLeft(strings.TrimLeft(s[3:], "+!"), " ")
	switch lead {
	case "===":
		title := strings.Trim(rest, `"`)
		if rest == "" || rest[0] != '"' || strings.TrimSpace(title) == "" {
			return mark{}, false
		}
		return mark{tone: "tab", title: oneLine(title)}, true
	case "!!!", "???":
		if rest == s[3:] || rest == "" {
			return mark{}, false
		}
		word, title, _ := strings.Cut(rest, " ")
		if word[0] == '"' {
			word, title = "note", rest
		}
		if _, quoted, ok := strings.Cut(title, `"`); ok {
			title = strings.TrimSuffix(strings.TrimSpace(quoted), `"`)
		}
		if strings.Trim(strings.ToLower(word), "abcdefghijklmnopqrstuvwxyz-") != "" {
			return mark{}, false
		}
		return mark{tone: strings.ToLower(word), title: oneLine(title)}, true
	}
	return mark{}, false
}
