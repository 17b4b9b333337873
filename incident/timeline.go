package incident

import (
	"cmp"
	"slices"
)

// Timeline is what happened as it is to be read: messages that were struck out
// are not in it, those that were edited have their newest words, and all stands
// in the order of time.
func Timeline(evs []Event) []Event {
	var out []Event
	at := map[string]int{}
	for _, ev := range evs {
		i, there := at[ev.Ref]
		switch ev.Kind {
		case EventPinned:
			at[ev.Ref] = len(out)
			out = append(out, ev)
		case EventPinEdited:
			if there {
				out[i].Text, out[i].Files = ev.Text, ev.Files
			}
		case EventUnpinned:
			if there {
				out[i].Kind = EventUnpinned
				delete(at, ev.Ref)
			}
		default:
			out = append(out, ev)
		}
	}
	out = slices.DeleteFunc(out, func(ev Event) bool { return ev.Kind == EventUnpinned })
	slices.SortStableFunc(out, func(a, b Event) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) })
	return out
}
