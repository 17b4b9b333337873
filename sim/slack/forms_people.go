package slack

import (
	"encoding/json"
	"fmt"

	"mayday/sim/wire"
)

// held finds a person's open modal or Home tab by its id.
func (s *Sim) held(user, viewID string) (*User, *View, error) {
	u := s.who(user)
	if u == nil {
		return nil, nil, fmt.Errorf("there is no person %q", user)
	}
	for _, v := range s.views[u.ID] {
		if v.ID == viewID {
			return u, v, nil
		}
	}
	if v := s.w.Homes[u.ID]; v != nil && v.ID == viewID {
		return u, v, nil
	}
	return nil, nil, fmt.Errorf("%s has no view %s open", u.Name, viewID)
}

// fill puts values into a view's state: by block id, then action id; the values as in Press.
func (s *Sim) fill(v *View, values map[string]map[string]any) error {
	for _, block := range decodeBlocks(v.Blocks) {
		b, _ := block.(object)
		given, there := values[str(b, "block_id")]
		if !there {
			continue
		}
		for _, e := range elementsOf(b) {
			value, there := given[str(e, "action_id")]
			if !there || valueKey[str(e, "type")] == "" {
				continue
			}
			chosen, err := s.choose(e, value)
			if err != nil {
				return fmt.Errorf("%s: %w", str(b, "block_id"), err)
			}
			v.State[str(b, "block_id")][str(e, "action_id")] = chosen
		}
	}
	for id, actions := range values {
		for name := range actions {
			if _, known := v.State[id][name]; !known {
				return fmt.Errorf("the view has no field %s/%s", id, name)
			}
		}
	}
	return nil
}

// missing names the first input that needs a value and has none.
func (v *View) missing() string {
	for _, block := range decodeBlocks(v.Blocks) {
		b, _ := block.(object)
		if str(b, "type") != "input" || b["optional"] == true {
			continue
		}
		for _, value := range v.State[str(b, "block_id")] {
			if empty(value) {
				return str(b, "block_id")
			}
		}
	}
	return ""
}

// SubmitView fills a modal (values by block id, then action id) and presses its submit button. Required inputs must be filled, as in
// Slack's client. The app's response_action is carried out: errors leave the view open, update, push and clear do what they say, and
// nothing closes it.
func (s *Sim) SubmitView(user, viewID string, values map[string]map[string]any) Reply {
	s.mu.Lock()
	u, v, err := s.held(user, viewID)
	switch {
	case err != nil:
	case v.Type != "modal" || v.Submit == "":
		err = fmt.Errorf("the view has no submit button")
	default:
		if err = s.fill(v, values); err == nil && v.missing() != "" {
			err = fmt.Errorf("please complete this required field: %s", v.missing())
		}
	}
	if err != nil {
		s.mu.Unlock()
		return cannot("%v", err)
	}
	p := s.envelopeOf("view_submission", u)
	p["view"], p["response_urls"] = json.RawMessage(wire.Encode(viewObject(v))), []any{}
	what := "view_submission " + v.CallbackID
	s.mu.Unlock()
	r := s.ask("interactive", what, p)
	if r.Acked {
		s.respond(&r, what, u.ID, viewID)
	}
	return r
}

// respond carries out the response_action of a submitted view.
func (s *Sim) respond(r *Reply, what, user, viewID string) {
	var p struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if r.Payload != nil {
		if err := json.Unmarshal(r.Payload, &p); err != nil {
			s.Violate("acknowledgement of %s: %v", what, err)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Action, r.Errors = p.Action, p.Errors
	v := s.opened(viewID, "")
	if v == nil {
		return // closed by the app meanwhile
	}
	switch p.Action {
	case "":
		s.closeView(v)
	case "clear":
		delete(s.views, user)
		s.changed(Event{Kind: "view", User: user})
	case "errors":
		s.judgeErrors(v, p.Errors, what)
	case "update", "push":
		next, err := readView(p.View, "modal")
		if err == nil && p.Action == "push" {
			err = s.push(next, user)
		}
		if err != nil {
			r.Err = err.Error()
			s.Violate("acknowledgement of %s: %v %s", what, err, wire.Encode(err.(*apiError).extra))
			return
		}
		if p.Action == "update" {
			s.replace(v, next)
		}
	default:
		s.Violate("acknowledgement of %s: response_action %q", what, p.Action)
	}
}

// judgeErrors checks that every error names an input block of the view.
func (s *Sim) judgeErrors(v *View, errors map[string]string, what string) {
	inputs := map[string]bool{}
	for _, block := range decodeBlocks(v.Blocks) {
		if b, _ := block.(object); str(b, "type") == "input" {
			inputs[str(b, "block_id")] = true
		}
	}
	if len(errors) == 0 || len(errors) > maxViewErrors {
		s.Violate("acknowledgement of %s: %d errors", what, len(errors))
	}
	for id, text := range errors {
		if !inputs[id] {
			s.Violate("acknowledgement of %s: an error for %q, which is no input block of the view", what, id)
		}
		if text == "" {
			s.Violate("acknowledgement of %s: an empty error for %q", what, id)
		}
	}
}

// closeView closes one view; those above it close too.
func (s *Sim) closeView(v *View) {
	stack := s.views[v.User]
	for i, other := range stack {
		if other == v {
			s.views[v.User] = stack[:i:i]
		}
	}
	s.changed(Event{Kind: "view", User: v.User})
}

// CloseView presses a modal's close button (all false) or the cross (all true, which closes the whole stack). The app hears of it
// when the view asked for it.
func (s *Sim) CloseView(user, viewID string, all bool) Reply {
	s.mu.Lock()
	u, v, err := s.held(user, viewID)
	if err != nil || v.Type != "modal" {
		s.mu.Unlock()
		return cannot("%s has no modal %s open", user, viewID)
	}
	p := s.envelopeOf("view_closed", u)
	delete(p, "trigger_id")
	p["view"], p["is_cleared"] = json.RawMessage(wire.Encode(viewObject(v))), all
	notify := v.NotifyOnClose
	if all || v.ClearOnClose {
		delete(s.views, u.ID)
		s.changed(Event{Kind: "view", User: u.ID})
	} else {
		s.closeView(v)
	}
	s.mu.Unlock()
	if !notify {
		return Reply{}
	}
	r := s.ask("interactive", "view_closed", p)
	s.silent(r, "view_closed")
	return r
}

// PressInView uses an element of a modal or of the Home tab, named as in Press.
func (s *Sim) PressInView(user, viewID, action string, value ...any) Reply {
	var given any
	if len(value) > 0 {
		given = value[0]
	}
	s.mu.Lock()
	u, v, err := s.held(user, viewID)
	if err != nil {
		s.mu.Unlock()
		return cannot("%v", err)
	}
	b, e := find(decodeBlocks(v.Blocks), action, fmt.Sprint(orEmpty(given)))
	if e == nil {
		s.mu.Unlock()
		return cannot("the view has no element %q", action)
	}
	a, err := s.actionOf(b, e, given)
	if err != nil {
		s.mu.Unlock()
		return cannot("%v", err)
	}
	remember(v.State, a)
	if str(b, "type") == "input" && b["dispatch_action"] != true {
		s.mu.Unlock()
		return Reply{} // Slack's client keeps the value and tells nobody
	}
	p := s.envelopeOf("block_actions", u)
	p["container"] = object{"type": "view", "view_id": v.ID}
	p["view"], p["actions"] = json.RawMessage(wire.Encode(viewObject(v))), []object{a}
	s.mu.Unlock()
	r := s.ask("interactive", "block_actions "+action, p)
	s.silent(r, "block_actions")
	return r
}

// Suggest types into an external select of a view and returns the app's options.
func (s *Sim) Suggest(user, viewID, action, typed string) (options json.RawMessage, r Reply) {
	s.mu.Lock()
	u, v, err := s.held(user, viewID)
	if err != nil {
		s.mu.Unlock()
		return nil, cannot("%v", err)
	}
	b, e := find(decodeBlocks(v.Blocks), action, "")
	if e == nil {
		s.mu.Unlock()
		return nil, cannot("the view has no element %q", action)
	}
	p := s.envelopeOf("block_suggestion", u)
	delete(p, "trigger_id")
	p["container"] = object{"type": "view", "view_id": v.ID}
	p["view"], p["action_id"], p["block_id"], p["value"] = json.RawMessage(wire.Encode(viewObject(v))), str(e, "action_id"), str(b, "block_id"), typed
	s.mu.Unlock()
	r = s.ask("interactive", "block_suggestion "+action, p)
	var answer struct {
		Options json.RawMessage `json:"options"`
		Groups  json.RawMessage `json:"option_groups"`
	}
	if !r.Acked {
		return nil, r
	}
	if r.Payload == nil || json.Unmarshal(r.Payload, &answer) != nil || (answer.Options == nil && answer.Groups == nil) {
		s.Violate("acknowledgement of block_suggestion %s has no options", action)
	}
	if answer.Options == nil {
		answer.Options = answer.Groups
	}
	return answer.Options, r
}
