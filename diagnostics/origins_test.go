package diagnostics

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// entry is one output of a view as PostgreSQL stores it: a column of a table, or of nothing when table is 0.
func entry(number int, table uint32, column int16) string {
	return fmt.Sprintf("{TARGETENTRY :resno %d :resname a :ressortgroupref 0 :resorigtbl %d :resorigcol %d :resjunk false}", number, table, column)
}

// shopCatalogue has a table with id and token, a view that gives both other names, one above it, one that computes
// from the token, one that reads whole rows, and one that reads nothing of all that.
func shopCatalogue() *catalogue {
	const customers, named, again, computed, whole, other = 1, 2, 3, 4, 5, 6
	column := func(relation uint32, number int16, name string) columnName { return columnName{relation, number, name} }
	return &catalogue{
		relations: []relation{{customers, "public", "Customers", "r"}, {named, "public", "named", "v"}, {again, "public", "again", "v"}, {computed, "public", "computed", "v"}, {whole, "public", "whole", "v"}, {other, "public", "other", "v"}},
		columns: []columnName{column(customers, 1, "id"), column(customers, 2, "token"), column(named, 1, "number"), column(named, 2, "x"), column(again, 1, "n"), column(again, 2, "y"),
			column(computed, 1, "n"), column(computed, 2, "z"), column(whole, 1, "doc"), column(other, 1, "n"), column(other, 2, "made")},
		views: []view{
			{again, entry(1, named, 1) + entry(2, named, 2)}, {named, entry(1, customers, 1) + entry(2, customers, 2)}, {computed, entry(1, named, 1) + entry(2, 0, 0)},
			{whole, ":varattno 0 " + entry(1, 0, 0)}, {other, entry(1, customers, 1) + entry(2, 0, 0)},
		},
		uses: []use{{again, named, 1}, {again, named, 2}, {named, customers, 1}, {named, customers, 2}, {computed, again, 1}, {computed, again, 2}, {whole, customers, 0}, {other, customers, 1}, {other, other, 2}, {other, customers, 0}},
	}
}

func TestAColumnIsFollowedDownToItsNames(t *testing.T) {
	c := shopCatalogue()
	from := c.sources()
	assert.Equal(t, []column{{1, 2}}, from[column{2, 2}])
	assert.Empty(t, from[column{4, 2}], "computed")
	assert.Empty(t, from[column{1, 2}], "a table's own")
	origins := c.origins(from)
	assert.Equal(t, []string{"x", "token"}, origins[2][2])
	assert.Equal(t, []string{"y", "x", "token"}, origins[3][2])
	assert.Equal(t, []string{"n", "number", "id"}, origins[4][1])
	assert.NotContains(t, origins[4], int16(2))

	half := &catalogue{views: []view{{9, entry(1, 0, 3) + entry(2, 3, 0)}}}
	assert.Empty(t, half.sources(), "a column of nothing, and a whole row")
	circle := &catalogue{columns: []columnName{{1, 1, "a"}, {2, 1, "b"}}, views: []view{{1, entry(1, 2, 1)}, {2, entry(1, 1, 1)}}}
	assert.Equal(t, []string{"a", "b"}, circle.origins(circle.sources())[1][1])
}

// TestWhichRelationsHoldAMaskedColumn: by its name, by a name below, or computed from one.
func TestWhichRelationsHoldAMaskedColumn(t *testing.T) {
	c := shopCatalogue()
	from := c.sources()
	names, mixed := c.sensitive(newMasker(nil), from, c.origins(from))
	for name, want := range map[string]bool{"customers": true, "named": true, "again": true, "computed": true, "whole": true, "other": false, "pg_stats": true} {
		assert.Equal(t, want, names[name], name)
	}
	assert.Equal(t, map[uint32]map[int16]bool{4: {2: true}, 5: {1: true}}, mixed, "only what has no name that tells")

	above := shopCatalogue()
	above.relations = append(above.relations, relation{7, "public", "above", "v"})
	above.columns = append(above.columns, columnName{7, 1, "p"}, columnName{7, 2, "q"})
	above.views = append(above.views, view{7, entry(1, 4, 2) + entry(2, 4, 1)})
	above.uses = append([]use{{7, 4, 2}, {7, 4, 1}}, above.uses...)
	from = above.sources()
	names, mixed = above.sensitive(newMasker(nil), from, above.origins(from))
	assert.True(t, names["above"])
	assert.Equal(t, map[int16]bool{1: true}, mixed[7], "a plain column above a computed one")
	assert.False(t, sampleViews["customers"], "the server's own views stay what they are")

	plain := shopCatalogue()
	plain.columns[1].name = "colour"
	from = plain.sources()
	names, mixed = plain.sensitive(newMasker(nil), from, plain.origins(from))
	assert.Equal(t, sampleViews, names)
	assert.Empty(t, mixed)
}
