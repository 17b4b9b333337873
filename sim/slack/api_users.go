package slack

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// maxSnoozers is how many people dnd.teamInfo tells of at once (docs.slack.dev, dnd.teamInfo).
const maxSnoozers = 50

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
	if err := s.inTeam(a); err != nil {
		return nil, err
	}
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
	if err := s.inTeam(a); err != nil {
		return nil, err
	}
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

// snooze is somebody's do-not-disturb as Slack tells it. The simulated kind lasts for an hour.
func (s *Sim) snooze(u *User) object {
	o := object{"dnd_enabled": u.Snoozed, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
	if u.Snoozed {
		o["next_dnd_start_ts"], o["next_dnd_end_ts"] = s.o.Clock().Unix(), s.o.Clock().Add(time.Hour).Unix()
	}
	return o
}

func (s *Sim) dndInfo(a args) (object, error) {
	u := s.userByID(cmp.Or(a["user"], botUser))
	if u == nil || u.Deleted {
		return nil, fail("user_not_found")
	}
	return s.snooze(u), nil
}

func (s *Sim) dndTeamInfo(a args) (object, error) {
	ids := strings.FieldsFunc(a["users"], func(r rune) bool { return r == ',' })
	if len(ids) == 0 || len(ids) > maxSnoozers {
		return nil, fail("too_many_users")
	}
	users := object{}
	for _, id := range ids {
		if u := s.userByID(id); u != nil && !u.Deleted {
			users[id] = s.snooze(u)
		}
	}
	return object{"users": users}, nil
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

// usergroupsUsersUpdate replaces all who are in a group: never by nobody, and neither by guests nor by bots (docs.slack.dev, usergroups.users.update).
func (s *Sim) usergroupsUsersUpdate(a args) (object, error) {
	if err := s.inTeam(a); err != nil {
		return nil, err
	}
	g := s.group(a["usergroup"])
	if g == nil || g.ID != a["usergroup"] {
		return nil, fail("no_such_subteam")
	}
	ids := strings.FieldsFunc(a["users"], func(r rune) bool { return r == ',' })
	if len(ids) == 0 {
		s.Violate("usergroups.users.update: a user group cannot be emptied")
		return nil, fail("no_users_provided")
	}
	for _, id := range ids {
		if u := s.userByID(id); u == nil || u.Deleted || u.Bot || u.outsider() {
			return nil, fail("invalid_users")
		}
	}
	g.Users = ids
	s.changed(Event{Kind: "member"})
	return object{"usergroup": object{"id": g.ID, "team_id": teamID, "is_usergroup": true, "handle": g.Handle, "name": g.Name, "users": ids, "user_count": len(ids)}}, nil
}

// SetGroup makes a user group of these people, by their names or ids, as an admin does by hand.
func (s *Sim) SetGroup(handle string, users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.group(handle)
	if g == nil {
		return
	}
	g.Users = nil
	for _, name := range users {
		if u := s.who(name); u != nil {
			g.Users = append(g.Users, u.ID)
		}
	}
	s.changed(Event{Kind: "member"})
}
