package blocks

import (
	"time"

	"mayday/routine"
)

// TestPage is an exercise of a page: nothing has happened.
func TestPage(p routine.TestPage) Message {
	text := "This is a test page. Nothing has happened."
	return message(text, section(":bell: *This is a test page.* Nothing has happened.", "A page looks like this, with what is broken and the button *Acknowledge*."),
		section(otherWays(p)...), row(primary(button(ActionArrived, Target{Page: p.Number}, "It arrived"))),
		small("You asked for it: "+command("test-page")))
}

// otherWays says by what else it was sent, and what was not taken.
func otherWays(p routine.TestPage) (lines []string) {
	for _, w := range p.Ways {
		switch {
		case w.Name == routine.Direct:
		case w.Failed != "":
			lines = append(lines, ":warning: It was not sent by "+line(w.Name, 40)+": "+line(w.Failed, 200))
		default:
			lines = append(lines, "It was sent by "+line(w.Name, 40)+", too: look whether it is there.")
		}
	}
	return lines
}

// TestPageAsked answers whoever asked for one; before is when the one before was asked for.
func TestPageAsked(t routine.Tester, fresh bool) Message {
	last, _ := t.Last()
	if !fresh {
		return Problem("A test page was sent to you less than a minute ago.", "Look at your direct message with mayday, then press *It arrived*.")
	}
	text := "A test page is on its way to you by direct message. Put the phone away, wait for it, then press *It arrived*."
	failed := ""
	for _, before := range t.Tests {
		for _, w := range before.Ways {
			if before.Number == last.Number-1 && w.Failed != "" {
				failed = "The one before did not get out by " + line(w.Name, 40) + ": " + line(w.Failed, 200)
			}
		}
	}
	return reply(text, section(text), small(failed))
}

// TestPageArrived takes the place of a test page once it was answered.
func TestPageArrived(p routine.TestPage) Message {
	text := "The test page arrived."
	for _, w := range p.Ways {
		if w.Name == routine.Direct && !w.ArrivedAt.IsZero() {
			text = "The test page arrived. You answered " + took(w.ArrivedAt.Sub(p.At).Round(time.Second)) + " after you asked for it."
		}
	}
	return message(text, section(":white_check_mark: "+text), section(otherWays(p)...))
}

// TestPageReminder reminds a contact who never tried.
func TestPageReminder() Message {
	text := "You are a contact of the runbook, and whether a page reaches you was never tried."
	return message(text, section(text, "It takes a minute: "+command("test-page")), small("This comes once a month until you tried. No more of it: "+command("digest mute")))
}
