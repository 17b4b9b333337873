package outline

import (
	"fmt"
	"strings"
)

// dump writes the tree as lines of text that a test can compare.
func dump(d *Document) string {
	w := dumper{}
	w.section(d.Root, 0)
	return w.String()
}

// shape is the dump without lines and levels of headings.
func shape(d *Document) string {
	w := dumper{bare: true}
	w.section(d.Root, 0)
	return w.String()
}

type dumper struct {
	strings.Builder
	bare bool
}

func (w *dumper) put(depth int, format string, args ...any) {
	w.WriteString(strings.Repeat("  ", depth))
	w.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " "))
	w.WriteByte('\n')
}

func (w *dumper) span(from, to int) string {
	if w.bare {
		return ""
	}
	return fmt.Sprintf("%d-%d ", from, to)
}

func (w *dumper) section(s *Section, depth int) {
	if s.Level > 0 {
		level := fmt.Sprint(s.Level)
		if w.bare && s.Level < LabelLevel {
			level = ""
		}
		w.put(depth, "h%s %s%q%s", level, w.span(s.Line, s.End), s.Title, told(s.Told))
	}
	w.blocks(s.Blocks, depth+1)
	for _, sub := range s.Subs {
		w.section(sub, depth+1)
	}
}

func told(all []Directive) string {
	s := ""
	for _, t := range all {
		s += fmt.Sprintf(" <%s=%s>", t.Name, t.Value)
	}
	return s
}

func (w *dumper) lines(ls []Line) string {
	var out []string
	for _, l := range ls {
		s := ""
		switch {
		case w.bare:
		case l.End != l.No:
			s = fmt.Sprintf("%d-%d ", l.No, l.End)
		default:
			s = fmt.Sprintf("%d ", l.No)
		}
		if l.Label != "" {
			s += fmt.Sprintf("[%s] ", l.Label)
		}
		s += fmt.Sprintf("%q", l.Text)
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

func (w *dumper) blocks(blocks []*Block, depth int) {
	for _, x := range blocks {
		at, said := w.span(x.Line, x.End), told(x.Told)
		switch x.Kind {
		case Paragraph:
			w.put(depth, "p %s%s%s", at, w.lines(x.Lines), said)
		case List:
			w.put(depth, "%s %s%s", map[bool]string{true: "ol", false: "ul"}[x.Ordered], at, said)
			for _, it := range x.Items {
				w.put(depth+1, "%s %s%s%s", itemMark(it), w.span(it.Line, it.End), w.lines(it.Lines), told(it.Told))
				w.blocks(it.Blocks, depth+2)
			}
		case Code:
			first := fmt.Sprint(x.Code.Line, " ")
			if w.bare {
				first = ""
			}
			w.put(depth, "code %s%q %s%q%s", at, x.Code.Lang, first, x.Code.Text, said)
		case Table:
			w.put(depth, "table %s%q%s", at, x.Table.Head, said)
			for _, r := range x.Table.Rows {
				var cells []string
				for _, c := range r.Cells {
					cells = append(cells, c.Text)
				}
				w.put(depth+1, "row %s%q", w.span(r.Line, r.End), cells)
			}
		case Markup:
			w.put(depth, "markup %s%s", at, said)
		default:
			w.put(depth, "note %s%s %q%s", at, x.Tone, x.Title, said)
			w.blocks(x.Blocks, depth+1)
		}
	}
}

func itemMark(it *Item) string {
	mark := "-"
	if it.Number > 0 {
		mark = fmt.Sprint(it.Number, ".")
	}
	switch {
	case it.Done:
		mark += "[x]"
	case it.Task:
		mark += "[ ]"
	}
	return mark
}
