package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"
)

// errUnknown marks an envelope, interaction or event of a type that nobody here handles.
var errUnknown = errors.New("unknown type")

func decodeCommand(payload json.RawMessage) (Request, error) {
	var c slack.SlashCommand
	if err := json.Unmarshal(payload, &c); err != nil {
		return Request{}, fmt.Errorf("decode slash command: %w", err)
	}
	if c.Command == "" || c.UserID == "" {
		return Request{}, errors.New("decode slash command: no command or no user")
	}
	return Request{
		Kind: Command, Command: c.Command, Text: c.Text,
		User: c.UserID, UserName: c.UserName, Channel: c.ChannelID, ChannelName: c.ChannelName, Team: c.TeamID,
		TriggerID: c.TriggerID, ResponseURL: c.ResponseURL,
	}, nil
}

var interactionKinds = map[slack.InteractionType]Kind{
	slack.InteractionTypeBlockActions:    Action,
	slack.InteractionTypeViewSubmission:  Submission,
	slack.InteractionTypeViewClosed:      Closed,
	slack.InteractionTypeShortcut:        Shortcut,
	slack.InteractionTypeMessageAction:   MessageShortcut,
	slack.InteractionTypeBlockSuggestion: Options,
}

func decodeInteraction(payload json.RawMessage) (Request, error) {
	var ic slack.InteractionCallback
	if err := json.Unmarshal(payload, &ic); err != nil {
		return Request{}, fmt.Errorf("decode interaction: %w", err)
	}
	kind, known := interactionKinds[ic.Type]
	if !known {
		return Request{}, fmt.Errorf("interaction %q: %w", ic.Type, errUnknown)
	}
	r := Request{
		Kind: kind, User: ic.User.ID, UserName: ic.User.Name, Team: ic.Team.ID,
		Channel: ic.Channel.ID, ChannelName: ic.Channel.Name,
		TriggerID: ic.TriggerID, ResponseURL: ic.ResponseURL, CallbackID: ic.CallbackID,
		ActionID: ic.ActionID, BlockID: ic.BlockID, Value: ic.Value, // block_suggestion has them at the top
	}
	if r.Channel == "" {
		r.Channel = ic.Container.ChannelID
	}
	r.MessageTS, r.ThreadTS, r.Private = ic.Container.MessageTs, ic.Container.ThreadTs, ic.Container.IsEphemeral
	if ic.Message.Timestamp != "" {
		r.Message = received(r.Channel, &ic.Message.Msg)
		r.MessageTS, r.ThreadTS = ic.Message.Timestamp, ic.Message.ThreadTimestamp
	}
	if ic.View.ID != "" {
		r.View = view(&ic.View)
		r.CallbackID = ic.View.CallbackID
	}
	if len(ic.ActionCallback.BlockActions) > 0 {
		a := ic.ActionCallback.BlockActions[0]
		r.ActionID, r.BlockID, r.Values = a.ActionID, a.BlockID, chosen(a)
		if len(r.Values) > 0 {
			r.Value = r.Values[0]
		}
	}
	if r.User == "" {
		return Request{}, errors.New("decode interaction: no user")
	}
	return r, nil
}

// received reduces a message of slack-go to ours.
func received(channel string, m *slack.Msg) *Received {
	out := &Received{
		Channel: channel, TS: m.Timestamp, ThreadTS: m.ThreadTimestamp, User: m.User, BotID: m.BotID, Text: wordsOf(m),
		Files: files(m.Files), Key: keyOf(m.Metadata),
	}
	if out.ThreadTS == out.TS {
		out.ThreadTS = ""
	}
	return out
}

func files(in []slack.File) []File {
	var out []File
	for i := range in {
		f := &in[i]
		out = append(out, File{ID: f.ID, Name: f.Name, Title: f.Title, Permalink: f.Permalink, MimeType: f.Mimetype})
	}
	return out
}

func view(v *slack.View) *View {
	out := &View{ID: v.ID, RootID: v.RootViewID, Hash: v.Hash, CallbackID: v.CallbackID, PrivateMetadata: v.PrivateMetadata}
	if v.State == nil {
		return out
	}
	out.Values = make(Inputs, len(v.State.Values))
	for block, actions := range v.State.Values {
		out.Values[block] = make(map[string][]string, len(actions))
		for id, a := range actions {
			out.Values[block][id] = chosen(&a)
		}
	}
	return out
}

// chosen reduces what an element of any type holds to plain values; nil when it holds nothing.
func chosen(a *slack.BlockAction) []string {
	var out []string
	for i := range a.SelectedOptions {
		out = append(out, a.SelectedOptions[i].Value)
	}
	out = append(out, a.SelectedUsers...)
	out = append(out, a.SelectedChannels...)
	out = append(out, a.SelectedConversations...)
	single := []string{
		a.Value, a.SelectedOption.Value, a.SelectedUser, a.SelectedChannel, a.SelectedConversation,
		a.SelectedDate, a.SelectedTime,
	}
	if a.SelectedDateTime != 0 {
		single = append(single, strconv.FormatInt(a.SelectedDateTime, 10))
	}
	for _, v := range single {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}

// outerEvent is decoded by hand and leniently: slackevents refuses a whole event for one odd field in it
// (a message with a numeric display_as_bot is enough), and we need few fields.
type outerEvent struct {
	TeamID    string `json:"team_id"`
	EventID   string `json:"event_id"`
	EventTime int64  `json:"event_time"`
	AppID     string `json:"api_app_id"`
	Installed []struct {
		UserID string `json:"user_id"`
	} `json:"authorizations"`
	Event json.RawMessage `json:"event"`
}

type innerEvent struct {
	Type      string          `json:"type"`
	Subtype   string          `json:"subtype"`
	User      json.RawMessage `json:"user"`    // an id; an object in some events
	Channel   json.RawMessage `json:"channel"` // an id; an object in channel_rename and channel_created
	ChannelID string          `json:"channel_id"`
	OldID     string          `json:"old_channel_id"` // of channel_id_changed
	NewID     string          `json:"new_channel_id"`
	TS        string          `json:"ts"`
	ThreadTS  string          `json:"thread_ts"`
	DeletedTS string          `json:"deleted_ts"`
	BotID     string          `json:"bot_id"`
	Text      string          `json:"text"`
	Reaction  string          `json:"reaction"`
	ItemUser  string          `json:"item_user"`
	Tab       string          `json:"tab"`
	Files     []eventFile     `json:"files"`
	Item      struct {
		Channel string `json:"channel"`
		TS      string `json:"ts"`
		Message struct {
			TS string `json:"ts"`
		} `json:"message"`
	} `json:"item"`
	Message  *innerMessage `json:"message"`
	Previous *innerMessage `json:"previous_message"`
	EventTS  string        `json:"event_ts"`
	appFields
}

type innerMessage struct {
	appFields
	Subtype  string      `json:"subtype"`
	TS       string      `json:"ts"`
	ThreadTS string      `json:"thread_ts"`
	User     string      `json:"user"`
	BotID    string      `json:"bot_id"`
	Text     string      `json:"text"`
	Files    []eventFile `json:"files"`
}

type eventFile struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Title     string `json:"title"`
	Permalink string `json:"permalink"`
	MimeType  string `json:"mimetype"`
}

func decodeEvent(payload json.RawMessage, attempt int) (Request, error) {
	var outer outerEvent
	if err := json.Unmarshal(payload, &outer); err != nil {
		return Request{}, fmt.Errorf("decode event: %w", err)
	}
	var in innerEvent
	if err := json.Unmarshal(outer.Event, &in); err != nil {
		return Request{}, fmt.Errorf("decode event: %w", err)
	}
	if in.Type == "" {
		return Request{}, errors.New("decode event: no type")
	}
	e := in.normalise()
	e.Attempt = attempt
	if len(outer.Installed) > 0 {
		e.Self = outer.Installed[0].UserID
	}
	if outer.EventTime > 0 {
		e.Time = time.Unix(outer.EventTime, 0).UTC()
	}
	e.App = in.appPost(outer.AppID, e.Self)
	r := Request{Kind: EventKind, User: e.User, Channel: e.Channel, Team: outer.TeamID, MessageTS: e.TS, ThreadTS: e.ThreadTS, Event: e}
	if outer.EventID != "" {
		r.Keys = []string{"event:" + outer.EventID}
	}
	return r, nil
}

func (in *innerEvent) normalise() *Event {
	e := &Event{
		Type: in.Type, Subtype: in.Subtype, Channel: in.Item.Channel, TS: in.Item.TS, ThreadTS: in.ThreadTS,
		ItemUser: in.ItemUser, BotID: in.BotID, Reaction: in.Reaction, Text: in.Text, Tab: in.Tab, Files: eventFiles(in.Files),
	}
	e.User, _ = idAndName(in.User)
	channel, name := idAndName(in.Channel)
	e.Name = name
	e.NewChannel = in.NewID
	e.Deactivated = deactivated(in.User)
	for _, c := range []string{channel, in.ChannelID, in.OldID} {
		if e.Channel == "" {
			e.Channel = c
		}
	}
	for _, ts := range []string{in.Item.Message.TS, in.DeletedTS} {
		if e.TS == "" {
			e.TS = ts
		}
	}
	about := in.Message
	if in.Subtype == "message_deleted" {
		about = in.Previous
	}
	if about != nil {
		e.TS, e.ThreadTS, e.ItemUser, e.BotID, e.Text = about.TS, about.ThreadTS, about.User, about.BotID, about.Text
		e.Files = eventFiles(about.Files)
	}
	if e.User == "" {
		e.User = e.ItemUser
	}
	if e.TS == "" {
		e.TS = in.TS
	}
	if e.ThreadTS == e.TS {
		e.ThreadTS = ""
	}
	return e
}

func eventFiles(in []eventFile) []File {
	var out []File
	for _, f := range in {
		out = append(out, File(f))
	}
	return out
}

// deactivated reads whether a user object says so (Slack: user_change).
func deactivated(raw json.RawMessage) bool {
	var object struct{ Deleted bool }
	return json.Unmarshal(raw, &object) == nil && object.Deleted
}

// idAndName reads a field that is an id in most events and an object in a few.
func idAndName(raw json.RawMessage) (id, name string) {
	if json.Unmarshal(raw, &id) == nil {
		return id, ""
	}
	var object struct{ ID, Name string }
	if json.Unmarshal(raw, &object) != nil {
		return "", ""
	}
	return object.ID, object.Name
}
