package diagnostics

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// describeSQL names the columns of the tables $1 and the types $2; for a type
// that is a row of a table, or an array of such rows, its columns too.
const describeSQL = `SELECT 'c', attrelid::text, attnum::text, attname::text FROM pg_catalog.pg_attribute
	WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 't', oid::text, '0', typname::text FROM pg_catalog.pg_type WHERE oid = ANY ($2::oid[])
UNION ALL
SELECT 'r', t.oid::text, a.attnum::text, a.attname::text FROM pg_catalog.pg_type t
	LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
	JOIN pg_catalog.pg_attribute a ON a.attrelid IN (t.typrelid, e.typrelid) AND a.attnum > 0 AND NOT a.attisdropped
	WHERE t.oid = ANY ($2::oid[])`

// names is what describeSQL answered.
type names struct {
	columns map[uint32]map[uint16]string // of tables and views
	types   map[uint32]string
	rows    map[uint32][]string // columns of row types
}

// describe names the columns of an answer and decides which are masked whole.
// The true origin comes from the row description (table OID and attribute
// number), so that an alias does not unmask.
// Where there is no origin, what the statement names decides.
func (r *Runner) describe(ctx context.Context, conn *pgconn.PgConn, snap *snapshot, stmt statement, a answer) ([]Column, error) {
	known, err := lookUp(ctx, conn, a.fields)
	if err != nil {
		return nil, err
	}
	var into flow
	if stmt.kind == KindSelect {
		into = trace(stmt.query, r.masker, snap.sensitive)
	}
	columns := make([]Column, len(a.fields))
	for i, f := range a.fields {
		kind := kindName(f.DataTypeOID)
		if kind == "" {
			kind = known.types[f.DataTypeOID]
		}
		columns[i] = Column{Name: r.masker.text(strings.ToValidUTF8(f.Name, "")), Kind: kind, Numeric: numericKinds[kind]}
		masked := r.masker.named(f.Name)
		for _, name := range trueNames(f, known, snap) {
			masked = masked || r.masker.named(name)
		}
		switch {
		case f.TableOID == 0:
			masked = masked || !harmlessKinds[kind] && into.hides(i, len(a.fields))
		case !numericKinds[kind]:
			computed := snap.mixed[f.TableOID]
			masked = masked || !harmlessKinds[kind] && (computed[int16(f.TableAttributeNumber)] || f.TableAttributeNumber == 0 && len(computed) > 0)
		}
		columns[i].Masked = masked
	}
	return columns, nil
}

// harmlessKinds are types that hold no text, and no number that could be one.
var harmlessKinds = set("bool", "date", "time", "timetz", "timestamp", "timestamptz", "interval")

// trueNames are the names behind a column: its own in its table, those below a
// view, and all of a table when it is a whole row.
func trueNames(f pgconn.FieldDescription, known names, snap *snapshot) []string {
	found := append([]string(nil), known.rows[f.DataTypeOID]...)
	if f.TableOID == 0 {
		return found
	}
	if f.TableAttributeNumber == 0 {
		for number, name := range known.columns[f.TableOID] {
			found = append(found, name)
			found = append(found, snap.origins[f.TableOID][int16(number)]...)
		}
		return found
	}
	if name, ok := known.columns[f.TableOID][f.TableAttributeNumber]; ok {
		found = append(found, name)
	}
	return append(found, snap.origins[f.TableOID][int16(f.TableAttributeNumber)]...)
}

// number32 reads an object id as the server writes it.
func number32(text []byte) uint32 {
	n, _ := strconv.ParseUint(string(text), 10, 32) // the server writes nothing else
	return uint32(n)
}

// lookUp asks the catalogue in the same transaction; it asks nothing when all
// columns are expressions of built-in types.
func lookUp(ctx context.Context, conn *pgconn.PgConn, fields []pgconn.FieldDescription) (names, error) {
	known := names{columns: map[uint32]map[uint16]string{}, types: map[uint32]string{}, rows: map[uint32][]string{}}
	var tables, types []string
	for _, f := range fields {
		if f.TableOID != 0 {
			tables = append(tables, strconv.FormatUint(uint64(f.TableOID), 10))
		}
		if kindName(f.DataTypeOID) == "" {
			types = append(types, strconv.FormatUint(uint64(f.DataTypeOID), 10))
		}
	}
	if len(tables) == 0 && len(types) == 0 {
		return known, nil
	}
	array := func(oids []string) []byte { return []byte("{" + strings.Join(oids, ",") + "}") }
	result := conn.ExecParams(ctx, describeSQL, [][]byte{array(tables), array(types)}, nil, nil, nil).Read()
	if result.Err != nil {
		return known, result.Err
	}
	for _, row := range result.Rows {
		number, _ := strconv.ParseUint(string(row[2]), 10, 16)
		oid, name := number32(row[1]), string(row[3])
		switch string(row[0]) {
		case "c":
			if known.columns[oid] == nil {
				known.columns[oid] = map[uint16]string{}
			}
			known.columns[oid][uint16(number)] = name
		case "t":
			known.types[oid] = name
		case "r":
			known.rows[oid] = append(known.rows[oid], name)
		}
	}
	return known, nil
}
