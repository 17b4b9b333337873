package slack

import (
	"encoding/json"
	"slices"
	"strings"

	"mayday/lazyregexp"
)

var (
	tokenForm   = lazyregexp.New(`<(@[UW][A-Z0-9]+|!here|!channel|!everyone|!group|!subteam\^S[A-Z0-9]+)(\|[^>]*)?>`)
	atForm      = lazyregexp.New(`(^|[^\w<|/.@])@(here|channel|everyone|group)\b`)
	handleForm  = lazyregexp.New(`(^|[^\w<|/.@])@([\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*)`)
	channelForm = lazyregexp.New(`(^|[^\w<|/.#&])#([\p{L}\p{M}\p{N}_-]+)`)
	urlForm     = lazyregexp.New(`https?://[^\s<>|]+`)
)

// pings collects who a message really mentions.
type pings struct {
	s    *Sim
	list []string
}

func (p *pings) add(who string) {
	if who != "" && !slices.Contains(p.list, who) {
		p.list = append(p.list, who)
	}
}

// tokens counts the live tokens of a mrkdwn text; with auto also what Slack's parser would turn into one.
func (p *pings) tokens(text string, auto bool) {
	for _, m := range tokenForm.FindAllStringSubmatch(text, -1) {
		switch body := m[1]; {
		case strings.HasPrefix(body, "@"):
			if u := p.s.userByID(body[1:]); u != nil {
				p.add(u.ID)
			}
		case strings.HasPrefix(body, "!subteam^"):
			if g := p.s.group(strings.TrimPrefix(body, "!subteam^")); g != nil {
				p.add(g.ID)
			}
		case body == "!group":
			p.add("channel")
		default:
			p.add(body[1:])
		}
	}
	if !auto {
		return
	}
	for _, m := range atForm.FindAllStringSubmatch(text, -1) {
		if m[2] == "group" {
			m[2] = "channel"
		}
		p.add(m[2])
	}
}

// handles counts "@name" of people and groups, for link_names and parse=full.
func (p *pings) handles(text string) {
	for _, m := range handleForm.FindAllStringSubmatch(text, -1) {
		if u := p.s.who(m[2]); u != nil {
			p.add(u.ID)
		} else if g := p.s.group(m[2]); g != nil {
			p.add(g.ID)
		}
	}
}

// walk reads blocks: mrkdwn text objects, markdown blocks, and the mention elements of rich text.
func (p *pings) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			p.walk(e)
		}
	case object:
		text, _ := v["text"].(string)
		id := func(key string) string { s, _ := v[key].(string); return s }
		switch v["type"] {
		case "mrkdwn":
			p.tokens(text, v["verbatim"] != true)
		case "markdown":
			p.tokens(text, true)
		case "user":
			if u := p.s.userByID(id("user_id")); u != nil {
				p.add(u.ID)
			}
		case "usergroup":
			if g := p.s.group(id("usergroup_id")); g != nil {
				p.add(g.ID)
			}
		case "broadcast":
			p.add(id("range"))
		}
		for _, key := range sorted(v) {
			p.walk(v[key])
		}
	}
}

// mentions reads a message as Slack's notifier would: the top-level text always, raw @words in it only when parse or link_names ask for it.
func (s *Sim) mentions(text string, blocks json.RawMessage, parse string, linkNames bool) []string {
	p := &pings{s: s}
	full := parse == "full" || linkNames
	p.tokens(text, full)
	if full {
		p.handles(text)
	}
	var v any
	if len(blocks) > 0 && json.Unmarshal(blocks, &v) == nil {
		p.walk(v)
	}
	return p.list
}

// typed turns what a person types into what Slack stores: entities escaped, @names and #channels as tokens.
// With labels it is the form of a slash command with should_escape: <@U1|ana>, <#C1|name>.
func (s *Sim) typed(text string, labels bool) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	text = handleForm.ReplaceAllStringFunc(text, func(m string) string {
		lead, name, _ := strings.Cut(m, "@")
		trail := ""
		for s.who(name) == nil && strings.HasSuffix(name, ".") {
			name, trail = strings.TrimSuffix(name, "."), trail+"."
		}
		switch u, g := s.who(name), s.group(name); {
		case name == "here" || name == "channel" || name == "everyone":
			return lead + "<!" + name + ">" + trail
		case u != nil && labels:
			return lead + "<@" + u.ID + "|" + u.Name + ">" + trail
		case u != nil:
			return lead + "<@" + u.ID + ">" + trail
		case g != nil && labels:
			return lead + "<!subteam^" + g.ID + "|@" + g.Handle + ">" + trail
		case g != nil:
			return lead + "<!subteam^" + g.ID + ">" + trail
		}
		return m
	})
	text = channelForm.ReplaceAllStringFunc(text, func(m string) string {
		lead, name, _ := strings.Cut(m, "#")
		if c := s.named(name); c != nil {
			return lead + "<#" + c.ID + "|" + c.Name + ">"
		}
		return m
	})
	return urlForm.ReplaceAllString(text, "<$0>")
}
