package page

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	rendererhtml "github.com/yuin/goldmark/renderer/html"

	slacksim "mayday/sim/slack"
)

// The page's own shapes. They are private to static/*.js: lower-case names, ids as Slack has them, nothing that the person may not see.

type shownUser struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	Title    string `json:"title"`
	Bot      bool   `json:"bot"`
	Deleted  bool   `json:"deleted"`
	Admin    bool   `json:"admin"`            // deletes the messages of others, too
	Direct   string `json:"direct,omitempty"` // their conversation with the app, once there is one
	Called   string `json:"called,omitempty"` // newest message in it that is not theirs
}

type shownGroup struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
}

type shownPin struct {
	TS   string `json:"ts"`
	Text string `json:"text"`
}

type shownBookmark struct {
	Title string `json:"title"`
	Link  string `json:"link"`
	Emoji string `json:"emoji"`
}

type shownChannel struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Topic     string          `json:"topic"`
	Purpose   string          `json:"purpose"`
	Private   bool            `json:"private"`
	Archived  bool            `json:"archived"`
	Direct    bool            `json:"direct"`
	Members   []string        `json:"members"`
	Bookmarks []shownBookmark `json:"bookmarks"`
	Pins      []shownPin      `json:"pins"`
	Latest    string          `json:"latest"`  // newest message by somebody else; "" when there is none
	Mention   string          `json:"mention"` // newest of those that pings the person, or is in their direct conversation
}

type shownShortcut struct {
	CallbackID string `json:"callback_id"`
	Name       string `json:"name"`
	Message    bool   `json:"message"`
}

type shownWorkspace struct {
	Title      string          `json:"title"`
	App        string          `json:"app"`
	You        string          `json:"you"`
	Users      []shownUser     `json:"users"`
	Groups     []shownGroup    `json:"groups"`
	Channels   []shownChannel  `json:"channels"`
	Commands   []string        `json:"commands"`
	Shortcuts  []shownShortcut `json:"shortcuts"`
	OpenIssues int             `json:"open_issues"`
	// Born names the workspace: what a browser remembers of another one counts no more.
	Born     string        `json:"born"`
	ReadOnly bool          `json:"read_only"` // the conversation with the app
	Controls shownControls `json:"controls"`
}

type shownReaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
}

type shownFile struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Size  int    `json:"size"`
	URL   string `json:"url"`
}

type shownMessage struct {
	TS        string           `json:"ts"`
	Thread    string           `json:"thread,omitempty"`
	Channel   string           `json:"channel"`
	User      string           `json:"user"`
	Bot       bool             `json:"bot,omitempty"`
	Subtype   string           `json:"subtype,omitempty"`
	Text      string           `json:"text"`
	Blocks    []map[string]any `json:"blocks,omitempty"`
	Edited    bool             `json:"edited,omitempty"`
	Pinned    bool             `json:"pinned,omitempty"`
	Broadcast bool             `json:"broadcast,omitempty"`
	Ephemeral bool             `json:"ephemeral,omitempty"`
	Mentions  []string         `json:"mentions,omitempty"`
	Files     []shownFile      `json:"files,omitempty"`
	Reactions []shownReaction  `json:"reactions,omitempty"`
}

type shownView struct {
	ID         string           `json:"id"`
	Hash       string           `json:"hash"`
	CallbackID string           `json:"callback_id"`
	Title      string           `json:"title"`
	Submit     string           `json:"submit"`
	Close      string           `json:"close"`
	Blocks     []map[string]any `json:"blocks"`
}

type shownComment struct {
	Author  string    `json:"author"`
	Created time.Time `json:"created"`
	HTML    string    `json:"html"`
}

type shownIssue struct {
	Number    int            `json:"number"`
	Title     string         `json:"title"`
	State     string         `json:"state"`
	Author    string         `json:"author"`
	Created   time.Time      `json:"created"`
	Labels    []string       `json:"labels"`
	Assignees []string       `json:"assignees"`
	Parent    int            `json:"parent,omitempty"`
	SubIssues []int          `json:"sub_issues"`
	HTML      string         `json:"html"`
	Comments  []shownComment `json:"comments"`
}

// workspace is the workspace as one person sees it. An unknown person becomes the first one.
func (p *Page) workspace(ctx context.Context, user string) shownWorkspace {
	w := shownWorkspace{ReadOnly: p.o.ReadOnlyDirect, Controls: p.controls(ctx), Born: p.born(), Title: p.o.Title, App: p.slack.BotUser().Name, You: user, Commands: p.slack.Commands()}
	known := false
	direct := p.slack.DirectWith()
	for _, u := range p.slack.Users() {
		o := shownUser{ID: u.ID, Name: u.Name, RealName: u.RealName, Title: u.Title, Bot: u.Bot, Deleted: u.Deleted, Admin: u.Admin}
		if slices.Contains(direct, u.ID) {
			o.Direct, o.Called = p.called(u.ID)
		}
		w.Users = append(w.Users, o)
		known = known || (u.ID == user && !u.Bot)
	}
	if i := slices.IndexFunc(w.Users, func(u shownUser) bool { return !u.Bot && !u.Deleted && (!known || u.ID == user) }); i >= 0 {
		w.You = w.Users[i].ID
	}
	p.slack.Direct(w.You) // so that the conversation with the app is in the list from the start
	for _, g := range p.slack.Groups() {
		w.Groups = append(w.Groups, shownGroup{g.ID, g.Handle})
	}
	for _, c := range p.slack.ChannelsFor(w.You) {
		w.Channels = append(w.Channels, p.channel(w.You, c))
	}
	w.Shortcuts = []shownShortcut{}
	for _, a := range p.slack.Shortcuts() {
		w.Shortcuts = append(w.Shortcuts, shownShortcut(a))
	}
	for _, i := range p.github.Issues() {
		if i.State == "open" {
			w.OpenIssues++
		}
	}
	return w
}

// born is when the workspace's first channel was made.
func (p *Page) born() string {
	all := p.slack.Channels()
	if len(all) == 0 {
		return ""
	}
	first := slices.MinFunc(all, func(a, b slacksim.Channel) int { return a.Created.Compare(b.Created) })
	return first.Created.UTC().Format(time.RFC3339Nano)
}

// called is a person's conversation with the app, and the newest message in it that is not theirs.
func (p *Page) called(user string) (channel, ts string) {
	channel = p.slack.Direct(user)
	for _, m := range p.slack.Conversation(user, channel) {
		if m.User != user {
			ts = max(ts, m.TS)
		}
	}
	return channel, ts
}

func (p *Page) channel(user string, c slacksim.Channel) shownChannel {
	o := shownChannel{
		ID: c.ID, Name: c.Name, Topic: html.UnescapeString(c.Topic), Purpose: html.UnescapeString(c.Purpose), Private: c.Private, Archived: c.Archived,
		Direct: c.Direct, Members: c.Members, Bookmarks: []shownBookmark{}, Pins: []shownPin{},
	}
	for _, b := range c.Bookmarks {
		o.Bookmarks = append(o.Bookmarks, shownBookmark{b.Title, b.Link, b.Emoji})
	}
	for _, m := range p.slack.Pins(c.ID) {
		o.Pins = append(o.Pins, shownPin{m.TS, html.UnescapeString(m.Text)})
	}
	for _, m := range p.slack.Conversation(user, c.ID) {
		if m.User == user || m.Subtype != "" {
			continue
		}
		o.Latest = max(o.Latest, m.TS)
		if c.Direct || slices.ContainsFunc(m.Mentions, func(who string) bool { return who == user || who == "here" || who == "channel" || who == "everyone" }) {
			o.Mention = max(o.Mention, m.TS)
		}
	}
	return o
}

// messages is what one person sees in a channel that they may see; nil and false otherwise.
func (p *Page) messages(user, channel string) ([]shownMessage, bool) {
	if !slices.ContainsFunc(p.slack.ChannelsFor(user), func(c slacksim.Channel) bool { return c.ID == channel }) {
		return nil, false
	}
	all := []shownMessage{}
	for _, m := range p.slack.Conversation(user, channel) {
		o := shownMessage{
			TS: m.TS, Thread: m.Thread, Channel: channel, User: m.User, Bot: m.Bot, Subtype: m.Subtype, Text: m.Text, Blocks: drawable(m.Blocks), Edited: m.Edited,
			Pinned: m.Pinned, Broadcast: m.Broadcast, Ephemeral: m.Ephemeral, Mentions: m.Mentions,
		}
		for _, f := range m.Files {
			o.Files = append(o.Files, shownFile{f.Name, f.Title, f.Size, pathOf(f.URL)})
		}
		for _, r := range m.Reactions {
			o.Reactions = append(o.Reactions, shownReaction(r))
		}
		all = append(all, o)
	}
	return all, true
}

// pathOf makes an address relative to the page, because the port may differ from that of an earlier start.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}

func (p *Page) issues() []shownIssue {
	all := []shownIssue{}
	for _, i := range p.github.Issues() {
		o := shownIssue{
			Number: i.Number, Title: i.Title, State: i.State, Author: i.User, Created: i.Created, Labels: i.Labels, Assignees: i.Assignees,
			Parent: i.Parent, SubIssues: i.SubIssues, HTML: renderMarkdown(i.Body), Comments: []shownComment{},
		}
		for _, c := range i.Comments {
			o.Comments = append(o.Comments, shownComment{c.User, c.Created, renderMarkdown(c.Body)})
		}
		all = append(all, o)
	}
	return all
}

// views are a person's open modals, the one on top last.
func (p *Page) views(user string) []shownView {
	all := []shownView{}
	for _, v := range p.slack.OpenViews(user) {
		all = append(all, showView(v))
	}
	return all
}

// home is a person's Home tab; nil when the app has published none.
func (p *Page) home(user string) *shownView {
	v, ok := p.slack.Home(user)
	if !ok {
		return nil
	}
	o := showView(v)
	return &o
}

func showView(v slacksim.View) shownView {
	return shownView{ID: v.ID, Hash: v.Hash, CallbackID: v.CallbackID, Title: v.Title, Submit: v.Submit, Close: v.Close, Blocks: drawable(v.Blocks)}
}

// drawable decodes blocks and renders the text of markdown blocks. Whatever "html" the app put there itself is overwritten.
func drawable(raw json.RawMessage) []map[string]any {
	var blocks []map[string]any
	if len(raw) == 0 || json.Unmarshal(raw, &blocks) != nil {
		return nil
	}
	for _, b := range blocks {
		if b["type"] == "markdown" {
			text, _ := b["text"].(string)
			b["html"] = renderMarkdown(text)
		}
	}
	return blocks
}

// Raw HTML in a document stays out (goldmark's default), and so do dangerous addresses; the page filters the result once more.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Strikethrough, extension.TaskList,
	extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))), goldmark.WithRendererOptions(rendererhtml.WithHardWraps()))

// renderMarkdown turns Markdown as GitHub reads it into HTML; a document that cannot be rendered is shown as it is.
func renderMarkdown(text string) string {
	var out bytes.Buffer
	if err := markdown.Convert([]byte(text), &out); err != nil {
		return "<pre>" + html.EscapeString(text) + "</pre>"
	}
	return out.String()
}
