package program

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"mayday/oncall"
	"mayday/playbooks"
)

// TestAChangedRunbookIsJudgedAsTheFirst: what the settings allow in its SQL is allowed after an edit too.
func TestAChangedRunbookIsJudgedAsTheFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "RUNBOOK.md")
	write := func(more string) {
		require.NoError(t, os.WriteFile(path, []byte("# Runbook\n\n## Scenario: queue is stuck\n\n1. Look at the queue:\n\n```sql\nselect public.queue_depth('mail');\n```\n\n2. Restart the worker.\n"+more), 0o600))
	}
	runs := func(r *runbook) (names []string) {
		for _, playbook := range r.current().Scenarios {
			for _, step := range playbook.Steps {
				if step.Query != nil {
					names = append(names, step.Query.SQL)
				}
			}
		}
		return names
	}
	write("")
	r, err := openRunbook(Config{Runbook: path, SQLFunctions: []string{"public.queue_depth"}}, Options{Log: zap.NewNop()})
	require.NoError(t, err)
	before, version := runs(r), r.current().Version
	require.Len(t, before, 1)
	fault, lost := r.look(zap.NewNop())
	assert.Empty(t, fault, lost)
	assert.Equal(t, version, r.current().Version)
	write("3. Tell the customers.\n")
	fault, lost = r.look(zap.NewNop())
	assert.Empty(t, fault, lost)
	assert.NotEqual(t, version, r.current().Version)
	assert.Equal(t, before, runs(r))
}

// TestWhomASettingCallsIsThereAfterAnEdit: a runbook that names nobody, because a setting does, is not without contacts, and an edit of it is taken over.
func TestWhomASettingCallsIsThereAfterAnEdit(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "RUNBOOK.md")
	write := func(more string) {
		require.NoError(t, os.WriteFile(path, []byte("# Runbook\n\n## Scenario: queue is stuck\n\n1. Restart the worker.\n"+more), 0o600))
	}
	source, _ := oncall.Line("Slack: @oncall")
	write("")
	r, err := openRunbook(Config{Runbook: path, OnCall: OnCall{Roles: []playbooks.OnCallSetting{{Variable: "MAYDAY_ONCALL_PRIMARY", Role: "primary", Sources: []oncall.Source{source}}}}}, Options{Log: zap.NewNop()})
	require.NoError(t, err)
	version := r.current().Version
	called := func() {
		t.Helper()
		require.Len(t, r.current().Policy.Contacts, 1)
		assert.Equal(t, source.Key, r.current().Policy.Contacts[0].Roster)
	}
	called()
	write("2. Tell the customers.\n")
	fault, lost := r.look(zap.NewNop())
	assert.Empty(t, fault, lost)
	assert.NotEqual(t, version, r.current().Version)
	called()
}
