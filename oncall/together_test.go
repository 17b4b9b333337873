package oncall

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// At any moment of any shifts: cut, they name those who are on call then, all of whom are called.
func TestAllWhoAreOnCallTogether(t *testing.T) {
	for range 300 {
		var r Roster
		for range rand.IntN(7) {
			from := rand.IntN(60)
			r = append(r, shift(string("abc"[rand.IntN(3)]), from, from+1+rand.IntN(30)))
		}
		cut := Together(r)
		for h := -1; h < 95; h++ {
			var want []string
			for _, s := range ordered(slices.Clone(r)).At(at(h)) {
				want = append(want, s.Person.Name)
			}
			assert.ElementsMatch(t, want, names(cut.First(at(h))), h)
		}
	}
	always := Together(Roster{{Person{Name: "ana"}, at(0), Forever}, shift("ben", 5, 6)})
	assert.Zero(t, Kept{Shifts: always}.Until(at(7)), "nobody knows when that ends")
	assert.Equal(t, at(5), Kept{Shifts: always}.Until(at(0)))
	assert.Equal(t, []string{"ana"}, names(always.First(at(0).Add(10000*time.Hour))))
	assert.Nil(t, Together(nil))
}

// What was handed over wins over both calendars while it holds.
func TestAHandoverWins(t *testing.T) {
	k := Kept{Shifts: Roster{shift("ana", 0, 24)}, Over: &Kept{Shifts: Roster{shift("chidi", 6, 8)}}, Handed: Roster{shift("ben", 7, 10)}}
	for h, want := range map[int]string{0: "ana", 6: "chidi", 7: "ben", 8: "ben", 10: "ana"} {
		assert.Equal(t, []string{want}, names(k.First(at(h))), h)
	}
	assert.Equal(t, at(7), k.Until(at(6)))
	next, _ := k.Next(at(7))
	assert.Equal(t, Shift{Person{Name: "ana"}, at(10), at(24)}, next)
}
