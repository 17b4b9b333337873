package stories

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestANewContactGetsWhatIsNeeded: once, by direct message, to be ticked; the operators hear when all is there. Who was
// a contact before is not new.
func TestANewContactGetsWhatIsNeeded(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "runbook.md")
	text, err := os.ReadFile("testdata/access.md")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	w := newWorld(t, map[string]string{"MAYDAY_RUNBOOK": file, "MAYDAY_OPS_CHANNEL": "general", "MAYDAY_DIGEST": "09:00"})
	w.tellLines(`
		in #general
		mia /incident access
		reply 'Tools' 'to ask the database' 'Accounts and rights' 'Berth: admin of the shop' 'https://berth.test/shop'
		advance 23h`)
	require.True(t, w.eventually(func() bool { // who is there already
		known, err := w.prog.Store.Greeted(t.Context())
		return err == nil && len(known) == 1
	}))
	w.tellLines("quiet")

	more := strings.Replace(string(text), "ana@example.com", "ana@example.com\n- **DevOps Lead:** Ben Okafor, ben@example.com", 1)
	require.NoError(t, os.WriteFile(file, []byte(more), 0o600))
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	require.True(t, w.eventually(func() bool {
		w.reply = w.sim.Command("ana", mustPlace(w, "general"), "/incident contacts")
		return w.hasReplied([]string{"Ben Okafor"})
	}))
	w.tellLines(`
		advance 24h
		expect @ben 'one of the runbook' 'tick what you have' '0 of 3'
		quiet`)

	direct := w.sim.Direct("ben")
	list := w.find("@ben", []string{"tick what you have"})
	require.Len(t, list, 1)
	tick := func(values ...string) {
		r := w.sim.Press("ben", direct, list[0].TS, "access:0", values)
		require.Empty(t, r.Err)
	}
	tick("0///1", "0///3")
	w.tellLines("shows @ben '2 of 3'")
	tick("0///3")
	w.tellLines("shows @ben '1 of 3'")
	tick("0///1", "0///2", "0///3")
	w.tellLines(`
		shows @ben 'You have all that a responder needs' '3 of 3'
		expect #general 'Ben Okafor has all that a responder needs (3 of 3)'
		pings #general nobody 'Ben Okafor has all'
		quiet
		restart
		advance 24h
		quiet`)
}
