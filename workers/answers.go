package workers

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
)

// show tells what came of a run: one answer as a table, many as one overview.
func (r *run) show(ctx context.Context, list []asked) error {
	if !r.fx.Why.Batch() {
		return r.showOne(ctx, list[0])
	}
	before, err := r.before(ctx)
	if err != nil {
		return err
	}
	if err := r.n.put(ctx, r.overview(list, before)); err != nil {
		return err
	}
	body := details(list, before)
	if body == nil {
		return nil
	}
	what := map[incident.QueryReason]string{incident.Snapshot: "snapshot", incident.Afterwards: "then-and-now", incident.Differences: "then-and-now"}[r.fx.Why]
	what = cmp.Or(what, "queries")
	return r.n.attach(ctx, fmt.Sprintf("%s-%d.txt", what, r.inc.ID), fmt.Sprintf("All rows, run %d", r.t.ID), body)
}

func (r *run) showOne(ctx context.Context, a asked) error {
	shown := blocks.Answer{Title: a.query.Title, Typed: a.query.Name == "", By: r.fx.By, Trouble: a.trouble}
	whole := a.result == nil
	if !whole {
		shown, whole = r.answer(a)
	}
	if err := r.n.put(ctx, blocks.Result(r.inc, shown)); err != nil || whole {
		return err
	}
	var csv bytes.Buffer
	if err := a.result.CSV(&csv); err != nil {
		return err
	}
	name := cmp.Or(a.query.Name[strings.LastIndexByte(a.query.Name, '/')+1:], "answer")
	return r.n.attach(ctx, name+".csv", fmt.Sprintf("%s, run %d", incident.Line(a.query.Title, 80), r.t.ID), csv.Bytes())
}

// answer makes a result ready to be read; whole says that nothing of it is left out.
func (r *run) answer(a asked) (shown blocks.Answer, whole bool) {
	res := a.result
	rows, columns := min(len(res.Rows), blocks.ResultRows), min(len(res.Columns), blocks.ResultColumns)
	whole = rows == len(res.Rows) && columns == len(res.Columns)
	shown = blocks.Answer{Title: a.query.Title, Typed: a.query.Name == "", By: r.fx.By, Rows: res.Summary(rows), Took: res.Duration, Waited: res.Waited,
		Columns: len(res.Columns), Replica: res.Replica}
	if !whole {
		shown.FileRows = len(res.Rows)
	}
	for i, c := range res.Columns {
		if i < columns {
			shown.Grid.Columns = append(shown.Grid.Columns, blocks.GridColumn{Name: c.Name, Numeric: c.Numeric})
		}
		if c.Masked {
			shown.Masked = append(shown.Masked, c.Name)
		}
	}
	for _, row := range res.Rows[:rows] {
		cells := make([]string, columns)
		for i := range cells {
			cells[i] = res.Columns[i].Show(row[i])
		}
		shown.Grid.Rows = append(shown.Grid.Rows, cells)
	}
	return shown, whole
}

// overview tells of many answers in one message, worst first.
func (r *run) overview(list []asked, before map[string]asked) blocks.Message {
	name := map[incident.QueryReason]string{incident.Snapshot: "Snapshot of " + r.playbook(), incident.AskedAll: "The playbook's queries",
		incident.Afterwards: "Then → now", incident.Differences: "Then → now, against the snapshot"}[r.fx.Why]
	if t := list[0].trouble; t != nil && !slices.ContainsFunc(list, func(a asked) bool { return a.trouble == nil || *a.trouble != *t }) {
		return blocks.Overview(r.inc, name, r.fx.By, []blocks.Finding{{Title: unanswered(len(list)), Says: t.Line(), Bad: true}}, t.Instead)
	}
	if before != nil {
		found, same := differences(list, before)
		foot := []string{"All rows, then and now, are in the file of this thread"}
		if len(same) > 0 {
			foot = append([]string{"Unchanged: " + strings.Join(same, ", ")}, foot...)
		}
		if len(found) == 0 {
			found = []blocks.Finding{{Title: "Nothing changed:", Says: fmt.Sprintf("%d answers are the same", len(same))}}
		}
		return blocks.Overview(r.inc, name, r.fx.By, found, foot...)
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b asked) int { return cmp.Compare(badness(b), badness(a)) })
	var found []blocks.Finding
	for _, a := range sorted {
		found = append(found, finding(a))
	}
	return blocks.Overview(r.inc, name, r.fx.By, found, "All rows are in the file of this thread")
}

func unanswered(queries int) string {
	if queries == 1 {
		return "The query has no answer"
	}
	return fmt.Sprintf("None of %d queries has an answer", queries)
}

// playbook is the title of the playbook whose queries these are.
func (r *run) playbook() string {
	first := r.fx.Queries[0]
	for _, w := range r.inc.Walks {
		if w.Playbook.Slug == first.Playbook {
			return w.Part(first.Step)
		}
	}
	return "the playbook"
}

// badness puts failures before refusals before answers, and those by their rows.
func badness(a asked) int {
	switch {
	case a.result != nil:
		return len(a.result.Rows)
	case a.trouble.Refused:
		return 1 << 20
	}
	return 1 << 21
}

// finding tells one answer in a few words.
func finding(a asked) blocks.Finding {
	if a.result == nil {
		return blocks.Finding{Title: a.query.Title, Says: a.trouble.Line(), Bad: true}
	}
	return blocks.Finding{Title: a.query.Title, Says: brief(*a.result), Took: a.result.Duration}
}

// mostWords is how many columns of a single row are told in an overview.
const mostWords = 4

// brief is a single value itself, a single short row as "active 7, idle 12", or
// else how many rows there are.
func brief(res diagnostics.Result) string {
	if len(res.Rows) != 1 || res.More || len(res.Columns) > mostWords {
		return res.Summary(len(res.Rows))
	}
	if len(res.Columns) == 1 {
		return res.Columns[0].Show(res.Rows[0][0])
	}
	var parts []string
	for i, c := range res.Columns {
		parts = append(parts, c.Name+" "+c.Show(res.Rows[0][i]))
	}
	return strings.Join(parts, ", ")
}

// differences compares each answer with the one before; same are the titles of
// what did not change.
func differences(list []asked, before map[string]asked) (found []blocks.Finding, same []string) {
	var troubles []blocks.Finding
	for _, a := range list {
		then, known := before[a.query.Name]
		switch {
		case a.result == nil:
			troubles = append(troubles, finding(a))
		case !known || then.result == nil:
			f := finding(a)
			f.Says = "now " + f.Says
			f.More = []string{"no answer to compare it with"}
			found = append(found, f)
		default:
			d := diagnostics.Compare(*then.result, *a.result)
			f := blocks.Finding{Title: a.query.Title, Says: d.Summary()}
			if f.Says == "unchanged" {
				same = append(same, a.query.Title)
				continue
			}
			if d.ThenRows == 1 && d.NowRows == 1 && len(d.Changed) > 1 {
				f.Says = changes(d.Changed)
			} else if more := rowChanges(d); len(d.Keys) > 0 && len(more) <= mostRows {
				f.More = more
			}
			found = append(found, f)
		}
	}
	return append(troubles, found...), same
}

// mostRows is how many differences of rows are told one by one. Where there are
// more, their number says enough in a channel, and the file has them all.
const mostRows = 3

// changes joins the changes of a single row: "connections 96 → 31, waiting 12 → 0".
func changes(list []diagnostics.Change) string {
	var parts []string
	for i, c := range list {
		if i == mostWords {
			parts = append(parts, fmt.Sprintf("%d more", len(list)-i))
			break
		}
		parts = append(parts, c.String())
	}
	return strings.Join(parts, ", ")
}

func rowChanges(d diagnostics.Diff) []string {
	var lines []string
	for _, c := range d.Changed {
		lines = append(lines, c.String())
	}
	for _, k := range d.Added {
		lines = append(lines, "new: "+k)
	}
	for _, k := range d.Gone {
		lines = append(lines, "gone: "+k)
	}
	return lines
}

// details is every row of every answer as text; nil when there is none.
func details(list []asked, before map[string]asked) []byte {
	var b bytes.Buffer
	some := false
	for _, a := range list {
		fmt.Fprintf(&b, "%s\n%s\n\n", a.query.Title, a.query.Name)
		if then := before[a.query.Name]; then.result != nil {
			some = true
			fmt.Fprintf(&b, "then, %s\n%s\nnow, %s\n", then.at.UTC().Format("2006-01-02 15:04:05 UTC"), then.result.Text(0), a.at.UTC().Format("2006-01-02 15:04:05 UTC"))
		}
		some = some || a.result != nil
		b.WriteString(a.text(0) + "\n\n")
	}
	if !some {
		return nil
	}
	return b.Bytes()
}

// text is an answer as plain text, at most rows of it; 0 means all.
func (a asked) text(rows int) string {
	if a.result == nil {
		return strings.TrimSpace(a.trouble.Line() + " " + a.trouble.Instead)
	}
	return strings.TrimRight(a.result.Text(rows), "\n")
}

// outcomeOf is what the timeline says of a run, without any value but those that changed.
func outcomeOf(fx incident.RunQueries, list []asked, before map[string]asked) (outcome, fingerprint string) {
	if !fx.Why.Batch() {
		a := list[0]
		if a.result == nil {
			return a.trouble.Line(), diagnostics.Fingerprint(a.query.SQL)
		}
		return fmt.Sprintf("%s in %s", a.result.Summary(len(a.result.Rows)), blocks.Took(a.result.Duration)), a.result.Fingerprint
	}
	failed := 0
	for _, a := range list {
		if a.result == nil {
			failed++
		}
	}
	var parts []string
	if before != nil {
		found, same := differences(list, before)
		for i, f := range found {
			if i == mostWords {
				parts = append(parts, fmt.Sprintf("%d more changed", len(found)-i))
				break
			}
			if !f.Bad {
				parts = append(parts, f.Title+" "+f.Says)
			}
		}
		if len(same) > 0 {
			parts = append(parts, fmt.Sprintf("%d unchanged", len(same)))
		}
	} else if failed < len(list) {
		parts = append(parts, fmt.Sprintf("%d answered", len(list)-failed))
	}
	if failed > 0 {
		parts = append(parts, fmt.Sprintf("%d without an answer", failed))
	}
	return strings.Join(parts, "; "), ""
}
