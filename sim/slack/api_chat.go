package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"mayday/sim/wire"
)

// target finds where a message goes: an id, the name of a public channel, or a person.
func (s *Sim) target(channel string) (*conversation, error) {
	c := s.byID(channel)
	if c == nil {
		name := strings.TrimPrefix(channel, "#")
		for _, other := range s.w.Channels {
			if name != "" && other.Name == name && !other.Private {
				c = other
			}
		}
	}
	if u := s.userByID(channel); c == nil && u != nil && !u.Deleted && u.ID != botUser {
		c = s.direct(u.ID)
	}
	switch {
	case c == nil || (c.Private && !c.has(botUser)):
		return nil, fail("channel_not_found")
	case c.Archived:
		return nil, fail("is_archived")
	case !c.has(botUser) && !s.granted("chat:write.public"):
		return nil, fail("not_in_channel")
	}
	return c, nil
}

// content reads and judges the parts of a message that its author chooses. maxText is the longest text; 0 means that it is cut instead.
func (s *Sim) content(a args, maxText int) (*Message, error) {
	m := &Message{User: botUser, BotID: botID, Bot: true, Text: a["text"]}
	if a["markdown_text"] != "" {
		if a["text"] != "" || a.raw("blocks") != nil {
			return nil, fail("markdown_text_conflict")
		}
		m.Text = a["markdown_text"]
		if utf8.RuneCountInString(m.Text) > maxMarkdownChars {
			return nil, fail("msg_too_long")
		}
	}
	if maxText > 0 && utf8.RuneCountInString(m.Text) > maxText {
		return nil, fail("msg_too_long")
	}
	if raw := a.raw("blocks"); raw != nil {
		blocks, _, bad := checkBlocks(raw, onMessage, "/blocks")
		if bad != nil {
			return nil, refuse(bad.code, bad.problems)
		}
		if len(blocks) > 0 {
			m.Blocks = json.RawMessage(wire.Encode(blocks))
		}
	}
	if err := m.attach(a.raw("attachments")); err != nil {
		return nil, err
	}
	if err := m.label(a.raw("metadata")); err != nil {
		return nil, err
	}
	m.Mentions = s.mentions(m.Text, m.Blocks, a["parse"], a.yes("link_names"))
	for _, who := range s.mentions("", m.Attachments, "", false) {
		if !slices.Contains(m.Mentions, who) {
			m.Mentions = append(m.Mentions, who)
		}
	}
	return m, nil
}

// attach checks the old attachments, and the blocks in them.
func (m *Message) attach(raw json.RawMessage) error {
	if raw == nil {
		return nil
	}
	var list []struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return fail("invalid_attachments")
	}
	if len(list) > maxAttachments {
		return fail("too_many_attachments")
	}
	for i, one := range list {
		if len(one.Blocks) == 0 || string(one.Blocks) == "null" {
			continue
		}
		if _, _, bad := checkBlocks(one.Blocks, onMessage, fmt.Sprintf("/attachments/%d/blocks", i)); bad != nil {
			return refuse(bad.code, bad.problems)
		}
	}
	if len(list) > 0 {
		m.Attachments = raw
	}
	return nil
}

// label checks metadata. Slack documents neither a size nor the exact schema; flat values are safe.
func (m *Message) label(raw json.RawMessage) error {
	if raw == nil {
		return nil
	}
	var meta struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	switch err := json.Unmarshal(raw, &meta); {
	case err != nil:
		return fail("invalid_metadata_format")
	case meta.Type == "" || meta.Payload == nil:
		return fail("invalid_metadata_schema")
	case len(raw) > maxMetadata:
		return fail("metadata_too_large")
	}
	m.Metadata = raw
	return nil
}

func (s *Sim) chatPostMessage(a args) (object, error) {
	if a["username"] != "" || a["icon_url"] != "" || a["icon_emoji"] != "" {
		if err := s.scoped("chat:write.customize"); err != nil {
			return nil, err
		}
	}
	c, err := s.target(a["channel"])
	if err != nil {
		return nil, err
	}
	m, err := s.content(a, 0)
	if err != nil {
		return nil, err
	}
	if m.Text == "" && m.Blocks == nil && m.Attachments == nil {
		return nil, fail("no_text")
	}
	if m.ClientMsgID = a["client_msg_id"]; m.ClientMsgID != "" && s.o.ClientMsgID != "" {
		for _, old := range c.Messages {
			if old.ClientMsgID != m.ClientMsgID {
				continue
			}
			if s.o.ClientMsgID == "error" {
				return nil, fail("duplicate_message")
			}
			return object{"channel": c.ID, "ts": old.TS, "message": s.messageObject(old, true)}, nil
		}
	}
	if err := s.thread(c, m, a); err != nil {
		return nil, err
	}
	answer := object{}
	if utf8.RuneCountInString(m.Text) > maxMessageText {
		m.Text = string([]rune(m.Text)[:maxMessageText])
		answer["warning"], answer["response_metadata"] = "message_truncated", object{"warnings": []string{"message_truncated"}}
	}
	s.post(c, m)
	answer["channel"], answer["ts"], answer["message"] = c.ID, m.TS, s.messageObject(m, true)
	return answer, nil
}

// thread hangs a message under its parent. Where the parent is gone Slack says ok and posts to the channel: only the missing thread_ts of the
// answer tells (slack-go/slack#1571).
func (s *Sim) thread(c *conversation, m *Message, a args) error {
	ts := a["thread_ts"]
	if ts == "" {
		return nil
	}
	switch parent := c.find(ts); {
	case parent == nil:
		return nil
	case parent.Thread != "" || !slices.Contains([]string{"", tombstone, "bot_message"}, parent.Subtype): // Slack: "This message type cannot have thread replies"
		return fail("cannot_reply_to_message")
	}
	m.Thread, m.Broadcast = ts, a.yes("reply_broadcast")
	return nil
}

// own finds a message of the bot by channel id and timestamp.
func (s *Sim) own(a args, notMine string) (*conversation, *Message, error) {
	c := s.byID(a["channel"])
	if c == nil || (c.Private && !c.has(botUser)) {
		return nil, nil, fail("channel_not_found")
	}
	m := c.find(a["ts"])
	switch {
	case m == nil || m.Subtype == tombstone:
		return nil, nil, fail("message_not_found")
	case m.User != botUser || m.Subtype != "":
		return nil, nil, fail(notMine)
	}
	return c, m, nil
}

func (s *Sim) chatUpdate(a args) (object, error) {
	c, m, err := s.own(a, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if c.Archived {
		return nil, fail("is_inactive")
	}
	if code := s.restrictions.update(m, s.o.Clock()); code != "" {
		return nil, fail(code)
	}
	next, err := s.content(a, maxUpdateText)
	if err != nil {
		return nil, err
	}
	if a["text"] == "" && a["markdown_text"] == "" && a.raw("blocks") == nil && a.raw("attachments") == nil {
		return nil, fail("no_text")
	}
	s.rewrite(c, m, next, a)
	return object{"channel": c.ID, "ts": m.TS, "text": m.Text, "message": s.messageObject(m, true)}, nil
}

// rewrite changes a message. What the call leaves out stays as it was; an empty list removes (Slack: chat.update, blocks and attachments).
func (s *Sim) rewrite(c *conversation, m, next *Message, a args) {
	before := s.messageObject(m, true)
	m.Text = next.Text
	if a.raw("blocks") != nil {
		m.Blocks = next.Blocks
	}
	if a.raw("attachments") != nil {
		m.Attachments = next.Attachments
	}
	if next.Metadata != nil {
		m.Metadata = next.Metadata
	}
	m.Mentions = s.mentions(m.Text, m.Blocks, a["parse"], a.yes("link_names"))
	m.Edited, m.EditedTS = true, s.stamp()
	s.edited(c, m, before)
}

func (s *Sim) chatDelete(a args) (object, error) {
	c, m, err := s.own(a, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	if s.restrictions.NoDelete {
		return nil, fail("cant_delete_message")
	}
	s.remove(c, m)
	return object{"channel": c.ID, "ts": m.TS}, nil
}

func (s *Sim) chatPostEphemeral(a args) (object, error) {
	c, err := s.target(a["channel"])
	if err != nil {
		return nil, err
	}
	if !c.has(a["user"]) {
		return nil, fail("user_not_in_channel")
	}
	m, err := s.content(a, maxMessageText)
	if err != nil {
		return nil, err
	}
	if m.Text == "" && m.Blocks == nil && m.Attachments == nil {
		return nil, fail("no_text")
	}
	if err := s.thread(c, m, a); err != nil {
		return nil, err
	}
	m.Ephemeral, m.To, m.Metadata = true, a["user"], nil
	s.post(c, m)
	return object{"message_ts": m.TS}, nil
}

func (s *Sim) chatGetPermalink(a args) (object, error) {
	c := s.byID(a["channel"])
	if c == nil || (c.Private && !c.has(botUser)) {
		return nil, fail("channel_not_found")
	}
	m := c.find(a["message_ts"])
	if m == nil {
		return nil, fail("message_not_found")
	}
	return object{"channel": c.ID, "permalink": s.permalink(m)}, nil
}

func (s *Sim) permalink(m *Message) string {
	link := s.base + "/archives/" + m.Channel + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.Thread != "" {
		link += "?thread_ts=" + m.Thread + "&cid=" + m.Channel
	}
	return link
}
