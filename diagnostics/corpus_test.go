package diagnostics_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// record is a statement of the corpus with its verdict.
type record struct {
	layer string // guard, role, limits or allow
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

func TestCorpusIsLargeEnough(t *testing.T) {
	assert.GreaterOrEqual(t, len(corpus(t, "refuse.sql", 1)), 200)
	assert.GreaterOrEqual(t, len(corpus(t, "allow.sql", 1)), 80)
}

// The first way: verdicts alone, nothing is sent. What the guard lets pass of
// its own records the server's grammar must refuse; those few are named.
func TestVerdicts(t *testing.T) {
	r := open(t, as(reader, "canary"), nil)
	leftToServer := map[string]bool{
		"psql's gexec behind a query":                           true,
		"closes the bracket that a wrapper might put around it": true,
		"parameter without a value":                             true,
		"parameter in a function":                               true,
	}
	for _, rec := range corpus(t, "refuse.sql", 4711) {
		refusal := r.Judge(rec.sql)
		if rec.layer != "guard" || leftToServer[rec.why] {
			continue
		}
		if assert.NotNil(t, refusal, "%s: %.120s", rec.why, rec.sql) {
			assert.NotEmpty(t, refusal.Why, rec.why)
			assert.True(t, strings.HasSuffix(refusal.Why, "."), "%s: %s", rec.why, refusal.Why)
		}
	}
	for _, rec := range corpus(t, "allow.sql", 4711) {
		assert.Nil(t, r.Judge(rec.sql), "%s: %.120s", rec.why, rec.sql)
		assert.Nil(t, diagnostics.JudgeShape(rec.sql), "%s: %.120s", rec.why, rec.sql)
	}
}

func TestAllowedStatementsRun(t *testing.T) {
	r := open(t, as(reader, "canary"), nil)
	for _, rec := range corpus(t, "allow.sql", 0) {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: rec.sql, Incident: 1, By: "U1"})
		if assert.NoError(t, err, "%s: %.120s", rec.why, rec.sql) {
			assert.NotEmpty(t, result.Columns, rec.why)
			assert.LessOrEqual(t, len(result.Rows), 100, rec.why)
		}
	}
}
