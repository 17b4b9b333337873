package slack

import (
	"slices"
	"strings"
)

func (s *Sim) usersInfo(a args) (object, error) {
	u := s.userByID(a["user"])
	if u == nil {
		return nil, fail("user_not_found")
	}
	return object{"user": s.visible(u)}, nil
}

// visible is a person as the bot may see them: the address only with users:read.email.
// is_stranger is told of somebody of another workspace with whom the app shares no channel (Slack: users.info).
func (s *Sim) visible(u *User) object {
	o := userObject(u)
	if s.o.OrgWide && u.Team == "" {
		o["enterprise_user"] = object{"id": "W" + u.ID[1:], "enterprise_id": orgID, "enterprise_name": s.o.Team, "teams": []string{teamID}}
	}
	if u.Team != "" {
		o["is_stranger"] = !slices.ContainsFunc(s.w.Channels, func(c *conversation) bool { return c.has(u.ID) && c.has(botUser) })
	}
	if !s.granted("users:read.email") {
		delete(o["profile"].(object), "email")
	}
	return o
}

func (s *Sim) usersLookupByEmail(a args) (object, error) {
	for i := range s.w.Users {
		if u := &s.w.Users[i]; a["email"] != "" && strings.EqualFold(u.Email, a["email"]) && !u.Deleted {
			return object{"user": s.visible(u)}, nil
		}
	}
	return nil, fail("users_not_found")
}

func (s *Sim) usersList(a args) (object, error) {
	list := []object{}
	for i := range s.w.Users {
		list = append(list, s.visible(&s.w.Users[i]))
	}
	list, next, err := page(list, a)
	if err != nil {
		return nil, err
	}
	return object{"members": list, "cache_ts": s.o.Clock().Unix(), "response_metadata": object{"next_cursor": next}}, nil
}

func (s *Sim) usergroupsList(a args) (object, error) {
	list := []object{}
	for i := range s.w.Groups {
		g := &s.w.Groups[i]
		o := object{"id": g.ID, "team_id": teamID, "is_usergroup": true, "handle": g.Handle, "name": g.Name, "description": "", "date_delete": 0, "user_count": len(g.Users)}
		if a.yes("include_users") {
			o["users"] = g.Users
		}
		list = append(list, o)
	}
	return object{"usergroups": list}, nil
}

func (s *Sim) usergroupsUsersList(a args) (object, error) {
	if err := s.inTeam(a); err != nil {
		return nil, err
	}
	for i := range s.w.Groups {
		if g := &s.w.Groups[i]; g.ID == a["usergroup"] {
			return object{"users": g.Users}, nil
		}
	}
	return nil, fail("no_such_subteam")
}
