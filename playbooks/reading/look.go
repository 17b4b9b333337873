package reading

import (
	"slices"
	"strings"
)

// look computes the features of the section and of all below it.
func (s *Section) look() {
	for _, sub := range s.Subs {
		sub.look()
		s.deep += sub.deep + b(sub.feat[HasFailure] > 0 && sub.Phase == NoPhase && sub.feat[HasTodo] > 0) + b(sub.title.prefixed)
	}
	f := &s.feat
	s.lookTitle(f)
	s.lookBelow(f)
	if s.Phase == NoPhase && f[OwnRemedies] > 0 && f[NamesContainer] > 0 {
		// "Database alerts" above a table with what to do speak neither of signs nor of administrators.
		f[NamesSigns], f[NamesRole], f[NamesReader] = 0, 0, 0
	}
	s.lookSubs(f)
	f[NoTodo] = 1 - f[HasTodo]
	f[Shapeless] = b(f[NamesProcess]+f[NamesPhase]+f[NamesProblemNoun]+f[StepKids]+f[NumberKids] == 0) * (1 - min(1, 2*f[PhaseShare]))
	f[NoReason] = b(f[HasFailure]+f[HasOperation]+f[HasPrefix]+f[IsCamel]+f[IsQuoted]+f[HasMark]+f[SaysLevel]+f[BeginsWithVerb]+f[OwnOrdered]+f[SignsKid]+f[PhaseKids] == 0)
}

// namers are the classes whose words name a kind of section by themselves.
var namers = []struct {
	class   Class
	feature Feature
}{
	{ContainerWord, NamesContainer}, {ProcessWord, NamesProcess}, {SeverityWord, NamesSeverity}, {ContactsWord, NamesContacts}, {SuppliersWord, NamesSuppliers},
	{ChecklistWord, NamesChecklist}, {CadenceWord, NamesCadence}, {DashboardsWord, NamesDashboards}, {StatusPagesWord, NamesStatusPages}, {QueriesWord, NamesQueries},
	{ToolsWord, NamesTools}, {AccessWord, NamesAccess}, {ReaderWord, NamesReader}, {ReferenceWord, NamesReference}, {TemplateWord, NamesTemplate},
	{OutputWord, NamesOutput}, {SignsWord, NamesSigns}, {AfterWord, NamesAfter}, {PreventionWord, NamesPrevention}, {ProblemNoun, NamesProblemNoun}, {Role, NamesRole},
}

func (s *Section) lookTitle(f *features) {
	t := s.title
	hits := t.hits
	has := Classes(0)
	for _, h := range hits {
		has |= 1 << h.class
	}
	part := shares(t.words, hits)
	f[HasFailure] = b(has.has(Failure))
	f[HasOperation] = b(has.has(Operation))
	f[HasPrefix] = b(t.prefixed)
	f[IsCamel], f[IsQuoted] = b(t.camel), b(t.quoted)
	f[HasMark] = b(len(t.marks) > 0)
	f[IsLevel] = b(t.level != "")
	f[IsStep], f[IsNumbered] = b(t.step), b(t.number)
	f[HasOption] = b(beginsWith(hits, Option))
	f[HasCondition] = b(beginsWith(hits, Condition))
	f[BeginsWithVerb] = b(beginsWith(hits, Verb) && (has.hasAny(VerificationWord, Operation) || !opensPhrase(t.words, hits, AfterWord)) && !opensPhrase(t.words, hits, ReaderWord) && !opensPhrase(t.words, hits, ReferenceWord))
	f[Asks] = b(t.asks)
	f[IsExample] = b(beginsWith(hits, ExampleWord))
	f[IsPlayed] = b(t.played)
	f[NoTitle] = b(len(t.words.tokens) == 0)
	f[LongTitle] = b(len(t.words.tokens) > 12)
	for _, n := range namers {
		if n.class != SignsWord && n.class != AfterWord && n.class != PreventionWord && (within(hits, n.class, Operation) || n.class == Role && within(hits, n.class, ContainerWord)) {
			continue
		}
		f[n.feature] = named(part[n.class])
		if f[n.feature] == little && n.class != SignsWord && n.class != AfterWord && n.class != PreventionWord && atEdge(hits, n.class, len(t.words.tokens)) {
			f[n.feature] = 0.55
			if n.class == TemplateWord && toFillIn(t.words) || n.class == ChecklistWord && f[NamesPhase]+f[HasFailure]+f[HasOperation] == 0 {
				f[n.feature] = 0.8
			}
		}
	}
	f[Subject] = b(f[NamesProcess] > 0 && f[NamesProcess] < 1 && hasSubject(t.words, hits))
	f[NoProcessWord] = b(f[NamesProcess] == 0)
	s.Phase = t.phase
	f[ManyIssues] = b(s.Phase == Issues && f[NamesContainer] >= 0.75)
	switch s.Phase {
	case NoPhase:
		f[PartPhase] = t.phaseShare
	case Immediate, Diagnosis, Issues, Resolution:
		f[NamesPhase] = 1
		f[OperationPhase] = f[HasOperation]
	}
}

// hasSubject reports whether a title holds a word that no class knows: what its
// other words are about.
func hasSubject(p phrase, hits []hit) bool {
	known := make([]bool, len(p.tokens))
	for _, h := range hits {
		for i := h.from; i < h.to; i++ {
			known[i] = true
		}
	}
	for i, k := range known {
		if !k && (p.tokens[i].letter || len(p.tokens[i].text) > 2) {
			return true
		}
	}
	return false
}

// named weighs the share of a title that a class covers: a title that consists
// of the word names the kind, one that only holds it may speak of anything.
// little is what a word in a longer title says.
const little = 0.35

func named(share float64) float64 {
	switch {
	case share >= 0.95:
		return 1
	case share >= 0.6:
		return 0.75
	case share > 0:
		return little
	}
	return 0
}

// within reports whether the words of one class only stand inside a phrase of
// another: "first line" names people, "first line troubleshooting" what is done.
func within(hits []hit, inner, outer Class) bool {
	found := false
	for _, h := range hits {
		if h.class != inner {
			continue
		}
		found = true
		if !slices.ContainsFunc(hits, func(o hit) bool {
			return o.class == outer && o.from <= h.from && h.to <= o.to && o.to-o.from > h.to-h.from
		}) {
			return false
		}
	}
	return found
}

// toFillIn reports whether a title begins or ends with a word that means a template and
// nothing else; a form, a model or a module may be what has failed.
func toFillIn(p phrase) bool {
	for _, t := range []token{p.tokens[0], p.tokens[len(p.tokens)-1]} {
		for _, w := range []string{"template", "plantilla", "vorlage", "sjablo", "szablon", "шаблон"} {
			if strings.Contains(t.text, w) {
				return true
			}
		}
	}
	return false
}

// opensPhrase reports whether a title begins with two or more words that are a phrase
// of a class: "Post-incident review" is no instruction to post something, and "Change
// log" none to change it. What follows an operation, "Post-rollback actions", is done
// in the incident and not after it, so there the reader asks further.
func opensPhrase(p phrase, hits []hit, c Class) bool {
	return slices.ContainsFunc(hits, func(h hit) bool { return h.class == c && h.from == 0 && h.to > 1 && !p.tokens[0].letter })
}

// atEdge reports whether a title begins or ends with a word of a class: there
// it is what the title is about ("Pre-launch checklist", "Contacts of the team").
func atEdge(hits []hit, c Class, n int) bool {
	for _, h := range hits {
		if h.class == c && (h.from == 0 || h.to == n) {
			return true
		}
	}
	return false
}

func beginsWith(hits []hit, c Class) bool {
	for _, h := range hits {
		if h.class == c && h.from == 0 {
			return true
		}
	}
	return false
}
