package slack

import (
	"slices"
	"strings"
	"time"
)

const (
	botUser = "U0BOT00001"
	botID   = "B0BOT00001"
	appID   = "A0APP00001"
	teamID  = "T0TEAM0001"
	orgID   = "E0ORG00001" // of the organisation that the workspace belongs to when the app is installed for all of it
)

// who finds a user by id, name or "@name"; nil when there is none.
func (s *Sim) who(nameOrID string) *User {
	name := strings.TrimPrefix(nameOrID, "@")
	for i := range s.w.Users {
		if u := &s.w.Users[i]; u.ID == nameOrID || u.Name == name {
			return u
		}
	}
	return nil
}

func (s *Sim) userByID(id string) *User {
	for i := range s.w.Users {
		if s.w.Users[i].ID == id {
			return &s.w.Users[i]
		}
	}
	return nil
}

func (s *Sim) group(idOrHandle string) *Group {
	for i := range s.w.Groups {
		if g := &s.w.Groups[i]; g.ID == idOrHandle || g.Handle == idOrHandle {
			return g
		}
	}
	return nil
}

// Users lists everybody, the bot and the deactivated included.
func (s *Sim) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.w.Users)
}

// UserByName finds a user by name, "@name" or id.
func (s *Sim) UserByName(name string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.who(name); u != nil {
		return *u, true
	}
	return User{}, false
}

// BotUser is the app's own user.
func (s *Sim) BotUser() User {
	u, _ := s.UserByName(botUser)
	return u
}

// Groups lists the user groups.
func (s *Sim) Groups() []Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	groups := slices.Clone(s.w.Groups)
	for i := range groups {
		groups[i].Users = slices.Clone(groups[i].Users)
	}
	return groups
}

// AddUser adds a person (to no channel) and returns the id.
func (s *Sim) AddUser(u User) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addUser(u)
}

func (s *Sim) addUser(u User) string {
	if u.ID == "" {
		u.ID = s.newID("U")
	}
	s.w.Users = append(s.w.Users, u)
	s.changed(Event{Kind: "member", User: u.ID})
	return u.ID
}

// Deactivate turns a person's account off: they stay in history but cannot be invited or written to.
func (s *Sim) Deactivate(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.who(user); u != nil {
		u.Deleted = true
		s.changed(Event{Kind: "member", User: u.ID})
		s.event("user_change", object{"type": "user_change", "user": s.visible(u), "cache_ts": s.o.Clock().Unix()}) // docs.slack.dev, events
	}
}

// Share opens a channel to other workspaces (Slack Connect), or closes it to them.
func (s *Sim) Share(channel string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.at(channel); c != nil {
		c.Shared = on
		s.changed(Event{Kind: "channel", Channel: c.ID})
	}
}

func userObject(u *User) object {
	zone, offset := "UTC", 0
	if place, err := time.LoadLocation(u.TZ); err == nil {
		zone = place.String()
		_, offset = time.Now().In(place).Zone()
	}
	profile := object{
		"real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.Name, "display_name_normalized": u.Name,
		"email": u.Email, "title": u.Title, "team": u.team(),
	}
	if u.Bot {
		profile["bot_id"], profile["api_app_id"] = botID, appID
	}
	return object{
		"is_restricted": u.Guest || u.SingleChannel, "is_ultra_restricted": u.SingleChannel,
		"id": u.ID, "team_id": u.team(), "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted, "tz": zone, "tz_label": zone, "tz_offset": offset,
		"is_bot": u.Bot, "is_admin": u.Admin, "is_owner": false, "is_app_user": false, "profile": profile, "updated": 0,
	}
}
