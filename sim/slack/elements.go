package slack

import (
	"fmt"
	"slices"
	"strings"

	"mayday/sim/wire"
)

// The places where an element may stand.
const (
	inSection = "section"
	inActions = "actions"
	inInput   = "input"
	inContext = "context"
)

// elementRule is one kind of element: where it may stand, its properties (besides type and action_id), and its check.
type elementRule struct {
	in    string
	props string
	check func(c *checker, at string, e object)
}

var elementRules map[string]elementRule

func init() {
	const anywhere = "section actions input"
	pick := func(props string) elementRule {
		return elementRule{anywhere, "placeholder confirm focus_on_load " + props, (*checker).picker}
	}
	elementRules = map[string]elementRule{
		"button":                     {"section actions", "text url value style confirm accessibility_label", (*checker).button},
		"image":                      {"section context", "image_url alt_text slack_file", (*checker).image},
		"overflow":                   {"section actions", "options confirm", (*checker).overflow},
		"checkboxes":                 {anywhere, "options initial_options confirm focus_on_load", (*checker).choices},
		"radio_buttons":              {anywhere, "options initial_option confirm focus_on_load", (*checker).choices},
		"static_select":              {anywhere, "placeholder options option_groups initial_option confirm focus_on_load", (*checker).menu},
		"multi_static_select":        {anywhere, "placeholder options option_groups initial_options confirm max_selected_items focus_on_load", (*checker).menu},
		"external_select":            pick("initial_option min_query_length"),
		"multi_external_select":      pick("initial_options min_query_length max_selected_items"),
		"users_select":               pick("initial_user"),
		"multi_users_select":         pick("initial_users max_selected_items"),
		"conversations_select":       pick("initial_conversation default_to_current_conversation response_url_enabled filter"),
		"multi_conversations_select": pick("initial_conversations default_to_current_conversation max_selected_items filter"),
		"channels_select":            pick("initial_channel response_url_enabled"),
		"multi_channels_select":      pick("initial_channels max_selected_items"),
		"datepicker":                 pick("initial_date"),
		"timepicker":                 pick("initial_time timezone"),
		"datetimepicker":             {"actions input", "initial_date_time confirm focus_on_load", (*checker).picker},
		"plain_text_input":           {"input", "placeholder initial_value multiline min_length max_length dispatch_action_config focus_on_load", (*checker).textInput},
		"email_text_input":           {"input", "placeholder initial_value dispatch_action_config focus_on_load", (*checker).picker},
		"url_text_input":             {"input", "placeholder initial_value dispatch_action_config focus_on_load", (*checker).picker},
		"number_input":               {"input", "placeholder initial_value is_decimal_allowed min_value max_value dispatch_action_config focus_on_load", (*checker).picker},
		"rich_text_input":            {"input", "placeholder initial_value dispatch_action_config focus_on_load", (*checker).picker},
		"file_input":                 {"input", "filetypes max_files", (*checker).fileInput},
	}
}

// element checks one interactive element or image. ids are the action ids already used in its block.
func (c *checker) element(at string, v any, place string, ids map[string]bool) {
	e, ok := v.(object)
	if !ok {
		c.fail(at, "must be an object")
		return
	}
	kind, _ := e["type"].(string)
	rule, ok := elementRules[kind]
	if !ok || !slices.Contains(strings.Fields(rule.in), place) {
		c.fail(at+"/type", "unsupported type: %s", kind)
		return
	}
	if kind == "file_input" && c.on != onModal {
		c.fail(at+"/type", "unsupported type: %s in a %s", kind, c.on)
		return
	}
	known := rule.props + " type"
	if kind != "image" {
		known += " action_id"
	}
	c.properties(at, e, known)
	if id, there := e["action_id"]; there {
		name, ok := id.(string)
		switch {
		case !ok:
			c.fail(at+"/action_id", "must be a string")
		case c.length(at+"/action_id", name, 1, maxActionID) && ids[name]:
			c.fail(at+"/action_id", "`action_id` must be unique in its block: %s", name)
		}
		ids[name] = true
	}
	c.boolean(at, e, "focus_on_load")
	if v, there := e["confirm"]; there {
		c.confirm(at+"/confirm", v)
	}
	if v, there := e["placeholder"]; there {
		c.text(at+"/placeholder", v, "plain_text", maxPlaceholder)
	}
	rule.check(c, at, e)
}

func (c *checker) confirm(at string, v any) {
	o, ok := v.(object)
	if !ok {
		c.fail(at, "must be an object")
		return
	}
	c.properties(at, o, "title text confirm deny style")
	for _, part := range []struct {
		key, kinds string
		most       int
		needed     bool
	}{
		{"title", "plain_text", maxConfirmTitle, true},
		{"text", "plain_text mrkdwn", maxConfirmText, true},
		{"confirm", "plain_text", maxConfirmButton, true},
		{"deny", "plain_text", maxConfirmButton, true},
	} {
		if v, ok := c.need(at, o, part.key); ok {
			c.text(at+"/"+part.key, v, part.kinds, part.most)
		}
	}
	c.style(at, o)
}

func (c *checker) style(at string, o object) {
	if v, there := o["style"]; there && v != "primary" && v != "danger" {
		c.fail(at+"/style", "must be one of: primary, danger")
	}
}

func (c *checker) button(at string, e object) {
	if v, ok := c.need(at, e, "text"); ok {
		c.text(at+"/text", v, "plain_text", maxButtonText)
	}
	c.str(at, e, "value", 0, maxButtonValue)
	c.str(at, e, "accessibility_label", 1, maxButtonText)
	if c.str(at, e, "url", 1, maxButtonURL) {
		c.httpURL(at, e, "url")
	}
	c.style(at, e)
}

func (c *checker) overflow(at string, e object) {
	c.options(at, c.list(at, e, "options", 1, maxOverflow), "options", "plain_text", true)
}

func (c *checker) choices(at string, e object) {
	options := c.list(at, e, "options", 1, maxCheckboxes)
	c.options(at, options, "options", "plain_text mrkdwn", false)
	c.initial(at, e, options)
}

func (c *checker) menu(at string, e object) {
	_, plain := e["options"]
	_, grouped := e["option_groups"]
	if plain == grouped {
		c.fail(at, "must have exactly one of: options, option_groups")
		return
	}
	var all []any
	if plain {
		all = c.list(at, e, "options", 1, maxOptions)
		c.options(at, all, "options", "plain_text", false)
	} else {
		for i, v := range c.list(at, e, "option_groups", 1, maxOptionGroups) {
			where := fmt.Sprintf("%s/option_groups/%d", at, i)
			g, ok := v.(object)
			if !ok {
				c.fail(where, "must be an object")
				continue
			}
			c.properties(where, g, "label options")
			if v, ok := c.need(where, g, "label"); ok {
				c.text(where+"/label", v, "plain_text", maxOptionText)
			}
			options := c.list(where, g, "options", 1, maxOptions)
			c.options(where, options, "options", "plain_text", false)
			all = append(all, options...)
		}
	}
	c.number(at, e, "max_selected_items", 1, maxOptions)
	c.initial(at, e, all)
}

func (c *checker) options(at string, options []any, key, kinds string, urls bool) {
	for i, v := range options {
		where := fmt.Sprintf("%s/%s/%d", at, key, i)
		o, ok := v.(object)
		if !ok {
			c.fail(where, "must be an object")
			continue
		}
		known := "text value description"
		if urls {
			known += " url"
		}
		c.properties(where, o, known)
		if v, ok := c.need(where, o, "text"); ok {
			c.text(where+"/text", v, kinds, maxOptionText)
		}
		if _, ok := c.need(where, o, "value"); ok {
			c.str(where, o, "value", 1, maxOptionValue)
		}
		if v, there := o["description"]; there {
			c.text(where+"/description", v, kinds, maxOptionText)
		}
		if c.str(where, o, "url", 1, maxButtonURL) {
			c.httpURL(where, o, "url")
		}
	}
}

// initial checks that what is chosen at first is among the options; Slack compares the whole option.
func (c *checker) initial(at string, e object, options []any) {
	among := func(v any) bool {
		return slices.ContainsFunc(options, func(o any) bool { return wire.Encode(o) == wire.Encode(v) })
	}
	if v, there := e["initial_option"]; there && !among(v) {
		c.fail(at+"/initial_option", "`initial_option` must exactly match one of the options")
	}
	list, _ := e["initial_options"].([]any)
	for i, v := range list {
		if !among(v) {
			c.fail(fmt.Sprintf("%s/initial_options/%d", at, i), "`initial_options` must exactly match some of the options")
		}
	}
	if v, there := e["initial_options"]; there && len(list) == 0 {
		c.fail(at+"/initial_options", "must not be empty: %v", v)
	}
}

// picker checks what the pickers and plain inputs share; the rest of their values is the person's.
func (c *checker) picker(at string, e object) {
	c.number(at, e, "max_selected_items", 1, maxOptions)
	c.number(at, e, "initial_date_time", 1, 9_999_999_999)
	if e["type"] == "number_input" {
		if _, ok := c.need(at, e, "is_decimal_allowed"); ok {
			c.boolean(at, e, "is_decimal_allowed")
		}
	}
	if v, there := e["initial_date"].(string); there && !dateForm.MatchString(v) {
		c.fail(at+"/initial_date", "must be in the format YYYY-MM-DD")
	}
	if v, there := e["initial_time"].(string); there && !timeForm.MatchString(v) {
		c.fail(at+"/initial_time", "must be in the format HH:mm")
	}
}

func (c *checker) textInput(at string, e object) {
	c.boolean(at, e, "multiline")
	c.number(at, e, "min_length", 0, maxInputValue)
	c.number(at, e, "max_length", 1, maxInputValue)
	c.str(at, e, "initial_value", 0, maxInputValue)
}

func (c *checker) fileInput(at string, e object) { c.number(at, e, "max_files", 1, 10) }
