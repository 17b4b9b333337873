package slack

import (
	"fmt"
	"slices"
	"strings"
)

// Say writes a message, in a thread when thread is a timestamp, and returns its timestamp; "" when the person cannot write there.
// What is typed is escaped, and @names and #channels become mentions, as in Slack's client. A person who writes in a public channel joins it.
func (s *Sim) Say(user, channel, text, thread string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil || c.Archived || text == "" {
		return ""
	}
	if !c.has(u.ID) {
		s.join(c, u.ID, "")
	}
	if thread != "" {
		parent := c.find(thread)
		if parent == nil {
			return ""
		}
		if parent.Thread != "" {
			thread = parent.Thread
		}
	}
	m := &Message{User: u.ID, Text: s.typed(text, false), Thread: thread, ClientMsgID: uuid()}
	m.Mentions = s.mentions(m.Text, nil, "", false)
	return s.post(c, m).TS
}

// mine finds a message that a person may change: their own.
func (s *Sim) mine(user, channel, ts string) (*conversation, *Message, error) {
	u, c, err := s.place(user, channel)
	if err != nil {
		return nil, nil, err
	}
	m := c.find(ts)
	if m == nil || m.User != u.ID || m.Subtype != "" {
		return nil, nil, fmt.Errorf("%s has no message %s in %s", user, ts, channel)
	}
	return c, m, nil
}

// Edit changes a person's own message.
func (s *Sim) Edit(user, channel, ts, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, m, err := s.mine(user, channel, ts)
	if err != nil {
		return err
	}
	before := s.messageObject(m, true)
	m.Text, m.Edited, m.EditedTS = s.typed(text, false), true, s.stamp()
	m.Mentions = s.mentions(m.Text, nil, "", false)
	s.edited(c, m, before)
	return nil
}

// Delete removes a person's own message; an administrator removes any.
func (s *Sim) Delete(user, channel, ts string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	m := c.shown(ts, u.ID)
	if m == nil || (m.User != u.ID && !u.Admin && !m.Ephemeral) {
		return fmt.Errorf("%s cannot delete %s in %s", u.Name, ts, channel)
	}
	s.remove(c, m)
	return nil
}

// React adds a person's reaction: the emoji's name without colons.
func (s *Sim) React(user, channel, ts, emoji string) error {
	return s.reacts(user, channel, ts, emoji, s.react)
}

// Unreact takes a person's reaction away.
func (s *Sim) Unreact(user, channel, ts, emoji string) error {
	return s.reacts(user, channel, ts, emoji, s.unreact)
}

func (s *Sim) reacts(user, channel, ts, emoji string, do func(*conversation, *Message, string, string) string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	m := c.find(ts)
	if m == nil || c.Archived {
		return fmt.Errorf("there is no message %s in %s to react to", ts, channel)
	}
	if code := do(c, m, u.ID, strings.Trim(emoji, ":")); code != "" {
		return fail(code)
	}
	return nil
}

// OpenHome opens the app's Home tab: the app hears app_home_opened. Home shows what it published.
func (s *Sim) OpenHome(user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.who(user)
	if u == nil || u.Bot {
		return fmt.Errorf("there is no person %q", user)
	}
	e := object{"type": "app_home_opened", "user": u.ID, "channel": s.direct(u.ID).ID, "tab": "home"}
	if v := s.w.Homes[u.ID]; v != nil {
		e["view"] = viewObject(v)
	}
	s.event("app_home_opened", e)
	return nil
}

// Pin pins a message for everybody, and Unpin takes the pin away.
func (s *Sim) Pin(user, channel, ts string) error { return s.pins(user, channel, ts, true) }

// Unpin takes a pin away.
func (s *Sim) Unpin(user, channel, ts string) error { return s.pins(user, channel, ts, false) }

func (s *Sim) pins(user, channel, ts string, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	m := c.find(ts)
	if m == nil || m.Pinned == on {
		return fmt.Errorf("there is no such message to pin or unpin")
	}
	if on {
		s.pin(c, m, u.ID)
	} else {
		s.unpin(c, m, u.ID)
	}
	return nil
}

// CreateChannel makes a channel as a person, who is its first member, and returns its id.
func (s *Sim) CreateChannel(user, name string, private bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.who(user)
	switch code := typedNameError(name); {
	case u == nil:
		return "", fmt.Errorf("there is no person %q", user)
	case code != "":
		return "", fail(code)
	case s.nameTaken(name):
		return "", fail("name_taken")
	}
	return s.newChannel(name, private, u.ID).ID, nil
}

// Join enters a public channel; Leave leaves any.
func (s *Sim) Join(user, channel string) error { return s.Invite(user, channel, user) }

// Leave leaves a channel.
func (s *Sim) Leave(user, channel string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	if c.General || c.Direct || !c.has(u.ID) {
		return fmt.Errorf("%s cannot leave %s", u.Name, channel)
	}
	s.leave(c, u.ID, u.ID)
	return nil
}

// Invite adds somebody, the bot too ("@mayday"), to a channel.
func (s *Sim) Invite(user, channel, guest string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	g := s.who(guest)
	if g == nil || g.Deleted || c.Archived || c.Direct || c.has(g.ID) {
		return fmt.Errorf("%s cannot be invited to %s", guest, channel)
	}
	if code := s.limitOf(c, g); code != "" {
		return fail(code)
	}
	inviter := u.ID
	if g.ID == u.ID {
		inviter = ""
	}
	s.join(c, g.ID, inviter)
	return nil
}

// Kick removes somebody, the bot too, from a channel.
func (s *Sim) Kick(user, channel, guest string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	g := s.who(guest)
	if g == nil || c.General || c.Direct || !c.has(g.ID) {
		return fmt.Errorf("%s cannot be removed from %s", guest, channel)
	}
	s.leave(c, g.ID, u.ID)
	return nil
}

// Archive archives a channel as a person, and Unarchive brings it back.
func (s *Sim) Archive(user, channel string) error { return s.archives(user, channel, true) }

// Unarchive brings an archived channel back.
func (s *Sim) Unarchive(user, channel string) error { return s.archives(user, channel, false) }

func (s *Sim) archives(user, channel string, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	if c.General || c.Direct || c.Archived == on {
		return fmt.Errorf("%s cannot be archived or unarchived", channel)
	}
	s.setArchived(c, u.ID, on)
	return nil
}

// Rename renames a channel as a person.
func (s *Sim) Rename(user, channel, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	switch code := typedNameError(name); {
	case c.Direct || c.Archived:
		return fmt.Errorf("%s cannot be renamed", channel)
	case code != "":
		return fail(code)
	case s.nameTaken(name):
		return fail("name_taken")
	}
	s.rename(c, u.ID, name)
	return nil
}

// SetTopic sets a channel's topic as a person.
func (s *Sim) SetTopic(user, channel, topic string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.place(user, channel)
	if err != nil {
		return err
	}
	if len([]rune(topic)) > maxTopic {
		return fail("too_long")
	}
	s.setTopic(c, u.ID, topic)
	return nil
}

// DirectWith lists who has a conversation with the bot.
func (s *Sim) DirectWith() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, c := range s.w.Channels {
		if c.Direct {
			all = append(all, slices.DeleteFunc(slices.Clone(c.Members), func(id string) bool { return id == botUser })...)
		}
	}
	return all
}
