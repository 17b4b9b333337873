package slack_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// Everybody does everything at once, while somebody looks. Run with -race it is the proof that getters return copies.
func TestAStorm(t *testing.T) {
	s := start(t, slacksim.Options{Dir: t.TempDir()})
	a, b := connect(t, s), connect(t, s)
	for _, one := range []*app{a, b} {
		answering(one, map[string]any{"text": "ok"})
		go func() {
			for range one.seen { // read away
			}
		}()
	}
	a.on(func(e envelope) (any, bool) {
		if e.Type == "slash_commands" {
			return map[string]any{"text": "ok"}, true
		}
		return nil, true
	})
	b.on(a.answer)
	events, cancel := s.Subscribe()
	defer cancel()
	go func() {
		for range events { // read away
		}
	}()
	api := client(s)
	ana, _ := s.UserByName("ana")
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() { incident(t, s, api, ana.ID, n) })
		all.Go(func() {
			for range 20 {
				for _, c := range s.ChannelsFor("ana") {
					s.Conversation("ana", c.ID)
					s.Pins(c.ID)
				}
				s.Users()
				s.Calls()
			}
		})
	}
	all.Wait()
	assert.Len(t, s.Channels(), 2+8)
	for n := range 8 {
		assert.Len(t, s.Messages(fmt.Sprintf("storm-%d", n)), 2+10+1, "two who joined, ten messages, one pin")
	}
}

func incident(t *testing.T, s *slacksim.Sim, api *slack.Client, guest string, n int) {
	ctx := context.Background()
	r := s.Command("ana", "general", "/incident p0")
	assert.True(t, r.Acked, r.Err)
	c, err := api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: fmt.Sprintf("storm-%d", n)})
	if !assert.NoError(t, err) {
		return
	}
	_, err = api.InviteUsersToConversationContext(ctx, c.ID, guest)
	assert.NoError(t, err)
	for i := range 10 {
		_, ts, err := api.PostMessageContext(ctx, c.ID, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(
			slack.NewActionBlock("", slack.NewButtonBlockElement("go", "1", slack.NewTextBlockObject("plain_text", "Go", true, false)))))
		assert.NoError(t, err)
		r := s.Press("ana", c.ID, ts, "go")
		assert.True(t, r.Acked, r.Err)
		if i == 0 {
			assert.NoError(t, api.AddPinContext(ctx, c.ID, slack.NewRefToMessage(c.ID, ts)))
		}
		_, _, _, err = api.UpdateMessageContext(ctx, c.ID, ts, slack.MsgOptionText("y", false))
		assert.NoError(t, err)
	}
	_, err = api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: c.ID, IncludeAllMetadata: true})
	assert.NoError(t, err)
}

// BenchmarkCommand is the simulator's own share of a command: envelope out, acknowledgement in, ephemeral reply shown.
func BenchmarkCommand(b *testing.B) {
	s, conn := bench(b)
	a := &app{conn: conn, seen: make(chan envelope, 1)}
	go func() {
		for {
			var e envelope
			if a.conn.ReadJSON(&e) != nil {
				return
			}
			if e.ID != "" {
				a.send(e.ID, map[string]any{"text": "ok"})
			}
		}
	}()
	for b.Loop() {
		if r := s.Command("ana", "general", "/incident list"); !r.Acked {
			b.Fatal(r.Err)
		}
	}
}

// BenchmarkPostMessage is one message with a card's blocks over HTTP, checked and stored.
func BenchmarkPostMessage(b *testing.B) {
	s, _ := bench(b)
	api := slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionHTTPClient(&http.Client{}))
	c, err := api.CreateConversation(slack.CreateConversationParams{ChannelName: "bench"})
	require.NoError(b, err)
	block := slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*P0* site down", false, true), nil, nil)
	for b.Loop() {
		if _, _, err := api.PostMessage(c.ID, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(block, block, block, block)); err != nil {
			b.Fatal(err)
		}
	}
}
