package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
)

// TestACommandWithoutWordsOpensItsForm, and where an incident is over it is refused with why.
func TestACommandWithoutWordsOpensItsForm(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc, over := l.declare(nil), l.declare([]string{"resolve rolled back"})
	for text, callback := range map[string]string{"update": blocks.CallbackUpdate, "resolve": blocks.CallbackResolve, "action": blocks.CallbackAction} {
		l.forms = nil
		l.enters(text, inc.ChannelID)
		require.Len(t, l.forms, 1, text)
		assert.Equal(t, callback, l.form().CallbackID)
		channel, _ := whereOpened(l.form().PrivateMetadata)
		assert.Equal(t, inc.ChannelID, channel, text)
		l.forms = nil
		said := l.enters(text, over.ChannelID).Text
		if text != "action" { // follow-ups come at the end
			assert.Empty(t, l.forms, text)
			assert.Contains(t, said, "resolved", text)
		}
	}
}

// TestTheButtonsOpenTheirForms, as long as there is something to ask.
func TestTheButtonsOpenTheirForms(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc, over := l.declare([]string{"done 2"}), l.declare([]string{"resolve rolled back"})
	step := func(inc incident.Incident, n int) blocks.Target {
		b := about(inc)
		b.Playbook, b.Step = "payment-failures", n
		return b
	}
	for action, callback := range map[string]string{blocks.ActionUpdate: blocks.CallbackUpdate, blocks.ActionResolve: blocks.CallbackResolve, blocks.ActionCancel: blocks.CallbackCancel,
		blocks.ActionStepSkip: blocks.CallbackStepSkip, blocks.ActionStepBlock: blocks.CallbackStepBlock, blocks.ActionFollowUp: blocks.CallbackAction} {
		l.forms = nil
		l.press(action, step(inc, 1), inc.ChannelID)
		require.Len(t, l.forms, 1, action)
		assert.Equal(t, callback, l.form().CallbackID, action)
		if action == blocks.ActionFollowUp {
			continue
		}
		before := l.state(over.ID).Revision
		l.forms = nil
		assert.NotEmpty(t, l.press(action, step(over, 1), over.ChannelID).Text, action)
		assert.Empty(t, l.forms, action)
		assert.Equal(t, before, l.state(over.ID).Revision, action)
	}
	l.forms = nil
	l.press(blocks.ActionLearn, step(over, 1), over.ChannelID)
	require.Len(t, l.forms, 1)
	assert.Equal(t, blocks.CallbackLearn, l.form().CallbackID)
	l.forms = nil
	assert.NotEmpty(t, l.press(blocks.ActionLearn, step(inc, 1), inc.ChannelID).Text, "there is nothing to learn yet")
	before := l.state(inc.ID).Revision
	for _, action := range []string{blocks.ActionStepSkip, blocks.ActionStepBlock} {
		assert.NotEmpty(t, l.press(action, step(inc, 2), inc.ChannelID).Text, "%s: it is done", action)
	}
	assert.Empty(t, l.forms)
	assert.Equal(t, before, l.state(inc.ID).Revision)
}

// TestAFormIsTakenIn: each field where it belongs, and what cannot be read is marked.
func TestAFormIsTakenIn(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	open := func(action string) {
		b := about(inc)
		b.Playbook, b.Step = "payment-failures", 3
		l.press(action, b, inc.ChannelID)
	}
	open(blocks.ActionUpdate)
	assert.Contains(t, l.sends(l.form(), map[string][]string{blocks.FieldText: {"slow"}, blocks.FieldNext: {"soon"}}).ViewErrors[blocks.FieldNext], "Write a time")
	assert.Empty(t, l.state(inc.ID).LastUpdate.Text)
	assert.Empty(t, l.sends(l.form(), map[string][]string{blocks.FieldText: {"slow"}, blocks.FieldNext: {"45m"}}).ViewErrors)
	now := l.state(inc.ID)
	assert.Equal(t, []any{"slow", "U0ANA01"}, []any{now.LastUpdate.Text, now.LastUpdate.By})
	open(blocks.ActionStepBlock)
	assert.Empty(t, l.sends(l.form(), map[string][]string{blocks.FieldReason: {"no key"}}).ViewErrors)
	assert.Equal(t, []any{incident.StepBlocked, "no key"}, []any{l.state(inc.ID).Walk().Marks[2].State, l.state(inc.ID).Walk().Marks[2].Note})
	open(blocks.ActionFollowUp)
	assert.Empty(t, l.sends(l.form(), map[string][]string{blocks.FieldText: {"a test"}, blocks.FieldOwner: {"U0BEN01"}, blocks.FieldDue: {"2099-03-09"}}).ViewErrors)
	require.Len(t, l.state(inc.ID).Actions, 1)
	todo := l.state(inc.ID).Actions[0]
	assert.Equal(t, []any{"a test", "U0BEN01", "2099-03-09"}, []any{todo.Text, todo.Owner, todo.Due.Format(time.DateOnly)})
	open(blocks.ActionResolve)
	assert.Empty(t, l.sends(l.form(), map[string][]string{blocks.FieldSummary: {"rolled back"}}).ViewErrors)
	require.Equal(t, incident.Resolved, l.state(inc.ID).Status)
	open(blocks.ActionLearn)
	assert.Empty(t, l.sends(l.form(), map[string][]string{blocks.FieldText: {"name the switch"}, blocks.FieldStep: {"3"}}).ViewErrors)
	require.Len(t, l.state(inc.ID).Lessons, 1)
	assert.Equal(t, []any{"payment-failures", 3, "name the switch"}, []any{l.state(inc.ID).Lessons[0].Playbook, l.state(inc.ID).Lessons[0].Step, l.state(inc.ID).Lessons[0].Text})
	form := l.form()
	form.PrivateMetadata = openedIn(inc.ChannelID, "nothing")
	assert.Contains(t, l.sends(form, map[string][]string{blocks.FieldText: {"x"}}).ViewErrors[blocks.FieldText], "another version")
	form.CallbackID = "nothing"
	assert.Zero(t, l.sends(form, nil))
	assert.Zero(t, l.does(bot.Request{Kind: bot.Submission}))
	assert.Zero(t, l.does(bot.Request{Kind: "nothing"}))
	assert.Zero(t, l.does(bot.Request{Kind: bot.EventKind}))
}

// TestADeclarationByForm: what it says is so, and what the runbook lost since is marked.
func TestADeclarationByForm(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	l.enters("declare", elsewhere)
	form := l.form()
	fill := func(severity, title, scenario string, options ...string) map[string][]string {
		f := map[string][]string{blocks.FieldOptions: options}
		for field, v := range map[string]string{blocks.FieldSeverity: severity, blocks.FieldTitle: title, blocks.FieldScenario: scenario} {
			if v != "" {
				f[field] = []string{v}
			}
		}
		return f
	}
	for why, c := range map[string]struct {
		fields map[string][]string
		marks  []string
	}{
		"nothing":       {fill("P1", " ", ""), []string{blocks.FieldTitle}},
		"lost":          {fill("P9", "x", "gone"), []string{blocks.FieldSeverity, blocks.FieldScenario}},
		"lost and bare": {fill("", "", "gone"), []string{blocks.FieldScenario}},
	} {
		marks := l.sends(form, c.fields).ViewErrors
		assert.Len(t, marks, len(c.marks), why)
		for _, field := range c.marks {
			assert.NotEmpty(t, marks[field], "%s: %s", why, field)
		}
	}
	same := l.sends(form, fill("P2", "cards fail", "payment-failures", blocks.OptionPrivate))
	require.NotNil(t, same.View, "incident 1 has this scenario")
	assert.Equal(t, blocks.CallbackDeclareAnother, same.View.CallbackID)
	for _, kept := range []string{"cards fail", "P2", `"value":"payment-failures"`, blocks.OptionPrivate} {
		assert.Contains(t, inJSON(t, same.View), kept)
	}
	channel, _ := whereOpened(same.View.PrivateMetadata)
	assert.Equal(t, elsewhere, channel)
	over, end := l.ended()
	defer end()
	l.handles(over, same.View.CallbackID, same.View.PrivateMetadata, fill("P2", "cards fail", "payment-failures", blocks.OptionPrivate))
	inc := l.state(l.newest())
	assert.Equal(t, []any{"cards fail", "P2", "payment-failures", true, false, "U0ANA01"}, []any{inc.Title, inc.Severity, inc.Walk().Playbook.Slug, inc.Private, inc.Drill, inc.DeclaredBy})
	l.handles(over, form.CallbackID, form.PrivateMetadata, fill("P2", "", "payment-failures", blocks.OptionDrill))
	inc = l.state(l.newest())
	assert.Equal(t, []any{true, false}, []any{inc.Drill, inc.Private}, "a drill is compared with nothing")
	l.handles(over, form.CallbackID, form.PrivateMetadata, fill("P2", "", "payment-failures", blocks.OptionDrill, blocks.OptionPrivate))
	inc = l.state(l.newest())
	assert.Equal(t, []any{true, true}, []any{inc.Drill, inc.Private})
	l.handles(over, form.CallbackID, form.PrivateMetadata, fill("P2", "", "payment-failures", blocks.OptionPrivate, blocks.OptionDrill))
	inc = l.state(l.newest())
	assert.Equal(t, []any{true, true}, []any{inc.Drill, inc.Private}, "in either order")
	l.h.Access.Declare = "S0OTHER1"
	assert.Contains(t, l.sends(form, fill("P1", " ", "")).ViewErrors[blocks.FieldTitle], "declare", "who may not is told that, and not what is missing")
	assert.Contains(t, l.enters("declare", elsewhere).Text, "declare")
}

// TestAScenarioIsChosen for a declaration that waits: with it, without one, and not when it is gone.
func TestAScenarioIsChosen(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	reply := l.types("p1 site-dwn", elsewhere)
	assert.Contains(t, reply.Text, "Did you mean `site-down`?")
	assert.Contains(t, inJSON(t, l.types("drill p1 site-dwn", elsewhere).Blocks), "--drill p1 site-dwn")
	before := l.newest()
	choose := func(t blocks.Target) bot.Reply {
		l.typed++
		return l.h.Handle(l.t.Context(), bot.Request{Kind: bot.Action, ActionID: blocks.ActionChoose + ":1", Value: t.String(), User: "U0ANA01", Channel: elsewhere, Keys: []string{time.Now().String()}})
	}
	assert.Contains(t, choose(blocks.Target{Name: "p1 site-dwn", Playbook: "gone"}).Text, "this scenario is gone")
	require.Equal(t, before, l.newest())
	reply = choose(blocks.Target{Name: "p1 site-dwn", Playbook: "site-down"})
	assert.True(t, reply.Replace)
	inc := l.state(l.newest())
	assert.Equal(t, []string{"site-dwn", "P1", "site-down"}, []string{inc.Title, inc.Severity, inc.Walk().Playbook.Slug})
	reply = choose(blocks.Target{Name: "p1 site-dwn again", Playbook: "site-down"})
	assert.Contains(t, reply.Text, "Join it, or declare another?")
	assert.Contains(t, inJSON(t, reply.Blocks), "p1 site-dwn again --another")
	choose(blocks.Target{Name: "p2 site-dwn again --another"})
	inc = l.state(l.newest())
	assert.Equal(t, []string{"P2", incident.GenericSlug}, []string{inc.Severity, inc.Walk().Playbook.Slug}, "none of those that were offered")
	assert.NotContains(t, inc.Title, "another")
}

// TestACommandThatIsMoreOrLess: what may be a command declares nothing, and says what to type.
func TestACommandThatIsMoreOrLess(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	before := l.newest()
	for text, says := range map[string]string{
		"p7 lamps flicker":    "p7",
		"p0 ack":              "may mean two things",
		"#1 stauts":           "There is no command \"stauts\". Did you mean `status`?",
		"#1 xyzzy now":        "There is no command \"xyzzy\". `/incident help`",
		"xyzzy":               "There is no command \"xyzzy\"",
		"stauts of it":        "Did you mean `/incident status`?",
		"drill":               "Which scenario do you want to drill?",
		"find":                "What should mayday look for?",
		"playbook #1 add":     "It is not said which playbook",
		"step #1 1 fly":       "A step cannot be",
		"p1 payment-failures": "Join it, or declare another?",
	} {
		assert.Contains(t, l.types(text, elsewhere).Text, says, text)
	}
	assert.Contains(t, inJSON(t, l.types("p1 payment-failures cards", elsewhere).Blocks), "p1 payment-failures cards --another", "what was typed waits in the button")
	on := bot.Request{Kind: bot.Action, ActionID: blocks.ActionOn, Value: blocks.Target{Incident: 1, Name: "hlep"}.String(), Channel: elsewhere}
	assert.Contains(t, l.does(on).Text, "There is no command \"hlep\"", "of a button of another version")
	assert.Contains(t, l.does(bot.Request{Kind: bot.Action, ActionID: blocks.ActionAcknowledge, Value: "nothing"}).Text, "another version")
	assert.Contains(t, l.does(bot.Request{Kind: bot.Shortcut, CallbackID: "nothing"}).Text, "does not know this shortcut")
	l.forms = nil
	for _, text := range []string{"database is slow", "open p1", "declare"} {
		assert.Empty(t, l.enters(text, elsewhere).Text, text)
	}
	assert.Len(t, l.forms, 3, "who means an incident sends the form")
	assert.Equal(t, before, l.newest())
	rb := &playbooks.Runbook{Policy: l.h.Runbook().Policy}
	l.h.Runbook = func() *playbooks.Runbook { return rb }
	assert.Contains(t, l.types("checklist", elsewhere).Text, "The runbook has no checklists")
}
