package slack

import "maps"

// The tiers of Slack, in calls a minute.
const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

// methods is the Web API as this workspace knows it: tier, scopes and encoding from docs.slack.dev's method pages.
var methods map[string]method

func init() {
	methods = map[string]method{}
	maps.Copy(methods, conversationMethods())
	maps.Copy(methods, messageMethods())
	maps.Copy(methods, otherMethods())
}

func conversationMethods() map[string]method {
	const (
		manage  = "channels:manage groups:write"
		topic   = "channels:write.topic groups:write.topic channels:manage groups:write"
		invites = "channels:write.invites groups:write.invites channels:manage groups:write"
		read    = "channels:read groups:read im:read"
		history = "channels:history groups:history im:history"
	)
	return map[string]method{
		"conversations.create":     {tier: tier2, scopes: manage, json: true, run: (*Sim).conversationsCreate},
		"conversations.invite":     {tier: tier3, scopes: invites, json: true, run: (*Sim).conversationsInvite},
		"conversations.setTopic":   {tier: tier2, scopes: topic, json: true, run: (*Sim).conversationsSetTopic},
		"conversations.setPurpose": {tier: tier2, scopes: topic, json: true, run: (*Sim).conversationsSetPurpose},
		"conversations.archive":    {tier: tier2, scopes: manage, json: true, run: (*Sim).conversationsArchive},
		"conversations.unarchive":  {tier: tier2, scopes: manage, json: true, run: (*Sim).conversationsUnarchive},
		"conversations.rename":     {tier: tier2, scopes: manage, json: true, run: (*Sim).conversationsRename},
		"conversations.members":    {tier: tier4, scopes: read, run: (*Sim).conversationsMembers},
		"conversations.history":    {tier: tier3, scopes: history, json: true, run: (*Sim).conversationsHistory},
		"conversations.replies":    {tier: tier3, scopes: history, run: (*Sim).conversationsReplies},
		"conversations.info":       {tier: tier3, scopes: read, run: (*Sim).conversationsInfo},
		"conversations.list":       {tier: tier2, scopes: read, run: (*Sim).conversationsList},
		"conversations.join":       {tier: tier3, scopes: "channels:join", json: true, run: (*Sim).conversationsJoin},
		"conversations.leave":      {tier: tier3, scopes: manage, json: true, run: (*Sim).conversationsLeave},
		"conversations.open":       {tier: tier3, scopes: "im:write channels:manage groups:write", json: true, run: (*Sim).conversationsOpen},
		"conversations.kick":       {tier: tier3, scopes: manage, json: true, run: (*Sim).conversationsKick},
	}
}

func messageMethods() map[string]method {
	return map[string]method{
		"chat.postMessage":            {scopes: "chat:write", json: true, run: (*Sim).chatPostMessage},
		"chat.update":                 {tier: tier3, scopes: "chat:write", json: true, run: (*Sim).chatUpdate},
		"chat.delete":                 {tier: tier3, scopes: "chat:write", json: true, run: (*Sim).chatDelete},
		"chat.postEphemeral":          {tier: tier4, scopes: "chat:write", json: true, run: (*Sim).chatPostEphemeral},
		"chat.getPermalink":           {run: (*Sim).chatGetPermalink},
		"chat.scheduleMessage":        {tier: tier3, scopes: "chat:write", json: true, run: (*Sim).chatScheduleMessage},
		"chat.deleteScheduledMessage": {tier: tier3, scopes: "chat:write", json: true, run: (*Sim).chatDeleteScheduledMessage},

		"bookmarks.add":    {tier: tier2, scopes: "bookmarks:write", json: true, run: (*Sim).bookmarksAdd},
		"bookmarks.list":   {tier: tier3, scopes: "bookmarks:read", json: true, run: (*Sim).bookmarksList},
		"bookmarks.edit":   {tier: tier2, scopes: "bookmarks:write", json: true, run: (*Sim).bookmarksEdit},
		"bookmarks.remove": {tier: tier2, scopes: "bookmarks:write", json: true, run: (*Sim).bookmarksRemove},
		"pins.add":         {tier: tier2, scopes: "pins:write", json: true, run: (*Sim).pinsAdd},
		"pins.remove":      {tier: tier2, scopes: "pins:write", json: true, run: (*Sim).pinsRemove},
		"pins.list":        {tier: tier2, scopes: "pins:read", run: (*Sim).pinsList},
		"reactions.add":    {tier: tier3, scopes: "reactions:write", json: true, run: (*Sim).reactionsAdd},
		"reactions.remove": {tier: tier2, scopes: "reactions:write", json: true, run: (*Sim).reactionsRemove},
		"reactions.get":    {tier: tier3, scopes: "reactions:read", run: (*Sim).reactionsGet},
	}
}

func otherMethods() map[string]method {
	return map[string]method{
		"apps.connections.open": {tier: tier3, json: true, app: true, run: (*Sim).appsConnectionsOpen},
		"auth.test":             {json: true, run: (*Sim).authTest},

		"views.open":    {tier: tier4, json: true, run: (*Sim).viewsOpen},
		"views.update":  {tier: tier4, json: true, run: (*Sim).viewsUpdate},
		"views.push":    {tier: tier4, json: true, run: (*Sim).viewsPush},
		"views.publish": {tier: tier4, json: true, run: (*Sim).viewsPublish},

		"users.info":            {tier: tier4, scopes: "users:read", run: (*Sim).usersInfo},
		"users.lookupByEmail":   {tier: tier3, scopes: "users:read.email", run: (*Sim).usersLookupByEmail},
		"users.list":            {tier: tier2, scopes: "users:read", run: (*Sim).usersList},
		"dnd.info":              {tier: tier3, scopes: "dnd:read", run: (*Sim).dndInfo},
		"dnd.teamInfo":          {tier: tier2, scopes: "dnd:read", run: (*Sim).dndTeamInfo},
		"usergroups.list":       {tier: tier2, scopes: "usergroups:read", run: (*Sim).usergroupsList},
		"usergroups.users.list": {tier: tier2, scopes: "usergroups:read", run: (*Sim).usergroupsUsersList},

		"usergroups.users.update": {tier: tier2, scopes: "usergroups:write", json: true, run: (*Sim).usergroupsUsersUpdate},

		"files.getUploadURLExternal":   {tier: tier4, scopes: "files:write", run: (*Sim).filesGetUploadURL},
		"files.completeUploadExternal": {tier: tier4, scopes: "files:write", json: true, run: (*Sim).filesCompleteUpload},
	}
}

// families are the scopes that a sort of call needs, by the sort of channel.
var families = map[string]map[string]string{
	"read":    {"channel": "channels:read", "group": "groups:read", "im": "im:read"},
	"history": {"channel": "channels:history", "group": "groups:history", "im": "im:history"},
	"manage":  {"channel": "channels:manage", "group": "groups:write", "im": "im:write"},
	"topic":   {"channel": "channels:manage channels:write.topic", "group": "groups:write groups:write.topic", "im": "im:write im:write.topic"},
	"invites": {"channel": "channels:manage channels:write.invites", "group": "groups:write groups:write.invites", "im": "im:write"},
}

// reach finds the channel of a call by its id, as far as the bot may know of it, and checks the scope for that sort of channel.
func (s *Sim) reach(id, family string) (*conversation, error) {
	c := s.byID(id)
	if c == nil || (c.Private && !c.has(botUser)) {
		return nil, fail("channel_not_found")
	}
	kind := kindOf(c)
	if c.Direct {
		kind = "im"
	}
	if err := s.scoped(families[family][kind]); err != nil {
		return nil, err
	}
	return c, nil
}

func (s *Sim) authTest(args) (object, error) {
	u := s.userByID(botUser)
	if s.o.OrgWide {
		return object{
			"url": "https://demo.enterprise.slack.com/", "team": s.o.Team, "team_id": orgID, "enterprise_id": orgID, "user": u.Name, "user_id": u.ID,
			"bot_id": botID, "app_id": appID, "is_enterprise_install": true,
		}, nil
	}
	return object{
		"url": "https://demo.slack.com/", "team": s.o.Team, "team_id": teamID, "user": u.Name, "user_id": u.ID, "bot_id": botID, "app_id": appID,
		"is_enterprise_install": false,
	}, nil
}

// inTeam checks the workspace that a call names: the token of an organisation has to, and no call may name another one.
func (s *Sim) inTeam(a args) error {
	switch id := a["team_id"]; {
	case id == "" && s.o.OrgWide:
		return refuse("missing_argument", []string{"missing required field: team_id"})
	case id != "" && id != teamID:
		return fail("team_access_not_granted")
	}
	return nil
}

func (s *Sim) appsConnectionsOpen(args) (object, error) {
	return object{"url": "ws" + s.base[len("http"):] + "/socket?ticket=" + s.hub.ticket()}, nil
}
