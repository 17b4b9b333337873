package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// TestNoAppIsGivenWork: who leads is reminded, and an app reads no reminder. An account that is not used any more neither.
func TestNoAppIsGivenWork(t *testing.T) {
	t.Parallel()
	h, _ := guarded(t, false, crowd{"U0ANA01": {ID: "U0ANA01"}, "U0BEN01": {ID: "U0BEN01"}, "U0APP01": {ID: "U0APP01", RealName: "Deploys", Bot: true}, "U0OLD01": {ID: "U0OLD01", RealName: "Olga Old", Deleted: true}})
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	uid := inc.UID
	for _, whom := range []string{"U0APP01", "U0OLD01"} {
		token := "<@" + whom + ">"
		for name, r := range map[string]bot.Request{
			"role": {Kind: bot.Command, Text: "role scribe " + token}, "lead": {Kind: bot.Command, Text: "lead " + token}, "step": {Kind: bot.Command, Text: "step 2 " + token},
			"assign": {Kind: bot.Command, Text: "assign 2 " + token}, "follow-up": {Kind: bot.Command, Text: "action look at the pool " + token},
			"menu": {Kind: bot.Action, ActionID: blocks.ActionStepAssign + "::" + uid, BlockID: "assign:1/payment-failures/1", Value: whom},
			"form": {Kind: bot.Submission, View: &bot.View{CallbackID: blocks.CallbackAction, PrivateMetadata: openedIn("C0ELSE1", "1////"+uid),
				Values: bot.Inputs{blocks.FieldText: {blocks.FieldText: {"x"}}, blocks.FieldOwner: {blocks.FieldOwner: {whom}}}}},
		} {
			before := revision(t, h)
			assert.Contains(t, answer(t, h, r, "U0ANA01", "C0INC01"), "cannot be given work", name)
			assert.Equal(t, before, revision(t, h), name)
		}
	}
	before := revision(t, h)
	answer(t, h, bot.Request{Kind: bot.Command, Text: "lead <@U0BEN01>"}, "U0ANA01", "C0INC01")
	answer(t, h, bot.Request{Kind: bot.Command, Text: "step 2 <@U0NEW01>"}, "U0BEN01", "C0INC01") // Slack does not say who that is
	assert.Equal(t, before+2, revision(t, h))
}
