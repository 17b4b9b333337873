package slack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// TestGuestsAndPeopleOfOtherWorkspaces: what Slack says of them, and what it lets them do.
func TestGuestsAndPeopleOfOtherWorkspaces(t *testing.T) {
	s := start(t, slacksim.Options{Users: []slacksim.User{{Name: "ana"}, {Name: "ben"}, {Name: "gus", Guest: true}, {Name: "solo", SingleChannel: true}, {Name: "fay", Team: "T0OTHER001"}}})
	in, _ := room(t, s, "inside")
	info := func(name string) map[string]any {
		u, _ := s.UserByName(name)
		return call(t, s, "users.info", map[string]string{"user": u.ID})["user"].(map[string]any)
	}
	ana, gus, solo, fay := info("ana"), info("gus"), info("solo"), info("fay")
	assert.Equal(t, []any{false, false, nil}, []any{ana["is_restricted"], ana["is_ultra_restricted"], ana["is_stranger"]})
	assert.Equal(t, []any{true, false}, []any{gus["is_restricted"], gus["is_ultra_restricted"]})
	assert.Equal(t, []any{true, true}, []any{solo["is_restricted"], solo["is_ultra_restricted"]})
	assert.Equal(t, []any{"T0OTHER001", true}, []any{fay["team_id"], fay["is_stranger"]})
	assert.NotEqual(t, ana["team_id"], fay["team_id"])

	// They see only what they are in, and no command of an app that their workspace has not.
	for _, name := range []string{"gus", "solo", "fay"} {
		assert.Contains(t, s.Command(name, "general", "/incident list").Err, "sees no channel", name)
		assert.Empty(t, s.ChannelsFor(name), name)
	}
	require.NoError(t, s.Invite("ana", "general", "solo"))
	u, _ := s.UserByName("solo")
	o := call(t, s, "conversations.invite", map[string]string{"channel": in, "users": u.ID})
	assert.Equal(t, "ura_max_channels", o["error"])
	u, _ = s.UserByName("fay")
	o = call(t, s, "conversations.invite", map[string]string{"channel": in, "users": u.ID})
	assert.Equal(t, "no_external_invite_permission", o["error"])
	s.Share(in, true)
	call(t, s, "conversations.invite", map[string]string{"channel": in, "users": u.ID})
	assert.Equal(t, "not_a_command", s.Command("fay", in, "/incident list").Err)
	assert.Equal(t, false, info("fay")["is_stranger"], "a shared channel makes them known")
	assert.Contains(t, s.Shortcut("fay", "declare").Err, "not installed")
}
