package playbooks

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"

	"mayday/incident"
)

// Match is a scenario that may be meant.
type Match struct {
	Playbook incident.Playbook
	// Score is how well the words fit; only its order has a meaning.
	Score float64
	// Sure: this one fits clearly better than every other, and most of what the
	// words say is about it. One word among others picks no scenario.
	Sure bool
	// Words is how many words of the text its title or an alias has, of the best match alone.
	Words int
}

// Hold is how firmly a word names a scenario.
type Hold int

// The holds, from none to the firmest.
const (
	// NoHold: the word names no scenario, or more than one.
	NoHold Hold = iota
	// ByPart: at least three letters that only this scenario has, as a word of its
	// slug or of an alias or at the beginning of one.
	ByPart
	// ByAlias and BySlug: the whole alias, the whole slug.
	ByAlias
	BySlug
)

// leastLetters is how much of a name somebody has to write: one or two letters
// are a slip, or an article.
const leastLetters = 3

// Scenario finds a scenario by its slug, an alias, or at least three letters that
// only it has, in any case; see Naming.
func (r *Runbook) Scenario(word string) (incident.Playbook, bool) {
	pb, hold := r.Naming(word)
	return pb, hold != NoHold
}

// Naming is Scenario that says also how firmly the word names it.
func (r *Runbook) Naming(word string) (incident.Playbook, Hold) {
	w := slugOf(word)
	if w == "" {
		return incident.Playbook{}, NoHold
	}
	for _, p := range r.Scenarios {
		if p.Slug == w {
			return p, BySlug
		}
	}
	for _, p := range r.Scenarios {
		if slices.Contains(p.Aliases, w) {
			return p, ByAlias
		}
	}
	if letters(w) < leastLetters {
		return incident.Playbook{}, NoHold
	}
	for _, fits := range []func(slug string) bool{
		func(slug string) bool { return strings.Contains("-"+slug+"-", "-"+w+"-") },
		func(slug string) bool { return strings.HasPrefix(slug, w) },
	} {
		found, n := incident.Playbook{}, 0
		for _, p := range r.Scenarios {
			if fits(p.Slug) || slices.ContainsFunc(p.Aliases, fits) {
				found, n = p, n+1
			}
		}
		if n == 1 {
			return found, ByPart
		}
	}
	return incident.Playbook{}, NoHold
}

// letters counts the letters of any script; digits and dashes name nothing.
func letters(s string) int {
	n := 0
	for _, c := range s {
		if unicode.IsLetter(c) {
			n++
		}
	}
	return n
}

// Nearest lists at most n scenario slugs that look like a mistyped word, the
// nearest first; none when nothing is near.
func (r *Runbook) Nearest(word string, n int) []string {
	w := clip(slugOf(word), 60)
	if w == "" || n <= 0 {
		return nil
	}
	type near struct {
		slug string
		far  int
	}
	var list []near
	for _, p := range r.Scenarios {
		best := levenshtein.ComputeDistance(w, p.Slug)
		for _, name := range append(strings.Split(p.Slug, "-"), p.Aliases...) {
			if len(name) > 2 {
				best = min(best, levenshtein.ComputeDistance(w, name))
			}
		}
		if strings.HasPrefix(p.Slug, w) {
			best = min(best, 1)
		}
		if best <= max(2, len(w)/3) {
			list = append(list, near{p.Slug, best})
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(a.far, b.far) })
	var out []string
	for _, l := range list[:min(n, len(list))] {
		out = append(out, l.slug)
	}
	return out
}

// How much a word counts by where it is found.
const (
	inTitle = 5.0
	inAlias = 5.0
	inSign  = 2.0
	inStep  = 0.5
)

// Match lists at most n scenarios that the words speak of, the best first, by
// the words of titles, aliases, detection signs and steps. Words for severities
// and words such as "the" are passed over.
func (r *Runbook) Match(words string, n int) []Match {
	asked := r.askedTerms(words)
	if len(asked) == 0 || n <= 0 {
		return nil
	}
	var out []Match
	rare := r.rarity(asked)
	for _, p := range r.Scenarios {
		score := 0.0
		terms := playbookTerms(p)
		for _, a := range asked {
			score += fit(a, terms) * rare[a]
		}
		if score > 0.3 {
			out = append(out, Match{Playbook: p, Score: score})
		}
	}
	slices.SortStableFunc(out, func(a, b Match) int { return cmp.Compare(b.Score, a.Score) })
	if len(out) > 0 {
		better := out[0].Score >= 1.5 && (len(out) == 1 || out[0].Score >= 1.5*out[1].Score)
		about, named := r.mostlyAbout(out[0].Playbook, words)
		out[0].Sure, out[0].Words = better && about, named
	}
	return out[:min(n, len(out))]
}

// mostlyAbout reports whether two telling words of a text, or more than half of
// them, speak of a scenario, and one of them of its title or an alias. Half is
// enough when the first is among them: it is what the text is about. Words that any
// trouble has ("system", "users", "wrong") tell nothing. named is how many words, those
// too, its title or an alias has.
func (r *Runbook) mostlyAbout(p incident.Playbook, text string) (about bool, named int) {
	terms := playbookTerms(p)
	telling, hits, byName, first := 0, 0, false, false
	words := strings.Fields(plain(clip(text, 300)))
	for i, w := range words {
		own := termsOf(w)
		if i+1 < len(words) && sameThing[w+words[i+1]] != "" {
			own = append(own, termsOf(w+words[i+1])...)
		} else if i > 0 && sameThing[words[i-1]+w] != "" {
			continue // the second half of "log in"
		}
		best := 0.0
		for _, t := range own {
			best = max(best, fit(t, terms))
		}
		if best >= 0.6*inTitle {
			named++
		}
		if _, isSeverity := r.Policy.Find(w); isSeverity || len(own) == 0 || vague[own[0]] || letters(w) == 0 && sameThing[w] == "" {
			continue
		}
		telling++
		if best >= 0.6*inSign {
			hits++
			first = first || telling == 1
		}
		byName = byName || best >= 0.6*inTitle
	}
	return byName && (hits >= 2 || 2*hits > telling || first && 2*hits == telling), named
}

// rarity weighs down words that every scenario holds.
func (r *Runbook) rarity(asked []string) map[string]float64 {
	in := map[string]int{}
	for _, p := range r.Scenarios {
		terms := playbookTerms(p)
		for _, a := range asked {
			if fit(a, terms) >= inSign/2 {
				in[a]++
			}
		}
	}
	out := map[string]float64{}
	for _, a := range asked {
		out[a] = 1 / float64(max(1, in[a]))
	}
	return out
}

// askedTerms are the terms of what a person typed, severities left out.
func (r *Runbook) askedTerms(words string) []string {
	var kept []string
	for _, w := range strings.Fields(clip(words, 300)) {
		if _, isSeverity := r.Policy.Find(w); !isSeverity {
			kept = append(kept, w)
		}
	}
	var out []string
	for _, t := range termsOf(strings.Join(kept, " ")) {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func playbookTerms(p incident.Playbook) map[string]float64 {
	terms := map[string]float64{}
	add := func(s string, weight float64) {
		for _, t := range termsOf(s) {
			terms[t] = max(terms[t], weight)
		}
	}
	add(p.Title, inTitle)
	add(strings.ReplaceAll(p.Slug, "-", " "), inTitle)
	for _, a := range p.Aliases {
		add(strings.ReplaceAll(a, "-", " "), inAlias)
	}
	for _, s := range p.Signs {
		add(s, inSign)
	}
	for _, st := range p.Steps {
		add(st.Text, inStep)
		add(st.Heading, inStep)
	}
	return terms
}

// fit is how well a term is found: as it is, as a beginning, or one letter off.
func fit(asked string, terms map[string]float64) float64 {
	if w := terms[asked]; w > 0 {
		return w
	}
	best := 0.0
	for t, w := range terms {
		switch {
		case len(asked) >= 3 && len(t) > len(asked) && strings.HasPrefix(t, asked), len(t) >= 4 && strings.HasPrefix(asked, t):
			best = max(best, w*0.7)
		case len(asked) >= 5 && len(t) >= 5 && w > inStep && levenshtein.ComputeDistance(asked, t) <= 1:
			best = max(best, w*0.6)
		}
	}
	return best
}

// sameThing maps words that mean the same to one of them.
var sameThing = map[string]string{
	"db": "database", "postgre": "database", "postgres": "database", "postgresql": "database", "pg": "database", "sql": "database",
	"auth": "authentication", "login": "authentication", "logon": "authentication", "signin": "authentication", "otp": "authentication",
	"outage": "down", "offline": "down", "unreachable": "down", "website": "site", "slow": "performance", "slowness": "performance", "latency": "performance", "lag": "performance",
	"conn": "connection", "perf": "performance", "exception": "error", "5xx": "error", "500": "error", "payment": "credit", "billing": "credit", "balance": "credit",
}

var passedOver = map[string]bool{"the": true, "a": true, "an": true, "is": true, "are": true, "to": true, "of": true, "and": true, "or": true, "for": true, "on": true, "in": true,
	"at": true, "not": true, "cant": true, "with": true, "it": true, "we": true, "our": true, "user": true, "issue": true, "problem": true, "incident": true, "be": true, "no": true, "up": true, "out": true, "from": true, "check": true}

// vague are words, as stem leaves them, that people say of any trouble.
var vague = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`system service server app application page customer user people everybody everyone everything everywhere somebody nobody nothing all some many every any
		fail failure error wrong broken break cannot can does do doe has have been there this that they when while time start stop work
		show see get slowly again now since after before still missing stuck issue problem trouble incident data new old high low rate`) {
		m[stem(w)] = true
	}
	return m
}()

// termsOf are the words of a text in a common form, together with pairs that
// people also write as one word: "log in" is "login".
func termsOf(s string) []string {
	words := strings.Fields(plain(s))
	var out []string
	add := func(w string) {
		w = stem(w)
		if to, ok := sameThing[w]; ok {
			if to != w {
				out = append(out, to)
			}
		}
		if w != "" && !passedOver[w] {
			out = append(out, w)
		}
	}
	for i, w := range words {
		add(w)
		if i+1 < len(words) && len(w)+len(words[i+1]) <= 10 {
			if pair := w + words[i+1]; sameThing[pair] != "" {
				add(pair)
			}
		}
	}
	return out
}

// stem takes the plural and the commonest endings off a word.
func stem(w string) string {
	for _, end := range []string{"ings", "ing", "ies", "es", "s", "ed"} {
		if len(w) > len(end)+3 && strings.HasSuffix(w, end) && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") {
			base := strings.TrimSuffix(w, end)
			if end == "ies" {
				return base + "y"
			}
			return base
		}
	}
	return w
}
