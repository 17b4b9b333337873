package reading

import (
	"mayday/playbooks/outline"
)

// table tells the uses of a table's rows.
func (t *teller) table(b *outline.Block, at place) {
	cols := t.d.columns(b.Table)
	use, why := t.tableUse(b.Table, cols, at)
	for _, r := range b.Table.Rows {
		t.add(&Part{Kind: PartRow, Use: use, Why: why, Line: r.Line, End: max(r.Line, r.End), Row: r, Table: b.Table, Remedy: cols.remedy, Sign: cols.sign}, at)
	}
}

func (t *teller) tableUse(b *outline.TableBlock, cols columns, at place) (Use, string) {
	if cols.level >= 0 && cols.clock && at.scenario == nil {
		return UseSeverity, "it is a row of a table of severities"
	}
	if at.kind != Contacts && at.kind != Suppliers && at.kind != Severities && t.metaRows(b)*2 > len(b.Rows) {
		return UseFact, "it is a field about the document"
	}
	if use, why, ok := fixed(at); ok {
		if use == UseContact && t.people(b) == 0 {
			return UseReader, "its table holds no people"
		}
		if use == UseSign && (at.scenario != nil || at.generic) && t.doingColumn(b) >= 0 {
			return UseStep, "one of its columns says what to do"
		}
		return use, why
	}
	if !walked(at) {
		if cols.remedy >= 0 {
			return UseReported, "it stands outside of any scenario"
		}
		return UseReader, "it stands outside of any scenario"
	}
	if cols.remedy >= 0 {
		return UseStep, "its column “" + clip(b.Head[cols.remedy], 30) + "” says what to do"
	}
	if t.doingColumn(b) >= 0 {
		return UseStep, "one of its columns says what to do"
	}
	if at.kind == Scenario && at.phase == NoPhase {
		return UseSign, "it describes the scenario"
	}
	return UseNote, "it stands beside a step"
}

func (t *teller) people(b *outline.TableBlock) (n int) {
	for _, r := range b.Rows {
		for _, c := range r.Cells {
			if holdsPerson(c.Text) {
				n++
				break
			}
		}
	}
	return n
}

func (t *teller) metaRows(b *outline.TableBlock) (n int) {
	if len(b.Head) > 2 {
		return 0
	}
	for _, r := range b.Rows {
		if len(r.Cells) == 2 && wholeClasses(r.Cells[0].Text, t.d.langs).has(MetaField) {
			n++
		}
	}
	return n
}

// doingColumn is a column, not the first, most of whose cells are instructions.
func (t *teller) doingColumn(b *outline.TableBlock) int {
	for i := 1; i < len(b.Head); i++ {
		n, all := 0, 0
		for _, r := range b.Rows {
			if i < len(r.Cells) && r.Cells[i].Text != "" {
				all++
				if t.d.beginsAsInstruction(r.Cells[i].Text) {
					n++
				}
			}
		}
		if all > 0 && n*3 > all*2 {
			return i
		}
	}
	return -1
}
