package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// TestAFormFromAMessageOrTheHomeDeclares: with what stood there filled in.
func TestAFormFromAMessageOrTheHomeDeclares(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	l.press(blocks.ActionDeclare, blocks.Target{Name: "P2"}, "")
	require.Len(t, l.forms, 1)
	assert.Equal(t, blocks.CallbackDeclare, l.form().CallbackID)
	assert.Contains(t, inJSON(t, l.form()), `"initial_option":{"text":{"type":"plain_text","text":"P2`)
	l.does(bot.Request{Kind: bot.MessageShortcut, CallbackID: blocks.CallbackDeclareFromMessage, Channel: elsewhere, Message: &bot.Received{Text: "lamps &lt;flicker&gt;"}})
	require.Len(t, l.forms, 2)
	assert.Contains(t, readableForm(t, l.form()), "lamps <flicker>")
	over, end := l.ended()
	defer end()
	before := l.newest()
	for _, callback := range []string{blocks.CallbackDeclare, blocks.CallbackDeclareFromMessage, blocks.CallbackDeclareAnother} {
		l.handles(over, callback, l.form().PrivateMetadata, map[string][]string{blocks.FieldTitle: {"lamps flicker"}, blocks.FieldSeverity: {"P2"}})
		before++
		assert.Equal(t, before, l.newest(), callback)
		assert.Equal(t, "lamps flicker", l.state(before).Title, callback)
	}
}

// TestAButtonIsAnsweredWhereItStands: in the channel what it did shows by itself, elsewhere it is said, and a question that is answered goes.
func TestAButtonIsAnsweredWhereItStands(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	step := func(n int, playbook string) blocks.Target {
		b := about(inc)
		b.Playbook, b.Step = playbook, n
		return b
	}
	assert.Zero(t, l.press(blocks.ActionStepDone, step(1, "payment-failures"), inc.ChannelID))
	assert.Equal(t, incident.StepDone, l.state(inc.ID).Walk().Marks[0].State)
	assert.NotEmpty(t, l.press(blocks.ActionStepDone, step(2, "payment-failures"), elsewhere).Text)
	for _, button := range []string{blocks.ActionStepSkip, blocks.ActionStepBlock} {
		assert.NotEmpty(t, l.press(button, step(1, "gone"), inc.ChannelID).Text, "%s: of a playbook that it has not", button)
	}
	assert.Empty(t, l.forms)
	probes := l.jobs(inc.ID, "run_probes") // of the step that came up
	assert.Contains(t, l.press(blocks.ActionProbe, step(2, "payment-failures"), inc.ChannelID).Text, "Checking")
	assert.Equal(t, probes+1, l.jobs(inc.ID, "run_probes"))
	l.press(blocks.ActionPublish, about(inc), inc.ChannelID)
	require.Len(t, l.forms, 1)
	assert.Equal(t, blocks.CallbackSent, l.form().CallbackID)

	on := about(inc)
	on.Name = "note seen"
	reply := l.press(blocks.ActionOn, on, elsewhere)
	assert.True(t, reply.Replace)
	assert.Contains(t, reply.Text, "seen")
	choice := about(inc)
	choice.Playbook = "site-down"
	assert.True(t, l.press(blocks.ActionChoose, choice, inc.ChannelID).Replace)
	assert.Equal(t, "site-down", l.state(inc.ID).Walk().Playbook.Slug)

	old := bot.Request{Kind: bot.Action, ActionID: blocks.ActionAcknowledge, Channel: elsewhere, MessageTS: "1.1"}
	old.Value = blocks.Target{Incident: 99}.String()
	assert.Contains(t, l.does(old).Text, "There is no such incident", "of an earlier version, about what is not there")
	old.ActionID, l.forms = blocks.ActionFollowUp, nil
	assert.Contains(t, l.does(old).Text, "There is no such incident")
	assert.Empty(t, l.forms)
	old.Value = about(inc).String()
	assert.Contains(t, l.does(old).Text, "no longer knows")
}

// TestActingInTheChannelOnly: where a setting says so, a member of another channel changes nothing by any button, and sees all the same.
func TestActingInTheChannelOnly(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{ActFrom: incident.ActInside})
	inc := l.declare(nil)
	offered := l.offer("a")
	timeline := about(inc)
	timeline.Page = 1
	assert.NotContains(t, l.press(blocks.ActionTimeline, timeline, elsewhere).Text, "Nothing changed")
	for name, say := range map[string]string{
		"a button":  l.press(blocks.ActionAcknowledge, about(inc), elsewhere).Text,
		"an alert":  l.press(blocks.ActionAttach, to(offered, inc), elsewhere).Text,
		"customers": l.press(blocks.ActionPublish, about(inc), elsewhere).Text,
		"a query":   l.press(blocks.ActionRunAll, about(inc), elsewhere).Text,
		"stopping":  l.press(blocks.ActionStopQuery, timeline, elsewhere).Text,
		"a command": l.types("ack #1", elsewhere).Text,
	} {
		assert.Regexp(t, "incident's own channel", say, name)
	}
	assert.Equal(t, inc.Revision, l.state(inc.ID).Revision)
	assert.Equal(t, incident.Offered, l.offerNow(offered.ID).State)
	assert.Zero(t, l.press(blocks.ActionAcknowledge, about(inc), inc.ChannelID))
	assert.True(t, l.state(inc.ID).Acknowledged())
}

// TestWhatIsPrivateIsInNoListOfOthers: not by its title, its number or its channel, in words or in blocks.
func TestWhatIsPrivateIsInNoListOfOthers(t *testing.T) {
	t.Parallel()
	h, _ := guarded(t, true, crowd{"U0EVE01": {ID: "U0EVE01"}, "U0ANA01": {ID: "U0ANA01"}})
	l := &lodge{t: t, h: h, homes: map[string]string{}}
	h.Slack = l
	for _, text := range []string{"list", "list all", "find payroll", "ack", "note 1"} {
		r := bot.Request{Kind: bot.Command, Text: text, User: "U0EVE01", Channel: elsewhere}
		assert.NotRegexp(t, "private incident|payroll|C0INC01", inJSON(t, l.does(r).Blocks), text)
	}
	assert.NotRegexp(t, "private incident|payroll|C0INC01", l.home("U0EVE01"))
	r := bot.Request{Kind: bot.Command, Text: "find payroll", User: "U0ANA01", Channel: elsewhere}
	assert.Contains(t, inJSON(t, l.does(r).Blocks), "private incident", "who takes part finds it")
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	inside, err := h.seen(t.Context(), bot.Request{User: "U0EVE01", Channel: inc.ChannelID}, store.Filter{Live: true})
	require.NoError(t, err)
	assert.Empty(t, inside, "a list is no place of its own")
}

// TestAnOlderButtonSaysThatTheDatabaseIsAway, and not that it belongs to another incident.
func TestAnOlderButtonSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	b.judge("of an earlier version", always, func() bot.Request {
		inc := b.declare(nil)
		target := blocks.Target{Incident: inc.ID}
		return bot.Request{Kind: bot.Action, ActionID: blocks.ActionAcknowledge, Value: target.String(), User: "U0ANA01", Channel: inc.ChannelID, MessageTS: "1.1"}
	})
}
