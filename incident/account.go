package incident

import (
	"strings"

	"mayday/lazyregexp"
)

var (
	accountID = lazyregexp.New(`^[UW][A-Z0-9]{5,}$`)
	groupID   = lazyregexp.New(`^S[A-Z0-9]{5,}$`)
)

// IsAccount reports whether a word has the form of a user id of Slack's: "U012ABCDEF", or "W…" in an organisation.
// Source: docs.slack.dev, "Retrieving Slack IDs". Some ids have no digit, so that "WILLIAMS" may be one too: MayBeName.
func IsAccount(word string) bool { return accountID.MatchString(word) }

// IsGroup reports whether a word has the form of the id of a user group: "S012ABCDEF".
func IsGroup(word string) bool { return groupID.MatchString(word) }

// MayBeName reports whether what has the form of an id may as well be a name in capitals, because no digit is in it.
func MayBeName(id string) bool { return !strings.ContainsAny(id, "0123456789") }
