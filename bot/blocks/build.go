package blocks

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Message is what is posted: Text is the fallback, a complete sentence that
// screen readers and notifications use instead of the blocks. Both are escaped.
// The zero value means that there is nothing to say.
type Message struct {
	Text   string
	Blocks []slack.Block
}

// message puts blocks together within a message's limits. Blocks that are nil
// are left out; when there are too many, the last that hold no buttons go first.
func message(text string, blocks ...slack.Block) Message {
	m := Message{Text: shorten(full(text), maxFallback)}
	chars := 0
	for _, b := range blocks {
		if b != nil {
			m.Blocks = append(m.Blocks, b)
			chars += length(b)
		}
	}
	if len(m.Blocks) <= maxBlocks && chars <= maxChars {
		return m
	}
	for (len(m.Blocks) > maxBlocks-1 || chars > maxChars-len(shortened)) && len(m.Blocks) > 0 {
		i := dispensable(m.Blocks)
		chars -= length(m.Blocks[i])
		m.Blocks = slices.Delete(m.Blocks, i, i+1)
	}
	return m.note()
}

// reply is message for a private reply to a command, which must also fit into
// an acknowledgement.
func reply(text string, blocks ...slack.Block) Message {
	m := message(text, blocks...)
	if size(m) <= maxReplyBytes {
		return m
	}
	for size(m) > maxReplyBytes-200 && len(m.Blocks) > 0 {
		i := dispensable(m.Blocks)
		m.Blocks = slices.Delete(m.Blocks, i, i+1)
	}
	return m.note()
}

const shortened = "Shortened: there is more than Slack shows in one message."

func (m Message) note() Message {
	i := dispensable(m.Blocks)
	m.Blocks = slices.Insert(m.Blocks, min(i+1, len(m.Blocks)), small(shortened))
	return m
}

// dispensable is the index of the block to leave out first.
func dispensable(blocks []slack.Block) int {
	for i := len(blocks) - 1; i > 0; i-- {
		if blocks[i].BlockType() != slack.MBTAction {
			return i
		}
	}
	return max(0, len(blocks)-1)
}

func size(m Message) int {
	raw, err := json.Marshal(m)
	if err != nil {
		return maxReplyBytes + 1
	}
	return len(raw)
}

// length counts the text of a block as Slack is thought to do.
func length(b slack.Block) int {
	n := 0
	count := func(ts ...*slack.TextBlockObject) {
		for _, t := range ts {
			if t != nil {
				n += utf8.RuneCountInString(t.Text)
			}
		}
	}
	switch b := b.(type) {
	case *slack.SectionBlock:
		count(b.Text)
		count(b.Fields...)
	case *slack.HeaderBlock:
		count(b.Text)
	case *slack.ContextBlock:
		for _, e := range b.ContextElements.Elements {
			if t, ok := e.(*slack.TextBlockObject); ok {
				count(t)
			}
		}
	case *slack.ActionBlock:
		for range b.Elements.ElementSet {
			n += maxButton
		}
	default: // rich text and tables, whose JSON is hardly longer than their text
		raw, err := json.Marshal(b)
		if err != nil {
			return maxChars
		}
		n = utf8.RuneCount(raw)
	}
	return n
}

func markup(s string, limit int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, shorten(s, limit), false, true)
}

func plain(s string, limit int) *slack.TextBlockObject {
	s = incident.Line(s, limit)
	if s == "" {
		s = "–" // Slack: an empty text object is an error
	}
	return slack.NewTextBlockObject(slack.PlainTextType, s, true, false)
}

func header(s string) slack.Block { return slack.NewHeaderBlock(plain(s, maxHeader)) }

// section is a paragraph of markup; nil when it says nothing.
func section(lines ...string) slack.Block {
	s := joined("\n", lines...)
	if s == "" {
		return nil
	}
	return slack.NewSectionBlock(markup(s, maxText), nil, nil)
}

func sectionWith(s string, element slack.BlockElement) slack.Block {
	return slack.NewSectionBlock(markup(s, maxText), nil, slack.NewAccessory(element))
}

// fields are facts in two columns; nil when there are none.
func fields(facts ...string) slack.Block {
	var texts []*slack.TextBlockObject
	for _, f := range facts {
		if f != "" && len(texts) < maxFields {
			texts = append(texts, markup(f, maxField))
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return slack.NewSectionBlock(nil, texts, nil)
}

// small is a line of small print, its parts set apart by dots; nil when it says nothing.
func small(parts ...string) slack.Block {
	s := joined(" · ", parts...)
	if s == "" {
		return nil
	}
	return slack.NewContextBlock("", markup(s, maxText))
}

func joined(by string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return strings.TrimSpace(p) == "" }), by)
}

// preformatted is a block to copy; nil when there is nothing in it.
func preformatted(text string, limit int) slack.Block {
	text = incident.Paragraph(text, limit)
	if text == "" {
		return nil
	}
	return slack.NewRichTextBlock("", &slack.RichTextPreformatted{
		Type:     slack.RTEPreformatted,
		Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(text, nil)},
	})
}

// row is a row of buttons and menus; nil when there are none.
func row(elements ...slack.BlockElement) slack.Block { return rowAs("", elements...) }

func rowAs(blockID string, elements ...slack.BlockElement) slack.Block {
	elements = slices.DeleteFunc(elements, func(e slack.BlockElement) bool { return e == nil })
	if len(elements) == 0 {
		return nil
	}
	if utf8.RuneCountInString(blockID) > maxBlockID {
		blockID = ""
	}
	return slack.NewActionBlock(blockID, elements[:min(len(elements), maxElements)]...)
}

func button(action string, t Target, words string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(actionID(action, t.UID), value(t, maxValue), plain(words, maxButton))
}

func primary(b *slack.ButtonBlockElement) *slack.ButtonBlockElement {
	return b.WithStyle(slack.StylePrimary)
}

// danger is a red button. It asks no question of its own: what it does is
// confirmed in the form that it opens.
func danger(b *slack.ButtonBlockElement) *slack.ButtonBlockElement {
	return b.WithStyle(slack.StyleDanger)
}

// linkButton opens an address; nil when it is no good. n tells the links of one row apart.
func linkButton(n int, name, raw string) slack.BlockElement {
	clean, ok := webAddress(raw)
	if !ok || strings.HasPrefix(clean, "mailto:") {
		return nil
	}
	if name == "" {
		name = clean
	}
	return slack.NewButtonBlockElement(ActionLink+":"+strconv.Itoa(n), "", plain(name, maxButton)).WithURL(clean)
}

// value writes a Target. What does not fit is cut, the name first: no name and
// no slug that mayday makes is so long.
func value(t Target, limit int) string {
	for _, part := range []*string{&t.Name, &t.Playbook} {
		for utf8.RuneCountInString(t.String()) > limit && *part != "" {
			r := []rune(*part)
			*part = string(r[:len(r)/2])
		}
	}
	return t.String()
}

func option(value, words string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plain(words, maxOption), nil)
}

// menu is a static_select; nil without options.
func menu(action, placeholder string, options ...*slack.OptionBlockObject) slack.BlockElement {
	if len(options) == 0 {
		return nil
	}
	return slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(placeholder, maxPlaceholder), action, options[:min(len(options), maxOptions)]...)
}
