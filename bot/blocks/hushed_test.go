package blocks

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestHushedMentionsNobody wherever a mention may stand, and whatever somebody is called.
func TestHushedMentionsNobody(t *testing.T) {
	name := func(p incident.Person) string {
		return map[string]string{"U0ANA00001": `Ana <!channel> "Ruiz" @here`, "W0BEN00001": "Ben"}[p]
	}
	m := message("<@U0ANA00001> and <!subteam^S0ONCALL01|@oncall> and <@W0BEN00001|ben>",
		section("lead <@U0ANA00001>"), fields("Lead <@W0BEN00001>", "since <!date^1^{date}|then>"), small("<!subteam^S0ONCALL01>"),
		preformatted("a < b", 100), row(button("ack", Target{Incident: 1}, "Acknowledge")))
	quiet := Hushed(m, name)
	raw, err := json.Marshal(slack.Blocks{BlockSet: quiet.Blocks})
	require.NoError(t, err)
	var back slack.Blocks
	require.NoError(t, json.Unmarshal(raw, &back), "Slack's own types read it")
	require.Len(t, back.BlockSet, len(m.Blocks))
	read := back.BlockSet[0].(*slack.SectionBlock).Text.Text + back.BlockSet[1].(*slack.SectionBlock).Fields[0].Text + string(raw) + quiet.Text
	for _, ringing := range []string{"<@", "<!subteam", "<!channel", "u003c@", "u003c!subteam", "u003c!channel", " @here", "oncall"} {
		assert.NotContains(t, read, ringing)
	}
	assert.Contains(t, quiet.Text, "Ana &lt;!channel&gt;")
	assert.Contains(t, quiet.Text, "a user group and Ben")
	assert.Equal(t, "since <!date^1^{date}|then>", back.BlockSet[1].(*slack.SectionBlock).Fields[1].Text, "times stay")
	assert.Equal(t, m.Blocks[4].(*slack.ActionBlock).Elements, back.BlockSet[4].(*slack.ActionBlock).Elements, "and so do buttons")
}
