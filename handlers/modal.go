package handlers

import (
	"context"
	"regexp"
	"strings"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
)

// openModal shows a form, which remembers where it was opened; should that fail, the
// person is told what to type.
func (h *Handlers) openModal(r bot.Request, v slack.ModalViewRequest) bot.Reply {
	v.PrivateMetadata = openedIn(r.Channel, v.PrivateMetadata)
	return bot.Reply{After: func(ctx context.Context) {
		if _, err := h.Slack.OpenView(ctx, r.TriggerID, v); err != nil {
			h.Log.Warn("a form could not be opened", zap.Error(err))
			m := blocks.Problem("Slack did not open the form.", "Type it in one line instead: `/incident p1 what is broken`. `/incident help` says what to do when.")
			if err := h.Slack.Respond(ctx, r.ResponseURL, bot.Message{Text: m.Text, Blocks: m.Blocks}); err != nil {
				h.Log.Warn("and the person could not be told", zap.Error(err))
			}
		}
	}}
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

var channelWord = regexp.MustCompile(`^[CDG][A-Z0-9]{2,}$`)
