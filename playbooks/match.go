package playbooks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"mayday/incident"
)

// Match is a scenario that may be meant.
type Match struct {
	Playbook incident.Playbook
	// Score is how well the words fit; only its order has a meaning.
	Score float64
	// Sure: this one fits clearly better than every other.
	Sure bool
}

// Scenario finds a scenario by its exact slug, an alias, a word that only one
// slug holds, or a prefix that only one slug has, in any case.
func (r *Runbook) Scenario(word string) (incident.Playbook, bool) {
	w := slugOf(word)
	if w == "" {
		return incident.Playbook{}, false
	}
	for _, p := range r.Scenarios {
		if p.Slug == w {
			return p, true
		}
	}
	for _, p := range r.Scenarios {
		if slices.Contains(p.Aliases, w) {
			return p, true
		}
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
			return found, true
		}
	}
	return incident.Playbook{}, false
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
		out[0].Sure = out[0].Score >= 1.5 && (len(out) == 1 || out[0].Score >= 1.5*out[1].Score)
	}
	return out[:min(n, len(out))]
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
