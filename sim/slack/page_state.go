package slack

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	rendererhtml "github.com/yuin/goldmark/renderer/html"
)

// The page's own shapes. They are private to page/*.js: lower-case names, ids as Slack has them, nothing that the person may not see.

type pageUser struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	Title    string `json:"title"`
	Bot      bool   `json:"bot"`
	Deleted  bool   `json:"deleted"`
}

type pageGroup struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
}

type pagePin struct {
	TS   string `json:"ts"`
	Text string `json:"text"`
}

type pageBookmark struct {
	Title string `json:"title"`
	Link  string `json:"link"`
	Emoji string `json:"emoji"`
}

type pageChannel struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Topic     string         `json:"topic"`
	Purpose   string         `json:"purpose"`
	Private   bool           `json:"private"`
	Archived  bool           `json:"archived"`
	Direct    bool           `json:"direct"`
	Members   []string       `json:"members"`
	Bookmarks []pageBookmark `json:"bookmarks"`
	Pins      []pagePin      `json:"pins"`
	Latest    string         `json:"latest"`  // newest message by somebody else; "" when there is none
	Mention   string         `json:"mention"` // newest of those that pings the person, or is in their direct conversation
}

type pageShortcut struct {
	CallbackID string `json:"callback_id"`
	Name       string `json:"name"`
	Message    bool   `json:"message"`
}

type pageWorkspace struct {
	Title      string         `json:"title"`
	App        string         `json:"app"`
	You        string         `json:"you"`
	Users      []pageUser     `json:"users"`
	Groups     []pageGroup    `json:"groups"`
	Channels   []pageChannel  `json:"channels"`
	Commands   []string       `json:"commands"`
	Shortcuts  []pageShortcut `json:"shortcuts"`
	OpenIssues int            `json:"open_issues"`
}

type pageReaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
}

type pageFile struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Size  int    `json:"size"`
	URL   string `json:"url"`
}

type pageMessage struct {
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
	Files     []pageFile       `json:"files,omitempty"`
	Reactions []pageReaction   `json:"reactions,omitempty"`
}

type pageView struct {
	ID         string           `json:"id"`
	Hash       string           `json:"hash"`
	CallbackID string           `json:"callback_id"`
	Title      string           `json:"title"`
	Submit     string           `json:"submit"`
	Close      string           `json:"close"`
	Blocks     []map[string]any `json:"blocks"`
}

type pageComment struct {
	Author  string    `json:"author"`
	Created time.Time `json:"created"`
	HTML    string    `json:"html"`
}

type pageIssue struct {
	Number    int           `json:"number"`
	Title     string        `json:"title"`
	State     string        `json:"state"`
	Author    string        `json:"author"`
	Created   time.Time     `json:"created"`
	Labels    []string      `json:"labels"`
	Assignees []string      `json:"assignees"`
	Parent    int           `json:"parent,omitempty"`
	SubIssues []int         `json:"sub_issues"`
	HTML      string        `json:"html"`
	Comments  []pageComment `json:"comments"`
}

// pageState is the workspace as one person sees it. An unknown person becomes the first one.
func (s *Sim) pageState(user string) pageWorkspace {
	w := pageWorkspace{Title: s.Title(), App: s.BotUser().Name, You: user, Commands: s.Commands()}
	known := false
	for _, u := range s.Users() {
		w.Users = append(w.Users, pageUser{u.ID, u.Name, u.RealName, u.Title, u.Bot, u.Deleted})
		known = known || (u.ID == user && !u.Bot)
	}
	if i := slices.IndexFunc(w.Users, func(u pageUser) bool { return !u.Bot && !u.Deleted && (!known || u.ID == user) }); i >= 0 {
		w.You = w.Users[i].ID
	}
	s.Direct(w.You) // so that the conversation with the app is in the list from the start
	for _, g := range s.Groups() {
		w.Groups = append(w.Groups, pageGroup{g.ID, g.Handle})
	}
	for _, c := range s.ChannelsFor(w.You) {
		w.Channels = append(w.Channels, s.pageChannel(w.You, c))
	}
	w.Shortcuts = []pageShortcut{}
	for _, a := range s.Shortcuts() {
		w.Shortcuts = append(w.Shortcuts, pageShortcut(a))
	}
	for _, i := range s.Issues() {
		if i.State == "open" {
			w.OpenIssues++
		}
	}
	return w
}

func (s *Sim) pageChannel(user string, c Channel) pageChannel {
	p := pageChannel{
		ID: c.ID, Name: c.Name, Topic: html.UnescapeString(c.Topic), Purpose: html.UnescapeString(c.Purpose), Private: c.Private, Archived: c.Archived,
		Direct: c.Direct, Members: c.Members, Bookmarks: []pageBookmark{}, Pins: []pagePin{},
	}
	for _, b := range c.Bookmarks {
		p.Bookmarks = append(p.Bookmarks, pageBookmark{b.Title, b.Link, b.Emoji})
	}
	for _, m := range s.Pins(c.ID) {
		p.Pins = append(p.Pins, pagePin{m.TS, html.UnescapeString(m.Text)})
	}
	for _, m := range s.Conversation(user, c.ID) {
		if m.User == user || m.Subtype != "" {
			continue
		}
		p.Latest = max(p.Latest, m.TS)
		if c.Direct || slices.ContainsFunc(m.Mentions, func(who string) bool { return who == user || who == "here" || who == "channel" || who == "everyone" }) {
			p.Mention = max(p.Mention, m.TS)
		}
	}
	return p
}

// pageMessages is what one person sees in a channel that they may see; nil and false otherwise.
func (s *Sim) pageMessages(user, channel string) ([]pageMessage, bool) {
	if !slices.ContainsFunc(s.ChannelsFor(user), func(c Channel) bool { return c.ID == channel }) {
		return nil, false
	}
	all := []pageMessage{}
	for _, m := range s.Conversation(user, channel) {
		p := pageMessage{
			TS: m.TS, Thread: m.Thread, Channel: channel, User: m.User, Bot: m.Bot, Subtype: m.Subtype, Text: m.Text, Blocks: drawable(m.Blocks), Edited: m.Edited,
			Pinned: m.Pinned, Broadcast: m.Broadcast, Ephemeral: m.Ephemeral, Mentions: m.Mentions,
		}
		for _, f := range m.Files {
			p.Files = append(p.Files, pageFile{f.Name, f.Title, f.Size, pathOf(f.URL)})
		}
		for _, r := range m.Reactions {
			p.Reactions = append(p.Reactions, pageReaction(r))
		}
		all = append(all, p)
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

func (s *Sim) pageIssues() []pageIssue {
	all := []pageIssue{}
	for _, i := range s.Issues() {
		p := pageIssue{
			Number: i.Number, Title: i.Title, State: i.State, Author: i.User, Created: i.Created, Labels: i.Labels, Assignees: i.Assignees,
			Parent: i.Parent, SubIssues: i.SubIssues, HTML: renderMarkdown(i.Body), Comments: []pageComment{},
		}
		for _, c := range i.Comments {
			p.Comments = append(p.Comments, pageComment{c.User, c.Created, renderMarkdown(c.Body)})
		}
		all = append(all, p)
	}
	return all
}

// pageViews are a person's open modals, the one on top last.
func (s *Sim) pageViews(user string) []pageView {
	all := []pageView{}
	for _, v := range s.OpenViews(user) {
		all = append(all, newPageView(v))
	}
	return all
}

// pageHome is a person's Home tab; nil when the app has published none.
func (s *Sim) pageHome(user string) *pageView {
	v, ok := s.Home(user)
	if !ok {
		return nil
	}
	p := newPageView(v)
	return &p
}

func newPageView(v View) pageView {
	return pageView{ID: v.ID, Hash: v.Hash, CallbackID: v.CallbackID, Title: v.Title, Submit: v.Submit, Close: v.Close, Blocks: drawable(v.Blocks)}
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
