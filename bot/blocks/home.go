package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Home is the App Home: open incidents with their clocks, and how to declare
// one. Private incidents stand there without what they are about.
func Home(incs []incident.Incident, now time.Time) []slack.Block {
	blocks := []slack.Block{
		header("Open incidents"),
		row(primary(button(ActionDeclare, Target{}, "Declare incident"))),
	}
	open := 0
	for _, inc := range incs {
		if !inc.Status.Live() {
			continue
		}
		if open++; open > 40 { // two blocks each, and Slack admits 100 a view
			continue
		}
		blocks = append(blocks, slack.NewDividerBlock(), section(listed(inc, now)))
	}
	switch {
	case open == 0:
		blocks = append(blocks, section("No incident is open."))
	case open > 40:
		blocks = append(blocks, small(count(open-40, "more incident")+": "+command("list")))
	}
	return append(blocks, small("In any channel: "+command("p1 <what is wrong>")+" declares, "+command("help")+" lists the commands"))
}
