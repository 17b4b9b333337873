package playbooks

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readText(t *testing.T, text string, opts ...ReadOptions) *Runbook {
	t.Helper()
	r, err := Read(fstest.MapFS{"x.md": {Data: []byte(text)}}, "x.md", opts...)
	require.NoError(t, err)
	return r
}

func TestSplitSQL(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // "title | sql", "!" before what is left open
	}{
		"two":                  {"SELECT 1; SELECT 2", []string{"| SELECT 1", "| SELECT 2"}},
		"titled":               {"-- One\nSELECT 1;\n\n-- Two\n-- more\nSELECT 2;", []string{"One | SELECT 1", "Two | SELECT 2"}},
		"quote":                {"SELECT 'a;b''c;'; SELECT 2", []string{"| SELECT 'a;b''c;'", "| SELECT 2"}},
		"backslash is a sign":  {`SELECT 'a\'; SELECT 2`, []string{`| SELECT 'a\'`, "| SELECT 2"}},
		"E string":             {`SELECT E'a\';b'; SELECT 2`, []string{`| SELECT E'a\';b'`, "| SELECT 2"}},
		"e inside a word":      {`SELECT type'a\'; SELECT 2`, []string{`| SELECT type'a\'`, "| SELECT 2"}},
		"quoted name":          {`SELECT "a;b"; SELECT 2`, []string{`| SELECT "a;b"`, "| SELECT 2"}},
		"dollar quote":         {"SELECT $$a;b$$; SELECT $x$;$$;$x$", []string{"| SELECT $$a;b$$", "| SELECT $x$;$$;$x$"}},
		"parameters":           {"SELECT $1; SELECT $2", []string{"| SELECT $1", "| SELECT $2"}},
		"dollar in a name":     {"SELECT a$b$; SELECT 2", []string{"| SELECT a$b$", "| SELECT 2"}},
		"comment":              {"SELECT 1 -- a;b\n+ 2; SELECT 3", []string{"| SELECT 1 -- a;b\n+ 2", "| SELECT 3"}},
		"nested comment":       {"SELECT /* a; /* b; */ c; */ 1; SELECT 2", []string{"| SELECT /* a; /* b; */ c; */ 1", "| SELECT 2"}},
		"block comment titles": {"/* One\n * more */\nSELECT 1;", []string{"One | SELECT 1"}},
		"only comments":        {"-- Do this\n\n-- Then that", []string{"Do this |", "Then that |"}},
		"trailing comment":     {"SELECT 1;\n\n-- Then that", []string{"| SELECT 1", "Then that |"}},
		"empty statements":     {";;  ;\n", nil},
		"psql command":         {"\\x\nSELECT 1;", []string{`| \x`, "| SELECT 1"}},
		"open quote":           {"SELECT 'a; SELECT 2", []string{"!| SELECT 'a; SELECT 2"}},
		"open comment":         {"SELECT 1 /* a; SELECT 2", []string{"!| SELECT 1"}},
		"open dollar quote":    {"SELECT $a$ b; SELECT 2", []string{"!| SELECT $a$ b; SELECT 2"}},
		"case":                 {"SELECT CASE WHEN a THEN 1 END; SELECT 2", []string{"| SELECT CASE WHEN a THEN 1 END", "| SELECT 2"}},
		"no final semicolon":   {"SELECT 1\n", []string{"| SELECT 1"}},
		"right to left":        {"SELECT 'שלום;'; SELECT é", []string{"| SELECT 'שלום;'", "| SELECT é"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, s := range splitSQL(c.text) {
				for i, g := range s.above {
					if i < len(s.above)-1 {
						got = append(got, g[0].text+" |")
					}
				}
				title := ""
				if n := len(s.above); n > 0 && len(s.above[n-1]) > 0 {
					title = s.above[n-1][0].text
				}
				open := ""
				if s.open != "" {
					open = "!"
				}
				got = append(got, strings.TrimSpace(open+strings.TrimLeft(title+" | "+s.sql, " ")))
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func FuzzSplitSQL(f *testing.F) {
	for _, s := range []string{"SELECT 1;", "SELECT 'a;''b'", "$x$;$x$;", "/* /* */ ; */ 1", `E'\';'`, "-- a\n\n-- b\n1;", "\\d x\n;", "\"a;\"", "$1;$a$", "é;'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		letters := func(s string) string {
			return strings.Map(func(c rune) rune {
				if c == ';' || c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == 0x85 || c == 0xa0 {
					return -1
				}
				return c
			}, s)
		}
		at := 0
		for _, s := range splitSQL(text) {
			if s.sql == "" {
				continue
			}
			i := strings.Index(text[at:], s.sql)
			require.GreaterOrEqual(t, i, 0, "a statement is a piece of the text, in order")
			at += i + len(s.sql)
			if s.open != "" || s.meta {
				continue
			}
			again := splitSQL(s.sql)
			require.Len(t, again, 1, "a statement does not split again: %q", s.sql)
			require.Equal(t, letters(s.sql), letters(again[0].sql))
		}
	})
}

func TestCautiousJudge(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT 1":                             "",
		"WITH a AS (SELECT 1) SELECT * FROM a": "",
		"VALUES (1)":                           "",
		"TABLE users":                          "",
		"(SELECT 1) UNION (SELECT 2)":          "",
		"SELECT 'delete; drop' AS word, updated_at FROM t -- insert": "",
		"SELECT state FROM pg_stat_activity WHERE query ~ 'update'":  "",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity":     "pg_terminate_backend",
		`SELECT "pg_terminate_backend"(1)`:                           "pg_terminate_backend",
		"SELECT pg_catalog.PG_CANCEL_BACKEND(1)":                     "pg_cancel_backend",
		"SELECT nextval('s')":                                        "nextval",
		"WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d":      "DELETE",
		"SELECT * INTO copy FROM t":                                  "INTO",
		"SELECT * FROM t FOR UPDATE":                                 "FOR UPDATE",
		"SELECT * FROM t FOR NO KEY UPDATE":                          "FOR NO",
		"UPDATE t SET a = 1":                                         "UPDATE",
		"EXPLAIN SELECT 1":                                           "EXPLAIN",
		"SHOW work_mem":                                              "SHOW",
		"DROP TABLE t":                                               "DROP",
		"":                                                           "no statement",
		"REINDEX TABLE t":                                            "REINDEX",
		"FETCH ALL FROM c":                                           "does not begin",
	} {
		ok, why := CautiousJudge(sql)
		assert.Equal(t, want == "", ok, sql)
		if want != "" {
			assert.Contains(t, why, want, sql)
		} else {
			assert.Empty(t, why, sql)
		}
	}
}

func TestTheCallersJudgeDecides(t *testing.T) {
	text := "## Pool full (P0)\n\n```sql\n-- Count\nSELECT 1;\n```\n"
	r := readText(t, text, ReadOptions{Judge: func(string) (bool, string) { return false, "today is Sunday" }})
	require.Len(t, r.Scenarios, 1)
	assert.Equal(t, "today is Sunday", r.Scenarios[0].Steps[0].ByHand)
	assert.Empty(t, r.Queries)
	assert.Equal(t, "pool-full/count", readText(t, text).Queries[0].Name)
}
