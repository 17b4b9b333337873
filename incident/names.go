package incident

import "slices"

// maxName is how much of a name is kept, in characters.
const maxName = 60

// Named completes a change with what people are called, by their ids, so that whoever
// tells of them need not ask Slack. Empty names say nothing, and an empty change stays empty.
func Named(c Change, names map[Person]string) Change {
	if c.Empty() {
		return c
	}
	all := writable(c.Incident.Names)
	for p, n := range names {
		if n = Line(n, maxName); p != "" && n != "" {
			all[p] = n
		}
	}
	c.Incident.Names = all
	return c
}

// Nameless are the people on the row of whom it is not known what they are called, each once.
func (inc Incident) Nameless() []Person {
	all := slices.Concat(inc.Responders, inc.Joined, []Person{inc.DeclaredBy, inc.AcknowledgedBy, inc.ResolvedBy, inc.EndedBy, inc.CommunicatedBy, inc.LastUpdate.By})
	for p := range inc.Coming {
		all = append(all, p)
	}
	for _, p := range inc.Roles {
		all = append(all, p)
	}
	for _, p := range inc.Pages {
		all = append(all, p.Person, p.By)
	}
	for _, a := range inc.Actions {
		all = append(all, a.Owner, a.By)
	}
	for _, a := range inc.Alerts {
		all = append(all, a.By)
	}
	for _, p := range inc.Publication.Posts {
		all = append(all, p.By)
	}
	for _, w := range inc.Walks {
		for _, m := range w.Marks {
			all = append(all, m.By, m.Assignee)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(p Person) bool { return p == "" || inc.Names[p] != "" })
}
