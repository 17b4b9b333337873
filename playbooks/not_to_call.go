package playbooks

import (
	"strings"

	"mayday/lazyregexp"
)

// notToCall finds lines about people and addresses that must not be paged.
var notToCall = lazyregexp.New(`(?i)\b(?:no-?reply|do-?not-?reply)@|\b(?:do not|don['’]?t|never) (?:page|call|contact|wake|ring|disturb)\b|\b(?:left|leaves) the (?:company|team)\b|\bno longer (?:here|with us|on[ -]call)\b`)

// roomInText finds a channel among other words: "the commander posts in #incidents".
var roomInText = lazyregexp.New(`\S\s+(?:in|to|into|at|en|im|dans|auf)\s+#[a-z]`)

// toldOf are verbs in the past that no ending tells.
var toldOf = map[string]bool{"has": true, "have": true, "had": true, "was": true, "were": true, "wrote": true, "built": true, "made": true, "ran": true, "led": true, "began": true, "became": true, "left": true, "won": true,
	"set": true, "taught": true, "brought": true, "took": true, "gave": true, "went": true, "came": true}

// givenTo are words that look like verbs in the past and say what somebody is for.
var givenTo = map[string]bool{"assigned": true, "dedicated": true, "named": true, "designated": true, "appointed": true, "based": true, "called": true, "trained": true, "needed": true, "shared": true, "united": true}

// tellsOf reports whether a text says what somebody once did, "Alice founded the
// team": a name, a verb in the past, and more.
func tellsOf(s string) bool {
	words := strings.Fields(s)
	n := 0
	for n < len(words) && n < 3 && personName(words[n]) {
		n++
	}
	if n == 0 || n+1 >= len(words) {
		return false
	}
	verb := words[n]
	return toldOf[verb] || len(verb) > 4 && strings.HasSuffix(verb, "ed") && !givenTo[verb] && strings.Trim(verb, "abcdefghijklmnopqrstuvwxyz") == ""
}
