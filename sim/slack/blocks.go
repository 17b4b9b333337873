package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// surface is where blocks are shown. Slack admits different blocks on each.
type surface string

const (
	onMessage surface = "message"
	onModal   surface = "modal"
	onHome    surface = "home"
)

// checker walks blocks and collects what Slack would object to.
type checker struct {
	on       surface
	problems []string
	chars    int // sum of all text, for the limit of a message
	markdown int
	tables   int
	charts   int
	inputs   bool
	blockIDs map[string]bool
}

func (c *checker) fail(at, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

// blockError is what the API answers about bad blocks; nil when they are good.
type blockError struct {
	code     string
	problems []string
}

// checkBlocks judges a message's or view's blocks and returns them decoded, with block and action ids filled in as Slack does.
func checkBlocks(raw []byte, on surface, at string) (blocks []any, c *checker, bad *blockError) {
	c = &checker{on: on, blockIDs: map[string]bool{}}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&blocks); err != nil {
		return nil, c, &blockError{code: "invalid_blocks_format"}
	}
	limit := maxMessageBlocks
	if on != onMessage {
		limit = maxViewBlocks
	}
	if len(blocks) > limit {
		c.fail(at, "no more than %d items allowed", limit)
	}
	for i, b := range blocks {
		c.block(fmt.Sprintf("%s/%d", at, i), b)
	}
	switch {
	case c.tables > 1:
		return blocks, c, &blockError{"invalid_attachments", []string{"only_one_table_allowed"}}
	case len(c.problems) > 0:
		return blocks, c, &blockError{"invalid_blocks", c.problems}
	case on == onMessage && c.chars > maxMessageChars:
		return blocks, c, &blockError{"msg_blocks_too_long", nil}
	}
	fillIDs(blocks)
	return blocks, c, nil
}

// blockRule is one kind of block: where it may stand, its properties (besides type and block_id), and its check.
type blockRule struct {
	on    []surface
	props string
	check func(c *checker, at string, b object)
}

var everywhere = []surface{onMessage, onModal, onHome}

var blockRules map[string]blockRule

func init() {
	blockRules = map[string]blockRule{
		"section":   {everywhere, "text fields accessory expand", (*checker).section},
		"header":    {everywhere, "text level", (*checker).header},
		"context":   {everywhere, "elements", (*checker).context},
		"actions":   {everywhere, "elements", (*checker).actions},
		"divider":   {everywhere, "", func(*checker, string, object) {}},
		"image":     {everywhere, "alt_text title image_url slack_file", (*checker).image},
		"input":     {everywhere, "label element hint optional dispatch_action", (*checker).input},
		"rich_text": {everywhere, "elements", (*checker).richText},
		"markdown":  {[]surface{onMessage}, "text", (*checker).markdownBlock},
		"table":     {[]surface{onMessage}, "rows column_settings", (*checker).table},

		"data_visualization": {[]surface{onMessage}, "title chart", (*checker).dataVisualization},
	}
}

func (c *checker) block(at string, v any) {
	b, ok := v.(object)
	if !ok {
		c.fail(at, "must be an object")
		return
	}
	kind, _ := b["type"].(string)
	rule, ok := blockRules[kind]
	switch {
	case kind == "":
		c.fail(at, "missing required field: type")
		return
	case !ok:
		c.fail(at+"/type", "unsupported type: %s", kind)
		return
	case !slices.Contains(rule.on, c.on):
		c.fail(at+"/type", "unsupported type: %s in a %s", kind, c.on)
		return
	}
	c.properties(at, b, rule.props+" type block_id")
	if id, there := b["block_id"]; there {
		name, ok := id.(string)
		switch {
		case !ok:
			c.fail(at+"/block_id", "must be a string")
		case c.length(at+"/block_id", name, 1, maxBlockID) && c.blockIDs[name]:
			c.fail(at+"/block_id", "`block_id` must be unique: %s", name)
		}
		c.blockIDs[name] = true
	}
	rule.check(c, at, b)
}

func (c *checker) section(at string, b object) {
	_, text := b["text"]
	_, fields := b["fields"]
	if !text && !fields {
		c.fail(at, "missing required field: text or fields")
	}
	if text {
		c.text(at+"/text", b["text"], "plain_text mrkdwn", maxTextChars)
	}
	if fields {
		for i, f := range c.list(at, b, "fields", 1, maxSectionFields) {
			c.text(fmt.Sprintf("%s/fields/%d", at, i), f, "plain_text mrkdwn", maxFieldChars)
		}
	}
	if a, there := b["accessory"]; there {
		c.element(at+"/accessory", a, inSection, map[string]bool{})
	}
	c.boolean(at, b, "expand")
}

func (c *checker) header(at string, b object) {
	if v, ok := c.need(at, b, "text"); ok {
		c.text(at+"/text", v, "plain_text", maxHeaderChars)
	}
	c.number(at, b, "level", 1, 4)
}

func (c *checker) context(at string, b object) {
	for i, v := range c.list(at, b, "elements", 1, maxContextElements) {
		e, _ := v.(object)
		where := fmt.Sprintf("%s/elements/%d", at, i)
		if e["type"] == "image" {
			c.element(where, v, inContext, map[string]bool{})
		} else {
			c.text(where, v, "plain_text mrkdwn", maxTextChars)
		}
	}
}

func (c *checker) actions(at string, b object) {
	ids := map[string]bool{}
	for i, e := range c.list(at, b, "elements", 1, maxActionElements) {
		c.element(fmt.Sprintf("%s/elements/%d", at, i), e, inActions, ids)
	}
}

func (c *checker) image(at string, b object) {
	_, file := b["slack_file"]
	if !file {
		if _, ok := c.need(at, b, "image_url"); ok && c.str(at, b, "image_url", 1, maxImageURL) {
			c.httpURL(at, b, "image_url")
		}
	}
	if _, ok := c.need(at, b, "alt_text"); ok {
		c.str(at, b, "alt_text", 1, maxAltText)
	}
	if t, ok := b["title"]; ok {
		c.text(at+"/title", t, "plain_text", maxAltText)
	}
}

func (c *checker) input(at string, b object) {
	c.inputs = true
	if v, ok := c.need(at, b, "label"); ok {
		c.text(at+"/label", v, "plain_text", maxInputLabel)
	}
	if v, ok := b["hint"]; ok {
		c.text(at+"/hint", v, "plain_text", maxInputLabel)
	}
	if v, ok := c.need(at, b, "element"); ok {
		c.element(at+"/element", v, inInput, map[string]bool{})
	}
	c.boolean(at, b, "optional")
	c.boolean(at, b, "dispatch_action")
}

func (c *checker) markdownBlock(at string, b object) {
	v, ok := c.need(at, b, "text")
	text, isText := v.(string)
	if !ok || !isText {
		return
	}
	c.length(at+"/text", text, 1, maxMarkdownChars)
	n := utf8.RuneCountInString(text)
	c.chars += n
	if c.markdown += n; c.markdown > maxMarkdownChars && n <= maxMarkdownChars {
		c.fail(at+"/text", "all markdown blocks together must be less than %d characters", maxMarkdownChars+1)
	}
}
