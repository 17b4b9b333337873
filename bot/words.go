package bot

import (
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"
)

// wordsOf is what a message says, escaped as its text would be. Many apps leave the
// text empty and write into blocks or attachments (Slack: chat.postMessage).
func wordsOf(m *slack.Msg) string {
	if strings.TrimSpace(m.Text) != "" {
		return m.Text
	}
	var parts []string
	parts = append(parts, wordsOfBlocks(m.Blocks)...)
	for i := range m.Attachments {
		parts = append(parts, wordsOfAttachment(&m.Attachments[i])...)
	}
	return strings.Join(parts, "\n")
}

func wordsOfAttachment(a *slack.Attachment) []string {
	var parts []string
	for _, s := range []string{a.Pretext, a.Title, a.Text} {
		if strings.TrimSpace(s) != "" {
			parts = append(parts, s)
		}
	}
	for _, f := range a.Fields {
		if s := strings.Trim(f.Title+": "+f.Value, ": "); s != "" {
			parts = append(parts, s)
		}
	}
	parts = append(parts, wordsOfBlocks(a.Blocks)...)
	if len(parts) == 0 && a.Fallback != "" {
		parts = append(parts, a.Fallback)
	}
	return parts
}

// wordsOfBlocks reads every text in blocks, in order. It goes by the JSON, so that a
// kind of block that Slack adds later is read too.
func wordsOfBlocks(b slack.Blocks) []string {
	var parts []string
	for _, block := range b.BlockSet {
		raw, err := json.Marshal(block)
		var v any
		if err != nil || json.Unmarshal(raw, &v) != nil {
			continue
		}
		parts = append(parts, read(v)...)
	}
	return parts
}

// read gives the lines of a part of a block.
func read(v any) []string {
	switch v := v.(type) {
	case []any:
		var lines []string
		for _, x := range v {
			lines = append(lines, read(x)...)
		}
		return lines
	case map[string]any:
		return readObject(v)
	}
	return nil
}

func readObject(o map[string]any) []string {
	kind, _ := o["type"].(string)
	switch kind {
	case "plain_text", "mrkdwn":
		s, _ := o["text"].(string)
		if kind == "plain_text" {
			s = escape(s)
		}
		if strings.TrimSpace(s) == "" {
			return nil
		}
		return []string{s}
	case "actions", "button", "static_select", "overflow":
		return nil // what can be pressed says nothing
	case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
		elements, _ := o["elements"].([]any)
		var b strings.Builder
		for _, e := range elements {
			b.WriteString(inline(e))
		}
		if strings.TrimSpace(b.String()) == "" {
			return nil
		}
		return []string{b.String()}
	}
	var lines []string
	for _, k := range []string{"title", "text", "fields", "elements", "rows", "alt_text"} {
		lines = append(lines, read(o[k])...)
	}
	return lines
}

// inline is a part of a line of rich text.
func inline(v any) string {
	o, _ := v.(map[string]any)
	str := func(k string) string { s, _ := o[k].(string); return s }
	switch str("type") {
	case "text":
		return escape(str("text"))
	case "link":
		if s := str("text"); s != "" {
			return escape(s)
		}
		return escape(str("url"))
	case "user":
		return "<@" + str("user_id") + ">"
	case "channel":
		return "<#" + str("channel_id") + ">"
	case "emoji":
		return ":" + str("name") + ":"
	}
	return ""
}

// escape writes plain text as Slack escapes it (Slack: formatting message text).
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
