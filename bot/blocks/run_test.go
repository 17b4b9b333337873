package blocks

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

func connections() Answer {
	return Answer{
		Title: "Connections by state", By: ana, Rows: "3 rows", Took: 4200 * time.Microsecond, Columns: 3,
		Grid: Grid{Columns: []GridColumn{{Name: "state"}, {Name: "connections", Numeric: true}, {Name: "longest"}},
			Rows: [][]string{{"active", "7", "1m 12s"}, {"idle in transaction", "81", "2h 03m"}, {Null, "1", Null}}},
	}
}

// queries adds the messages about queries and their answers.
func queries(t *testing.T, ms map[string]Message) {
	inc := acknowledged(t).inc
	ms["result"] = Result(inc, connections())
	large := connections()
	large.Rows, large.Grid, large.Columns, large.FileRows = "first 20 of more than 100 rows, stopped by the row cap", grid(20, 8), 12, 100
	large.Masked, large.Replica, large.Waited = []string{"email", "phone"}, true, 2*time.Second
	ms["result-large"] = Result(inc, large)
	ms["result-none"] = Result(inc, Answer{Title: "Blocked and blocking", Rows: "no rows", Took: 3 * time.Millisecond, Columns: 4})
	ms["result-failed"] = Result(inc, Answer{Title: "Database size", By: ben, Trouble: &Trouble{Why: "Ended after its time limit of 5s.", Instead: "Narrow it: fewer rows by WHERE."}})
	ms["query-refused"] = QueryRefused(Trouble{Refused: true, Word: "pg_terminate_backend", Part: "select pg_terminate_backend(pid) from", Why: "it ends other sessions.", Instead: "Do it by hand in psql."})
	ms["query-running"] = QueryRunning(inc, []incident.QueryRun{{Name: "size", Title: "Database size"}}, ana, 0, Target{Page: 77})
	ms["query-waiting"] = QueryRunning(inc, []incident.QueryRun{{Title: "select count(*), sum(size) from pg_stat_all_tables"}}, ana, 3, Target{Page: 77})
	ms["query-list"], ms["query-list-off"] = QueryList(inc, ""), QueryList(inc, "DIAGNOSTICS_DATABASE_URL is not set.")
	ms["query-asked"] = QueryAsked(inc.Queries(), false)
	ms["overview"] = Overview(inc, "Snapshot of Site Down", "", []Finding{
		{Title: "Room left", Says: "The database did not answer within 5s.", Bad: true},
		{Title: "Connections by state", Says: "3 rows", Took: 4 * time.Millisecond},
		{Title: "Live sessions", Says: "96", Took: 900 * time.Microsecond},
	}, "All rows are in the file of this thread")
	ms["overview-diff"] = Overview(inc, "Then → now", ana, []Finding{{Title: "Connections", Says: "96 → 31", More: []string{"active: connections 90 → 25", "idle: connections 6 → 6"}}})
}

func TestAResultSaysWhatIsNotShown(t *testing.T) {
	inc := acknowledged(t).inc
	all := func(m Message) string {
		var b strings.Builder
		for _, o := range decoded(t, m.Blocks) {
			flatten(o, &b)
		}
		return b.String()
	}
	large := connections()
	large.Rows, large.Columns, large.FileRows, large.Masked = "first 20 of more than 100 rows", 11, 100, []string{"email"}
	for _, part := range []string{"first 20 of more than 100 rows", "3 of 11 columns", "masked: email", "100 rows in the file of this thread", "4.2 ms", "NULL"} {
		assert.Contains(t, all(Result(inc, large)), part)
	}
	assert.Contains(t, all(Result(inc, Answer{Title: "x", Rows: "no rows"})), "No rows.")
	assert.Equal(t, "Live sessions: 96.", Result(inc, Answer{Title: "Live sessions", Columns: 1, Rows: "1 row",
		Grid: Grid{Columns: []GridColumn{{Name: "n", Numeric: true}}, Rows: [][]string{{"96"}}}}).Text, "a single value is said aloud")
	assert.Equal(t, "x: refused: dblink: it connects elsewhere. Use a table.", Result(inc, Answer{Title: "x", Trouble: &Trouble{Refused: true, Word: "dblink", Why: "it connects elsewhere.", Instead: "Use a table."}}).Text)
}

func flatten(v any, b *strings.Builder) {
	switch v := v.(type) {
	case string:
		b.WriteString(v + "\n")
	case []any:
		for _, x := range v {
			flatten(x, b)
		}
	case object:
		for _, x := range v {
			flatten(x, b)
		}
	}
}

// TestALongListOfQueriesIsOneMessage: Slack takes 50 blocks and 18 kB in an acknowledgement.
func TestALongListOfQueriesIsOneMessage(t *testing.T) {
	inc := acknowledged(t).inc
	w := &inc.Walks[inc.Active]
	w.Playbook.Steps = nil
	for i := range 200 {
		w.Playbook.Steps = append(w.Playbook.Steps, incident.Step{Text: "x", Query: &incident.Query{Name: "db/q" + strings.Repeat("x", i%50) + string(rune('a'+i%26)) + strings.Repeat("y", i/26), Title: strings.Repeat("Title <!here> ", 20), SQL: "select 1"}})
	}
	m := QueryList(inc, "")
	assert.LessOrEqual(t, len(m.Blocks), maxBlocks)
	assert.LessOrEqual(t, size(m), maxReplyBytes)
	var found []Finding
	for range 200 {
		found = append(found, Finding{Title: strings.Repeat("t<@U0ANA>", 30), Says: strings.Repeat("& ", 300), More: []string{"a", "b", "c", "d", "e", "f"}})
	}
	m = Overview(inc, "Snapshot", "", found)
	assert.LessOrEqual(t, len(m.Blocks), maxBlocks)
	assert.NotContains(t, m.Text, "<@U0ANA>")
}
