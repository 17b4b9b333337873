package slack

import (
	"slices"
	"strings"
)

// argumentsOf are the arguments that Slack documents for the methods whose callers are tempted to pass those of a neighbour
// (docs.slack.dev/reference/methods): one that is not there is ignored at best, and means that the caller believes in what does not happen.
var argumentsOf = map[string][]string{
	"chat.postMessage": words(`channel as_user attachments blocks icon_emoji icon_url link_names markdown_text metadata mrkdwn parse reply_broadcast
		text thread_ts unfurl_links unfurl_media username client_msg_id`),
	"chat.update":          words("channel ts as_user attachments blocks file_ids link_names markdown_text metadata parse reply_broadcast text"),
	"chat.postEphemeral":   words("channel user as_user attachments blocks icon_emoji icon_url link_names markdown_text parse text thread_ts username"),
	"chat.delete":          words("channel ts as_user"),
	"conversations.create": words("name is_private team_id"),
	"conversations.list":   words("cursor exclude_archived limit team_id types"),
	"conversations.invite": words("channel users force"),
	"users.info":           words("user include_locale"),
	"users.lookupByEmail":  words("email"),
	"response_url":         words("text blocks attachments response_type replace_original delete_original thread_ts metadata"), // slack-go always sends an empty metadata
}

func words(s string) []string { return strings.Fields(s) }

// strange notes arguments that the method does not have.
func (s *Sim) strange(name string, a args) {
	known, listed := argumentsOf[name]
	if !listed {
		return
	}
	for key := range a {
		if !slices.Contains(known, key) {
			s.Violate("%s has no argument %q", name, key)
		}
	}
}
