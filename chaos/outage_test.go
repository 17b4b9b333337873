package chaos

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
	"mayday/store/storetest"
)

// health waits until a process serves its health pages, and gives their address.
func (r *replica) health() (address string) {
	r.h.t.Helper()
	require.Eventually(r.h.t, func() bool {
		_, after, found := strings.Cut(r.log(), `"at":"`)
		address, _, _ = strings.Cut(after, `"`)
		return found
	}, time.Minute, 10*time.Millisecond, "%s serves no health pages", r.name)
	return "http://" + address
}

func get(t testing.TB, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	require.NoError(t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(b)
}

// TestWithoutADatabasePeopleAreToldWhomToCall: it is stopped, then it hangs; each
// time the answer comes before Slack loses patience, and afterwards all goes on.
func TestWithoutADatabasePeopleAreToldWhomToCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	r := h.replica()
	address := r.ready()
	notRecorded := func(command string) {
		t.Helper()
		reply := h.sim.Command("ana", "general", command)
		assert.True(t, reply.Acked, reply.Err)
		for _, want := range []string{"Nothing was recorded", "Call somebody now", "On-Call Engineer (Ana Ruiz), +1 555 0100", "CTO (Chidi Eze), +1 555 0102"} {
			assert.Contains(t, reply.Text, want, command)
		}
	}
	// Commands of one channel are handled one after the other: the time of the second is over when its turn comes.
	twoAtOnce := func() {
		t.Helper()
		var both sync.WaitGroup
		both.Go(func() { notRecorded("/incident p0 site-down chaos 002") })
		both.Go(func() { notRecorded("/incident p0 site-down chaos 003") })
		both.Wait()
	}
	h.stopDatabase()
	for _, command := range []string{"/incident p0 site-down chaos 000", "/incident ack 1", "/incident list"} {
		notRecorded(command)
	}
	code, body := get(t, address+"/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, code)
	assert.Contains(t, body, "database")
	code, _ = get(t, address+"/healthz")
	assert.Equal(t, http.StatusOK, code, "a restart would not help")
	h.startDatabase()
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 000"), "it works again without a restart")

	// A database that takes the question and never answers.
	tx, err := h.db.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `lock table mayday.incident in access exclusive mode`)
	require.NoError(t, err)
	notRecorded("/incident p0 site-down chaos 001")
	notRecorded("/incident list")
	twoAtOnce()
	require.NoError(t, tx.Rollback(t.Context()))
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 001"))

	// One whose machine stands still.
	thaw := h.freezeDatabase()
	defer thaw()
	twoAtOnce()
	thaw()
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 002"))
	h.rest(time.Minute)
	h.judge(3)
	require.Empty(t, commands(h.sim.Violations()), "every command was acknowledged in time")
	for line := range strings.Lines(r.log()) {
		assert.NotRegexp(t, stackTrace, line, "whoever reads the log of an outage sees what happened, not where a library stood")
	}
}

// stackTrace is what a stack trace leaves in a line of the log.
var stackTrace = regexp.MustCompile(`"stacktrace"|goroutine \d+|\.go:\d+`)

// TestADatabaseThatTakesNoWrites answers everything and records nothing: mayday is not
// ready, says so to people, and goes on by itself when it writes again.
func TestADatabaseThatTakesNoWrites(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	r := h.replica()
	address := r.ready()
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 000"))
	storetest.Fence(t, h.pg)
	require.Eventually(t, func() bool {
		code, body := get(t, address+"/readyz")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "takes no writes")
	}, 5*time.Second, 10*time.Millisecond)
	for _, command := range []string{"/incident p0 site-down chaos 001", "/incident ack 1"} {
		reply := h.sim.Command("ana", "general", command)
		assert.True(t, reply.Acked, reply.Err)
		assert.Contains(t, reply.Text, "Nothing was recorded", command)
		assert.Contains(t, reply.Text, "Call somebody now", command)
	}
	storetest.Unfence(t, h.pg)
	time.Sleep(2 * time.Second)
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 001"))
	code, _ := get(t, address+"/readyz")
	assert.Equal(t, http.StatusOK, code)
	h.rest(time.Minute)
	h.judge(2)
	require.Empty(t, commands(h.sim.Violations()), "every command was acknowledged in time")
}

// commands leaves out of some violations that an event was not acknowledged: what could
// not be recorded is not, so that Slack sends it again.
func commands(violations []string) []string {
	return slices.DeleteFunc(violations, func(v string) bool { return strings.HasPrefix(v, "no acknowledgement of event ") })
}

// TestADatabaseThatIsDownAtTheStartIsWaitedFor, while the health pages say so.
func TestADatabaseThatIsDownAtTheStartIsWaitedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	h.stopDatabase()
	r := h.replica()
	address := r.health()
	code, body := get(t, address+"/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, code)
	assert.Contains(t, body, "waiting for the database")
	require.Eventually(t, func() bool { return strings.Contains(r.log(), "mayday waits for it") }, time.Minute, 10*time.Millisecond)
	h.startDatabase()
	r.ready()
	code, _ = get(t, address+"/readyz")
	assert.Equal(t, http.StatusOK, code)
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 000"))

	h.stopDatabase()
	waiting := h.replica()
	waiting.health()
	code, err := waiting.stop(10 * time.Second)
	require.NoError(t, err)
	assert.Zero(t, code, "asked to end while it waits")
	h.startDatabase()
}

// TestSettingsThatCannotWorkEndTheProcess with exit code 2 and the name of the setting.
func TestSettingsThatCannotWorkEndTheProcess(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		setting string
		says    []string
	}{
		"bot token":  {"SLACK_BOT_TOKEN=xoxb-revoked", []string{"SLACK_BOT_TOKEN", "is not accepted"}},
		"app token":  {"SLACK_APP_TOKEN=xapp-revoked", []string{"SLACK_APP_TOKEN", "is not accepted"}},
		"database":   {"", []string{"no_such_database", "DATABASE_URL"}},
		"no setting": {"SLACK_APP_TOKEN=", []string{"SLACK_APP_TOKEN is not set"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
			if tt.setting == "" {
				tt.setting = "DATABASE_URL=" + h.pg.AdminURL("no_such_database")
			}
			r := h.replica(tt.setting)
			code, err := r.exit(time.Minute)
			require.NoError(t, err)
			assert.Equal(t, 2, code)
			for _, want := range tt.says {
				assert.Contains(t, strings.ReplaceAll(r.log(), "SLACK_APP_TOKEN: is", "SLACK_APP_TOKEN is"), want)
			}
		})
	}
}

// TestMetrics: every figure that docs/operating.md names is there after one incident.
func TestMetrics(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	r := h.replica()
	address := r.ready()
	h.sim.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{HTTP: http.StatusTooManyRequests, RetryAfter: 1})
	require.True(t, h.types("ana", "general", "/incident p1 queue-stuck chaos 000"))
	time.Sleep(7 * time.Second) // the response clock of this runbook's P1
	h.rest(time.Minute)
	_, page := get(t, address+"/metrics")
	for _, want := range []string{
		`mayday_slack_acknowledgement_seconds_count{kind="`,
		`mayday_clock_lateness_seconds_count{clock="respond"} 1`,
		`mayday_effects_total{kind="create_channel",outcome="done"} 1`,
		`mayday_effect_seconds_count{kind="send_page"}`,
		`mayday_slack_calls_total{method="chat.postMessage",result="ok"}`,
		`mayday_slack_calls_total{method="chat.postMessage",result="rate_limited"} 1`,
		`mayday_slack_rate_waits_total{`,
		`mayday_slack_sockets 2`,
		`mayday_open_incidents 1`,
		`mayday_carries_jobs 1`,
		`mayday_slack_away 0`,
		`mayday_clock_skew_seconds `,
	} {
		assert.Contains(t, page, want)
	}
	require.NoError(t, h.db.Ping(context.Background()))
}
