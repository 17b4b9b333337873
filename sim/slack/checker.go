package slack

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// properties refuses what the schema does not know.
func (c *checker) properties(at string, o object, known string) {
	names := strings.Fields(known)
	for _, key := range sorted(o) {
		if !slices.Contains(names, key) {
			c.fail(at, "invalid additional property: %s", key)
		}
	}
}

// length checks a string; it reports in Slack's own words.
func (c *checker) length(at, v string, least, most int) bool {
	n := utf8.RuneCountInString(v)
	switch {
	case n < least:
		c.fail(at, "must be more than %d characters", least-1)
	case n > most:
		c.fail(at, "must be less than %d characters", most+1)
	default:
		return true
	}
	return false
}

// str checks an optional string property; it reports whether it is there.
func (c *checker) str(at string, o object, key string, least, most int) bool {
	v, there := o[key]
	if !there {
		return false
	}
	text, ok := v.(string)
	if !ok {
		c.fail(at+"/"+key, "must be a string")
		return false
	}
	return c.length(at+"/"+key, text, least, most)
}

// text checks a text object. kinds is "plain_text", "mrkdwn" or both.
func (c *checker) text(at string, v any, kinds string, most int) {
	o, ok := v.(object)
	if !ok {
		c.fail(at, "must provide an object")
		return
	}
	kind, _ := o["type"].(string)
	switch {
	case !slices.Contains(strings.Fields(kinds), kind):
		c.fail(at+"/type", "must be one of: %s", strings.ReplaceAll(kinds, " ", ", "))
		return
	case kind == "mrkdwn":
		c.properties(at, o, "type text verbatim")
	default:
		c.properties(at, o, "type text emoji")
	}
	c.boolean(at, o, "verbatim")
	c.boolean(at, o, "emoji")
	text, ok := o["text"].(string)
	if !ok {
		c.fail(at, "missing required field: text")
		return
	}
	c.chars += utf8.RuneCountInString(text)
	if n := utf8.RuneCountInString(text); n < 1 || n > most {
		c.fail(at, "failed to match all allowed schemas")
	}
	c.length(at+"/text", text, 1, most)
}

func (c *checker) need(at string, o object, key string) (any, bool) {
	v, ok := o[key]
	if !ok || v == nil {
		c.fail(at, "missing required field: %s", key)
		return nil, false
	}
	return v, true
}

// list checks an array's size.
func (c *checker) list(at string, o object, key string, least, most int) []any {
	v, ok := c.need(at, o, key)
	if !ok {
		return nil
	}
	items, ok := v.([]any)
	switch {
	case !ok:
		c.fail(at+"/"+key, "must be an array")
	case len(items) < least:
		c.fail(at+"/"+key, "no fewer than %d items allowed", least)
	case len(items) > most:
		c.fail(at+"/"+key, "no more than %d items allowed", most)
	}
	return items
}

func (c *checker) boolean(at string, o object, key string) {
	if v, there := o[key]; there {
		if _, ok := v.(bool); !ok {
			c.fail(at+"/"+key, "must be a boolean")
		}
	}
}

func (c *checker) number(at string, o object, key string, least, most int64) {
	v, there := o[key]
	if !there {
		return
	}
	n, ok := v.(json.Number)
	i, err := n.Int64()
	if !ok || err != nil {
		c.fail(at+"/"+key, "must be an integer")
	} else if i < least || i > most {
		c.fail(at+"/"+key, "must be between %d and %d", least, most)
	}
}

func (c *checker) httpURL(at string, o object, key string) {
	if v, _ := o[key].(string); !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "http://") {
		c.fail(at+"/"+key, "must be a valid URL")
	}
}

func sorted(o object) []string {
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
