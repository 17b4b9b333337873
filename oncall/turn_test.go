package oncall

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWhoIsCalled(t *testing.T) {
	now := at(1)
	ana, ben := Person{Name: "ana"}, Person{Name: "ben"}
	both := Roster{shift("ana", 0, 8), shift("ben", 0, 8)}
	fresh, old := now.Add(-staleAfter), now.Add(-staleAfter-time.Second)
	for name, tt := range map[string]struct {
		kept    Kept
		account map[Person]string
		who     []string
		doubt   Doubt
	}{
		"sure":                      {Kept{Shifts: both, ReadAt: fresh, Problem: ""}, map[Person]string{ana: "U1", ben: "U2"}, []string{"U1", "U2"}, Doubt{}},
		"one has no account":        {Kept{Shifts: both, ReadAt: fresh, Problem: ""}, map[Person]string{ben: "U2"}, []string{"U2"}, Doubt{Missing: []Person{ana}}},
		"nobody has one":            {Kept{Shifts: both, ReadAt: fresh, Problem: ""}, nil, nil, Doubt{Missing: []Person{ana, ben}, Instead: true}},
		"two names of one account":  {Kept{Shifts: both, ReadAt: fresh, Problem: ""}, map[Person]string{ana: "U1", ben: "U1"}, []string{"U1"}, Doubt{}},
		"a gap":                     {Kept{Shifts: nil, ReadAt: fresh, Problem: ""}, nil, nil, Doubt{Nobody: true, Instead: true}},
		"never read":                {Kept{}, nil, nil, Doubt{Unread: true, Instead: true}},
		"never readable":            {Kept{Shifts: nil, ReadAt: time.Time{}, Problem: "it answers 503"}, nil, nil, Doubt{Unread: true, Problem: "it answers 503", Instead: true}},
		"away for a moment":         {Kept{Shifts: both, ReadAt: fresh, Problem: "it answers 503"}, map[Person]string{ana: "U1", ben: "U2"}, []string{"U1", "U2"}, Doubt{}},
		"away for long":             {Kept{Shifts: both, ReadAt: old, Problem: "it answers 503"}, map[Person]string{ana: "U1", ben: "U2"}, []string{"U1", "U2"}, Doubt{Age: staleAfter + time.Second, Problem: "it answers 503"}},
		"old, and nobody knows why": {Kept{Shifts: both, ReadAt: old, Problem: ""}, map[Person]string{ana: "U1", ben: "U2"}, []string{"U1", "U2"}, Doubt{Age: staleAfter + time.Second}},
		"old, and it names nobody":  {Kept{Shifts: nil, ReadAt: old, Problem: ""}, nil, nil, Doubt{Nobody: true, Age: staleAfter + time.Second, Instead: true}},
		"a stranger has an account": {Kept{Shifts: nil, ReadAt: fresh, Problem: ""}, map[Person]string{ana: "U1"}, nil, Doubt{Nobody: true, Instead: true}},
	} {
		who, doubt := tt.kept.Called(tt.account, now)
		assert.Equal(t, tt.who, who, name)
		assert.Equal(t, tt.doubt, doubt, name)
	}
}

// Whatever is known of a calendar: somebody of it is called or it is said that nobody is, each person of the turn is called
// or missing, and an old answer is told as such.
func TestAnyTurn(t *testing.T) {
	for range 500 {
		k := Kept{ReadAt: at(0).Add(-time.Duration(rand.IntN(60)) * time.Minute), Problem: []string{"", "it answers 503"}[rand.IntN(2)]}
		account := map[Person]string{}
		for range rand.IntN(5) {
			s := shift(string("abc"[rand.IntN(3)]), -rand.IntN(3), rand.IntN(3))
			k.Shifts = append(k.Shifts, s)
			if rand.IntN(2) == 0 {
				account[s.Person] = "U" + s.Person.Name
			}
		}
		k.Shifts = ordered(k.Shifts)
		who, d := k.Called(account, at(0))
		turn := k.Shifts.First(at(0))
		assert.Equal(t, len(who) == 0, d.Instead)
		assert.Equal(t, len(turn), len(who)+len(d.Missing))
		for _, s := range turn {
			if id, ok := account[s.Person]; ok {
				assert.Contains(t, who, id)
			} else {
				assert.Contains(t, d.Missing, s.Person)
			}
		}
		assert.Equal(t, at(0).Sub(k.ReadAt) > staleAfter, d.Age > 0)
	}
}

// TestOverridesWin for as long as they say who; what is known is as old as the older of both.
func TestOverridesWin(t *testing.T) {
	k := Kept{Shifts: Roster{shift("ana", 0, 24), shift("ben", 24, 48)}, ReadAt: at(0), Over: &Kept{Shifts: Roster{shift("chidi", 6, 8), shift("ana", 20, 30)}, ReadAt: at(0)}}
	for h, want := range map[int]string{0: "ana", 5: "ana", 6: "chidi", 7: "chidi", 8: "ana", 25: "ana", 30: "ben", 47: "ben"} {
		assert.Equal(t, []string{want}, names(k.First(at(h))), h)
	}
	assert.Equal(t, at(6), k.Until(at(0)))
	assert.Equal(t, at(30), k.Until(at(8)), "who goes on without a pause goes on")
	next, _ := k.Next(at(0))
	assert.Equal(t, Shift{Person{Name: "chidi"}, at(6), at(8)}, next)
	next, _ = k.Next(at(7))
	assert.Equal(t, Shift{Person{Name: "ana"}, at(8), at(24)}, next, "from when they are called, although their shift began before")

	who, d := k.Called(map[Person]string{{Name: "chidi"}: "U3"}, at(7))
	assert.Equal(t, []string{"U3"}, who)
	assert.False(t, d.Instead)
	assert.Equal(t, time.Duration(at(7).Sub(at(0))), d.Age)
	k.Over.ReadAt, k.Over.Problem = time.Time{}, "it answers 503"
	_, d = k.Called(map[Person]string{{Name: "ana"}: "U1"}, at(0))
	assert.Equal(t, Doubt{Unread: true, Problem: "it answers 503"}, d, "the base is called, and it is said that overrides are not known")
}

// At any moment of any two calendars: who is called is of the overrides where they say somebody, and otherwise of the base; nothing changes
// before Until, and Next is somebody else.
func TestAnyOverrides(t *testing.T) {
	any := func() (r Roster) {
		for range rand.IntN(6) {
			from := rand.IntN(60)
			r = append(r, shift(string("abc"[rand.IntN(3)]), from, from+1+rand.IntN(30)))
		}
		return ordered(r)
	}
	for range 300 {
		k := Kept{Shifts: any(), Over: &Kept{Shifts: any()}}
		for h := range 95 {
			want := k.Over.Shifts.First(at(h))
			if len(want) == 0 {
				want = k.Shifts.First(at(h))
			}
			assert.Equal(t, want, k.First(at(h)))
			until := k.Until(at(h))
			for later := h; later < 95 && (until.IsZero() || at(later).Before(until)); later++ {
				assert.True(t, same(want, k.First(at(later))))
			}
			if next, ok := k.Next(at(h)); ok {
				assert.False(t, next.From.Before(until))
				assert.Contains(t, names(k.First(next.From)), next.Person.Name)
			}
		}
	}
}
