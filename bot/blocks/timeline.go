package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// TimelinePage is how many events one page of a timeline holds.
const TimelinePage = 20

// Timeline is one page of what happened, oldest first. page counts from 1.
func Timeline(inc incident.Incident, evs []incident.Event, page, pages int) Message {
	name := fmt.Sprintf("Timeline of %s", naming(inc))
	if pages > 1 {
		name += fmt.Sprintf(", page %d of %d", page, pages)
	}
	blocks := []slack.Block{section(strong(name) + " · " + title(inc))}
	var lines []string
	for _, ev := range evs {
		l := moment(ev.At) + "  " + strings.ReplaceAll(shorten(sentence(inc, ev), maxSentence), "\n", " ")
		if len(strings.Join(lines, "\n"))+len(l) > maxText {
			blocks = append(blocks, section(lines...))
			lines = nil
		}
		lines = append(lines, l)
	}
	blocks = append(blocks, section(lines...))
	if len(evs) == 0 {
		blocks = append(blocks, section("Nothing on this page."))
	}
	turn := func(to int, words string) slack.BlockElement {
		if to < 1 || to > pages || pages < 2 {
			return nil
		}
		return button(fmt.Sprintf("%s:%d", ActionTimeline, to), Target{Incident: inc.ID, UID: inc.UID, Page: to}, words)
	}
	return reply(name+".", append(blocks, row(turn(page-1, "Earlier"), turn(page+1, "Later")))...)
}
