package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"mayday/sim/wire"
)

// Reply is what a person sees after doing something that the app must acknowledge.
type Reply struct {
	Acked    bool
	Took     time.Duration   // from the sending of the envelope to its acknowledgement
	Payload  json.RawMessage // of the acknowledgement, raw; nil when there was none
	Text     string          // of a message in the acknowledgement
	Blocks   json.RawMessage
	InPublic bool              // the message went to the whole channel
	TS       string            // of the message that the acknowledgement made
	Action   string            // response_action of a submitted view
	Errors   map[string]string // by block id, when Action is "errors"
	// Err is what Slack shows the person: "operation_timeout", "dispatch_failed" (no socket), "not_a_command", or a sentence
	// about what cannot be done. Empty when all went well.
	Err string
}

func cannot(format string, args ...any) Reply { return Reply{Err: fmt.Sprintf(format, args...)} }

// ask sends an envelope and waits for its acknowledgement. It must be called without the lock.
func (s *Sim) ask(kind, what string, payload any) Reply {
	e := newEnvelope(kind, what, payload)
	start := time.Now()
	if !s.hub.dispatch(e) {
		return Reply{Err: "dispatch_failed"}
	}
	patience := time.NewTimer(s.o.AckWithin)
	defer patience.Stop()
	select {
	case o := <-e.outcome:
		r := Reply{Acked: true, Took: o.at.Sub(start)}
		if carries(o.payload) {
			r.Payload = o.payload
		}
		return r
	case <-patience.C:
	case <-s.done:
	}
	return Reply{Err: "operation_timeout"}
}

// place finds a person and a channel that the person can see.
func (s *Sim) place(user, channel string) (*User, *conversation, error) {
	u := s.who(user)
	if u == nil || u.Deleted {
		return nil, nil, fmt.Errorf("there is no person %q", user)
	}
	c := s.at(channel)
	if c == nil || !c.seenBy(u) {
		return nil, nil, fmt.Errorf("%s sees no channel %q", u.Name, channel)
	}
	return u, c, nil
}

// seenBy reports whether a person sees a channel: guests and people of other workspaces only what they are in.
func (c *conversation) seenBy(u *User) bool {
	return c.has(u.ID) || !c.Private && !u.outsider()
}

// limitOf is why an outsider cannot enter a channel: single-channel guests have one, people of other workspaces only shared ones.
func (s *Sim) limitOf(c *conversation, u *User) string {
	if u.Team != "" && !c.Shared {
		return "no_external_invite_permission"
	}
	if u.SingleChannel && slices.ContainsFunc(s.w.Channels, func(o *conversation) bool { return !o.Direct && o.has(u.ID) }) {
		return "ura_max_channels"
	}
	return ""
}

// Command types a slash command, "/incident p0 site-down", and waits for the acknowledgement. Names are turned into tokens with labels
// (the app has should_escape on): @ana becomes <@U…|ana>, #general becomes <#C…|general>. A message in the acknowledgement is shown to the person.
func (s *Sim) Command(user, channel, text string) Reply {
	name, rest, _ := strings.Cut(strings.TrimLeft(text, " "), " ")
	if !slices.Contains(s.o.Commands, name) {
		return cannot("not_a_command")
	}
	s.mu.Lock()
	u, c, err := s.place(user, channel)
	if err != nil {
		s.mu.Unlock()
		return cannot("%v", err)
	}
	if u.Team != "" { // Slack: an app's commands are those of the workspaces that installed it
		s.mu.Unlock()
		return cannot("not_a_command")
	}
	label := c.Name
	if c.Direct {
		label = "directmessage"
	} else if c.Private {
		label = "privategroup"
	}
	payload := object{
		"token": "simulated", "team_id": teamID, "team_domain": strings.ToLower(s.o.Team), "channel_id": c.ID, "channel_name": label,
		"user_id": u.ID, "user_name": u.Name, "command": name, "text": s.typed(strings.TrimSpace(rest), true), "api_app_id": appID,
		"is_enterprise_install": "false", "response_url": s.newReply(u.ID, c.ID, ""), "trigger_id": s.newTrigger(u.ID),
	}
	id, to := c.ID, u.ID
	s.mu.Unlock()
	answered := s.typing.begin()
	r := s.ask("slash_commands", name, payload)
	answered()
	if s.o.ShowLate {
		s.typing.wait(s.done)
	}
	s.show(&r, name, id, to)
	return r
}

// show posts the message that an acknowledgement of a command carries.
func (s *Sim) show(r *Reply, what, channel, user string) {
	if r.Payload == nil {
		return
	}
	var p struct {
		ResponseType string          `json:"response_type"`
		Text         string          `json:"text"`
		Blocks       json.RawMessage `json:"blocks"`
		Attachments  json.RawMessage `json:"attachments"`
	}
	if err := json.Unmarshal(r.Payload, &p); err != nil {
		s.Violate("acknowledgement of %s: its payload is no message: %v", what, err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.byID(channel)
	m, err := s.content(args{"text": p.Text, "blocks": string(p.Blocks), "attachments": string(p.Attachments)}, maxMessageText)
	if err != nil {
		s.Violate("acknowledgement of %s: %v %s", what, err, wire.Encode(err.(*apiError).extra))
		r.Err = err.Error()
		return
	}
	if m.Text == "" && m.Blocks == nil && m.Attachments == nil {
		return
	}
	if p.ResponseType != "in_channel" {
		m.Ephemeral, m.To = true, user
	}
	s.post(c, m)
	r.Text, r.Blocks, r.InPublic, r.TS = m.Text, m.Blocks, !m.Ephemeral, m.TS
}

func person(u *User) object {
	return object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.team()}
}

func (s *Sim) envelopeOf(kind string, u *User) object {
	return object{
		"type": kind, "user": person(u), "api_app_id": appID, "token": "simulated", "team": object{"id": teamID, "domain": strings.ToLower(s.o.Team)},
		"enterprise": nil, "is_enterprise_install": false, "trigger_id": s.newTrigger(u.ID),
	}
}

func place(c *conversation) object {
	name := c.Name
	if c.Direct {
		name = "directmessage"
	}
	return object{"id": c.ID, "name": name}
}

// Press uses an element of a message, also of an ephemeral one or one in a direct conversation. The element is named by action id,
// "block id/action id", or the label on it. value is for selects, checkboxes and pickers: an option's value or label, a name, a list;
// for buttons that share an action id it is the button's value.
func (s *Sim) Press(user, channel, ts, action string, value ...any) Reply {
	var given any
	if len(value) > 0 {
		given = value[0]
	}
	s.mu.Lock()
	u, c, err := s.place(user, channel)
	if err != nil {
		s.mu.Unlock()
		return cannot("%v", err)
	}
	m := c.shown(ts, u.ID)
	if m == nil {
		s.mu.Unlock()
		return cannot("%s sees no message %s in %s", u.Name, ts, channel)
	}
	payload, err := s.pressed(u, c, m, action, given)
	s.mu.Unlock()
	if err != nil {
		return cannot("%v", err)
	}
	r := s.ask("interactive", "block_actions "+action, payload)
	s.silent(r, "block_actions")
	return r
}

// shown finds a message as one person sees it.
func (c *conversation) shown(ts, user string) *Message {
	for _, m := range c.Messages {
		if m.TS == ts && !m.Deleted && (!m.Ephemeral || m.To == user) {
			return m
		}
	}
	return nil
}

func (s *Sim) pressed(u *User, c *conversation, m *Message, action string, given any) (object, error) {
	blocks := decodeBlocks(m.Blocks)
	b, e := find(blocks, action, fmt.Sprint(orEmpty(given)))
	if e == nil {
		return nil, fmt.Errorf("the message has no element %q", action)
	}
	a, err := s.actionOf(b, e, given)
	if err != nil {
		return nil, err
	}
	key := u.ID + m.TS
	state := initialState(blocks)
	for id, actions := range s.states[key] {
		for name, v := range actions {
			if _, still := state[id][name]; still {
				state[id][name] = v
			}
		}
	}
	remember(state, a)
	s.states[key] = state
	p := s.envelopeOf("block_actions", u)
	p["container"] = object{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.Ephemeral}
	p["channel"], p["actions"], p["state"] = place(c), []object{a}, object{"values": state}
	p["response_url"] = s.newReply(u.ID, c.ID, m.TS)
	if !m.Ephemeral {
		p["message"] = json.RawMessage(wire.Encode(s.messageObject(m, true)))
	}
	return p, nil
}

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// remember puts the value of an action into the state, when its element has one.
func remember(state map[string]map[string]any, a object) {
	kind := str(a, "type")
	key, ok := valueKey[kind]
	if !ok {
		return
	}
	if actions := state[str(a, "block_id")]; actions != nil {
		actions[str(a, "action_id")] = object{"type": kind, key: a[key]}
	}
}

// silent notes an acknowledgement that carries what Slack ignores.
func (s *Sim) silent(r Reply, what string) {
	if r.Payload != nil {
		s.Violate("acknowledgement of %s carries a payload, which Slack ignores: %.80s", what, r.Payload)
	}
}

// Shortcut picks a global shortcut from the menu.
func (s *Sim) Shortcut(user, callbackID string) Reply {
	s.mu.Lock()
	u := s.who(user)
	if u == nil {
		s.mu.Unlock()
		return cannot("there is no person %q", user)
	}
	if u.Team != "" {
		s.mu.Unlock()
		return cannot("the app is not installed in the workspace of %s", user)
	}
	p := s.envelopeOf("shortcut", u)
	p["callback_id"], p["action_ts"] = callbackID, s.stamp()
	s.mu.Unlock()
	r := s.ask("interactive", "shortcut "+callbackID, p)
	s.silent(r, "shortcut")
	return r
}

// MessageShortcut picks a shortcut from the menu of a message.
func (s *Sim) MessageShortcut(user, callbackID, channel, ts string) Reply {
	s.mu.Lock()
	u, c, err := s.place(user, channel)
	if err != nil {
		s.mu.Unlock()
		return cannot("%v", err)
	}
	m := c.shown(ts, u.ID)
	if m == nil || m.Ephemeral {
		s.mu.Unlock()
		return cannot("%s sees no message %s in %s", u.Name, ts, channel)
	}
	p := s.envelopeOf("message_action", u)
	p["callback_id"], p["action_ts"], p["message_ts"], p["channel"] = callbackID, s.stamp(), m.TS, place(c)
	p["message"] = json.RawMessage(wire.Encode(s.messageObject(m, true)))
	p["response_url"] = s.newReply(u.ID, c.ID, m.TS)
	s.mu.Unlock()
	r := s.ask("interactive", "message shortcut "+callbackID, p)
	s.silent(r, "message shortcut")
	return r
}
