package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/reading"
)

// An escalation written as a sentence, in English: "If nobody answers within 15
// minutes, call the CTO".
var (
	unanswered = lazyregexp.New(`(?i)\b(?:if|when|after)\b.*\b(?:nobody|no[ -]?one|no (?:answer|reply|response|ack\w*)|not? (?:answer|reply|respond|react|pick|ack|resolv|mitigat|fix)\w*|(?:does|do|is|has)n['’]t|un(?:answered|acknowledged|available|reachable|resolved))\b`)
	callsWhom  = lazyregexp.New(`(?i)\b(?:call|page|phone|ring|notify|contact|inform|alert|escalate to)\s+(?:the |our )?([^.;,:()]{2,60})`)
	// outsiders may leave somebody waiting without that being an escalation of ours.
	outsiders = []string{"customer", "customers", "client", "clients", "user", "users", "vendor", "supplier", "provider", "support", "reporter"}
	// whenStems and callStems are what the words of both begin with: a first look that costs little.
	whenStems = []string{"if", "when", "after"}
	callStems = []string{"call", "page", "phone", "ring", "notify", "contact", "inform", "alert", "escalate to"}
)

// escalations gives the rules of such sentences to the contacts that they name.
// Sentences of a scenario speak of that problem only.
func (r *reader) escalations() {
	if len(r.book.Policy.Contacts) == 0 {
		return
	}
	for _, d := range r.docs {
		for _, p := range d.parts {
			if p.Scenario != nil || p.Row != nil || p.Section.Kind == reading.Template || p.Section.Kind == reading.Output || p.Section.Kind == reading.After {
				continue
			}
			for _, l := range p.lines() {
				if !strings.ContainsAny(l.Whole(), "0123456789") {
					continue
				}
				for _, s := range splitSentences(l.Whole()) {
					if c := r.calledBy(s); c != nil {
						r.rule(d, c, s, l.No)
						p.take(reading.UseContact)
					}
				}
			}
		}
	}
}

// calledBy is the contact whom a sentence calls after a time without an answer;
// nil when it names none, more than one, or one with a rule of their own.
func (r *reader) calledBy(s string) *incident.Contact {
	if !holdsFold(s, whenStems) || !holdsFold(s, callStems) {
		return nil
	}
	spans := amount.FindAllStringIndex(s, 2)
	if len(spans) != 1 || !unanswered.MatchString(s[:spans[0][1]]) {
		return nil
	}
	before, then := s[:spans[0][1]], s[spans[0][1]:]
	m := callsWhom.FindStringSubmatch(then)
	if m == nil || hasWord(plain(before), outsiders...) {
		return nil
	}
	var found *incident.Contact
	whom := plain(strings.TrimSpace(m[1]))
	for i := range r.book.Policy.Contacts {
		c := &r.book.Policy.Contacts[i]
		if !(c.Role != "" && hasWord(whom, plain(c.Role))) && !(c.Name != "" && hasWord(whom, plain(c.Name))) {
			continue
		}
		if found != nil {
			return nil
		}
		found = c
	}
	if found == nil || found.Rule.Text != "" {
		return nil
	}
	return found
}
