package handlers

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
)

// shut is a Slack that opens no form, and keeps what it was to say.
type shut struct {
	lodge
	answered, direct []bot.Message
}

func (*shut) OpenView(context.Context, string, slack.ModalViewRequest) (bot.View, error) {
	return bot.View{}, errors.New("expired_trigger_id")
}

func (s *shut) Respond(_ context.Context, _ string, m bot.Message) error {
	s.answered = append(s.answered, m)
	return nil
}

func (s *shut) Post(_ context.Context, _ string, m bot.Message) (bot.Posted, error) {
	s.direct = append(s.direct, m)
	return bot.Posted{}, nil
}

// TestAFormThatDoesNotOpenSaysWhatToTypeInstead: the same as the form does, and never a declaration in its place.
func TestAFormThatDoesNotOpenSaysWhatToTypeInstead(t *testing.T) {
	inc := incident.Incident{ID: 7, UID: "u", Walks: []incident.Walk{{Playbook: incident.Playbook{Slug: "slow", Steps: make([]incident.Step, 5)}}}}
	step, round := blocks.Target{Incident: 7, Playbook: "slow", Step: 4}, routine.Round{Lines: make([]routine.Line, 2)}
	typed := regexp.MustCompile("`/incident ([^`]+)`")
	for name, c := range map[string]struct {
		form slack.ModalViewRequest
		verb string // of the command; "none" where there is none
	}{
		"declare": {blocks.DeclareModal(incident.Policy{}, nil, blocks.Prefill{}), ""}, "update": {blocks.UpdateModal(inc, true), "update"}, "resolve": {blocks.ResolveModal(inc, true), "resolve"},
		"publish": {blocks.PublishModal(inc, blocks.PublishView{}), "publish"}, "sent": {blocks.SentModal(inc, incident.Notice{}), "publish"},
		"cancel": {blocks.CancelModal(inc), "cancel"}, "skip": {blocks.SkipModal(inc, step), "step"}, "block": {blocks.BlockModal(inc, step), "step"},
		"learn": {blocks.LearnModal(inc), "learn"}, "follow-up": {blocks.ActionModal(inc), "action"}, "note on a round": {blocks.RoundNoteModal(round), "none"},
		"skip in a round": {blocks.RoundSkipModal(round, 1), "none"}, "problem of a round": {blocks.RoundProblemModal(round, 1, incident.Policy{}, nil, routine.Trouble{}, false), "none"},
	} {
		s := &shut{}
		h := &Handlers{Slack: s, Log: zap.NewNop()}
		h.openModal(bot.Request{Kind: bot.Action, Channel: "C0INC01", User: "U0ANA01", ResponseURL: "https://slack.test/1", Private: true}, c.form).After(t.Context())
		require.Len(t, s.answered, 1, name)
		assert.False(t, s.answered[0].Replace, "%s: what was clicked stays", name)
		found := typed.FindStringSubmatch(s.answered[0].Text)
		if c.verb == "none" {
			assert.Nil(t, found, name)
			continue
		}
		require.NotNil(t, found, name)
		l := parse(found[1])
		assert.Equal(t, c.verb, l.verb, name)
		if c.verb == "step" {
			assert.Regexp(t, `^4 (skip|blocked) \S`, l.rest, name)
		}
	}
	s := &shut{} // from Home there is no address to answer to
	(&Handlers{Slack: s, Log: zap.NewNop()}).openModal(bot.Request{Kind: bot.Action, User: "U0ANA01"}, blocks.ResolveModal(inc, true)).After(t.Context())
	assert.Len(t, s.direct, 1)
	assert.Empty(t, s.answered)
}
