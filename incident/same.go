package incident

import "time"

// sameWithin is how close two declarations by different people are that may mean one thing.
const sameWithin = 10 * time.Minute

// MayBe reports whether a declaration of a scenario (its slug, empty for none) by
// somebody may be about this incident: it is open and of the same scenario, or somebody
// else declared it within ten minutes. A drill is nothing else than that drill.
func (inc Incident) MayBe(scenario string, by Person, now time.Time) bool {
	if !inc.Status.Live() || inc.Drill {
		return false
	}
	for _, w := range inc.Walks {
		if scenario != "" && scenario != GenericSlug && w.Playbook.Slug == scenario {
			return true
		}
	}
	return inc.DeclaredBy != by && now.Sub(inc.DeclaredAt) < sameWithin
}
