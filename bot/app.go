package bot

import (
	"encoding/json"
	"slices"
)

// AppPost is a message of another app, as Slack reports it: posted, or edited.
type AppPost struct {
	// App is the name under which Slack shows it; the bot's id where Slack gives none.
	App string
	AppContent
	// Before is how an edited message read until then; nil for a new one, and where Slack does not say.
	Before *AppContent
	// EventTS tells one edit of a message from the next.
	EventTS string
}

// AppContent is what a message says: Text in Slack's markup, legacy attachments and blocks as JSON lists, or nil.
type AppContent struct {
	Text                string
	Attachments, Blocks json.RawMessage
}

// appFields are the fields of a message that an app wrote.
type appFields struct {
	AppID       string          `json:"app_id"`
	Username    string          `json:"username"`
	Profile     json.RawMessage `json:"bot_profile"`
	Metadata    json.RawMessage `json:"metadata"`
	Attachments json.RawMessage `json:"attachments"`
	Blocks      json.RawMessage `json:"blocks"`
}

// appSubtypes are those of messages that apps post. All others tell of something, such as a channel's new topic.
var appSubtypes = []string{"", "bot_message", "thread_broadcast", "file_share"}

// appPost is the message of an app other than our own; nil for everything else.
func (in *innerEvent) appPost(ourApp, ourUser string) *AppPost {
	if in.Type != "message" {
		return nil
	}
	if in.Subtype == "message_changed" && in.Message != nil {
		m := in.Message
		if !slices.Contains(appSubtypes, m.Subtype) || !m.ofOther(m.BotID, m.User, ourApp, ourUser) {
			return nil
		}
		p := &AppPost{App: m.shownAs(m.BotID), AppContent: AppContent{m.Text, m.Attachments, m.Blocks}, EventTS: in.EventTS}
		if was := in.Previous; was != nil {
			p.Before = &AppContent{was.Text, was.Attachments, was.Blocks}
		}
		return p
	}
	if !slices.Contains(appSubtypes, in.Subtype) || !in.ofOther(in.BotID, in.userID(), ourApp, ourUser) {
		return nil
	}
	return &AppPost{App: in.shownAs(in.BotID), AppContent: AppContent{in.Text, in.Attachments, in.Blocks}, EventTS: in.EventTS}
}

// ofOther reports whether an app wrote the message, and not ours: Slack names our app in every event, and our user. Nor one
// that another mayday of the workspace marked.
func (f *appFields) ofOther(botID, user, ourApp, ourUser string) bool {
	var profile struct {
		AppID string `json:"app_id"`
	}
	_ = json.Unmarshal(f.Profile, &profile) // an app that Slack does not know any more has none
	var meta struct {
		Type string `json:"event_type"`
	}
	_ = json.Unmarshal(f.Metadata, &meta) // most messages have none
	ours := ourApp != "" && (f.AppID == ourApp || profile.AppID == ourApp) || ourUser != "" && user == ourUser || meta.Type == metadataType
	return botID != "" && !ours
}

func (f *appFields) shownAs(botID string) string {
	var profile struct {
		Name string `json:"name"`
	}
	_ = json.Unmarshal(f.Profile, &profile) // as above
	switch {
	case f.Username != "":
		return f.Username
	case profile.Name != "":
		return profile.Name
	}
	return botID
}

func (in *innerEvent) userID() string {
	id, _ := idAndName(in.User)
	return id
}
