// Package diagnostics runs one read-only statement on the database that is
// being diagnosed, proven harmless, bounded, masked and audited.
//
// The rule of the room: every statement passes every layer. Bytes, words
// (against a snapshot of that database's own catalogue), shape (by the server's
// own grammar, through a cursor), a least-privilege role, a READ ONLY
// transaction on a fresh connection that is always rolled back and closed.
// A statement's text travels by the extended protocol only, never by
// (*pgx.Conn).Exec. Nothing of a result is logged, and nothing unmasked leaves.
package diagnostics
