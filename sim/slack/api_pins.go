package slack

import (
	"net/url"
	"slices"

	"mayday/lazyregexp"
)

var emojiForm = lazyregexp.New(`^[a-z0-9_+'-]+(::skin-tone-[2-6])?$`)

func (s *Sim) bookmarksAdd(a args) (object, error) {
	c, err := s.reach(a["channel_id"], "")
	switch {
	case err != nil:
		return nil, err
	case !c.has(botUser):
		return nil, fail("permission_denied")
	case a["title"] == "":
		return nil, refuse("invalid_arguments", []string{"missing required field: title"})
	case a["type"] != "link":
		return nil, fail("invalid_bookmark_type")
	case !linkable(a["link"]):
		return nil, fail("invalid_link")
	case len(c.Bookmarks) >= maxBookmarks:
		return nil, fail("too_many_bookmarks")
	}
	b := Bookmark{ID: s.newID("Bk"), Title: a["title"], Link: a["link"], Emoji: a["emoji"]}
	c.Bookmarks = append(c.Bookmarks, b)
	s.changed(Event{Kind: "channel", Channel: c.ID})
	return object{"bookmark": bookmarkObject(c, b)}, nil
}

// linkable reports whether a bookmark may lead to an address: over http or https, to a host (bookmarks.add: invalid_link).
func linkable(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

func bookmarkObject(c *conversation, b Bookmark) object {
	return object{"id": b.ID, "channel_id": c.ID, "title": b.Title, "link": b.Link, "emoji": b.Emoji, "type": "link", "app_id": appID}
}

func (s *Sim) bookmarksList(a args) (object, error) {
	c, err := s.reach(a["channel_id"], "")
	if err != nil {
		return nil, err
	}
	list := []object{}
	for _, b := range c.Bookmarks {
		list = append(list, bookmarkObject(c, b))
	}
	return object{"bookmarks": list}, nil
}

// bookmark finds a bookmark of a channel that the bot is in.
func (s *Sim) bookmark(a args) (*conversation, int, error) {
	c, err := s.reach(a["channel_id"], "")
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(c.Bookmarks, func(b Bookmark) bool { return b.ID == a["bookmark_id"] })
	switch {
	case !c.has(botUser):
		return nil, 0, fail("permission_denied")
	case i < 0:
		return nil, 0, fail("not_found")
	}
	return c, i, nil
}

func (s *Sim) bookmarksEdit(a args) (object, error) {
	c, i, err := s.bookmark(a)
	if err != nil {
		return nil, err
	}
	b := &c.Bookmarks[i]
	if link := a["link"]; link != "" {
		if !linkable(link) {
			return nil, fail("invalid_link")
		}
		b.Link = link
	}
	if a["title"] != "" {
		b.Title = a["title"]
	}
	if a["emoji"] != "" {
		b.Emoji = a["emoji"]
	}
	s.changed(Event{Kind: "channel", Channel: c.ID})
	return object{"bookmark": bookmarkObject(c, *b)}, nil
}

func (s *Sim) bookmarksRemove(a args) (object, error) {
	c, i, err := s.bookmark(a)
	if err != nil {
		return nil, err
	}
	c.Bookmarks = slices.Delete(c.Bookmarks, i, i+1)
	s.changed(Event{Kind: "channel", Channel: c.ID})
	return nil, nil
}

// item finds the message that a pin or reaction is about.
func (s *Sim) item(a args) (*conversation, *Message, error) {
	c, err := s.reach(a["channel"], "")
	switch {
	case err != nil:
		return nil, nil, err
	case a["timestamp"] == "":
		return nil, nil, fail("no_item_specified")
	case !tsForm.MatchString(a["timestamp"]):
		return nil, nil, fail("bad_timestamp")
	case !c.has(botUser):
		return nil, nil, fail("not_in_channel")
	}
	m := c.find(a["timestamp"])
	if m == nil {
		return nil, nil, fail("message_not_found")
	}
	return c, m, nil
}

func (s *Sim) pinsAdd(a args) (object, error) {
	c, m, err := s.item(a)
	switch {
	case err != nil:
		return nil, err
	case c.Archived:
		return nil, fail("is_archived")
	case m.Pinned:
		return nil, fail("already_pinned")
	case len(c.Pins) >= maxPins:
		return nil, fail("too_many_pins")
	}
	s.pin(c, m, botUser)
	return nil, nil
}

func (s *Sim) pinsRemove(a args) (object, error) {
	c, m, err := s.item(a)
	switch {
	case err != nil:
		return nil, err
	case !m.Pinned:
		return nil, fail("no_pin")
	}
	s.unpin(c, m, botUser)
	return nil, nil
}

func (s *Sim) pinsList(a args) (object, error) {
	c, err := s.reach(a["channel"], "")
	if err != nil {
		return nil, err
	}
	items := []object{}
	for _, ts := range slices.Backward(c.Pins) {
		if m := c.find(ts); m != nil {
			items = append(items, object{"type": "message", "channel": c.ID, "created": 0, "created_by": botUser, "message": s.messageObject(m, true)})
		}
	}
	return object{"items": items}, nil
}

// react adds a reaction and returns Slack's error, "" when it is new.
func (s *Sim) react(c *conversation, m *Message, user, name string) string {
	if !emojiForm.MatchString(name) {
		return "invalid_name"
	}
	i := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == name })
	if i < 0 {
		m.Reactions = append(m.Reactions, Reaction{Name: name})
		i = len(m.Reactions) - 1
	}
	if slices.Contains(m.Reactions[i].Users, user) {
		return "already_reacted"
	}
	m.Reactions[i].Users = append(m.Reactions[i].Users, user)
	s.reacted("reaction_added", c, m, user, name)
	return ""
}

func (s *Sim) unreact(c *conversation, m *Message, user, name string) string {
	i := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == name })
	if i < 0 || !slices.Contains(m.Reactions[i].Users, user) {
		return "no_reaction"
	}
	r := &m.Reactions[i]
	if r.Users = slices.DeleteFunc(r.Users, func(id string) bool { return id == user }); len(r.Users) == 0 {
		m.Reactions = slices.Delete(m.Reactions, i, i+1)
	}
	s.reacted("reaction_removed", c, m, user, name)
	return ""
}

func (s *Sim) reacted(kind string, c *conversation, m *Message, user, name string) {
	s.changed(Event{Kind: "reaction", Channel: c.ID, User: user, TS: m.TS})
	if c.has(botUser) {
		s.event(kind, object{
			"type": kind, "user": user, "reaction": name, "item_user": m.User, "event_ts": s.stamp(),
			"item": object{"type": "message", "channel": c.ID, "ts": m.TS},
		})
	}
}

func (s *Sim) reactionsAdd(a args) (object, error) {
	c, m, err := s.item(a)
	if err != nil {
		return nil, err
	}
	if c.Archived {
		return nil, fail("is_archived")
	}
	if code := s.react(c, m, botUser, a["name"]); code != "" {
		return nil, fail(code)
	}
	return nil, nil
}

func (s *Sim) reactionsRemove(a args) (object, error) {
	c, m, err := s.item(a)
	if err != nil {
		return nil, err
	}
	if code := s.unreact(c, m, botUser, a["name"]); code != "" {
		return nil, fail(code)
	}
	return nil, nil
}

func (s *Sim) reactionsGet(a args) (object, error) {
	c, m, err := s.item(a)
	if err != nil {
		return nil, err
	}
	return object{"type": "message", "channel": c.ID, "message": s.messageObject(m, false)}, nil
}
