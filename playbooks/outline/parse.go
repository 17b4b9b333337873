package outline

import (
	"slices"
)

// Bounds on what is read of one file. They are far above what people write and
// keep any bytes from costing more than a second or two.
const (
	maxFileBytes = 6 << 20
	maxLines     = 300_000
	maxLineBytes = 16 << 10
	// maxDepth is how many quote and list markers one line may open.
	maxDepth = 24
	// maxColumns is how many columns a table may have.
	maxColumns = 64
	// maxParts is how many list items, blocks, rows and sections are kept.
	maxParts = 200_000
	// maxSections is how many headings and labels are kept: deciding what they are
	// costs far more than any other node, and a file of a megabyte has some 5,000.
	maxSections = 60_000
	// maxIndent is the deepest indentation that still nests a list.
	maxIndent = 120
)

// Parse reads one file. It never fails: places that cannot be read as they
// stand are Faults of the document. Name is only kept, no file is opened.
func Parse(name string, raw []byte) *Document {
	d := &Document{Name: name, Front: map[string]string{}, Anchors: map[string]bool{}, Root: &Section{Line: 1}}
	d.Lines = d.decode(raw)
	d.frontMatter()
	src := d.prepare()
	b := builder{d: d, stack: []*Section{d.Root}, seen: map[string]int{}}
	b.document(src)
	slices.SortStableFunc(d.Faults, func(a, b Fault) int { return a.Line - b.Line })
	return d
}

// problem tells of a place that loses something which the author meant.
func (d *Document) problem(line int, what, fix string) {
	d.Faults = append(d.Faults, Fault{Line: line, End: line, Serious: true, What: what, Fix: fix})
}

// notice tells of a place that is read in a way which the author should know.
func (d *Document) notice(line int, what, fix string) {
	d.Faults = append(d.Faults, Fault{Line: line, End: line, What: what, Fix: fix})
}
