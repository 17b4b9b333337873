package chaos

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// TestABotTokenThatIsRevokedEndsTheProcess with the exit code and the words that a
// wrong one at the start gets. One odd refusal ends nothing.
func TestABotTokenThatIsRevokedEndsTheProcess(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	r := h.replica()
	r.ready()
	h.sim.Mischief().FailNext("conversations.create", 1, slacksim.Fault{Error: "token_revoked"})
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 000"))
	h.rest(time.Minute)
	h.judge(1)
	require.NoError(t, r.cmd.Process.Signal(syscall.Signal(0)), "it runs on")

	h.sim.Mischief().RevokeBotToken()
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 001"))
	code, err := r.exit(30 * time.Second)
	require.NoError(t, err)
	assert.Equal(t, 2, code)
	assert.Contains(t, r.log(), "mayday: slack auth.test: token_revoked: SLACK_BOT_TOKEN is not accepted (revoked, mistyped, or the app was removed)")
}

// TestAnEndDoesNotWaitForADatabaseThatHangs: with effects in hand it takes no more
// than ten seconds and is an ordinary end; the next replica does what was left.
func TestAnEndDoesNotWaitForADatabaseThatHangs(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	r := h.replica()
	r.ready()
	h.sim.Mischief().FailNext("conversations.create", 3, slacksim.Fault{Hang: 3 * time.Second})
	for i := range 3 {
		require.True(t, h.types("ana", "general", fmt.Sprintf("/incident p2 slow-pages chaos %03d", i)))
	}
	thaw := h.freezeDatabase()
	defer thaw()
	code, err := r.stop(10 * time.Second)
	require.NoError(t, err)
	assert.Zero(t, code)
	assert.Contains(t, r.log(), `"left":[`)
	thaw()
	h.replica().ready()
	h.rest(time.Minute)
	h.judge(3)
}

// freezeDatabase stops every process of the database where it stands: connections
// stay, and nobody answers.
func (h *house) freezeDatabase() (thaw func()) {
	h.t.Helper()
	b, err := os.ReadFile(filepath.Join(query[string](h, `show data_directory`)[0], "postmaster.pid"))
	require.NoError(h.t, err)
	first, _, _ := strings.Cut(string(b), "\n")
	server, err := strconv.Atoi(first)
	require.NoError(h.t, err)
	signal := func(s syscall.Signal, pids []int) {
		for _, pid := range pids {
			_ = syscall.Kill(pid, s) // it may have ended meanwhile
		}
	}
	var all []int
	require.Eventually(h.t, func() bool { // what is being born when the first is stopped is found the second time
		known := len(all)
		all = append(childrenOf(h.t, server), server)
		signal(syscall.SIGSTOP, all)
		return len(all) == known && !slices.ContainsFunc(all, func(pid int) bool { state, _ := statOf(pid); return !strings.Contains("TZ", state) })
	}, time.Minute, 5*time.Millisecond)
	return func() { signal(syscall.SIGCONT, all) }
}

func childrenOf(t testing.TB, parent int) (pids []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, path := range stats {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		require.NoError(t, err)
		if _, of := statOf(pid); of == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// statOf is the state of a process and its parent; empty when it ended.
func statOf(pid int) (state, parent string) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", ""
	}
	_, after, _ := strings.Cut(string(b), ") ") // pid (name) state parent …
	fields := strings.Fields(after)
	return fields[0], fields[1]
}
