package bot

import (
	"context"

	"github.com/slack-go/slack"
)

// User is a person or bot. Name and RealName are chosen by that person: escape them, and prefer <@ID>.
type User struct {
	ID, Name, RealName string
	Email              string // "" without users:read.email
	TZ                 string // IANA name, e.g. "Europe/Berlin"; may be ""
	Deleted            bool   // deactivated: cannot be paged
	Bot                bool
}

func userOf(u *slack.User) User {
	return User{
		ID: u.ID, Name: u.Name, RealName: u.RealName, Email: u.Profile.Email, TZ: u.TZ,
		Deleted: u.Deleted, Bot: u.IsBot || u.ID == "USLACKBOT",
	}
}

// User gives a person by id. Slack: users.info.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	var got *slack.User
	err := c.call(ctx, "users.info", "", func(ctx context.Context) (err error) {
		got, err = c.api.GetUserInfoContext(ctx, id)
		return err
	})
	if err != nil {
		return User{}, err
	}
	return userOf(got), nil
}

// UserByEmail finds a person; code "users_not_found" when there is none. Slack: users.lookupByEmail.
func (c *Client) UserByEmail(ctx context.Context, email string) (User, error) {
	var got *slack.User
	err := c.call(ctx, "users.lookupByEmail", "", func(ctx context.Context) (err error) {
		got, err = c.api.GetUserByEmailContext(ctx, email)
		return err
	})
	if err != nil {
		return User{}, err
	}
	return userOf(got), nil
}

// GroupMembers gives the people of a user group (S…); code "plan_upgrade_required" on free plans.
// Slack: usergroups.users.list.
func (c *Client) GroupMembers(ctx context.Context, group string) ([]string, error) {
	var out []string
	err := c.call(ctx, "usergroups.users.list", "", func(ctx context.Context) (err error) {
		out, err = c.api.GetUserGroupMembersContext(ctx, group)
		return err
	})
	return out, err
}

// Direct opens the direct message with a person and gives its channel (D…). Slack: conversations.open.
func (c *Client) Direct(ctx context.Context, user string) (channel string, err error) {
	err = c.call(ctx, "conversations.open", "", func(ctx context.Context) error {
		got, _, _, err := c.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}, ReturnIM: true})
		if err == nil {
			channel = got.ID
		}
		return err
	})
	return channel, err
}
