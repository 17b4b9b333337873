package main

import (
	"context"
	"encoding/json"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
	"mayday/store/localpg"
)

// shell is a terminal without Slack: a database, a runbook, and nothing else in the environment.
func shell(t *testing.T) (*localpg.Server, *store.Store) {
	t.Helper()
	pg := privateServer(t)
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MAYDAY_RUNBOOK", "MAYDAY_TIMEZONE", "GITHUB_REPOSITORY"} {
		t.Setenv(name, "")
	}
	t.Setenv("DATABASE_URL", pg.URL())
	t.Setenv("USER", "walter")
	st, err := store.Open(t.Context(), store.Config{URL: pg.URL()})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	return pg, st
}

// typed runs a command that has to work.
func typed(t *testing.T, args ...string) string {
	t.Helper()
	out, err := said(t, append([]string{"incident"}, args...)...)
	require.NoError(t, err, args)
	return out
}

// refused runs a command that must not work, and gives what it says and its exit code.
func refused(t *testing.T, args ...string) (string, int) {
	t.Helper()
	_, err := said(t, append([]string{"incident"}, args...)...)
	require.Error(t, err, args)
	code := exitFailed
	if _, wrong := err.(unusable); wrong {
		code = exitUnusable
	}
	return err.Error(), code
}

// TestIncidentsInATerminal uses one server for all, because starting it is slow.
func TestIncidentsInATerminal(t *testing.T) {
	pg, st := shell(t)
	row := func(number int64) incident.Incident {
		t.Helper()
		inc, err := st.Incident(t.Context(), incident.Ref{Incident: number})
		require.NoError(t, err)
		return inc
	}

	t.Run("declare says who is called, and that nobody carries it out", func(t *testing.T) {
		assert.Contains(t, typed(t, "list"), "No incident is open")
		out := typed(t, "declare", "p0", "site-down", "checkout answers <500> & more", "--as", "ben@acme.dev")
		for _, want := range []string{"P0 incident 1 is declared: checkout answers <500> & more", "by ben@acme.dev", "respond by", "UTC", "mayday runbook --walk site-down",
			"MAYDAY_RUNBOOK is not set", "On-Call Engineer", "+1 555 0100", "No mayday runs on this database", "Telephone the people above"} {
			assert.Contains(t, out, want)
		}
		inc := row(1)
		assert.Equal(t, "ben@acme.dev", inc.DeclaredBy)
		assert.Equal(t, "site-down", inc.Walk().Playbook.Slug)
		var waits int
		require.NoError(t, st.Pool().QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'create_channel'`).Scan(&waits))
		assert.Equal(t, 1, waits, "whoever carries jobs out finds it")
	})
	t.Run("a runbook whose contacts are still a template", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "runbook.md")
		require.NoError(t, os.WriteFile(file, []byte("# Shop\n\n## Severities\n\n| Severity | Response time |\n|---|---|\n| P0 | 15 minutes |\n\n## Contacts\n\n### On-Call Engineer\n- Name: [Name]\n- Phone: [Phone]\n"), 0o644))
		t.Setenv("MAYDAY_RUNBOOK", file)
		out := typed(t, "declare", "p0", "lamps flicker", "--another", "--as", "ben@acme.dev")
		assert.Contains(t, out, "telephone whoever can help")
		assert.NotContains(t, out, "people above")
		typed(t, "cancel", "2", "tried", "--as", "ben@acme.dev")
	})
	t.Run("what may be the same is asked about", func(t *testing.T) {
		says, code := refused(t, "declare", "p0", "site-down", "again", "--as", "mia@acme.dev")
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, says, "incident 1 may be the same")
		assert.Contains(t, says, "--another")
		out := typed(t, "p1", "queue is stuck", "--another", "--drill")
		assert.Contains(t, out, "P1 drill 3", "declare may be left out")
		assert.NotContains(t, out, "Telephone", "a drill wakes nobody")
	})
	t.Run("who acts is honest", func(t *testing.T) {
		assert.NotContains(t, typed(t, "note", "1", "looked at the graphs"), "above", "nobody is listed there")
		typed(t, "note", "1", "so did I", "--as", "MIA")
		evs, err := st.Timeline(t.Context(), 1, 0, 0)
		require.NoError(t, err)
		assert.Equal(t, "walter (terminal)", evs[len(evs)-2].By)
		assert.Equal(t, "MIA (terminal)", evs[len(evs)-1].By, "a name is never taken for an account")
		_, err = st.Update(t.Context(), incident.Ref{Incident: 1}, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PageDelivered(inc, 0, []incident.Person{"U0ANA00001"}, now)
		})
		require.NoError(t, err)
		typed(t, "note", "1", "and I", "--as", row(1).Policy.Contacts[0].Email)
		evs, err = st.Timeline(t.Context(), 1, 0, 0)
		require.NoError(t, err)
		assert.Equal(t, "U0ANA00001", evs[len(evs)-1].By, "whom a page reached by this address has that account")
		told := typed(t, "timeline", "1")
		assert.Contains(t, told, "Ana Ruiz noted: and I", "an account is nobody's name")
		assert.NotContains(t, told, "U0ANA00001")
	})
	t.Run("an id without a digit may be a name", func(t *testing.T) {
		rb := &playbooks.Runbook{}
		rb.Policy.Contacts = []incident.Contact{{Name: "Uma", Slack: "<@UGKLVFKTL>"}}
		for as, by := range map[string]string{
			"U012ABCDEF": "U012ABCDEF", "UGKLVFKTL": "UGKLVFKTL", "WILLIAMS": "WILLIAMS (terminal)", "U012ABCDEF or so": "U012ABCDEF or so (terminal)",
		} {
			at := &terminal{rb: rb}
			require.NoError(t, at.identify(t.Context(), as))
			assert.Equal(t, by, at.by)
		}
	})
	t.Run("a machine whose user has no name", func(t *testing.T) {
		nobody := func() (*user.User, error) { return nil, user.UnknownUserIdError(65532) }
		assert.Empty(t, machineUser("", nobody), "a container")
		assert.Equal(t, "root", machineUser("", func() (*user.User, error) { return &user.User{Username: "root"}, nil }), "a service, or cron")
		assert.Equal(t, "walter", machineUser("walter", nobody))
		err := (&terminal{}).identify(t.Context(), "")
		assert.ErrorContains(t, err, "--as")
		assert.ErrorAs(t, err, new(unusable))
		reader := &terminal{reads: true}
		require.NoError(t, reader.identify(t.Context(), ""), "to read the list nobody has to say who they are")
		assert.NotEmpty(t, reader.by, "who is nobody would see private incidents")
	})
	t.Run("two at once", func(t *testing.T) {
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []string{"ben@acme.dev", "mia@acme.dev"} {
			both.Go(func() { _, errs[i] = said(t, "incident", "ack", "1", "--as", who) })
		}
		both.Wait()
		if errs[0] != nil {
			errs[0], errs[1] = errs[1], errs[0]
		}
		require.NoError(t, errs[0])
		require.Error(t, errs[1])
		assert.Regexp(t, `(?i)already.* by (ben|mia)@acme.dev`, errs[1].Error())
		assert.NotContains(t, errs[1].Error(), "<", "no markup")
	})
	t.Run("update, show and timeline", func(t *testing.T) {
		out := typed(t, "update", "#1", "rolled back", "next", "30m")
		assert.Contains(t, out, "rolled back")
		assert.Regexp(t, regexp.MustCompile(`Next update by \d\d:\d\d UTC`), out)
		assert.NotContains(t, row(1).LastUpdate.Text, "next")
		assert.Contains(t, typed(t, "status", "1", "monitoring"), "monitoring")
		assert.Contains(t, typed(t, "take", "1", "scribe", "--as", "mia@acme.dev"), "scribe")
		out = typed(t, "show", "1")
		for _, want := range []string{"P0 incident 1 is monitoring", "rolled back", "lead", "scribe", "mia@acme.dev", "acknowledged"} {
			assert.Contains(t, out, want)
		}
		out = typed(t, "timeline", "1")
		assert.Less(t, strings.Index(out, "declared P0"), strings.Index(out, "rolled back"))
		var evs []map[string]any
		require.NoError(t, json.Unmarshal([]byte(typed(t, "timeline", "1", "--json")), &evs))
		assert.Equal(t, "declared", evs[0]["kind"])
		var list []map[string]any
		require.NoError(t, json.Unmarshal([]byte(typed(t, "list", "--json")), &list))
		assert.Len(t, list, 2)
	})
	t.Run("which one is asked", func(t *testing.T) {
		says, code := refused(t, "resolve")
		assert.Equal(t, exitUnusable, code)
		assert.Contains(t, says, "mayday incident resolve 1")
		assert.Contains(t, says, "mayday incident resolve 3")
		says, code = refused(t, "ack", "99")
		assert.Equal(t, exitUnusable, code)
		assert.Contains(t, says, "there is no incident 99")
		says, code = refused(t, "ack", "1", "please")
		assert.Equal(t, exitUnusable, code)
		assert.Contains(t, says, "please")
		typed(t, "cancel", "3", "the drill is over")
		assert.Contains(t, typed(t, "resolve", "bad build, rolled back"), "bad build, rolled back", "the only one that is open")
		says, code = refused(t, "update", "1", "too late")
		assert.Equal(t, exitFailed, code)
		assert.NotContains(t, says, "/incident", "it says what to type here")
		assert.Contains(t, says, "mayday incident reopen")
		assert.Equal(t, incident.Resolved, row(1).Status)
		out := typed(t, "reopen", "1", "it is back")
		assert.Contains(t, out, "it is back")
		assert.NotContains(t, out, "nobody is called", "who acknowledged needs no call")
		assert.NotContains(t, typed(t, "resolve", "1", "now it is"), "nobody is called", "nobody is to be called")
	})
	t.Run("a number that may be part of what is said", func(t *testing.T) {
		typed(t, "declare", "p2", "lamps are dark", "--another", "--drill")
		notes := func(number int64) (list []string) {
			evs, err := st.Timeline(t.Context(), number, 0, 0)
			require.NoError(t, err)
			for _, ev := range evs {
				if ev.Kind == incident.EventNoted {
					list = append(list, ev.Text)
				}
			}
			return list
		}
		before := len(notes(2))
		for number, wants := range map[string][]string{"2": {"incident 2 is over", "mayday incident note inc-2 nodes down"}, "99": {"there is no incident 99"}} {
			says, code := refused(t, "note", number, "nodes", "down")
			assert.Equal(t, exitUnusable, code)
			for _, want := range append(wants, "nothing was recorded", `mayday incident note "`+number+` nodes down"`) {
				assert.Contains(t, says, want)
			}
		}
		assert.Len(t, notes(2), before)
		says, _ := refused(t, "resolve", "2", "nodes", "back")
		assert.Contains(t, says, `mayday incident resolve "2 nodes back"`)
		typed(t, "note", "2 nodes down")
		typed(t, "note", "4", "2", "more nodes")
		typed(t, "note", "inc-2", "it was the lamp")
		assert.Equal(t, []string{"2 nodes down", "2 more nodes"}, notes(4))
		assert.Equal(t, "it was the lamp", notes(2)[before])
		typed(t, "cancel", "4", "the drill is over")
	})
	t.Run("what is no declaration", func(t *testing.T) {
		for _, args := range [][]string{{"declare"}, {"declare", "checkout is slow"}, {"declare", "p1", "ack"}} {
			_, code := refused(t, args...)
			assert.Equal(t, exitUnusable, code, args)
		}
		says, code := refused(t, "declare", "p9", "checkout is slow")
		assert.Equal(t, exitUnusable, code)
		assert.Contains(t, says, "P0")
		says, _ = refused(t, "declare", "p0")
		assert.Contains(t, says, "declare p0 checkout", "the severity was named")
		assert.NotContains(t, says, "No severity")
		for _, args := range [][]string{{"aknowledge", "1"}, {"handover", "@ben"}} {
			says, code = refused(t, args...)
			assert.Equal(t, exitUnusable, code)
			assert.Contains(t, says, "none of the commands here, which are ack, ", args)
			assert.NotContains(t, says, "p1 "+args[0], "a mistyped command is no title")
		}
		assert.Contains(t, typed(t, "declare", "p2", "something about the database", "--another"), "is declared", "nobody is held up by the question which scenario it is")
	})
	t.Run("a private one is shown to those who take part", func(t *testing.T) {
		typed(t, "declare", "p1", "a leak", "--private", "--another", "--as", "ben@acme.dev")
		assert.NotContains(t, typed(t, "list", "--as", "mia@acme.dev"), "a leak")
		assert.Contains(t, typed(t, "list", "--as", "ben@acme.dev"), "a leak")
	})
	t.Run("Slack is away, and a replica is there", func(t *testing.T) {
		_, err := st.BeginOutage(t.Context(), st.Now())
		require.NoError(t, err)
		r := st.Replica("one")
		ctx, cancel := context.WithCancel(t.Context())
		var lives sync.WaitGroup
		lives.Go(func() { r.Run(ctx) })
		t.Cleanup(func() { cancel(); lives.Wait() })
		require.Eventually(t, func() bool { c, err := st.Carriers(t.Context()); return err == nil && c.Alive == 1 }, 20*time.Second, 10*time.Millisecond)
		assert.Contains(t, typed(t, "declare", "p1", "mail is late", "--another"), "Slack has been away since")
	})
	t.Run("a database that takes nothing", func(t *testing.T) {
		_, err := st.Pool().Exec(t.Context(), `alter system set default_transaction_read_only = on`)
		require.NoError(t, err)
		_, err = st.Pool().Exec(t.Context(), `select pg_reload_conf()`)
		require.NoError(t, err)
		var says string
		require.Eventually(t, func() bool {
			_, err := said(t, "incident", "note", "1", "x")
			if err != nil {
				says = err.Error()
			}
			return err != nil
		}, 20*time.Second, 100*time.Millisecond)
		assert.Contains(t, says, "nothing was recorded: the database mayday on /")
		assert.Contains(t, says, "(DATABASE_URL) takes no writes")
		assert.Contains(t, says, "+1 555 0100")
		st.Close()
		require.NoError(t, pg.Stop(context.Background()))
		says, code := refused(t, "declare", "p0", "site-down", "x")
		assert.Equal(t, exitFailed, code)
		assert.Regexp(t, `nothing was recorded: the database mayday on /\S+:\d+ \(DATABASE_URL\) does not answer: nothing listens there\. See whether it runs, .*: pg_isready -h /\S+ -p \d+\. Try again`, says)
		assert.Contains(t, says, "MAYDAY_RUNBOOK is not set", "the numbers are the example's")
		shown, _ := refused(t, "list")
		assert.Contains(t, shown, "nothing was shown: the database mayday on /")
		assert.Contains(t, says, "+1 555 0100")
		assert.NotContains(t, says, "postgres://")
		t.Setenv("DATABASE_URL", "")
		_, code = refused(t, "list")
		assert.Equal(t, exitUnusable, code)
	})
}
