package outline

import (
	"fmt"
	"strings"
)

// dump writes the tree as lines of text that a test can compare.
func dump(d *Document) string {
	var b strings.Builder
	dumpSection(&b, d.Root, 0)
	return b.String()
}

func pad(n int) string { return strings.Repeat("  ", n) }

func dumpSection(b *strings.Builder, s *Section, depth int) {
	if s.Level > 0 {
		fmt.Fprintf(b, "%sh%d %d-%d %q%s\n", pad(depth), s.Level, s.Line, s.End, s.Title, dumpTold(s.Told))
	}
	dumpBlocks(b, s.Blocks, depth+1)
	for _, sub := range s.Subs {
		dumpSection(b, sub, depth+1)
	}
}

func dumpTold(told []Directive) string {
	s := ""
	for _, t := range told {
		s += fmt.Sprintf(" <%s=%s>", t.Name, t.Value)
	}
	return s
}

func dumpLines(ls []Line) string {
	var out []string
	for _, l := range ls {
		s := fmt.Sprintf("%d", l.No)
		if l.End != l.No {
			s += fmt.Sprintf("-%d", l.End)
		}
		if l.Label != "" {
			s += fmt.Sprintf(" [%s]", l.Label)
		}
		s += fmt.Sprintf(" %q", l.Text)
		if l.Strong {
			s += "!"
		}
		for _, k := range l.Links {
			s += " (" + k.Name + " " + k.URL + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, " / ")
}

func dumpBlocks(b *strings.Builder, blocks []*Block, depth int) {
	for _, x := range blocks {
		fmt.Fprintf(b, "%s", pad(depth))
		switch x.Kind {
		case Paragraph:
			fmt.Fprintf(b, "p %d-%d %s%s\n", x.Line, x.End, dumpLines(x.Lines), dumpTold(x.Told))
		case List:
			kind := "ul"
			if x.Ordered {
				kind = "ol"
			}
			fmt.Fprintf(b, "%s %d-%d%s\n", kind, x.Line, x.End, dumpTold(x.Told))
			for _, it := range x.Items {
				mark := "-"
				if it.Number > 0 {
					mark = fmt.Sprint(it.Number, ".")
				}
				if it.Task {
					mark += "[ ]"
				}
				fmt.Fprintf(b, "%s%s %d-%d %s%s\n", pad(depth+1), mark, it.Line, it.End, dumpLines(it.Lines), dumpTold(it.Told))
				dumpBlocks(b, it.Blocks, depth+2)
			}
		case Code:
			fmt.Fprintf(b, "code %d-%d %q %d %q%s\n", x.Line, x.End, x.Code.Lang, x.Code.Line, x.Code.Text, dumpTold(x.Told))
		case Table:
			fmt.Fprintf(b, "table %d-%d %q%s\n", x.Line, x.End, x.Table.Head, dumpTold(x.Told))
			for _, r := range x.Table.Rows {
				var cells []string
				for _, c := range r.Cells {
					cells = append(cells, c.Text)
				}
				fmt.Fprintf(b, "%srow %d %q\n", pad(depth+1), r.Line, cells)
			}
		case Markup:
			fmt.Fprintf(b, "markup %d-%d\n", x.Line, x.End)
		default:
			fmt.Fprintf(b, "note %d-%d %s %q%s\n", x.Line, x.End, x.Tone, x.Title, dumpTold(x.Told))
			dumpBlocks(b, x.Blocks, depth+1)
		}
	}
}
