package oncall

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var monday = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)

func at(hours int) time.Time { return monday.Add(time.Duration(hours) * time.Hour) }

// shift is one of somebody, from and until so many hours after Monday.
func shift(who string, from, until int) Shift { return Shift{Person{Name: who}, at(from), at(until)} }

func names(shifts []Shift) (list []string) {
	for _, s := range shifts {
		list = append(list, s.Person.Name)
	}
	return list
}

func TestWhoIsOnCall(t *testing.T) {
	week := ordered(Roster{shift("ben", 168, 336), shift("ana", 0, 168)})
	assert.Equal(t, []string{"ana"}, names(week.At(at(0))))
	assert.Equal(t, []string{"ana"}, names(week.At(at(168).Add(-time.Nanosecond))))
	assert.Equal(t, []string{"ben"}, names(week.At(at(168))), "who begins is on call in that moment, who ends is not")
	assert.Empty(t, week.At(at(336)), "a gap is a gap")
	next, ok := Kept{Shifts: week}.Next(at(1))
	assert.True(t, ok)
	assert.Equal(t, "ben", next.Person.Name)
	assert.Equal(t, at(168), Kept{Shifts: week}.Until(at(1)))
	_, ok = Kept{Shifts: week}.Next(at(200))
	assert.False(t, ok)
	assert.Zero(t, Kept{Shifts: week}.Until(at(400)))

	again := Roster{shift("ana", 0, 24), shift("ana", 24, 48), shift("ben", 48, 72)}
	next, _ = Kept{Shifts: again}.Next(at(1))
	assert.Equal(t, "ben", next.Person.Name, "who goes on is not next")

	swap := ordered(append(week, shift("chidi", 24, 48)))
	assert.Equal(t, []string{"chidi", "ana"}, names(swap.At(at(30))), "the swap of a day comes before the week that it lies in")
	assert.Equal(t, []string{"chidi"}, names(swap.First(at(30))))
	assert.Equal(t, []string{"ana", "ben"}, names(Roster{shift("ana", 0, 1), shift("ben", 0, 2)}.First(at(0))))
	assert.Empty(t, swap.First(at(400)))
}

// At any moment of any roster: whoever is called is on call then, once each, and nothing changes before Until.
func TestAnyRoster(t *testing.T) {
	for range 500 {
		var r Roster
		for range rand.IntN(8) {
			from := rand.IntN(100)
			r = append(r, shift(string("abc"[rand.IntN(3)]), from, from+1+rand.IntN(50)))
		}
		r = ordered(r)
		for h := range 160 {
			now := r.At(at(h))
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names(now)))), len(now))
			for _, s := range now {
				assert.True(t, s.holds(at(h)))
			}
			for _, s := range r.First(at(h)) {
				assert.True(t, s.From.Equal(now[0].From))
			}
			if until := (Kept{Shifts: r}).Until(at(h)); !until.IsZero() {
				assert.ElementsMatch(t, names(r.First(at(h))), names(r.First(until.Add(-time.Nanosecond))))
			}
		}
	}
}

func TestWhomATitleNames(t *testing.T) {
	for title, want := range map[string]Person{
		"Ana Ruiz":                         {Name: "Ana Ruiz"},
		"On Call - Ana Ruiz":               {Name: "Ana Ruiz"},
		"On-call: Ana Ruiz (primary)":      {Name: "Ana Ruiz"},
		"Ana Ruiz is on call":              {Name: "Ana Ruiz"},
		"[OnCall] Ben Okafor":              {Name: "Ben Okafor"},
		"Primary on call: Ana@Example.com": {Email: "ana@example.com"},
		"on call @ana.ruiz":                {Handle: "ana.ruiz"},
		"Isla Fortune":                     {Name: "Isla Fortune"},
		"Ôna Świątek":                      {Name: "Ôna Świątek"},
	} {
		got, ok := Named(title)
		assert.True(t, ok, title)
		assert.Equal(t, want, got, title)
	}
	for _, title := range []string{"", "On call", "on-call (primary)", " - "} {
		_, ok := Named(title)
		assert.False(t, ok, title)
	}
}

func TestWhatIsTheAddressOfACalendar(t *testing.T) {
	for _, yes := range []string{"https://calendar.google.com/calendar/ical/team%40example.com/private-3f/basic.ics", "webcal://example.pagerduty.com/private/abc/feed/PABC123",
		"https://outlook.office365.com/owa/calendar/abc/calendar.ics", "http://10.0.0.7/ops/rota.ICS?x=1", " https://example.com/ical/team "} {
		s, ok := Calendar(yes)
		assert.True(t, ok, yes)
		assert.Len(t, s.Key, 12)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", s, s, s, s.Address), "example", "an address is often a secret")
	}
	for _, no := range []string{"", "ana@example.com", "https://example.pagerduty.com/schedules/PABC123", "ftp://example.com/a.ics", "rota.ics", "https://example.com/topics"} {
		_, ok := Calendar(no)
		assert.False(t, ok, no)
	}
	a, _ := Calendar("webcal://example.com/a.ics")
	b, _ := Calendar("https://example.com/a.ics")
	assert.Equal(t, a, b)
}

func TestReadCalendar(t *testing.T) {
	in := strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:a
DTSTART:20261102T080000Z
DTEND:20261109T080000Z
SUMMARY:On Call - First line
ATTENDEE;CN=Ana Ruiz:mailto:ana@example.com
END:VEVENT
BEGIN:VEVENT
UID:b
DTSTART:20261109T080000Z
DTEND:20261116T080000Z
SUMMARY:ben@example.com
END:VEVENT
BEGIN:VEVENT
UID:c
DTSTART:20261116T080000Z
DTEND:20261123T080000Z
SUMMARY:On call
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	r, unread, err := ReadCalendar(strings.NewReader(in), at(0), at(24*30), time.UTC)
	require.NoError(t, err)
	assert.Equal(t, 1, unread, "nobody is named")
	assert.Equal(t, Roster{{Person{Email: "ana@example.com", Name: "Ana Ruiz"}, at(0), at(168)}, {Person{Email: "ben@example.com"}, at(168), at(336)}}, r)
	_, _, err = ReadCalendar(strings.NewReader("<html>Sign in</html>"), at(0), at(1), time.UTC)
	assert.Error(t, err)
}
