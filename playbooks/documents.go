package playbooks

import (
	"slices"

	"mayday/playbooks/reading"
)

// Document is one file as it was read, for those who show it beside what became
// of it. Only ReadOptions.Documents keeps it.
type Document struct {
	// Name is the file as Part.File and Finding.File call it.
	Name string
	// Lines as written, without their ends; line n is Lines[n-1].
	Lines []string
	// Sections in the order of the document.
	Sections []Section
}

// Section is a heading, or a bold label that titles what follows, with what it
// was taken for.
type Section struct {
	// Title as written, without its marks. A file that is one scenario and has no
	// heading of its own is a section with the file's name as title.
	Title string
	// Line is that of the heading, End the last one with all that is below it.
	Line, End int
	// Depth counts the sections around it.
	Depth int
	// Kind in words: "scenario", "chapter", "signs", "for readers".
	Kind string
	// Phase that its steps belong to, empty when the section names none.
	Phase string
	// Scenario is the slug of the scenario around it, or that it is.
	Scenario string
	// Why are the reasons for Kind, the weightiest first, each the end of "because …".
	Why []string
	// Told is true when a comment in the document decides.
	Told bool
}

// documents keeps the files with their sections.
func (r *reader) documents() {
	for _, d := range r.docs {
		slugs := map[*reading.Section]string{}
		for _, p := range d.parts {
			if p.slug != "" {
				for s := p.Section; s != nil && slugs[s] == ""; s = s.Up {
					if slugs[s] = p.slug; s == p.Scenario {
						break
					}
				}
			}
		}
		out := Document{Name: d.Name, Lines: d.Lines}
		var visit func(s *reading.Section, depth int)
		visit = func(s *reading.Section, depth int) {
			if s.Up != nil || s.Kind == reading.Scenario {
				sec := Section{Title: firstOf(bare(s.Heading), bare(s.Title), d.Name), Line: max(s.Line, 1), End: max(s.End, s.Line, 1), Depth: depth, Kind: s.Kind.String(), Scenario: slugs[s], Why: once(s.Why),
					Told: slices.Contains(s.Why, toldReason)}
				if s.Kind == reading.Act || s.Kind == reading.Issue {
					sec.Phase = s.Phase.String()
				}
				if s.Up == nil {
					sec.End = len(d.Lines)
				}
				out.Sections = append(out.Sections, sec)
				depth++
			}
			for _, sub := range s.Subs {
				visit(sub, depth)
			}
		}
		visit(d.Root, 0)
		r.book.Documents = append(r.book.Documents, out)
	}
}

// once leaves out what was said before.
func once(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// toldReason is the reason of everything that a comment in the document decides.
const toldReason = "the document says so"
