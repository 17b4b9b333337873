package handlers

import (
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/lazyregexp"
)

// openModal shows a form, which remembers where it was opened; should that fail, the
// person is told what to type.
func (h *Handlers) openModal(r bot.Request, v slack.ModalViewRequest) bot.Reply {
	next := insteadOf(v)
	v.PrivateMetadata = openedIn(r.Channel, v.PrivateMetadata)
	return bot.Reply{After: func(ctx context.Context) {
		if _, err := h.Slack.OpenView(ctx, r.TriggerID, v); err != nil {
			h.Log.Warn("a form could not be opened", zap.Error(err))
			r.Private = false // the answer takes the place of nothing: what was clicked may be clicked again
			h.tell(ctx, r, blocks.Problem("Slack did not open the form.", next))
		}
	}}
}

// inOneLine are the commands that do what a form does, by its callback id. What is about a checklist has none.
var inOneLine = map[string]string{
	blocks.CallbackDeclare: "p1 what is broken", blocks.CallbackUpdate: "update what is known now", blocks.CallbackResolve: "resolve what fixed it",
	blocks.CallbackCancel: "cancel why it is none", blocks.CallbackStepSkip: "step %d skip why", blocks.CallbackStepBlock: "step %d blocked by what",
	blocks.CallbackPublish: "publish", blocks.CallbackSent: "publish", blocks.CallbackAction: "action what is to be done", blocks.CallbackLearn: "learn what the runbook should say",
}

// insteadOf says what to do when a form does not open.
func insteadOf(v slack.ModalViewRequest) string {
	typed := inOneLine[v.CallbackID]
	if typed == "" {
		return "Click once more."
	}
	if strings.Contains(typed, "%d") {
		t, _ := blocks.ParseMetadata(v.PrivateMetadata) // mayday wrote it
		typed = fmt.Sprintf(typed, t.Step)
	}
	return "Once more, or in one line: `/incident " + typed + "`"
}

// openedIn puts where a form is opened behind what it is about: a submission does
// not say, and what is private is there only for who is in its channel. It stands in
// the name, so that the release before reads the number, the playbook and the step.
func openedIn(channel, metadata string) string {
	if channel == "" || metadata == "" {
		return channel + metadata
	}
	return metadata + strings.Repeat("/", max(0, 4-strings.Count(metadata, "/"))) + " " + channel
}

// whereOpened takes it off again. A form that an older version opened says nothing
// of it, or, when it is about no incident, nothing else.
func whereOpened(metadata string) (channel, rest string) {
	if channelWord.MatchString(metadata) {
		return metadata, ""
	}
	if i := strings.LastIndexByte(metadata, ' '); i >= 0 {
		return metadata[i+1:], metadata[:i]
	}
	return "", metadata
}

var channelWord = lazyregexp.New(`^[CDG][A-Z0-9]{2,}$`)
