package playbooks

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnEscalationWrittenAsASentence(t *testing.T) {
	const contacts = "# Ferry\n\n## Contacts\n\n- On call: Ana Ruiz, ana@example.com\n- CTO: Ben Okafor, ben@example.com\n- Captain: Chidi Eze, chidi@example.com, after 1 hour\n\n## Escalation\n\n"
	for text, want := range map[string]time.Duration{
		"If nobody answers within 15 minutes, call the CTO.":                          15 * time.Minute,
		"Stay calm. If there is no response after 20 min, page Ben Okafor.":           20 * time.Minute,
		"- If the on-call engineer does not acknowledge within 10 minutes, call CTO.": 10 * time.Minute,
		"When a P0 is unresolved for 2 hours, notify the CTO.":                        2 * time.Hour,
		"If the customer does not answer within 15 minutes, call the CTO.":            0,
		"If nobody answers within 15 minutes, call the mayor.":                        0,
		"If nobody answers within 15 minutes, call the CTO and after 30 the captain.": 0,
		"If nobody answers, call the CTO.":                                            0,
		"Call the CTO within 15 minutes.":                                             0,
		"If nobody answers within 15 minutes, call the Captain.":                      0,
	} {
		rb, err := Read(fstest.MapFS{"x.md": {Data: []byte(contacts + text + "\n")}}, "x.md")
		require.NoError(t, err)
		require.Len(t, rb.Policy.Contacts, 3, text)
		rule := rb.Policy.Contacts[1].Rule
		assert.Equal(t, want > 0, rule.After.Set, text)
		assert.Equal(t, want, rule.After.D, text)
		assert.Equal(t, time.Hour, rb.Policy.Contacts[2].Rule.After.D, "a rule of their own stands: %s", text)
	}
	rb, err := Read(fstest.MapFS{"x.md": {Data: []byte(contacts + "When a P0 is unresolved for 2 hours, notify the CTO.\n")}}, "x.md")
	require.NoError(t, err)
	assert.Equal(t, []string{"P0"}, rb.Policy.Contacts[1].Rule.Only)
}
