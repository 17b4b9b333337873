package diagnostics_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// record is a statement of the corpus with its verdict.
type record struct {
	layer string // guard, role, limits, allow or mask
	why   string
	sql   string
}

var repetition = regexp.MustCompile(`\{(\d+)\*((?:[^{}]|\n)*)\}`)

// corpus reads a file of testdata. pid stands in for {pid}.
func corpus(t testing.TB, file string, pid uint32) []record {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var records []record
	for _, part := range strings.Split(string(raw), "\n=== ")[1:] {
		head, text, found := strings.Cut(part, "\n")
		require.True(t, found, "a record without a text: %s", head)
		layer, why, found := strings.Cut(head, ": ")
		require.True(t, found, "a head without a reason: %s", head)
		text = strings.TrimSuffix(text, "\n")
		text = strings.NewReplacer("{nul}", "\x00", "{ff}", "\xff", "{esc}", "\x1b", "{pid}", strconv.Itoa(int(pid))).Replace(text)
		text = repetition.ReplaceAllStringFunc(text, func(found string) string {
			m := repetition.FindStringSubmatch(found)
			n, _ := strconv.Atoi(m[1])
			return strings.Repeat(m[2], n)
		})
		records = append(records, record{layer, why, text})
	}
	return records
}

// place is a database with the statements that are tried on it.
type place struct{ database, refuse, allow string }

var places = []place{{"canary", "refuse.sql", "allow.sql"}, {"shop", "shop_refuse.sql", "shop_allow.sql"}}

func TestCorpusIsLargeEnough(t *testing.T) {
	refused, allowed := 0, 0
	for _, p := range places {
		refused += len(corpus(t, p.refuse, 1))
		allowed += len(corpus(t, p.allow, 1))
	}
	assert.GreaterOrEqual(t, refused, 400)
	assert.GreaterOrEqual(t, allowed, 160)
}

// leftToServer are records of the guard that pass the words and that the
// server's grammar, or its catalogue, refuses.
var leftToServer = map[string]bool{
	"psql's gexec behind a query":                           true,
	"closes the bracket that a wrapper might put around it": true,
	"parameter without a value":                             true,
	"parameter in a function":                               true,
	"cursor option behind the query":                        true,
	"set in a CTE is no SQL":                                true,
	"psql watch":                                            true,
	"psql variable as a name":                               true,
	// Functions of extensions that are not there, with names that columns may bear.
	"google_ml":              true,
	"plproxy":                true,
	"orafce raises an alert": true,
	"orafce opens a file":    true,
}

// The first way: verdicts alone, nothing is sent. What the guard lets pass of
// its own records the server's grammar must refuse; those few are named.
func TestVerdicts(t *testing.T) {
	for _, p := range places {
		r := open(t, as(reader, p.database), nil)
		require.Eventually(t, func() bool { // what functions there are is known
			_, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT 1", Incident: 1, By: "U1"})
			return err == nil
		}, time.Minute, waitShort)
		for _, rec := range corpus(t, p.refuse, 4711) {
			refusal := r.Judge(rec.sql)
			if rec.layer != "guard" || leftToServer[rec.why] {
				continue
			}
			if assert.NotNil(t, refusal, "%s: %.120s", rec.why, rec.sql) {
				assert.NotEmpty(t, refusal.Why, rec.why)
				assert.True(t, strings.HasSuffix(refusal.Why, "."), "%s: %s", rec.why, refusal.Why)
			}
		}
		for _, rec := range corpus(t, p.allow, 4711) {
			assert.Nil(t, r.Judge(rec.sql), "%s: %.120s", rec.why, rec.sql)
			assert.Nil(t, diagnostics.JudgeShape(rec.sql), "%s: %.120s", rec.why, rec.sql)
		}
	}
}

func TestAllowedStatementsRun(t *testing.T) {
	for _, p := range places {
		r := open(t, as(reader, p.database), nil)
		for _, rec := range corpus(t, p.allow, 0) {
			result, err := r.Run(t.Context(), diagnostics.Request{SQL: rec.sql, Incident: 1, By: "U1"})
			if rec.layer == "mask" {
				assert.NotContains(t, fmt.Sprint(result.Rows, result.Columns, err), "tok_", "%s: %s", rec.why, rec.sql)
				if err == nil {
					assert.Contains(t, fmt.Sprint(result.Rows), "***", "%s: %s", rec.why, rec.sql)
				}
				continue
			}
			if assert.NoError(t, err, "%s: %.120s", rec.why, rec.sql) {
				assert.NotEmpty(t, result.Columns, rec.why)
				assert.LessOrEqual(t, len(result.Rows), 100, rec.why)
			}
		}
	}
}
