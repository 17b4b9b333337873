package bot

import "time"

// Kind says what a Request is.
type Kind string

const (
	Command         Kind = "command"          // a slash command
	Action          Kind = "action"           // a button, select or checkbox, in a message, modal or App Home
	Submission      Kind = "submission"       // a modal was submitted
	Closed          Kind = "closed"           // a modal with NotifyOnClose was closed
	Shortcut        Kind = "shortcut"         // a global shortcut: no channel, no ResponseURL
	MessageShortcut Kind = "message_shortcut" // a shortcut on a message
	EventKind       Kind = "event"            // an Events API event
	Options         Kind = "options"          // an external select asks for its options
)

// Request is one thing that a person or Slack did. Fields that its kind does not have are zero.
type Request struct {
	Kind Kind
	// Keys is what a repeated delivery would repeat: "envelope:…", "trigger:…", "event:…". Each may be
	// stored as a unique key. Never empty.
	Keys []string
	At   time.Time // received here

	User, UserName       string // U…; the name is what Slack sent and may be ""
	Channel, ChannelName string // C…, G… or D…; for an event the channel of the item
	Team                 string // T…

	Command string // "/incident"
	Text    string // command text; with should_escape, mentions are <@U123|ana>, <#C1|x>

	TriggerID   string // opens a modal: 3 s, once (Slack)
	ResponseURL string // 5 uses in 30 min (Slack); a credential, keep it out of logs

	CallbackID string // of a shortcut, submission, closed modal, or the view that an action sits in

	// ActionID, BlockID and Value are those of the first action. Value is the button's value, or the
	// selected option, user, channel, date or time; Values has all of them when several can be chosen.
	ActionID, BlockID, Value string
	Values                   []string

	MessageTS, ThreadTS string // of the message that carries the action or shortcut; ThreadTS is "" outside threads
	Private             bool   // only the person sees the message that carries the action

	View    *View
	Message *Received // the message of an action or message shortcut
	Event   *Event
}

// View is an open modal or App Home as Slack described it.
type View struct {
	ID, RootID, Hash            string
	CallbackID, PrivateMetadata string
	Values                      Inputs
}

// Inputs is what a person filled in: block id → action id → values. An empty input has no values.
type Inputs map[string]map[string][]string

// Get gives the first value of the input, or "".
func (in Inputs) Get(block, action string) string {
	if v := in[block][action]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// All gives every value of the input: a multi-select, or checkboxes.
func (in Inputs) All(block, action string) []string { return in[block][action] }

// Received is a message as Slack shows it to us: Text is still escaped and holds mention tokens.
// Channel and TS are what Client.Permalink needs.
type Received struct {
	Channel, TS, ThreadTS string
	User, BotID           string
	Text                  string
	Files                 []File
	Key                   string   // our own Message.Key, if it is one of ours
	Reactions             []string // emoji names; only Client.Message fills them
}

// File is a file attached to a message. Permalink opens it in Slack for those who may see it.
type File struct{ ID, Name, Title, Permalink, MimeType string }

// Event is an Events API event in one shape. The item of a reaction or pin is named by Channel and TS.
type Event struct {
	Type     string // "reaction_added", "message", "app_home_opened", "channel_rename"…
	Subtype  string // of a message: "message_changed", "message_deleted", "channel_topic"…
	Channel  string
	TS       string // of the item or message; for message_changed and message_deleted that of the message concerned
	ThreadTS string
	User     string // who did it
	ItemUser string // whose item it is
	BotID    string // set when a bot wrote the message
	Reaction string // emoji name without colons
	Text     string // of the message; after the edit for message_changed
	Tab      string // of app_home_opened: "home" or "messages"
	Name     string // of a renamed channel: its new name
	// NewChannel is what a channel is called from now on, Channel what it was called until now (channel_id_changed).
	NewChannel  string
	Self        string // our bot's user id; "" when Slack does not say
	Deactivated bool   // of user_change: the account is deactivated
	Files       []File
	App         *AppPost  // a message of another app; nil for everything else
	Time        time.Time // when Slack says that it happened; zero if it does not say
	Attempt     int       // 0 for the first delivery, else Slack's retry number
}
