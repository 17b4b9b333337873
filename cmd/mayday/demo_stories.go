package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/sim/page"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// declaration is what the stories type to declare.
const declaration = "/incident p0 site-down checkout answers 500"

// situation is what the stories look at: the newest incident, and what was said in #general.
type situation struct {
	general, direct string // ids; direct is Ben's conversation with mayday
	said            string // timestamp of the newest message of a person in #general
	called          bool   // mayday wrote to Ben
	declared        bool
	inc             incident.Incident // when declared
	promoted        bool              // the shop's last good build is live
}

// look asks the store itself, so that a step is ticked because it is so and not because a message reads so.
func look(ctx context.Context, sim *slacksim.Sim, st *store.Store, shop *shop) situation {
	general, _ := sim.Channel("general")
	s := situation{general: general.ID, direct: sim.Direct("ben"), promoted: shop.build() == goodBuild}
	for _, m := range sim.Messages("general") {
		if !m.Bot && m.Subtype == "" {
			s.said = max(s.said, m.TS)
		}
	}
	s.called = len(sim.Messages(s.direct)) > 0
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	before, err := st.Fact(ctx, factHistory)
	if err != nil {
		return s
	}
	last, _ := strconv.ParseInt(before, 10, 64) // a demo without a history has no such fact
	if list, err := st.List(ctx, store.Filter{Limit: 1}); err == nil && len(list) > 0 && list[0].ID > last {
		s.declared, s.inc = true, list[0]
	}
	return s
}

// stories are the three of the first screen.
func (s situation) stories() []page.Story {
	return []page.Story{s.declaring(), s.paged(), s.resolving()}
}

func (s situation) declaring() page.Story {
	form := page.Step{Text: "From the ⋮ menu of the message choose “Declare from message”. The form has the words already: choose P0 and Site Down, and declare.", Done: s.declared}
	if s.said != "" {
		form.Button, form.As, form.Place, form.Shortcut, form.Message = "Open the form", "mia", s.general, bot.DeclareFromMessage, s.said
	}
	return page.Story{Title: "Somebody declares", About: "Mia of Support sees that nobody can buy.", Steps: []page.Step{
		{Text: "Mia writes in #general that checkout answers 500.", Done: s.said != "", Button: "Write it as Mia", As: "mia", Place: s.general, Type: "Checkout answers 500 for everybody"},
		form,
		s.seeChannel("mia", "See the incident's own channel: what is due, what to do first, and who is being called."),
	}}
}

// seeChannel leads into the incident's channel, once there is one.
func (s situation) seeChannel(as, text string) page.Step {
	step := page.Step{Text: text, As: as, Look: true}
	if s.inc.ChannelID != "" {
		step.Button, step.Place = "Show the channel", s.inc.ChannelID
	}
	return step
}

// declare is the step that stories begin with which need an incident.
func (s situation) declare() page.Step {
	return page.Step{Text: "Mia types " + declaration + " in #general.", Done: s.declared, Button: "Declare it as Mia", As: "mia", Place: s.general, Type: declaration}
}

func (s situation) paged() page.Story {
	message := page.Step{Text: "Be Ben. mayday calls him by direct message.", As: "ben", Look: true}
	ack := page.Step{Text: "Press Acknowledge there: the response clock stops, and Ben leads.", Done: s.inc.Acknowledged()}
	first := page.Step{Text: "In the channel do what the first step says, and press Done.", Done: s.declared && settled(s.inc)}
	if s.declared && s.called {
		message.Button, message.Place = "Be Ben", s.direct
		ack.Button, ack.As, ack.Place = "Show the message", "ben", s.direct
	}
	if s.inc.ChannelID != "" {
		first.Button, first.As, first.Place = "Show the step", "ben", s.inc.ChannelID
	}
	return page.Story{Title: "You are paged as Ben", About: "It is night, and a phone rings.", Steps: []page.Step{s.declare(), message, ack, first}}
}

// settled reports whether somebody did or skipped a step of any playbook in hand.
func settled(inc incident.Incident) bool {
	for _, w := range inc.Walks {
		for _, m := range w.Marks {
			if m.State == incident.StepDone || m.State == incident.StepSkipped {
				return true
			}
		}
	}
	return false
}

func (s situation) resolving() page.Story {
	resolve := page.Step{Text: "Resolve it, and say in a sentence what it was.", Done: s.declared && !s.inc.Status.Live()}
	if s.inc.ChannelID != "" {
		resolve.Button, resolve.As, resolve.Place, resolve.Type = "Resolve as Ana", "ana", s.inc.ChannelID, "/incident resolve"
	}
	read := page.Step{Text: "Read the post-mortem on GitHub: the timeline is filled in.", Look: true}
	if s.inc.PostmortemNumber > 0 {
		read.Button, read.Place = "Read it", fmt.Sprintf("issues/%d", s.inc.PostmortemNumber)
	}
	return page.Story{Title: "Resolve and see the post-mortem", About: "The last deployment was bad. Take it back.", Steps: []page.Step{
		s.declare(),
		{Text: "At Berth, where the shop runs, promote yesterday's build.", Done: s.promoted, Button: "Open Berth", Site: "https://berth.test/larkfield/web/deployments"},
		resolve, read,
	}}
}
