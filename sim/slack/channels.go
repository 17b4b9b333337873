package slack

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// channelNameError checks a name against Slack's rule; "" is a good name. Slack lower-cases nothing: the app must send what it means.
func channelNameError(name string) string {
	switch {
	case name == "":
		return "invalid_name_required"
	case utf8.RuneCountInString(name) > maxChannelName:
		return "invalid_name_maxlength"
	case strings.Trim(name, "-_") == "":
		return "invalid_name_punctuation"
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return "invalid_name_specials"
		}
	}
	return ""
}

// typedNameError is channelNameError for a name that a person types: Slack's client takes the letters of every script, in lower case.
func typedNameError(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)) && !unicode.IsUpper(r) {
			return 'x'
		}
		return r
	}, name)
	return channelNameError(plain)
}

func (s *Sim) newChannel(name string, private bool, creator string) *conversation {
	c := &conversation{Channel: Channel{ID: s.newID("C"), Name: name, Private: private, Creator: creator, Created: s.o.Clock(), Members: []string{creator}}}
	s.w.Channels = append(s.w.Channels, c)
	s.changed(Event{Kind: "channel", Channel: c.ID, User: creator})
	return c
}

// nameTaken reports whether any channel, archived ones included, has the name.
func (s *Sim) nameTaken(name string) bool {
	return slices.ContainsFunc(s.w.Channels, func(c *conversation) bool { return c.Name == name })
}

// direct finds or makes the conversation of a person with the bot.
func (s *Sim) direct(user string) *conversation {
	for _, c := range s.w.Channels {
		if c.Direct && c.has(user) {
			return c
		}
	}
	c := &conversation{Channel: Channel{ID: s.newID("D"), Direct: true, Private: true, Creator: botUser, Created: s.o.Clock(), Members: []string{botUser, user}}}
	s.w.Channels = append(s.w.Channels, c)
	s.changed(Event{Kind: "channel", Channel: c.ID, User: user})
	return c
}

// join adds a member, with the message and the event that Slack makes of it.
func (s *Sim) join(c *conversation, user, inviter string) {
	c.Members = append(c.Members, user)
	s.notice(c, user, kindOf(c)+"_join", fmt.Sprintf("<@%s> has joined the channel", user))
	s.changed(Event{Kind: "member", Channel: c.ID, User: user})
	if c.has(botUser) {
		e := object{"type": "member_joined_channel", "user": user, "channel": c.ID, "channel_type": c.ID[:1], "team": teamID}
		if inviter != "" {
			e["inviter"] = inviter
		}
		s.event("member_joined_channel", e)
	}
}

// leave takes a member out. The app hears of others by member_left_channel, of itself by channel_left or group_left, which say nothing else
// (docs.slack.dev, events).
func (s *Sim) leave(c *conversation, user, actor string) {
	c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == user })
	s.notice(c, user, kindOf(c)+"_leave", fmt.Sprintf("<@%s> has left the channel", user))
	s.changed(Event{Kind: "member", Channel: c.ID, User: user})
	if user == botUser {
		s.event(kindOf(c)+"_left", object{"type": kindOf(c) + "_left", "channel": c.ID, "actor_id": actor})
	} else if c.has(botUser) {
		s.event("member_left_channel", object{"type": "member_left_channel", "user": user, "channel": c.ID, "channel_type": c.ID[:1], "team": teamID})
	}
}

// kindOf is Slack's word for the sort of channel in subtypes and event names.
func kindOf(c *conversation) string {
	if c.Private {
		return "group"
	}
	return "channel"
}

// setArchived archives or unarchives, with notice and event.
func (s *Sim) setArchived(c *conversation, user string, archived bool) {
	verb, heard := "unarchive", !c.Private || c.has(botUser)
	if archived {
		verb = "archive"
	}
	if archived {
		s.notice(c, user, kindOf(c)+"_archive", fmt.Sprintf("<@%s> archived the channel", user))
	}
	c.Archived = archived
	if archived { // archiving takes a bot out of the channel, and it cannot bring itself back (slack-go/slack#1066)
		c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == botUser })
	}
	if !archived && !c.has(user) {
		c.Members = append(c.Members, user) // Slack: "The calling user is added to the conversation" (conversations.unarchive)
	}
	if !archived {
		s.notice(c, user, kindOf(c)+"_unarchive", fmt.Sprintf("<@%s> un-archived the channel", user))
	}
	s.changed(Event{Kind: "channel", Channel: c.ID, User: user})
	if heard {
		s.event(kindOf(c)+"_"+verb, object{"type": kindOf(c) + "_" + verb, "channel": c.ID, "user": user, "is_moved": 0})
	}
}

func (s *Sim) rename(c *conversation, user, name string) {
	c.Previous = append(c.Previous, c.Name)
	old := c.Name
	c.Name = name
	s.notice(c, user, kindOf(c)+"_name", fmt.Sprintf("<@%s> has renamed the channel from \"%s\" to \"%s\"", user, old, name))
	s.changed(Event{Kind: "channel", Channel: c.ID, User: user})
	if !c.Private || c.has(botUser) {
		s.event(kindOf(c)+"_rename", object{"type": kindOf(c) + "_rename", "channel": object{"id": c.ID, "name": name, "created": c.Created.Unix()}})
	}
}

func (s *Sim) setTopic(c *conversation, user, topic string) {
	if c.Topic == topic {
		return
	}
	c.Topic = topic
	text := fmt.Sprintf("<@%s> set the channel topic: %s", user, topic)
	if topic == "" {
		text = fmt.Sprintf("<@%s> cleared the channel topic", user)
	}
	s.notice(c, user, kindOf(c)+"_topic", text)
	s.changed(Event{Kind: "channel", Channel: c.ID, User: user})
}

func (s *Sim) setPurpose(c *conversation, user, purpose string) {
	if c.Purpose == purpose {
		return
	}
	c.Purpose = purpose
	text := fmt.Sprintf("<@%s> set the channel description: %s", user, purpose)
	if purpose == "" {
		text = fmt.Sprintf("<@%s> cleared the channel description", user)
	}
	s.notice(c, user, kindOf(c)+"_purpose", text)
	s.changed(Event{Kind: "channel", Channel: c.ID, User: user})
}

// pin pins a message, with notice and event. The caller has checked that it is not pinned.
func (s *Sim) pin(c *conversation, m *Message, user string) {
	m.Pinned = true
	c.Pins = append(c.Pins, m.TS)
	s.notice(c, user, "pinned_item", fmt.Sprintf("<@%s> pinned a message to this channel.", user))
	s.changed(Event{Kind: "edit", Channel: c.ID, User: user, TS: m.TS})
	s.pinEvent("pin_added", c, m, user)
}

func (s *Sim) unpin(c *conversation, m *Message, user string) {
	m.Pinned = false
	c.Pins = slices.DeleteFunc(c.Pins, func(ts string) bool { return ts == m.TS })
	s.changed(Event{Kind: "edit", Channel: c.ID, User: user, TS: m.TS})
	s.pinEvent("pin_removed", c, m, user)
}

func (s *Sim) pinEvent(kind string, c *conversation, m *Message, user string) {
	if c.has(botUser) {
		s.event(kind, object{
			"type": kind, "user": user, "channel_id": c.ID, "event_ts": s.stamp(),
			"item": object{"type": "message", "channel": c.ID, "created": s.o.Clock().Unix(), "created_by": user, "message": s.messageObject(m, true)},
		})
	}
}

func (s *Sim) channelObject(c *conversation) object {
	if c.Direct {
		o := object{"id": c.ID, "is_im": true, "created": c.Created.Unix(), "is_archived": c.Archived, "is_open": true}
		for _, id := range c.Members {
			if id != botUser {
				o["user"] = id
			}
		}
		return o
	}
	value := func(v string) object { return object{"value": v, "creator": c.Creator, "last_set": 0} }
	return object{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name, "is_channel": !c.Private, "is_group": c.Private, "is_im": false, "is_mpim": false,
		"is_private": c.Private, "is_archived": c.Archived, "is_general": c.General, "is_member": c.has(botUser), "is_shared": c.Shared, "is_ext_shared": c.Shared,
		"creator": c.Creator, "created": c.Created.Unix(), "topic": value(c.Topic), "purpose": value(c.Purpose),
		"previous_names": slices.Concat([]string{}, c.Previous), "num_members": len(c.Members), "context_team_id": teamID,
	}
}

// Channels lists every channel except the direct conversations, oldest first.
func (s *Sim) Channels() []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Channel
	for _, c := range s.w.Channels {
		if !c.Direct {
			all = append(all, c.Channel.copy())
		}
	}
	return all
}

// ChannelsFor lists the channels that a person sees: the public ones, the private ones they are in, and their conversation with the bot.
func (s *Sim) ChannelsFor(user string) []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.who(user)
	if u == nil {
		return nil
	}
	var all []Channel
	for _, c := range s.w.Channels {
		if c.seenBy(u) {
			all = append(all, c.Channel.copy())
		}
	}
	return all
}

// Channel finds a channel by id, name or "#name"; a person's id or name finds their conversation with the bot.
func (s *Sim) Channel(nameOrID string) (Channel, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.at(nameOrID); c != nil {
		return c.Channel.copy(), true
	}
	return Channel{}, false
}

// Direct is the id of a person's conversation with the bot; "" for an unknown person.
func (s *Sim) Direct(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.who(user); u != nil && u.ID != botUser {
		return s.direct(u.ID).ID
	}
	return ""
}
