package reading

import (
	"strings"

	"mayday/playbooks/outline"
)

// What playbooks asks of the vocabulary when it reads what a decided part says:
// which clock a sentence speaks of, which severity a cell names.

// askedWords is how many words of a text are looked at.
const askedWords = 40

// Classes tells what the words of a text speak of, in the languages of the document.
func (d *Document) Classes(text string) Classes {
	return classesIn(newPhrase(text, askedWords), d.langs)
}

// Whole tells which classes make up a text as a whole, little words left out:
// "Response time" is RespondWord, "Response of the server" is not.
func (d *Document) Whole(text string) Classes { return wholeClasses(text, d.langs) }

// Has reports whether one of the classes is in the set.
func (c Classes) Has(of ...Class) bool { return c.hasAny(of...) }

// Instructs reports whether a line tells somebody to do something.
func (d *Document) Instructs(l outline.Line) bool { return d.instructs(l) }

// PhaseOf is the phase that a label names as a whole, NoPhase when it names none.
func (d *Document) PhaseOf(label string) Phase { return d.title(label).phase }

// Instructs reports whether the heading of a section is itself something to do:
// it counts a step ("Step 2: Drain the node") or begins with a verb.
func (s *Section) Instructs() bool { return s.instructs }

// HasLevel reports whether the heading is the name of a severity and nothing else.
func (s *Section) HasLevel() bool { return s.isLevel }

// Named reports whether the heading as a whole speaks of one of the classes.
func (s *Section) Named(of ...Class) bool { return wholeClasses(s.Title, s.Doc.langs).hasAny(of...) }

// Commands reports whether a block holds something to type.
func Commands(c *outline.CodeBlock) bool { return commands(c) }

// IsLevelWords reports whether a text consists of words for severities in any
// language: "Critical", "High severity", "crítico".
func IsLevelWords(s string) bool { return isLevelWords(s) }

// LevelStart takes the severities off the beginning of a text: "P0-P1: all is
// down" gives "P0-P1" and "all is down".
func LevelStart(s string) (label, rest string, ok bool) {
	m := beginsWithLevel(s)
	if m == nil {
		return "", s, false
	}
	return s[m[2]:m[3]], strings.Trim(s[m[3]:], " ])）】:：-–—|/\t"), true
}

// LevelRank is how severe a word says something is: 0 for words such as
// critical, 1 high, 2 medium, 3 low, -1 for other words.
func LevelRank(word string) int {
	p := newPhrase(word, 4)
	best := -1
	for _, h := range levelLexicon().match(p, nil) {
		if h.from > 0 || h.to < len(p.tokens) {
			continue
		}
		for i, c := range []Class{CriticalWord, HighWord, MediumWord, LowWord} {
			if h.class == c && (best < 0 || i < best) {
				best = i
			}
		}
	}
	return best
}

// Label reports whether the title is a bold label or a lead and not a heading.
func (s *Section) Label() bool { return s.label }

// Languages are those whose words are tried on the document, English first.
func (d *Document) Languages() []string {
	var out []string
	for _, l := range d.langs {
		out = append(out, l.language)
	}
	return out
}

// Foreign reports whether words of another language than English are tried on the document.
func (d *Document) Foreign() bool { return len(d.langs) > 1 }

// KnownDirective reports whether a directive of a comment is one that is acted
// upon, with a value that it takes.
func KnownDirective(d outline.Directive) bool {
	switch d.Name {
	case "aliases", "severity", "name", "slug":
		return d.Value != ""
	case "note", "sign":
		return true
	case "phase":
		_, ok := toldPhases[strings.ToLower(d.Value)]
		return ok
	}
	_, ok := toldKinds[d.Name]
	return ok
}
