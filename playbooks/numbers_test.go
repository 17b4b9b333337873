package playbooks

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhichQueriesAnswerWithOneNumber(t *testing.T) {
	for sql, want := range map[string]bool{
		"SELECT count(*) AS total FROM users":                                             true,
		"select COUNT(DISTINCT user_id)\nfrom sessions where at > now() - interval '7 d'": true,
		"SELECT round(100.0 * sum(x) / count(*)) FROM a":                                  true,
		"SELECT coalesce(sum(amount), 0) AS total\nFROM credits":                          true,
		"SELECT avg(x), max(x) FROM a":                                                    true,
		"SELECT count(*) FROM (SELECT a FROM b GROUP BY a) c":                             true,
		"SELECT status, count(*) FROM orders GROUP BY status":                             false,
		"SELECT id FROM users ORDER BY id":                                                false,
		"SELECT name, (SELECT count(*) FROM b) FROM a":                                    false,
		"SELECT count(*) OVER () FROM a":                                                  false,
		"SELECT max(x) FROM a UNION SELECT min(x) FROM a":                                 false,
		"EXPLAIN SELECT count(*) FROM a":                                                  false,
		"":                                                                                false,
	} {
		assert.Equal(t, want, oneRow(sql), sql)
	}
	var names []string
	for _, q := range Default().Numbers() {
		names = append(names, q.Name)
	}
	assert.Subset(t, names, []string{"users/total-users", "users/new-users-today"})
	assert.NotContains(t, names, "orders/orders-by-hour")
}

func TestWhatIsNeededHasItsLinks(t *testing.T) {
	needs := Default().Needs()
	links := map[string]string{}
	for _, n := range needs {
		if len(n.Links) > 0 {
			links[n.Text] = n.Links[0].URL
		}
	}
	assert.Equal(t, "https://berth.test/larkfield/web", links["Berth: admin of the project larkfield"])
	assert.NotEmpty(t, links["Tollgate: role Operations"], "a supplier's dashboard")
	assert.Empty(t, links["jq to read answers in JSON"])
}
