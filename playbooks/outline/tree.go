// Package outline knows how Markdown is written and nothing of incidents: it
// turns a text into a tree of sections and blocks with exact lines.
//
// The rule of the room: every line with letters belongs to exactly one node of
// the tree, so that nothing is lost in silence. What cannot be read as it
// stands is a Fault. It opens no file and knows no vocabulary.
package outline

// Document is one file as a tree.
type Document struct {
	// Name is the file as it was given to Parse.
	Name string
	// Lines are the file's lines as text, without their ends. Line n is Lines[n-1].
	Lines []string
	// Front holds the front matter (YAML, TOML, or a comment of "key: value" lines at the top): keys in
	// lower case, lists joined by ", ", maps in maps as "a.b", and maps in lists counted from 1, "a.1.b".
	Front map[string]string
	// FrontEnd is the last line of the front matter, 0 without one.
	FrontEnd int
	// Root is the section of level 0; what stands before the first heading are its blocks.
	Root *Section
	// Anchors are the names by which links may point at headings.
	Anchors map[string]bool
	// Refs are the links that point into the runbook itself.
	Refs []Ref
	// Faults are the places that could not be read as they stand, in order of lines.
	Faults []Fault
}

// Fault is a place of the text that cannot be read as it stands.
type Fault struct {
	// Line counts from 1, End is the last line; both 0 when it is about the file.
	Line, End int
	// Serious faults lose something that the author meant; others only tell.
	Serious bool
	// What is the matter, and how to write it so that it can be read.
	What, Fix string
}

// Node is a place of the tree: *Section, *Block, *Item or *Row.
type Node interface {
	// Span is the first and the last line that belong to the node and to what is below it.
	Span() (from, to int)
}

// LabelLevel is the level of a section whose title is a bold label on a line of
// its own ("**Symptoms:**") instead of a heading.
const LabelLevel = 7

// Section is a heading, or a bold label on a line of its own, with what stands below it.
type Section struct {
	// Title is the plain text of the heading, numbering and severity marks included.
	Title string
	// Level is 0 for the root, 1 to 6 for headings, LabelLevel for bold labels.
	Level int
	// Line is that of the title (1 for the root), TitleEnd its last line, End the
	// last line of the section with its sub-sections.
	Line, TitleEnd, End int
	Links               []Link
	// Blocks stand before the first sub-section.
	Blocks []*Block
	Subs   []*Section
	Up     *Section
	// Told are the directives in comments that stand at this heading: directly above or below it, or at
	// the end of its line. The older ones ("<!-- aliases: db -->") may stand anywhere in the section.
	Told []Directive
}

// BlockKind is what a block is.
type BlockKind int

// The kinds of block.
const (
	// Paragraph has Lines.
	Paragraph BlockKind = iota
	// List has Items.
	List
	// Code has Code.
	Code
	// Table has Table.
	Table
	// Admonition has Blocks, a Tone and maybe a Title: "> [!WARNING]", "!!! note", ":::danger", a plain quote;
	// a tab or <details> of which more text follows outside.
	Admonition
	// Markup is a line that holds nothing to read: tags alone on a line, shortcodes, imports of MDX.
	Markup
)

// Block is one piece of a section, an item or an admonition.
type Block struct {
	Kind      BlockKind
	Line, End int
	// Lines of a Paragraph: logical lines, see Line.
	Lines []Line
	// Ordered, for a List: it is numbered.
	Ordered bool
	Items   []*Item
	Code    *CodeBlock
	Table   *TableBlock
	// Tone of an Admonition in lower case: "warning", "note", "danger", "tip", "quote" …;
	// "tab" and "details" for boxes with a Title.
	Tone   string
	Title  string
	Blocks []*Block
	Told   []Directive
}

// Line is a logical line of a paragraph, item or cell as plain text: soft line
// breaks are spaces, only hard breaks and a bold label at the beginning of a
// visual line begin another one. A paragraph of several lines that are all
// fields ("Owner: the platform team") keeps them apart.
type Line struct {
	// No is its first line in the file, End its last.
	No, End int
	// Label are the bold words at its beginning, without the colon; "" when there
	// are none or when neither a colon, a dash nor the end of the line follows them.
	Label string
	// Text is what follows the label.
	Text string
	// Strong: the whole text is bold, or begins with bold words that are no label.
	Strong bool
	// Coded is true when the line holds code spans.
	Coded bool
	Links []Link
}

// Whole is the line with its label.
func (l Line) Whole() string {
	switch {
	case l.Label == "":
		return l.Text
	case l.Text == "":
		return l.Label
	}
	return l.Label + ": " + l.Text
}

// Item is one item of a list.
type Item struct {
	Line, End int
	// HeadEnd is the last line of its own first paragraph.
	HeadEnd int
	// Task is true for "[ ]" and "[x]", Done for "[x]".
	Task, Done bool
	// Number as counted in an ordered list from the number that it begins with; 0 in others.
	Number int
	// Lines are its own first paragraph; Blocks everything after.
	Lines  []Line
	Blocks []*Block
	Told   []Directive
}

// CodeBlock is fenced or indented code.
type CodeBlock struct {
	// Lang in lower case, without attributes; "" when it says none.
	Lang string
	// Text without the fences and without trailing blank lines.
	Text string
	// Line is that of the first line of Text.
	Line int
}

// TableBlock is a table of GFM, or an HTML table.
type TableBlock struct {
	Head []string
	Rows []*Row
}

// Row is one row of a table, the head excluded.
type Row struct {
	Line, End int
	Cells     []Cell
}

// Cell is one cell of a row.
type Cell struct {
	Text  string
	Links []Link
}

// Link is an address of the outside that the text names.
type Link struct {
	// Name is what the text calls it, or the host.
	Name string
	// URL has a scheme, http or https. An address with a placeholder in it is no link.
	URL string
}

// Ref is a link that points into the runbook itself.
type Ref struct {
	Target, Text string
	Line         int
}

// Directive is what an HTML comment tells the reader: "<!-- mayday: scenario -->",
// "<!-- mayday: aliases db, pool -->", and the older "<!-- aliases: db -->".
type Directive struct {
	Line int
	// Name in lower case ("scenario", "step", "phase", "aliases"), Value the rest.
	Name, Value string
}

// Span implements Node.
func (s *Section) Span() (from, to int) { return s.Line, s.End }

// Span implements Node.
func (b *Block) Span() (from, to int) { return b.Line, b.End }

// Span implements Node.
func (i *Item) Span() (from, to int) { return i.Line, i.End }

// Span implements Node.
func (r *Row) Span() (from, to int) { return r.Line, r.End }
