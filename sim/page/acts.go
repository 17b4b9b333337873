package page

import (
	"errors"
	"fmt"
	"maps"

	slacksim "mayday/sim/slack"
)

// acts are the things that a person can do on the page, by path under /sim/. An error is a sentence or one of Slack's codes.
func (p *Page) acts() map[string]func(request) (object, error) {
	all := map[string]func(request) (object, error){
		"say": p.say,
		"command": func(q request) (object, error) {
			r := p.slack.Command(q.User, q.Channel, q.Text)
			if r.Err == "not_a_command" {
				return nil, fmt.Errorf("%q is not a command of this workspace; it has %v", q.Text, p.slack.Commands())
			}
			return nil, problem(r)
		},
		"press": func(q request) (object, error) {
			return nil, problem(p.slack.Press(q.User, q.Channel, q.TS, q.element(), input{q.Type, q.Values}.given()...))
		},
		"shortcut": func(q request) (object, error) { return nil, problem(p.slack.Shortcut(q.User, q.CallbackID)) },
		"message-shortcut": func(q request) (object, error) {
			return nil, problem(p.slack.MessageShortcut(q.User, q.CallbackID, q.Channel, q.TS))
		},
		"view/submit": p.submit,
		"view/press":  p.pressInView,
		"view/close": func(q request) (object, error) {
			return nil, problem(p.slack.CloseView(q.User, q.View, q.All))
		},
	}
	maps.Copy(all, p.simpleActs())
	return all
}

// simpleActs need no acknowledgement of the app.
func (p *Page) simpleActs() map[string]func(request) (object, error) {
	acts := map[string]func(request) error{
		"react":   func(q request) error { return p.slack.React(q.User, q.Channel, q.TS, q.Name) },
		"unreact": func(q request) error { return p.slack.Unreact(q.User, q.Channel, q.TS, q.Name) },
		"pin":     func(q request) error { return p.slack.Pin(q.User, q.Channel, q.TS) },
		"unpin":   func(q request) error { return p.slack.Unpin(q.User, q.Channel, q.TS) },
		"edit":    func(q request) error { return p.slack.Edit(q.User, q.Channel, q.TS, q.Text) },
		"delete":  func(q request) error { return p.slack.Delete(q.User, q.Channel, q.TS) },
		"join":    func(q request) error { return p.slack.Join(q.User, q.Channel) },
		"home":    func(q request) error { return p.slack.OpenHome(q.User) },
		"speed":   p.setSpeed,
		"reset":   p.reset,
		"alert":   p.makeAlert,

		"channel/archive":   func(q request) error { return p.slack.Archive(q.User, q.Channel) },
		"channel/unarchive": func(q request) error { return p.slack.Unarchive(q.User, q.Channel) },
		"channel/rename":    func(q request) error { return p.slack.Rename(q.User, q.Channel, q.Name) },
		"channel/private":   func(q request) error { return p.slack.ConvertToPrivate(q.User, q.Channel) },
		"channel/public":    func(q request) error { return p.slack.ConvertToPublic(q.User, q.Channel) },
		"channel/kick":      func(q request) error { return p.slack.Kick(q.User, q.Channel, q.Name) },
		"channel/invite":    func(q request) error { return p.slack.Invite(q.User, q.Channel, q.Name) },
	}
	all := map[string]func(request) (object, error){}
	for path, act := range acts {
		all[path] = func(q request) (object, error) { return nil, act(q) }
	}
	return all
}

func (p *Page) say(q request) (object, error) {
	ts := p.slack.Say(q.User, q.Channel, q.Text, q.Thread)
	if ts == "" {
		return nil, errors.New("nothing can be written there")
	}
	return object{"ts": ts}, nil
}

func (p *Page) submit(q request) (object, error) {
	values := map[string]map[string]any{}
	for block, actions := range q.State {
		values[block] = map[string]any{}
		for action, input := range actions {
			values[block][action] = input.value()
		}
	}
	r := p.slack.SubmitView(q.User, q.View, values)
	if err := problem(r); err != nil {
		return nil, err
	}
	if len(r.Errors) > 0 {
		return object{"errors": r.Errors}, nil
	}
	return nil, nil
}

// pressInView hands over what was typed so far, as Slack's client does, before it presses: the inputs of the view that do not speak
// for themselves.
func (p *Page) pressInView(q request) (object, error) {
	for _, v := range p.slack.OpenViews(q.User) {
		if v.ID != q.View {
			continue
		}
		for _, b := range drawable(v.Blocks) {
			block, _ := b["block_id"].(string)
			if b["type"] != "input" || b["dispatch_action"] == true {
				continue
			}
			for action, input := range q.State[block] {
				if err := problem(p.slack.PressInView(q.User, q.View, block+"/"+action, input.value())); err != nil {
					return nil, err
				}
			}
		}
	}
	return nil, problem(p.slack.PressInView(q.User, q.View, q.element(), input{q.Type, q.Values}.given()...))
}

// problem is what the person must be told, or nil.
func problem(r slacksim.Reply) error {
	if r.Err == "" {
		return nil
	}
	return errors.New(r.Err)
}

// element names the pressed element as Press and PressInView understand it.
func (q request) element() string {
	if q.Block == "" {
		return q.Action
	}
	return q.Block + "/" + q.Action
}

// value is the content of a control as SubmitView wants it: a text, a list, or nil for a menu without a choice.
func (i input) value() any {
	switch i.Type {
	case "checkboxes", "multi_static_select", "multi_users_select":
		return append([]string{}, i.Values...)
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		if len(i.Values) == 0 {
			return ""
		}
	}
	if len(i.Values) == 0 {
		return nil
	}
	return i.Values[0]
}

// given is the value of a pressed element; a button without a value gives none.
func (i input) given() []any {
	if i.Type == "button" && len(i.Values) == 0 {
		return nil
	}
	return []any{i.value()}
}
