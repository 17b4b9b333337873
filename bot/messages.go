package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// Message is something to post. Text is always wanted: notifications and screen readers use it, and it is
// what shows when there are no Blocks. Both must be escaped already; mentions work as Slack tokens only.
type Message struct {
	Text   string
	Blocks []slack.Block // at most 50 (Slack)
	// Key identifies the message for Sent: an opaque id, since anybody in the workspace can read it.
	// It travels as metadata {event_type: "mayday", event_payload: {key, also}}. "" for none.
	Key string
	// Also are the keys of what else the message says: it is found by any of them.
	Also   []string
	Thread string // ts of the parent; "" for the channel itself
	// Broadcast shows a thread reply in the channel as well.
	Broadcast bool
	// Replace has a message that answers a click take the place of the one that was clicked. Only Respond does it.
	Replace bool
}

// Posted is where a message went. Channel may differ from what was asked for: a user id becomes a D… id.
type Posted struct{ Channel, TS string }

// Slack: chat.update refuses a text above 4,000 characters and chat.postMessage splits it; as the fallback of
// blocks 3,000 are plenty.
const (
	maxText     = 4000
	maxFallback = 3000
)

const metadataType = "mayday"

func (m *Message) options() []slack.MsgOption {
	limit := maxText
	if len(m.Blocks) > 0 {
		limit = maxFallback
	}
	out := []slack.MsgOption{
		slack.MsgOptionText(clip(m.Text, limit), false),
		slack.MsgOptionParse(false),
	}
	if len(m.Blocks) > 0 {
		out = append(out, slack.MsgOptionBlocks(m.Blocks...))
	}
	if m.Key != "" {
		payload := map[string]any{"key": m.Key}
		if len(m.Also) > 0 {
			payload["also"] = m.Also
		}
		out = append(out, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: metadataType, EventPayload: payload}))
	}
	if m.Thread != "" {
		out = append(out, slack.MsgOptionTS(m.Thread))
		if m.Broadcast {
			out = append(out, slack.MsgOptionBroadcast())
		}
	}
	return out
}

// clip shortens escaped text to at most n runes with an ellipsis, without cutting an entity or a token in two.
func clip(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	s = string(runes[:n-1])
	if i := strings.LastIndexByte(s, '<'); i >= 0 && !strings.Contains(s[i:], ">") {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '&'); i >= len(s)-len("&amp") && i >= 0 && !strings.Contains(s[i:], ";") {
		s = s[:i]
	}
	return s + "…"
}

// Post sends a message to a channel (C…, G…, D…) or a person (U…). A failure of class Ambiguous may have
// posted: ask Sent before repeating (for a person, with the channel that Direct gives). Slack: chat.postMessage, 1 message a second in each channel.
func (c *Client) Post(ctx context.Context, channel string, m Message) (Posted, error) {
	return c.post(ctx, channel, &m)
}

// PostOnTurn is Post for a message that is put together when its turn has come, so that it says all that has come
// up by then. compose is called once, after what OnTurn asks for; its error keeps the message from being sent.
func (c *Client) PostOnTurn(ctx context.Context, channel string, compose func(context.Context) (Message, error)) (Posted, error) {
	var m Message
	composed := false // Slack may ask for a pause, and the call be made again
	return c.post(OnTurn(ctx, func(ctx context.Context) (err error) {
		if !composed {
			m, err = compose(ctx)
			composed = err == nil
		}
		return err
	}), channel, &m)
}

// post sends m as it is when the turn of the call has come.
func (c *Client) post(ctx context.Context, channel string, m *Message) (Posted, error) {
	var p Posted
	err := c.call(ctx, "chat.postMessage", channel, func(ctx context.Context) (err error) {
		// Only chat.postMessage can be told not to unfold links; an edited or ephemeral message unfolds none anew.
		options := append(m.options(), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
		p.Channel, p.TS, err = c.api.PostMessageContext(ctx, channel, options...)
		return err
	})
	if err != nil {
		return Posted{}, err
	}
	return p, nil
}

// Edit replaces a message of ours. Key is kept when m.Key is "". Repeating it is harmless. Slack: chat.update.
func (c *Client) Edit(ctx context.Context, channel, ts string, m Message) error {
	m.Thread = ""
	return c.call(ctx, "chat.update", channel, func(ctx context.Context) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, channel, ts, m.options()...)
		return err
	})
}

// Delete removes a message of ours; one that is gone already is a success. Slack: chat.delete.
func (c *Client) Delete(ctx context.Context, channel, ts string) error {
	return succeededAs(c.call(ctx, "chat.delete", channel, func(ctx context.Context) error {
		_, _, err := c.api.DeleteMessageContext(ctx, channel, ts)
		return err
	}), "message_not_found")
}

// Replied reports whether a message has replies. One that is not there is an error of code "thread_not_found".
// The bot must be a member. Slack: conversations.replies, whose first message is the parent.
func (c *Client) Replied(ctx context.Context, channel, ts string) (bool, error) {
	var page []slack.Message
	err := c.call(ctx, "conversations.replies", channel, func(ctx context.Context) (err error) {
		page, _, _, err = c.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts, Limit: 2})
		return err
	})
	return len(page) > 1, err
}

// PostEphemeral shows a message to one member of a channel until they reload. It may get lost and cannot be
// edited: never the only copy. Slack: chat.postEphemeral.
func (c *Client) PostEphemeral(ctx context.Context, channel, user string, m Message) error {
	m.Key = "" // Slack ignores metadata here
	return c.call(ctx, "chat.postEphemeral", channel, func(ctx context.Context) error {
		_, err := c.api.PostEphemeralContext(ctx, channel, user, m.options()...)
		return err
	})
}

// Respond answers privately through the response URL of a request. Slack: 5 uses within 30 minutes. That of a command
// can replace nothing, whatever it says of that (slackapi/bolt-js#2287).
func (c *Client) Respond(ctx context.Context, responseURL string, m Message) error {
	hook := &slack.WebhookMessage{Text: clip(m.Text, maxFallback), ResponseType: slack.ResponseTypeEphemeral, ThreadTimestamp: m.Thread, ReplaceOriginal: m.Replace}
	if len(m.Blocks) > 0 {
		hook.Blocks = &slack.Blocks{BlockSet: m.Blocks}
	}
	return c.call(ctx, methodRespond, "", func(ctx context.Context) error { return c.respond(ctx, responseURL, hook) })
}

// respond is slack.PostWebhookCustomHTTPContext, and reads the answer: a message that Slack refuses is answered with
// status 200 and "ok": false.
func (c *Client) respond(ctx context.Context, responseURL string, hook *slack.WebhookMessage) error {
	raw, err := json.Marshal(hook)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err != nil {
		return err
	}
	if wait, failed := strconv.Atoi(resp.Header.Get("Retry-After")); resp.StatusCode == http.StatusTooManyRequests && failed == nil {
		return &slack.RateLimitedError{RetryAfter: time.Duration(wait) * time.Second}
	}
	var answer slack.SlackResponse
	if json.Unmarshal(body, &answer) == nil && !answer.Ok && answer.Error != "" {
		return answer.Err()
	}
	if resp.StatusCode != http.StatusOK {
		return slack.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	return nil
}

// mostAnswer bounds what is read of the answer to a response, in bytes: it is "ok", or a line of JSON.
const mostAnswer = 64 << 10

// Permalink gives the address of a message. Slack: chat.getPermalink.
func (c *Client) Permalink(ctx context.Context, channel, ts string) (string, error) {
	var link string
	err := c.call(ctx, "chat.getPermalink", channel, func(ctx context.Context) (err error) {
		link, err = c.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: channel, Ts: ts})
		return err
	})
	return link, err
}

// React adds an emoji (name without colons); one that is there already is a success. Slack: reactions.add.
func (c *Client) React(ctx context.Context, channel, ts, emoji string) error {
	return succeededAs(c.call(ctx, "reactions.add", channel, func(ctx context.Context) error {
		return c.api.AddReactionContext(ctx, emoji, slack.NewRefToMessage(channel, ts))
	}), "already_reacted")
}

// Unreact takes an emoji of ours away; one that is not there is a success. Slack: reactions.remove.
func (c *Client) Unreact(ctx context.Context, channel, ts, emoji string) error {
	return succeededAs(c.call(ctx, "reactions.remove", channel, func(ctx context.Context) error {
		return c.api.RemoveReactionContext(ctx, emoji, slack.NewRefToMessage(channel, ts))
	}), "no_reaction")
}

// Message reads one message as it stands, in a thread too, with the names of the emoji on it. One that is not
// there is an error of class Gone. Slack: reactions.get, which finds a message by channel and ts wherever it is.
func (c *Client) Message(ctx context.Context, channel, ts string) (Received, error) {
	var item slack.ReactedItem
	err := c.call(ctx, "reactions.get", channel, func(ctx context.Context) (err error) {
		item, err = c.api.GetReactionsContext(ctx, slack.NewRefToMessage(channel, ts), slack.GetReactionsParameters{Full: true})
		return err
	})
	if err != nil {
		return Received{}, err
	}
	if item.Message == nil {
		return Received{}, fmt.Errorf("reactions.get answered without a message")
	}
	m := received(channel, &item.Message.Msg)
	for _, r := range item.Reactions {
		m.Reactions = append(m.Reactions, r.Name)
	}
	return *m, nil
}

// Sent looks for a message of ours with this Key, posted since then, in a channel (thread "") or a thread, and
// gives its ts. It is what to ask after an ambiguous Post, 2 s later at the earliest. The bot must be a member.
// Slack: conversations.history and conversations.replies with include_all_metadata.
func (c *Client) Sent(ctx context.Context, channel, thread, key string, since time.Time) (ts string, found bool, err error) {
	all, err := c.SentAny(ctx, channel, thread, []string{key}, since)
	ts, found = all[key]
	return ts, found, err
}

// SentAny is Sent for several keys at once: it gives the ts of each that was found, the newest where there are several.
func (c *Client) SentAny(ctx context.Context, channel, thread string, keys []string, since time.Time) (map[string]string, error) {
	found := make(map[string]string)
	err := c.scan(ctx, channel, thread, since, func(m *slack.Message) bool {
		for _, key := range keysOf(m.Metadata) {
			if _, known := found[key]; !known && slices.Contains(keys, key) {
				found[key] = m.Timestamp
			}
		}
		return len(found) == len(keys)
	})
	return found, err
}

// keysOf are Key and Also of a message of ours.
func keysOf(m slack.SlackMetadata) []string {
	keys := []string{keyOf(m)}
	if keys[0] == "" {
		return nil
	}
	also, _ := m.EventPayload["also"].([]any)
	for _, k := range also {
		if s, ok := k.(string); ok {
			keys = append(keys, s)
		}
	}
	return keys
}

func keyOf(m slack.SlackMetadata) string {
	if m.EventType != metadataType {
		return ""
	}
	key, _ := m.EventPayload["key"].(string)
	return key
}

// skew is how far our clock may be ahead of Slack's.
const skew = 5 * time.Second

// scan shows every message since then to see, newest page first, until see says stop. Only the first page is
// asked for with the caller's Patience: who was turned away between pages would begin anew each time and never
// come to the end. The others wait for their turn as long as ctx lasts.
func (c *Client) scan(ctx context.Context, channel, thread string, since time.Time, see func(*slack.Message) bool) error {
	oldest, cursor := timestamp(since.Add(-skew)), ""
	for {
		page, next, err := c.page(ctx, channel, thread, oldest, cursor)
		if err != nil {
			return err
		}
		for i := range page {
			if see(&page[i]) {
				return nil
			}
		}
		if next == "" {
			return nil
		}
		ctx, cursor = patiently(ctx), next
	}
}

// pageSize: Slack advises at most 200 a page.
const pageSize = 200

func (c *Client) page(ctx context.Context, channel, thread, oldest, cursor string) (page []slack.Message, next string, err error) {
	if thread != "" {
		err = c.call(ctx, "conversations.replies", channel, func(ctx context.Context) (err error) {
			page, _, next, err = c.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
				ChannelID: channel, Timestamp: thread, Oldest: oldest, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true,
			})
			return err
		})
		return page, next, err
	}
	err = c.call(ctx, "conversations.history", channel, func(ctx context.Context) error {
		r, err := c.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: channel, Oldest: oldest, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true,
		})
		if err == nil {
			page, next = r.Messages, r.ResponseMetaData.NextCursor
		}
		return err
	})
	return page, next, err
}

// timestamp writes a moment as Slack does: seconds, a point, microseconds.
func timestamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}

// Time reads a Slack timestamp ("1503435956.000247"); zero when it is not one.
func Time(ts string) time.Time {
	whole, fraction, _ := strings.Cut(ts, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}
	}
	micros, err := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, micros*1000).UTC()
}
