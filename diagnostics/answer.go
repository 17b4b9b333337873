package diagnostics

import (
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
)

// answer is what came from the server, unmasked: it never leaves this file's functions.
type answer struct {
	fields []pgconn.FieldDescription
	rows   [][]rawValue
	bytes  int
	more   bool
	cut    string
}

type rawValue struct {
	text    string
	null    bool
	missing int // characters beyond cellKept
}

// drainBytes is how much may arrive behind a cap before the connection is given
// up: behind FETCH at most 101 rows can.
const drainBytes = 8 << 20

// read keeps rows until a cap is reached and lets the rest pass by.
func (r *Runner) read(reader *pgconn.ResultReader) (answer, error) {
	var a answer
	for reader.NextRow() {
		values := reader.Values()
		for _, v := range values {
			a.bytes += len(v)
		}
		switch {
		case a.bytes > drainBytes:
			return answer{}, &Failure{Class: ClassLimits, What: "The rows are too large to be fetched.", Next: "Name the columns that you need, or cut them with left(column, 200)."}
		case a.more:
			continue
		case len(a.rows) == r.limits.rows:
			a.more, a.cut = true, "rows"
			continue
		case a.bytes > r.limits.bytes && len(a.rows) > 0:
			a.more, a.cut = true, "bytes"
			continue
		}
		row := make([]rawValue, len(values))
		for i, v := range values {
			row[i] = keep(v)
		}
		a.rows = append(a.rows, row)
	}
	a.fields = copyFields(reader.FieldDescriptions())
	_, err := reader.Close()
	return a, err
}

// copyFields copies what pgconn reuses for the next result.
func copyFields(fields []pgconn.FieldDescription) []pgconn.FieldDescription {
	return append([]pgconn.FieldDescription(nil), fields...)
}

// keep copies a value out of the connection's buffer, its beginning only when it is long.
func keep(v []byte) rawValue {
	if v == nil {
		return rawValue{null: true}
	}
	if len(v) <= cellKept {
		return rawValue{text: string(v)}
	}
	end := cellKept
	for end > 0 && !utf8.RuneStart(v[end]) {
		end--
	}
	return rawValue{text: string(v[:end]), missing: utf8.RuneCount(v[end:])}
}

// finish masks and cuts every value.
func (r *Runner) finish(a answer, columns []Column) [][]Value {
	rows := make([][]Value, len(a.rows))
	for i, raw := range a.rows {
		rows[i] = make([]Value, len(raw))
		for j, v := range raw {
			if v.null {
				rows[i][j].Null = true
				continue
			}
			text := strings.ToValidUTF8(v.text, "")
			if columns[j].Masked {
				rows[i][j].Text = r.masker.whole(text)
				continue
			}
			rows[i][j].Text = cut(r.masker.cell(text, columns[j].Numeric), r.limits.cell, v.missing)
		}
	}
	return rows
}
