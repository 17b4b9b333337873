package playbooks

import (
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// directives reports comments for mayday that say nothing it knows: whoever
// wrote "<!-- mayday: scenaro -->" believes that it is heard.
func (r *reader) directives(d *doc) {
	tell := func(list []outline.Directive) {
		for _, t := range list {
			if !reading.KnownDirective(t) {
				r.problem(d, t.Line, "the comment says "+clip(oneLine(t.Name+" "+t.Value), 40)+", which mayday does not know, so it changes nothing",
					"write one of scenario, step, signs, contacts, suppliers, checklist, ignore, aliases NAMES, severity LABEL, or phase with immediate, diagnosis, issues, resolution, prevention or afterwards")
			}
		}
	}
	var blocks func(list []*outline.Block)
	blocks = func(list []*outline.Block) {
		for _, b := range list {
			tell(b.Told)
			blocks(b.Blocks)
			for _, it := range b.Items {
				tell(it.Told)
				blocks(it.Blocks)
			}
		}
	}
	var sections func(s *outline.Section)
	sections = func(s *outline.Section) {
		tell(s.Told)
		blocks(s.Blocks)
		for _, sub := range s.Subs {
			sections(sub)
		}
	}
	sections(d.Document.Document.Root)
}
