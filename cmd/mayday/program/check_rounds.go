package program

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mayday/playbooks"
	"mayday/routine"
)

// holidays reads the calendar of MAYDAY_HOLIDAYS.
func (k *checker) holidays() {
	if k.c.Holidays == "" {
		return
	}
	ctx, cancel := k.limit()
	defer cancel()
	today := routine.DayOf(time.Now().In(k.c.Zone))
	days, unread, err := readHolidays(ctx, k.c.Holidays, today)
	next, _ := slices.BinarySearch(days, today)
	switch {
	case err != nil:
		k.say(Failed, "holidays", err.Error(), "name an iCalendar in MAYDAY_HOLIDAYS: a file, or an address that needs no sign-in")
	case next == len(days):
		k.say(Warned, "holidays", "the calendar has none in the year to come", "look whether MAYDAY_HOLIDAYS names the right one")
	case unread > 0:
		k.say(Warned, "holidays", fmt.Sprintf("%d days in the year to come, the next %s; %d events were not understood", len(days)-next, days[next], unread), "")
	default:
		k.say(OK, "holidays", fmt.Sprintf("%d days in the year to come, the next %s", len(days)-next, days[next]), "")
	}
}

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
		k.holidays()
	}
}
