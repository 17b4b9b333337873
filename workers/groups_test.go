package workers

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/oncall"
	"mayday/schedulers"
	schedulersim "mayday/sim/schedulers"
	slacksim "mayday/sim/slack"
)

// duty is a contact who is whoever a simulated PagerDuty says, beside a user group that follows.
type duty struct {
	*rota
	pager *schedulersim.Sim
}

func newDuty(t *testing.T) *duty {
	t.Helper()
	d := &duty{rota: newRota(t), pager: schedulersim.PagerDuty()}
	t.Cleanup(d.pager.Close)
	d.source, _ = oncall.Line("PagerDuty: PABC123")
	d.contact.Roster = d.source.Key
	d.w.Schedulers = map[oncall.Kind]schedulers.Scheduler{oncall.ByPagerDuty: schedulers.NewPagerDuty(schedulersim.Token, d.pager.URL())}
	d.w.GroupSyncs = []GroupSync{{Group: "@engineers", Role: "On-call"}}
	return d
}

// is has people on call, the first for another hour, and reads that.
func (d *duty) is(names ...string) {
	d.t.Helper()
	now := d.st.Now()
	var list []schedulersim.OnCall
	for i, n := range names {
		u, _ := d.sim.UserByName(n)
		from := now.Add(time.Duration(i)*time.Hour - time.Minute)
		list = append(list, schedulersim.OnCall{Name: u.ID, Email: n + "@example.com", Start: from, End: from.Add(time.Hour)})
	}
	d.pager.Set("PABC123", list...)
	require.NoError(d.t, d.readAgain())
}

// readAgain reads who is on call although that was read a moment ago.
func (d *duty) readAgain() error {
	_, err := d.st.Pool().Exec(d.t.Context(), `update mayday.roster set asked_at = asked_at - interval '1 day'`)
	require.NoError(d.t, err)
	return d.w.readRoster(d.t.Context(), d.source, map[string]bool{})
}

// group are the names of those in the user group.
func (d *duty) group() string {
	var names []string
	for _, id := range d.sim.Groups()[0].Users {
		u, _ := d.sim.UserByName(id)
		names = append(names, u.Name)
	}
	return strings.Join(names, ",")
}

// told are the lines in the operators' channel.
func (d *duty) told() (lines []string) {
	for _, m := range d.sim.Messages("incidents") {
		if strings.Contains(m.Text, "user group") {
			lines = append(lines, m.Text)
		}
	}
	return lines
}

func TestWhoIsOnCallByPagerDutyIsCalled(t *testing.T) {
	t.Parallel()
	d := newDuty(t)
	d.is("ana", "ben")
	people, unsure, err := d.w.turn(t.Context(), d.contact)
	require.NoError(t, err)
	assert.Equal(t, []incident.Person{d.inc.DeclaredBy}, people)
	assert.Empty(t, unsure)
	assert.Empty(t, d.pager.Violations())
	calls := len(d.pager.Calls())
	require.NoError(t, d.w.readRoster(t.Context(), d.source, map[string]bool{}))
	assert.Len(t, d.pager.Calls(), calls, "it is asked every five minutes")

	d.pager.FailNext("GET oncalls", 1, schedulersim.Fault{HTTP: 401})
	require.ErrorContains(t, d.readAgain(), "MAYDAY_PAGERDUTY_TOKEN")
	_, err = d.st.Pool().Exec(t.Context(), `update mayday.roster set read_at = read_at - interval '3 hours' where key = $1`, d.source.Key)
	require.NoError(t, err)
	people, unsure, err = d.w.turn(t.Context(), d.contact)
	require.NoError(t, err)
	assert.Len(t, people, 1, "what it said last holds")
	assert.Contains(t, unsure, "PagerDuty PABC123 was read 3 h 0 min ago (PagerDuty refuses the token (401)")
	assert.NotContains(t, unsure, "hunter2")
}

func TestWithoutATokenTheRunbookIsAskedAloud(t *testing.T) {
	t.Parallel()
	d := newDuty(t)
	d.w.Schedulers = nil
	require.Error(t, d.readAgain())
	people, unsure, err := d.w.turn(t.Context(), d.contact)
	require.NoError(t, err)
	assert.Equal(t, []incident.Person{d.inc.DeclaredBy}, people)
	assert.Contains(t, unsure, "PagerDuty PABC123 cannot be read")
}

func TestAUserGroupIsTheRota(t *testing.T) {
	t.Parallel()
	d := newDuty(t)
	d.source, _ = oncall.Line("Slack: @Engineers")
	require.Empty(t, d.source.Key, "handles have small letters")
	d.source, _ = oncall.Line("Slack: @engineers")
	d.contact.Roster = d.source.Key
	require.NoError(t, d.readAgain())
	people, unsure, err := d.w.turn(t.Context(), d.contact)
	require.NoError(t, err)
	assert.Len(t, people, 3)
	assert.Empty(t, unsure)
	kept, err := d.st.OnCall(t.Context(), d.contact)
	require.NoError(t, err)
	assert.Zero(t, kept.Until(d.st.Now()), "nobody knows until when")
	assert.Equal(t, "ben", kept.First(d.st.Now())[0].Person.Title())

	for _, handle := range []string{"@engineers", "@ENGINEERS"} {
		people, err = d.w.find(t.Context(), incident.Contact{Slack: handle})
		require.NoError(t, err)
		assert.Len(t, people, 3, "a contact of the runbook may be a group by its handle")
	}
	for _, handle := range []string{"@nobody", "@SUPPORT"} { // the second looks like an id of Slack's
		_, err = d.w.find(t.Context(), incident.Contact{Slack: handle})
		require.ErrorContains(t, err, "no user group of this workspace has the handle "+handle)
	}
}

func TestAUserGroupFollowsWhoIsOnCall(t *testing.T) {
	t.Parallel()
	d := newDuty(t)
	d.is("ana", "ana")
	d.w.syncGroups(t.Context())
	assert.Equal(t, "ana", d.group())
	require.Len(t, d.told(), 1)
	assert.Contains(t, d.told()[0], "The user group @engineers is now ana, who is on call as On-call")
	assert.Contains(t, d.told()[0], "Before: ben, chidi, mia")
	assert.NotContains(t, d.told()[0], "<@")
	for range 3 {
		d.w.syncGroups(t.Context())
	}
	assert.Len(t, d.sim.CallsOf("usergroups.users.update"), 1, "it is written when it changes")
	assert.Len(t, d.sim.CallsOf("usergroups.users.list"), 2, "and read now and then")
	assert.Len(t, d.told(), 1)

	d.sim.SetGroup("engineers", "ben", "chidi")
	require.NoError(t, d.readAgain()) // it is time to look again
	d.w.syncGroups(t.Context())
	assert.Equal(t, "ana", d.group())
	require.Len(t, d.told(), 2)
	assert.Contains(t, d.told()[1], "was changed by hand to ben, chidi")
}

// TestAUserGroupIsNeverTouchedInDoubt: neither emptied nor given to somebody who may not be on call.
func TestAUserGroupIsNeverTouchedInDoubt(t *testing.T) {
	t.Parallel()
	for name, doubt := range map[string]func(d *duty){
		"never read": func(*duty) {},
		"a gap":      func(d *duty) { d.is() },
		"a stranger": func(d *duty) { d.is("zoe") },
		"read long ago": func(d *duty) {
			d.is("ana")
			_, err := d.st.Pool().Exec(t.Context(), `update mayday.roster set read_at = read_at - interval '30 minutes'`)
			require.NoError(t, err)
		},
		"no source": func(d *duty) { d.is("ana"); d.contact.Roster = "" },
		"no role":   func(d *duty) { d.is("ana"); d.w.GroupSyncs[0].Role = "CTO" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDuty(t)
			doubt(d)
			d.w.syncGroups(t.Context())
			assert.Equal(t, "ben,chidi,mia", d.group())
			assert.Empty(t, d.sim.CallsOf("usergroups.users.update"))
			assert.Empty(t, d.told())
		})
	}
}

// What cannot be done is told once, and what may have been done is told, too.
func TestWhatBecameOfAUserGroupIsTold(t *testing.T) {
	t.Parallel()
	d := newDuty(t)
	d.is("ana")
	d.sim.Mischief().FailNext("usergroups.users.update", 2, slacksim.Fault{Error: "permission_denied"})
	d.w.syncGroups(t.Context())
	d.w.syncGroups(t.Context())
	require.Len(t, d.told(), 1)
	assert.Contains(t, d.told()[0], "stays as it was")
	assert.Contains(t, d.told()[0], "ask a workspace admin")
	assert.Equal(t, "ben,chidi,mia", d.group())
	d.sim.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{Error: "ratelimited", RetryAfter: 1})
	d.w.syncGroups(t.Context())
	assert.Equal(t, "ana", d.group())
	d.w.syncGroups(t.Context())
	require.Len(t, d.told(), 2, "it was changed, so it is told")
	assert.Contains(t, d.told()[1], "is now ana")
	d.w.syncGroups(t.Context())
	assert.Len(t, d.told(), 2)
}
