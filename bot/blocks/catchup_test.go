package blocks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// deserted is an incident that was declared while Slack was away for hours, with what happened until it was back. Nobody
// answers unless acked says so.
func deserted(t *testing.T, hours int, acked bool) (s *story, away []incident.Event) {
	s = declared(t, nil)
	o := incident.Outage{From: after(0), To: after(60 * hours)}
	if acked {
		s.then(incident.Acknowledge(s.inc, "mia@acme.dev", after(4)))
		s.then(incident.Announce(s.inc, ana, "the pooler is full\n<!channel> rolled back", 0, after(9)))
	}
	for len(s.inc.Timers()) > 0 && !s.inc.Timers()[0].Due.After(o.To) {
		for i, p := range s.inc.Pages {
			s.then(incident.PageTried(s.inc, i, p.At, p.At))
		}
		s.then(incident.Fire(s.inc, s.inc.Timers()[0], s.inc.Timers()[0].Due))
	}
	s.then(incident.SlackBack(s.inc, o, true, o.To))
	for _, ev := range s.evs {
		if ev.Aloud {
			away = append(away, ev)
		}
	}
	return s, away
}

// caught adds what is said once Slack is back.
func caught(t *testing.T, ms map[string]Message) {
	s, away := deserted(t, 6, false)
	ms["catch-up"], ms["announcement-late"] = Events(s.inc, away), Announcement(s.inc)
	ms["page-late"] = Page(s.inc, s.inc.Pages[0], ben, after(361))
	quiet, _ := deserted(t, 6, true)
	ms["catch-up-answered"] = Events(quiet.inc, aloudOf(quiet))
	stopped, away := deserted(t, 6, true)
	stopped.inc.SlackOutage.Stopped, away[len(away)-1].Stopped = true, true
	ms["catch-up-stopped"] = Events(stopped.inc, away)
	ms["catch-up-nothing"] = Events(quiet.inc, quiet.evs[len(quiet.evs)-1:])
}

func aloudOf(s *story) (evs []incident.Event) {
	for _, ev := range s.evs {
		if ev.Aloud {
			evs = append(evs, ev)
		}
	}
	return evs
}

func TestACatchUpCallsOnlyWhoIsStillCalled(t *testing.T) {
	s, away := deserted(t, 6, false)
	require.Greater(t, len(away), 60)
	m := written(t, Events(s.inc, away))
	assert.Equal(t, 1, strings.Count(m.blocks, "<@"), "Ben, once: of the others no account is known")
	assert.Contains(t, m.blocks, "<@"+ben+">")
	assert.Contains(t, m.blocks, "Acknowledge")
	assert.Contains(t, m.blocks, "times)")
	assert.Equal(t, []incident.Person{ben}, Called(s.inc, away), "whoever is called is to be in the channel before")

	s.then(incident.Acknowledge(s.inc, ana, after(361)))
	m = written(t, Events(s.inc, away))
	assert.NotContains(t, m.blocks, "<@", "drawn anew it calls nobody")
	assert.NotContains(t, m.blocks, `"button"`)

	quiet, away := deserted(t, 6, true)
	m = written(t, Events(quiet.inc, away))
	assert.NotContains(t, m.blocks+m.text, "<@")
	assert.NotContains(t, m.blocks+m.text, "<!channel>")
	assert.Contains(t, m.blocks, "mia@acme.dev acknowledged", "as they were typed")
	assert.Empty(t, Called(quiet.inc, away))
}

func TestACatchUpOfALongStoryFits(t *testing.T) {
	s, away := deserted(t, 6, false)
	var many []incident.Event
	for i := range 200 {
		many = append(many, incident.Event{Seq: i + 1, At: after(i), Kind: incident.EventUpdated, By: ana, Text: fmt.Sprintf("update %d ", i) + strings.Repeat("<&> ", 400), Aloud: true})
	}
	many = append(many, away[len(away)-1])
	m := written(t, Events(s.inc, many))
	assert.Contains(t, m.blocks, "update 0 ")
	assert.Contains(t, m.blocks, "update 199 ")
	assert.Contains(t, m.blocks, "170 more")
	assert.Less(t, len([]rune(m.text)), maxFallback)
	assert.Less(t, len(m.blocks), 50_000)
}

func TestWhatComesLateSaysSo(t *testing.T) {
	s, _ := deserted(t, 6, false)
	assert.Contains(t, written(t, Announcement(s.inc)).blocks, "Told late")
	assert.Contains(t, written(t, Page(s.inc, s.inc.Pages[0], ben, after(361))).blocks, "Told late")
	s.then(incident.PagePerson(s.inc, ana, ben, "", after(400)))
	last := s.inc.Pages[len(s.inc.Pages)-1]
	assert.NotContains(t, written(t, Page(s.inc, last, ben, after(400))).blocks, "Told late")
	before := declared(t, nil)
	before.then(incident.SlackBack(before.inc, incident.Outage{From: after(60), To: after(120)}, true, after(120)))
	assert.NotContains(t, written(t, Announcement(before.inc)).blocks, "Told late", "it stood there in time")
}

// shownAs is a message as it is written.
type shownAs struct{ text, blocks string }

func written(t *testing.T, m Message) shownAs {
	t.Helper()
	return shownAs{m.Text, string(readable(t, m.Blocks))}
}
