package handlers

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
)

// TestAFormWithATitleAloneDeclares: what it says of a severity that is left empty is so.
func TestAFormWithATitleAloneDeclares(t *testing.T) {
	t.Parallel()
	h, _ := guarded(t, false, crowd{"U0BEN01": {ID: "U0BEN01"}})
	view := bot.View{CallbackID: blocks.CallbackDeclareAnother, PrivateMetadata: "C0ELSE1", Values: bot.Inputs{blocks.FieldTitle: {blocks.FieldTitle: {"lamps flicker"}}}}
	reply := h.Handle(t.Context(), bot.Request{Kind: bot.Submission, User: "U0BEN01", Keys: []string{"form"}, View: &view})
	require.Empty(t, reply.ViewErrors)
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 2})
	require.NoError(t, err)
	assert.Equal(t, "P1", inc.Severity, "the middle one")
	assert.Equal(t, h.Runbook().Generic(inc.Rung()).Steps, inc.Walk().Playbook.Steps)
}

// TestWhatIsTypedIsReadAsItWasTyped: Slack delivers three signs escaped, and an answer that repeats them shows them once.
func TestWhatIsTypedIsReadAsItWasTyped(t *testing.T) {
	t.Parallel()
	h, _ := guarded(t, false, crowd{"U0ANA01": {ID: "U0ANA01"}})
	h.Diagnostics, h.SQLUsers = open{}, incident.SQLMembers
	texts := []string{"zz&lt;b&gt;&amp;c", "hlep&lt;b&gt;&amp;c"}
	for v := range verbs {
		texts = append(texts, v+" zz&lt;b&gt;&amp;c q", v+" 1 zz&lt;b&gt;&amp;c q", v+" zz&lt;b&gt;&amp;c")
	}
	for _, text := range texts {
		for _, channel := range []string{"C0INC01", "C0ELSE1"} {
			said := answer(t, h, bot.Request{Kind: bot.Command, Text: text}, "U0ANA01", channel)
			assert.NotRegexp(t, `&amp;(lt|gt|amp);`, said, text)
		}
	}
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "find r&amp;d"}, "U0ANA01", "C0ELSE1"), "No incident is found")
	h.Runbook().Scenarios[0].Slug = "r-d"
	h.Runbook().Scenarios[0].Aliases = []string{"r&d"}
	assert.Contains(t, answer(t, h, bot.Request{Kind: bot.Command, Text: "runbook r&amp;d"}, "U0ANA01", "C0ELSE1"), h.Runbook().Scenarios[0].Title)
}

// TestAScenarioThatIsNamedIsEnough to declare, with a severity and without.
func TestAScenarioThatIsNamedIsEnough(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	for _, text := range []string{"site-down --another", "declare p1 site-down --another", "declare p1 lamps flicker --another"} {
		assert.Contains(t, l.types(text, elsewhere).Text, "is opening", text)
	}
	one, other := incident.Playbook{Slug: "down"}, incident.Playbook{Slug: "slow"}
	for _, c := range []struct {
		w               wish
		typed, explicit bool
	}{
		{wish{playbook: one, hold: playbooks.BySlug}, true, true},
		{wish{playbook: one, hold: playbooks.BySlug, title: "the sun is"}, false, false},
		{wish{playbook: one, hold: playbooks.ByAlias}, false, true},
		{wish{playbook: one, hold: playbooks.ByAlias, title: "the sun is"}, false, false},
		{wish{playbook: one}, false, false},
	} {
		assert.Equal(t, []bool{c.typed, c.explicit}, []bool{c.w.named(false), c.w.named(true)}, c.w)
	}
	assert.Equal(t, "down", wish{offer: []incident.Playbook{one}}.prefill().Scenario)
	assert.Equal(t, "slow", wish{playbook: other, offer: []incident.Playbook{one}}.prefill().Scenario)
	assert.Empty(t, wish{offer: []incident.Playbook{one, other}}.prefill().Scenario)
	assert.Equal(t, "--drill p1 site-dwn", wish{drill: true}.waiting("p1 site-dwn --drill"))
	assert.Equal(t, "p1 site-dwn", wish{}.waiting("p1 site-dwn"))
	assert.Len(t, another(strings.Repeat("x", 2*maxWaiting)), maxWaiting+len("…")-1)
}

// TestWhatIsNoCommand: a word near a verb, or alone without a meaning; of anything else an incident may be meant.
func TestWhatIsNoCommand(t *testing.T) {
	rb := playbooks.Default()
	for _, c := range []struct {
		text string
		w    wish
		no   bool
	}{
		{"stauts", wish{}, true}, {"stauts of it", wish{}, true}, {"xyzzy", wish{}, true}, {"xyzzy now", wish{}, false},
		{"xyzzy", wish{playbook: incident.Playbook{Slug: "x"}}, false}, {"xyzzy", wish{offer: []incident.Playbook{{Slug: "x"}}}, false},
		{"stauts", wish{playbook: incident.Playbook{Slug: "x"}, offer: []incident.Playbook{{Slug: "x"}}}, true},
	} {
		_, no := noCommand(rb, c.w, c.text)
		assert.Equal(t, c.no, no, c)
	}
}
