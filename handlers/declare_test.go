package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
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
