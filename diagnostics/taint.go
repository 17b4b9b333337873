package diagnostics

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// taint spreads from unsafe functions to everything through which a harmless
// looking statement would call them.
type taint struct {
	c         *catalogue
	allow     map[string]bool
	words     *lexicon
	functions map[uint32]string // unsafe, by object id, with their signature
	operators map[uint32]bool
	types     map[uint32]string // tainted, with the reason
	relations map[uint32]denial
	blocked   *Refusal
}

// judge turns the catalogue into a snapshot.
func (c *catalogue) judge(allow map[string]bool) *snapshot {
	t := &taint{c: c, allow: allow, words: newLexicon(), functions: map[uint32]string{}, operators: map[uint32]bool{},
		types: map[uint32]string{}, relations: map[uint32]denial{}}
	t.judgeFunctions()
	t.judgeOperators()
	t.judgeCasts()
	t.judgeTypes()
	t.judgeRelations()
	return &snapshot{words: t.words, blocked: t.blocked, missing: t.missing(), mark: c.mark}
}

// missing gives the allowed functions that are not there, in order.
func (t *taint) missing() []string {
	left := maps.Clone(t.allow)
	for _, f := range t.c.functions {
		delete(left, strings.ToLower(f.schema+"."+f.name))
	}
	return slices.Sorted(maps.Keys(left))
}

// offPath gives the schema that must be written to reach an object in it, none
// when the search path leads there.
func (t *taint) offPath(schema string) []string {
	for _, onPath := range t.c.path {
		if schema == onPath {
			return nil
		}
	}
	return []string{strings.ToLower(schema)}
}

// safe says whether a function only computes or reports, as far as its own row tells.
func (t *taint) safe(f function) bool {
	if t.allow[strings.ToLower(f.schema+"."+f.name)] {
		return true
	}
	if f.input {
		return false
	}
	if f.oid >= firstUserOID {
		if !listedExtensions[f.extension] || f.definer {
			return false
		}
		if f.language != "c" && f.language != "sql" && f.language != "internal" {
			return false
		}
	}
	return (!f.volatile || reporters[f.name]) && !t.isDenied(f.name)
}

func (t *taint) isDenied(name string) bool {
	_, found := builtin.find(strings.ToLower(name))
	return found
}

// judgeFunctions refuses a name when any function of that name is unsafe: the
// server chooses among them by argument types, which the guard does not know.
func (t *taint) judgeFunctions() {
	for _, f := range t.c.functions {
		if t.safe(f) {
			continue
		}
		t.functions[f.oid] = f.identity
		d := denyVolatile
		switch {
		case f.input:
			d = denyInput
		case f.oid >= firstUserOID:
			d = denyForeign
			d.why = fmt.Sprintf("in this database the function %s bears that name, and mayday cannot see what it does.", f.identity)
			d.instead = fmt.Sprintf("If it only reads, whoever runs mayday can list %s.%s in MAYDAY_SQL_FUNCTIONS.", f.schema, f.name)
		}
		d.schemas = t.offPath(f.schema)
		if f.oid >= firstUserOID && (len(d.schemas) > 0 || !f.attribute) {
			d.call = true
		}
		t.words.add(f.name, d)
	}
}

func (t *taint) judgeOperators() {
	for _, o := range t.c.operators {
		identity, unsafe := t.functions[o.code]
		if !unsafe {
			continue
		}
		t.operators[o.oid] = true
		why := fmt.Sprintf("this operator calls the function %s.", identity)
		user := o.left >= firstUserOID || o.right >= firstUserOID
		if o.builtinTwin && user {
			// Refusing "=" would refuse everything; only operands of that type reach it.
			for _, oid := range []uint32{o.left, o.right} {
				if oid >= firstUserOID {
					t.types[oid] = fmt.Sprintf("its operator %s calls the function %s.", o.name, identity)
				}
			}
			continue
		}
		t.words.addPiece(strings.ToLower(o.name), denial{rule: RuleOperator, why: why, instead: "Compare with a built-in operator.", schemas: t.offPath(o.schema)})
	}
}

// judgeCasts taints types that are cast by an unsafe function. A cast between
// two built-in types can happen without any name in the text, so nothing can be
// run at all until the owner allows or drops it.
func (t *taint) judgeCasts() {
	for _, k := range t.c.casts {
		identity, unsafe := t.functions[k.function]
		if !unsafe {
			continue
		}
		why := fmt.Sprintf("its cast from %s to %s calls the function %s.", k.sourceName, k.targetName, identity)
		switch {
		case k.source >= firstUserOID:
			t.types[k.source] = why
		case k.target >= firstUserOID:
			t.types[k.target] = why
		default:
			t.blocked = &Refusal{Rule: RuleType, Why: fmt.Sprintf("in this database every value of type %s may be cast to %s by the function %s, which mayday cannot judge.", k.sourceName, k.targetName, identity),
				Instead: "Whoever runs mayday can allow that function, or the cast can be dropped."}
		}
	}
}

// judgeTypes spreads taint from domain checks to the domain, and from a type to
// its arrays, the domains over it and the composites that hold it.
func (t *taint) judgeTypes() {
	for _, k := range t.c.checks {
		if identity, ok := t.callsUnsafe(k.expression); ok {
			t.types[k.typeOID] = "its check calls " + identity + "."
		}
	}
	for _, o := range t.c.orders {
		identity, unsafe := t.functions[o.function]
		for _, oid := range []uint32{o.left, o.right} {
			if unsafe && oid >= firstUserOID {
				t.types[oid] = "its order is defined by " + identity + "."
			}
		}
	}
	holds := map[uint32][]uint32{} // type or relation to the types inside
	for _, r := range t.c.ranges {
		for _, function := range []uint32{r.canonical, r.difference} {
			if identity, unsafe := t.functions[function]; unsafe {
				t.types[r.oid] = "its bounds are computed by " + identity + "."
			}
		}
		holds[r.oid] = append(holds[r.oid], r.subtype)
		holds[r.multi] = append(holds[r.multi], r.oid)
	}
	for _, f := range t.c.fields {
		holds[f[0]] = append(holds[f[0]], f[1])
	}
	for changed := true; changed; {
		changed = false
		for _, row := range t.c.types {
			if _, done := t.types[row.oid]; done {
				continue
			}
			for _, part := range t.parts(row, holds) {
				if why, tainted := t.types[part]; part != 0 && tainted {
					t.types[row.oid] = why
					changed = true
					break
				}
			}
		}
	}
	for _, row := range t.c.types {
		if why, tainted := t.types[row.oid]; tainted {
			t.words.add(row.name, denial{rule: RuleType, why: "this type is not harmless: " + why, instead: "Cast to text instead.", schemas: t.offPath(row.schema)})
		}
	}
}

// parts are the types of which a type is made.
func (t *taint) parts(row typeRow, holds map[uint32][]uint32) []uint32 {
	parts := append([]uint32{row.base, row.element}, holds[row.oid]...)
	return append(parts, holds[row.relation]...)
}

// callsUnsafe looks for an unsafe function, operator or tainted type in a
// stored expression.
func (t *taint) callsUnsafe(tree string) (string, bool) {
	for _, oid := range numbers(calledFunctions, tree) {
		if identity, unsafe := t.functions[oid]; unsafe {
			return identity, true
		}
	}
	for _, oid := range numbers(usedOperators, tree) {
		if t.operators[oid] {
			return "an operator that is not harmless", true
		}
	}
	for _, oid := range numbers(usedTypes, tree) {
		if why, tainted := t.types[oid]; tainted {
			return "a type that is not harmless: " + strings.TrimSuffix(why, "."), true
		}
	}
	return "", false
}

// judgeRelations refuses foreign tables, views that reach something unsafe, and
// everything above them.
func (t *taint) judgeRelations() {
	for _, r := range t.c.relations {
		if r.kind == "f" {
			t.relations[r.oid] = denial{rule: RuleForeign, why: "this table lives outside the database: reading it opens another connection or runs a program.", instead: "Ask the other database itself."}
		}
	}
	kinds := make(map[uint32]string, len(t.c.relations))
	for _, r := range t.c.relations {
		kinds[r.oid] = r.kind
	}
	for _, f := range t.c.fields {
		if why, tainted := t.types[f[1]]; tainted {
			t.relations[f[0]] = denial{rule: RuleType, why: "one of its columns has a type that is not harmless: " + why, instead: "Ask for a view without that column."}
		}
	}
	for _, v := range t.c.views {
		if identity, unsafe := t.callsUnsafe(v.action); unsafe && kinds[v.oid] == "v" {
			t.relations[v.oid] = denial{rule: RuleView, why: "this view calls " + identity + ".", instead: "Query the tables below it."}
		}
	}
	t.spread(kinds)
	for _, r := range t.c.relations {
		if d, found := t.relations[r.oid]; found {
			d.schemas = t.offPath(r.schema)
			t.words.add(r.name, d)
		}
	}
}

// spread carries a denial from a relation to the views over it and the parents
// of it, until nothing changes.
func (t *taint) spread(kinds map[uint32]string) {
	below := map[uint32][]uint32{}
	for _, v := range t.c.views {
		if kinds[v.oid] == "v" {
			below[v.oid] = numbers(readRelations, v.action)
		}
	}
	for _, p := range t.c.parents {
		below[p[1]] = append(below[p[1]], p[0])
	}
	for changed := true; changed; {
		changed = false
		for above, parts := range below {
			if _, done := t.relations[above]; done {
				continue
			}
			for _, part := range parts {
				if d, found := t.relations[part]; found {
					d.why = "what it reads is refused: " + strings.TrimPrefix(d.why, "what it reads is refused: ")
					t.relations[above] = d
					changed = true
					break
				}
			}
		}
	}
}
