package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/bot"
)

func TestWhatNeedNotWaitForOthersInItsChannel(t *testing.T) {
	h := &Handlers{}
	for text, beside := range map[string]bool{
		"p0 site-down checkout answers 500": true, "declare p1 x": true, "drill site-down": true, "": true, // each an incident of its own, or a form
		"help": true, "list": true, "find checkout": true, "runbook": true, "contacts": true,
		"status": true, "#42": true, "status #42": true, "steps": true, "timeline 20": true, "run": true,
		"status monitoring": false, "status #42 monitoring": false, "monitoring": false, "#42 ack": false, "ack": false,
		"step 3 done": false, "done": false, "update all is well": false, "sev p1": false, "resolve": false, "page @ben": false,
		"run all": false, "sql select 1": false,
	} {
		assert.Equal(t, beside, h.Beside(bot.Request{Kind: bot.Command, Text: text}), text)
	}
	for _, kind := range []bot.Kind{bot.Action, bot.Submission, bot.EventKind, bot.Shortcut} {
		assert.False(t, h.Beside(bot.Request{Kind: kind}), kind)
	}
}
