package slack

import (
	"encoding/json"
	"slices"

	"mayday/sim/wire"
)

type object = wire.Object

// post stores a message and tells everybody. The caller has checked it.
func (s *Sim) post(c *conversation, m *Message) *Message {
	m.TS, m.Channel = s.stamp(), c.ID
	m.Notified = slices.DeleteFunc(slices.Clone(m.Mentions), func(who string) bool { return !c.has(who) })
	if m.Thread == m.TS {
		m.Thread = ""
	}
	c.Messages = append(c.Messages, m)
	if m.Ephemeral {
		s.changed(Event{Kind: "ephemeral", Channel: c.ID, User: m.To, TS: m.TS})
		return m
	}
	s.changed(Event{Kind: "message", Channel: c.ID, User: m.User, TS: m.TS})
	e := s.messageObject(m, true)
	s.messageEvent(c, e, m.TS)
	return m
}

// notice is a message that Slack writes itself.
func (s *Sim) notice(c *conversation, user, subtype, text string) {
	s.post(c, &Message{User: user, Subtype: subtype, Text: text})
}

// edited tells everybody that a message changed.
func (s *Sim) edited(c *conversation, m *Message, before object) {
	s.changed(Event{Kind: "edit", Channel: c.ID, User: m.User, TS: m.TS})
	if m.Ephemeral {
		return
	}
	s.messageEvent(c, object{"type": "message", "subtype": "message_changed", "hidden": true, "message": s.messageObject(m, true), "previous_message": before}, "")
}

// tombstone is the subtype of what is left of a deleted message that has replies.
const tombstone = "tombstone"

// remove deletes a message for everybody. A message with replies leaves a tombstone, under which the thread goes on; the app hears of it as
// of an edit (Slack: message_changed whose message has the subtype tombstone).
func (s *Sim) remove(c *conversation, m *Message) {
	before := s.messageObject(m, true)
	if !m.Ephemeral && slices.ContainsFunc(c.Messages, func(r *Message) bool { return r.Thread == m.TS && !r.Deleted && !r.Ephemeral }) {
		*m = Message{TS: m.TS, Channel: m.Channel, User: "USLACKBOT", Subtype: tombstone, Text: "This message was deleted."}
		c.Pins = slices.DeleteFunc(c.Pins, func(ts string) bool { return ts == m.TS })
		s.edited(c, m, before)
		return
	}
	m.Deleted = true
	c.Pins = slices.DeleteFunc(c.Pins, func(ts string) bool { return ts == m.TS })
	s.changed(Event{Kind: "delete", Channel: c.ID, User: m.User, TS: m.TS})
	if m.Ephemeral {
		return
	}
	s.messageEvent(c, object{"type": "message", "subtype": "message_deleted", "hidden": true, "deleted_ts": m.TS, "previous_message": before}, "")
}

// messageEvent sends a message event to the app when it is in the channel and subscribed to that sort of channel.
func (s *Sim) messageEvent(c *conversation, e object, ts string) {
	kind := kindOf(c)
	if c.Direct {
		kind = "im"
	}
	if !c.has(botUser) || !s.subscribed("message."+plural[kind]) {
		return
	}
	e["channel"], e["channel_type"] = c.ID, kind
	if ts == "" {
		ts = s.stamp()
		e["ts"] = ts
	}
	e["event_ts"] = ts
	s.deliverEvent(e)
}

var plural = map[string]string{"channel": "channels", "group": "groups", "im": "im"}

// messageObject is a message as the API shows it. Without all, metadata is reduced to its type, as Slack reduces it.
func (s *Sim) messageObject(m *Message, all bool) object {
	o := object{"type": "message", "ts": m.TS, "text": m.Text, "user": m.User, "team": teamID}
	set := func(key string, raw json.RawMessage) {
		if len(raw) > 0 {
			o[key] = raw
		}
	}
	set("blocks", m.Blocks)
	set("attachments", m.Attachments)
	if m.Subtype != "" {
		o["subtype"] = m.Subtype
	}
	if m.By != "" {
		delete(o, "user")
		o["bot_id"], o["username"] = m.BotID, m.By
	} else if m.BotID != "" {
		o["bot_id"], o["app_id"] = m.BotID, appID
		o["bot_profile"] = object{"id": m.BotID, "app_id": appID, "name": s.o.BotName, "team_id": teamID, "deleted": false}
	}
	if m.ClientMsgID != "" {
		o["client_msg_id"] = m.ClientMsgID
	}
	if len(m.Metadata) > 0 {
		if all {
			o["metadata"] = m.Metadata
		} else {
			var meta struct {
				Type string `json:"event_type"`
			}
			if json.Unmarshal(m.Metadata, &meta) == nil {
				o["metadata"] = object{"event_type": meta.Type}
			}
		}
	}
	if m.Edited {
		o["edited"] = object{"user": m.User, "ts": m.EditedTS}
	}
	if m.Pinned {
		o["pinned_to"] = []string{m.Channel}
	}
	if len(m.Files) > 0 {
		var files []object
		for i := range m.Files {
			files = append(files, s.fileObject(&m.Files[i]))
		}
		o["files"], o["upload"] = files, true
	}
	if len(m.Reactions) > 0 {
		var list []object
		for _, r := range m.Reactions {
			list = append(list, object{"name": r.Name, "users": r.Users, "count": len(r.Users)})
		}
		o["reactions"] = list
	}
	s.threadFields(m, o)
	return o
}

// threadFields adds thread_ts and, on a parent, the counts.
func (s *Sim) threadFields(m *Message, o object) {
	if m.Thread != "" {
		o["thread_ts"] = m.Thread
		if m.Broadcast {
			o["subtype"] = "thread_broadcast"
		}
		return
	}
	c := s.byID(m.Channel)
	if c == nil {
		return
	}
	var users []string
	count, latest := 0, ""
	for _, r := range c.Messages {
		if r.Thread != m.TS || r.Deleted || r.Ephemeral {
			continue
		}
		count++
		latest = r.TS
		if !slices.Contains(users, r.User) {
			users = append(users, r.User)
		}
	}
	if count > 0 {
		o["thread_ts"], o["reply_count"], o["reply_users"], o["reply_users_count"], o["latest_reply"] = m.TS, count, users, len(users), latest
	}
}

// Messages lists what everybody in a channel sees, oldest first, threads included; without deleted and ephemeral messages.
// The channel is an id, "#name" or name, or a person for their conversation with the bot.
func (s *Sim) Messages(channel string) []Message {
	return s.messages(channel, func(m *Message) bool { return !m.Deleted && !m.Ephemeral })
}

// Record lists everything that was ever posted to a channel, oldest first: deleted and ephemeral messages too.
func (s *Sim) Record(channel string) []Message {
	return s.messages(channel, func(*Message) bool { return true })
}

// Conversation lists what one person sees in a channel: everybody's messages and their own ephemeral ones, threads included.
func (s *Sim) Conversation(user, channel string) []Message {
	id := s.idOf(user)
	return s.messages(channel, func(m *Message) bool { return !m.Deleted && (!m.Ephemeral || m.To == id) })
}

// Thread lists a parent and its replies, as one person sees them.
func (s *Sim) Thread(user, channel, ts string) []Message {
	return slices.DeleteFunc(s.Conversation(user, channel), func(m Message) bool { return m.TS != ts && m.Thread != ts })
}

// Ephemerals lists the messages in a channel that only this person sees, oldest first.
func (s *Sim) Ephemerals(user, channel string) []Message {
	id := s.idOf(user)
	return s.messages(channel, func(m *Message) bool { return m.Ephemeral && !m.Deleted && m.To == id })
}

// Message finds one message, an ephemeral one too.
func (s *Sim) Message(channel, ts string) (Message, bool) {
	all := s.messages(channel, func(m *Message) bool { return m.TS == ts && !m.Deleted })
	if len(all) == 0 {
		return Message{}, false
	}
	return all[0], true
}

// Pins lists the pinned messages of a channel, in the order of pinning.
func (s *Sim) Pins(channel string) []Message {
	c, _ := s.Channel(channel)
	all := s.messages(channel, func(m *Message) bool { return m.Pinned && !m.Deleted })
	slices.SortStableFunc(all, func(a, b Message) int { return slices.Index(c.Pins, a.TS) - slices.Index(c.Pins, b.TS) })
	return all
}

func (s *Sim) messages(channel string, keep func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.at(channel)
	if c == nil {
		return nil
	}
	var all []Message
	for _, m := range c.Messages {
		if keep(m) {
			all = append(all, m.copy())
		}
	}
	return all
}

func (s *Sim) idOf(user string) string {
	u, _ := s.UserByName(user)
	return u.ID
}
