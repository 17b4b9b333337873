package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunbookIsDrawn(t *testing.T) {
	dir := t.TempDir()
	doc, out := filepath.Join(dir, "RUNBOOK.md"), filepath.Join(dir, "out.html")
	require.NoError(t, os.WriteFile(doc, []byte("# Disk full\n\n1. Delete old files\n"), 0o644))
	said1, err := said(t, "runbook", doc, "--html", out)
	require.ErrorIs(t, err, errSaid, "nobody can be paged, so the exit code is 1")
	assert.Contains(t, said1, out+" is written")
	assert.Contains(t, said1, "missing: contacts")
	page, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Contains(t, string(page), "1. Delete old files")
	toStdout, err := said(t, "runbook", doc, "--html", "-")
	require.ErrorIs(t, err, errSaid)
	assert.Contains(t, toStdout, "</html>")

	_, err = said(t, "runbook", doc, "--html", doc)
	require.ErrorContains(t, err, "would write over a Markdown file")
	link, other := filepath.Join(dir, "page.html"), filepath.Join(dir, "RUNBOOK.txt")
	require.NoError(t, os.Symlink(doc, link))
	require.NoError(t, os.Link(doc, other))
	_, err = said(t, "runbook", doc, "--html", link)
	require.ErrorContains(t, err, "would write over it")
	_, err = said(t, "runbook", doc, "--html", other)
	require.ErrorContains(t, err, "is the runbook itself")
	pipe := filepath.Join(dir, "pipe.html")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	_, err = said(t, "runbook", doc, "--html", pipe)
	require.ErrorContains(t, err, "is no file")
	kept, err := os.ReadFile(doc)
	require.NoError(t, err)
	assert.Contains(t, string(kept), "# Disk full")
}

func TestRunbookIsExplained(t *testing.T) {
	dir := t.TempDir()
	doc := filepath.Join(dir, "RUNBOOK.md")
	require.NoError(t, os.WriteFile(doc, []byte("# Disk full\n\n1. Delete old files\n"), 0o644))
	for _, value := range []string{"--why", "--why=parts", "--why=3", "--why=" + doc + ":3"} {
		out, err := said(t, "runbook", doc, value)
		require.NoError(t, err, value)
		assert.Contains(t, out, "scenario disk-full", value)
		assert.Contains(t, out, "<!-- mayday: ignore -->", value)
	}
	_, err := said(t, "runbook", doc, "parts")
	require.ErrorContains(t, err, "write --why=parts as one word")
	_, err = said(t, "runbook", doc, "--why=soon")
	require.ErrorContains(t, err, "--why=parts, --why=120")
	_, err = said(t, "runbook", doc, "--walk", "disk-full", "--html", "x.html")
	require.ErrorContains(t, err, "--html and --walk ask for different things")
}

func TestRunbookAsksTheGuardAboutFunctionsOfTheDatabase(t *testing.T) {
	doc := filepath.Join(t.TempDir(), "RUNBOOK.md")
	require.NoError(t, os.WriteFile(doc, []byte("# Orders are lost\n\n1. Compare the totals\n\n```sql\nselect shop.order_total(id) from orders limit 5;\n```\n"), 0o644))
	for listed, want := range map[string]string{"": "shop.order_total in MAYDAY_SQL_FUNCTIONS", "public.other, Shop.order_total": "1 read-only query"} {
		t.Setenv("MAYDAY_SQL_FUNCTIONS", listed)
		out, err := said(t, "runbook", doc)
		require.ErrorIs(t, err, errSaid, "nobody can be paged")
		assert.Contains(t, out, want, "listed: %q", listed)
	}
}
