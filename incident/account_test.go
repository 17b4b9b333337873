package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIDsOfSlack(t *testing.T) {
	for word, want := range map[string]struct{ account, group, name bool }{
		"U012ABCDEF":                {account: true},
		"W012ABCDEF":                {account: true},
		"UGKLVFKTL":                 {account: true, name: true},
		"USLACKBOT":                 {account: true, name: true},
		"S012ABCDEF":                {group: true},
		"SUPPORT":                   {group: true, name: true},
		"U0123":                     {},
		"C012ABCDEF":                {},
		"u012abcdef":                {},
		"UWE FISCHER":               {name: true},
		"ULI.MEYER":                 {name: true},
		"U012ÄBCDEF":                {},
		"WILLIAMS (terminal)":       {name: true},
		"U012ABCDEF\nW012ABCDEF":    {},
		"<@U012ABCDEF>":             {},
		"U012ABCDEF@example.com":    {},
		"":                          {name: true},
		"S-012ABCDEF, of the group": {},
	} {
		assert.Equal(t, want.account, IsAccount(word), word)
		assert.Equal(t, want.group, IsGroup(word), word)
		assert.Equal(t, want.name, MayBeName(word), word)
	}
}

func TestTheIDOfAContact(t *testing.T) {
	for written, id := range map[string]string{
		"U012ABCDEF":    "U012ABCDEF",
		"<@U012ABCDEF>": "U012ABCDEF",
		"@U012ABCDEF":   "U012ABCDEF",
		"<@UGKLVFKTL>":  "UGKLVFKTL",
		"UGKLVFKTL":     "UGKLVFKTL",
		"S012ABCDEF":    "S012ABCDEF",
		"@SUPPORT":      "", // the handle of a group that is called support
		"@WILLIAMS":     "",
		"@ben.okafor":   "",
		"":              "",
	} {
		assert.Equal(t, id, Contact{Slack: written}.SlackID(), written)
	}
}
