package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/cmd/mayday/program"
	"mayday/incident"
	"mayday/postmortem"
	"mayday/routine"
	githubsim "mayday/sim/github"
	slacksim "mayday/sim/slack"
	"mayday/store"
	"mayday/store/localpg"
	"mayday/store/storetest"
)

// TestTheDemosTeamHasAPast: incidents with post-mortems, rounds that were kept and some that were not, alerts of last
// night. Nothing of it is told in Slack, it is made up once, and the next start only lets the backup run.
func TestTheDemosTeamHasAPast(t *testing.T) {
	t.Parallel()
	pg, err := localpg.Start(t.Context(), localpg.Options{Dir: storetest.Home(t), Settings: map[string]string{"fsync": "off"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = pg.Stop(context.Background()) })
	clock := &calendar{}
	sim, err := slacksim.New(slacksim.Options{Users: demoUsers(), Clock: clock.Now})
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	github, err := githubsim.New(githubsim.Options{Clock: clock.Now})
	require.NoError(t, err)
	require.NoError(t, github.Start("127.0.0.1:0"))
	t.Cleanup(func() { _ = sim.Close(context.Background()); _ = github.Close(context.Background()) })
	cfg := program.Config{
		DatabaseURL: bot.Secret(pg.URL()), Zone: time.UTC, RoundsAt: 9 * time.Hour,
		GitHub: postmortem.Config{Repository: github.Repository(), Token: postmortem.Secret(github.Token()), APIURL: github.URL()},
	}
	require.NoError(t, makeHistory(t.Context(), clock, cfg, sim, github))
	assert.WithinDuration(t, time.Now(), clock.Now(), time.Minute, "the clock is the machine's again")

	st, err := store.Open(t.Context(), store.Config{URL: pg.URL()})
	require.NoError(t, err)
	defer st.Close()
	incs, err := st.List(t.Context(), store.Filter{Limit: 50})
	require.NoError(t, err)
	require.Len(t, incs, len(pastIncidents()))
	now, overdue := time.Now(), 0
	for _, inc := range incs {
		assert.False(t, inc.Status.Live(), inc.Title)
		assert.True(t, inc.DeclaredAt.Before(now.Add(-24*time.Hour)), inc.Title)
		assert.Equal(t, !inc.Drill && inc.Rung().Postmortem != incident.NoPostmortem, inc.PostmortemNumber > 0, inc.Title)
		for _, a := range inc.Actions {
			assert.Positive(t, a.Number, a.Text)
			if issue, ok := issueOf(github, a.Number); ok && issue.State == "open" && a.Due.Before(now) {
				overdue++
			}
		}
	}
	assert.Positive(t, overdue, "something is left to do")
	rounds, err := st.Rounds(t.Context(), now.AddDate(0, 0, -historyDays-1)) // the first was in a morning
	require.NoError(t, err)
	kept, left := 0, 0
	for _, r := range rounds {
		assert.False(t, r.Asking)
		if len(r.Left()) == 0 {
			kept++
		} else {
			left++
		}
	}
	assert.Greater(t, kept, 8)
	assert.Positive(t, left)
	signals, err := st.Signals(t.Context(), now.Add(-48*time.Hour))
	require.NoError(t, err)
	assert.NotEmpty(t, signals)
	used := 0
	for _, name := range []string{"incidents", "general"} {
		used += len(sim.Messages(name))
	}
	assert.Zero(t, used, "nothing of it is told")
	count := func(sql string) (n int) {
		require.NoError(t, st.Pool().QueryRow(t.Context(), sql).Scan(&n))
		return n
	}
	assert.Zero(t, count(`select count(*) from river.river_job where kind <> 'seek_changes'`), "nothing of it is still to be done but to look")
	assert.Zero(t, count(`select count(*) from mayday.event where aloud`))
	assert.Positive(t, count(`select count(*) from mayday.reading`))

	require.NoError(t, makeHistory(t.Context(), clock, cfg, sim, github))
	assert.Equal(t, len(incs), count(`select count(*) from mayday.incident`))
	assert.Equal(t, len(rounds), count(`select count(*) from mayday.round`))

	// The next day of the demo begins with its morning, whatever the time is.
	lists := 0
	all, err := st.Routines(t.Context())
	require.NoError(t, err)
	for _, r := range all {
		list := r.Checklist
		c, err := routine.Plan(r, routine.Round{}, routine.Planning{Checklist: &list, Calendar: routine.Calendar{Zone: "UTC", Hour: 9 * time.Hour}, Factor: 1, Morning: true}, now)
		require.NoError(t, err)
		if list.Cadence.Every != routine.Daily {
			continue
		}
		lists++
		for range 3 {
			if c.Round.Period == "" {
				c, err = routine.Begin(c.Routine, routine.Round{}, c.Routine.Next.Add(2*time.Second))
				require.NoError(t, err)
			}
		}
		assert.Equal(t, routine.DayOf(now.UTC()), c.Round.Day)
		assert.Zero(t, c.Round.Missed)
	}
	assert.Positive(t, lists)
}

func issueOf(github *githubsim.Sim, number int) (githubsim.Issue, bool) {
	for _, i := range github.Issues() {
		if i.Number == number {
			return i, true
		}
	}
	return githubsim.Issue{}, false
}
