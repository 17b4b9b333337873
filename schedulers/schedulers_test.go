package schedulers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	pd "github.com/PagerDuty/go-pagerduty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/oncall"
	sim "mayday/sim/schedulers"
)

const (
	schedule = "PABC123"
	grafana  = "SBM7DV7BKFUYU"
)

// now is a whole second, because both tell no fractions.
var now = time.Now().UTC().Truncate(time.Second)

// turns are shifts of so many hours, one after the other, the first since an hour ago.
func turns(hours int, names ...string) (list []sim.OnCall) {
	for i, n := range names {
		from := now.Add(time.Duration(i*hours-1) * time.Hour)
		list = append(list, sim.OnCall{Name: n, Email: n + "@Example.com", Start: from, End: from.Add(time.Duration(hours) * time.Hour)})
	}
	return list
}

// tools are both, with what each calls its schedule.
func tools(t *testing.T) map[string]struct {
	sim *sim.Sim
	ask Scheduler
	id  string
} {
	t.Helper()
	p, g := sim.PagerDuty(), sim.Grafana()
	t.Cleanup(p.Close)
	t.Cleanup(g.Close)
	return map[string]struct {
		sim *sim.Sim
		ask Scheduler
		id  string
	}{"PagerDuty": {p, NewPagerDuty(sim.Token, p.URL()+"/"), schedule}, "Grafana OnCall": {g, NewGrafana(sim.Token, g.URL()+"/api/v1/", ""), grafana}}
}

func ask(t *testing.T, s Scheduler, id string) (oncall.Roster, error) {
	t.Helper()
	return s.Shifts(t.Context(), id, now.Add(-24*time.Hour), now.Add(60*24*time.Hour))
}

func who(shifts []oncall.Shift) (list []string) {
	for _, s := range shifts {
		list = append(list, s.Person.Email)
	}
	return list
}

func TestWhoIsOnCallByAScheduler(t *testing.T) {
	for name, tool := range tools(t) {
		t.Run(name, func(t *testing.T) {
			tool.sim.Set(tool.id, turns(12, "ana", "ben", "chidi")...)
			tool.sim.PageSize(2)
			shifts, err := ask(t, tool.ask, tool.id)
			require.NoError(t, err)
			require.Len(t, shifts, 3, "every page is read")
			assert.Equal(t, []string{"ana@example.com"}, who(shifts.First(now)), "addresses are in lower case")
			k := oncall.Kept{Shifts: shifts}
			assert.Equal(t, now.Add(11*time.Hour), k.Until(now))
			next, ok := k.Next(now)
			assert.True(t, ok)
			assert.Equal(t, "ben", next.Person.Name)
			assert.Empty(t, tool.sim.Violations())
		})
	}
}

// Whoever is on call at the same time is called together, whoever began last: a scheduler lays its layers over each other itself.
func TestAllWhoAreOnCallAreCalledTogether(t *testing.T) {
	for name, tool := range tools(t) {
		t.Run(name, func(t *testing.T) {
			list := turns(12, "ana", "ben")
			list = append(list, sim.OnCall{Name: "chidi", Email: "chidi@example.com", Start: now.Add(-30 * time.Minute), End: now.Add(time.Hour)})
			tool.sim.Set(tool.id, list...)
			shifts, err := ask(t, tool.ask, tool.id)
			require.NoError(t, err)
			assert.ElementsMatch(t, []string{"ana@example.com", "chidi@example.com"}, who(shifts.First(now)))
			assert.Equal(t, []string{"ana@example.com"}, who(shifts.First(now.Add(2*time.Hour))))
			assert.Equal(t, []string{"ben@example.com"}, who(shifts.First(now.Add(11*time.Hour))))
		})
	}
}

func TestAnEscalationPolicyIsItsFirstLevel(t *testing.T) {
	p := sim.PagerDuty()
	defer p.Close()
	list := append(turns(12, "ana", "ben"), sim.OnCall{Name: "Boss", Email: "boss@example.com", Level: 2}, sim.OnCall{Name: "Always", Email: "always@example.com"})
	p.SetPolicy("PPOL123", list...)
	shifts, err := ask(t, NewPagerDuty(sim.Token, p.URL()), "PPOL123")
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"ana@example.com", "always@example.com"}, who(shifts.First(now)))
	assert.Equal(t, []string{"always@example.com"}, who(shifts.First(now.Add(50*24*time.Hour))), "who is always on call has no end")
	assert.Zero(t, oncall.Kept{Shifts: shifts}.Until(now.Add(50*24*time.Hour)))
	assert.Empty(t, p.Violations())
}

func TestATokenOfAServiceAccountNamesItsStack(t *testing.T) {
	g := sim.Grafana()
	defer g.Close()
	g.Set(grafana, turns(12, "ana")...)
	_, err := ask(t, NewGrafana(sim.ServiceAccount, g.URL(), ""), grafana)
	require.ErrorContains(t, err, "refuses the token (403)")
	shifts, err := ask(t, NewGrafana(sim.ServiceAccount, g.URL(), "https://acme.grafana.net"), grafana)
	require.NoError(t, err)
	assert.Len(t, shifts, 1)
}

// What goes wrong is said with what to do, without the token.
func TestWhatASchedulerRefusesIsSaidWithWhatToDo(t *testing.T) {
	for name, tool := range tools(t) {
		method := map[string]string{"PagerDuty": "GET oncalls", "Grafana OnCall": "GET final_shifts"}[name]
		for what, c := range map[string]struct {
			fault sim.Fault
			want  string
		}{
			"401": {sim.Fault{HTTP: http.StatusUnauthorized}, "refuses the token (401): make one that may read schedules, and set MAYDAY_"},
			"403": {sim.Fault{HTTP: http.StatusForbidden}, "refuses the token (403)"},
			"404": {sim.Fault{HTTP: http.StatusNotFound}, tool.id + " (404): compare it with the address"},
			"400": {sim.Fault{HTTP: http.StatusBadRequest}, "answers 400: compare the id " + tool.id},
			"429": {sim.Fault{HTTP: http.StatusTooManyRequests, RetryAfter: 30}, "asked too often (429)"},
			"503": {sim.Fault{HTTP: http.StatusServiceUnavailable}, "answers 503: it is asked again"},
			"cut": {sim.Fault{Truncate: true}, "its answer"},
			"off": {sim.Fault{Reset: true}, "cannot be asked"},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				tool.sim.FailNext(method, 1, c.fault)
				_, err := ask(t, tool.ask, tool.id)
				require.ErrorContains(t, err, c.want)
				require.ErrorContains(t, err, name)
				for _, secret := range []string{"hunter2", "127.0.0.1", "http://"} {
					assert.NotContains(t, err.Error(), secret)
				}
			})
		}
	}
}

// The token is for the host that the settings name.
func TestATokenFollowsNoRedirect(t *testing.T) {
	p := sim.PagerDuty()
	defer p.Close()
	p.Set(schedule, turns(12, "ana")...)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, p.URL()+r.URL.RequestURI(), http.StatusFound)
	}))
	defer elsewhere.Close()
	_, err := ask(t, NewPagerDuty(sim.Token, elsewhere.URL), schedule)
	require.ErrorContains(t, err, "leads elsewhere (302)")
	assert.Empty(t, p.Calls())
}

func TestASlowSchedulerIsNotWaitedFor(t *testing.T) {
	p := sim.PagerDuty()
	defer p.Close()
	p.FailNext("GET oncalls", 1, sim.Fault{Hang: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := NewPagerDuty(sim.Token, p.URL()).Shifts(ctx, schedule, now, now.Add(time.Hour))
	require.ErrorContains(t, err, "PagerDuty does not answer in time")
}

// The simulated PagerDuty is understood by PagerDuty's own client, so that it is none of our invention alone.
func TestThePublishersOwnClientUnderstandsTheSimulation(t *testing.T) {
	p := sim.PagerDuty()
	defer p.Close()
	p.Set(schedule, turns(12, "ana", "ben")...)
	c := pd.NewClient(sim.Token, pd.WithAPIEndpoint(p.URL()))
	got, err := c.ListOnCallsWithContext(t.Context(), pd.ListOnCallOptions{ScheduleIDs: []string{schedule}, Includes: []string{"users"}, Since: now.Format(time.RFC3339), Until: now.Add(48 * time.Hour).Format(time.RFC3339)})
	require.NoError(t, err)
	require.Len(t, got.OnCalls, 2)
	assert.Equal(t, "ana@Example.com", got.OnCalls[0].User.Email)
	ours, err := ask(t, NewPagerDuty(sim.Token, p.URL()), schedule)
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprint(got.OnCalls[0].Start), ours[0].From.Format(time.RFC3339))
	assert.Empty(t, p.Violations())
}
