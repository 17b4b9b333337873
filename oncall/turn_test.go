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
		"sure":                      {Kept{both, fresh, ""}, map[Person]string{ana: "U1", ben: "U2"}, []string{"U1", "U2"}, Doubt{}},
		"one has no account":        {Kept{both, fresh, ""}, map[Person]string{ben: "U2"}, []string{"U2"}, Doubt{Missing: []Person{ana}}},
		"nobody has one":            {Kept{both, fresh, ""}, nil, nil, Doubt{Missing: []Person{ana, ben}, Instead: true}},
		"two names of one account":  {Kept{both, fresh, ""}, map[Person]string{ana: "U1", ben: "U1"}, []string{"U1"}, Doubt{}},
		"a gap":                     {Kept{nil, fresh, ""}, nil, nil, Doubt{Nobody: true, Instead: true}},
		"never read":                {Kept{}, nil, nil, Doubt{Unread: true, Instead: true}},
		"never readable":            {Kept{nil, time.Time{}, "it answers 503"}, nil, nil, Doubt{Unread: true, Problem: "it answers 503", Instead: true}},
		"away for a moment":         {Kept{both, fresh, "it answers 503"}, map[Person]string{ana: "U1", ben: "U2"}, []string{"U1", "U2"}, Doubt{}},
		"away for long":             {Kept{both, old, "it answers 503"}, map[Person]string{ana: "U1", ben: "U2"}, []string{"U1", "U2"}, Doubt{Age: staleAfter + time.Second, Problem: "it answers 503"}},
		"old, and nobody knows why": {Kept{both, old, ""}, map[Person]string{ana: "U1", ben: "U2"}, []string{"U1", "U2"}, Doubt{Age: staleAfter + time.Second}},
		"old, and it names nobody":  {Kept{nil, old, ""}, nil, nil, Doubt{Nobody: true, Age: staleAfter + time.Second, Instead: true}},
		"a stranger has an account": {Kept{nil, fresh, ""}, map[Person]string{ana: "U1"}, nil, Doubt{Nobody: true, Instead: true}},
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
