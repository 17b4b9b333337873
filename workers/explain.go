package workers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/postmortem"
	"mayday/statuspage"
	"mayday/store"
)

// final reports whether trying again cannot help.
func final(err error) bool {
	var se *bot.Error
	if errors.As(err, &se) {
		return se.Class == bot.Permanent || se.Class == bot.Missing || se.Class == bot.Gone
	}
	var ge *postmortem.Error
	if errors.As(err, &ge) {
		return ge.Class == postmortem.Permanent
	}
	var pe *statuspage.Error
	if errors.As(err, &pe) {
		return pe.Class == statuspage.Permanent || pe.Class == statuspage.Missing
	}
	var un *unreachableError
	return errors.As(err, &un)
}

// unreachableError is a page that nobody can get, in words for people.
type unreachableError struct{ why string }

func (e *unreachableError) Error() string { return e.why }

// explanations of Slack's codes, for the people in the channel.
var explanations = map[string]string{
	"restricted_action":     "a setting of this workspace does not let the app do it; ask a workspace admin",
	"cannot_create_channel": "a setting of this workspace does not let the app create channels; ask a workspace admin",
	"channel_not_found":     "the channel is gone, or the app is not in it; invite it with /invite",
	"not_in_channel":        "the app is not in the channel; invite it with /invite",
	"permission_denied":     "the app is not in the channel, or a setting of this workspace does not let it; invite it with /invite",
	"is_archived":           "the channel is archived",
	"is_inactive":           "the channel is archived", // chat.update's word for it
	"user_disabled":         "this account is deactivated",
	"ura_max_channels":      "a guest of another channel",
	"user_is_restricted":    "guests are not let in by an app",
	"org_user_not_in_team":  "not in this workspace",
	"user_not_found":        "there is no such account in this workspace",
	// What conversations.open and chat.postMessage say of an app, of oneself, and of people whom a workspace hides.
	"invalid_user_combination": "an app cannot write to this account: it may be an app itself",
	"cannot_dm_bot":            "an app cannot write to this account: it is an app itself",
	"messages_tab_disabled":    "the app's messages tab is switched off; switch it on under App Home in the app's settings",
	"user_not_visible":         "a setting of this workspace hides this account from the app; ask a workspace admin",
	"users_not_found":          "no account in this workspace has this e-mail address",
	"invalid_users":            "Slack takes neither guests nor bots into a user group",
	"no_such_subteam":          "there is no such user group in this workspace",
	"plan_upgrade_required":    "user groups need a paid plan of Slack",
	"too_many_pins":            "the channel has as many pins as Slack allows",
}

// explain says in words for people why something did not work.
func explain(err error) string {
	var ge *postmortem.Error
	if errors.As(err, &ge) {
		return ge.What + ". " + ge.Next
	}
	var pe *statuspage.Error
	if errors.As(err, &pe) {
		if pe.Class == statuspage.Retry { // until the last attempt it was unanswered
			return pe.What + ". It may stand there all the same: look before you say it elsewhere. " + pe.Next
		}
		return pe.What + ". " + pe.Next
	}
	var un *unreachableError
	if errors.As(err, &un) {
		return un.why
	}
	var se *bot.Error
	if !errors.As(err, &se) {
		if errors.Is(err, context.DeadlineExceeded) {
			return "it took too long; mayday's log has the details"
		}
		return "something broke on our side; mayday's log has the details"
	}
	if s, ok := explanations[se.Code]; ok {
		return s
	}
	switch se.Class {
	case bot.Missing:
		return fmt.Sprintf("the app lacks the scope %s; add it to the app's manifest and install the app again", se.Needed)
	case bot.Token:
		return "Slack does not accept the app's token any more; an operator has to look at it"
	case bot.Permanent, bot.Gone:
		return fmt.Sprintf("Slack refused it (%s)", se.Code)
	}
	return "Slack did not answer for too long"
}

// What is said to be given up, where others look whether it was.
const (
	troubleSpeak  = "post in this channel"
	troubleInvite = "invite people"
	troubleAlarm  = "post in the announce channel"
	troubleMarks  = "add the bookmarks"
	troubleLook   = "look at the channel"
	// troubleConceal is followed by why, which names what to do about the issue.
	troubleConceal = "empty the tracking issue"
)

func troubleDraw(s incident.Surface) string { return "draw the " + string(s) }

// troubleIn gives up by saying so in the incident's channel.
func troubleIn[T interface {
	effect
	incident.Effect
}](what func(T) string) func(*Workers, context.Context, T, string) error {
	return func(w *Workers, ctx context.Context, fx T, why string) error {
		return w.record(ctx, fx.Of(), giveUp(what(fx), why))
	}
}

func giveUp(what, why string) store.Decision {
	return func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.GaveUp(inc, what, why, now)
	}
}
