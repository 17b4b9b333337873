package slack

import (
	"slices"
	"strings"
	"unicode/utf8"
)

func (s *Sim) conversationsCreate(a args) (object, error) {
	if err := s.inTeam(a); err != nil {
		return nil, err
	}
	name, private := a["name"], a.yes("is_private")
	if code := channelNameError(name); code != "" {
		return nil, fail(code)
	}
	need := "channels:manage"
	if private {
		need = "groups:write"
	}
	if err := s.scoped(need); err != nil {
		return nil, err
	}
	if s.nameTaken(name) {
		return nil, fail("name_taken")
	}
	c := s.newChannel(name, private, botUser)
	s.notice(c, botUser, kindOf(c)+"_join", "<@"+botUser+"> has joined the channel")
	return object{"channel": s.channelObject(c)}, nil
}

// inside is a channel that the bot is in and that is not archived.
func (s *Sim) inside(id, family string) (*conversation, error) {
	c, err := s.reach(id, family)
	switch {
	case err != nil:
		return nil, err
	case c.Archived:
		return nil, fail("is_archived")
	case !c.has(botUser):
		return nil, fail("not_in_channel")
	}
	return c, nil
}

func (s *Sim) conversationsInvite(a args) (object, error) {
	c, err := s.inside(a["channel"], "invites")
	if err != nil {
		return nil, err
	}
	if c.Direct {
		return nil, fail("method_not_supported_for_channel_type")
	}
	ids := strings.FieldsFunc(a["users"], func(r rune) bool { return r == ',' || r == ' ' })
	switch {
	case len(ids) == 0:
		return nil, fail("no_user")
	case len(ids) > maxInvite:
		return nil, refuse("invalid_arguments", []string{"no more than 100 users allowed"})
	}
	var good []string
	var bad []object
	for _, id := range ids {
		if code := s.inviteError(c, id); code != "" {
			bad = append(bad, object{"user": id, "ok": false, "error": code})
		} else if !slices.Contains(good, id) {
			good = append(good, id)
		}
	}
	if len(bad) > 0 && (!a.yes("force") || len(good) == 0) {
		return nil, &apiError{bad[0]["error"].(string), object{"errors": bad}}
	}
	for _, id := range good {
		s.join(c, id, botUser)
	}
	o := object{"channel": s.channelObject(c)}
	if len(bad) > 0 {
		o["errors"] = bad
	}
	return o, nil
}

func (s *Sim) inviteError(c *conversation, id string) string {
	u := s.userByID(id)
	switch {
	case u == nil:
		return "user_not_found"
	case id == botUser:
		return "cant_invite_self"
	case u.Deleted:
		return "cant_invite"
	case c.has(id):
		return "already_in_channel"
	case s.unwelcome[id] != "":
		return s.unwelcome[id]
	}
	return s.limitOf(c, u)
}

func (s *Sim) conversationsSetTopic(a args) (object, error) {
	c, err := s.inside(a["channel"], "topic")
	if err != nil {
		return nil, err
	}
	if _, given := a["topic"]; !given { // an empty one clears the topic; none is an argument that lacks (conversations.setTopic)
		return nil, refuse("invalid_arguments", []string{"missing required field: topic"})
	}
	if utf8.RuneCountInString(a["topic"]) > maxTopic {
		return nil, fail("too_long")
	}
	s.setTopic(c, botUser, a["topic"])
	return object{"channel": s.channelObject(c), "topic": c.Topic}, nil
}

func (s *Sim) conversationsSetPurpose(a args) (object, error) {
	c, err := s.inside(a["channel"], "topic")
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(a["purpose"]) > maxTopic {
		return nil, fail("too_long")
	}
	s.setPurpose(c, botUser, a["purpose"])
	return object{"channel": s.channelObject(c), "purpose": c.Purpose}, nil
}

func (s *Sim) conversationsArchive(a args) (object, error) {
	c, err := s.reach(a["channel"], "manage")
	switch {
	case err != nil:
		return nil, err
	case c.Direct:
		return nil, fail("method_not_supported_for_channel_type")
	case c.Archived:
		return nil, fail("already_archived")
	case c.General:
		return nil, fail("cant_archive_general")
	case !c.has(botUser):
		return nil, fail("not_in_channel")
	}
	s.setArchived(c, botUser, true)
	return nil, nil
}

func (s *Sim) conversationsUnarchive(a args) (object, error) {
	c, err := s.reach(a["channel"], "manage")
	switch {
	case err != nil:
		return nil, err
	case c.Direct:
		return nil, fail("method_not_supported_for_channel_type")
	case !c.Archived:
		return nil, fail("not_archived")
	}
	// Bot tokens "cannot currently be used to unarchive conversations" (conversations.unarchive); this is the error that they get
	// (slack-go/slack#1066).
	return nil, fail("not_in_channel")
}

func (s *Sim) conversationsRename(a args) (object, error) {
	c, err := s.inside(a["channel"], "manage")
	if err != nil {
		return nil, err
	}
	switch code := channelNameError(a["name"]); {
	case c.Direct:
		return nil, fail("method_not_supported_for_channel_type")
	case code != "":
		return nil, fail(code)
	case c.Creator != botUser:
		return nil, fail("not_authorized")
	case a["name"] != c.Name && s.nameTaken(a["name"]):
		return nil, fail("name_taken")
	}
	if a["name"] != c.Name {
		s.rename(c, botUser, a["name"])
	}
	return object{"channel": s.channelObject(c)}, nil
}

func (s *Sim) conversationsInfo(a args) (object, error) {
	c, err := s.reach(a["channel"], "read")
	if err != nil {
		return nil, err
	}
	return object{"channel": s.channelObject(c)}, nil
}

func (s *Sim) conversationsMembers(a args) (object, error) {
	c, err := s.reach(a["channel"], "read")
	if err != nil {
		return nil, err
	}
	members, next, err := page(c.Members, a)
	if err != nil {
		return nil, err
	}
	return object{"members": members, "response_metadata": object{"next_cursor": next}}, nil
}

func (s *Sim) conversationsList(a args) (object, error) {
	if err := s.inTeam(a); err != nil {
		return nil, err
	}
	types := strings.FieldsFunc(a["types"], func(r rune) bool { return r == ',' || r == ' ' })
	if len(types) == 0 {
		types = []string{"public_channel"}
	}
	scope := map[string]string{"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}
	for _, t := range types {
		if scope[t] == "" {
			return nil, fail("invalid_types")
		}
		if err := s.scoped(scope[t]); err != nil {
			return nil, err
		}
	}
	list := []object{}
	for _, c := range s.w.Channels {
		kind := "public_channel"
		if c.Direct {
			kind = "im"
		} else if c.Private {
			kind = "private_channel"
		}
		if slices.Contains(types, kind) && (!c.Private || c.has(botUser)) && (!c.Archived || !a.yes("exclude_archived")) {
			list = append(list, s.channelObject(c))
		}
	}
	list, next, err := page(list, a)
	if err != nil {
		return nil, err
	}
	return object{"channels": list, "response_metadata": object{"next_cursor": next}}, nil
}

func (s *Sim) conversationsJoin(a args) (object, error) {
	c := s.byID(a["channel"])
	switch {
	case c == nil || (c.Private && !c.has(botUser)):
		return nil, fail("channel_not_found")
	case c.Private:
		return nil, fail("method_not_supported_for_channel_type")
	case c.Archived:
		return nil, fail("is_archived")
	case c.has(botUser):
		return object{"channel": s.channelObject(c), "warning": "already_in_channel", "response_metadata": object{"warnings": []string{"already_in_channel"}}}, nil
	}
	s.join(c, botUser, "")
	return object{"channel": s.channelObject(c)}, nil
}

func (s *Sim) conversationsLeave(a args) (object, error) {
	c, err := s.reach(a["channel"], "manage")
	switch {
	case err != nil:
		return nil, err
	case c.Direct:
		return nil, fail("method_not_supported_for_channel_type")
	case c.General:
		return nil, fail("cant_leave_general")
	case c.Archived:
		return nil, fail("is_archived")
	case !c.has(botUser):
		return object{"not_in_channel": true}, nil
	}
	s.leave(c, botUser, botUser)
	return nil, nil
}

func (s *Sim) conversationsOpen(a args) (object, error) {
	if a["channel"] != "" {
		c, err := s.reach(a["channel"], "manage")
		if err != nil {
			return nil, err
		}
		return object{"channel": s.channelObject(c)}, nil
	}
	ids := strings.FieldsFunc(a["users"], func(r rune) bool { return r == ',' })
	if err := s.scoped("im:write"); err != nil {
		return nil, err
	}
	switch {
	case len(ids) == 0:
		return nil, fail("users_list_not_supplied")
	case len(ids) > 1:
		return nil, &apiError{"missing_scope", object{"needed": "mpim:write", "provided": s.scopesHeader()}}
	}
	u := s.userByID(ids[0])
	switch {
	case u == nil:
		return nil, fail("user_not_found")
	case u.ID == botUser:
		return nil, fail("invalid_user_combination")
	case u.Deleted:
		return nil, fail("user_disabled")
	}
	return object{"channel": s.channelObject(s.direct(u.ID))}, nil
}

func (s *Sim) conversationsKick(a args) (object, error) {
	c, err := s.inside(a["channel"], "manage")
	switch {
	case err != nil:
		return nil, err
	case c.Direct:
		return nil, fail("method_not_supported_for_channel_type")
	case c.General:
		return nil, fail("cant_kick_from_general")
	case a["user"] == botUser:
		return nil, fail("cant_kick_self")
	case s.userByID(a["user"]) == nil:
		return nil, fail("user_not_found")
	case !c.has(a["user"]):
		return nil, fail("not_in_channel")
	}
	s.leave(c, a["user"], botUser)
	return nil, nil
}
