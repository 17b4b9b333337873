package playbooks

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAHeadingThatNamesAContact: "On-Call Engineer" is a person when Name and
// Email stand below it, and a section when people do.
func TestAHeadingThatNamesAContact(t *testing.T) {
	for text, want := range map[string][]string{
		"## Contacts\n\n### On-Call Engineer\n- Name: Ana\n- Email: ana@example.com\n\n### CTO\n- Name: Chidi\n- Email: chidi@example.com\n": {"On-Call Engineer (Ana)", "CTO (Chidi)"},
		"## On-Call\n- Primary: Ana, ana@example.com\n- Secondary: Ben, ben@example.com\n":                                                   {"Primary (Ana)", "Secondary (Ben)"},
	} {
		rb, err := Read(fstest.MapFS{"r.md": {Data: []byte(text)}}, "r.md")
		require.NoError(t, err)
		var got []string
		for _, c := range rb.Policy.Contacts {
			got = append(got, c.Title())
		}
		assert.Equal(t, want, got, text)
	}
}

// TestTheOnlyContactHasItsRole: a list of one says the same as each list does.
func TestTheOnlyContactHasItsRole(t *testing.T) {
	for _, line := range []string{"- **On-Call Engineer:** Ana Ruiz, ana@example.com", "**On-Call Engineer:** Ana Ruiz, ana@example.com", "* On-Call Engineer: Ana Ruiz <ana@example.com>", "- **On-Call Engineer:** ana@example.com"} {
		cs := readText(t, "# Acme\n\n## Contacts\n\n"+line+"\n").Policy.Contacts
		if assert.Len(t, cs, 1, line) {
			assert.Equal(t, "On-Call Engineer", cs[0].Role, line)
			assert.Equal(t, "ana@example.com", cs[0].Email, line)
		}
	}
}
