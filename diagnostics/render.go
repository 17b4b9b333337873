package diagnostics

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Text renders a result for a terminal: an aligned table of at most maxRows rows
// (0 means all) and a line that says how much there is. Columns of numbers are
// aligned to the right; line ends inside a value are shown as ⏎, and control
// characters are dropped, so that no value can move the cursor.
func (r Result) Text(maxRows int) string {
	shown := len(r.Rows)
	if maxRows > 0 {
		shown = min(shown, maxRows)
	}
	foot := fmt.Sprintf("%s, %s", r.Summary(shown), showDuration(r.Duration))
	if r.Replica {
		foot += ", from a replica"
	}
	if shown == 0 {
		return foot + "\n"
	}
	cells := make([][]string, 0, shown+1)
	head := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		head[i] = oneLine(c.Name)
	}
	cells = append(cells, head)
	for _, row := range r.Rows[:shown] {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = oneLine(r.Columns[i].Show(v))
		}
		cells = append(cells, line)
	}
	return r.align(cells) + foot + "\n"
}

// align pads the cells, of which the first row is the head.
func (r Result) align(cells [][]string) string {
	widths := make([]int, len(r.Columns))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for n, line := range cells {
		parts := make([]string, len(line))
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if r.Columns[i].Numeric {
				parts[i] = pad + cell
			} else {
				parts[i] = cell + pad
			}
		}
		b.WriteString(strings.TrimRight(strings.Join(parts, "  "), " ") + "\n")
		if n == 0 {
			rules := make([]string, len(widths))
			for i, w := range widths {
				rules[i] = strings.Repeat("-", w)
			}
			b.WriteString(strings.Join(rules, "  ") + "\n")
		}
	}
	return b.String()
}

func oneLine(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n':
			return '⏎'
		case c == '\t':
			return ' '
		case c < ' ', c >= 0x7f && c < 0xa0, c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069:
			return -1
		}
		return c
	}, text)
}

// CSV writes all fetched rows, masked as they are, with a head. NULL is an empty
// field. A text that a spreadsheet would read as a formula gets an apostrophe.
func (r Result) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		head[i] = inert(c.Name)
	}
	if err := out.Write(head); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	for _, row := range r.Rows {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = v.Text
			if !r.Columns[i].Numeric {
				line[i] = inert(v.Text)
			}
		}
		if err := out.Write(line); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// inert keeps a spreadsheet from computing a text (OWASP: CSV injection).
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
