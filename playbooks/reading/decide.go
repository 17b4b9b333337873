package reading

import (
	"fmt"
	"math"
	"sort"
)

// decide chooses the kinds of a whole file at once: the choice that fits best
// as a whole, not section by section. Below is the file itself.
//
// For every section and every kind that it might be, score holds how well that
// fits together with the best that can be said of everything below it under
// that assumption; so the work grows with the number of sections and no choice
// is made too early.
func (d *Document) decide() {
	for d.eager = 0; ; d.eager += 1.5 {
		d.Root.score()
		d.Root.choose(d.Root.best())
		all, walked := d.Root.doing(false)
		if d.eager > mostEager || d.Index || walked*mostLeft >= all {
			return
		}
	}
}

// mostEager bounds how much is added to scenarios and processes in a file in
// which nearly nothing would be walked although there is something to do: whoever
// keeps a file among runbooks means it to be followed. Nearly nothing is less than
// one part in mostLeft.
const (
	mostEager = 4
	mostLeft  = 6
)

// doing counts the sections, with all below, that have something to do in their
// own text, and those of them that are walked, or ticked in a routine. Inside is
// true below a section that is walked.
func (s *Section) doing(inside bool) (all, walked int) {
	switch {
	case s.Kind == Scenario, s.Kind == Process, s.Kind == Procedure, s.Kind == Checklist && s.feat[NamesCadence] > 0:
		inside = true
	case s.Kind == Act && s.Phase >= Immediate && s.Phase <= Resolution && s.feat[HasTodo] > 0:
		inside = true
	}
	if s.feat[OwnTodo] > 0 && !s.settled() {
		all++
		walked += int(b(inside))
	}
	for _, sub := range s.Subs {
		a, w := sub.doing(inside)
		all, walked = all+a, walked+w
	}
	return all, walked
}

// settled reports whether the section has a use of its own and is not left over.
func (s *Section) settled() bool {
	switch s.Kind {
	case Reader, Container, Act, Issue, Scenario, Process, Procedure, Reference, Facts, Checklist:
		return false
	}
	return true
}

// score fills total from the leaves upwards.
func (s *Section) score() {
	for _, sub := range s.Subs {
		sub.score()
	}
	n := float64(len(s.Subs))
	if s.choice == nil && n > 0 {
		s.choice = make([]Kind, int(kinds)*len(s.Subs))
	}
	var below [kinds]float64
	for i, sub := range s.Subs {
		sub.bestUnder(func(k, kind Kind, points float64) {
			s.choice[int(k)*len(s.Subs)+i] = kind
			below[k] += points
		})
	}
	for k := range kinds {
		s.total[k], s.allowed[k] = s.own(k), s.may(k)
		switch {
		case n == 0:
		case s.Up == nil:
			// The file itself stands for nothing: its parts speak for themselves.
			s.total[k] += below[k]
		default:
			s.total[k] += below[k] * damping * min(1, dampedAbove/n)
		}
	}
}

// bestUnder tells the kind of the section that fits best under each kind of the
// section above it, and how well. Few kinds are allowed, so only they are tried,
// and the kind of the section above itself.
func (s *Section) bestUnder(tell func(above, best Kind, points float64)) {
	var room [kinds]Kind
	open := room[:0]
	for c := range kinds {
		if s.allowed[c] {
			open = append(open, c)
		}
	}
	for k := range kinds {
		best, kind := math.Inf(-1), Reader
		for _, c := range open {
			v := s.total[c] + fits[k][c]
			if k == Container && c == Act {
				v -= s.idle()
			}
			if v > best {
				best, kind = v, c
			}
		}
		if v := s.total[k] + fits[k][k]; !s.allowed[k] && (v > best || v == best && k < kind) {
			best, kind = v, k
		}
		tell(k, kind, best)
	}
}

// idle is what it costs to take the section for steps where no scenario holds
// them: without a phase nobody would ever walk what is to be done in it.
func (s *Section) idle() float64 {
	const unwalked = 0.8
	if s.Phase >= Immediate && s.Phase <= Resolution || s.feat[OffTopic] > 0 {
		return 0
	}
	return unwalked * s.feat[HasTodo]
}

// fits is under as a table.
var fits = func() (t [kinds][kinds]float64) {
	for above, row := range under {
		for below, points := range row {
			t[above][below] = points
		}
	}
	return t
}()

// own is how well a kind fits the section by itself.
func (s *Section) own(k Kind) float64 {
	if forced, ok := s.told(); ok {
		if forced == k {
			return 50
		}
		return -50
	}
	if s.Up == nil {
		if k == Container || k == Scenario && s.feat[IsRoot] > 0 && s.title.shown != "" {
			return base[k] + s.points(k)
		}
		return never
	}
	return base[k] + s.points(k) + s.hope(k)
}

// hope is what a file in which nothing is walked adds to its scenarios.
func (s *Section) hope(k Kind) float64 {
	if (k == Scenario || k == Process) && s.feat[OffTopic] == 0 {
		return s.Doc.eager * s.feat[HasTodo]
	}
	return 0
}

// may reports whether the section has what a kind needs.
func (s *Section) may(k Kind) bool {
	if len(needs[k]) == 0 {
		return true
	}
	if _, told := s.told(); told {
		return true
	}
	for _, f := range needs[k] {
		if f == NamesSeverity && s.feat[f] < 0.7 {
			continue // "Shipping priority" is not about incidents
		}
		if s.feat[f] > 0 {
			return true
		}
	}
	return false
}

func (s *Section) points(k Kind) float64 {
	sum := 0.0
	for _, w := range weights[k] {
		sum += w.points * s.feat[w.feature]
	}
	return sum
}

func (s *Section) best() Kind {
	best, kind := math.Inf(-1), Container
	for k := range kinds {
		if s.total[k] > best {
			best, kind = s.total[k], k
		}
	}
	return kind
}

// choose settles the kind of the section and of all below it.
func (s *Section) choose(k Kind) {
	chosen := k
	if s.Up != nil && topical(s.Up.Kind) && (k == Act || k == Issue) && s.Phase == NoPhase && (s.Up.Kind != Contacts || s.describesPeople()) {
		// What stands below contacts or dashboards is one of them, whatever its words.
		k = s.Up.Kind
	}
	s.Kind = k
	s.Why = s.reasons(k)
	for i, sub := range s.Subs {
		sub.choose(s.choice[int(chosen)*len(s.Subs)+i])
	}
}

// describesPeople reports whether a section below contacts is about one of them,
// or holds several: what to do and what to avoid stands beside contacts, too.
func (s *Section) describesPeople() bool {
	f := &s.feat
	return f[IsLeaf] == 0 || f[People] > 0 || f[NamesRole] > 0 || s.personal >= 2
}

// reasons are the weightiest features that spoke for a kind, in words.
func (s *Section) reasons(k Kind) []string {
	type reason struct {
		points float64
		words  string
	}
	var list []reason
	if _, ok := s.told(); ok {
		return []string{"the document says so"}
	}
	for _, w := range weights[k] {
		if p := w.points * s.feat[w.feature]; p > 0.25 && featureWords[w.feature] != "" {
			list = append(list, reason{p, featureWords[w.feature]})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].points > list[j].points })
	var out []string
	for _, r := range list[:min(3, len(list))] {
		out = append(out, r.words)
	}
	if s.Up != nil && s.Up.Up != nil && len(out) < 3 && fits[s.Up.Kind][k] > 0.2 {
		out = append(out, fmt.Sprintf("it stands below %q, taken for %s", clip(s.Up.Title, 40), s.Up.Kind))
	}
	if len(out) == 0 {
		out = append(out, "nothing speaks for anything else")
	}
	return out
}

// told is the kind that a directive of the document asks for.
func (s *Section) told() (Kind, bool) {
	for _, t := range s.Told {
		if k, ok := toldKinds[t.Name]; ok {
			return k, true
		}
		if t.Name == "phase" {
			switch p, ok := toldPhases[t.Value]; {
			case !ok:
			case p == SignsPhase:
				return Signs, true
			case p == PreventionPhase:
				return Prevention, true
			case p == AfterPhase:
				return After, true
			default:
				return Act, true
			}
		}
	}
	return 0, false
}

// toldKinds are the words of directives, toldPhases those of "phase …".
var (
	toldKinds = map[string]Kind{"scenario": Scenario, "process": Process, "chapter": Container, "container": Container, "issue": Issue, "steps": Act, "step": Act, "signs": Signs, "after": After,
		"afterwards": After, "prevention": Prevention, "severities": Severities, "severity-levels": Severities, "contacts": Contacts, "suppliers": Suppliers, "checklist": Checklist, "dashboards": Dashboards,
		"status-pages": StatusPages, "queries": Queries, "tools": Tools, "access": Access, "references": Reference, "template": Template, "output": Output, "ignore": Reader, "readers": Reader}
	toldPhases = map[string]Phase{"signs": SignsPhase, "immediate": Immediate, "diagnosis": Diagnosis, "issues": Issues, "resolution": Resolution, "prevention": PreventionPhase, "afterwards": AfterPhase, "after": AfterPhase}
)

func clip(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}
