package handlers

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

func TestFindQueries(t *testing.T) {
	all := []incident.QueryRun{
		{Name: "db/connections-by-state", Title: "Connections by state", Playbook: "db", Step: 2},
		{Name: "db/connections-by-owner", Title: "Connections by owner", Playbook: "db", Step: 4},
		{Name: "db/blocked", Title: "Blocked and blocking", Playbook: "db", Step: 5},
		{Name: "users/total", Title: "Total users"},
		{Name: "users/connections-by-state", Title: "Connections by state"},
		{Name: "sessions/total", Title: "Total sessions"},
		{Name: "jobs/totals", Title: "All jobs"},
	}
	for word, want := range map[string][]string{
		"db/blocked":                 {"db/blocked"},
		"users/connections-by-state": {"users/connections-by-state"},
		"connections-by-state":       {"db/connections-by-state"}, // the playbook's own first
		"4":                          {"db/connections-by-owner"},
		"block":                      {"db/blocked"},
		"blocking":                   {"db/blocked"},
		"owner":                      {"db/connections-by-owner"},
		"connections owner":          {"db/connections-by-owner"},
		"conn":                       {"db/connections-by-state", "db/connections-by-owner"},
		"total":                      {"users/total", "sessions/total"},
		"total users":                {"users/total"},
		"totals":                     {"jobs/totals"},
		"tota":                       {"users/total", "sessions/total", "jobs/totals"},
		"sessions/to":                {"sessions/total"},
		"state_connections":          {"db/connections-by-state"},
		"owner/db":                   {"db/connections-by-owner"},
		"owner-db":                   {"db/connections-by-owner"},
		"9":                          nil,
		"nothing":                    nil,
		"-":                          nil,
	} {
		var got []string
		for _, q := range findQueries(all, word) {
			got = append(got, q.Name)
		}
		assert.Equal(t, want, got, "%q", word)
	}
}

func TestStatementOf(t *testing.T) {
	for typed, want := range map[string]string{
		"select 1": "select 1",
		"select a from b where a &lt; 3 &amp;&amp; c &gt; 1": "select a from b where a < 3 && c > 1",
		"```select 1;```":            "select 1;",
		"```sql\nselect 1\n```":      "select 1",
		"```\nselect 1\nfrom x\n```": "select 1\nfrom x",
		"`select 1`":                 "select 1",
		"select ‘a’":                 "select 'a'",
		"select 'it’s'":              "select 'it’s'",
		"select 1 as “n”":            `select 1 as "n"`,
		"select * from users where email = '<mailto:a@b.example|a@b.example>'": "select * from users where email = 'a@b.example'",
		"select a from b where a < 2 and b > 3":                                "select a from b where a < 2 and b > 3",
		"select a from b where a <> 2":                                         "select a from b where a <> 2",
		"select a from b where a &lt;&gt; 2":                                   "select a from b where a <> 2",
		"select tags <@ b and c @> d from t":                                   "select tags <@ b and c @> d from t",
		"select p <-> q, p <#> q from t where m->>'a' <> 'b'":                  "select p <-> q, p <#> q from t where m->>'a' <> 'b'",
		"select '&lt;b&gt; &amp;amp; &nbsp;'":                                  "select '&lt;b&gt; &amp;amp; &nbsp;'",
		"select '&lt;b&gt; &amp;amp; &amp;nbsp;'":                              "select '<b> &amp; &nbsp;'",
		"select a << 2, b >> 1, c && d from t where e <= 1 and f >= 2":         "select a << 2, b >> 1, c && d from t where e <= 1 and f >= 2",
		"select '  two  spaces\n and a line'":                                  "select '  two  spaces\n and a line'",
		"select 'for <@U12345|ana> in <#C12345|general> <!here>'":              "select 'for @ana in #general @here'",
		"select '<tel:+15551234567|+1 555 1234567>' where x <y and z> 1":       "select '+1 555 1234567' where x <y and z> 1",
		"select '<http://larkfield.test|larkfield.test>'":                      "select 'larkfield.test'",
		"":          "",
		"``````":    "",
		"```sql```": "sql",
		"`":         "`",
		"`select 1": "`select 1",
		"select 1`": "select 1`",
	} {
		assert.Equal(t, want, statementOf(typed), "%q", typed)
	}
}

func FuzzStatementOf(f *testing.F) {
	for _, s := range []string{"```sql\nselect 1```", "`a`", "&lt;<@U1|x>", "“", "```"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := statementOf(s)
		if utf8.ValidString(s) {
			assert.True(t, utf8.ValidString(got))
		}
		assert.LessOrEqual(t, len(got), 8*len(s)+8)
	})
}
