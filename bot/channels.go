package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mayday/lazyregexp"
)

// Channel is a conversation as Slack knows it. Name is what Slack made of ours.
type Channel struct {
	ID, Name       string
	Creator        string // U…
	Topic, Purpose string
	Private        bool
	Archived       bool
	Member         bool // our bot is in it
	Direct         bool // a conversation of two or of a few
	Shared         bool // with other workspaces (Slack Connect)
	Created        time.Time
}

func channelOf(c *slack.Channel) Channel {
	return Channel{
		ID: c.ID, Name: c.Name, Creator: c.Creator, Topic: c.Topic.Value, Purpose: c.Purpose.Value,
		Private: c.IsPrivate, Archived: c.IsArchived, Member: c.IsMember, Direct: c.IsIM || c.IsMpIM, Shared: c.IsExtShared, Created: created(c.Created),
	}
}

// created is the zero time when Slack does not say.
func created(at slack.JSONTime) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return at.Time().UTC()
}

// CreateChannel makes a channel; code "name_taken" also stands for archived ones. After an ambiguous failure
// ask ChannelNamed. Slack: conversations.create, name at most 80 of a-z, 0-9, - and _.
func (c *Client) CreateChannel(ctx context.Context, name string, private bool) (Channel, error) {
	c.listing.forget(name) // it may come to stand on a page that was read already
	var made *slack.Channel
	err := c.call(ctx, "conversations.create", "", func(ctx context.Context) (err error) {
		made, err = c.api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: name, IsPrivate: private, TeamID: c.cfg.TeamID})
		return err
	})
	if err != nil {
		return Channel{}, err
	}
	out := channelOf(made)
	out.Member = true // the creator is
	c.names.Store(out.Name, out.ID)
	return out, nil
}

// IsChannelID tells the id of a channel from a name: C…, and G… for private channels of old. Names have no capitals (Slack).
func IsChannelID(s string) bool { return channelID.MatchString(s) }

// IsPersonal tells ids that are no channel's: of people (U…, W…), user groups (S…) and direct messages (D…).
func IsPersonal(s string) bool { return personalID.MatchString(s) }

var (
	channelID  = lazyregexp.New(`^[CG][A-Z0-9]{5,}$`)
	personalID = lazyregexp.New(`^[UWSD][A-Z0-9]{5,}$`)
)

// Channel finds a channel by id or by name; code "channel_not_found" when the app sees none.
func (c *Client) Channel(ctx context.Context, idOrName string) (Channel, error) {
	if IsChannelID(idOrName) {
		return c.ChannelInfo(ctx, idOrName)
	}
	return c.ChannelNamed(ctx, idOrName)
}

// ChannelInfo gives a channel by id. Slack: conversations.info.
func (c *Client) ChannelInfo(ctx context.Context, id string) (Channel, error) {
	var got *slack.Channel
	err := c.call(ctx, "conversations.info", id, func(ctx context.Context) (err error) {
		got, err = c.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		return err
	})
	if err != nil {
		return Channel{}, err
	}
	return channelOf(got), nil
}

// inviteBatch is how many people one conversations.invite takes at most here (Slack: 100, lately 1,000).
const inviteBatch = 100

// Invite adds people. Those who cannot be added are in failed with Slack's code for each; being there already
// is a success and our own bot is never asked for. err is for a call that failed as a whole; what earlier
// calls did stands. Slack: conversations.invite. Without force one bad id stops the whole call, but Slack names
// it, and the call is made again without; with force Slack does not promise to say who was left out.
func (c *Client) Invite(ctx context.Context, channel string, users ...string) (failed map[string]string, err error) {
	wanted := slices.Clone(users)
	if me, err := c.me(ctx); err == nil {
		wanted = slices.DeleteFunc(wanted, func(u string) bool { return u == me.UserID })
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	failed = make(map[string]string)
	for batch := range slices.Chunk(wanted, inviteBatch) {
		if err := c.invite(ctx, channel, batch, failed); err != nil {
			return failed, err
		}
	}
	return failed, nil
}

// invite adds one batch, leaving out whom Slack refuses.
func (c *Client) invite(ctx context.Context, channel string, batch []string, failed map[string]string) error {
	for len(batch) > 0 {
		refused := make(map[string]string)
		err := c.call(ctx, "conversations.invite", channel, func(ctx context.Context) error {
			_, err := c.api.InviteUsersToConversationContext(ctx, channel, batch...)
			blame(err, refused)
			return err
		})
		if err == nil {
			return nil
		}
		if len(refused) == 0 && !mayBeOne(err) {
			return err
		}
		if len(refused) == 0 && len(batch) == 1 {
			refused[batch[0]] = CodeOf(err)
		}
		if len(refused) == 0 {
			return c.oneByOne(ctx, channel, batch, failed)
		}
		for u, why := range refused {
			if why != "already_in_channel" && why != "cant_invite_self" {
				failed[u] = why
			}
		}
		left := slices.DeleteFunc(slices.Clone(batch), func(u string) bool { _, bad := refused[u]; return bad })
		if len(left) == len(batch) {
			return err // Slack blames somebody whom we did not ask for
		}
		batch = left
	}
	return nil
}

// oneByOne is for a refusal of somebody in a batch whom Slack does not name.
func (c *Client) oneByOne(ctx context.Context, channel string, batch []string, failed map[string]string) error {
	for _, u := range batch {
		if err := c.invite(ctx, channel, []string{u}, failed); err != nil {
			return err
		}
	}
	return nil
}

// blame collects the people that a refusal names, with the code for each.
func blame(err error, refused map[string]string) {
	var answer slack.SlackErrorResponse
	if !errors.As(err, &answer) {
		return
	}
	for _, e := range answer.Errors {
		if one := e.ConversationsInviteResponseError; one != nil && !one.Ok {
			refused[one.User] = one.Error
		}
	}
}

// mayBeOne reports whether a refusal of an invitation may concern one of those who were
// to be invited. Slack adds codes without saying so, so only those count out that are
// known to be about the channel or about us (Slack: conversations.invite, errors).
func mayBeOne(err error) bool {
	return ClassOf(err) == Permanent && CodeOf(err) != "" && !aboutChannel[CodeOf(err)] && !strings.HasPrefix(CodeOf(err), "http_")
}

var aboutChannel = map[string]bool{
	"not_in_channel": true, "method_not_supported_for_channel_type": true, "restricted_action": true, "access_denied": true, "ekm_access_denied": true,
	"team_access_not_granted": true, "two_factor_setup_required": true, "invalid_arguments": true, "invalid_arg_name": true, "no_arguments": true,
	"deprecated_endpoint": true, "method_deprecated": true, "unknown_method": true, "accesslimited": true,
}

// SetTopic sets the topic: plain text, at most 250 characters (Slack). Each call posts a line in the channel.
func (c *Client) SetTopic(ctx context.Context, channel, topic string) error {
	return c.call(ctx, "conversations.setTopic", channel, func(ctx context.Context) error {
		_, err := c.api.SetTopicOfConversationContext(ctx, channel, clip(topic, maxTopic))
		return err
	})
}

// maxTopic: Slack, for topic and purpose.
const maxTopic = 250

// SetPurpose sets the description: plain text, at most 250 characters (Slack).
func (c *Client) SetPurpose(ctx context.Context, channel, purpose string) error {
	return c.call(ctx, "conversations.setPurpose", channel, func(ctx context.Context) error {
		_, err := c.api.SetPurposeOfConversationContext(ctx, channel, clip(purpose, maxTopic))
		return err
	})
}

// Archive archives a channel; an archived one is a success. Slack: conversations.archive, members only.
func (c *Client) Archive(ctx context.Context, channel string) error {
	return succeededAs(c.call(ctx, "conversations.archive", channel, func(ctx context.Context) error {
		return c.api.ArchiveConversationContext(ctx, channel)
	}), "already_archived")
}

// Rename renames a channel that we created and gives what Slack made of the name. Slack: conversations.rename.
func (c *Client) Rename(ctx context.Context, channel, name string) (Channel, error) {
	c.listing.forget(name)
	var got *slack.Channel
	err := c.call(ctx, "conversations.rename", channel, func(ctx context.Context) (err error) {
		got, err = c.api.RenameConversationContext(ctx, channel, name)
		return err
	})
	if err != nil {
		return Channel{}, err
	}
	out := channelOf(got)
	c.names.Store(out.Name, out.ID)
	return out, nil
}

// Join joins a public channel; being there already is a success. Slack: conversations.join.
func (c *Client) Join(ctx context.Context, channel string) error {
	return c.call(ctx, "conversations.join", channel, func(ctx context.Context) error {
		_, _, _, err := c.api.JoinConversationContext(ctx, channel)
		return err
	})
}

// Pin pins a message; a pinned one is a success. Slack: pins.add.
func (c *Client) Pin(ctx context.Context, channel, ts string) error {
	return succeededAs(c.call(ctx, "pins.add", channel, func(ctx context.Context) error {
		return c.api.AddPinContext(ctx, channel, slack.NewRefToMessage(channel, ts))
	}), "already_pinned")
}

// Unpin unpins a message; one that is not pinned is a success. Slack: pins.remove.
func (c *Client) Unpin(ctx context.Context, channel, ts string) error {
	return succeededAs(c.call(ctx, "pins.remove", channel, func(ctx context.Context) error {
		return c.api.RemovePinContext(ctx, channel, slack.NewRefToMessage(channel, ts))
	}), "no_pin", "not_pinned")
}

// Bookmark is a link at the top of a channel. Emoji is ":name:" or "".
type Bookmark struct{ Title, Link, Emoji string }

// Bookmarks puts links at the top of a channel. It looks first, once for all of them: what is there is left alone,
// and one with the same title and another link is corrected. What was done before an error stands, so that the next
// attempt goes on. Slack: bookmarks.list (50 a minute), add, edit (20 a minute each); http(s) only.
func (c *Client) Bookmarks(ctx context.Context, channel string, want ...Bookmark) error {
	if len(want) == 0 {
		return nil
	}
	var have []slack.Bookmark
	err := c.call(ctx, "bookmarks.list", channel, func(ctx context.Context) (err error) {
		have, err = c.api.ListBookmarksContext(ctx, channel)
		return err
	})
	if err != nil {
		return err
	}
	want = slices.DeleteFunc(slices.Clone(want), func(b Bookmark) bool {
		i := slices.IndexFunc(have, func(h slack.Bookmark) bool { return h.Title == b.Title && h.Link == b.Link })
		if i >= 0 {
			have = slices.Delete(have, i, i+1)
		}
		return i >= 0
	})
	for _, b := range want {
		i := slices.IndexFunc(have, func(h slack.Bookmark) bool { return h.Title == b.Title })
		if i < 0 {
			err = c.addBookmark(ctx, channel, b)
		} else {
			err = c.editBookmark(ctx, channel, have[i].ID, b)
			have = slices.Delete(have, i, i+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) addBookmark(ctx context.Context, channel string, b Bookmark) error {
	return c.call(ctx, "bookmarks.add", channel, func(ctx context.Context) error {
		_, err := c.api.AddBookmarkContext(ctx, channel, slack.AddBookmarkParameters{Title: b.Title, Type: "link", Link: b.Link, Emoji: b.Emoji})
		return err
	})
}

func (c *Client) editBookmark(ctx context.Context, channel, id string, b Bookmark) error {
	return c.call(ctx, "bookmarks.edit", channel, func(ctx context.Context) error {
		_, err := c.api.EditBookmarkContext(ctx, channel, id, slack.EditBookmarkParameters{Title: &b.Title, Emoji: &b.Emoji, Link: b.Link})
		return err
	})
}
