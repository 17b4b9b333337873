package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Restrictions are what an administrator forbids the app to do to its own messages. The zero value forbids nothing.
type Restrictions struct {
	// NoDelete refuses chat.delete with cant_delete_message (docs.slack.dev, chat.delete).
	NoDelete bool
	// NoUpdate refuses chat.update with cant_update_message (docs.slack.dev, chat.update).
	NoUpdate bool
	// EditWindow refuses chat.update of messages older than this with edit_window_closed, "due to the team message edit settings"
	// (docs.slack.dev, chat.update). Zero means that there is no window.
	EditWindow time.Duration
}

// update is why a message may not be changed; "" when it may.
func (r Restrictions) update(m *Message, now time.Time) string {
	switch {
	case r.NoUpdate:
		return "cant_update_message"
	case r.EditWindow > 0 && now.Sub(timeOf(m.TS)) > r.EditWindow:
		return "edit_window_closed"
	}
	return ""
}

// timeOf is the moment that a timestamp names; the zero time for what is none.
func timeOf(ts string) time.Time {
	var seconds, micros int64
	if _, err := fmt.Sscanf(ts, "%d.%d", &seconds, &micros); err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, micros*1000)
}

// Restrict sets what an administrator forbids the app from now on.
func (s *Sim) Restrict(r Restrictions) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restrictions = r
}

// RefuseInvitee makes Slack refuse to invite somebody, with any code: its list of reasons grows. "" welcomes them again.
// Prevents: one person whom Slack does not want keeping the others out.
func (s *Sim) RefuseInvitee(user, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unwelcome == nil {
		s.unwelcome = map[string]string{}
	}
	if u := s.who(user); u != nil {
		s.unwelcome[u.ID] = code
	}
}

// ConvertToPrivate makes a public channel private as a person. The id stays. Only who is in it hears of it, and only by a message of the subtype
// channel_convert_to_private in what is a private channel already (docs.slack.dev, events: message.channel_convert_to_private).
func (s *Sim) ConvertToPrivate(user, channel string) error { return s.convert(user, channel, true) }

// ConvertToPublic makes a private channel public as a person (docs.slack.dev, events: message.channel_convert_to_public).
func (s *Sim) ConvertToPublic(user, channel string) error { return s.convert(user, channel, false) }

func (s *Sim) convert(user, channel string, private bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	if c.General || c.Direct || c.Archived || c.Private == private {
		return fmt.Errorf("%s cannot be converted", channel)
	}
	c.Private = private
	subtype, text := "channel_convert_to_public", "made this channel *public*. Any member in this workspace can see and join it."
	if private {
		subtype, text = "channel_convert_to_private", "made this channel *private*. Now, it can only be viewed or joined by invitation."
	}
	s.notice(c, u.ID, subtype, text)
	s.changed(Event{Kind: "channel", Channel: c.ID, User: u.ID})
	return nil
}

// ChangeID gives a channel another id, for good, and returns it: what happens to a private channel that is shared with another workspace
// (docs.slack.dev, events: channel_id_changed, sent for private channels that the app is in). The old id is nothing any more.
func (s *Sim) ChangeID(channel string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.at(channel)
	if c == nil {
		return ""
	}
	old := c.ID
	c.ID, c.Shared = s.newID("C"), true
	for _, m := range c.Messages {
		m.Channel = c.ID
	}
	for _, f := range s.w.Files {
		for i, id := range f.Channels {
			if id == old {
				f.Channels[i] = c.ID
			}
		}
	}
	s.changed(Event{Kind: "channel", Channel: c.ID})
	if c.has(botUser) {
		s.event("channel_id_changed", object{"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": c.ID})
	}
	return c.ID
}

// DeleteChannel deletes a channel with everything in it as a person (docs.slack.dev, events: channel_deleted, group_deleted).
func (s *Sim) DeleteChannel(user, channel string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	if c.General || c.Direct {
		return fmt.Errorf("%s cannot be deleted", channel)
	}
	s.w.Channels = slices.DeleteFunc(s.w.Channels, func(o *conversation) bool { return o == c })
	s.changed(Event{Kind: "channel", Channel: c.ID, User: u.ID})
	if !c.Private || c.has(botUser) {
		s.event(kindOf(c)+"_deleted", object{"type": kindOf(c) + "_deleted", "channel": c.ID, "actor_id": u.ID})
	}
	return nil
}

// Expire removes a message as the workspace's retention does: whole, and without telling anybody.
func (s *Sim) Expire(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.at(channel)
	if c == nil {
		return
	}
	if m := c.find(ts); m != nil {
		m.Deleted = true
		c.Pins = slices.DeleteFunc(c.Pins, func(pin string) bool { return pin == ts })
		s.changed(Event{Kind: "delete", Channel: c.ID, User: m.User, TS: ts})
	}
}

// AppMessage is what another app says. Most monitoring tools leave Text empty and say everything in attachments or blocks.
type AppMessage struct {
	Text        string
	Blocks      string // JSON
	Attachments string // JSON
	Thread      string // the parent's timestamp, for a reply
}

// PostAsApp posts as another app of the workspace, and returns the timestamp; "" when there is no such channel.
// Slack: such a message has a bot_id and the subtype bot_message, and may have no user (docs.slack.dev, events: message.bot_message).
func (s *Sim) PostAsApp(name, channel string, said AppMessage) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.at(channel)
	if c == nil || c.Archived {
		return ""
	}
	m := &Message{BotID: "B0OTHER001", Subtype: "bot_message", By: name, Text: said.Text, Blocks: rawOf(said.Blocks), Attachments: rawOf(said.Attachments), Thread: said.Thread}
	m.Mentions = s.mentions(m.Text, m.Blocks, "", false)
	return s.post(c, m).TS
}

// EditAsApp has another app change a message that it posted, as many do when an alert is over. It reports whether there is one.
func (s *Sim) EditAsApp(channel, ts string, said AppMessage) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.at(channel)
	if c == nil {
		return false
	}
	m := c.find(ts)
	if m == nil || m.By == "" {
		return false
	}
	before := s.messageObject(m, true)
	m.Text, m.Blocks, m.Attachments, m.Edited, m.EditedTS = said.Text, rawOf(said.Blocks), rawOf(said.Attachments), true, s.stamp()
	s.edited(c, m, before)
	return true
}

func rawOf(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// Snooze turns somebody's do-not-disturb on or off.
func (s *Sim) Snooze(user string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.who(user); u != nil {
		u.Snoozed = on
		s.changed(Event{Kind: "member", User: u.ID})
	}
}
