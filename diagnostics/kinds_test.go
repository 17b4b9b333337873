package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestStatementsAreTakenApart: of an EXPLAIN and a SHOW only words of ours are sent, so what is read off them is what runs.
func TestStatementsAreTakenApart(t *testing.T) {
	for sql, want := range map[string]statement{
		"SELECT 1":                           {kind: KindSelect, query: "SELECT 1"},
		" -- x\nselect 1":                    {kind: KindSelect, query: " -- x\nselect 1"},
		"WITH a AS (b) SELECT 1":             {kind: KindSelect, query: "WITH a AS (b) SELECT 1"},
		"VALUES (1)":                         {kind: KindSelect, query: "VALUES (1)"},
		"TABLE t":                            {kind: KindSelect, query: "TABLE t"},
		"(SELECT 1)":                         {kind: KindSelect, query: "(SELECT 1)"},
		"show Work_Mem":                      {kind: KindShow, setting: "work_mem"},
		"SHOW pg_trgm.x ;":                   {kind: KindShow, setting: "pg_trgm.x"},
		"/* a */SHOW\ttime  zone;":           {kind: KindShow, setting: "timezone"},
		"SHOW Transaction\nISOLATION level":  {kind: KindShow, setting: "transaction_isolation"},
		"EXPLAIN SELECT 1":                   {kind: KindExplain, query: "SELECT 1"},
		"explain\n select 1":                 {kind: KindExplain, query: "select 1"},
		"EXPLAIN analyze SELECT 1":           {kind: KindExplain, query: "SELECT 1", options: "ANALYZE"},
		"EXPLAIN Analyze\tVerbose  SELECT 1": {kind: KindExplain, query: "SELECT 1", options: "ANALYZE, VERBOSE"},
		"EXPLAIN ANALYZE (SELECT 1)":         {kind: KindExplain, query: "(SELECT 1)", options: "ANALYZE"},
		"EXPLAIN (analyze, Buffers  ON,timing false, format Json) SELECT 1": {kind: KindExplain, query: "SELECT 1", options: "ANALYZE, BUFFERS ON, TIMING FALSE, FORMAT JSON"},
		"EXPLAIN(costs 0)SELECT 1":                           {kind: KindExplain, query: "SELECT 1", options: "COSTS 0"},
		"EXPLAIN (ANALYZE) (SELECT 1)":                       {kind: KindExplain, query: "(SELECT 1)", options: "ANALYZE"},
		"EXPLAIN (SELECT 1)":                                 {kind: KindExplain, query: "(SELECT 1)"},
		"EXPLAIN /* a */ (ANALYZE) -- b\n(/* c */ SELECT 1)": {kind: KindExplain, query: "(/* c */ SELECT 1)", options: "ANALYZE"},
		"EXPLAIN ANALYZE /* a */ VERBOSE TABLE t":            {kind: KindExplain, query: "TABLE t", options: "ANALYZE, VERBOSE"},
		"((/* a */ (SELECT 1)) UNION SELECT 2)":              {kind: KindSelect, query: "((/* a */ (SELECT 1)) UNION SELECT 2)"},
		"EXPLAIN ((SELECT 1))":                               {kind: KindExplain, query: "((SELECT 1))"},
		"EXPLAIN VALUES (1)":                                 {kind: KindExplain, query: "VALUES (1)"},
	} {
		got, refusal := parseKind(sql)
		assert.Nil(t, refusal, sql)
		assert.Equal(t, want, got, sql)
	}
}

func TestWhatIsNoQueryIsSaid(t *testing.T) {
	for sql, want := range map[string]Refusal{
		"":                                    {Rule: RuleBytes, Why: "there is only a comment."},
		"-- x":                                {Rule: RuleBytes, Why: "there is only a comment."},
		"\\d users":                           {Rule: RuleKind, Word: "\\d", Why: "commands of psql are not SQL."},
		"\\" + strings.Repeat("d", 19) + " x": {Rule: RuleKind, Word: "\\" + strings.Repeat("d", 19), Why: "commands of psql are not SQL."},
		"\\" + strings.Repeat("d", 30):        {Rule: RuleKind, Word: "\\" + strings.Repeat("d", 19), Why: "commands of psql are not SQL."},
		"\\" + strings.Repeat("d", 18) + "é":  {Rule: RuleKind, Word: "\\" + strings.Repeat("d", 18), Why: "commands of psql are not SQL."},
		"; SELECT 1":                          {Rule: RuleKind, Part: "; SELECT 1", Why: "this does not begin like a query."},
		"[" + strings.Repeat("1", 40):         {Rule: RuleKind, Part: "[" + strings.Repeat("1", 30), Why: "this does not begin like a query."},
		"[1]":                                 {Rule: RuleKind, Part: "[1]", Why: "this does not begin like a query."},
		"hunter2 is my password":              {Rule: RuleKind, Why: "this is not a query."},
		"selecting 1":                         {Rule: RuleKind, Why: "this is not a query."},
		" Drop table a":                       {Rule: RuleKind, Word: "Drop", Part: "Drop table a", Why: "DROP removes things for good. mayday only reads."},
		"( insert INTO t VALUES (1))":         {Rule: RuleKind, Word: "insert", Part: "insert INTO t VALUES (1))", Why: "INSERT changes rows. mayday only reads."},
		"(/* a */(DELETE FROM t))":            {Rule: RuleKind, Word: "DELETE", Part: "DELETE FROM t))", Why: "DELETE removes rows. mayday only reads."},
		"(SHOW work_mem)":                     {Rule: RuleKind, Word: "SHOW", Part: "SHOW work_mem)", Why: "only a query stands in brackets."},
		"(Explain SELECT 1)":                  {Rule: RuleKind, Word: "Explain", Part: "Explain SELECT 1)", Why: "only a query stands in brackets."},
		"(":                                   {Rule: RuleKind, Part: "(", Why: "this does not begin like a query."},
		"((-- a":                              {Rule: RuleKind, Part: "((-- a", Why: "this does not begin like a query."},
		"(1)":                                 {Rule: RuleKind, Why: "this is not a query."},
		"SHOW":                                {Rule: RuleKind, Word: "SHOW", Why: "SHOW takes the name of one setting."},
		"SHOW a, b":                           {Rule: RuleKind, Word: "SHOW", Why: "SHOW takes the name of one setting."},
		"SHOW a; SELECT 1":                    {Rule: RuleKind, Word: "SHOW", Why: "SHOW takes the name of one setting."},
		"SHOW \"a\"":                          {Rule: RuleKind, Word: "SHOW", Why: "SHOW takes the name of one setting."},
		"show All":                            {Rule: RuleKind, Word: "SHOW ALL", Why: "SHOW takes the name of one setting."},
		"SHOW primary_conninfo":               {Rule: RuleSecret, Word: "primary_conninfo", Part: "SHOW primary_conninfo", Why: "this setting can hold a secret."},
		"SHOW app.Key":                        {Rule: RuleSecret, Word: "app.key", Part: "SHOW app.Key", Why: "this setting can hold a secret."},
	} {
		got, refusal := parseKind(sql)
		assert.Equal(t, statement{}, got, sql)
		if assert.NotNil(t, refusal, sql) {
			assert.NotEmpty(t, refusal.Instead, sql)
			refusal.Instead = ""
			assert.Equal(t, want, *refusal, sql)
		}
	}
}

// TestExplainRunsNothingButAQuery: EXPLAIN ANALYZE runs what is behind it.
func TestExplainRunsNothingButAQuery(t *testing.T) {
	for _, sql := range []string{
		"EXPLAIN", "EXPLAIN DELETE FROM t", "EXPLAIN ANALYZE DELETE FROM t", "EXPLAIN (ANALYZE) DELETE FROM t", "EXPLAIN (DELETE FROM t)", "EXPLAIN ((DELETE FROM t))", "EXPLAIN (ANALYZE) (DELETE FROM t)", "EXPLAIN (ANALYZE)(DELETE FROM t)", "EXPLAIN ANALYZE /* a */ (DELETE FROM t)", "EXPLAIN (/* a */ (DELETE FROM t))", "EXPLAIN (ANALYZE) (SHOW work_mem)",
		"EXPLAIN SHOW work_mem", "EXPLAIN (SHOW work_mem)", "EXPLAIN EXPLAIN SELECT 1", "EXPLAIN (EXPLAIN SELECT 1)", "EXPLAIN (SERIALIZE) SELECT 1", "EXPLAIN (ANALYZE, SERIALIZE text) SELECT 1", "EXPLAIN () SELECT 1", "EXPLAIN (ANALYZE SELECT 1",
		"EXPLAIN (FORMAT xml) SELECT 1", "EXPLAIN (ANALYZE maybe) SELECT 1", "EXPLAIN (ANALYZE,) SELECT 1", "EXPLAIN ANALYZE", "EXPLAIN EXECUTE x", "EXPLAIN ANALYZE CREATE TABLE a AS SELECT 1", "EXPLAIN ANALYZER SELECT 1", "EXPLAIN (",
	} {
		got, refusal := parseKind(sql)
		assert.Equal(t, statement{}, got, sql)
		if assert.NotNil(t, refusal, sql) {
			assert.Equal(t, RuleKind, refusal.Rule, sql)
			assert.Equal(t, "EXPLAIN", refusal.Word, sql)
			assert.Equal(t, sql, refusal.Part, sql)
		}
	}
}
