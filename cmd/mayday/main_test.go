package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/cmd/mayday/program"
)

// said runs the program's command line and returns what it printed.
func said(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	c := command()
	var b bytes.Buffer
	c.SetOut(&b)
	c.SetErr(&b)
	c.SetArgs(args)
	err = c.ExecuteContext(context.Background())
	return b.String(), err
}

func TestExitCodes(t *testing.T) {
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MAYDAY_RUNBOOK"} {
		t.Setenv(name, "")
	}
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{"version"}, 0},
		{[]string{"manifest"}, 0},
		{[]string{"runbook"}, 0},
		{[]string{"runbook", "--why"}, 0},
		{[]string{"runbook", "--why=nonsense"}, exitUnusable},
		{[]string{"runbook", "--why=99999"}, exitUnusable},
		{[]string{"runbook", "--why", "--json"}, exitUnusable},
		{[]string{"runbook", "--html", "docs/RUNBOOK.md"}, exitUnusable},
		{[]string{"runbook", "--html", "/nowhere/at/all.html"}, exitUnusable},
		{[]string{"runbook", "--html"}, exitUnusable},
		{[]string{"runbook", "a.md", "parts"}, exitUnusable},
		{[]string{"frobnicate"}, exitUnusable},
		{[]string{"run"}, exitUnusable},
		{[]string{"run", "extra"}, exitUnusable},
		{[]string{"run", "--nonsense"}, exitUnusable},
		{[]string{"runbook", "/nowhere/at/all.md"}, exitUnusable},
		{[]string{"demo", "--speed", "0"}, exitUnusable},
		{[]string{"check"}, exitUnusable},
		{[]string{"check", "--role-script", "extra"}, exitUnusable},
		{[]string{"check", "--role-script=/nowhere/at/all.sql"}, exitUnusable},
	} {
		assert.Equal(t, tt.want, run(tt.args), tt.args)
	}
}

func TestCheckWritesTheRoleScriptOnRequestOnly(t *testing.T) {
	t.Setenv("SLACK_BOT_TOKEN", "")
	t.Setenv("SLACK_APP_TOKEN", "")
	t.Setenv("DIAGNOSTICS_DATABASE_URL", "")
	out, err := said(t, "check")
	assert.ErrorIs(t, err, errSaid)
	assert.Contains(t, out, "--role-script")
	assert.NotContains(t, out, "CREATE ROLE")
	t.Setenv("DIAGNOSTICS_DATABASE_URL", "postgres://reader@127.0.0.1:1/shop?sslmode=disable")
	out, err = said(t, "check", "--role-script")
	assert.NoError(t, err)
	assert.Contains(t, out, "CREATE ROLE")
	assert.Contains(t, out, `"shop"`)
	file := filepath.Join(t.TempDir(), "role.sql")
	written, err := said(t, "check", "--role-script="+file)
	assert.NoError(t, err)
	assert.Contains(t, written, file)
	script, err := os.ReadFile(file)
	assert.NoError(t, err)
	assert.Equal(t, out, string(script))
	_, err = said(t, "check", "--role-script="+file)
	assert.Error(t, err, "a file is not written over")
}

func TestRunReportsEveryMissingSetting(t *testing.T) {
	t.Setenv("SLACK_BOT_TOKEN", "")
	t.Setenv("SLACK_APP_TOKEN", "")
	t.Setenv("MAYDAY_TIMEZONE", "Mars/Olympus")
	_, err := said(t, "run")
	assert.ErrorContains(t, err, "SLACK_BOT_TOKEN")
	assert.ErrorContains(t, err, "SLACK_APP_TOKEN")
	assert.ErrorContains(t, err, "MAYDAY_TIMEZONE")
}

func TestRunbookPrintsWhatItUnderstands(t *testing.T) {
	t.Setenv("MAYDAY_RUNBOOK", "")
	out, err := said(t, "runbook")
	assert.NoError(t, err)
	assert.Contains(t, out, "Scenario site-down")
	out, err = said(t, "runbook", "--json")
	assert.NoError(t, err)
	assert.Contains(t, out, `"slug": "site-down"`)
}

func TestAFindingIsDividedFromWhatItIsAbout(t *testing.T) {
	var b bytes.Buffer
	printFinding(&b, program.Finding{State: program.Failed, Subject: "SMS of DevOps Lead (Ben Okafor)", Says: "is not set up"})
	assert.Contains(t, b.String(), "(Ben Okafor): is not set up")
	b.Reset()
	printFinding(&b, program.Finding{State: program.OK, Subject: "database", Says: "reachable"})
	assert.Contains(t, b.String(), "database               reachable")
}
