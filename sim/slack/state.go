package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// User is a person (or the bot) of the workspace.
type User struct {
	ID       string
	Name     string // the handle, without @
	RealName string
	Email    string
	Title    string
	TZ       string // zone name; empty means UTC
	Admin    bool
	Bot      bool
	Deleted  bool // deactivated
	// Guest is a multi-channel guest, SingleChannel a guest of one channel: both see only the channels that they are in.
	Guest         bool
	SingleChannel bool
	// Team is another workspace's id for somebody who is here through shared channels (Slack Connect); empty for our own.
	Team string
	// Snoozed is do-not-disturb: Slack delivers no notification (dnd.info).
	Snoozed bool
}

// outsider reports whether somebody is no full member: they see only the channels that they are in.
func (u *User) outsider() bool { return u.Guest || u.SingleChannel || u.Team != "" }

// team is the workspace that somebody belongs to.
func (u *User) team() string { return cmp.Or(u.Team, teamID) }

// Group is a user group, mentioned as <!subteam^ID>.
type Group struct {
	ID     string
	Handle string
	Name   string
	Users  []string // ids or, in Options, names
}

// Bookmark is a link under a channel's name.
type Bookmark struct {
	ID    string
	Title string
	Link  string
	Emoji string
}

// Channel is a public or private channel, or the direct conversation of a person with the bot.
type Channel struct {
	ID        string
	Name      string
	Topic     string
	Purpose   string
	Private   bool
	Archived  bool
	Direct    bool   // a conversation of two
	General   bool   // cannot be left or archived
	Shared    bool   // with other workspaces (Slack Connect)
	Creator   string // user id
	Created   time.Time
	Members   []string // user ids, in the order of joining
	Pins      []string // timestamps of pinned messages, newest last
	Bookmarks []Bookmark
	Previous  []string // earlier names
}

// Reaction is one emoji under a message.
type Reaction struct {
	Name  string
	Users []string
}

// File is an uploaded file. URL is its path on the simulator ("/files/…"), where its bytes are served.
type File struct {
	ID       string
	Name     string
	Title    string
	Type     string // MIME type
	Size     int
	User     string
	URL      string
	Channels []string
	Content  []byte
}

// Message is one message as Slack stores it: text and blocks escaped and with tokens.
type Message struct {
	TS          string
	Channel     string
	Thread      string // timestamp of the parent; empty outside threads and on the parent itself
	User        string
	BotID       string
	Bot         bool   // ours
	By          string // the name of another app that wrote it
	Subtype     string // "channel_join", "channel_topic" … for what Slack itself writes; empty for people and the bot
	Text        string
	Blocks      json.RawMessage // nil when the message is only text
	Attachments json.RawMessage
	Metadata    json.RawMessage
	Edited      bool
	EditedTS    string
	Pinned      bool
	Broadcast   bool // a reply that is shown in the channel too
	Ephemeral   bool // only To sees it, and it is not kept
	To          string
	Deleted     bool
	// Mentions are those that the message really pings: user ids, user group ids, "here", "channel", "everyone".
	Mentions []string
	// Notified are those in the channel whom it pinged when it was posted: who is not in it hears nothing, and an edit notifies nobody (slack.com/help, "Edit or delete messages").
	Notified    []string
	Files       []File
	Reactions   []Reaction
	ClientMsgID string
}

// Event tells a subscriber that something changed. Empty fields do not apply.
type Event struct {
	Kind    string // message, edit, delete, channel, member, view, ephemeral, reaction, file, home
	Channel string
	User    string
	TS      string
}

type conversation struct {
	Channel
	Messages []*Message
}

// workspace is everything that is kept between two starts.
type workspace struct {
	Users    []User
	Groups   []Group
	Channels []*conversation
	Files    []*File
	Homes    map[string]*View
	Counter  int64
	LastTS   int64
}

// prepare makes the map that a new workspace lacks.
func (w *workspace) prepare() {
	if w.Homes == nil {
		w.Homes = map[string]*View{}
	}
}

func (c *conversation) has(user string) bool { return slices.Contains(c.Members, user) }

func (c *conversation) find(ts string) *Message {
	for _, m := range slices.Backward(c.Messages) {
		if m.TS == ts && !m.Deleted && !m.Ephemeral {
			return m
		}
	}
	return nil
}

func (c Channel) copy() Channel {
	c.Members = slices.Clone(c.Members)
	c.Pins = slices.Clone(c.Pins)
	c.Bookmarks = slices.Clone(c.Bookmarks)
	c.Previous = slices.Clone(c.Previous)
	return c
}

func (m *Message) copy() Message {
	c := *m
	c.Mentions, c.Notified = slices.Clone(m.Mentions), slices.Clone(m.Notified)
	c.Files = slices.Clone(m.Files)
	c.Reactions = nil
	for _, r := range m.Reactions {
		c.Reactions = append(c.Reactions, Reaction{Name: r.Name, Users: slices.Clone(r.Users)})
	}
	return c
}

// newID mints an id that looks like Slack's and is unique in the workspace.
func (s *Sim) newID(prefix string) string {
	s.w.Counter++
	return prefix + "0" + strings.ToUpper(fmt.Sprintf("%08s", strconv.FormatInt(s.w.Counter+46655, 36)))
}

// stamp mints a message timestamp: unique in the workspace and increasing.
func (s *Sim) stamp() string {
	t := s.o.Clock().UnixMicro()
	if t <= s.w.LastTS {
		t = s.w.LastTS + 1
	}
	s.w.LastTS = t
	return fmt.Sprintf("%d.%06d", t/1e6, t%1e6)
}

// changed tells subscribers and asks for a save.
func (s *Sim) changed(e Event) {
	s.feed.Tell(e)
	s.keep.Changed()
}

// Subscribe returns every change from now on. The channel holds 4,096 events; a reader that falls further behind loses the newest.
// Call cancel when done.
func (s *Sim) Subscribe() (events <-chan Event, cancel func()) { return s.feed.Subscribe(4096) }

// at finds a conversation by id, "#name" or name; nil when there is none. For a person it finds their direct conversation.
func (s *Sim) at(nameOrID string) *conversation {
	name := strings.TrimPrefix(nameOrID, "#")
	if c := s.byID(nameOrID); c != nil {
		return c
	}
	if c := s.named(name); c != nil {
		return c
	}
	if u := s.who(nameOrID); u != nil && u.ID != botUser {
		return s.direct(u.ID)
	}
	return nil
}

// named finds a channel by its name only.
func (s *Sim) named(name string) *conversation {
	for _, c := range s.w.Channels {
		if name != "" && c.Name == name {
			return c
		}
	}
	return nil
}

// byID finds a conversation by its id only.
func (s *Sim) byID(id string) *conversation {
	for _, c := range s.w.Channels {
		if c.ID == id {
			return c
		}
	}
	return nil
}
