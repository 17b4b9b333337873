package bot

import (
	"slices"
	"strings"
)

// method is what we know about one Web API method.
type method struct {
	perMinute int      // Slack's tier: 20, 50 or 100 a minute; 0 for methods with rules of their own
	repeats   bool     // doing it twice is the same as doing it once
	scopes    []string // any one is enough for its kind of channel
}

// methods is every Web API method that this package calls: tier, and the bot scopes of which one is needed
// (docs.slack.dev/reference/methods). chat.postMessage is "special": 1 message a second in each channel and
// several hundred a minute in the workspace; auth.test and chat.getPermalink allow hundreds a minute.
var methods = map[string]method{
	methodConnect:                  {50, true, nil},
	"auth.test":                    {0, true, nil},
	"conversations.create":         {20, false, []string{"channels:manage", "groups:write"}},
	"conversations.invite":         {50, true, []string{"channels:manage", "groups:write"}},
	"conversations.setTopic":       {20, false, []string{"channels:manage", "groups:write"}},
	"conversations.setPurpose":     {20, false, []string{"channels:manage", "groups:write"}},
	"conversations.archive":        {20, true, []string{"channels:manage", "groups:write"}},
	"conversations.rename":         {20, false, []string{"channels:manage", "groups:write"}},
	"conversations.join":           {50, true, []string{"channels:join"}},
	"conversations.info":           {50, true, []string{"channels:read", "groups:read", "im:read"}},
	"conversations.list":           {20, true, []string{"channels:read", "groups:read"}},
	"conversations.history":        {50, true, []string{"channels:history", "groups:history", "im:history"}},
	"conversations.replies":        {50, true, []string{"channels:history", "groups:history", "im:history"}},
	"conversations.open":           {50, true, []string{"im:write", "channels:manage", "groups:write"}},
	"chat.postMessage":             {0, false, []string{"chat:write"}},
	"chat.update":                  {50, true, []string{"chat:write"}},
	"chat.delete":                  {50, true, []string{"chat:write"}},
	"chat.postEphemeral":           {100, false, []string{"chat:write"}},
	"chat.getPermalink":            {0, true, nil},
	"bookmarks.list":               {50, true, []string{"bookmarks:read"}},
	"bookmarks.add":                {20, false, []string{"bookmarks:write"}},
	"bookmarks.edit":               {20, true, []string{"bookmarks:write"}},
	"pins.add":                     {20, true, []string{"pins:write"}},
	"pins.remove":                  {20, true, []string{"pins:write"}},
	"reactions.add":                {50, true, []string{"reactions:write"}},
	"reactions.get":                {50, true, []string{"reactions:read"}},
	"reactions.remove":             {20, true, []string{"reactions:write"}},
	"views.open":                   {100, false, nil},
	"views.push":                   {100, false, nil},
	"views.update":                 {100, true, nil},
	"views.publish":                {100, true, nil},
	"users.info":                   {100, true, []string{"users:read"}},
	"dnd.info":                     {50, true, []string{"dnd:read"}},
	"users.lookupByEmail":          {50, true, []string{"users:read.email"}},
	"usergroups.list":              {20, true, []string{"usergroups:read"}},
	"usergroups.users.list":        {20, true, []string{"usergroups:read"}},
	"usergroups.users.update":      {20, true, []string{"usergroups:write"}},
	"files.getUploadURLExternal":   {100, true, []string{"files:write"}},
	"files.completeUploadExternal": {100, false, []string{"files:write"}},
	methodUpload:                   {0, true, nil},
	methodRespond:                  {0, false, nil},
}

// Calls that go to an address from Slack instead of a named method.
const (
	methodUpload  = "upload_url"
	methodRespond = "response_url"
)

func scopesOf(name string) []string { return methods[name].scopes }

// Scope is one bot scope of the app. Optional means that mayday works without it and does less.
type Scope struct {
	Name     string // as Slack spells it
	Why      string // what mayday does with it, for the person who grants it
	Optional bool
}

var scopes = []Scope{
	{"commands", "the /incident command and the shortcuts", false},
	{"chat:write", "post and edit messages", false},
	{"channels:manage", "create incident channels, invite, set topic and purpose, archive", false},
	{"channels:read", "find the announce channel; notice renames and archiving", false},
	{"channels:join", "join the announce channel, so that what was posted there can be verified", false},
	{"channels:history", "verify that a message was posted exactly once; collect the timeline; hear what apps post in alert channels", false},
	{"im:write", "open a direct message to page somebody", false},
	{"im:history", "verify that a page was delivered exactly once", false},
	{"users:read", "tell people from bots and deactivated accounts", false},
	{"users:read.email", "match the runbook's contacts to people by e-mail", false},
	{"reactions:read", "acknowledge and add to the timeline by emoji", false},
	{"reactions:write", "confirm with a check mark", false},
	{"pins:read", "notice what people pin", false},
	{"pins:write", "pin the incident card", false},
	{"bookmarks:read", "not add a bookmark twice", false},
	{"bookmarks:write", "put dashboards and links at the top of the channel", false},
	{"files:write", "post query results, exports and post-mortems as files", false},
	{"usergroups:read", "page user groups (paid Slack plans)", true},
	{"dnd:read", "call who is in do-not-disturb by their other contact methods at once", true},
	{"groups:read", "private incidents: read the channel", true},
	{"groups:write", "private incidents: create the channel, invite, topic", true},
	{"groups:history", "private incidents: verify posts, collect the timeline; private alert channels: hear what apps post", true},
}

// WriteGroups is asked for only where mayday keeps user groups in step with who is on call.
var WriteGroups = Scope{"usergroups:write", "keep user groups in step with who is on call (paid Slack plans)", true}

// RequiredScopes gives every bot scope that the manifest asks for unless it is told more, with the reason, required ones first.
func RequiredScopes() []Scope { return slices.Clone(scopes) }

// MissingScopes gives what of RequiredScopes is not among the granted ones (Identity.Scopes).
func MissingScopes(granted []string) []Scope {
	var out []Scope
	for _, s := range scopes {
		if !slices.Contains(granted, s.Name) {
			out = append(out, s)
		}
	}
	return out
}

// splitScopes reads Slack's X-OAuth-Scopes header.
func splitScopes(header string) []string {
	var out []string
	for s := range strings.SplitSeq(header, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
