package slack

import (
	"errors"
	"fmt"
	"maps"
)

// pageActs are the things that a person can do on the page, by path under /sim/. An error is a sentence or one of Slack's codes.
func (s *Sim) pageActs() map[string]func(pageRequest) (object, error) {
	acts := map[string]func(pageRequest) (object, error){
		"say": s.pageSay,
		"command": func(q pageRequest) (object, error) {
			r := s.Command(q.User, q.Channel, q.Text)
			if r.Err == "not_a_command" {
				return nil, fmt.Errorf("%q is not a command of this workspace; it has %v", q.Text, s.Commands())
			}
			return nil, r.problem()
		},
		"press": func(q pageRequest) (object, error) {
			return nil, s.Press(q.User, q.Channel, q.TS, q.element(), pageInput{q.Type, q.Values}.given()...).problem()
		},
		"shortcut": func(q pageRequest) (object, error) { return nil, s.Shortcut(q.User, q.CallbackID).problem() },
		"message-shortcut": func(q pageRequest) (object, error) {
			return nil, s.MessageShortcut(q.User, q.CallbackID, q.Channel, q.TS).problem()
		},
		"view/submit": s.pageSubmit,
		"view/press":  s.pagePressInView,
		"view/close": func(q pageRequest) (object, error) {
			return nil, s.CloseView(q.User, q.View, q.All).problem()
		},
	}
	maps.Copy(acts, s.pageSimpleActs())
	return acts
}

// pageSimpleActs need no acknowledgement of the app.
func (s *Sim) pageSimpleActs() map[string]func(pageRequest) (object, error) {
	acts := map[string]func(pageRequest) error{
		"react":   func(q pageRequest) error { return s.React(q.User, q.Channel, q.TS, q.Name) },
		"unreact": func(q pageRequest) error { return s.Unreact(q.User, q.Channel, q.TS, q.Name) },
		"pin":     func(q pageRequest) error { return s.Pin(q.User, q.Channel, q.TS) },
		"unpin":   func(q pageRequest) error { return s.Unpin(q.User, q.Channel, q.TS) },
		"edit":    func(q pageRequest) error { return s.Edit(q.User, q.Channel, q.TS, q.Text) },
		"delete":  func(q pageRequest) error { return s.Delete(q.User, q.Channel, q.TS) },
		"join":    func(q pageRequest) error { return s.Join(q.User, q.Channel) },
		"home":    func(q pageRequest) error { return s.OpenHome(q.User) },
	}
	all := map[string]func(pageRequest) (object, error){}
	for path, act := range acts {
		all[path] = func(q pageRequest) (object, error) { return nil, act(q) }
	}
	return all
}

func (s *Sim) pageSay(q pageRequest) (object, error) {
	ts := s.Say(q.User, q.Channel, q.Text, q.Thread)
	if ts == "" {
		return nil, errors.New("nothing can be written there")
	}
	return object{"ts": ts}, nil
}

func (s *Sim) pageSubmit(q pageRequest) (object, error) {
	values := map[string]map[string]any{}
	for block, actions := range q.State {
		values[block] = map[string]any{}
		for action, input := range actions {
			values[block][action] = input.value()
		}
	}
	r := s.SubmitView(q.User, q.View, values)
	if err := r.problem(); err != nil {
		return nil, err
	}
	if len(r.Errors) > 0 {
		return object{"errors": r.Errors}, nil
	}
	return nil, nil
}

// pagePressInView hands over what was typed so far, as Slack's client does, before it presses: the inputs of the view that do not speak
// for themselves.
func (s *Sim) pagePressInView(q pageRequest) (object, error) {
	for _, v := range s.OpenViews(q.User) {
		if v.ID != q.View {
			continue
		}
		for _, b := range drawable(v.Blocks) {
			block, _ := b["block_id"].(string)
			if b["type"] != "input" || b["dispatch_action"] == true {
				continue
			}
			for action, input := range q.State[block] {
				if err := s.PressInView(q.User, q.View, block+"/"+action, input.value()).problem(); err != nil {
					return nil, err
				}
			}
		}
	}
	return nil, s.PressInView(q.User, q.View, q.element(), pageInput{q.Type, q.Values}.given()...).problem()
}

// problem is what the person must be told, or nil.
func (r Reply) problem() error {
	if r.Err == "" {
		return nil
	}
	return errors.New(r.Err)
}

// element names the pressed element as Press and PressInView understand it.
func (q pageRequest) element() string {
	if q.Block == "" {
		return q.Action
	}
	return q.Block + "/" + q.Action
}

// value is the content of a control as SubmitView wants it: a text, a list, or nil for a menu without a choice.
func (p pageInput) value() any {
	switch p.Type {
	case "checkboxes", "multi_static_select", "multi_users_select":
		return append([]string{}, p.Values...)
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		if len(p.Values) == 0 {
			return ""
		}
	}
	if len(p.Values) == 0 {
		return nil
	}
	return p.Values[0]
}

// given is the value of a pressed element; a button without a value gives none.
func (p pageInput) given() []any {
	if p.Type == "button" && len(p.Values) == 0 {
		return nil
	}
	return []any{p.value()}
}
