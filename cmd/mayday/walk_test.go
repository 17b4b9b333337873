package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
)

// walked types lines into a walk of a scenario of the embedded runbook.
func walked(t *testing.T, scenario string, lines ...string) string {
	t.Helper()
	rb := playbooks.Default(playbooks.ReadOptions{})
	pb, err := walkable(rb, scenario)
	require.NoError(t, err)
	var out bytes.Buffer
	clock := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	w := &walker{in: strings.NewReader(strings.Join(lines, "\n")), out: &out, rb: rb,
		now: func() time.Time { clock = clock.Add(time.Minute); return clock },
		ask: func(_ context.Context, p incident.Probe) incident.ProbeResult {
			return incident.ProbeResult{Probe: p, OK: p.Kind == incident.ProbeHTTP, Summary: "said so", Detail: []string{"a detail"}}
		}}
	require.NoError(t, w.run(t.Context(), pb))
	return out.String()
}

func TestWalk(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		says  []string
	}{
		"begins with the first step": {nil, []string{"Site Down, 13 steps. Nothing is saved.", "sign: ", "Step 1/13 · Immediate response · default.md:", "curl -I https://larkfield.test/health", "Next: 2. ", "0 of 13 steps done"}},
		"done goes on":               {[]string{"done it answers", "list"}, []string{"Step 2/13", "x  1. Ask the shop itself (it answers)", ">  2. "}},
		"skip":                       {[]string{"skip no need", "1"}, []string{"Step 2/13", "skipped · no need"}},
		"blocked":                    {[]string{"blocked no access", "list"}, []string{"!  1. Ask the shop itself (no access)", "1 blocked"}},
		"blocked needs a reason":     {[]string{"blocked"}, []string{"Please say what blocks it", "0 blocked"}},
		"a step by its number":       {[]string{"done 3 rolled back", "skip 4", "list"}, []string{"x  3. ", "(rolled back)", "-  4. ", ">  1. "}},
		"undo the last":              {[]string{"done", "undo"}, []string{"0 of 13 steps done"}},
		"undo one":                   {[]string{"done", "done", "undo 1", "list"}, []string{">  1. ", "x  2. ", "1 of 13 steps done"}},
		"nothing to undo":            {[]string{"undo"}, []string{"no mark to take back"}},
		"twice":                      {[]string{"done 1", "skip 1"}, []string{"done already", "1 of 13 steps done, 0 skipped"}},
		"no such step":               {[]string{"done 99", "99"}, []string{"There is no step 99; the last one is 13."}},
		"check":                      {[]string{"check"}, []string{"ok     larkfield.test/health: said so", "a detail"}},
		"check status pages":         {[]string{"check 2"}, []string{"failed Berth: said so", "failed Tollgate: said so"}},
		"nothing to check":           {[]string{"check 3"}, []string{"That step names no address. Those that do: 1, 2"}},
		"a query is shown to copy":   {[]string{"5"}, []string{"pg_stat_activity"}},
		"contacts":                   {[]string{"contacts"}, []string{"1. On-Call Engineer (Ana Ruiz) · +1 555 0100 · ana@example.com"}},
		"next":                       {[]string{"3", "next"}, []string{"Step 3/13", "Step 1/13"}},
		"unknown":                    {[]string{"frobnicate \x1b[31m"}, []string{`no command "frobnicate"`}},
		"help":                       {[]string{"?"}, []string{"blocked <why>"}},
		"quit":                       {[]string{"q", "done"}, []string{"0 of 13 steps done"}},
		"Windows line ends":          {[]string{"done\r", "quit\r"}, []string{"1 of 13 steps done"}},
		"to the end":                 {append(slicesOf("done", 13), "done", "check"), []string{"13 of 13 steps done, 0 skipped, 0 blocked, 0 open.", "Every step is marked"}},
	} {
		t.Run(name, func(t *testing.T) {
			out := walked(t, "site-down", c.lines...)
			for _, s := range c.says {
				assert.Contains(t, out, s)
			}
			assert.NotContains(t, out, "\x1b")
		})
	}
}

func slicesOf(s string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}

func TestWalkOfASeverity(t *testing.T) {
	assert.Contains(t, walked(t, "p2"), "Start the investigation within 4 hours")
}

func TestWalkable(t *testing.T) {
	rb := playbooks.Default(playbooks.ReadOptions{})
	pb, err := walkable(rb, "users cannot log in")
	require.NoError(t, err)
	assert.Equal(t, "authentication-issues", pb.Slug)
	_, err = walkable(rb, "coffee")
	assert.ErrorContains(t, err, "site-down")
	assert.ErrorContains(t, err, "P0")
}

// TestWalkEndsWithItsContext: Ctrl-C is heard while nothing is typed.
func TestWalkEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	silent, typing := io.Pipe()
	defer typing.Close()
	rb := playbooks.Default(playbooks.ReadOptions{})
	w := &walker{in: silent, out: io.Discard, rb: rb, now: time.Now}
	done := make(chan error)
	go func() { done <- w.run(ctx, rb.Scenarios[0]) }()
	cancel()
	require.NoError(t, <-done)
}

// TestWalkCommand is the whole command on a plain pipe.
func TestWalkCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "runbook.md")
	require.NoError(t, os.WriteFile(file, []byte("# R\n\n## Scenarios\n\n### Fire (P0)\n\n1. Leave\n2. Call \x1b]0;evil\x07 the brigade\n"), 0o600))
	run := func(args ...string) (string, error) {
		c := command()
		var out bytes.Buffer
		c.SetIn(strings.NewReader("done\nlist\n"))
		c.SetOut(&out)
		c.SetArgs(append([]string{"runbook", file}, args...))
		err := c.ExecuteContext(t.Context())
		return out.String(), err
	}
	out, err := run("--walk", "fire")
	require.NoError(t, err)
	assert.Contains(t, out, "x  1. Leave")
	assert.Contains(t, out, "1 of 2 steps done")
	assert.NotContains(t, out, "\x1b")
	assert.NotContains(t, out, "\n> ", "no prompt where nobody reads it")

	_, err = run("--walk", "flood")
	var u unusable
	assert.True(t, errors.As(err, &u), err)
	assert.ErrorContains(t, err, "fire")
}
