package handlers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
)

// whole are lines of a verb whose other words are understood.
var whole = map[string][]string{
	"status": {"status monitoring"}, "snooze": {"snooze off"}, "step": {"step 1 undo", "step 1 assign <@U0ANA01>", "step undo 1"}, "undo": {"undo 1"}, "assign": {"assign 1 <@U0ANA01>"},
	"lead": {"lead <@U0ANA01>"}, "take": {"take scribe <@U0ANA01>"}, "page": {"page next", "page <@U0BEN01>"}, "sev": {"sev p2"}, "timeline": {"timeline 1"}, "run": {"run all"},
	"probe": {"probe 1"}, "playbook": {"playbook site-down", "playbook add site-down"}, "oncall": {"oncall me"}, "digest": {"digest mute"}, "mute": {"mute end 1", "mute end"}, "unmute": {"unmute 1"},
	"contacts": {"contacts 1"}, "runbook": {"runbook age", "runbook 1"}, "checklist": {"checklist daily"}, "handover": {"handover <@U0BEN01>"}, "done": {"done 1"}, "skip": {"skip 1"},
}

// refusing are lines that are refused as a whole with the word behind them, and say what to type; nothing is done by them.
var refusing = []string{"lead", "comms", "scribe", "expert", "assign", "snooze", "timeline", "timeline 1", "oncall", "oncall me", "digest", "digest mute", "handover"}

// readied are what has to be typed before a verb can do anything.
var readied = map[string][]string{"learn": {"resolve rolled back"}, "reopen": {"resolve rolled back"}, "handover": {"lead"}, "close": {"resolve rolled back"}}

// TestNoWordIsDroppedInSilence: whatever stands behind a verb is recorded, stands in a form, is refused by name, or is named as left out.
func TestNoWordIsDroppedInSilence(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	const word = "xyzzy"
	all := map[string]bool{}
	for _, names := range [][]string{slices.Collect(maps.Keys(onIncident)), slices.Collect(maps.Keys(aboutNone)), slices.Collect(maps.Keys(atHand))} {
		for _, v := range names {
			all[v] = true
		}
	}
	delete(all, "find") // it looks for all of them
	delete(all, "sql")  // a statement is all of them, and is kept without its values
	for v := range all {
		for _, line := range append([]string{v}, whole[v]...) {
			inc := l.declare(readied[v])
			typed := line + " " + word
			reply := l.h.Handle(t.Context(), bot.Request{Kind: bot.Command, Text: typed, User: "U0ANA01", Channel: inc.ChannelID, Keys: []string{"envelope:" + typed}})
			l.forms = nil
			if reply.After != nil {
				reply.After(t.Context())
			}
			evs, err := l.h.Store.Timeline(t.Context(), inc.ID, 0, 0)
			require.NoError(t, err)
			kept, err := json.Marshal([]any{evs, l.forms, reply.Blocks})
			require.NoError(t, err)
			if slices.Contains(refusing, line) {
				assert.NotContains(t, string(kept)+reply.Text, word, "/incident %s names it", typed)
				assert.Regexp(t, "`/incident ", reply.Text, typed)
				assert.Equal(t, inc.Revision, l.state(inc.ID).Revision, typed)
				continue
			}
			assert.Contains(t, reply.Text+fmt.Sprint(reply.ViewErrors)+string(kept), word, "/incident %s", typed)
		}
	}
}
