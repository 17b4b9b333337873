package playbooks

import (
	"mayday/incident"
)

// document is one file as a tree of sections.
type document struct {
	name    string
	lines   int
	root    *section
	parts   []*Part
	anchors map[string]bool
	front   map[string]string
	links   []docLink
	linksAt map[int][]docLink // by line
	text    []string          // the file's lines
	whole   bool              // the file is one scenario
}

// docLink is a link that points into the runbook itself.
type docLink struct {
	target string
	text   string
	line   int
}

// section is a heading with what stands below it.
type section struct {
	heading string
	level   int // 1 to 6, 0 for the text before the first heading
	line    int
	end     int // last line of the section with its sub-sections
	blocks  []block
	up      *section // nil for the root
	subs    []*section
	parts   []*Part         // of its own blocks, not of its sub-sections
	told    map[string]told // what HTML comments say: "aliases", "severity", "name"
	links   []incident.Link
}

// block is one piece of a section. Exactly one of prose, items, code and table is filled.
type block struct {
	line    int
	part    *Part // of prose and code
	prose   []line
	items   []*item
	code    *codeBlock
	table   *table
	ordered bool // of items: a numbered list
}

// line is one visual line of a paragraph or list item as plain text.
type line struct {
	no    int
	label string // bold words at its beginning, without the colon
	text  string // what follows the label
	links []incident.Link
}

// whole is the line with its label.
func (l line) whole() string {
	switch {
	case l.label == "":
		return l.text
	case l.text == "":
		return l.label
	}
	return l.label + ": " + l.text
}

type item struct {
	line   int
	part   *Part
	task   bool
	first  []line
	blocks []block // everything after the first paragraph
}

type codeBlock struct {
	lang  string
	text  string
	line  int // of its first line of text
	fence int
}

type table struct {
	head []string
	rows []row
}

type row struct {
	line  int
	part  *Part
	cells []cell
}

type cell struct {
	text  string
	links []incident.Link
}

// told is the value of a directive with the line where it stands.
type told struct {
	text string
	line int
}
