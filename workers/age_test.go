package workers

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
	slacksim "mayday/sim/slack"
)

// wayside answers for addresses, and counts how often each was asked.
type wayside struct {
	mu    sync.Mutex
	asked map[string]int
	says  map[string]func(times int) incident.ProbeResult
}

func (w *wayside) Check(_ context.Context, p incident.Probe) incident.ProbeResult {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked[p.URL]++
	return w.says[p.URL](w.asked[p.URL])
}

func answersAlways(r incident.ProbeResult) func(int) incident.ProbeResult {
	return func(int) incident.ProbeResult { return r }
}

// poorDatabase knows no table of the name "gone".
type poorDatabase struct {
	Diagnostics
	ran []string
}

func (d *poorDatabase) Run(_ context.Context, req diagnostics.Request) (diagnostics.Result, error) {
	d.ran = append(d.ran, req.SQL)
	if req.Name == "gone" {
		return diagnostics.Result{}, &diagnostics.Failure{Class: diagnostics.ClassSyntax, What: `There is no table "gone".`}
	}
	return diagnostics.Result{}, nil
}

// TestARunbooksAgeIsTold: to the operators once a month although a replica dies over it, and to whoever asks.
func TestARunbooksAgeIsTold(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	rb := &playbooks.Runbook{
		Policy: incident.Policy{Contacts: []incident.Contact{{Role: "On-Call", Email: "ana@example.com"}, {Role: "Lead", Email: "nobody@example.com"}}},
		Dashboards: []playbooks.Dashboard{{Name: "There", URL: "https://there.dev"}, {Name: "Login", URL: "https://login.dev"}, {Name: "Gone", URL: "https://gone.dev"},
			{Name: "Shaky", URL: "https://shaky.dev"}, {Name: "Inside", URL: "https://inside.dev"}, {Name: "Ill", URL: "https://ill.dev"}},
		Queries: []incident.Query{{Name: "there", SQL: "select 1"}, {Name: "gone", SQL: "select * from gone"}, {Name: "setting", SQL: "SHOW work_mem"}},
		Facts:   []playbooks.Fact{{Name: "Last Updated", Value: "2020-01-16"}},
	}
	db := &poorDatabase{}
	ways := &wayside{asked: map[string]int{}, says: map[string]func(int) incident.ProbeResult{
		"https://there.dev": answersAlways(incident.ProbeResult{OK: true, Status: 200}),
		"https://login.dev": answersAlways(incident.ProbeResult{Status: 401, Summary: "401 Unauthorized"}),
		"https://gone.dev":  answersAlways(incident.ProbeResult{Status: 404, Summary: "404 Not Found"}),
		"https://shaky.dev": func(times int) incident.ProbeResult {
			return incident.ProbeResult{OK: times > 1, Summary: "no answer within 10 s"}
		},
		"https://inside.dev": answersAlways(incident.ProbeResult{NotAsked: true, Summary: "not asked: it leads to an address that is not public"}),
		"https://ill.dev":    answersAlways(incident.ProbeResult{Status: 503, Summary: "503 Service Unavailable"}),
	}}
	h.w.Runbook, h.w.Prober, h.w.Diagnostics, h.w.AskAgain = func() *playbooks.Runbook { return rb }, ways, db, time.Millisecond
	monthly := routine.CheckRunbook{Month: "2026-03-01"}
	h.lost("chat.postMessage", unheard, func(ctx context.Context) error {
		return h.w.checkRunbook(ctx, monthly, try{Number: 1, Since: time.Now()})
	})
	require.NoError(t, h.w.checkRunbook(t.Context(), monthly, try{Number: 2, Since: time.Now().Add(-time.Minute)}))
	var told []slacksim.Message
	for _, m := range h.sim.Messages("incidents") {
		if strings.Contains(m.Text, "The runbook has aged") {
			told = append(told, m)
		}
	}
	require.Len(t, told, 1)
	said := string(told[0].Blocks)
	for _, want := range []string{"4 things to mend", "last updated 2020-01-16", "Lead cannot be reached: no account in this workspace has the address nobody@example.com", "The address of Gone is dead: 404 Not Found",
		`The query gone fails: There is no table`} {
		assert.Contains(t, said, want)
	}
	for _, not := range []string{"There", "Login", "Shaky", "Inside", "Ill", "On-Call"} {
		assert.NotContains(t, said, "of "+not)
	}
	assert.Contains(t, db.ran, "EXPLAIN select 1", "a query is planned and not run")
	assert.Contains(t, db.ran, "SHOW work_mem")
	assert.Empty(t, told[0].Mentions)

	before := len(h.sim.Messages("incidents"))
	require.NoError(t, h.w.checkRunbook(t.Context(), routine.CheckRunbook{By: h.inc.DeclaredBy, Channel: h.inc.ChannelID}, try{Number: 1, Since: time.Now()}))
	private := h.sim.Ephemerals("ana", h.inc.ChannelID)
	require.NotEmpty(t, private)
	assert.Contains(t, string(private[len(private)-1].Blocks), "4 things to mend")
	assert.Len(t, h.sim.Messages("incidents"), before, "nobody else hears of it")

	*rb = playbooks.Runbook{}
	require.NoError(t, h.w.checkRunbook(t.Context(), routine.CheckRunbook{Month: "2026-04-01"}, try{Number: 1, Since: time.Now()}))
	assert.Len(t, h.sim.Messages("incidents"), before, "nothing when there is nothing")
}

// TestAQueryIsPlannedHoweverItIsWritten: what only plans or shows already stays as it is.
func TestAQueryIsPlannedHoweverItIsWritten(t *testing.T) {
	for _, blank := range []string{"", " ", "\n\t", "-- why\n", "/* x /* y */ */ "} {
		for _, behind := range []string{" ", "\n", "\t", "/**/"} {
			for _, as := range []string{"explain" + behind + "select 1", "EXPLAIN" + behind + "(COSTS off) select 1", "Show" + behind + "work_mem"} {
				assert.Equal(t, blank+as, planned(blank+as))
			}
			for _, sql := range []string{"select" + behind + "1", "(select" + behind + "1)", "explained" + behind, "with" + behind + "x as (select 1) table x"} {
				assert.Equal(t, "EXPLAIN "+blank+sql, planned(blank+sql))
			}
		}
	}
}

// TestAnUnusedScenarioIsToldAsFarAsItIsKnown: alerts are kept for 90 days unless a setting says otherwise.
func TestAnUnusedScenarioIsToldAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.w.Runbook = func() *playbooks.Runbook {
		return &playbooks.Runbook{Scenarios: []incident.Playbook{{Slug: "cold", Title: "The Kiln Is Cold"}}}
	}
	_, err := h.st.Pool().Exec(t.Context(), `update mayday.migration set at = at - interval '2 years'`)
	require.NoError(t, err)
	for _, tt := range []struct {
		keep time.Duration
		want string
	}{{h.w.Keep.Alerts, "No incident in a year and no alert in 90 days was"}, {800 * 24 * time.Hour, "No incident and no alert in a year was"}} {
		h.w.Keep.Alerts = tt.keep
		require.NoError(t, h.w.checkRunbook(t.Context(), routine.CheckRunbook{By: h.inc.DeclaredBy, Channel: h.inc.ChannelID}, try{Number: 1, Since: time.Now()}))
		private := h.sim.Ephemerals("ana", h.inc.ChannelID)
		assert.Contains(t, string(private[len(private)-1].Blocks), tt.want)
	}
}

// slowly answers nobody until it is told to, or nobody waits any more.
type slowly chan struct{}

func (d slowly) Check(ctx context.Context, _ incident.Probe) incident.ProbeResult {
	select {
	case <-ctx.Done():
	case <-d:
	}
	return incident.ProbeResult{Summary: "no answer"}
}

func dashboards(n int) func() *playbooks.Runbook {
	rb := &playbooks.Runbook{}
	for i := range n {
		rb.Dashboards = append(rb.Dashboards, playbooks.Dashboard{Name: fmt.Sprint(i), URL: fmt.Sprintf("https://%d.dev", i)})
	}
	return func() *playbooks.Runbook { return rb }
}

// TestSlowAddressesDoNotOutliveALook: what was not asked is said, and the rest is told.
func TestSlowAddressesDoNotOutliveALook(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.w.Runbook, h.w.Prober = dashboards(mostAddresses), slowly(nil)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	require.NoError(t, h.w.checkRunbook(ctx, routine.CheckRunbook{By: h.inc.DeclaredBy, Channel: h.inc.ChannelID}, try{Number: 1, Since: time.Now()}))
	private := h.sim.Ephemerals("ana", h.inc.ChannelID)
	require.NotEmpty(t, private)
	said := string(private[len(private)-1].Blocks)
	assert.Contains(t, said, "Nothing of the runbook has aged")
	assert.Contains(t, said, "Not looked at: some addresses")
}

// TestAnIncidentsProbesDoNotWaitForLooksAtTheRunbook: however many people ask for one, one goes on at a time.
func TestAnIncidentsProbesDoNotWaitForLooksAtTheRunbook(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	answer := make(slowly)
	r.cfg.Runbook, r.cfg.Prober, r.cfg.AskAgain = dashboards(1), answer, time.Millisecond
	const looks = 6
	for range looks {
		require.NoError(t, r.st.Ask(t.Context(), nil, routine.CheckRunbook{By: r.inc.DeclaredBy, Channel: r.inc.ChannelID}))
	}
	r.work()
	r.wait("all are tried", func() bool {
		var tried int
		err := r.st.Pool().QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'check_runbook' and attempted_at is not null`).Scan(&tried)
		return err == nil && tried == looks
	})
	_, err := r.st.Update(t.Context(), r.inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		return incident.Change{Incident: inc, Effects: []incident.Effect{incident.RunProbes{Ref: inc.Ref()}}}, nil
	})
	require.NoError(t, err)
	r.wait("the probes are asked", func() bool { return r.jobs("run_probes", "completed") == 1 })
	assert.Equal(t, 1, r.jobs("check_runbook", "running"))
	assert.Zero(t, r.jobs("check_runbook", "completed"))
	close(answer)
}
