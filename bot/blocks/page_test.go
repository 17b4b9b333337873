package blocks

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// TestWhatIsAskedForOnlyAsLongAsItIsWanted: buttons and times of pages and breaches go once they mean nothing.
func TestWhatIsAskedForOnlyAsLongAsItIsWanted(t *testing.T) {
	s := opened(t, nil)
	page := func(now int) string { return everythingOf(t, Page(s.inc, s.inc.Pages[0], ana, after(now))) }
	assert.Contains(t, page(1), "Respond by")
	assert.NotContains(t, page(15), "Respond by", "its time is over, whether or not the clock has fired")
	assert.Contains(t, page(15), "acknowledge now")
	s.fire(after(20))
	assert.NotContains(t, page(20), "Respond by")
	var breach incident.Event
	for _, ev := range s.evs {
		if ev.Kind == incident.EventRespondBreached {
			breach = ev
		}
	}
	assert.Contains(t, everythingOf(t, Event(s.inc, breach)), "Page next")
	assert.Contains(t, everythingOf(t, Event(s.inc, breach)), "Acknowledge\"")
	s.then(incident.Acknowledge(s.inc, ben, after(21)))
	assert.NotContains(t, everythingOf(t, Event(s.inc, breach)), "button", "a breach that was acknowledged afterwards asks for nothing")
	assert.Contains(t, page(22), "Ben Okafor acknowledged at")
	assert.Contains(t, page(22), "On my way")
	assert.NotContains(t, everythingOf(t, Page(s.inc, s.inc.Pages[0], ben, after(22))), "On my way", "who acknowledged is expected")
	s.then(incident.OnMyWay(s.inc, ana, after(23)))
	assert.NotContains(t, page(23), "button")
	assert.Contains(t, page(23), "You have been on your way since")
	assert.Contains(t, everythingOf(t, Card(s.inc, after(23))), "on the way: Ana Ferreira")
}

// TestThePageOfADrillBeginsWithThatWord: nobody is frightened by a light.
func TestThePageOfADrillBeginsWithThatWord(t *testing.T) {
	inc := opened(t, func(d *incident.Declaration) { d.Drill = true }).inc
	paged := Paged{inc, inc.Pages[0], ana}
	for what, m := range map[string]Message{"alone": Page(inc, inc.Pages[0], ana, after(1)), "of several": Pages([]Paged{paged, paged}, after(1))} {
		assert.NotContains(t, everythingOf(t, m), "_circle:", what)
		assert.Contains(t, everythingOf(t, m), "*Drill.* ", what)
		assert.Contains(t, m.Text, "Drill: ", what)
	}
}
