package alerts

import (
	"encoding/json"
	"html"
	"strings"

	"mayday/lazyregexp"
)

// SlackContent is all that a message says: markup, legacy attachments and blocks, as Slack has them.
type SlackContent struct {
	Text        string          `json:"text,omitempty"`
	Attachments json.RawMessage `json:"attachments,omitempty"`
	Blocks      json.RawMessage `json:"blocks,omitempty"`
}

// said is what a message says, in plain words.
type said struct {
	// title is the line that people read first, text what stands below it, with the first line of the message before.
	title, text string
	// colour of the first attachment: "good", "danger" or "#a30200"; empty without one.
	colour string
	// named are pairs that are written as such: "Status" and "firing".
	named [][2]string
	// written is how many of named are fields of the message; the others are lines of its text.
	written int
	// links in the order in which they stand, and labelled those with their words.
	titleLink string
	links     []string
	labelled  [][2]string
}

// maxDepth is how deep blocks are read (rich text nests three levels).
const maxDepth = 6

// saidIn reads text, attachments and blocks. Source: docs.slack.dev, "Legacy: secondary message attachments" and "Blocks".
func saidIn(top object) said {
	var s said
	var titles, texts []string
	for _, b := range top.objects("blocks") {
		s.block(b, &titles, &texts, 0)
	}
	for _, a := range top.objects("attachments") {
		if s.colour == "" {
			s.colour = strings.TrimPrefix(strings.ToLower(a.text("color")), "#")
		}
		if t := s.plain(a.text("title")); t != "" {
			titles = append(titles, t)
			if link := webOnly(html.UnescapeString(a.text("title_link"))); link != "" {
				s.titleLink = first(s.titleLink, link)
				s.links = append(s.links, link)
			}
		}
		texts = append(texts, s.plain(a.text("pretext")))
		for _, b := range a.objects("blocks") {
			s.block(b, &titles, &texts, 0)
		}
		body := s.plain(a.text("text"))
		if body == "" && a.text("title") == "" && len(a.objects("blocks")) == 0 {
			body = s.plain(a.text("fallback"))
		}
		texts = append(texts, body)
		for _, f := range a.objects("fields") {
			s.named = append(s.named, [2]string{s.plain(f.text("title")), s.plain(f.text("value"))})
		}
		for _, act := range a.objects("actions") {
			s.button(act.text("url"), act.text("text"))
		}
	}
	lead := s.plain(top.text("text"))
	if len(titles) == 0 && lead != "" {
		titles, lead = lines(lead)[:1], strings.Join(lines(lead)[1:], "\n")
	}
	body := strings.TrimSpace(strings.Join(append([]string{lead}, texts...), "\n"))
	if len(titles) == 0 && body != "" {
		titles, body = lines(body)[:1], strings.Join(lines(body)[1:], "\n")
	}
	if len(titles) > 0 {
		s.title = titles[0]
	}
	s.text, s.written = body, len(s.named)
	s.pairs(body)
	if m := kumaMessage.FindStringSubmatch(s.fields()["message"]); m != nil {
		s.title = "[" + m[2] + "] " + m[1]
	}
	return s
}

// kumaMessage is what Uptime Kuma says below a title that is always the same. Source: louislam/uptime-kuma, server/model/monitor.js.
var kumaMessage = lazyregexp.New(`^\[([^\]]+)\] \[[^\]A-Za-z]*(Up|Down)\]`)

// lines are those that say something.
func lines(s string) (list []string) {
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			list = append(list, l)
		}
	}
	return list
}

// block reads one block, and what stands in it.
func (s *said) block(b object, titles, texts *[]string, depth int) {
	if depth > maxDepth {
		return
	}
	switch b.text("type") {
	case "header":
		if t := s.plain(b.object("text").text("text")); t != "" {
			*titles = append(*titles, t)
		}
	case "section":
		*texts = append(*texts, s.plain(b.object("text").text("text")))
		for _, f := range b.objects("fields") {
			name, value, ok := strings.Cut(s.plain(f.text("text")), "\n")
			if !ok {
				name, value, _ = strings.Cut(name, ":")
			}
			s.named = append(s.named, [2]string{name, value})
		}
		s.button(b.object("accessory").text("url"), b.object("accessory").object("text").text("text"))
	case "context":
		for _, e := range b.objects("elements") {
			*texts = append(*texts, s.plain(e.text("text")))
		}
	case "actions":
		for _, e := range b.objects("elements") {
			s.button(e.text("url"), e.object("text").text("text"))
		}
	case "rich_text", "rich_text_list", "rich_text_quote":
		for _, e := range b.objects("elements") {
			s.block(e, titles, texts, depth+1)
		}
	case "rich_text_section", "rich_text_preformatted":
		var words strings.Builder
		for _, e := range b.objects("elements") {
			words.WriteString(first(e.text("text"), e.text("url"), emojiOf(e)))
			s.button(e.text("url"), e.text("text"))
		}
		*texts = append(*texts, words.String())
	}
}

func emojiOf(e object) string {
	if e.text("type") != "emoji" {
		return ""
	}
	return ":" + e.text("name") + ":"
}

func (s *said) button(url, words string) {
	if url = webOnly(html.UnescapeString(url)); url != "" {
		s.links = append(s.links, url)
		s.labelled = append(s.labelled, [2]string{words, url})
	}
}

// token is <…> in Slack's markup: a link, a mention, a date.
var token = lazyregexp.New(`<([^<>|]*)(?:\|([^<>]*))?>`)

// plain is markup as words, and keeps the links in it. A mention says nothing here: it is an id.
func (s *said) plain(markup string) string {
	words := token.ReplaceAllStringFunc(markup, func(t string) string {
		m := token.FindStringSubmatch(t)
		target, label := m[1], m[2]
		switch {
		case strings.HasPrefix(target, "http://"), strings.HasPrefix(target, "https://"):
			s.button(target, label)
			return first(label, target)
		case strings.HasPrefix(target, "!date"):
			return label
		case strings.HasPrefix(target, "#"):
			return "#" + first(label, target[1:])
		case strings.HasPrefix(target, "mailto:"):
			return first(label, target[len("mailto:"):])
		}
		return ""
	})
	words = strings.NewReplacer("*", "", "`", "", "~", "").Replace(html.UnescapeString(words))
	return strings.TrimSpace(italicsEnd.ReplaceAllString(italicsBegin.ReplaceAllString(words, "$1$2"), "$1$2"))
}

// italicsBegin and italicsEnd are the marks of italics, which stand at the edge of words.
var (
	italicsBegin = lazyregexp.New(`(^|\s)_([^\s_])`)
	italicsEnd   = lazyregexp.New(`([^\s_])_([\s.,:;]|$)`)
)

// pair is a line such as "Severity: critical".
var pair = lazyregexp.New(`^[•\-\s]*([A-Za-z][A-Za-z _-]{1,30}):\s+(\S.{0,300})$`)

// pairs reads the lines that name something.
func (s *said) pairs(body string) {
	for _, l := range lines(body) {
		if m := pair.FindStringSubmatch(l); m != nil {
			s.named = append(s.named, [2]string{m[1], m[2]})
		}
	}
}

// fields are the pairs by name, in lower case with underscores; of several the first.
func (s said) fields() map[string]string {
	m := map[string]string{}
	for _, p := range s.named {
		name := strings.ReplaceAll(strings.ToLower(strings.Trim(p[0], " :-")), " ", "_")
		if value := strings.TrimSpace(p[1]); name != "" && value != "" && m[name] == "" {
			m[name] = value
		}
	}
	return m
}

// link is where the alert is at its sender: behind the title, or else the first address.
func (s said) link() string {
	if s.titleLink != "" {
		return s.titleLink
	}
	for _, l := range s.labelled {
		if words := strings.TrimSpace(l[0]); words != "" && strings.Contains(s.title, (&said{}).plain(words)) {
			return l[1]
		}
	}
	if len(s.links) > 0 {
		return s.links[0]
	}
	return ""
}

// runbooks are the addresses and names of a runbook that the message gives.
func (s said) runbooks(fields map[string]string) (list []string) {
	for _, l := range s.labelled {
		if words := strings.ToLower(l[0]); strings.Contains(words, "runbook") || strings.Contains(words, "playbook") {
			list = append(list, l[1])
		}
	}
	for _, name := range []string{"runbook_url", "runbook", "playbook"} {
		if fields[name] != "" {
			list = append(list, fields[name])
		}
	}
	return list
}
