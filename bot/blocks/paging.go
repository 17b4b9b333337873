package blocks

import (
	"fmt"

	"github.com/slack-go/slack"
)

// A page leaves room for what stands above and below it in a private reply.
const (
	maxPage       = 10_000 // bytes of JSON, below maxReplyBytes and maxChars
	maxPageParts  = 8      // steps of a scenario: more are hard to read
	maxPageBlocks = maxBlocks - 8
	maxPageLines  = 30
)

// pager packs parts that stay together into as few pages as hold them.
type pager struct {
	pages        [][]slack.Block
	page         []slack.Block
	parts, bytes int
}

// add puts a part on the page, or on the next one. Blocks that are nil are left out.
func (p *pager) add(blocks ...slack.Block) {
	var part []slack.Block
	for _, b := range blocks {
		if b != nil {
			part = append(part, b)
		}
	}
	if len(part) == 0 {
		return
	}
	n := size(Message{Blocks: part})
	if p.parts > 0 && (p.parts == maxPageParts || p.bytes+n > maxPage || len(p.page)+len(part) > maxPageBlocks) {
		p.turn()
	}
	p.page, p.parts, p.bytes = append(p.page, part...), p.parts+1, p.bytes+n
}

func (p *pager) turn() {
	p.pages = append(p.pages, p.page)
	p.page, p.parts, p.bytes = nil, 0, 0
}

// done gives the pages, at least one.
func (p *pager) done() [][]slack.Block {
	if p.parts > 0 || len(p.pages) == 0 {
		p.turn()
	}
	return p.pages
}

// paging is what is shown a page at a time.
type paging struct {
	// verb is the command that shows it; head, text and lines are escaped.
	verb, head, text string
	lines            []string
	foot             []string
}

// paged shows a page of a list, with buttons to turn it; page counts from 1, and
// one that does not exist is the nearest that does.
func paged(l paging, page int) Message {
	pages := linePages(l.lines)
	page = max(1, min(page, len(pages)))
	turn := func(to int, words string) slack.BlockElement {
		if to < 1 || to > len(pages) {
			return nil
		}
		return button(fmt.Sprintf("%s:%d", ActionRunbook, to), Target{Page: to, Name: l.verb}, words)
	}
	blocks := append([]slack.Block{section(l.head)}, paragraphs(pages[page-1])...)
	return reply(l.text, append(blocks, row(turn(page-1, "Back"), turn(page+1, "More")), small(append(l.foot, pageOf(page, len(pages), l.verb))...))...)
}

func linePages(lines []string) [][]string {
	var pages [][]string
	var page []string
	bytes := 0
	for _, l := range lines {
		n := encoded(l)
		if len(page) > 0 && (len(page) == maxPageLines || bytes+n > maxPage) {
			pages, page, bytes = append(pages, page), nil, 0
		}
		page, bytes = append(page, l), bytes+n
	}
	return append(pages, page)
}

// pageOf says which page it is, and what to type for the next one; show is the
// command that shows the first.
func pageOf(page, pages int, show string) string {
	switch {
	case pages < 2:
		return ""
	case page == pages:
		return fmt.Sprintf("Page %d of %d", page, pages)
	}
	return fmt.Sprintf("Page %d of %d, the next: %s", page, pages, command(fmt.Sprintf("%s %d", show, page+1)))
}
