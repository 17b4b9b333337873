package playbooks

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// One file a mistake, named after it. Each must lead to a finding on the line
// of the mistake that says what is the matter and how to mend it.
func TestMistakesAreNamed(t *testing.T) {
	want := map[string]struct {
		line  int
		level Level
		what  string
	}{
		"address-placeholder":         {18, Notice, "holds a placeholder"},
		"clocks-disagree":             {18, Notice, "response time of P1 is given twice"},
		"contact-placeholder":         {11, Problem, "name of contact On call is a placeholder"},
		"contact-rule-unclear":        {13, Notice, "escalation rule of On call is not understood"},
		"contact-without-address":     {10, Problem, "cannot be paged"},
		"dashboard-placeholder":       {17, Problem, "dashboard Sentry holds a placeholder"},
		"dead-file-link":              {18, Problem, "no such file"},
		"dead-heading-link":           {1, Problem, "no such heading"},
		"empty-code-block":            {20, Notice, "code block is empty"},
		"fence-closed-too-late":       {18, Problem, "never closed"},
		"fence-never-closed":          {18, Problem, "never closed"},
		"front-matter-broken":         {2, Problem, "front matter is no YAML"},
		"line-too-long":               {18, Problem, "longer than"},
		"list-under-unknown-heading":  {16, Notice, "2 list items are not used"},
		"matrix-row-without-severity": {6, Problem, "names no severity"},
		"nested-too-deep":             {18, Problem, "nested in one line"},
		"no-severities":               {0, Notice, "names no severities"},
		"not-utf-8":                   {16, Notice, "not UTF-8"},
		"response-time-missing":       {5, Notice, "P0 has no response time"},
		"response-time-unclear":       {5, Problem, "response time of P0 is no time: soon"},
		"scenario-twice":              {20, Problem, "scenario site-down stands twice"},
		"scenario-without-severity":   {16, Notice, "site-down has no severity"},
		"scenario-without-steps":      {16, Problem, "site-down has no steps"},
		"severity-twice":              {6, Problem, "severity P0 stands twice"},
		"sql-blank-to-fill-in":        {19, Notice, "blank to fill in: <user_id>"},
		"sql-by-hand":                 {19, Notice, "pg_terminate_backend"},
		"sql-psql-command":            {19, Notice, "psql commands"},
		"sql-quote-open":              {19, Problem, "quote that is never closed"},
		"status-page-without-address": {16, Problem, "status page of Supabase has no address"},
		"step-nobody-could-do":        {18, Problem, "nobody could do this step: TODO"},
		"unknown-severity":            {16, Problem, "unknown severity P7"},
	}
	files, err := filepath.Glob("testdata/mistakes/*.md")
	require.NoError(t, err)
	assert.Len(t, files, len(want), "every file has its finding, every finding its file")
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".md")
		t.Run(name, func(t *testing.T) {
			w, known := want[name]
			require.True(t, known)
			r, err := ReadPath(path)
			require.NoError(t, err)
			var said []string
			for _, f := range r.Findings {
				said = append(said, f.String())
				if f.Line == w.line && f.Level == w.level && strings.Contains(f.What, w.what) {
					assert.NotEmpty(t, f.Fix, "a finding says how to mend it")
					return
				}
			}
			assert.Fail(t, "no such finding", "wanted %v on line %d: %s\nsaid:\n%s", w.level, w.line, w.what, strings.Join(said, "\n"))
		})
	}
}

// A mistake must not take more with it than its own line.
func TestMistakesLoseNothingElse(t *testing.T) {
	for name, want := range map[string]string{
		"fence-never-closed":    "site-down(P0):1 slow(P1):1",
		"fence-closed-too-late": "site-down(P0):1 slow(P1):1",
		"scenario-twice":        "site-down(P0):1 site-down-2(P1):1",
		"unknown-severity":      "site-down:1",
		"front-matter-broken":   "",
		"sql-psql-command":      "pool-full(P0):2",
	} {
		r, err := ReadPath("testdata/mistakes/" + name + ".md")
		require.NoError(t, err)
		assert.Equal(t, want, strings.Join(scenariosOf(r), " "), name)
		assert.Equal(t, []string{"P0", "P1"}, labelsOf(r), name)
		require.Len(t, r.Policy.Contacts, 1, name)
		assert.Equal(t, "ana@example.com", r.Policy.Contacts[0].Email, name)
	}
}

func TestNothingToOpenIsAnError(t *testing.T) {
	_, err := ReadPath("testdata/no-such-file.md")
	require.ErrorContains(t, err, "no-such-file.md")
	_, err = ReadPath(t.TempDir())
	require.ErrorContains(t, err, "holds no Markdown")
}
