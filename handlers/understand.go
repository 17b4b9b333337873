package handlers

import (
	"strings"
	"unicode"

	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
)

// wish is what a declaration asked for, before anything was looked up.
type wish struct {
	severity string // label, empty when none was named
	playbook incident.Playbook
	// hold is how firmly the scenario was named; NoHold with a playbook means that
	// it was found by the words of the title.
	hold    playbooks.Hold
	title   string
	private bool
	drill   bool
	// another: whoever declares knows of the incidents that may be the same one.
	another bool
	// unknown is a word that looks like a severity but is none.
	unknown string
	// offer are scenarios of which one may be meant.
	offer []incident.Playbook
	// doubt is a word that may mean something else than a declaration; people are
	// asked before anybody is paged because of it.
	doubt doubt
}

// doubt is why a declaration may be none, or another one.
type doubt int

const (
	sure doubt = iota
	// aboutSeverity: the word for the severity is a word of the language too: "high latency".
	aboutSeverity
	// aboutVerb: a command or an incident's name follows the severity: "p1 ack", "p1 #42".
	aboutVerb
)

// understand reads "p0 site-down checkout answers 500 --private": severity and
// scenario in any order among the first words, the others are the title.
func understand(rb *playbooks.Runbook, text string) wish {
	var w wish
	w.private, text = takeFlag(text, "private")
	w.drill, text = takeFlag(text, "drill")
	w.another, text = takeFlag(text, "another")
	whole := strings.Fields(text)
	words, spoken := whole, ""
	for len(words) > 0 {
		if n := w.takeSeverity(rb, words); n > 0 {
			words = words[n:]
			continue
		}
		if w.playbook.Slug != "" {
			break
		}
		pb, hold := rb.Naming(words[0])
		if hold == playbooks.NoHold || hold == playbooks.ByPart && !strings.Contains(words[0], "-") {
			break // a word of the language, which a name has too: it is offered
		}
		w.playbook, w.hold = pb, hold
		if hold != playbooks.BySlug {
			spoken = words[0] // and a word of the title too: "errors everywhere"
		}
		words = words[1:]
	}
	if w.slugged() || w.hold == playbooks.ByAlias && len(words) == 0 {
		w.doubt = sure // "critical site-down" has one meaning
	}
	if spoken != "" && len(words) > 0 {
		words = append([]string{spoken}, words...)
	}
	if w.doubt == aboutSeverity {
		words = whole
	}
	w.title = blocks.Unescape(strings.Join(words, " "))
	if len(words) > 0 {
		w.suspect(words)
		if w.playbook.Slug == "" {
			w.guess(rb, words)
		}
	}
	return w
}

// slugged reports whether the scenario was named by a slug that is no word of the language.
func (w *wish) slugged() bool {
	return w.hold == playbooks.BySlug && strings.Contains(w.playbook.Slug, "-")
}

// takeSeverity takes a severity off the front, and says how many words that are.
// A bare number is none: it is an incident's, or part of a title.
func (w *wish) takeSeverity(rb *playbooks.Runbook, words []string) int {
	word := strings.TrimRight(words[0], ":,;")
	if w.severity != "" || w.unknown != "" || !strings.ContainsFunc(word, unicode.IsLetter) {
		return 0
	}
	if s, ok := rb.Policy.Find(word); ok {
		w.severity = s.Label
		if !strings.ContainsFunc(word, unicode.IsDigit) && word == words[0] {
			w.doubt = aboutSeverity
		}
		return 1
	}
	if severityLike.MatchString(word) {
		w.unknown = word
		return 1
	}
	return 0
}

// suspect looks whether the title may be a command that begins with a severity.
func (w *wish) suspect(words []string) {
	if w.doubt != sure || w.severity == "" || w.hold != playbooks.NoHold {
		return
	}
	_, isVerb := verbs[strings.ToLower(words[0])]
	if _, _, named := takeIncident(words[0], false); isVerb || named {
		w.doubt = aboutVerb
	}
}

// guess looks for the scenario in the words of the title. A word written like a
// slug is taken for a mistyped one first.
func (w *wish) guess(rb *playbooks.Runbook, words []string) {
	if strings.Contains(words[0], "-") {
		for _, slug := range rb.Nearest(words[0], 3) {
			if pb, ok := rb.Scenario(slug); ok {
				w.offer = append(w.offer, pb)
			}
		}
		if len(w.offer) > 0 {
			return
		}
	}
	found := rb.Match(w.title, 3)
	if len(found) == 0 {
		return
	}
	switch {
	case found[0].Sure && found[0].Words > 1:
		w.playbook = found[0].Playbook
		return
	case found[0].Sure: // by one word
		found = found[:1]
	}
	for _, m := range found {
		w.offer = append(w.offer, m.Playbook)
	}
}
