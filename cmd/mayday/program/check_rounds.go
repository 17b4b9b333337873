package program

import (
	"fmt"
	"strings"

	"mayday/playbooks"
)

// rounds says which checklists come by themselves, and where to.
func (k *checker) rounds(rb *playbooks.Runbook) {
	switch lists := rb.Routines(); {
	case !k.c.Rounds:
		k.say(OK, "checklists", "MAYDAY_ROUNDS is off: they are shown on request only", "")
	case len(lists) == 0:
		k.say(OK, "checklists", "none says how often it is due: they are shown on request only", "")
	default:
		var words []string
		for _, l := range lists {
			if l.Cadence.At == 0 {
				l.Cadence.At = k.c.RoundsAt
			}
			where := l.Channel
			if where == "" {
				where = strings.TrimPrefix(k.c.OpsChannel, "#")
			}
			words = append(words, fmt.Sprintf("%s %s in #%s", l.Name, l.Cadence, where))
		}
		k.say(OK, "checklists", strings.Join(words, "; "), "")
	}
}
