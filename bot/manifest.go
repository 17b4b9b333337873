package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxAppName: Slack, characters of display_information.name.
const maxAppName = 35

// Shortcut callback ids of the manifest: Request.CallbackID of a Shortcut or MessageShortcut.
const (
	DeclareIncident    = "declare_incident"
	DeclareFromMessage = "declare_from_message"
	AddToTimeline      = "add_to_timeline"
)

// events are the Events API subscriptions; each needs a scope that the manifest asks for.
var events = []string{
	"app_home_opened", "reaction_added", "reaction_removed", "message.channels", "message.groups",
	"pin_added", "member_joined_channel", "channel_archive", "channel_unarchive", "channel_rename", "channel_deleted", "channel_left", "channel_id_changed",
	"group_archive", "group_unarchive", "group_rename", "group_deleted", "group_left", "user_change", "app_uninstalled", "tokens_revoked",
}

// Events gives the Events API subscriptions that the manifest asks for, as Slack spells them.
func Events() []string { return slices.Clone(events) }

// MessagesReadOnly says that people write to the app by commands and buttons only: its conversation with them has no field for messages.
const MessagesReadOnly = true

const manifestHead = `# Paste this at https://api.slack.com/apps -> Create New App -> From a manifest.
# Then: Install to Workspace (gives xoxb-), and Basic Information -> App-Level Tokens -> Generate
# with the scope connections:write (gives xapp-).
_metadata:
  major_version: 2
  minor_version: 1
display_information:
  name: %s
  description: Declare and run incidents from Slack with the runbook you already have
  background_color: "#7a1f1f"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: %t
  bot_user:
    display_name: %s
    always_online: true
  slash_commands:
    - command: /incident
      description: Declare or manage an incident
      usage_hint: "p0 site-down | ack | status | update <text> | resolve | help"
      should_escape: true
  shortcuts:
    - name: Declare incident
      type: global
      callback_id: %s
      description: Open the form that declares an incident
    - name: Declare from message
      type: message
      callback_id: %s
      description: Start an incident from this message
    - name: Add to timeline
      type: message
      callback_id: %s
      description: Save this message to the incident's timeline
oauth_config:
  scopes:
    bot:
`

const manifestTail = `settings:
  socket_mode_enabled: true
  org_deploy_enabled: false
  token_rotation_enabled: false
  interactivity:
    is_enabled: true
  event_subscriptions:
    bot_events:
`

// Manifest gives the app manifest as YAML that only needs pasting. name is the app's name, at most 35
// characters (Slack); "" means "mayday". more are scopes that only some settings need.
func Manifest(name string, more ...Scope) []byte {
	if name == "" {
		name = "mayday"
	}
	if r := []rune(name); len(r) > maxAppName {
		name = string(r[:maxAppName])
	}
	quoted, err := json.Marshal(name) // a JSON string is a YAML string
	if err != nil {
		quoted = []byte("mayday")
	}
	var b strings.Builder
	fmt.Fprintf(&b, manifestHead, quoted, MessagesReadOnly, quoted, DeclareIncident, DeclareFromMessage, AddToTimeline)
	for _, s := range slices.Concat(scopes, more) {
		why := s.Why
		if s.Optional {
			why = "optional; " + why
		}
		fmt.Fprintf(&b, "      - %-17s # %s\n", s.Name, why)
	}
	b.WriteString(manifestTail)
	for _, e := range events {
		fmt.Fprintf(&b, "      - %s\n", e)
	}
	return []byte(b.String())
}
