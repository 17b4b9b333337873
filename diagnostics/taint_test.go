package diagnostics

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Object ids of a small database: below 16384 are the server's own.
const (
	spyOID    = 20001 // a function of the database that may do anything
	fineOID   = 20002 // one of an extension that only computes
	spied     = 20010 // a type, tables and views above it
	above     = 20011
	table     = 20020
	viewOne   = 20021
	viewTwo   = 20022
	plainView = 20023
	intOID    = 23
	textOID   = 25
)

func spy() function {
	return function{oid: spyOID, schema: "public", name: "spy", language: "plpgsql", identity: "spy(integer)"}
}

func fine() function {
	return function{oid: fineOID, schema: "public", name: "fine", extension: "pg_trgm", language: "c", identity: "fine(text)"}
}

// judged gives what the catalogue refuses of some statements, marked by what refuses it.
func judged(c catalogue, allow map[string]bool, sqls ...string) string {
	if c.path == nil {
		c.path = []string{"pg_catalog", "public"}
	}
	snap := c.judge(allow)
	var out []string
	for _, sql := range sqls {
		_, refusal := snap.judge("SELECT " + sql)
		if refusal == nil {
			out = append(out, "-")
			continue
		}
		out = append(out, string(refusal.Rule))
	}
	return strings.Join(out, " ")
}

func TestWhichFunctionsAreSafe(t *testing.T) {
	change := func(f function, how func(*function)) function { how(&f); return f }
	builtinVolatile := function{oid: 100, schema: "pg_catalog", name: "spy", volatile: true, language: "internal"}
	for _, test := range []struct {
		name  string
		f     function
		allow string
		want  string // of spy(1), spy, public.spy(1), other.spy(1)
	}{
		{"of the database", spy(), "", "function - function function"},
		{"of the database, with one argument", change(spy(), func(f *function) { f.attribute = true }), "", "function function function function"},
		{"of the database, allowed", spy(), "public.spy", "- - - -"},
		{"of the database, another is allowed", spy(), "public.other", "function - function function"},
		{"of the database, in capitals, allowed", change(spy(), func(f *function) { f.name = "SPY" }), "public.spy", "- - - -"},
		{"off the search path", change(spy(), func(f *function) { f.schema = "Other" }), "", "- - - function"},
		{"off the search path, with one argument", change(spy(), func(f *function) { f.schema, f.attribute = "other", true }), "", "- - - function"},
		{"of a listed extension", change(fine(), func(f *function) { f.name = "spy" }), "", "- - - -"},
		{"of a listed extension, in SQL", change(fine(), func(f *function) { f.name, f.language = "spy", "sql" }), "", "- - - -"},
		{"of a listed extension, internal", change(fine(), func(f *function) { f.name, f.language = "spy", "internal" }), "", "- - - -"},
		{"of a listed extension, in another language", change(fine(), func(f *function) { f.name, f.language = "spy", "plpgsql" }), "", "function - function function"},
		{"of a listed extension, with the rights of its owner", change(fine(), func(f *function) { f.name, f.definer = "spy", true }), "", "function - function function"},
		{"of a listed extension, volatile", change(fine(), func(f *function) { f.name, f.volatile = "spy", true }), "", "function - function function"},
		{"of an extension that is not listed", change(fine(), func(f *function) { f.name, f.extension = "spy", "unheard" }), "", "function - function function"},
		{"of the server, volatile", builtinVolatile, "", "function function function function"},
		{"of the server, stable", change(builtinVolatile, func(f *function) { f.volatile = false }), "", "- - - -"},
		{"of the server, with the rights of its owner", change(builtinVolatile, func(f *function) { f.volatile, f.definer = false, true }), "", "- - - -"},
		{"of the server, makes a value of a type by number", change(builtinVolatile, func(f *function) { f.volatile, f.input = false, true }), "", "function - function function"},
		{"of a listed extension, makes a value of a type by number", change(fine(), func(f *function) { f.name, f.input = "spy", true }), "", "function - function function"},
	} {
		allow := map[string]bool{}
		if test.allow != "" {
			allow[test.allow] = true
		}
		assert.Equal(t, test.want, judged(catalogue{functions: []function{test.f}}, allow, "spy(1)", "spy", "public.spy(1)", "other.spy(1)"), test.name)
	}
	assert.Equal(t, "-", judged(catalogue{functions: []function{{oid: 100, schema: "pg_catalog", name: "clock_timestamp", volatile: true}}}, nil, "clock_timestamp()"), "what it says changes, it changes nothing")
	denied := function{oid: 20003, schema: "public", name: "Dblink_x", extension: "pg_trgm", language: "c"}
	assert.Equal(t, "function", judged(catalogue{functions: []function{denied}}, nil, "dblink_x(1)"), "a name that is refused everywhere")

	refusal := func(f function) *Refusal {
		c := catalogue{functions: []function{f}, path: []string{"public", "pg_catalog"}}
		_, r := c.judge(nil).judge("SELECT spy(1)")
		return r
	}
	assert.Equal(t, "in this database the function spy(integer) bears that name, and mayday cannot see what it does.", refusal(spy()).Why)
	assert.Contains(t, refusal(spy()).Instead, "public.spy in MAYDAY_SQL_FUNCTIONS")
	assert.Contains(t, refusal(builtinVolatile).Why, "volatile")
	assert.Contains(t, refusal(change(spy(), func(f *function) { f.input = true })).Why, "given by a number")
	c := catalogue{functions: []function{spy(), fine()}}
	assert.Equal(t, []string{"a.b", "public.gone"}, c.judge(map[string]bool{"public.spy": true, "public.gone": true, "a.b": true}).missing)
}

// TestWhatCallsAnUnsafeFunction is refused by the name under which it can be reached.
func TestWhatCallsAnUnsafeFunction(t *testing.T) {
	functions := []function{spy(), fine()}
	types := []typeRow{{oid: spied, schema: "public", name: "spied"}, {oid: above, schema: "public", name: "above"}}
	calls := fmt.Sprintf("{OPEXPR :opno 7} {FUNCEXPR :funcid %d :x 1}", spyOID)
	for _, test := range []struct {
		name string
		c    catalogue
		want string // of 'x'::spied, 'x'::above, 1 +++ 2, 1 = 2, 1
	}{
		{"nothing", catalogue{types: types}, "- - - - -"},
		{"an operator", catalogue{types: types, operators: []operator{{oid: 1, schema: "public", name: "+++", code: spyOID}}}, "- - operator - -"},
		{"an operator of a harmless function", catalogue{types: types, operators: []operator{{oid: 1, schema: "public", name: "+++", code: fineOID}}}, "- - - - -"},
		{"an operator off the search path", catalogue{types: types, operators: []operator{{oid: 1, schema: "other", name: "+++", code: spyOID}}}, "- - - - -"},
		{"an operator with a twin of the server, for a type on the left", catalogue{types: types, operators: []operator{{oid: 1, schema: "public", name: "=", code: spyOID, left: spied, right: intOID, builtinTwin: true}}}, "type - - - -"},
		{"an operator with a twin of the server, for a type on the right", catalogue{types: types, operators: []operator{{oid: 1, schema: "public", name: "=", code: spyOID, left: intOID, right: spied, builtinTwin: true}}}, "type - - - -"},
		{"an operator with a twin of the server, for types of the server", catalogue{types: types, operators: []operator{{oid: 1, schema: "public", name: "=", code: spyOID, left: intOID, right: intOID, builtinTwin: true}}}, "- - - operator -"},
		{"an operator for a type of the database", catalogue{types: types, operators: []operator{{oid: 1, schema: "public", name: "+++", code: spyOID, left: spied}}}, "- - operator - -"},
		{"a cast from a type", catalogue{types: types, casts: []castRow{{source: spied, target: intOID, function: spyOID}}}, "type - - - -"},
		{"a cast to a type", catalogue{types: types, casts: []castRow{{source: intOID, target: spied, function: spyOID}}}, "type - - - -"},
		{"a cast between types of the server", catalogue{types: types, casts: []castRow{{source: intOID, target: textOID, function: spyOID}}}, "type type type type type"},
		{"a cast by a harmless function", catalogue{types: types, casts: []castRow{{source: intOID, target: textOID, function: fineOID}}}, "- - - - -"},
		{"a check", catalogue{types: types, checks: []check{{typeOID: spied, expression: calls}}}, "type - - - -"},
		{"a check by a harmless function", catalogue{types: types, checks: []check{{typeOID: spied, expression: fmt.Sprintf(":funcid %d", fineOID)}}}, "- - - - -"},
		{"an order on the left", catalogue{types: types, orders: []orderRow{{left: spied, right: intOID, function: spyOID}}}, "type - - - -"},
		{"an order on the right", catalogue{types: types, orders: []orderRow{{left: intOID, right: spied, function: spyOID}}}, "type - - - -"},
		{"an order by a harmless function", catalogue{types: types, orders: []orderRow{{left: spied, right: spied, function: fineOID}}}, "- - - - -"},
		{"a range's canonical form", catalogue{types: types, ranges: []rangeRow{{oid: spied, multi: above, subtype: intOID, canonical: spyOID}}}, "type type - - -"},
		{"a range's difference", catalogue{types: types, ranges: []rangeRow{{oid: spied, multi: above, subtype: intOID, difference: spyOID}}}, "type type - - -"},
		{"a range by a harmless function", catalogue{types: types, ranges: []rangeRow{{oid: spied, multi: above, subtype: intOID, difference: fineOID}}}, "- - - - -"},
		{"a range over a type", catalogue{types: types, checks: []check{{typeOID: spied, expression: calls}}, ranges: []rangeRow{{oid: above, multi: 1, subtype: spied}}}, "type type - - -"},
		{"a domain over a type", catalogue{types: []typeRow{types[0], {oid: above, base: spied, schema: "public", name: "above"}}, checks: []check{{typeOID: spied, expression: calls}}}, "type type - - -"},
		{"an array of a type, read first", catalogue{types: []typeRow{{oid: above, element: spied, schema: "public", name: "above"}, types[0]}, checks: []check{{typeOID: spied, expression: calls}}}, "type type - - -"},
		{"a row with a type", catalogue{types: []typeRow{types[0], {oid: above, relation: table, schema: "public", name: "above"}}, checks: []check{{typeOID: spied, expression: calls}}, fields: [][2]uint32{{table, spied}}}, "type type - - -"},
		{"a type off the search path", catalogue{types: []typeRow{{oid: spied, schema: "other", name: "spied"}}, checks: []check{{typeOID: spied, expression: calls}}}, "- - - - -"},
	} {
		test.c.functions = functions
		assert.Equal(t, test.want, judged(test.c, nil, "'x'::spied", "'x'::above", "1 +++ 2", "1 = 2", "1"), test.name)
	}
	casts := catalogue{functions: functions, casts: []castRow{{source: intOID, target: textOID, function: spyOID, sourceName: "integer", targetName: "text"}}}
	assert.Contains(t, casts.judge(nil).blocked.Why, "every value of type integer may be cast to text by the function spy(integer)")
	off := catalogue{functions: functions, path: []string{"public"}, operators: []operator{{oid: 1, schema: "Other", name: "+++", code: spyOID}}}
	assert.Equal(t, "operator", judged(off, nil, "1 OPERATOR(other.+++) 2"))
}

// TestRelationsThatReachAnUnsafeFunction are refused with all that is above them.
func TestRelationsThatReachAnUnsafeFunction(t *testing.T) {
	relations := []relation{{table, "public", "tab", "r"}, {viewOne, "public", "one", "v"}, {viewTwo, "public", "two", "v"}, {plainView, "public", "plain", "v"}}
	calls, reads := fmt.Sprintf(":funcid %d", spyOID), func(oid int) string { return fmt.Sprintf("{RTE :relid %d}", oid) }
	types := []typeRow{{oid: spied, schema: "public", name: "spied"}}
	kinds := func(kinds string) []relation {
		list := append([]relation(nil), relations...)
		for i := range list {
			list[i].kind = kinds[i : i+1]
		}
		return list
	}
	for _, test := range []struct {
		name string
		c    catalogue
		want string // of FROM tab, one, two, plain
	}{
		{"nothing", catalogue{views: []view{{viewOne, reads(table)}}}, "- - - -"},
		{"a foreign table, and views above it", catalogue{relations: kinds("fvvv"), views: []view{{viewTwo, reads(viewOne)}, {viewOne, reads(table)}, {plainView, reads(1)}}}, "foreign foreign foreign -"},
		{"a foreign table is a part of another", catalogue{relations: kinds("fvvv"), parents: [][2]uint32{{table, plainView}}}, "foreign - - foreign"},
		{"a view that calls it", catalogue{views: []view{{viewOne, calls}, {viewTwo, reads(viewOne)}}}, "- view view -"},
		{"a materialised view that called it", catalogue{relations: kinds("rmvv"), views: []view{{viewOne, calls}, {viewTwo, reads(viewOne)}}}, "- - - -"},
		{"a materialised view above a foreign table", catalogue{relations: kinds("fmvv"), views: []view{{viewOne, reads(table)}}}, "foreign - - -"},
		{"a view with an operator", catalogue{operators: []operator{{oid: 77, schema: "other", name: "+++", code: spyOID}}, views: []view{{viewOne, ":opno 77"}, {viewTwo, ":eqop 77"}, {plainView, ":opno 7"}}}, "- view view -"},
		{"a view with a type", catalogue{types: types, checks: []check{{spied, calls}}, views: []view{{viewOne, fmt.Sprintf(":resulttype %d", spied)}, {viewTwo, fmt.Sprintf(":consttype %d", spied)}}}, "- view view -"},
		{"a table with a type", catalogue{types: types, checks: []check{{spied, calls}}, fields: [][2]uint32{{table, spied}}, views: []view{{viewOne, reads(table)}}}, "type type - -"},
		{"aggregates and window functions", catalogue{views: []view{{viewOne, fmt.Sprintf(":aggfnoid %d", spyOID)}, {viewTwo, fmt.Sprintf(":winfnoid %d", spyOID)}, {plainView, fmt.Sprintf(":opfuncid %d", spyOID)}}}, "- view view view"},
	} {
		test.c.functions = []function{spy(), fine()}
		if test.c.relations == nil {
			test.c.relations = relations
		}
		assert.Equal(t, test.want, judged(test.c, nil, "* FROM tab", "* FROM one", "* FROM two", "* FROM plain"), test.name)
	}
	c := catalogue{functions: []function{spy()}, path: []string{"public"}, relations: []relation{{table, "public", "tab", "f"}, {viewOne, "other", "one", "v"}, {viewTwo, "public", "two", "v"}}, views: []view{{viewOne, reads(table)}, {viewTwo, reads(viewOne)}}}
	assert.Equal(t, "- foreign", judged(c, nil, "* FROM one", "* FROM other.one"), "off the search path")
	_, refusal := c.judge(nil).judge("SELECT * FROM two")
	assert.Equal(t, "what it reads is refused: this table lives outside the database: reading it opens another connection or runs a program.", refusal.Why, "said once")
}
