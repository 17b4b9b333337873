package slack

import (
	"encoding/json"
	"fmt"
	"time"
)

// View is an open modal, or a Home tab.
type View struct {
	ID              string
	User            string
	Type            string // "modal" or "home"
	CallbackID      string
	ExternalID      string
	Hash            string
	PrivateMetadata string
	RootID          string
	PreviousID      string
	Title           string
	Submit          string // label of the button; empty when the view has none
	Close           string
	NotifyOnClose   bool
	ClearOnClose    bool
	Blocks          json.RawMessage
	Raw             json.RawMessage // as the app sent it, with ids filled in
	State           map[string]map[string]any
}

func (v *View) copy() View {
	c := *v
	c.State = map[string]map[string]any{}
	for b, actions := range v.State {
		c.State[b] = map[string]any{}
		for a, value := range actions {
			c.State[b][a] = value
		}
	}
	return c
}

// trigger lets the app open a modal for a person, once and soon.
type trigger struct {
	user    string
	expires time.Time
	used    bool
}

func (s *Sim) newTrigger(user string) string {
	id := fmt.Sprintf("%d.%s.%s", s.w.LastTS, teamID, s.newID("T"))
	s.triggers[id] = &trigger{user: user, expires: time.Now().Add(s.o.TriggerLife)}
	return id
}

func (s *Sim) exchange(id string) (string, error) {
	t, ok := s.triggers[id]
	switch {
	case !ok:
		return "", fail("invalid_trigger_id")
	case t.used:
		return "", fail("exchanged_trigger_id")
	case time.Now().After(t.expires):
		return "", fail("expired_trigger_id")
	}
	t.used = true
	return t.user, nil
}

// admit gives a view its identity and refuses a second use of an external id.
func (s *Sim) admit(v *View, user string) error {
	if v.ExternalID != "" {
		for _, stack := range s.views {
			for _, other := range stack {
				if other.ExternalID == v.ExternalID {
					return fail("duplicate_external_id")
				}
			}
		}
	}
	v.ID, v.User, v.Hash = s.newID("V"), user, s.stamp()+".h"
	v.RootID = v.ID
	return nil
}

func (s *Sim) viewsOpen(a args) (object, error) {
	v, err := readView(a.raw("view"), "modal")
	if err != nil {
		return nil, err
	}
	user, err := s.exchange(a["trigger_id"])
	if err != nil {
		return nil, err
	}
	if err := s.admit(v, user); err != nil {
		return nil, err
	}
	s.views[user] = []*View{v}
	s.changed(Event{Kind: "view", User: user})
	return object{"view": viewObject(v)}, nil
}

func (s *Sim) viewsPush(a args) (object, error) {
	v, err := readView(a.raw("view"), "modal")
	if err != nil {
		return nil, err
	}
	user, err := s.exchange(a["trigger_id"])
	if err != nil {
		return nil, err
	}
	if err := s.push(v, user); err != nil {
		return nil, err
	}
	return object{"view": viewObject(v)}, nil
}

func (s *Sim) push(v *View, user string) error {
	stack := s.views[user]
	switch {
	case len(stack) == 0:
		return fail("not_found")
	case len(stack) >= maxViewStack:
		return fail("push_limit_reached")
	}
	if err := s.admit(v, user); err != nil {
		return err
	}
	v.RootID, v.PreviousID = stack[0].ID, stack[len(stack)-1].ID
	s.views[user] = append(stack, v)
	s.changed(Event{Kind: "view", User: user})
	return nil
}

// opened finds an open modal by id or external id.
func (s *Sim) opened(id, external string) *View {
	for _, stack := range s.views {
		for _, v := range stack {
			if v.ID == id || (id == "" && external != "" && v.ExternalID == external) {
				return v
			}
		}
	}
	return nil
}

func (s *Sim) viewsUpdate(a args) (object, error) {
	next, err := readView(a.raw("view"), "modal", "home")
	if err != nil {
		return nil, err
	}
	v := s.opened(a["view_id"], a["external_id"])
	if v == nil || v.Type != next.Type {
		return nil, fail("not_found")
	}
	if a["hash"] != "" && a["hash"] != v.Hash {
		return nil, fail("hash_conflict")
	}
	s.replace(v, next)
	return object{"view": viewObject(v)}, nil
}

// replace puts a new content into an open view and keeps what the person typed into inputs that are still there.
func (s *Sim) replace(v, next *View) {
	for b, actions := range next.State {
		for id := range actions {
			if old, ok := v.State[b][id]; ok {
				actions[id] = old
			}
		}
	}
	next.ID, next.User, next.RootID, next.PreviousID, next.Hash = v.ID, v.User, v.RootID, v.PreviousID, s.stamp()+".h"
	if next.ExternalID == "" {
		next.ExternalID = v.ExternalID
	}
	*v = *next
	kind := "view"
	if v.Type == "home" {
		kind = "home"
	}
	s.changed(Event{Kind: kind, User: v.User})
}

func (s *Sim) viewsPublish(a args) (object, error) {
	v, err := readView(a.raw("view"), "home")
	if err != nil {
		return nil, err
	}
	u := s.userByID(a["user_id"])
	if u == nil || u.Deleted || u.Bot {
		return nil, refuse("invalid_arguments", []string{"user_id is not a person of this workspace [json-pointer:/user_id]"})
	}
	if old := s.w.Homes[u.ID]; old != nil {
		if a["hash"] != "" && a["hash"] != old.Hash {
			return nil, fail("hash_conflict")
		}
		s.replace(old, v)
		return object{"view": viewObject(old)}, nil
	}
	v.ID, v.User, v.Hash = s.newID("V"), u.ID, s.stamp()+".h"
	v.RootID = v.ID
	s.w.Homes[u.ID] = v
	s.changed(Event{Kind: "home", User: u.ID})
	return object{"view": viewObject(v)}, nil
}

// OpenViews lists a person's open modals, the one on top last.
func (s *Sim) OpenViews(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.who(user)
	if u == nil {
		return nil
	}
	var all []View
	for _, v := range s.views[u.ID] {
		all = append(all, v.copy())
	}
	return all
}

// Home is a person's Home tab, as last published.
func (s *Sim) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.who(user); u != nil && s.w.Homes[u.ID] != nil {
		return s.w.Homes[u.ID].copy(), true
	}
	return View{}, false
}
