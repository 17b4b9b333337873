package diagnostics

import "github.com/jackc/pgx/v5/pgtype"

// kindNames are the names of the built-in types, from pgx's own table.
var kindNames = pgtype.NewMap()

// numericKinds are the types that are aligned to the right.
var numericKinds = set("int2", "int4", "int8", "float4", "float8", "numeric", "oid", "money", "xid", "xid8")

// kindName is the name of a built-in type, empty for others.
func kindName(oid uint32) string {
	if t, ok := kindNames.TypeForOID(oid); ok {
		return t.Name
	}
	return ""
}
