package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// valueKey is the property that carries an element's value in a payload, by type of element. Types that are missing carry no state.
var valueKey = map[string]string{
	"plain_text_input": "value", "email_text_input": "value", "url_text_input": "value", "number_input": "value", "rich_text_input": "rich_text_value",
	"static_select": "selected_option", "external_select": "selected_option", "radio_buttons": "selected_option",
	"multi_static_select": "selected_options", "multi_external_select": "selected_options", "checkboxes": "selected_options",
	"users_select": "selected_user", "multi_users_select": "selected_users", "conversations_select": "selected_conversation",
	"multi_conversations_select": "selected_conversations", "channels_select": "selected_channel", "multi_channels_select": "selected_channels",
	"datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time", "file_input": "files",
}

// initialKey is the property with an element's first value.
var initialKey = map[string]string{
	"value": "initial_value", "rich_text_value": "initial_value", "selected_option": "initial_option", "selected_options": "initial_options",
	"selected_user": "initial_user", "selected_users": "initial_users", "selected_conversation": "initial_conversation",
	"selected_conversations": "initial_conversations", "selected_channel": "initial_channel", "selected_channels": "initial_channels",
	"selected_date": "initial_date", "selected_time": "initial_time", "selected_date_time": "initial_date_time",
}

func multiple(key string) bool { return strings.HasSuffix(key, "s") }

// initialState is the state of blocks before anybody touched them.
func initialState(blocks []any) map[string]map[string]any {
	state := map[string]map[string]any{}
	for _, v := range blocks {
		b, _ := v.(object)
		for _, e := range elementsOf(b) {
			kind, _ := e["type"].(string)
			key, ok := valueKey[kind]
			if !ok {
				continue
			}
			id := str(b, "block_id")
			if state[id] == nil {
				state[id] = map[string]any{}
			}
			first := e[initialKey[key]]
			if first == nil && multiple(key) {
				first = []any{}
			}
			state[id][str(e, "action_id")] = object{"type": kind, key: first}
		}
	}
	return state
}

func str(o object, key string) string { v, _ := o[key].(string); return v }

// choose turns what a person picked or typed into the element's value in a payload. A ready value object is passed on.
func (s *Sim) choose(e object, given any) (object, error) {
	kind := str(e, "type")
	key := valueKey[kind]
	if ready, ok := given.(object); ok && (ready["type"] == kind || ready[key] != nil) {
		return ready, nil
	}
	words := listOf(given, multiple(key))
	switch key {
	case "selected_option", "selected_options":
		return s.chooseOptions(e, kind, key, words)
	case "selected_date_time":
		n, err := strconv.ParseInt(first(words), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a time", first(words))
		}
		return object{"type": kind, key: n}, nil
	case "value":
		return typedValue(e, kind, fmt.Sprint(given))
	}
	for i, w := range words {
		switch {
		case strings.Contains(key, "user"):
			u := s.who(w)
			if u == nil {
				return nil, fmt.Errorf("there is no person %q", w)
			}
			words[i] = u.ID
		case strings.Contains(key, "channel") || strings.Contains(key, "conversation"):
			c := s.at(w)
			if c == nil {
				return nil, fmt.Errorf("there is no channel %q", w)
			}
			words[i] = c.ID
		}
	}
	if multiple(key) {
		return object{"type": kind, key: words}, nil
	}
	if first(words) == "" {
		return object{"type": kind, key: nil}, nil
	}
	return object{"type": kind, key: first(words)}, nil
}

func typedValue(e object, kind, text string) (object, error) {
	n := utf8.RuneCountInString(text)
	bound := func(key string, fallback int) int {
		if v, err := strconv.Atoi(fmt.Sprint(e[key])); err == nil {
			return v
		}
		return fallback
	}
	if most := bound("max_length", maxInputValue); n > most {
		return nil, fmt.Errorf("the text has %d characters and may have %d", n, most)
	}
	if least := bound("min_length", 0); n > 0 && n < least {
		return nil, fmt.Errorf("the text has %d characters and needs %d", n, least)
	}
	if text == "" {
		return object{"type": kind, "value": nil}, nil
	}
	return object{"type": kind, "value": text}, nil
}

func (s *Sim) chooseOptions(e object, kind, key string, words []string) (object, error) {
	chosen := []any{}
	for _, w := range words {
		o := option(e, w)
		if o == nil && strings.Contains(kind, "external") {
			o = object{"text": object{"type": "plain_text", "text": w, "emoji": true}, "value": w}
		}
		if o == nil && w != "" {
			return nil, fmt.Errorf("there is no option %q", w)
		}
		if o != nil {
			chosen = append(chosen, o)
		}
	}
	if multiple(key) {
		return object{"type": kind, key: chosen}, nil
	}
	if len(chosen) == 0 {
		return object{"type": kind, key: nil}, nil
	}
	return object{"type": kind, key: chosen[0]}, nil
}

// option finds an option of a menu by its value, or by the text that a person reads.
func option(e object, word string) any {
	all, _ := e["options"].([]any)
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		o, _ := g.(object)
		list, _ := o["options"].([]any)
		all = append(all, list...)
	}
	for _, v := range all {
		if o, _ := v.(object); str(o, "value") == word {
			return o
		}
	}
	for _, v := range all {
		o, _ := v.(object)
		if t, _ := o["text"].(object); str(t, "text") == word {
			return o
		}
	}
	return nil
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// listOf reads a person's choice: a string (commas separate when many may be chosen), or a list.
func listOf(v any, many bool) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []string:
		return slices.Clone(v)
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, fmt.Sprint(one))
		}
		return all
	}
	text := fmt.Sprint(v)
	if many {
		return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
	}
	return []string{text}
}

// empty reports whether a value of the state holds nothing.
func empty(v any) bool {
	o, ok := v.(object)
	if !ok {
		return true
	}
	switch held := o[valueKey[str(o, "type")]].(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(held) == ""
	case []any:
		return len(held) == 0
	case []string:
		return len(held) == 0
	}
	return false
}

// decodeBlocks reads stored blocks; they were judged when they came.
func decodeBlocks(raw json.RawMessage) []any {
	var blocks []any
	if len(raw) > 0 && json.Unmarshal(raw, &blocks) != nil {
		return nil
	}
	return blocks
}

// find looks for an interactive element: by action id, by "block id/action id", or by the label that a person reads.
// Several elements may share an action id: the value then decides.
func find(blocks []any, action, value string) (block, element object) {
	var loose, labelled [2]object
	for _, v := range blocks {
		b, _ := v.(object)
		for _, e := range elementsOf(b) {
			id, label := str(e, "action_id"), e["text"]
			text, _ := label.(object)
			switch {
			case id == action || str(b, "block_id")+"/"+id == action:
				if value == "" || str(e, "type") != "button" || str(e, "value") == value {
					return b, e
				}
				loose = [2]object{b, e}
			case str(text, "text") == action && labelled[1] == nil:
				labelled = [2]object{b, e}
			}
		}
	}
	if loose[1] == nil {
		return labelled[0], labelled[1]
	}
	return nil, nil // an element of that name is there, but none with that value
}

// actionOf is the entry of "actions" in a block_actions payload.
func (s *Sim) actionOf(b, e object, given any) (object, error) {
	kind := str(e, "type")
	now := time.Now()
	a := object{
		"type": kind, "action_id": str(e, "action_id"), "block_id": str(b, "block_id"),
		"action_ts": fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000),
	}
	switch kind {
	case "button":
		a["text"] = e["text"]
		for _, key := range []string{"value", "url", "style"} {
			if e[key] != nil {
				a[key] = e[key]
			}
		}
		return a, nil
	case "overflow":
		o := option(e, fmt.Sprint(given))
		if o == nil {
			return nil, fmt.Errorf("there is no option %q", given)
		}
		a["selected_option"] = o
		return a, nil
	}
	chosen, err := s.choose(e, given)
	if err != nil {
		return nil, err
	}
	for k, v := range chosen {
		a[k] = v
	}
	return a, nil
}
