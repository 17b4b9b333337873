package slack

import (
	"encoding/json"
	"slices"
	"strings"

	"mayday/sim/wire"
)

// readView judges a view that the app sent.
func readView(raw json.RawMessage, kinds ...string) (*View, error) {
	if len(raw) > maxViewBytes {
		return nil, fail("view_too_large")
	}
	var o object
	if raw == nil || json.Unmarshal(raw, &o) != nil {
		return nil, refuse("invalid_arguments", []string{"missing required field: view"})
	}
	v := &View{Raw: raw}
	v.Type, _ = o["type"].(string)
	if !slices.Contains(kinds, v.Type) {
		return nil, refuse("invalid_arguments", []string{"must be one of: " + strings.Join(kinds, ", ") + " [json-pointer:/view/type]"})
	}
	c := &checker{}
	props := "type blocks private_metadata callback_id external_id"
	if v.Type == "modal" {
		props += " title submit close clear_on_close notify_on_close submit_disabled"
	}
	c.properties("/view", o, props)
	c.str("/view", o, "private_metadata", 0, maxPrivateMetadata)
	c.str("/view", o, "callback_id", 0, maxCallbackID)
	c.str("/view", o, "external_id", 0, maxCallbackID)
	var parts struct{ Blocks json.RawMessage }
	if json.Unmarshal(raw, &parts) != nil || len(parts.Blocks) == 0 || string(parts.Blocks) == "null" {
		c.fail("/view", "missing required field: blocks")
		return nil, refuse("invalid_arguments", c.problems)
	}
	blocks, inner, bad := checkBlocks(parts.Blocks, surface(v.Type), "/view/blocks")
	if bad != nil {
		c.problems = append(c.problems, bad.problems...)
		if len(bad.problems) == 0 {
			c.fail("/view/blocks", "%s", bad.code)
		}
	}
	if v.Type == "modal" {
		c.frame(o, inner.inputs)
	}
	if len(c.problems) > 0 {
		return nil, refuse("invalid_arguments", c.problems)
	}
	v.read(o, blocks)
	return v, nil
}

// frame checks a modal's title and buttons.
func (c *checker) frame(o object, inputs bool) {
	if t, ok := c.need("/view", o, "title"); ok {
		c.text("/view/title", t, "plain_text", maxViewTitle)
	}
	for _, key := range []string{"submit", "close"} {
		if t, there := o[key]; there && t != nil {
			c.text("/view/"+key, t, "plain_text", maxViewTitle)
		}
	}
	if inputs && o["submit"] == nil {
		c.fail("/view", "submit is required when an input block is in the view")
	}
}

func (v *View) read(o object, blocks []any) {
	label := func(key string) string {
		t, _ := o[key].(object)
		text, _ := t["text"].(string)
		return text
	}
	str := func(key string) string { text, _ := o[key].(string); return text }
	v.CallbackID, v.ExternalID, v.PrivateMetadata = str("callback_id"), str("external_id"), str("private_metadata")
	v.Title, v.Submit, v.Close = label("title"), label("submit"), label("close")
	v.NotifyOnClose, v.ClearOnClose = o["notify_on_close"] == true, o["clear_on_close"] == true
	o["blocks"] = blocks
	v.Blocks, v.Raw = json.RawMessage(wire.Encode(blocks)), json.RawMessage(wire.Encode(o))
	v.State = initialState(blocks)
}

// viewObject is a view as the API shows it: what the app sent, and what Slack adds.
func viewObject(v *View) object {
	var o object
	if json.Unmarshal(v.Raw, &o) != nil {
		o = object{}
	}
	for _, key := range []string{"private_metadata", "callback_id", "external_id"} {
		if o[key] == nil {
			o[key] = ""
		}
	}
	for _, key := range []string{"submit", "close", "previous_view_id"} {
		if o[key] == nil {
			o[key] = nil
		}
	}
	if v.PreviousID != "" {
		o["previous_view_id"] = v.PreviousID
	}
	o["id"], o["team_id"], o["hash"], o["root_view_id"], o["app_id"], o["bot_id"] = v.ID, teamID, v.Hash, v.RootID, appID, botID
	o["state"] = object{"values": v.State}
	return o
}
