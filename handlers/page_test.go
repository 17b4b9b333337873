package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestWhomAPageCalls: mentions, groups and words of contacts at the front; what comes after them is the reason.
func TestWhomAPageCalls(t *testing.T) {
	contacts := []incident.Contact{{Role: "On-Call Engineer", Name: "Ana Ruiz"}, {Role: "DevOps Lead", Name: "Ben Okafor", Slack: "S0DEVOPS"}, {Role: "CTO", Name: "Chidi 李"}, {Role: "Support Lead"}}
	for text, want := range map[string]struct {
		who []int    // contacts
		ids []string // people who were mentioned
		why string
	}{
		"<@U1>":                             {nil, []string{"U1"}, ""},
		"<@U1|ana> the pool":                {nil, []string{"U1"}, "the pool"},
		"<@U1> <@U2> the pool":              {nil, []string{"U1", "U2"}, "the pool"},
		"<@U1><@U2>":                        {nil, []string{"U1", "U2"}, ""},
		"<@U1>, <@U2> and <@U3> look":       {nil, []string{"U1", "U2", "U3"}, "look"},
		"<@U1> & cto look":                  {[]int{2}, []string{"U1"}, "look"},
		"<@U1>; cto, devops: look":          {[]int{2, 1}, []string{"U1"}, "look"},
		"<@U1> , cto look":                  {[]int{2}, []string{"U1"}, "look"},
		"<@U1>, cto, devops look":           {[]int{2, 1}, []string{"U1"}, "look"},
		"<@U1> <!subteam^S0X|@x> look":      {nil, []string{"U1"}, "<!subteam^S0X|@x> look"},
		"<@U1>, look at this":               {nil, []string{"U1"}, "look at this"},
		"<@U1> and then some":               {nil, []string{"U1"}, "and then some"},
		"<@U1> cto look":                    {nil, []string{"U1"}, "cto look"},
		"cto <@U1> look":                    {[]int{2}, []string{"U1"}, "look"},
		"cto <!subteam^S0DEVOPS|@ops> look": {[]int{2, 1}, nil, "look"},
		"<!subteam^S0DEVOPS>":               {[]int{1}, nil, ""},
		"CTO":                               {[]int{2}, nil, ""},
		"@devops the disk":                  {[]int{1}, nil, "the disk"},
		"on-call why":                       {[]int{0}, nil, "why"},
		"eng why":                           {[]int{0}, nil, "why"},
		"okafor":                            {[]int{1}, nil, ""},
		"李":                                 {[]int{2}, nil, ""},
		"support asks, cto does not answer": {[]int{3}, nil, "asks, cto does not answer"},
	} {
		who, why, bad := called(contacts, text)
		require.Nil(t, bad, text)
		var contacts []int
		var ids []string
		for _, p := range who {
			if p.Person != "" {
				assert.Equal(t, -1, p.Contact, text)
				ids = append(ids, p.Person)
				continue
			}
			contacts = append(contacts, p.Contact)
		}
		assert.Equal(t, want.who, contacts, text)
		assert.Equal(t, want.ids, ids, text)
		assert.Equal(t, want.why, why, text)
	}
	for text, says := range map[string]string{
		"r&amp;d":             `Nobody called "r&amp;d"`,
		"nobody why":          `Nobody called "nobody" is in the runbook's contacts`,
		"<!subteam^S0X|@x> y": "Nobody called",
		"lead":                `"lead" may be any of: `,
		"el":                  "Nobody called", // two letters of a name are too few
		"@":                   "Nobody called",
		"engi neer":           "", // the beginning of a word
		"ngineer":             "Nobody called",
		"c":                   "Nobody called",
	} {
		_, _, bad := called(contacts, text)
		if says == "" {
			assert.Nil(t, bad, text)
			continue
		}
		require.NotNil(t, bad, text)
		assert.Contains(t, bad.Text, says, text)
	}
	_, _, bad := called(contacts, "lead")
	assert.Contains(t, bad.Text, "DevOps Lead (Ben Okafor), Support Lead")
	assert.NotContains(t, bad.Text, "CTO")
	assert.Equal(t, []int{1, 3}, contactsCalled(contacts, "lea"))
	assert.Nil(t, contactsCalled([]incident.Contact{{Role: "当番"}}, "当"), "the beginning of a short word is too little")
	assert.Equal(t, "on-call-2-हिन्दी", dashed("On-Call 2, हिन्दी!"))
	assert.Equal(t, []int{0}, contactsCalled([]incident.Contact{{Role: "Ops"}, {Role: "Opsgenie"}}, "ops"), "a whole word before the beginning of one")
}

// TestANameInAReasonWakesNobodyAndThatIsSaid.
func TestANameInAReasonWakesNobodyAndThatIsSaid(t *testing.T) {
	for why, want := range map[string]string{
		"the pool is full":          "",
		"ask @ben.":                 "@ben was not paged",
		"ask @ben, or @chidi!":      "@ben, @chidi were not paged",
		"@ alone":                   "",
		"mail ana@example.com (b@)": "",
		"(@ben)":                    "",
		"@b":                        "@b was not paged",
	} {
		assert.Equal(t, want, unpaged(why), why)
	}
}

func TestAPageCallsSomebodyElse(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	pages := len(inc.Pages)
	assert.Contains(t, l.types("page", inc.ChannelID).Text, "Whom should mayday page?")
	assert.Contains(t, l.types("page nobody at all", inc.ChannelID).Text, "Nobody called")
	assert.Contains(t, l.types("page <@U0ANA01> look", inc.ChannelID).Text, "would page you yourself")
	require.Len(t, l.state(inc.ID).Pages, pages)
	reply := l.types("page <@U0BEN01> <@U0ANA01> ask @chidi r&amp;d", inc.ChannelID)
	now := l.state(inc.ID).Pages
	require.Len(t, now, pages+2, "with somebody else she may be called too")
	assert.Equal(t, []string{"U0BEN01", "U0ANA01"}, []string{now[pages].Person, now[pages+1].Person})
	assert.Contains(t, inJSON(t, reply.Blocks), "@chidi was not paged")
	evs, err := l.h.Store.Timeline(t.Context(), inc.ID, 0, 0)
	require.NoError(t, err)
	assert.Contains(t, inJSON(t, evs), `ask @chidi r\u0026d`)
	l.types("page Next r&amp;d @ben", inc.ChannelID)
	assert.Len(t, l.state(inc.ID).Pages, pages+3)
	over := l.declare([]string{"resolve rolled back"})
	assert.Contains(t, l.types("page", over.ChannelID).Text, "resolved")
	assert.Len(t, l.state(over.ID).Pages, len(over.Pages))
}
