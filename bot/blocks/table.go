package blocks

import (
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Grid is a table to show, of a query or of the runbook.
type Grid struct {
	Title string
	// Columns by position; every row has a cell for each.
	Columns []GridColumn
	// Rows of cells as they are to be read. A cell that is not there is shown as
	// empty; write Null for a NULL.
	Rows [][]string
	// Note is small print below the table: how long it took, what was left out.
	Note string
}

// GridColumn is the head of a column. Numeric columns are aligned to the right.
type GridColumn struct {
	Name    string
	Numeric bool
}

// Null is how a NULL of a database is written in a Grid, and shown.
const Null = "NULL"

// empty stands for a cell without text (Slack: a cell has at least one character).
const empty = "(empty)"

// Table shows a grid as a title, Slack's table block (at most 20 rows and 8
// columns; there may be one in a message) and small print that says what was
// left out. Cells are raw text, in which nothing is a mention. All texts of the
// grid are plain and are escaped here.
func Table(g Grid) []slack.Block {
	var blocks []slack.Block
	if t := line(g.Title, 200); t != "" {
		blocks = append(blocks, section(strong(t)))
	}
	rows, columns := min(len(g.Rows), maxRows), min(len(g.Columns), maxColumns)
	if rows > 0 && columns > 0 {
		blocks = append(blocks, tableBlock(g, rows, columns))
	}
	if s := small(shown(g, rows, columns), line(g.Note, maxNote)); s != nil {
		blocks = append(blocks, s)
	}
	return blocks
}

// shown says what of the grid was left out, or that there is nothing in it.
func shown(g Grid, rows, columns int) string {
	switch {
	case len(g.Rows) == 0:
		return "No rows"
	case rows < len(g.Rows) && columns < len(g.Columns):
		return fmt.Sprintf("%d of %d rows and %d of %d columns shown", rows, len(g.Rows), columns, len(g.Columns))
	case rows < len(g.Rows):
		return fmt.Sprintf("%d of %d rows shown", rows, len(g.Rows))
	case columns < len(g.Columns):
		return fmt.Sprintf("%d of %d columns shown", columns, len(g.Columns))
	}
	return ""
}

// tableBlock writes the cells, each cut so far that all together fit.
func tableBlock(g Grid, rows, columns int) slack.Block {
	for limit := maxCell; ; limit /= 2 {
		table, bytes := slack.NewTableBlock(""), 0
		cell := func(s string) slack.TableCell {
			if s = incident.Line(s, max(limit, 2)); s == "" {
				s = empty
			}
			bytes += encoded(s)
			return slack.NewTableRawTextCell(s)
		}
		head := make([]slack.TableCell, columns)
		settings := make([]slack.ColumnSetting, columns)
		for i, c := range g.Columns[:columns] {
			head[i] = cell(c.Name)
			settings[i] = slack.ColumnSetting{Align: slack.ColumnAlignmentLeft, IsWrapped: true}
			if c.Numeric {
				settings[i].Align = slack.ColumnAlignmentRight
			}
		}
		table.AddRow(head...)
		for _, r := range g.Rows[:rows] {
			cells := make([]slack.TableCell, columns)
			for i := range cells {
				cells[i] = cell(at(r, i))
			}
			table.AddRow(cells...)
		}
		if bytes <= maxTableSize || limit <= 2 {
			return table.WithColumnSettings(settings...)
		}
	}
}

func at(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	return cells[i]
}

// encoded is how many bytes a text takes in JSON.
func encoded(s string) int {
	raw, err := json.Marshal(s)
	if err != nil {
		return maxTableSize
	}
	return len(raw)
}
