package handlers

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
)

// notes are what people wrote on the timeline of an incident.
func (l *lodge) notes(id int64) (list []string) {
	l.t.Helper()
	evs, err := l.h.Store.Timeline(l.t.Context(), id, 0, 0)
	require.NoError(l.t, err)
	for _, ev := range evs {
		if ev.Kind == incident.EventNoted || ev.Kind == incident.EventUpdated || ev.Kind == incident.EventResolved {
			list = append(list, ev.Text)
		}
	}
	return list
}

// types has ana type a command somewhere.
func (l *lodge) types(text, channel string) bot.Reply {
	l.t.Helper()
	l.typed++
	return l.h.Handle(l.t.Context(), bot.Request{Kind: bot.Command, Text: text, User: "U0ANA01", Channel: channel, Keys: []string{fmt.Sprintf("envelope:%d", l.typed)}})
}

const elsewhere = "C0ELSE1"

// TestANumberBeforeWordsIsAskedAbout: "note 2 nodes down" may be about incident 2, and about two nodes.
func TestANumberBeforeWordsIsAskedAbout(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"note", "update", "resolve", "fixed"} {
		l := newLodge(t, incident.Access{})
		two, three := l.declare(nil), l.declare(nil)
		require.EqualValues(t, 2, two.ID)
		reply := l.types(verb+" 2 nodes down", elsewhere)
		assert.Contains(t, reply.Text, "“2” may be the number of an incident, or part of what you say, so nothing was done")
		assert.Contains(t, reply.Text, "`/incident "+verb+" #2 nodes down`")
		assert.Contains(t, reply.Text, "`/incident "+verb+" #3 2 nodes down`")
		assert.Empty(t, l.notes(2))
		// One click does the rest, as the number or as the words.
		press := func(name string) {
			l.typed++
			var found bool
			raw, err := json.Marshal(reply.Blocks)
			require.NoError(t, err)
			var blocks []struct {
				Elements []struct {
					ActionID string `json:"action_id"`
					Value    string
					Text     struct{ Text string }
				}
			}
			require.NoError(t, json.Unmarshal(raw, &blocks))
			for _, b := range blocks {
				for _, e := range b.Elements {
					if e.ActionID != "" && e.Text.Text == name {
						found = true
						l.h.Handle(t.Context(), bot.Request{Kind: bot.Action, ActionID: e.ActionID, Value: e.Value, User: "U0ANA01", Channel: elsewhere, Keys: []string{fmt.Sprintf("action:%d", l.typed)}})
					}
				}
			}
			require.True(t, found, "%s in %s", name, raw)
		}
		press("P1 incident 3: 2 nodes down")
		press("P1 incident 2: nodes down")
		assert.Equal(t, []string{"2 nodes down"}, l.notes(three.ID))
		assert.Equal(t, []string{"nodes down"}, l.notes(two.ID))
	}
}

// TestWhatANumberMeans: where a command finds its incident, by where it is typed.
func TestWhatANumberMeans(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	two, three := l.declare(nil), l.declare(nil)
	for _, c := range []struct {
		text, where string
		id          int64  // of the incident that it is about; 0: it is asked
		rest        string // what is left of the words
	}{
		{"note #2 nodes down", elsewhere, 2, "nodes down"},
		{"note inc-2 nodes down", elsewhere, 2, "nodes down"},
		{"note #2 nodes down", three.ChannelID, 2, "nodes down"},
		{"note 2 nodes down", three.ChannelID, 3, "2 nodes down"}, // the channel's incident wins
		{"note 2 nodes down", two.ChannelID, 2, "2 nodes down"},
		{"resolve 2", two.ChannelID, 2, ""}, // which is its own name
		{"ack 2", two.ChannelID, 2, ""},
		{"ack 2", three.ChannelID, 0, ""}, // nothing else can be meant by it
		{"ack 99", three.ChannelID, 3, "99"},
		{"resolve 2", elsewhere, 2, ""},
		{"ack 2", elsewhere, 2, ""},
		{"onmyway 2", elsewhere, 2, ""},
		{"sev 2 p1 all regions", elsewhere, 2, "p1 all regions"},
		{"page 2 next", elsewhere, 2, "next"},
		{"note 99 bottles", elsewhere, 0, ""}, // there is none
		{"action 2 alerts too many", elsewhere, 0, ""},
		{"learn 2 restarts are needed", elsewhere, 0, ""},
		{"reopen 2 nodes are down again", elsewhere, 0, ""},
		{"cancel 2 tests only", elsewhere, 0, ""},
		{"step 2 done", elsewhere, 0, ""},
		{"step 2 1 done", elsewhere, 2, "1 done"},
		{"skip 2 1", elsewhere, 2, "1"},
		{"skip 2 2 nodes are enough", elsewhere, 0, ""},
		{"snooze 15 deploying", elsewhere, 0, ""},
		{"snooze 2 15m deploying", elsewhere, 2, "15m deploying"},
		{"snooze 2 2 nodes restart", elsewhere, 0, ""},
		{"ack #99", elsewhere, 0, ""},
		{"ack 99", elsewhere, 0, ""},
		{"ack #99", two.ChannelID, 0, ""},
		{"step 2", two.ChannelID, 2, "2"}, // its second step
		{"<#" + two.ChannelID + "> done fine", elsewhere, 2, "fine"},
		{"<#C0NOTHING>", elsewhere, 0, ""},
	} {
		r := bot.Request{Kind: bot.Command, Text: c.text, User: "U0ANA01", Channel: c.where}
		inc, rest, bad := l.h.locate(t.Context(), r, parse(c.text))
		if c.id == 0 {
			assert.NotNil(t, bad, "%s in %s", c.text, c.where)
			continue
		}
		if assert.Nil(t, bad, "%s in %s", c.text, c.where) {
			assert.Equal(t, c.id, inc.ID, "%s in %s", c.text, c.where)
			assert.Equal(t, c.rest, rest, "%s in %s", c.text, c.where)
		}
	}
}

// TestWhoMayNotSeeAnIncidentLearnsNothingByItsNumber: the words stand, and it is asked which of theirs is meant.
func TestWhoMayNotSeeAnIncidentLearnsNothingByItsNumber(t *testing.T) {
	t.Parallel()
	h, _ := guarded(t, true, crowd{"U0ANA01": {ID: "U0ANA01"}, "U0EVE01": {ID: "U0EVE01"}})
	reply := answer(t, h, bot.Request{Kind: bot.Command, Text: "note 1 node is down"}, "U0EVE01", elsewhere)
	assert.Contains(t, reply, "This is not an incident's channel.")
	assert.NotContains(t, reply, secret)
}

// TestANumberBeforeSomebodyIsNoShift: a shift has no number.
func TestANumberBeforeSomebodyIsNoShift(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	l.declare(nil)
	assert.NotContains(t, l.types("handover 2 <@U0GUS01> the pool is full", elsewhere).Text, "shift")
}

// TestWhatANumberMayBe that the words of a command begin with.
func TestWhatANumberMayBe(t *testing.T) {
	for text, want := range map[string]numberMeaning{
		"done 4": numberCounts, "done 42 4": numberNames, "done 4 2 nodes": numberEither, "done it 2 nodes": numberNames, "done 4 it worked": numberCounts, "done": numberNames,
		"skip 4 2": numberNames, "skip 4 2 nodes": numberEither, "blocked 4": numberCounts, "blocked 4 2 nodes": numberEither, "blocked 4 two nodes": numberCounts, "skip why 2 nodes": numberNames,
		"step 4 done": numberCounts, "step 42 4 done": numberNames, "step done": numberNames, "undo 4": numberCounts, "undo 42 4": numberNames, "assign 4 <@U1>": numberCounts, "assign 42 4 <@U1>": numberNames, "assign <@U1>": numberNames,
		"probe 4": numberCounts, "probe 42 4": numberNames, "probe": numberNames,
		"snooze 15": numberCounts, "snooze 15 deploying": numberCounts, "snooze 2 15m why": numberNames, "snooze 2 off": numberNames, "snooze 2 OFF": numberNames, "snooze 2 2 nodes": numberEither, "snooze 2 15": numberNames, "snooze 15m 2 nodes": numberNames, "snooze off": numberNames, "snooze": numberNames,
		"note 2 nodes": numberEither, "note 2": numberNames, "update 2 nodes": numberEither, "resolve 2 nodes": numberEither, "cancel 2 nodes": numberEither, "reopen 2 nodes": numberEither, "action 2 nodes": numberEither, "learn 2 nodes": numberEither, "publish 2 nodes": numberEither,
		"ack 2 nodes": numberNames, "page 2 next": numberNames,
	} {
		assert.Equal(t, want, numberOf(parse(text)), text)
	}
}

// TestANumberIsAskedAboutWhereItMayBeMeant: of an incident that whoever types may change, beside those that are open.
func TestANumberIsAskedAboutWhereItMayBeMeant(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	two, over := l.declare(nil), l.declare([]string{"resolve rolled back"})
	asked := inJSON(t, l.types("note 2 nodes down", elsewhere).Blocks)
	assert.Contains(t, asked, "P1 incident 2: nodes down")
	assert.NotContains(t, asked, fmt.Sprintf("P1 incident %d: 2 nodes down", over.ID))
	guest := bot.Request{Kind: bot.Command, Text: "note 2 nodes down", User: "U0GUS01", Channel: elsewhere}
	assert.NotContains(t, l.does(guest).Text, "may be the number", "it is not theirs")
	inTwo := bot.Request{Kind: bot.Command, Text: "ack 1", User: "U0GUS01", Channel: two.ChannelID}
	assert.Contains(t, l.does(inTwo).Text, "Ignored: 1", "nor is that one, so that it names nothing")
	assert.True(t, l.state(two.ID).Acknowledged())
}
