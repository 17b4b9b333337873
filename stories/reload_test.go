package stories

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// tellLines carries out lines of a story in a test that does more than a script can.
func (w *world) tellLines(story string) {
	w.t.Helper()
	for _, l := range strings.Split(story, "\n") {
		if l = strings.TrimSpace(l); l != "" && (!w.line(l) || w.t.Failed()) {
			w.t.Fatalf("%s\n%s", l, w.scene())
		}
	}
}

// TestRunbookIsReadAgain: a changed runbook is for new incidents only, and a
// broken edit keeps the last good one and says so, once.
func TestRunbookIsReadAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "runbook.md")
	good, err := os.ReadFile("testdata/reload.md")
	require.NoError(t, err)
	write := func(text string) {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	}
	require.NoError(t, os.WriteFile(file, good, 0o600))
	w := newWorld(t, map[string]string{"MAYDAY_RUNBOOK": file, "MAYDAY_OPS_CHANNEL": "general"})
	w.tellLines(`
		in #general
		ana /incident p1 queue-stuck
		expect #inc-1 'Queue Stuck' 'Acknowledge'
		expect #inc-1 'Step 1/2' 'Look at the queue'
		expect #incidents 'Queue Stuck'
		expect #inc-1 'On-Call' 'Paging'
		expect @ana 'Queue Stuck'
		quiet`)

	write(strings.Replace(string(good), "Look at the queue", "Count the jobs that wait", 1))
	require.True(t, w.eventually(func() bool {
		w.reply = w.sim.Command("ana", mustPlace(w, "general"), "/incident runbook queue-stuck")
		return w.hasReplied([]string{"Count the jobs that wait"})
	}))
	w.tellLines(`
		in #inc-1
		ana /incident steps
		reply 'Look at the queue'
		quiet
		in #general
		ana /incident p1 queue-stuck --another second
		expect #inc-2 'second' 'Acknowledge'
		expect #inc-2 'Step 1/2' 'Count the jobs that wait'
		expect #incidents 'second'
		expect #inc-2 'On-Call' 'Paging'
		expect @ana 'second'`)

	write("# Empty\n\nSomebody saved half a file.\n")
	w.tellLines(`
		expect #general 'cannot be used' 'scenarios: there is no playbook'
		ana /incident runbook queue-stuck
		reply 'Count the jobs that wait'
		quiet`)
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP)) // the same fault is not told again
	w.tellLines(`quiet`)

	require.NoError(t, os.Remove(file))
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	w.tellLines(`
		expect #general 'cannot be used' 'cannot be read'
		quiet`)

	// A restart with the good file at hand knows what was told before.
	require.NoError(t, os.WriteFile(file, good, 0o600))
	w.tellLines(`
		restart
		expect #general 'good again'
		ana /incident runbook queue-stuck
		reply 'Look at the queue'
		quiet`)
}

func mustPlace(w *world, name string) string {
	id, ok := w.place(name)
	require.True(w.t, ok, name)
	return id
}
