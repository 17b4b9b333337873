package slack

import (
	"cmp"
	"time"
)

// Options says how a workspace behaves. The zero value is a quiet, fast workspace with everybody in it.
type Options struct {
	// Clock stamps messages and channels. Nil means time.Now. The deadlines of Slack (acknowledgements, triggers, rates) always run in real time.
	Clock func() time.Time
	// Rates enforces the per-minute tiers of every method and one message a second a channel (burst 4). Default: no limits.
	Rates bool
	// Latency is added to every Web API call. Zero means none.
	Latency time.Duration
	// Users are the people. Nil means DefaultUsers. Empty ids are filled in.
	Users []User
	// Groups are the user groups. Nil means one, "oncall", with the first two people.
	Groups []Group
	// Channels are public channels made at the start with every person in them (the bot is not). Nil means "general" and "incidents".
	Channels []string
	// Commands are the slash commands of the app. Nil means "/incident". Other commands are refused as Slack refuses them.
	Commands []string
	// Shortcuts are the app's shortcuts, for the menus of a page. They restrict nothing.
	Shortcuts []AppShortcut
	// Scopes are the bot token's scopes. Nil means DefaultScopes.
	Scopes []string
	// Events are the event types that the app subscribes to. Nil means DefaultEvents.
	Events []string
	// OrgWide installs the app for a whole organisation: channels are made and listed only for a team_id that is given (Slack: Enterprise Grid).
	OrgWide bool
	// Team is the workspace's name. Empty means "Demo".
	Team string
	// BotName is the bot user's name. Empty means "mayday".
	BotName string
	// Dir keeps the workspace as workspace.json and reads it back at the next start. Empty means nothing is kept.
	Dir string

	// AckWithin is Slack's patience with an envelope. Zero means 3 s (Slack: Socket Mode).
	AckWithin time.Duration
	// TriggerLife is how long a trigger_id can be exchanged. Zero means 3 s (Slack: views.open).
	TriggerLife time.Duration
	// ReplyLife is how long a response_url works. Zero means 30 min.
	ReplyLife time.Duration
	// PingEvery is the period of the server's pings. Zero means 10 s; negative means none.
	PingEvery time.Duration
	// CutAfter is the time between a disconnect "warning" and the cut. Zero means 10 s.
	CutAfter time.Duration
	// EventRetries are the waits before each redelivery of an event without acknowledgement. Nil means 0, 1 min, 5 min (Slack: Events API, retries).
	EventRetries []time.Duration
	// AcceptForeignAcks lets an acknowledgement count that came over another socket than its envelope. Slack does not say; default false.
	AcceptForeignAcks bool
	// ShowLate checks and shows the messages in acknowledgements of commands once no command waits for its own, so that a
	// benchmark of many at once does not count the simulator's work as the app's. Default: each at once.
	ShowLate bool
	// ClientMsgID says what a repeated client_msg_id does: "" ignores it, "dedupe" answers with the first message, "error" answers duplicate_message.
	ClientMsgID string
}

// AppShortcut is one entry of the app's shortcut menus.
type AppShortcut struct {
	CallbackID string
	Name       string
	Message    bool // in the menu of a message; otherwise global
}

// DefaultScopes are the bot scopes of the app: everything that an incident bot is usually granted, but not chat:write.public.
func DefaultScopes() []string {
	return []string{
		"commands", "chat:write", "channels:manage", "channels:read", "channels:join", "channels:history", "users:read", "users:read.email",
		"usergroups:read", "reactions:read", "reactions:write", "pins:read", "pins:write", "bookmarks:write", "bookmarks:read",
		"groups:write", "groups:read", "groups:history", "dnd:read", "files:write", "canvases:write", "im:history", "im:write",
	}
}

// DefaultEvents are the event subscriptions of the app, in the manifest's spelling.
func DefaultEvents() []string {
	return []string{
		"app_home_opened", "reaction_added", "reaction_removed", "message.channels", "message.groups", "pin_added", "pin_removed", "member_joined_channel",
		"channel_archive", "channel_unarchive", "channel_rename", "channel_left", "channel_deleted", "channel_id_changed",
		"group_archive", "group_unarchive", "group_rename", "group_left", "group_deleted", "member_left_channel", "user_change",
	}
}

// DefaultUsers are five people with example.com addresses; the first is an administrator.
func DefaultUsers() []User {
	return []User{
		{Name: "ana", RealName: "Ana Ferreira", Email: "ana@example.com", Title: "DevOps", Admin: true},
		{Name: "ben", RealName: "Ben Okafor", Email: "ben@example.com", Title: "Backend"},
		{Name: "chloe", RealName: "Chloe Martin", Email: "chloe@example.com", Title: "Frontend"},
		{Name: "dev", RealName: "Dev Patel", Email: "dev@example.com", Title: "Support"},
		{Name: "eva", RealName: "Eva Lind", Email: "eva@example.com", Title: "CTO"},
	}
}

func (o Options) filled() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Users == nil {
		o.Users = DefaultUsers()
	}
	if o.Channels == nil {
		o.Channels = []string{"general", "incidents"}
	}
	if o.Commands == nil {
		o.Commands = []string{"/incident"}
	}
	if o.Scopes == nil {
		o.Scopes = DefaultScopes()
	}
	if o.Events == nil {
		o.Events = DefaultEvents()
	}
	if o.EventRetries == nil {
		o.EventRetries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	o.Team = cmp.Or(o.Team, "Demo")
	o.BotName = cmp.Or(o.BotName, "mayday")
	o.AckWithin = cmp.Or(o.AckWithin, 3*time.Second)
	o.TriggerLife = cmp.Or(o.TriggerLife, 3*time.Second)
	o.ReplyLife = cmp.Or(o.ReplyLife, 30*time.Minute)
	o.PingEvery = cmp.Or(o.PingEvery, 10*time.Second)
	o.CutAfter = cmp.Or(o.CutAfter, 10*time.Second)
	return o
}
