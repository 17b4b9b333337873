package workers

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// noSlack is how Slack answers while it is away.
var noSlack = slacksim.Fault{HTTP: http.StatusServiceUnavailable}

// returned has Slack answer again, and waits until that is noticed and all is done.
func (r *room) returned() {
	r.t.Helper()
	r.sim.Mischief().Clear()
	r.wait("it is noticed that Slack is back", func() bool {
		_, open, err := r.st.OpenOutage(r.t.Context())
		return err == nil && !open
	})
	r.idle()
}

// idle waits until nothing is left to do.
func (r *room) idle() {
	r.t.Helper()
	r.wait("all is done", func() bool {
		var left int
		err := r.st.Pool().QueryRow(r.t.Context(), `select count(*) from river.river_job where state in ('available', 'running', 'retryable', 'scheduled')`).Scan(&left)
		return err == nil && left == 0
	})
}

func (r *room) update(text string) {
	r.t.Helper()
	_, err := r.st.Update(r.t.Context(), r.inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Announce(inc, r.inc.DeclaredBy, text, 0, now)
	})
	require.NoError(r.t, err)
}

// TestWhatHappensWhileSlackIsAwayIsToldOnceItIsBack: together and in order, and nothing gave up meanwhile however often it would
// have been tried.
func TestWhatHappensWhileSlackIsAwayIsToldOnceItIsBack(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	_, err := r.st.Pool().Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{declared_at}', to_jsonb(now() - interval '1 hour'))`)
	require.NoError(t, err)
	r.cfg.AwayAfter = 300 * time.Millisecond
	r.work()
	r.update("before")
	r.wait("the update is told", func() bool { return len(r.messages("before")) == 2 })
	r.idle()
	r.sim.ResetCalls()
	r.sim.Mischief().FailRate("*", 1, noSlack, 1)
	r.update("the first")
	r.wait("it is noticed that Slack is away", func() bool {
		_, open, err := r.st.OpenOutage(t.Context())
		return err == nil && open
	})
	r.update("the second")
	r.update("the third")
	r.wait("all that needs Slack waits for it", func() bool {
		var busy int
		err := r.st.Pool().QueryRow(t.Context(), `select count(*) from river.river_job where state in ('available', 'running') or state in ('retryable', 'scheduled') and scheduled_at < now() + interval '1 minute'`).Scan(&busy)
		return err == nil && busy == 0
	})
	asked := len(r.sim.CallsOf("chat.postMessage")) + len(r.sim.CallsOf("chat.update"))
	time.Sleep(3 * r.cfg.AwayAfter)
	assert.Equal(t, asked, len(r.sim.CallsOf("chat.postMessage"))+len(r.sim.CallsOf("chat.update")), "nothing is tried while nobody answers")
	r.returned()

	told := r.messages("Slack was away")
	require.NotEmpty(t, told)
	var channel []slacksim.Message
	for _, m := range told {
		if m.Channel == r.inc.ChannelID && m.Thread == "" && strings.Contains(looks(m), "Meanwhile") {
			channel = append(channel, m)
		}
	}
	require.Len(t, channel, 1, "one message for all of it")
	said := looks(channel[0])
	first, second, third := strings.Index(said, "the first"), strings.Index(said, "the second"), strings.Index(said, "the third")
	assert.True(t, 0 < first && first < second && second < third, said)
	assert.NotContains(t, said, "before")
	assert.NotContains(t, said, "<@", "nobody is called")
	assert.Zero(t, r.one("event where aloud and told_at is null"))
	for _, old := range []string{"the first", "the second"} {
		for _, m := range r.messages(old) {
			assert.Equal(t, channel[0].TS, m.TS, "it is told nowhere else: %s", looks(m))
		}
	}
	var passed []string
	for _, m := range r.sim.Messages("incidents") {
		if m.Thread != "" {
			passed = append(passed, looks(m))
		}
	}
	passed = slices.DeleteFunc(passed, func(s string) bool { return strings.Contains(s, "before") })
	require.Len(t, passed, 1, "whoever follows the announcement hears the newest alone")
	assert.Contains(t, passed[0], "the third")
	assert.Contains(t, passed[0], "Told late")
}

// TestWhoeverTakesOverKnowsThatSlackIsAway also when it is back by then: nothing is told before the outage is over.
func TestWhoeverTakesOverKnowsThatSlackIsAway(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	r.cfg.AwayAfter = 300 * time.Millisecond
	stop := r.work()
	r.update("before")
	r.idle()
	r.sim.Mischief().FailRate("*", 1, noSlack, 1)
	r.update("the first")
	r.wait("it is noticed that Slack is away", func() bool {
		_, open, err := r.st.OpenOutage(t.Context())
		return err == nil && open
	})
	stop()
	r.sim.Mischief().Clear()
	r.update("the second")
	r.cfg.ID = "two"
	r.work()
	r.returned()
	for _, m := range r.messages("the second") {
		if m.Channel == r.inc.ChannelID && m.Thread == "" && !m.Pinned {
			assert.Contains(t, looks(m), "the first", "both stand in one message")
		}
	}
	assert.Zero(t, r.one("event where aloud and told_at is null"))
}

// TestOneMethodThatFailsIsNoOutage: what can be said is said, and the one that fails is given up as ever.
func TestOneMethodThatFailsIsNoOutage(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	r.cfg.AwayAfter = 200 * time.Millisecond
	r.work()
	r.sim.Mischief().FailNext("conversations.setTopic", 1000, noSlack)
	r.update("said")
	r.wait("the update is told", func() bool { return len(r.messages("said")) > 0 })
	time.Sleep(4 * r.cfg.AwayAfter)
	assert.Zero(t, r.one("outage"))
}

func TestWhatArrivedJustBeforeAnOutageIsToldOnce(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	h.note("the first note")
	h.note("the second note")
	h.lost("chat.postMessage", unheard, h.speak)
	h.back(6 * time.Hour)
	require.NoError(t, h.speak(t.Context()))
	require.Len(t, h.messages("the first note"), 1, "it had arrived")
	assert.NotContains(t, looks(h.messages("the first note")[0]), "Slack was away")
	require.Len(t, h.messages("the second note"), 1)
	assert.Contains(t, looks(h.messages("the second note")[0]), "Slack was away")

	other := newHand(t)
	other.shown(incident.Card)
	other.note("the first note")
	other.note("the second note")
	other.lost("chat.postMessage", slacksim.Fault{HTTP: 500}, other.speak)
	other.back(6 * time.Hour)
	other.lost("chat.postMessage", unheard, other.speak)
	require.NoError(t, other.speak(t.Context()))
	require.Len(t, other.messages("the first note"), 1, "it had not")
	assert.Equal(t, other.messages("the first note"), other.messages("the second note"))
	assert.Contains(t, looks(other.messages("the first note")[0]), "Slack was away")
}

// back records that Slack was away for a while until now.
func (h *hand) back(long time.Duration) {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.SlackBack(inc, incident.Outage{From: now.Add(-long), To: now}, true, now)
	})
}

func TestAPageThatANewerOneStandsForIsNotSent(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	first, second := h.page(ana, incident.OnCall), h.page(ana, incident.NoResponse)
	h.back(6 * time.Hour)
	for _, fx := range []incident.SendPage{first, second} {
		require.NoError(t, h.w.sendPage(t.Context(), fx, try{}))
	}
	assert.Empty(t, h.keyed(h.sim.Direct(ana), "page/0/"+ana))
	assert.Contains(t, looks(h.only(h.sim.Direct(ana), "page/1/"+ana)), "Told late: Slack was away")
}

// TestWhoIsKnownByAnAddressOnly is spoken of as they were typed, and brought in where the address has an account.
func TestWhoIsKnownByAnAddressOnly(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, "ana@example.com", now)
	})
	h.shown(incident.Card)
	require.NoError(t, h.speak(t.Context()))
	require.Len(t, h.messages("ana@example.com acknowledged"), 1)
	for _, c := range h.sim.CallsOf("users.info") {
		assert.NotEqual(t, "ana@example.com", c.Args["user"], "nobody asks Slack for an account of that name")
	}
	id, err := h.w.accountOf(t.Context(), "ana@example.com")
	require.NoError(t, err)
	assert.Equal(t, ana, id)
	for _, typed := range []incident.Person{"nobody@example.com", "Ana Ruiz (terminal)", "<@U0ANA>@x"} {
		id, err := h.w.accountOf(t.Context(), typed)
		require.NoError(t, err, typed)
		assert.Empty(t, id, typed)
	}
	require.NoError(t, h.w.invite(t.Context(), incident.Invite{Ref: h.inc.Ref(), People: []incident.Person{"ana@example.com", "nobody@example.com", "Ana (terminal)"}, At: h.st.Now()}, try{}))
	assert.Empty(t, h.row().Troubles, "who has no account is not missed")

	h.set(func(inc *incident.Incident) {
		inc.Roles[incident.Lead] = "Ana (terminal)"
		inc.Reminder = &incident.Reminder{Clock: incident.ClockUpdate, Due: inc.DeclaredAt, At: inc.DeclaredAt, Times: 3}
	})
	h.shown(incident.DirectReminder)
	require.NoError(t, h.w.lookAtHolders(t.Context(), h.row()))
	assert.Equal(t, "Ana (terminal)", h.row().Roles[incident.Lead], "who has no account here lost none")
	h.shown(incident.Announcement)
	h.change(giveUp("do something", "why"))
	fx := incident.Alarm{Ref: h.inc.Ref(), Seq: h.row().Revision, Lead: true}
	require.NoError(t, h.w.alarm(t.Context(), fx, try{}))
	h.only("incidents", fmt.Sprintf("alarm/%d/lead", fx.Seq))
}

// TestWhatHappensWhileNoMaydayRunsIsToldTogether: it is no news row by row, and it was not Slack's fault.
func TestWhatHappensWhileNoMaydayRunsIsToldTogether(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	stop := r.work()
	r.update("before")
	r.idle()
	stop()
	r.update("the first")
	r.update("the second")
	_, err := r.st.Pool().Exec(t.Context(), `update river.river_job set attempted_at = attempted_at - interval '7 hours', scheduled_at = scheduled_at - interval '6 hours'`)
	require.NoError(t, err)
	r.cfg.ID = "two"
	r.work()
	r.wait("it is told", func() bool { return len(r.messages("mayday did not run")) > 0 })
	r.idle()
	var told []slacksim.Message
	for _, m := range r.messages("the first") {
		if m.Channel == r.inc.ChannelID && m.Thread == "" && !m.Pinned {
			told = append(told, m)
		}
	}
	require.Len(t, told, 1)
	assert.Contains(t, looks(told[0]), "mayday did not run")
	assert.Contains(t, looks(told[0]), "the second", "both stand in one message")
	assert.Empty(t, r.messages("Slack was away"))
	assert.Zero(t, r.one("event where aloud and told_at is null"))
	assert.Zero(t, r.one("outage where ended_at is null"))
}
