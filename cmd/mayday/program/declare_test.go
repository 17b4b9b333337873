package program

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is declared where no token is set is carried out where they are: it names the same people, and the other ways to reach them.
func TestADeclarationWithoutTokensCallsTheSamePeople(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runbook.md")
	text := "# Runbook\n\n| Severity | Response |\n|---|---|\n| P0 | 15 minutes |\n\n## Contacts\n\n### On-Call\n- Name: Ana Ruiz\n- Email: ana@example.com\n- SMS: +44 7700 900123\n\n### Database\n- PagerDuty: PABC123\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	env := map[string]string{"MAYDAY_RUNBOOK": path, "MAYDAY_ONCALL_ON_CALL": "https://calendar.acme.dev/rota.ics"}
	c, problems := FromEnv(func(name string) string { return env[name] }, false, "MAYDAY_ONCALL_ON_CALL")
	require.Empty(t, problems)
	rb, err := ReadToDeclare(c)
	require.NoError(t, err)
	assert.True(t, rb.Policy.Methods, "whoever carries it out looks for them")
	require.Len(t, rb.Policy.Contacts, 2)
	assert.Len(t, rb.Policy.Contacts[0].Methods, 1)
	assert.NotEmpty(t, rb.Policy.Contacts[0].Roster, "the setting wins here, too")
	assert.NotEmpty(t, rb.Policy.Contacts[1].Roster, "what the runbook names stays, without a token to ask with")
}
