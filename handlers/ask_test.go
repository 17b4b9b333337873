package handlers

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot/blocks"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
)

// slept is a database to diagnose that is down and may be back when something is run.
type slept struct{ open }

func (slept) Shut() *diagnostics.Failure {
	return &diagnostics.Failure{Class: diagnostics.ClassDown, What: "it is down"}
}

// toRun is what was asked of the database last for an incident.
func (l *lodge) toRun(id int64) (fx incident.RunQueries) {
	l.t.Helper()
	var raw []byte
	require.NoError(l.t, l.h.Store.Pool().QueryRow(l.t.Context(), `select args from river.river_job where kind = 'run_queries' and (args->>'incident')::bigint = $1 order by id desc limit 1`, id).Scan(&raw))
	require.NoError(l.t, json.Unmarshal(raw, &fx))
	return fx
}

// TestWhichQueriesAreRun: one by its name, all of the playbook's, or all compared with the snapshot, and where the answer comes is said.
func TestWhichQueriesAreRun(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	l.h.Diagnostics = slept{} // which only the run itself finds out
	own := inc.Queries()
	require.Greater(t, len(own), 1)
	for text, why := range map[string]incident.QueryReason{"run all": incident.AskedAll, "run DIFF": incident.Differences, "run " + own[0].Name: incident.Asked} {
		assert.Contains(t, l.types(text, inc.ChannelID).Text, "Running", text)
		fx := l.toRun(inc.ID)
		assert.Equal(t, []any{why, incident.Person("U0ANA01")}, []any{fx.Why, fx.By}, text)
		if why == incident.Asked {
			assert.Equal(t, own[:1], fx.Queries)
		} else {
			assert.Equal(t, own, fx.Queries, text)
		}
	}
	before := l.runs(inc.ID)
	assert.Contains(t, l.types("run xyzzy", inc.ChannelID).Text, "has no query \"xyzzy\"")
	assert.Equal(t, before, l.runs(inc.ID))

	other, ok := l.h.Runbook().Scenario("site-down")
	require.True(t, ok)
	i := len(own)
	all := append(own[:i:i], l.h.otherQueries(inc)...)
	seen := map[string]int{}
	for _, q := range all {
		seen[q.Name]++
	}
	for name, n := range seen {
		assert.Equal(t, 1, n, "%s: each once", name)
	}
	require.Len(t, seen, len(l.h.Runbook().Queries))
	foreign := all[i]
	assert.Contains(t, l.types("run "+foreign.Name, inc.ChannelID).Text, "into this channel", "of another playbook")
	assert.Equal(t, foreign, l.toRun(inc.ID).Queries[0])
	assert.NotEqual(t, other.Slug, inc.Walk().Playbook.Slug)
}

// TestAnAnswerComesIntoTheThreadOfItsStep, while that is the one in hand.
func TestAnAnswerComesIntoTheThreadOfItsStep(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	q := inc.Queries()[0]
	inHand := l.declare(nil)
	for range q.Step - 1 {
		l.types("skip later", inHand.ChannelID)
	}
	require.Equal(t, q.Step-1, l.state(inHand.ID).Walk().Current())
	assert.Contains(t, l.types("run "+q.Name, inHand.ChannelID).Text, "the thread of the step")
	assert.Contains(t, l.types("run all", inHand.ChannelID).Text, "into this channel")
	l.types("done", inHand.ChannelID)
	assert.Contains(t, l.types("run "+q.Name, inHand.ChannelID).Text, "into this channel")
}

// TestAQueryOfAnEarlierPlaybookIsRunByItsButton, as it was when the playbook was taken up, though the runbook has it no more.
func TestAQueryOfAnEarlierPlaybookIsRunByItsButton(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	q := inc.Queries()[0]
	l.types("playbook site-down", inc.ChannelID)
	require.Equal(t, "site-down", l.state(inc.ID).Walk().Playbook.Slug)
	rb := *l.h.Runbook()
	rb.Queries = nil
	l.h.Runbook = func() *playbooks.Runbook { return &rb }
	button := about(inc)
	button.Name = q.Name
	assert.Empty(t, l.press(blocks.ActionRunQuery, button, inc.ChannelID).Text)
	assert.Equal(t, []incident.QueryRun{q}, l.toRun(inc.ID).Queries)
}

// TestHowAWordMeansAQuery: the beginning of a name before words within one.
func TestHowAWordMeansAQuery(t *testing.T) {
	all := []incident.QueryRun{{Name: "users/totals", Title: "Totals"}, {Name: "old-users/subtotals", Title: "Subtotals"}, {Name: "users-of/unblocked"}, {Name: "waits/blocked"}}
	for word, want := range map[string]string{"tot": "users/totals", "users/t": "users/totals", "old": "old-users/subtotals", "bloc": "waits/blocked", "subt": "old-users/subtotals", "of": "users-of/unblocked"} {
		found := findQueries(all, word)
		if assert.Len(t, found, 1, word) {
			assert.Equal(t, want, found[0].Name, word)
		}
	}
	near := func(word, name string) bool {
		return strings.Contains(noQuery([]incident.QueryRun{{Name: "db/" + name}}, word, "run").Text, "The nearest: `"+name+"`")
	}
	for word, is := range map[string]bool{"tatel": true, "tatez": true, "xatez": false} { // half of a name may differ
		assert.Equal(t, is, near(word, "total"), word)
	}
	for word, is := range map[string]bool{"sezzions": true, "sezzionz": true, "zezzionz": false, "tap": false, "tops": true, "tozz": false} { // a third of a part of it, which is no short word
		assert.Equal(t, is, near(word, "sessions-by-top-tops"), word)
	}
}
