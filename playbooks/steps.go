package playbooks

import (
	"regexp"
	"strings"

	"mayday/incident"
)

// list reads the items of a list by the stage in which it stands.
func (w *walker) list(b block) {
	lead, leadLine := w.takeLead(), w.leadLine
	if lead != "" && len(b.items) > 0 {
		if !walked(w.stage()) {
			w.context(line{no: leadLine, text: lead})
		} else if !w.enterLead(lead) {
			lead = ""
		}
	}
	for _, it := range b.items {
		w.item(it)
	}
	if lead != "" && walked(w.stage()) {
		w.leaveLead()
	}
}

// enterLead puts "If the pool is full:" before a list on the path, so that the
// items' heading says what they belong to.
func (w *walker) enterLead(lead string) bool {
	const longest = 60
	if len(lead) > longest {
		w.stepLine(line{no: w.leadLine, text: lead})
		return false
	}
	w.path = append(w.path, crumb{level: subBoldLevel + 2, text: bare(lead)})
	return true
}

func (w *walker) leaveLead() {
	if n := len(w.path); n > 0 && w.path[n-1].level == subBoldLevel+2 {
		w.path = w.path[:n-1]
	}
}

// walked: the blocks of these stages are steps.
func walked(st stage) bool {
	switch st {
	case stageSigns, stagePrevention, stageAfter, stageLinks:
		return false
	}
	return true
}

func (w *walker) item(it *item) {
	if len(it.first) == 0 {
		use(it.part, "group")
		w.blocks(w.s, it.blocks)
		w.flushLead()
		return
	}
	head := it.first[0]
	if len(w.path) == 0 && len(it.first) == 1 && w.meta(head) {
		use(it.part, "about the scenario")
		w.blocks(w.s, it.blocks)
		return
	}
	if head.label != "" && stageOf(head.label) != stageNone && (len(w.path) == 0 || w.path[len(w.path)-1].level == boldLevel-1 && w.path[len(w.path)-1].stage == stageNone) {
		w.labelItem(it)
		return
	}
	switch st := w.stage(); {
	case st == stageLinks:
		w.linkItem(it)
	case !walked(st):
		use(it.part, map[stage]string{stageSigns: "sign", stagePrevention: "prevention", stageAfter: "afterwards"}[st])
		var links []incident.Link
		for _, l := range it.first {
			links = append(links, l.links...)
		}
		w.context(line{no: it.line, text: itemText(it), links: links})
		w.contextBlocks(it.blocks)
	default:
		use(it.part, "step")
		w.stepItem(it)
	}
}

// labelItem reads "- **Symptoms**: slow pages" at the top of a scenario.
func (w *walker) labelItem(it *item) {
	use(it.part, "label")
	w.enter(boldLevel, it.first[0].label)
	rest := append([]line{{no: it.first[0].no, text: it.first[0].text, links: it.first[0].links}}, it.first[1:]...)
	for _, l := range rest {
		w.context(l)
	}
	w.blocks(w.s, it.blocks)
	w.flushLead()
	if n := len(w.path); n > 0 {
		w.path = w.path[:n-1]
	}
}

func (w *walker) linkItem(it *item) {
	found := false
	for _, l := range it.first {
		found = w.reference(l) || found
	}
	if found || w.r.onlyLinks(w.d, it) {
		use(it.part, "link")
	}
	for _, b := range it.blocks {
		for _, sub := range b.items {
			w.linkItem(sub)
		}
	}
}

// contextBlocks files what is nested below a sign or the like.
func (w *walker) contextBlocks(blocks []block) {
	for _, b := range blocks {
		switch {
		case b.items != nil:
			for _, it := range b.items {
				w.item(it)
			}
		case b.prose != nil:
			use(b.part, "text")
			for _, l := range b.prose {
				w.context(l)
			}
		case b.code != nil:
			w.code(b.part, b.code, "", nil)
		case b.table != nil:
			w.table(b.table)
		}
	}
}

// stepItem makes one step of a list item: its first line is the text, what is
// nested becomes notes, the first block its code.
func (w *walker) stepItem(it *item) {
	st := incident.Step{Text: it.first[0].whole(), Source: source(w.d, it.line)}
	if st.Text = strings.TrimSpace(st.Text); it.blocks != nil {
		st.Text = strings.TrimRight(st.Text, ": ")
	}
	for i, l := range it.first {
		if i > 0 {
			st.Notes = append(st.Notes, l.whole())
		}
		st.Links = append(st.Links, l.links...)
	}
	w.add(st)
	w.within(len(w.pb.Steps)-1, it.blocks)
}

// within adds blocks to the step with the given index: text as notes, the first
// code as its own, everything after that as further steps.
func (w *walker) within(own int, blocks []block) {
	for i, b := range blocks {
		switch {
		case b.prose != nil:
			use(b.part, "note")
			titles := len(b.prose) == 1 && i+1 < len(blocks) && blocks[i+1].code != nil && w.pb.Steps[own].Code != nil
			for _, l := range b.prose {
				if !titles {
					w.note(own, l, "")
				}
			}
		case b.items != nil:
			for _, it := range b.items {
				w.noteItem(own, it, "")
			}
		case b.code != nil:
			title := ""
			if i > 0 && blocks[i-1].prose != nil {
				last := blocks[i-1].prose[len(blocks[i-1].prose)-1]
				title = strings.TrimRight(last.whole(), ": ")
			}
			w.code(b.part, b.code, title, &w.pb.Steps[own])
		case b.table != nil:
			for _, row := range b.table.rows {
				use(row.part, "note")
				w.note(own, rowLine(b.table, row), "")
			}
		}
	}
}

func (w *walker) note(own int, l line, mark string) {
	st := &w.pb.Steps[own]
	st.Notes = append(st.Notes, mark+l.whole())
	st.Links = append(st.Links, l.links...)
}

// noteItem adds a nested item to a step; a deeper one is marked with "› ".
func (w *walker) noteItem(own int, it *item, mark string) {
	use(it.part, "note")
	for _, l := range it.first {
		w.note(own, l, mark)
	}
	for _, b := range it.blocks {
		switch {
		case b.items != nil:
			for _, sub := range b.items {
				w.noteItem(own, sub, mark+"› ")
			}
		case b.prose != nil:
			use(b.part, "note")
			for _, l := range b.prose {
				w.note(own, l, mark)
			}
		case b.code != nil:
			w.code(b.part, b.code, itemText(it), &w.pb.Steps[own])
		case b.table != nil:
			for _, row := range b.table.rows {
				use(row.part, "note")
				w.note(own, rowLine(b.table, row), mark)
			}
		}
	}
}

// table reads a table inside a scenario: each row is a step or a sign, the
// first cell its text, the others notes with the head of their column.
func (w *walker) table(t *table) {
	if lead := w.takeLead(); lead != "" {
		w.context(line{no: w.leadLine, text: lead})
	}
	for _, row := range t.rows {
		l := rowLine(t, row)
		if l.whole() == "" {
			use(row.part, "empty")
			continue
		}
		if st := w.stage(); (!walked(st) || len(w.path) == 0) && !tellsFix(t) {
			if st == stageLinks {
				if w.reference(l) {
					use(row.part, "link")
				}
				continue
			}
			use(row.part, "context")
			w.context(l)
			continue
		}
		use(row.part, "step")
		step := incident.Step{Text: row.cells[0].text, Source: source(w.d, row.line), Links: l.links}
		for i, c := range row.cells[1:] {
			if c.text != "" {
				step.Notes = append(step.Notes, cellNote(t, i+1, c.text))
			}
		}
		if step.Text == "" && len(step.Notes) > 0 {
			step.Text, step.Notes = step.Notes[0], step.Notes[1:]
		}
		w.add(step)
	}
}

var fixColumn = regexp.MustCompile(`(?i)\b(?:fix|action|actions|solution|resolution|remedy|mitigation|command|what to do|steps?)\b`)

// tellsFix: a table with a column of remedies is something to do wherever it stands.
func tellsFix(t *table) bool {
	for _, h := range t.head[min(1, len(t.head)):] {
		if fixColumn.MatchString(h) {
			return true
		}
	}
	return false
}

func cellNote(t *table, i int, text string) string {
	if i < len(t.head) && t.head[i] != "" {
		return t.head[i] + ": " + text
	}
	return text
}

// rowLine is a row on one line.
func rowLine(t *table, row row) line {
	l := line{no: row.line}
	var words []string
	for i, c := range row.cells {
		l.links = append(l.links, c.links...)
		if c.text == "" {
			continue
		}
		if i == 0 {
			words = append(words, c.text)
			continue
		}
		words = append(words, cellNote(t, i, c.text))
	}
	l.text = strings.Join(words, " · ")
	return l
}
