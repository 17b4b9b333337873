package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"mayday/lazyregexp"
	"mayday/sim/wire"
)

var (
	dateForm = lazyregexp.New(`^\d{4}-\d{2}-\d{2}$`)
	timeForm = lazyregexp.New(`^\d{2}:\d{2}$`)
)

func (c *checker) table(at string, b object) {
	c.tables++
	total := 0
	rows := c.list(at, b, "rows", 1, maxTableRows)
	for i, v := range rows {
		where := fmt.Sprintf("%s/rows/%d", at, i)
		cells, ok := v.([]any)
		switch {
		case !ok:
			c.fail(where, "must be an array")
			continue
		case len(cells) == 0:
			c.fail(where, "no fewer than 1 items allowed")
		case len(cells) > maxTableCells:
			c.fail(where, "no more than %d items allowed", maxTableCells)
		}
		for j, cell := range cells {
			total += c.cell(fmt.Sprintf("%s/%d", where, j), cell)
		}
	}
	if total > maxTableChars {
		c.fail(at, "all cells together must be less than %d characters", maxTableChars+1)
	}
	if _, there := b["column_settings"]; !there {
		return
	}
	for i, v := range c.list(at, b, "column_settings", 0, maxTableCells) {
		where := fmt.Sprintf("%s/column_settings/%d", at, i)
		if v == nil {
			continue // Slack: null skips a column
		}
		o, ok := v.(object)
		if !ok {
			c.fail(where, "must be an object")
			continue
		}
		c.properties(where, o, "align is_wrapped")
		c.boolean(where, o, "is_wrapped")
		if a, there := o["align"]; there && a != "left" && a != "center" && a != "right" {
			c.fail(where+"/align", "must be one of: left, center, right")
		}
	}
}

// cell checks one table cell and returns its length.
func (c *checker) cell(at string, v any) int {
	o, ok := v.(object)
	if !ok {
		c.fail(at, "must be an object")
		return 0
	}
	before := c.chars
	switch o["type"] {
	case "raw_text":
		c.properties(at, o, "type text")
		text, _ := o["text"].(string)
		c.length(at+"/text", text, 1, maxTableChars)
		c.chars += utf8.RuneCountInString(text)
	case "raw_number":
		c.properties(at, o, "type value text")
		if _, ok := o["value"].(json.Number); !ok {
			c.fail(at+"/value", "must be a number")
		}
		c.chars += len(wire.Encode(o["value"]))
	case "rich_text":
		c.properties(at, o, "type elements block_id")
		c.richText(at, o)
	default:
		c.fail(at+"/type", "unsupported type: %v", o["type"])
	}
	return c.chars - before
}

func (c *checker) richText(at string, b object) {
	for i, v := range c.list(at, b, "elements", 1, 1000) {
		c.richElement(fmt.Sprintf("%s/elements/%d", at, i), v)
	}
}

func (c *checker) richElement(at string, v any) {
	e, ok := v.(object)
	if !ok {
		c.fail(at, "must be an object")
		return
	}
	kind, _ := e["type"].(string)
	switch kind {
	case "rich_text_list":
		c.properties(at, e, "type style elements indent offset border")
		if e["style"] != "bullet" && e["style"] != "ordered" {
			c.fail(at+"/style", "must be one of: bullet, ordered")
		}
		for i, item := range c.list(at, e, "elements", 1, 1000) {
			where := fmt.Sprintf("%s/elements/%d", at, i)
			if o, _ := item.(object); o["type"] != "rich_text_section" {
				c.fail(where+"/type", "must be rich_text_section")
				continue
			}
			c.richElement(where, item)
		}
	case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
		c.properties(at, e, "type elements border language")
		for i, item := range c.list(at, e, "elements", 0, 1000) {
			c.inline(fmt.Sprintf("%s/elements/%d", at, i), item)
		}
	default:
		c.fail(at+"/type", "unsupported type: %s", kind)
	}
}

// inlineProps are the properties of each element of rich text, the needed one first.
var inlineProps = map[string]string{
	"text": "text style", "link": "url text unsafe style", "user": "user_id style", "usergroup": "usergroup_id style", "channel": "channel_id style",
	"emoji": "name unicode url skin_tone style", "broadcast": "range style", "date": "timestamp format url fallback style", "color": "value style", "team": "team_id style",
}

func (c *checker) inline(at string, v any) {
	e, ok := v.(object)
	if !ok {
		c.fail(at, "must be an object")
		return
	}
	kind, _ := e["type"].(string)
	props, ok := inlineProps[kind]
	if !ok {
		c.fail(at+"/type", "unsupported type: %s", kind)
		return
	}
	c.properties(at, e, props+" type")
	needed := strings.Fields(props)[0]
	value, ok := c.need(at, e, needed)
	if !ok {
		return
	}
	if text, isText := value.(string); isText {
		c.length(at+"/"+needed, text, 1, maxMessageText)
	} else if kind != "date" {
		c.fail(at+"/"+needed, "must be a string")
	}
	if text, _ := e["text"].(string); text != "" {
		c.chars += utf8.RuneCountInString(text)
	}
	if kind == "broadcast" && value != "here" && value != "channel" && value != "everyone" {
		c.fail(at+"/range", "must be one of: here, channel, everyone")
	}
	if style, there := e["style"]; there {
		o, ok := style.(object)
		if !ok {
			c.fail(at+"/style", "must be an object")
			return
		}
		c.properties(at+"/style", o, "bold italic strike code underline highlight client_highlight unlink")
	}
}

// fillIDs gives every block and interactive element the id that it lacks, as Slack does on receipt.
func fillIDs(blocks []any) {
	for i, v := range blocks {
		b, ok := v.(object)
		if !ok {
			continue
		}
		if _, there := b["block_id"]; !there {
			b["block_id"] = fmt.Sprintf("b%04d", i)
		}
		for j, e := range elementsOf(b) {
			if _, there := e["action_id"]; !there && e["type"] != "image" {
				e["action_id"] = fmt.Sprintf("a%04d%02d", i, j)
			}
		}
	}
}

// elementsOf lists the interactive elements of a block.
func elementsOf(b object) []object {
	var all []object
	take := func(v any) {
		if e, ok := v.(object); ok {
			if _, known := elementRules[fmt.Sprint(e["type"])]; known {
				all = append(all, e)
			}
		}
	}
	switch b["type"] {
	case "section":
		take(b["accessory"])
	case "actions":
		list, _ := b["elements"].([]any)
		for _, e := range list {
			take(e)
		}
	case "input":
		take(b["element"])
	}
	return all
}
