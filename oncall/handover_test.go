package oncall

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAShiftIsHandedOverOnceItIsAccepted(t *testing.T) {
	h := Ask(Handover{ID: "k", By: "UANA", To: "UBEN", ToName: "Ben", Turns: []Turn{{"primary", "On-call", at(8)}, {"db", "Database", at(4)}}}, at(0)).Handover
	assert.Empty(t, h.Shifts("primary"), "asked is not accepted")
	assert.Equal(t, at(8), h.Until())

	_, err := AnswerHandover(h, "UANA", Accepted, at(0))
	require.ErrorIs(t, err, ErrNotAsked, "nobody accepts for somebody else")
	c, err := AnswerHandover(h, "UBEN", Accepted, at(1))
	require.NoError(t, err)
	assert.Len(t, c.Effects, 1)
	ben := Person{Handle: "UBEN", Name: "Ben"}
	assert.Equal(t, Roster{{ben, at(1), at(8)}}, c.Handover.Shifts("primary"))
	assert.Equal(t, Roster{{ben, at(1), at(4)}}, c.Handover.Shifts("db"))
	assert.Empty(t, c.Handover.Shifts("other"))
	_, err = AnswerHandover(c.Handover, "UBEN", Declined, at(2))
	require.ErrorIs(t, err, ErrAnswered)
	assert.Empty(t, Withdraw(c.Handover, at(2)).Effects, "what is accepted stands")
	_, err = AnswerHandover(h, "UBEN", Accepted, at(8))
	require.ErrorIs(t, err, ErrOver)

	late, err := AnswerHandover(h, "UBEN", Accepted, at(5))
	require.NoError(t, err)
	assert.Empty(t, late.Handover.Shifts("db"), "that shift is over")
}

func TestWithoutAnAnswerTheOneWhoAskedHears(t *testing.T) {
	h := Ask(Handover{ID: "k", By: "UANA", To: "UBEN", Turns: []Turn{{"primary", "On-call", at(8)}}}, at(0)).Handover
	assert.Empty(t, Expire(h, at(0).Add(AnswerWithin-time.Second)).Effects)
	c := Expire(h, at(0).Add(AnswerWithin))
	assert.Equal(t, Unanswered, c.Handover.Answer)
	assert.Len(t, c.Effects, 1)
	assert.Empty(t, Expire(c.Handover, at(1)).Effects, "once")
	late, err := AnswerHandover(c.Handover, "UBEN", Accepted, at(1))
	require.NoError(t, err)
	assert.NotEmpty(t, late.Handover.Shifts("primary"))
	gone := Withdraw(c.Handover, at(1)).Handover
	_, err = AnswerHandover(gone, "UBEN", Accepted, at(1))
	require.ErrorIs(t, err, ErrNotAsked)
}

func TestWhoASourceMeans(t *testing.T) {
	for name, c := range map[string]struct {
		p    Person
		want bool
	}{
		"by id": {Person{Handle: "U1"}, true}, "by another id": {Person{Handle: "U2", Name: "Ana Ruiz"}, false},
		"by address": {Person{Email: "ana@example.com"}, true}, "by another address": {Person{Email: "ben@example.com", Name: "Ana Ruiz"}, false},
		"by name": {Person{Name: "ana ruiz"}, true}, "by nothing": {Person{}, false},
	} {
		assert.Equal(t, c.want, c.p.Is("U1", "Ana@example.com", "Ana Ruiz"), name)
	}
}

// What was handed over is known for sure, whatever became of the source.
func TestAHandoverIsSureWhileTheSourceIsAway(t *testing.T) {
	ben := Person{Handle: "UBEN"}
	k := Kept{Shifts: Roster{shift("ana", 0, 24)}, Problem: "it answers 503", Handed: Roster{{ben, at(1), at(8)}}}
	who, d := k.Called(map[Person]string{ben: "UBEN"}, at(2))
	assert.Equal(t, []string{"UBEN"}, who)
	assert.True(t, d.Sure())
	_, d = k.Called(map[Person]string{{Name: "ana"}: "UANA"}, at(9))
	assert.False(t, d.Sure())
}

// Who shares a shift is called on when somebody else hands theirs over.
func TestAHandoverLeavesThoseWhoShareTheShift(t *testing.T) {
	ana, ben, chidi, dana := Person{Email: "ana@example.com"}, Person{Handle: "UBEN"}, Person{Email: "chidi@example.com"}, Person{Handle: "UDANA"}
	names := func(list []Shift) (names []string) {
		for _, s := range list {
			names = append(names, s.Person.Title())
		}
		return names
	}
	k := Kept{Shifts: Roster{{ana, at(0), at(8)}, {chidi, at(0), at(8)}}, ReadAt: at(0), Handed: Roster{{ben, at(1), at(8)}}, Gave: []Person{ana}}
	assert.Equal(t, []string{"UBEN", "chidi@example.com"}, names(k.First(at(2))))
	who, d := k.Called(map[Person]string{ben: "UBEN", chidi: "UCHIDI"}, at(2))
	assert.Equal(t, []string{"UBEN", "UCHIDI"}, who)
	assert.Positive(t, d.Age, "of Chidi that is only as sure as the source")

	k.Handed, k.Gave = append(k.Handed, Shift{dana, at(3), at(8)}), []Person{ana, chidi}
	assert.ElementsMatch(t, []string{"UBEN", "UDANA"}, names(k.First(at(4))), "both handed theirs over")
	k.Gave = []Person{ana, ben}
	assert.ElementsMatch(t, []string{"UDANA", "chidi@example.com"}, names(k.First(at(4))), "what was taken over was handed on")
	k.Gave = nil
	assert.Equal(t, []string{"UDANA"}, names(k.First(at(4))), "whose shift it was is not known")
	k.Handed, k.Gave = Roster{{chidi, at(3), at(8)}}, []Person{ana}
	assert.Equal(t, []string{"chidi@example.com"}, names(k.First(at(4))), "to somebody who shares it")
	k.Handed, k.Gave = Roster{{ben, at(3), at(8)}}, []Person{{Name: "somebody whom the source names no more"}}
	assert.Equal(t, []string{"UBEN"}, names(k.First(at(4))))
}
