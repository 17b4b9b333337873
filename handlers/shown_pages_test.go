package handlers

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
)

// TestATrendIsAChartWhereSlackDrawsIt, and figures in words elsewhere.
func TestATrendIsAChartWhereSlackDrawsIt(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	q := l.h.Runbook().Queries[0]
	assert.Contains(t, l.types("trend", elsewhere).Text, "No numbers are kept yet")
	today := routine.DayOf(l.h.Store.Now().UTC())
	var err error
	for back, value := range map[int]float64{0: 7, -1: 5, -29: 3, -30: 100, -31: 200} {
		_, err := l.h.Store.Pool().Exec(t.Context(), `insert into mayday.reading (query, day, value) values ($1, $2::date, $3)`, q.Name, string(today.Add(back)), value)
		require.NoError(t, err)
	}
	assert.Contains(t, inJSON(t, l.types("trend", elsewhere).Blocks), q.Title)
	said := inJSON(t, l.types("trend "+q.Name, elsewhere).Blocks)
	for text, there := range map[string]bool{" 7": true, "3": true, "100": false} {
		assert.Equal(t, there, strings.Contains(said, text), "%q in %s", text, said)
	}
	assert.Contains(t, inJSON(t, l.types("trend "+q.Name+" 31d", elsewhere).Blocks), "100")
	assert.NotContains(t, inJSON(t, l.types("trend "+q.Name+" 31d", elsewhere).Blocks), "200")
	bare := bot.Request{Kind: bot.Command, Text: "trend " + l.h.Runbook().Queries[1].Name, Channel: elsewhere, ResponseURL: "https://a.test"}
	assert.Contains(t, l.does(bare).Text, "are kept yet", "without a chart it is answered at once")
	require.Empty(t, l.told)
	charted := bot.Request{Kind: bot.Command, Text: "trend " + q.Name, Channel: elsewhere, ResponseURL: "https://a.test"}
	assert.Empty(t, l.does(charted).Text)
	require.Len(t, l.told, 1)
	drawn := func(m told) bool {
		for _, b := range m.Blocks {
			if b.BlockType() == slack.MBTDataVisualization {
				return true
			}
		}
		return false
	}
	assert.True(t, drawn(l.told[0]))
	l.told, l.refuses = nil, map[string]bool{"respond": true}
	l.does(charted)
	require.Len(t, l.told, 1)
	assert.False(t, drawn(l.told[0]), "Slack did not take it")
	assert.Contains(t, inJSON(t, l.told[0].Blocks), "7")
	assert.Contains(t, l.types("trend xyzzy", elsewhere).Text, "has no query")
	// Where the team's day is another one than that of UTC, it is the team's that counts.
	now := l.h.Store.Now().UTC()
	zone, day, there := "Etc/GMT-14", today.Add(1), true
	if now.Hour() < 10 {
		zone, day, there = "Etc/GMT+12", today, false
	}
	l.h.Zone, err = time.LoadLocation(zone)
	require.NoError(t, err)
	_, err = l.h.Store.Pool().Exec(t.Context(), `insert into mayday.reading (query, day, value) values ('team/day', $1::date, 1)`, string(day))
	require.NoError(t, err)
	assert.Equal(t, there, strings.Contains(inJSON(t, l.types("trend", elsewhere).Blocks), "team/day"), zone)
}

func TestTheTimelineHasPages(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	evs, err := l.h.Store.Timeline(t.Context(), inc.ID, 0, 0)
	require.NoError(t, err)
	for range blocks.TimelinePage - len(incident.Timeline(evs)) {
		l.types("note seen", inc.ChannelID)
	}
	assert.Contains(t, l.types("timeline 2", inc.ChannelID).Text, "The timeline has pages 1 to 1", "a page that is full to the last line")
	l.types("note the newest", inc.ChannelID)
	newest := inJSON(t, l.types("timeline", inc.ChannelID).Blocks)
	assert.Equal(t, newest, inJSON(t, l.types("timeline 2", inc.ChannelID).Blocks), "the newest page comes first")
	assert.Contains(t, newest, "the newest")
	oldest := inJSON(t, l.types("timeline 1", inc.ChannelID).Blocks)
	assert.NotContains(t, oldest, "the newest")
	assert.Equal(t, blocks.TimelinePage-len(incident.Timeline(evs)), strings.Count(oldest, "seen"))
	for _, text := range []string{"timeline 0", "timeline 3", "timeline x"} {
		assert.Contains(t, l.types(text, inc.ChannelID).Text, "The timeline has pages 1 to 2", text)
	}
	button := about(inc)
	button.Page = 1
	assert.Equal(t, inJSON(t, l.types("timeline 1", inc.ChannelID).Blocks), inJSON(t, l.press(blocks.ActionTimeline, button, inc.ChannelID).Blocks))
	button.Page = 0
	assert.Equal(t, newest, inJSON(t, l.press(blocks.ActionTimeline, button, inc.ChannelID).Blocks))
}

// TestTheRunbookIsShownByPages, by command and by button.
func TestTheRunbookIsShownByPages(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	pb, _ := l.h.Runbook().Scenario("payment-failures")
	index := l.types("runbook", elsewhere)
	for text, want := range map[string]bot.Reply{
		"runbook 1": index, "runbook payment-failures": say(blocks.Scenario(pb, 1)), "runbook payment-failures 2": say(blocks.Scenario(pb, 2)),
		"runbook payments fail": say(blocks.Scenario(pb, 1)), "playbook #1": say(blocks.Steps(l.state(1))), "step #1": say(blocks.Steps(l.state(1))),
	} {
		assert.Equal(t, inJSON(t, want.Blocks), inJSON(t, l.types(text, elsewhere).Blocks), text)
	}
	for target, want := range map[blocks.Target]string{
		{Playbook: "payment-failures"}: inJSON(t, say(blocks.Scenario(pb, 1)).Blocks), {Playbook: "payment-failures", Page: 2}: inJSON(t, say(blocks.Scenario(pb, 2)).Blocks),
		{Name: "query", Page: 2}: inJSON(t, l.types("query 2", elsewhere).Blocks), {Name: "contacts", Page: 1}: inJSON(t, l.types("contacts", elsewhere).Blocks), {}: inJSON(t, index.Blocks),
	} {
		assert.Equal(t, want, inJSON(t, l.press(blocks.ActionRunbook, target, elsewhere).Blocks), target)
	}
	rb := l.h.Runbook()
	require.NotEmpty(t, rb.Checklists)
	assert.Equal(t, inJSON(t, say(blocks.Checklist(rb.Checklists[0])).Blocks), inJSON(t, l.types("checklist "+strings.ToUpper(rb.Checklists[0].Name), elsewhere).Blocks))
	assert.Contains(t, l.types("checklist", elsewhere).Text, "Which checklist?")
	assert.Contains(t, l.types("checklist xyzzy", elsewhere).Text, "no checklist \"xyzzy\"")
	l.h.Probes = false
	assert.Contains(t, l.types("probe #1 2", elsewhere).Text, "switched off")
	l.h.Probes = true
	assert.Contains(t, l.types("probe #1 99", elsewhere).Text, "step", "of a step that is not there")
	assert.Contains(t, l.types("playbook #1 xyzzy", elsewhere).Text, "no scenario")
	assert.Contains(t, l.types("step #1 2 assign", elsewhere).Text+l.state(1).Walk().Marks[1].Assignee, "U0ANA01", "to whoever types, without a name")
	assert.Contains(t, l.types("digest mute", elsewhere).Text+inJSON(t, l.types("digest mute", elsewhere).Blocks), "mute")
	d, err := l.h.Store.Digest(t.Context())
	require.NoError(t, err)
	assert.Contains(t, inJSON(t, d), "U0ANA01")
	l.types("digest on", elsewhere)
	d, err = l.h.Store.Digest(t.Context())
	require.NoError(t, err)
	assert.NotContains(t, inJSON(t, d), "U0ANA01")
}
