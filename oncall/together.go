package oncall

import (
	"slices"
	"time"
)

// Forever is the end of a shift that ends at no known time.
var Forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Together cuts shifts wherever another one begins or ends, so that all who are on call at a moment began at the same one
// and are called together: a scheduler says of each moment who is on call, and what came last counts for nothing there. What is
// of one person and without a pause stays one shift where nothing else begins or ends.
func Together(shifts Roster) Roster {
	var moments []time.Time
	for _, s := range shifts {
		moments = append(moments, s.From, s.Until)
	}
	slices.SortFunc(moments, time.Time.Compare)
	moments = slices.CompactFunc(moments, time.Time.Equal)
	var cut Roster
	for _, s := range ordered(slices.Clone(shifts)) {
		from := s.From
		for _, t := range moments {
			if t.After(from) && !t.After(s.Until) {
				cut = append(cut, Shift{s.Person, from, t})
				from = t
			}
		}
	}
	return ordered(cut)
}
