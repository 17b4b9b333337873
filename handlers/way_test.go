package handlers

import (
	"fmt"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// request makes a request of a way, about an incident; named: its number is typed.
func (w way) request(kind, name string, about incident.Incident, named bool) bot.Request {
	target := w.target
	target.Incident = about.ID
	if target.Playbook == "" {
		target.Playbook = "payment-failures"
	}
	if target.Step == 0 {
		target.Step = 1
	}
	switch kind {
	case "command":
		number := ""
		if named {
			number = fmt.Sprintf("#%d", about.ID)
		}
		if !strings.Contains(w.text, "%s") {
			return bot.Request{Kind: bot.Command, Text: w.text}
		}
		return bot.Request{Kind: bot.Command, Text: strings.TrimSpace(strings.ReplaceAll(fmt.Sprintf(w.text, number), "  ", " "))}
	case "button":
		r := bot.Request{Kind: bot.Action, ActionID: name + "::" + about.UID, Value: target.String()}
		if name == blocks.ActionStepAssign {
			r.BlockID, r.Value = "assign:"+target.String(), "U0ANA01"
		}
		return r
	case "shortcut":
		return bot.Request{Kind: bot.MessageShortcut, CallbackID: name, MessageTS: "1700000000.000100", Message: &bot.Received{Text: "seen"}}
	}
	in := bot.Inputs{}
	for _, field := range []string{blocks.FieldText, blocks.FieldSummary, blocks.FieldReason, blocks.FieldTitle} {
		in[field] = map[string][]string{field: {"words"}}
	}
	in[blocks.FieldSeverity] = map[string][]string{blocks.FieldSeverity: {"P1"}}
	metadata := fmt.Sprintf("%d/%s/%d//%s", about.ID, target.Playbook, target.Step, about.UID)
	return bot.Request{Kind: bot.Submission, View: &bot.View{CallbackID: name, PrivateMetadata: openedIn("C0ELSE1", metadata), Values: in}}
}

// ways are all rows of the tables, by the kind of thing and its name.
func ways() map[string]map[string][]way {
	all := map[string]map[string][]way{"command": commandsOfGuests, "button": {}, "form": {}, "shortcut": {
		blocks.CallbackDeclare: {formsOfGuests[blocks.CallbackDeclare]}, blocks.CallbackDeclareFromMessage: {formsOfGuests[blocks.CallbackDeclareFromMessage]},
		blocks.CallbackAddToTimeline: {formsOfGuests[blocks.CallbackAddToTimeline]},
	}}
	for name, w := range buttonsOfGuests {
		all["button"][name] = []way{w}
	}
	for name, w := range formsOfGuests {
		if name != blocks.CallbackAddToTimeline { // which is a menu's entry only
			all["form"][name] = []way{w}
		}
	}
	return all
}

// eachWay tries every way in turn.
func eachWay(try func(what, kind, name string, w way)) {
	for kind, names := range ways() {
		for name, list := range names {
			for _, w := range list {
				try(strings.TrimSpace(kind+" "+name+" "+w.text), kind, name, w)
			}
		}
	}
}
