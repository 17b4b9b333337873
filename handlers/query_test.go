package handlers

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// grouped is a Slack with user groups; a group that it does not have it does not answer for.
type grouped struct {
	crowd
	groups map[string][]string
}

func (g grouped) GroupMembers(_ context.Context, group string) ([]string, error) {
	members, ok := g.groups[group]
	if !ok {
		return nil, errors.New("Slack does not answer")
	}
	return members, nil
}

// harmful is a database to diagnose that runs nothing, and strict one that refuses each statement.
type (
	harmful struct{ open }
	strict  struct{ open }
)

func (harmful) Shut() *diagnostics.Failure {
	return &diagnostics.Failure{Class: diagnostics.ClassDenied, What: "its role may write"}
}

func (strict) Judge(string) *diagnostics.Refusal {
	return &diagnostics.Refusal{Word: "delete", Why: "It writes.", Rule: "verb"}
}

// asked are the queries that are to be answered outside of incidents.
func (l *lodge) asked() (names []string, channels []string) {
	l.t.Helper()
	rows, err := l.h.Store.Pool().Query(l.t.Context(), `select args ->> 'name', coalesce(args ->> 'channel', '') from river.river_job where kind = 'answer_query' order by id`)
	require.NoError(l.t, err)
	defer rows.Close()
	for rows.Next() {
		var name, channel string
		require.NoError(l.t, rows.Scan(&name, &channel))
		names, channels = append(names, name), append(channels, channel)
	}
	return names, channels
}

func TestAQueryOutsideOfIncidents(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	all := l.h.Runbook().Queries
	q := all[0]
	assert.Contains(t, l.types("query", elsewhere).Text, "queries")
	assert.NotEqual(t, inJSON(t, l.types("query 2", elsewhere).Blocks), inJSON(t, l.types("query 1", elsewhere).Blocks), "a page of them")
	assert.Contains(t, l.types("query "+q.Name, elsewhere).Text, "comes to you alone")
	l.h.OpsChannel = "#ops"
	assert.Contains(t, l.does(bot.Request{Kind: bot.Command, Text: "query " + q.Name, Channel: "C0OPS", ChannelName: "ops"}).Text, "comes into this channel", "its name is what the setting says")
	require.NoError(t, l.h.Store.SaveFact(t.Context(), store.ChannelFact("ops"), "C0REAL"))
	assert.Contains(t, l.does(bot.Request{Kind: bot.Command, Text: "query " + q.Name, Channel: "C0OPS", ChannelName: "ops"}).Text, "comes to you alone", "the name is another channel's by now")
	assert.Contains(t, l.types("query "+q.Name, "C0REAL").Text, "comes into this channel")
	l.h.OpsChannel = "C0ID"
	assert.Contains(t, l.types("query "+q.Name, "C0ID").Text, "comes into this channel", "an id")
	assert.Contains(t, l.types("query "+q.Name, "").Text, "comes to you alone")
	names, channels := l.asked()
	assert.Equal(t, []string{q.Name, q.Name, q.Name, q.Name, q.Name, q.Name}, names)
	assert.Equal(t, []string{"", "C0OPS", "", "C0REAL", "C0ID", ""}, channels)

	assert.Contains(t, l.types("query xyzzy", elsewhere).Text, "has no query")
	assert.Contains(t, l.types("query p", elsewhere).Text, "fits several")
	assert.Contains(t, l.types("query "+inc.Queries()[0].Name, inc.ChannelID).Text, "Running", "in an incident's channel it is run")
	assert.Equal(t, 1, l.runs(inc.ID))
	l.h.Diagnostics = nil
	assert.Contains(t, l.types("query "+q.Name, elsewhere).Text, "no database to diagnose is set up")
	assert.Contains(t, l.types("query", elsewhere).Text, "queries", "the list is shown all the same")
	names, _ = l.asked()
	assert.Len(t, names, 6)
}

// TestWhereNothingIsRunItIsSaid: on commands and buttons, with the reason.
func TestWhereNothingIsRunItIsSaid(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	button := about(inc)
	button.Name = inc.Queries()[0].Name
	for says, d := range map[string]Diagnostics{"no database to diagnose is set up": nil, "its role may write": harmful{}} {
		l.h.Diagnostics = d
		for _, text := range []string{"run all", "run payments", "sql select 1"} {
			assert.Contains(t, l.types(text, inc.ChannelID).Text, says, text)
		}
		for _, action := range []string{blocks.ActionRunQuery, blocks.ActionRunAll, blocks.ActionStopQuery} {
			assert.Contains(t, l.press(action, button, inc.ChannelID).Text, says, action)
		}
	}
	assert.Zero(t, l.runs(inc.ID))
	l.h.Diagnostics = open{}
	assert.Empty(t, l.press(blocks.ActionRunQuery, button, inc.ChannelID).Text, "its outcome shows in the channel")
	assert.Equal(t, 1, l.runs(inc.ID))
	assert.NotEmpty(t, l.press(blocks.ActionRunQuery, button, elsewhere).Text, "and nowhere else")
	assert.Contains(t, l.types("run p", inc.ChannelID).Text, "fits several")
	button.Name = "nothing/none"
	assert.Contains(t, l.press(blocks.ActionRunQuery, button, inc.ChannelID).Text, "no longer has this query")
	button.Page = 77
	assert.Contains(t, l.press(blocks.ActionStopQuery, button, inc.ChannelID).Text, "ended already")
	assert.NotContains(t, l.press(blocks.ActionStopQuery, button, elsewhere).Text, "ended already", "who is elsewhere stops nothing")
}

// TestAStatementThatIsRefusedIsWrittenDown: in the audit and on the timeline, without its values, and is not run.
func TestAStatementThatIsRefusedIsWrittenDown(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	assert.Contains(t, l.types("sql", inc.ChannelID).Text, "Which statement?")
	assert.Contains(t, l.types("sql select ( 1 , 2 ) ;", inc.ChannelID).Text, "Running")
	assert.Equal(t, 1, l.runs(inc.ID))
	l.h.Diagnostics = strict{}
	assert.Contains(t, l.types("sql delete from users where email = 'ana@example.com'", inc.ChannelID).Text, "delete")
	assert.Equal(t, 1, l.runs(inc.ID))
	var statement, verdict, rule, by string
	require.NoError(t, l.h.Store.Pool().QueryRow(t.Context(), `select statement, verdict, rule, by from mayday.audit order by id desc limit 1`).Scan(&statement, &verdict, &rule, &by))
	assert.NotContains(t, statement, "ana@example.com")
	assert.Equal(t, []string{diagnostics.VerdictRefused, "verb", "U0ANA01"}, []string{verdict, rule, by})
	evs, err := l.h.Store.Timeline(t.Context(), inc.ID, 0, 0)
	require.NoError(t, err)
	assert.NotContains(t, inJSON(t, evs), "ana@example.com")
	assert.Equal(t, incident.EventQueryRefused, evs[len(evs)-1].Kind)
	l.h.SQLUsers = "U0BEN01"
	l.h.Diagnostics = open{}
	assert.NotContains(t, l.types("sql select 1", inc.ChannelID).Text, "Running", "she is not listed")
	assert.Equal(t, 1, l.runs(inc.ID))
}

// TestARefusalThatCannotBeWrittenDownIsOneAllTheSame: and operators hear that it is in no audit.
func TestARefusalThatCannotBeWrittenDownIsOneAllTheSame(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	l.h.Diagnostics = strict{}
	core, logs := observer.New(zapcore.ErrorLevel)
	l.h.Log = zap.New(core)
	_, err := l.h.Store.Pool().Exec(t.Context(), `alter table mayday.audit rename to away`)
	require.NoError(t, err)
	assert.Contains(t, l.types("sql delete from users", inc.ChannelID).Text, "delete")
	assert.Equal(t, 1, logs.FilterMessage("a refusal could not be recorded").Len())
	_, err = l.h.Store.Pool().Exec(t.Context(), `alter table mayday.away rename to audit`)
	require.NoError(t, err)
	r := bot.Request{Kind: bot.Command, Text: "sql delete from users", Channel: inc.ChannelID, Keys: []string{"once"}}
	l.does(r)
	l.does(r)
	assert.Equal(t, 1, logs.Len(), "a delivery that comes again is no trouble")
}

// TestGroupsOfASettingAdmitTheirMembers: of those that Slack answers for.
func TestGroupsOfASettingAdmitTheirMembers(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	rb := *l.h.Runbook()
	rb.Policy.Contacts = []incident.Contact{{Role: "On-call", Slack: "S0CONTACT"}}
	l.h.Runbook = func() *playbooks.Runbook { return &rb }
	people := grouped{crowd{"U0ANA01": {ID: "U0ANA01"}}, map[string][]string{}}
	l.h.People = people
	for setting, group := range map[string]string{"": "S0CONTACT", incident.SQLContacts: "S0CONTACT", incident.SQLResponders: "S0CONTACT", "S0NONE, S0DBA": "S0DBA"} {
		fresh := l.declare(nil)
		may := func() bool { l.types("sql select 1", fresh.ChannelID); return l.runs(fresh.ID) > 0 }
		l.h.SQLUsers = setting
		if setting != incident.SQLResponders { // whoever declared responds
			clear(people.groups)
			assert.False(t, may(), "%q: Slack does not answer", setting)
			people.groups[group] = []string{"U0BEN01"}
			assert.False(t, may(), "%q: somebody else is in it", setting)
		}
		people.groups[group] = []string{"U0BEN01", "U0ANA01"}
		assert.True(t, may(), "%q", setting)
	}
	l.h.SQLUsers = "S0DBA"
	fresh := l.declare(nil)
	clear(people.groups)
	people.groups["S0CONTACT"] = []string{"U0ANA01"}
	l.types("sql select 1", fresh.ChannelID)
	assert.Zero(t, l.runs(fresh.ID), "contacts are not asked for where the setting does not name them")

	l.h.Access.Declare = "S0DECLARE"
	assert.NotContains(t, l.types("p1 it is gone", elsewhere).Text, "is opening")
	people.groups["S0DECLARE"] = []string{"U0ANA01"}
	assert.Contains(t, l.types("p1 it is gone --another", elsewhere).Text, "is opening")
	assert.Equal(t, []string{"S1", "S2"}, groupIDs(" S1,U3, S2 ,"))
}

func TestQueriesThatAreNearOrSeveral(t *testing.T) {
	t.Parallel()
	all := []incident.QueryRun{{Name: "users/total"}, {Name: "users/blocked-sessions"}, {Name: "db/locks"}, {Name: "db/total"}}
	near := func(word, verb string) string { return noQuery(all, word, verb).Text }
	assert.Contains(t, near("totl", "query"), "The nearest: `total`. `/incident query` lists them.")
	assert.Contains(t, near("sesions", "run"), "The nearest: `blocked-sessions`. `/incident run` lists the playbook's queries.", "by a part of its name")
	assert.Contains(t, near("xyzzy", "trend"), "The runbook has no query \"xyzzy\". `/incident trend` lists what is kept.")
	assert.Contains(t, near("locs", "run"), "`locks`")
	many := noQuery([]incident.QueryRun{{Name: "a/lock"}, {Name: "a/locks"}, {Name: "a/lockss"}, {Name: "b/locks"}, {Name: "a/lucks"}}, "locks", "run").Text
	assert.Contains(t, many, "The nearest: `locks`, `lock`, `lockss`. ", "three at most, the nearest first, each once")

	several := severalQueries(all[:1:1], "t", "run").Text
	assert.Contains(t, several, "`/incident run total`")
	several = severalQueries(append(all, incident.QueryRun{Name: "x/1"}, incident.QueryRun{Name: "x/2"}, incident.QueryRun{Name: "x/3"}, incident.QueryRun{Name: "x/4"}, incident.QueryRun{Name: "x/5"}, incident.QueryRun{Name: "x/6"}), "t", "query").Text
	assert.Contains(t, several, "`/incident query users/total`, `/incident query blocked-sessions`", "with its playbook where the name alone says too little")
	assert.Contains(t, several, "`/incident query 4`, and 2 more")
	assert.NotRegexp(t, "query [56]`", several)
}

// runs counts how often queries of an incident were to be run, but for the snapshot of its beginning.
func (l *lodge) runs(id int64) int {
	l.t.Helper()
	return l.jobs(id, "run_queries") - 1
}
