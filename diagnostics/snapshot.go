package diagnostics

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/lazyregexp"
)

// snapshotAge is how long a snapshot of the catalogue is trusted.
const snapshotAge = 10 * time.Minute

// firstUserOID is the first object id that a database gives to objects of its
// own; smaller ones come with the server (Postgres: FirstNormalObjectId).
const firstUserOID = 16384

// snapshot is what one database's catalogue says about names.
type snapshot struct {
	words *lexicon
	// blocked refuses every statement; nil in a sane database.
	blocked *Refusal
	// origins gives the true names of a view's columns: the name in the view
	// and the names that it had in the tables and views below.
	origins map[uint32]map[int16][]string
	// sensitive are the names of relations that have a column with a masked name or value.
	sensitive map[string]bool
	// mixed are the columns of views that are computed, in views that read a masked column.
	mixed map[uint32]map[int16]bool
	// settings are the views that read the server's settings.
	settings settingViews
	// missing are allowed functions that the database does not have.
	missing []string
	// mark changes when functions, views, operators, casts, foreign tables or
	// constraints are added.
	mark string
	at   time.Time
}

// markSQL is a cheap sign of change: the newest object of each catalogue that
// the guard reads, and the search path. Each part is one look into an index.
const markSQL = `pg_catalog.concat_ws('.', pg_catalog.current_schemas(true)::text,
	(SELECT oid FROM pg_catalog.pg_proc ORDER BY oid DESC LIMIT 1),
	(SELECT oid FROM pg_catalog.pg_rewrite ORDER BY oid DESC LIMIT 1),
	(SELECT oid FROM pg_catalog.pg_operator ORDER BY oid DESC LIMIT 1),
	(SELECT oid FROM pg_catalog.pg_cast ORDER BY oid DESC LIMIT 1),
	(SELECT oid FROM pg_catalog.pg_constraint ORDER BY oid DESC LIMIT 1),
	(SELECT ftrelid FROM pg_catalog.pg_foreign_table ORDER BY ftrelid DESC LIMIT 1))`

// catalogue is the raw material of a snapshot.
type catalogue struct {
	functions []function
	views     []view
	relations []relation
	parents   [][2]uint32 // child, parent
	types     []typeRow
	checks    []check
	operators []operator
	casts     []castRow
	ranges    []rangeRow
	orders    []orderRow
	columns   []columnName
	fields    [][2]uint32 // relation, user type of one of its columns
	uses      []use
	settings  uint32   // pg_settings
	path      []string // the schemas of the search path, in order
	mark      string
}

type function struct {
	oid                     uint32
	schema, name, extension string
	volatile, definer       bool
	// input: it takes a cstring, so it makes values of a type that is given by number.
	input bool
	// attribute: it can be called with one argument, so x.name calls it, too.
	attribute          bool
	language, identity string
}

type view struct {
	oid    uint32
	action string
}

type relation struct {
	oid          uint32
	schema, name string
	kind         string // pg_class.relkind
}

type typeRow struct {
	oid, base, element, relation uint32
	schema, name                 string
}

type check struct {
	typeOID    uint32
	expression string
}

type operator struct {
	oid, left, right, code uint32
	schema, name           string
	builtinTwin            bool
}

type castRow struct {
	source, target, function uint32
	sourceName, targetName   string
}

type rangeRow struct {
	oid, multi, subtype, canonical, difference uint32
}

// orderRow is a function by which an index method compares two types.
type orderRow struct {
	left, right, function uint32
}

// use is a column that a view reads; all columns when the number is 0.
type use struct {
	view, relation uint32
	column         int16
}

type columnName struct {
	relation uint32
	number   int16
	name     string
}

// loadSnapshot reads the catalogue by conn, which must be a connection of its own.
func loadSnapshot(ctx context.Context, conn *pgx.Conn, allow map[string]bool, mask *masker, now time.Time) (*snapshot, error) {
	c, err := loadCatalogue(ctx, conn)
	if err != nil {
		return nil, err
	}
	s := c.judge(allow)
	from := c.sources()
	s.origins = c.origins(from)
	s.sensitive, s.mixed = c.sensitive(mask, from, s.origins)
	s.settings = c.settingViews(from)
	s.at = now
	return s, nil
}

// loadCatalogue sends its queries in one batch: one round trip to a far database.
func loadCatalogue(ctx context.Context, conn *pgx.Conn) (catalogue, error) {
	var c catalogue
	batch := &pgx.Batch{}
	batch.Queue("SELECT current_schemas(true)::text[], 'pg_catalog.pg_settings'::pg_catalog.regclass::oid, " + markSQL).QueryRow(func(row pgx.Row) error { return row.Scan(&c.path, &c.settings, &c.mark) })
	batch.Queue(functionsSQL, candidates()).Query(func(rows pgx.Rows) error {
		return each(rows, &c.functions, func(f *function) []any {
			return []any{&f.oid, &f.schema, &f.name, &f.extension, &f.volatile, &f.definer, &f.language, &f.identity, &f.input, &f.attribute}
		})
	})
	batch.Queue(`SELECT ev_class, ev_action::text FROM pg_catalog.pg_rewrite WHERE ev_type = '1' AND ev_class >= 16384`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.views, func(v *view) []any { return []any{&v.oid, &v.action} })
	})
	batch.Queue(`SELECT oid, (SELECT nspname::text FROM pg_catalog.pg_namespace n WHERE n.oid = relnamespace), relname::text, relkind::text FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN ('r','p','v','m','f')`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.relations, func(r *relation) []any { return []any{&r.oid, &r.schema, &r.name, &r.kind} })
	})
	batch.Queue(`SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.parents, func(p *[2]uint32) []any { return []any{&p[0], &p[1]} })
	})
	queueTypes(batch, &c)
	return c, conn.SendBatch(ctx, batch).Close()
}

// queueTypes asks for types and for all that is bound to them.
func queueTypes(batch *pgx.Batch, c *catalogue) {
	batch.Queue(`SELECT oid, typbasetype, typelem, typrelid, (SELECT nspname::text FROM pg_catalog.pg_namespace n WHERE n.oid = typnamespace), typname::text FROM pg_catalog.pg_type WHERE oid >= 16384`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.types, func(t *typeRow) []any {
			return []any{&t.oid, &t.base, &t.element, &t.relation, &t.schema, &t.name}
		})
	})
	batch.Queue(`SELECT contypid, conbin::text FROM pg_catalog.pg_constraint WHERE contypid >= 16384 AND conbin IS NOT NULL`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.checks, func(k *check) []any { return []any{&k.typeOID, &k.expression} })
	})
	batch.Queue(`SELECT o.oid, oprleft, oprright, oprcode::oid, (SELECT nspname::text FROM pg_catalog.pg_namespace n WHERE n.oid = oprnamespace), oprname::text,
		EXISTS (SELECT FROM pg_catalog.pg_operator b WHERE b.oprname = o.oprname AND b.oid < 16384)
		FROM pg_catalog.pg_operator o WHERE o.oid >= 16384`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.operators, func(o *operator) []any {
			return []any{&o.oid, &o.left, &o.right, &o.code, &o.schema, &o.name, &o.builtinTwin}
		})
	})
	batch.Queue(`SELECT castsource, casttarget, castfunc, castsource::regtype::text, casttarget::regtype::text
		FROM pg_catalog.pg_cast WHERE oid >= 16384 AND castfunc <> 0`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.casts, func(k *castRow) []any {
			return []any{&k.source, &k.target, &k.function, &k.sourceName, &k.targetName}
		})
	})
	batch.Queue(`SELECT rngtypid, rngmultitypid, rngsubtype, rngcanonical::oid, rngsubdiff::oid FROM pg_catalog.pg_range WHERE rngtypid >= 16384`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.ranges, func(r *rangeRow) []any {
			return []any{&r.oid, &r.multi, &r.subtype, &r.canonical, &r.difference}
		})
	})
	batch.Queue(`SELECT amproclefttype, amprocrighttype, amproc::oid FROM pg_catalog.pg_amproc WHERE amproc::oid >= 16384`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.orders, func(o *orderRow) []any { return []any{&o.left, &o.right, &o.function} })
	})
	batch.Queue(`SELECT attrelid, atttypid FROM pg_catalog.pg_attribute WHERE atttypid >= 16384 AND attnum > 0 AND NOT attisdropped AND attrelid >= 16384`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.fields, func(f *[2]uint32) []any { return []any{&f[0], &f[1]} })
	})
	batch.Queue(`SELECT attrelid, attnum, attname::text FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class k ON k.oid = attrelid
		WHERE attrelid >= 16384 AND attnum > 0 AND NOT attisdropped AND k.relkind IN ('r','p','v','m','f')`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.columns, func(n *columnName) []any { return []any{&n.relation, &n.number, &n.name} })
	})
	batch.Queue(`SELECT r.ev_class, d.refobjid, d.refobjsubid::int2 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
		WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND r.ev_type = '1' AND r.ev_class >= 16384`).Query(func(rows pgx.Rows) error {
		return each(rows, &c.uses, func(u *use) []any { return []any{&u.view, &u.relation, &u.column} })
	})
}

// each scans all rows into list.
func each[T any](rows pgx.Rows, list *[]T, fields func(*T) []any) error {
	for rows.Next() {
		var item T
		if err := rows.Scan(fields(&item)...); err != nil {
			return err
		}
		*list = append(*list, item)
	}
	return rows.Err()
}

// functionsSQL reads what can be unsafe: volatile built-in functions, those that
// take a cstring (2275) or an array of them (1263), and all that did not come with the server. Trigger functions are left out, because
// the server refuses to call them, and procedures, which only CALL reaches.
const functionsSQL = `SELECT p.oid, n.nspname::text, p.proname::text, coalesce(e.extname::text, ''), p.provolatile = 'v', p.prosecdef, l.lanname::text,
		p.oid::regprocedure::text, p.proargtypes::oid[] && '{2275,1263}',
		p.pronargs >= 1 AND p.pronargs - p.pronargdefaults <= 1
	FROM pg_catalog.pg_proc p
	JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
	JOIN pg_catalog.pg_language l ON l.oid = p.prolang
	LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
	WHERE (p.oid >= 16384 OR p.provolatile = 'v' OR p.proname ~ $1 OR p.proargtypes::oid[] && '{2275,1263}')
	AND p.prorettype NOT IN (2279, 3838) AND p.prokind <> 'p'`

// candidates matches the denied names, which a server may mark as not volatile.
func candidates() string {
	var names []string
	for _, group := range denied {
		for _, name := range group.names {
			if prefix, ok := strings.CutSuffix(name, "*"); ok {
				names = append(names, prefix)
				continue
			}
			names = append(names, name+"$")
		}
	}
	return "^(" + strings.Join(names, "|") + ")"
}

var (
	calledFunctions = lazyregexp.New(`:(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)`)
	readRelations   = lazyregexp.New(`:relid (\d+)`)
	usedTypes       = lazyregexp.New(`:(?:resulttype|consttype|funcresulttype) (\d+)`)
	usedOperators   = lazyregexp.New(`:(?:opno|eqop|sortop) (\d+)`)
	targetEntries   = lazyregexp.New(`:resno (\d+) :resname (\S+) :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+)`)
)

// numbers gives the object ids that pattern finds in a stored expression tree.
func numbers(pattern *lazyregexp.Regexp, tree string) []uint32 {
	var oids []uint32
	for _, m := range pattern.FindAllStringSubmatch(tree, -1) {
		if n, err := strconv.ParseUint(m[1], 10, 32); err == nil {
			oids = append(oids, uint32(n))
		}
	}
	return oids
}
