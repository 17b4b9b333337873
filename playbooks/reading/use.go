package reading

import (
	"mayday/playbooks/outline"
)

// Use is what became of one list item, paragraph, code block or table row.
type Use string

// The uses.
const (
	UseStep       Use = "step"       // something to do, walked
	UseNote       Use = "note"       // stands beside a step
	UseSign       Use = "sign"       // how a scenario shows
	UsePrevention Use = "prevention" // keeps it from coming again
	UseAfterwards Use = "afterwards" // follows the incident
	UseChecklist  Use = "checklist"
	UseContact    Use = "contact" // suppliers too
	UseSeverity   Use = "severity"
	UseQuery      Use = "query"
	UseDashboard  Use = "dashboard"
	UseStatusPage Use = "status_page"
	UseTool       Use = "tool" // access too
	UseFact       Use = "fact"
	UseLink       Use = "link"
	UseHeading    Use = "heading" // titles what follows
	UseReader     Use = "reader"  // for readers only
	UseReported   Use = "reported"
)

// PartKind is the kind of a Part.
type PartKind string

// The kinds of part.
const (
	PartItem    PartKind = "list item"
	PartBlock   PartKind = "code block"
	PartRow     PartKind = "table row"
	PartProse   PartKind = "paragraph"
	PartHeading PartKind = "heading"
)

// Part is one list item (its own first paragraph), logical line of a paragraph,
// code block or table row, with what it was taken for. Parts stand in the order
// of the document.
type Part struct {
	Kind      PartKind
	Use       Use
	Line, End int
	// Why in words, the end of "because …".
	Why string
	// Section is the innermost section, Scenario the one of kind Scenario around it, nil outside.
	Section, Scenario *Section
	// Generic: it belongs to the process for any incident.
	Generic bool
	// Phase of a step, the phase before any label being Immediate.
	Phase Phase
	// Prose is the paragraph's line, a list of one. Lead: it ends in a colon and titles the block that follows.
	Prose []outline.Line
	Lead  bool
	// Item, Code and Row are what the part is, if it is one of them. Table is the row's.
	Item  *outline.Item
	Code  *outline.CodeBlock
	Row   *outline.Row
	Table *outline.TableBlock
	// Remedy is the column of the row that says what to do, -1 when none does; Sign likewise.
	Remedy, Sign int
	// Inside is the part of the list item that this one stands in, nil at the top. Depth counts the items around it.
	Inside *Part
	Depth  int
	// Tone of the admonition around it, "".
	Tone string
	// Told are the directives that stand above the block around it.
	Told []outline.Directive
}

// Text is the line of a paragraph, empty for other parts.
func (p *Part) Text() outline.Line {
	if len(p.Prose) == 0 {
		return outline.Line{}
	}
	return p.Prose[0]
}
