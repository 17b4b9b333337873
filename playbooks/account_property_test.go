package playbooks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"mayday/effort"
)

func init() { effort.Properties(20, 200, 5000) }

// The property: every list item, code block and table row of a document is used
// or reported. Each carries a marker word of its own; the marker must come back
// in what was understood, or a finding or the list of what is for readers must
// name its line.
func TestEveryItemBlockAndRowIsUsedOrReported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := generated{t: t}
		doc.document()
		r, err := Read(fstest.MapFS{"x.md": {Data: []byte(doc.text.String())}}, "x.md")
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		if lost := doc.lost(r); len(lost) > 0 {
			t.Fatalf("dropped silently: %v\n%s\n%s", lost, doc.text.String(), findingsOf(r))
		}
	})
}

// generated writes a document of random structure line by line.
type generated struct {
	t       *rapid.T
	text    strings.Builder
	line    int
	markers map[string]int // marker to line
}

func (g *generated) write(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	g.text.WriteString(s + "\n")
	g.line += strings.Count(s, "\n") + 1
}

// marker is a word that stands nowhere else, due on the next line.
func (g *generated) marker() string {
	if g.markers == nil {
		g.markers = map[string]int{}
	}
	m := fmt.Sprintf("mark%dx", len(g.markers))
	g.markers[m] = g.line + 1
	return m
}

func (g *generated) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(g.t, label)
}

func (g *generated) document() {
	n := rapid.IntRange(1, 8).Draw(g.t, "sections")
	for range n {
		g.write("%s %s", g.pick("level", "#", "##", "###", "####"), g.pick("heading", "Scenarios", "Site down (P0)", "Slow (SEV2)", "Contacts", "External contacts",
			"Dashboards", "Status pages", "Morning checklist", "Weekly tasks", "Tools", "Access", "Useful SQL queries", "Severity levels", "Critical (P0)", "Symptoms",
			"Diagnosis", "Step 1: Look", "Common issues", "Resolution", "Prevention", "Follow-up", "Architecture", "Links", "Runbooks", "Escalation", "Table of contents"))
		g.write("")
		for range rapid.IntRange(0, 4).Draw(g.t, "blocks") {
			g.block("")
		}
	}
}

func (g *generated) block(indent string) {
	switch g.pick("block", "label", "list", "list", "tasks", "numbers", "code", "sql", "table", "prose", "quote") {
	case "label":
		g.write("%s**%s**", indent, g.pick("label", "Symptoms:", "Diagnosis:", "Resolution:", "On-Call Engineer:", "Sentry", "Common Issues:", "Something else:"))
	case "list":
		g.list(indent, "- ")
	case "tasks":
		g.list(indent, "- [ ] ")
	case "numbers":
		g.list(indent, "1. ")
	case "code":
		m := g.marker()
		g.write("%s```%s\n%s%s --flag %s\n%s```", indent, g.pick("lang", "bash", "", "python", "mermaid"), indent, g.pick("command", "curl https://example.com", "kubectl", "# look at"), m, indent)
	case "sql":
		m := g.marker()
		g.write("%s```sql\n%s%s FROM %s;\n%s```", indent, indent, g.pick("verb", "SELECT 1", "DELETE", "-- a title\nSELECT 2"), m, indent)
	case "table":
		g.write("%s| %s | %s |\n%s|---|---|", indent, g.pick("head", "Severity", "Name", "Check", "Role", "Service"), g.pick("head2", "Response", "Email", "URL", "Fix", "Notes"), indent)
		for range rapid.IntRange(1, 3).Draw(g.t, "rows") {
			m := g.marker()
			g.write("%s| %s | %s %s |", indent, g.pick("cell", "P0", "a", "Ana", "Grafana"), g.pick("cell2", "15 minutes", "a@example.com", "https://example.com/"), m)
		}
	case "prose":
		g.write("%s%s", indent, g.pick("prose", "Look at this first:", "A sentence for readers.", "Severity: P1"))
	case "quote":
		m := g.marker()
		g.write("%s> - quoted %s", indent, m)
	}
	g.write("")
}

func (g *generated) list(indent, bullet string) {
	for range rapid.IntRange(1, 3).Draw(g.t, "items") {
		m := g.marker()
		g.write("%s%s%s %s", indent, bullet, g.pick("item", "do", "Name: Ana", "**Supabase:** status.supabase.com", "[panel](https://example.com/p)", "ana@example.com", "**P1**: within 1 hour", "P0 - all", "**Fix**: it", "Email: [Email]"), m)
		if len(indent) < 8 && rapid.IntRange(0, 4).Draw(g.t, "nest") == 0 {
			g.write("")
			g.block(indent + strings.Repeat(" ", len(strings.TrimSuffix(bullet, "[ ] "))))
		}
	}
}

// lost lists the markers that neither came back nor stand in a finding's lines.
func (g *generated) lost(r *Runbook) []string {
	findings := r.Findings
	parts := r.Parts
	r.Findings, r.Parts = nil, nil
	b, err := json.Marshal(r)
	if err != nil {
		g.t.Fatalf("encode: %v", err)
	}
	r.Findings, r.Parts = findings, parts
	readers := map[int]bool{}
	for _, at := range r.Prose {
		readers[lineOfSource(at)] = true
	}
	var out []string
	for m, line := range g.markers {
		if !strings.Contains(string(b), m) && !covered(findings, line) && !readers[line] && !readers[line+1] && !readers[line-1] {
			out = append(out, fmt.Sprintf("%s (line %d)", m, line))
		}
	}
	return out
}

func covered(findings []Finding, line int) bool {
	for _, f := range findings {
		// A code block is reported where it begins or on one of its lines.
		if f.Line <= line+2 && line <= max(f.End, f.Line) {
			return true
		}
	}
	return false
}

func findingsOf(r *Runbook) string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.String())
	}
	return strings.Join(out, "\n")
}

var itemLine = regexp.MustCompile(`^[\s>]*(?:[-*+]|\d+[.)])\s+\S`)

// The same over every document at hand, counted without the reader's parser:
// each line that looks like a list item outside code is accounted for.
func TestEveryListItemOfEveryDocumentIsAccounted(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.md")
	require.NoError(t, err)
	for _, path := range append(files, "default.md", "testdata/prose.md") {
		if strings.Contains(path, "/fence-") {
			continue // a count of fences cannot tell code from text where a fence is missing
		}
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		r, err := ReadPath(path)
		require.NoError(t, err)
		accounted := map[int]bool{}
		for _, p := range r.Parts {
			assert.NotEmpty(t, p.Use, "%s:%d", path, p.Line)
			accounted[p.Line] = true
		}
		inCode, inFront := false, bytes.HasPrefix(raw, []byte("---\n"))
		for i, l := range strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n") {
			if inFront {
				inFront = i == 0 || l != "---"
				continue
			}
			if strings.HasPrefix(strings.TrimSpace(l), "```") {
				inCode = !inCode
				if inCode {
					assert.True(t, accounted[i+1] || covered(r.Findings, i+1), "%s:%d: code block", path, i+1)
				}
				continue
			}
			if !inCode && itemLine.MatchString(l) {
				assert.True(t, accounted[i+1], "%s:%d: %s", path, i+1, l)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/styles/*.md", "testdata/mistakes/*.md"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, path := range files {
			raw, err := os.ReadFile(path)
			require.NoError(f, err)
			if len(raw) < 8<<10 {
				f.Add(raw)
			}
		}
	}
	f.Add(defaultText)
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Read(fstest.MapFS{"x.md": {Data: raw}}, "x.md")
		require.NoError(t, err)
		require.NotEmpty(t, r.Policy.Severities)
		for _, p := range r.Parts {
			require.NotEmpty(t, p.Use)
			require.Positive(t, p.Line)
		}
		slugs := map[string]bool{}
		for _, p := range r.Scenarios {
			require.NotEmpty(t, p.Slug)
			require.False(t, slugs[p.Slug], p.Slug)
			slugs[p.Slug] = true
			found, ok := r.Scenario(p.Slug)
			require.True(t, ok)
			require.Equal(t, p.Slug, found.Slug)
			for _, s := range p.Steps {
				require.NotEmpty(t, s.Text)
			}
		}
		_, err = json.Marshal(r)
		require.NoError(t, err)
		r.Match(string(raw[:min(len(raw), 200)]), 3)
		r.Nearest(string(raw[:min(len(raw), 50)]), 3)
	})
}
