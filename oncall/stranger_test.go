package oncall

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhoIsCalledAhead(t *testing.T) {
	who := func(k Kept, from, until int) (list []string) {
		for _, s := range k.Ahead(at(from), at(until)) {
			list = append(list, s.Person.Name+s.From.Format(" 15"))
		}
		return list
	}
	hour := func(h int) string { return at(h).Format(" 15") }
	k := Kept{Shifts: Roster{shift("ana", 0, 4), shift("ben", 4, 8), shift("ana", 8, 12), shift("chidi", 12, 16)}}
	assert.Equal(t, []string{"ana" + hour(0), "ben" + hour(4)}, who(k, 1, 12), "each once, and nobody from the end on")
	assert.Equal(t, []string{"ana" + hour(0), "ben" + hour(4), "chidi" + hour(12)}, who(k, 1, 13))
	assert.Equal(t, []string{"ana" + hour(0)}, who(k, 1, 1))
	assert.Equal(t, []string{"chidi" + hour(12)}, who(k, 12, 99))
	assert.Empty(t, who(k, 16, 99))
	assert.Empty(t, who(Kept{}, 0, 99))

	k.Over = &Kept{Shifts: Roster{shift("dana", 5, 6)}}
	assert.Equal(t, []string{"ana" + hour(0), "ben" + hour(4), "dana" + hour(5)}, who(k, 1, 8), "who is swapped in")
	k.Handed, k.Gave = Roster{shift("eva", 1, 4)}, []Person{{Name: "ana"}}
	assert.Equal(t, []string{"eva" + hour(1), "ben" + hour(4), "dana" + hour(5)}, who(k, 2, 8), "who took it over, and not who gave it")
	assert.Equal(t, []Shift{shift("eva", 1, 4)}, k.Ahead(at(2), at(3)))
}
