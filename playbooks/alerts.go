package playbooks

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"mayday/incident"
)

// Recognize finds the scenario that an alert is about, and how severe it is by the runbook's
// own labels. What the sender says outright goes first: the label mayday_scenario, a runbook
// address that ends in one of the runbook's headings or files, the name of a scenario. Else the words of
// the detection lines decide. Found.Why says which it was; without a scenario it is empty.
func (r *Runbook) Recognize(a incident.Report) incident.Found {
	pb, why := r.said(a)
	if pb.Slug == "" {
		pb, why = r.detected(a)
	}
	f := incident.Found{Scenario: pb.Slug, Title: pb.Title, Why: why}
	if s, ok := r.Policy.Find(a.Severity); ok {
		f.Severity = s.Label
	} else if len(pb.Severities) > 0 {
		f.Severity = pb.Severities[0]
	} else if n := len(r.Policy.Severities); n > 0 {
		f.Severity = r.Policy.Severities[(n-1)/2].Label
	}
	return f
}

// said is the scenario that the sender names.
func (r *Runbook) said(a incident.Report) (incident.Playbook, string) {
	if pb, hold := r.Naming(a.Scenario); hold >= ByAlias {
		return pb, "its label mayday_scenario"
	}
	for _, ref := range a.Runbooks {
		if pb, ok := r.linked(ref); ok {
			return pb, "its runbook address"
		}
	}
	for _, ref := range a.Runbooks {
		if pb, hold := r.Naming(ref); hold >= ByAlias {
			return pb, "its annotation runbook"
		}
	}
	return incident.Playbook{}, ""
}

// linked is the scenario whose heading the fragment of an address is made of, or whose file it ends in.
func (r *Runbook) linked(address string) (incident.Playbook, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" && u.Fragment == "" {
		return incident.Playbook{}, false
	}
	name := u.Fragment
	if name == "" {
		name = strings.TrimSuffix(path.Base(u.Path), path.Ext(u.Path))
	}
	words := strings.Split(slugOf(name), "-")
	for _, pb := range r.Scenarios {
		if pb.Slug != "" && r.anchors(words, pb) {
			return pb, true
		}
	}
	return incident.Playbook{}, false
}

// anchors reports whether words are a scenario's title with nothing beside it but numbers,
// severities and what such headings begin with.
func (r *Runbook) anchors(words []string, pb incident.Playbook) bool {
	for _, title := range append([]string{slugOf(pb.Title), pb.Slug}, pb.Aliases...) {
		want := strings.Split(title, "-")
		for at := 0; at+len(want) <= len(words); at++ {
			if !slices.Equal(words[at:at+len(want)], want) {
				continue
			}
			beside := append(slices.Clone(words[:at]), words[at+len(want):]...)
			if !slices.ContainsFunc(beside, func(w string) bool {
				_, isSeverity := r.Policy.Find(w)
				return !isSeverity && letters(w) > 0 && !headingWords[w]
			}) {
				return true
			}
		}
	}
	return false
}

// headingWords begin or end the heading of a scenario without naming it.
var headingWords = map[string]bool{"scenario": true, "incident": true, "runbook": true, "playbook": true, "alert": true, "sev": true, "p": true, "case": true}

// How much a word of an alert counts in a detection line.
const (
	// byName is for the name of the source or of a label such as service: the line speaks of just that tool.
	byName = 3.0
	byWord = 1.0
	// inHeading is what a title counts more than a line, and inWhole a line that is in the alert as a whole.
	inHeading, inWhole = 1.5, 1.5
	// leastSure is what a scenario needs to be taken, and clearly how many times as much as the next one.
	leastSure = 2.5
	clearly   = 1.4
)

// detected is the scenario one of whose detection lines, or whose title, speaks of the alert
// clearly better than those of all others.
func (r *Runbook) detected(a incident.Report) (incident.Playbook, string) {
	if pb, ok := r.titled(a); ok {
		return pb, "the scenario's name"
	}
	words := alertWords(a)
	if len(words) == 0 {
		return incident.Playbook{}, ""
	}
	type guess struct {
		pb    incident.Playbook
		line  string
		score float64
	}
	rare := r.rarityOfSigns(words)
	var list []guess
	for _, pb := range r.Scenarios {
		g := guess{pb: pb}
		for i, line := range append([]string{pb.Title + " " + strings.ReplaceAll(strings.Join(pb.Aliases, " "), "-", " ")}, pb.Signs...) {
			score, said := speaksOf(line, words, rare), line
			if i == 0 {
				score, said = inHeading*score, "" // the title
			}
			if score > g.score {
				g.score, g.line = score, said
			}
		}
		list = append(list, g)
	}
	slices.SortStableFunc(list, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
	if len(list) == 0 || list[0].score < leastSure || len(list) > 1 && list[0].score < clearly*list[1].score {
		return incident.Playbook{}, ""
	}
	if list[0].line == "" {
		return list[0].pb, "the scenario's name"
	}
	return list[0].pb, fmt.Sprintf("the detection line “%s”", clip(oneLine(list[0].line), 120))
}

// titled is the one scenario whose whole title, of two words or more, stands in the alert's.
func (r *Runbook) titled(a incident.Report) (found incident.Playbook, ok bool) {
	for _, said := range []string{a.Title, camelWords(a.Labels["alertname"]), camelWords(a.Title)} {
		words := "-" + slugOf(said) + "-"
		for _, pb := range r.Scenarios {
			title := slugOf(pb.Title)
			if !strings.Contains(title, "-") || !strings.Contains(words, "-"+title+"-") {
				continue
			}
			if ok && found.Slug != pb.Slug {
				return incident.Playbook{}, false
			}
			found, ok = pb, true
		}
	}
	return found, ok
}

// speaksOf is how much a line speaks of an alert. One of which every telling word is in the
// alert, and there are two at least, counts for more.
func speaksOf(line string, words, rare map[string]float64) (score float64) {
	has := map[string]float64{}
	for _, t := range termsOf(line) {
		has[t] = 1
	}
	hits := 0
	for w, weight := range words {
		if f := speaks(w, has); f > 0 {
			score += weight * f * rare[w]
			hits++
		}
	}
	telling := 0
	for t := range has {
		if !vague[t] {
			telling++
		}
	}
	if hits >= 2 && hits >= telling {
		score *= inWhole
	}
	return score
}

// speaks is fit for a machine's words, which are not mistyped: as it is, or one the beginning of the other.
func speaks(word string, has map[string]float64) float64 {
	if has[word] > 0 {
		return 1
	}
	for t := range has {
		if short, long := min(len(word), len(t)), max(len(word), len(t)); short >= 5 && long > short && (strings.HasPrefix(word, t) || strings.HasPrefix(t, word)) {
			return 0.8
		}
	}
	return 0
}

// alertWords are the telling words of an alert and how much each counts.
func alertWords(a incident.Report) map[string]float64 {
	words := map[string]float64{}
	add := func(s string, weight float64) {
		for _, t := range termsOf(clip(s, 300)) {
			if !vague[t] && letters(t) > 2 {
				words[t] = max(words[t], weight)
			}
		}
		for _, w := range strings.Fields(plain(s)) {
			if to := sameThing[w]; to != "" && !vague[to] {
				words[to] = max(words[to], weight)
			}
		}
	}
	add(a.Title, byWord)
	add(camelWords(a.Labels["alertname"]), byWord)
	for _, name := range slices.Sorted(maps.Keys(a.Labels)) {
		if namingLabels[name] {
			add(camelWords(a.Labels[name]), byWord)
		}
	}
	add(a.Source, byName)
	add(a.Labels["client"], byName)
	return words
}

// namingLabels say of what an alert speaks; the others say where it runs.
var namingLabels = map[string]bool{"service": true, "job": true, "app": true, "component": true, "class": true, "monitor": true, "check": true, "culprit": true, "team": false}

// camelWords takes "HighErrorRate" and "high_error_rate" apart.
func camelWords(s string) string {
	var b strings.Builder
	var last rune
	for _, c := range s {
		if c >= 'A' && c <= 'Z' && last >= 'a' && last <= 'z' {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
		last = c
	}
	return strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(b.String())
}

// rarityOfSigns weighs down words of which several scenarios speak.
func (r *Runbook) rarityOfSigns(words map[string]float64) map[string]float64 {
	rare := map[string]float64{}
	for w := range words {
		in := 0
		for _, pb := range r.Scenarios {
			has := map[string]float64{}
			for _, t := range termsOf(pb.Title + " " + strings.Join(pb.Signs, " ")) {
				has[t] = 1
			}
			if speaks(w, has) > 0 {
				in++
			}
		}
		rare[w] = 1 / float64(max(1, in))
	}
	return rare
}

// DeclarationFor is the declaration that an offer comes to. A scenario that the runbook has no
// more, or none, gives the severity's own procedures.
func (r *Runbook) DeclarationFor(o incident.Offer) incident.Declaration {
	d := incident.Declaration{Title: o.Title, Severity: o.Found.Severity, Policy: r.Policy}
	s, ok := r.Policy.Find(d.Severity)
	if !ok && len(r.Policy.Severities) > 0 {
		s = r.Policy.Severities[(len(r.Policy.Severities)-1)/2]
		d.Severity = s.Label
	}
	if pb, hold := r.Naming(o.Found.Scenario); hold == BySlug {
		d.Playbook = pb
	} else {
		d.Playbook = r.Generic(s)
	}
	return d
}
