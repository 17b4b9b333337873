package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// User is a person or bot. Name and RealName are chosen by that person: escape them.
type User struct {
	ID, Name, RealName string
	Email              string // "" without users:read.email
	TZ                 string // IANA name, e.g. "Europe/Berlin"; may be ""
	Deleted            bool   // deactivated: cannot be paged
	Bot                bool
	Guest              bool // single-channel or multi-channel guest
	// Foreign: of another workspace, known to us by a shared channel (Slack Connect). People of other
	// workspaces of our own organisation are not. Only Client.User tells.
	Foreign bool
}

// Called is what people call them: their full name, or else their handle. Escape it.
func (u User) Called() string {
	return cmp.Or(strings.TrimSpace(u.RealName), strings.TrimSpace(u.Name))
}

func userOf(u *slack.User) User {
	return User{
		ID: u.ID, Name: u.Name, RealName: u.RealName, Email: u.Profile.Email, TZ: u.TZ,
		Deleted: u.Deleted, Bot: u.IsBot || u.IsConnectorBot || u.ID == "USLACKBOT", Guest: u.IsRestricted || u.IsUltraRestricted,
	}
}

// foreign reports whether somebody is of another workspace than ours. is_stranger alone does not tell: it is false
// for those of other workspaces with whom we share a channel (Slack: users.info).
func foreign(u *slack.User, me Identity) bool {
	switch {
	case u.IsStranger:
		return true
	case u.TeamID == "", u.TeamID == me.TeamID, slices.Contains(u.Enterprise.Teams, me.TeamID):
		return false
	}
	return me.EnterpriseID == "" || u.Enterprise.EnterpriseID != me.EnterpriseID && u.TeamID != me.EnterpriseID
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
	me, err := c.me(ctx)
	if err != nil {
		return User{}, err
	}
	u := userOf(got)
	u.Foreign = foreign(got, me)
	return u, nil
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
		var in []slack.GetUserGroupMembersOption
		if c.cfg.TeamID != "" {
			in = append(in, slack.GetUserGroupMembersOptionTeamID(c.cfg.TeamID))
		}
		out, err = c.api.GetUserGroupMembersContext(ctx, group, in...)
		return err
	})
	return out, err
}

// Group is a user group of the workspace. Handle and Name are chosen by people: escape them.
type Group struct {
	ID string
	// Handle without the @.
	Handle, Name string
}

// Groups lists the user groups that are in use; code "plan_upgrade_required" on free plans. Slack: usergroups.list.
func (c *Client) Groups(ctx context.Context) ([]Group, error) {
	var out []Group
	err := c.call(ctx, "usergroups.list", "", func(ctx context.Context) error {
		var in []slack.GetUserGroupsOption
		if c.cfg.TeamID != "" {
			in = append(in, slack.GetUserGroupsOptionTeamID(c.cfg.TeamID))
		}
		got, err := c.api.GetUserGroupsContext(ctx, in...)
		out = nil
		for _, g := range got {
			out = append(out, Group{g.ID, g.Handle, g.Name})
		}
		return err
	})
	return out, err
}

// SetGroupMembers makes a user group of these people and of nobody else. Slack takes no empty list, and neither guests nor
// bots. Slack: usergroups.users.update.
func (c *Client) SetGroupMembers(ctx context.Context, group string, members []string) error {
	return c.call(ctx, "usergroups.users.update", "", func(ctx context.Context) error {
		var in []slack.UpdateUserGroupMembersOption
		if c.cfg.TeamID != "" {
			in = append(in, slack.UpdateUserGroupMembersOptionTeamID(c.cfg.TeamID))
		}
		_, err := c.api.UpdateUserGroupMembersContext(ctx, group, strings.Join(members, ","), in...)
		return err
	})
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
