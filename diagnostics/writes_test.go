package diagnostics

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestStatementsThatWriteInsideAQuery: the server refuses them, too; here somebody is told why.
func TestStatementsThatWriteInsideAQuery(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT 1; SELECT 2":                                                  ";",
		"SELECT 1;; SELECT 2":                                                 ";",
		"SELECT 1; x":                                                         ";",
		"SELECT 1; 'x'":                                                       ";",
		"SELECT a INTO b FROM c":                                              "INTO",
		"SELECT a, t.b INTO c FROM t":                                         "INTO",
		"SELECT 1 FOR UPDATE":                                                 "FOR",
		"SELECT 1 FOR SHARE":                                                  "FOR",
		"SELECT 1 FOR NO KEY UPDATE":                                          "FOR",
		"SELECT 1 FOR KEY SHARE":                                              "FOR",
		"FOR UPDATE":                                                          "FOR",
		"WITH a AS (DELETE FROM t) SELECT 1":                                  "DELETE",
		"WITH a AS (INSERT INTO t VALUES (1)) SELECT 1":                       "INSERT",
		"WITH a AS (UPDATE t SET b = 1) SELECT 1":                             "UPDATE",
		"WITH a AS (MERGE INTO t USING u ON v) SELECT 1":                      "MERGE",
		"WITH a AS MATERIALIZED (DELETE FROM t) SELECT 1":                     "DELETE",
		"EXPLAIN ANALYZE (DELETE FROM t)":                                     "DELETE",
		"WITH a AS (SELECT 1) DELETE FROM t":                                  "DELETE",
		"WITH a AS (SELECT 1) INSERT INTO t SELECT 1":                         "INSERT",
		"WITH a AS (SELECT 1), b AS (VALUES (1)) DELETE FROM t":               "DELETE",
		"WITH a AS MATERIALIZED (SELECT 1) DELETE FROM t":                     "DELETE",
		"WITH a(b) AS (SELECT (1)) UPDATE t SET b = 1":                        "UPDATE",
		"WITH RECURSIVE a AS (SELECT 1), b AS (SELECT f(1)) DELETE FROM t":    "DELETE",
		"WITH a AS ((SELECT 1)) DELETE FROM t":                                "DELETE",
		"SELECT (SELECT 1), (WITH a AS (TABLE t) DELETE FROM t)":              "DELETE",
		"WITH a AS (WITH b AS (SELECT 1) SELECT 2) MERGE INTO t USING u ON v": "MERGE",
	} {
		refusal := judgeWrites(read(sql))
		if assert.NotNil(t, refusal, sql) {
			assert.Equal(t, want, refusal.Word, sql)
			assert.Equal(t, RuleShape, refusal.Rule, sql)
		}
	}
	assert.Equal(t, "DELETE changes rows. mayday only reads.", judgeWrites(read("WITH a AS (delete FROM t) SELECT 1")).Why)
	assert.Equal(t, "FOR SHARE locks the rows that it reads.", judgeWrites(read("SELECT 1 for share")).Why)
}

func TestWordsOfWritingThatAreNames(t *testing.T) {
	for _, sql := range []string{
		"SELECT 1;", "SELECT 1;;", "SELECT 1 ; ;", "SELECT 1 AS into", "SELECT t.into FROM t", `SELECT "into" FROM t`, "SELECT 'into'", "SELECT 1 AS for, update", "SELECT update, delete, insert, merge FROM t", "SELECT (delete) FROM t", "SELECT f(update) FROM t",
		"SELECT substring(a FOR 2), substring(a FOR key)", "SELECT a.for, share", "SELECT 1 FOR no", "SELECT substring(a FOR b key)", "SELECT substring(a FOR b share)", "WITH a (SELECT 1) delete", "WITH a AS [SELECT 1] delete", "SELECT FOR no update", "SELECT FOR key update", "SELECT (SELECT 1) delete FROM t", "SELECT f(1) update",
		"WITH a AS (SELECT 1) SELECT (SELECT 2) delete", "WITH a AS (SELECT 1), b AS (SELECT 2) SELECT x AS (SELECT 3) delete", "SELECT a AS (SELECT 1) delete", "SELECT CAST(1 AS numeric(2)) update", "WITH a AS (b) delete", "(SELECT 1) delete",
		`WITH a AS (SELECT 1) SELECT 1 AS delete`, `WITH a AS ("delete") SELECT 1`, `"with" a AS (SELECT 1) delete`, ") delete", "x) delete",
	} {
		assert.Nil(t, judgeWrites(read(sql)), sql)
	}
}
