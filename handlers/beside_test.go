package handlers

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/bot"
	"mayday/incident"
)

func TestWhatNeedNotWaitForOthersInItsChannel(t *testing.T) {
	h := &Handlers{}
	for text, beside := range map[string]bool{
		"p0 site-down checkout answers 500": true, "declare p1 x": true, "drill site-down": true, "": true, // each an incident of its own, or a form
		"help": true, "list": true, "find checkout": true, "runbook": true, "contacts": true,
		"status": true, "#42": true, "status #42": true, "steps": true, "timeline 20": true, "run": true,
		"status monitoring": false, "status #42 monitoring": false, "monitoring": false, "#42 ack": false, "ack": false,
		"step 3 done": false, "done": false, "update all is well": false, "sev p1": false, "resolve": false, "page @ben": false,
		"status 42": true, "run 42": true, "step #42": true, "step 4": false, "status 42 monitoring": false, "#1 stauts": true, // a number is an incident's, or a step's
		"run all": false, "sql select 1": false,
	} {
		assert.Equal(t, beside, h.Beside(bot.Request{Kind: bot.Command, Text: text}), text)
	}
	for _, kind := range []bot.Kind{bot.Action, bot.Submission, bot.EventKind, bot.Shortcut} {
		assert.False(t, h.Beside(bot.Request{Kind: kind}), kind)
	}
}

// TestWhichIncidentIsMeantIsAskedOfThoseThatAreOpen.
func TestWhichIncidentIsMeantIsAskedOfThoseThatAreOpen(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	live, over := l.declare(nil), l.declare([]string{"resolve rolled back"})
	shown := inJSON(t, l.types("ack", elsewhere).Blocks)
	assert.Contains(t, shown, fmt.Sprintf("ack #%d", live.ID))
	assert.NotContains(t, shown, fmt.Sprintf("ack #%d", over.ID))
}
