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
	h, _ := guarded(t, false, crowd{"U0BEN01": {ID: "U0BEN01"}})
	view := bot.View{CallbackID: blocks.CallbackDeclareAnother, PrivateMetadata: "C0ELSE1", Values: bot.Inputs{blocks.FieldTitle: {blocks.FieldTitle: {"lamps flicker"}}}}
	reply := h.Handle(t.Context(), bot.Request{Kind: bot.Submission, User: "U0BEN01", Keys: []string{"form"}, View: &view})
	require.Empty(t, reply.ViewErrors)
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 2})
	require.NoError(t, err)
	assert.Equal(t, "P1", inc.Severity, "the middle one")
	assert.Equal(t, h.Runbook().Generic(inc.Rung()).Steps, inc.Walk().Playbook.Steps)
}
